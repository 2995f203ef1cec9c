#include "options/learning_rows.h"
#include "options/make_table.h"
#include "wakesleep/up_down_options.h"

namespace wakesleep::options {

template <>
void add_rows(Table<UpDownOptions>& t) {
  using O = UpDownOptions;
  add_learning_rows(t);
  t.add(&O::method, {.name = "method",
                     .words = {"up-down"},
                     .fixed = true,
                     .help = "Of a trained net: all layers at once, by contrastive wake-sleep",
                     .source = "Hinton, Osindero and Teh 2006, section 5",
                     .models_own = true});
  t.add(&O::k, {.name = "k",
                .bounds = {.at_least = 1, .at_most = 10'000},
                .help = "Gibbs steps of the top machine a mini-batch, in the first third of the epochs"});
  t.add(&O::final_k, {.name = "finalK",
                      .bounds = {.at_least = 1, .at_most = 10'000},
                      .help = "The same in the last third; between them it is the mean of both, rounded down"});
  t.add(&O::balanced,
        {.name = "balanced", .fixed = true, .help = "Every mini-batch has the labels in the proportions of the data"});
  t.add(&O::data_states, {.name = "dataStates",
                          .words = state_words,
                          .fixed = true,
                          .help = "Grey data: sampled to bits anew whenever they are shown, or as they are"});
}

template const Table<UpDownOptions>& table();

}  // namespace wakesleep::options
