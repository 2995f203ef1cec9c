// Learning, one mini-batch a call, so that the caller decides how long a slice of work is.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "wakesleep/average.h"
#include "wakesleep/dataset.h"
#include "wakesleep/dbn.h"
#include "wakesleep/rbm.h"
#include "wakesleep/refusal.h"
#include "wakesleep/training_options.h"

namespace wakesleep {

// std::out_of_range naming an option that is out of its range; std::invalid_argument for options that go against each
// other, or that were given and can have no effect.
void check(const TrainingOptions& options);

// Mean free energies of up to 1,000 examples of the training data and of the validation data.
struct FreeEnergies {
  double training = 0, validation = 0;
};

// Means over examples of what a feed-forward net minimises and of the sum over its outputs of squared errors; the share
// of examples whose label is not the largest output, where it learns labels.
struct Losses {
  double loss = 0, squared_error = 0;
  std::optional<double> errors;
};

// Mean log-likelihoods of the same examples by a log Z that the learning rule knows; of grey examples lower bounds, as
// LikelihoodAverage says (average.h). Of a DBN's upper layers: of the upward means, under the layer in training.
struct LogLikelihoods {
  double training = 0;
  std::optional<double> validation;
};

struct Progress {
  Index layer = 0;             // of a DBN or a DBM the RBM in training, or depth() where all layers learn at once
  std::uint64_t epoch = 0;     // whole epochs done in this layer, in the model's life
  std::uint64_t batch = 0;     // batches done of the present epoch
  std::uint64_t batches = 0;   // batches an epoch
  std::uint64_t examples = 0;  // examples shown since this training began
  // Mean squared error a visible unit, of a feed-forward net an output, over the present epoch (the last, at its end).
  double reconstruction_error = 0;
  double done = 0;           // 0 .. 1 of what was asked for
  bool epoch_ended = false;  // the last batch ended an epoch
  // At the end of an epoch, once validate() has returned false; empty without validation data.
  std::optional<FreeEnergies> free_energies;
  // Of feed-forward nets: of the present epoch (the last, at its end), each batch before it moved the net and with what
  // was left out or added; and in place of free energies of all validation data.
  std::optional<Losses> losses, validation_losses;
  std::optional<LogLikelihoods> log_likelihoods;  // the same, of a rule that knows log Z, also without validation data
};

// How the ladder of parallel trajectory tempering stands.
struct LadderStatistics {
  Index rungs = 0;
  double acceptance = 1;      // expected of swaps between the last rung and the model before the last batch
  double relaxation = 0;      // integrated autocorrelation time of the last rung's swaps, in sweeps
  std::uint64_t refused = 0;  // updates in all; each halves the learning rate, and 500 batches without one double it
  // Of the model, in nats, with the standard error of the estimate: at the end of an epoch as it is now, else as it was
  // at most 50 batches, or a twentieth of all, ago.
  double log_z = 0, log_z_error = 0;
};

// How the model in training is doing. Activities are of its hidden units given the data, over the present epoch (the
// last, at its end).
struct TrainingStatistics {
  double weight_norm = 0;           // root of the sum of squares of all weights
  double update_norm = 0;           // the same of the last batch's change of them
  double update_ratio = 0;          // update_norm / weight_norm; Hinton (2012, section 7) advises about 1e-3
  Index dead_units = 0;             // hidden units whose mean activity is below 0.01
  Index saturated_units = 0;        // ... above 0.99
  double mean_activity = 0;         // over all hidden units
  std::optional<double> swap_rate;  // parallel tempering: share of accepted swaps in the last batch
  std::optional<LadderStatistics> ladder;
};

class Training {
 public:
  explicit Training(const Dataset& data);
  virtual ~Training();
  Training(const Training&) = delete;
  Training& operator=(const Training&) = delete;

  // A slice of what comes before the next step(), some milliseconds: where an untrained layer starts from the data, and
  // of large mini-batches and long chains all but the step of the parameters. Nothing that the model keeps is changed
  // but where it starts; until the step it must not be changed otherwise, and change() begins the batch anew. False
  // when nothing was left to do.
  virtual bool prepare() { return false; }
  // One mini-batch, prepared for where that is left. False when nothing is left to do (and then nothing was done).
  // Error(diverged) when a parameter would leave the range in which floats can learn: the model's parameters stay as
  // before that batch.
  bool step();
  Progress progress() const;
  // Empty before the first batch.
  virtual std::optional<TrainingStatistics> statistics() const = 0;

  // Whether the model has free energies: sigmoid belief nets and noisy-relu units don't.
  virtual bool has_free_energy() const = 0;
  // From now on each epoch ends with free energies, or with losses. The data must outlive the training.
  // std::out_of_range for data that do not fit the model, std::invalid_argument for a model that has neither.
  virtual void set_validation(const Dataset& validation);
  // A slice of what the end of an epoch tells, some milliseconds: those, and likelihoods by a learning rule that knows
  // log Z. False when nothing was left to do. The next step() forgets what is left.
  virtual bool validate();
  // The free energies of the first rows, in slices: those of the layer in training, which sees the upward means of a
  // DBN's lower layers. Empty in a DBM's pretraining, and for a model that has none.
  virtual std::optional<DatasetAverage> average_free_energy(const Dataset& data, Index most_rows) const = 0;
  std::optional<double> mean_free_energy(const Dataset& data, Index most_rows) const;

  // The RBM in training; null where no single one is.
  virtual const Rbm* machine() const { return nullptr; }

  // log Z of the machine in training, by a learning rule that knows it; empty else.
  virtual std::optional<double> log_z() const { return std::nullopt; }

 protected:
  const Dataset& data() const { return *data_; }
  virtual bool step_batch() = 0;
  virtual Progress position() const = 0;

 private:
  struct EndOfEpoch;
  const Dataset* data_;
  std::unique_ptr<EndOfEpoch> end_;
};

// A training by options of this type.
template <class Options>
class TrainingWith : public Training {
 public:
  using Training::Training;
  // From the next batch on learns with these options, to the bit as a training that begins there with them would, but
  // that epochs, and schedules without a start of their own, count from where this one began. std::invalid_argument for
  // a change of what is chosen once for all: what there are states, an order or a plan of (batch size, seed, method,
  // chains, objective, ...). Nothing is changed then.
  virtual void change(const Options& options) = 0;
};

// What a training of this model on these data would be refused for at its beginning, the first of which train() throws.
// Nothing is built for it.
std::vector<Refusal> check(const Rbm& rbm, const Dataset& data, const TrainingOptions& options);
std::vector<Refusal> check(const Dbn& dbn, const Dataset& data, const std::vector<TrainingOptions>& options,
                           bool start_from_transpose = false);

// Model and data must outlive the training. Errors: std::out_of_range for an option, for data whose width, values or
// labels do not fit the model (a model with labels needs labelled data); std::invalid_argument for options that do not
// go together.
std::unique_ptr<TrainingWith<TrainingOptions>> train(Rbm& rbm, const Dataset& data, const TrainingOptions& options);
// Greedy, layer by layer; options: one for all layers or one a layer. Goes on at dbn.training_layer. With
// `start_from_transpose`, each layer that has had no training and is as wide as the one two below it (in a net of 784,
// 500, 784 and 1000 units the second RBM, and not the third) starts from the transpose of the trained layer below when
// its turn comes (Dbn::start_layer_from_transpose); std::out_of_range when the net has no such layer.
std::unique_ptr<TrainingWith<std::vector<TrainingOptions>>> train(Dbn& dbn, const Dataset& data,
                                                                  const std::vector<TrainingOptions>& options,
                                                                  bool start_from_transpose = false);

}  // namespace wakesleep
