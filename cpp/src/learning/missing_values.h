// Missing values: what is unknown of an example is drawn given what is known, before the statistics of the data are
// taken.
#pragma once

#include <span>

#include "learning/conditionals.h"
#include "wakesleep/training.h"

namespace wakesleep {

class MissingValues {
 public:
  // By options.mask. A softmax group is known whole, or not.
  MissingValues(const Rbm& rbm, const TrainingOptions& options);
  // Starts the unknown units where their biases draw them, and takes options.missing_steps steps of Gibbs sampling, in
  // which the known ones, and labels, stay as they are.
  void fill(std::span<const std::uint32_t> rows, std::uint64_t step, LayerStates& v);
  // Adds to `known` how many of these rows know each value, and to `sum` their values.
  void add_known(std::span<const std::uint32_t> rows, const LayerStates& v, const std::vector<double>& weights,
                 VectorD& sum, VectorD& known);

 private:
  void forget_broken_groups();
  void put_unknown(LayerStates& v) const;

  const Rbm* rbm_;
  const TrainingOptions* options_;
  Conditionals conditionals_;
  BitMatrix known_;
  LayerStates h_, drawn_;
  Scratch inputs_;
  LayerSampler sampler_;
};

}  // namespace wakesleep
