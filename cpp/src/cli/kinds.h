// What the commands do with each kind of model: a row each, in a file of the kind's own (rbm.cpp and so on).
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/estimates.h"
#include "cli/option_flags.h"
#include "wakesleep/chains.h"
#include "wakesleep/training.h"

namespace wakesleep::cli {

// What train was asked for.
struct NewModel {
  std::vector<Index> layers;  // units of each, visible first
  Index labels = 0;
  std::vector<Units> units;  // of each layer; none: all Bernoulli
  std::uint64_t seed = 1;
  std::vector<std::string> activations{};  // of a feed-forward net's layers above its inputs; none: the usual ones
  Index code = 0;                          // its layer that is an autoencoder's code; 0: none
};

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
    flags.refuse(options::read(flags.entries(options::table<O>().rows(), layer, layers, prefix), preset), prefix);
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

// What sample was asked for.
struct Sampling {
  Index chains = 100, steps = 1000;
  std::vector<int> labels;  // to hold: none, one for all chains, or one each
  double temperature = 1;
  std::uint64_t seed = 1;
  Matrix clamp_mask, clamp_values;  // a row for all chains or one each; empty: all is free
  bool on_ladder = false, stacked = false;
};

// What transform was asked for.
struct Transformation {
  Index layer = 1;
  bool with_labels = false;
  EstimateOptions options;
};

// A result of transform, a row an example.
struct RowResult {
  const char* name;  // as --of has it
  bool of_labels;    // whether labels make another result of it
  Matrix (*rows)(const Model& model, const Dataset& examples, const Transformation& given, Report& report);
  EstimateOptions::Uses uses{};
};

struct Kind {
  const char* title;
  // Whether it learns by RBMs, one after the other, be it only at first: weights of examples and masks are theirs.
  bool by_rbms = true;
  bool validates = false;  // whether epochs end with the losses of what is held back
  const char* recognises_by = "free energy";
  void (*add_flags)(CLI::App& command, OptionFlags& flags);
  // By which name flags were added that are its options, where it has several sets; null: its own.
  std::string (*options_of)(const OptionFlags& flags) = nullptr;
  Model (*make)(const NewModel& given);
  // Goes on where the model was left, until it has had all epochs.
  std::unique_ptr<Training> (*train)(Model& model, const Dataset& examples, Learning& given);
  std::vector<std::string> estimates;  // flags of evaluate that it does not refuse
  std::string by_log_z{};              // the one that needs log Z, where AIS can estimate it
  void (*evaluate)(const Model& model, const Dataset& examples, const Estimates& given, Report& report);
  std::vector<RowResult> results;
  bool has_chains = true;  // whether it is sampled by Gibbs steps
  ChainSamples (*sample)(const Model& model, const Sampling& given, ProgressLine& line);
};

template <class M>
Chains chains_of(const M& model, const Sampling& given) {
  if (given.on_ladder) {
    if constexpr (std::is_same_v<M, Rbm>) return Chains::on_ladder(model, given.chains, given.seed);
    throw std::invalid_argument("--ladder is for RBMs that were trained by --method ptt");
  }
  if (given.stacked) {
    if constexpr (std::is_same_v<M, Dbn>) return Chains::stacked(model, given.chains, given.seed);
    throw std::invalid_argument("--stacked is for DBNs");
  }
  return Chains(model, given.chains, given.seed);
}

// Of models that have Markov chains.
template <class M>
ChainSamples sample_by_chains(const Model& model, const Sampling& given, ProgressLine& line) {
  Chains chains = chains_of(std::get<M>(model), given);
  if (!given.labels.empty()) chains.clamp_labels(given.labels);
  if (given.clamp_mask.size()) chains.clamp(view(given.clamp_mask), view(given.clamp_values));
  chains.advance(given.steps, given.temperature);
  while (chains.step()) line.show(chains.done(), "sampling");
  return chains.samples();
}

// All rows of one result.
inline Matrix all_rows(RowMap rows, const std::string& name, std::size_t result = 0) {
  to_the_end(rows, name);
  return rows.results().at(result);
}

extern const Kind rbm_kind, dbn_kind, dbm_kind, sbn_kind, network_kind;
// In the order of Model's alternatives.
inline constexpr std::array<const Kind*, std::variant_size_v<Model>> kinds{&rbm_kind, &dbn_kind, &dbm_kind, &sbn_kind,
                                                                           &network_kind};

}  // namespace wakesleep::cli
