// Learning, one mini-batch a call, so that the caller decides how long a slice of work is.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "wakesleep/dataset.h"
#include "wakesleep/dbn.h"
#include "wakesleep/rbm.h"
#include "wakesleep/training_options.h"

namespace wakesleep {

// std::out_of_range naming an option that is out of its range; std::invalid_argument for options that go against each
// other, or that were given and can have no effect.
void check(const TrainingOptions& options);

struct Progress {
  Index layer = 0;                  // of a DBN
  std::uint64_t epoch = 0;          // whole epochs done in this layer, in the model's life
  std::uint64_t batch = 0;          // batches done of the present epoch
  std::uint64_t batches = 0;        // batches an epoch
  std::uint64_t examples = 0;       // examples shown since this training began
  double reconstruction_error = 0;  // mean squared error a visible unit, over the present epoch (the last, at its end)
  double done = 0;                  // 0 .. 1 of what was asked for
  bool epoch_ended = false;         // the last batch ended an epoch
};

// How the machine in training is doing. Activities are of its hidden units given the data, over the present epoch (the
// last, at its end).
struct TrainingStatistics {
  double weight_norm = 0;     // root of the sum of squares of W
  double update_norm = 0;     // the same of the last batch's change of W
  double update_ratio = 0;    // update_norm / weight_norm; Hinton (2012, section 7) advises about 1e-3
  Index dead_units = 0;       // hidden units whose mean activity is below 0.01
  Index saturated_units = 0;  // ... above 0.99
  double mean_activity = 0;   // over all hidden units
  double swap_rate = -1;      // parallel tempering: share of accepted swaps in the last batch; negative without it
};

class Training {
 public:
  virtual ~Training() = default;
  // One mini-batch. False when nothing is left to do (and then nothing was done). Error(diverged) when a parameter
  // would leave the range in which floats can learn: the model's parameters stay as before that batch.
  virtual bool step() = 0;
  virtual Progress progress() const = 0;
  virtual TrainingStatistics statistics() const { return {}; }
  // What the layer in training sees of these examples: x itself for an RBM, the upward means for a DBN's upper layers.
  virtual double mean_free_energy(const Dataset& data, Index most_rows) const = 0;
  // The RBM in training; null where no single one is.
  virtual const Rbm* machine() const = 0;
};

// Model and data must outlive the training. Errors: std::out_of_range for an option, for data whose width, values or
// labels do not fit the model (a model with labels needs labelled data).
std::unique_ptr<Training> train(Rbm& rbm, const Dataset& data, const TrainingOptions& options);
// Greedy, layer by layer; options: one for all layers or one a layer. Goes on at dbn.training_layer.
std::unique_ptr<Training> train(Dbn& dbn, const Dataset& data, const std::vector<TrainingOptions>& options);

}  // namespace wakesleep
