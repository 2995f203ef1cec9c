// The rows that the tables of all kinds of model share: of LearningOptions, and of GenerativeOptions.
#pragma once

#include "options/table.h"
#include "wakesleep/training_options.h"

namespace wakesleep::options {

inline constexpr double largest_whole_number = 9007199254740991;  // 2^53 - 1, up to which doubles count

inline const std::vector<std::string> state_words{"sampled", "mean"};

extern template const Table<LearningOptions>& table();
std::optional<Refusal> refusal_of_betas(const OptimizerOptions& options);

template <class O>
void add_learning_rows(Table<O>& t) {
  t.add(table<LearningOptions>());
  if constexpr (requires(O o) { o.visible_bias_from_data; })
    t.add(&O::visible_bias_from_data,
          {.name = "visibleBiasFromData",
           .fixed = true,
           .help = "An untrained model's visible biases, where all are 0, start at the log-odds of the data",
           .source = "Hinton 2012, section 8"});
  t.add([](const O& o) { return refusal_of_betas(o); });
}

}  // namespace wakesleep::options
