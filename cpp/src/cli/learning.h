// What train was given for a model to learn by.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/option_flags.h"
#include "wakesleep/training.h"

namespace wakesleep::cli {

// The epochs that were had count among those that were asked for.
inline void count_down(std::uint64_t& epochs, std::uint64_t had) { epochs -= std::min(epochs, had); }
inline void count_down(std::vector<TrainingOptions>& of_layers, const Dbn& trained) {
  for (std::size_t l = 0; l < of_layers.size(); ++l)
    count_down(of_layers[l].epochs, trained.rbm(static_cast<Index>(l)).training_state().epoch);
}

// What a model is to learn by, and the notes that its file gets of it.
struct Learning {
  // What was given for a layer, put into `preset`.
  template <class O>
  O options_of(O preset, std::size_t layer = 0, std::size_t layers = 1, const std::string& prefix = "") const {
    preset.schedule_start = 0;
    refuse(options::read(flags.entries(options::table<O>().rows(), layer, layers, prefix), preset));
    return preset;
  }
  // Those of a model that learns as one and has had so many epochs. Noted.
  template <class O>
  O options_after(std::uint64_t epochs) {
    O options = options_of(O());
    note<O>({options});
    count_down(options.epochs, epochs);
    return options;
  }
  // Those of RBMs, one each. Noted.
  std::vector<TrainingOptions> options_of_rbms(std::size_t rbms, const std::string& prefix = "",
                                               std::uint64_t seed = TrainingOptions().seed);
  // What had an effect on each layer, whether it was given or not: `epochs`, or with a prefix `pretrainingEpochs`. The
  // seed of the training stands beside the model's own.
  template <class O>
  void note(const std::vector<O>& of_layers, const std::string& prefix = "") {
    const auto& table = options::table<O>();
    for (std::size_t i = 0; i < table.rows().size(); ++i) {
      std::vector<std::string> texts;
      for (const O& o : of_layers)
        texts.push_back(options::has_effect(i, table.rows(), table.values(o)) ? plain_text_of(table.value(i, o)) : "");
      note(table.rows()[i].name, texts, prefix);
    }
  }
  void note(const std::string& option, const std::vector<std::string>& of_layers, const std::string& prefix);

  OptionFlags flags;
  std::string weights, mask;  // files
  std::vector<float> weights_of_examples;
  std::optional<Dataset> known;
  bool start_from_transpose = false, no_pretraining = false;
  std::map<std::string, std::string> notes;
};

}  // namespace wakesleep::cli
