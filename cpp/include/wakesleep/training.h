// Learning, one mini-batch a call, so that the caller decides how long a slice of work is.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "wakesleep/dataset.h"
#include "wakesleep/dbn.h"
#include "wakesleep/rbm.h"
#include "wakesleep/refusal.h"

namespace wakesleep {

enum class Method {
  cd,          // contrastive divergence (Hinton 2002)
  pcd,         // persistent CD (Tieleman 2008)
  fpcd,        // fast persistent CD (Tieleman and Hinton 2009)
  pt,          // parallel tempering (Desjardins et al. 2010; Cho, Raiko and Ilin 2010)
  mean_field,  // mean-field CD (Welling and Hinton 2002): means both ways, nothing is sampled
  exact,       // the gradient itself, by enumeration of up to 2^16 states
};
enum class States { sampled, mean };
// What is maximised: log p(v, y), log p(y | v), or log p(y | v) + generative_weight * log p(v, y) (Larochelle and
// Bengio 2008).
enum class Objective { generative, discriminative, hybrid };
enum class OptimizerKind { sgd, adam };  // gradient ascent with momentum; Adam (Kingma and Ba 2015)
enum class RateSchedule { linear, exponential };

// What weighs the input from the other layer, as if that layer were there so many times with the same weights: tied
// copies, which the pretraining of a deep Boltzmann machine uses (dbm_training.h). Labels are there once. For Bernoulli
// units.
struct InputScales {
  float up = 1, down = 1;  // of the hidden units' input, and of the visible units'; above 0, at most 16
  bool operator==(const InputScales&) const = default;
};

struct TrainingOptions {
  std::uint64_t epochs = 10;        // 0 .. 10^6; that many more than the model has had
  Index batch_size = 100;           // 1 .. 65536; the last batch of an epoch may be smaller
  double learning_rate = 0.05;      // > 0, <= 100
  double final_learning_rate = -1;  // reached in the last epoch; negative: the learning rate stays
  RateSchedule learning_rate_schedule = RateSchedule::linear;  // its way there: equal steps, or equal ratios
  std::int64_t schedule_start = -1;  // the epoch in the model's life where schedules begin; negative: the present one
  OptimizerKind optimizer = OptimizerKind::sgd;
  double sigma_learning_rate = -1;  // of log sigma, where it is learned; negative: the learning rate
  double momentum = 0.9;            // 0 <= momentum < 1
  double initial_momentum = 0.5;    // for the first initial_momentum_epochs epochs of a model's life
  std::uint64_t initial_momentum_epochs = 0;
  double beta1 = 0.9, beta2 = 0.999;  // Adam's decay of the first and second moment; 0 <= beta < 1, beta1^2 < beta2
  double epsilon = 1e-8;              // Adam's, beside the root of the second moment; 1e-12 .. 1
  double weight_decay = 2e-4;         // L2 on W, not on biases; >= 0
  double l1 = 0;                      // L1 on W; >= 0
  Method method = Method::cd;
  Index k = 1;                // Gibbs steps a batch, 1 .. 10,000
  Index final_k = 0;          // reached linearly in the last epoch; 0: k stays
  Index chains = 0;           // persistent chains; 0: as many as the batch size
  double clamped_chains = 0;  // 0 .. 1, share of them with a label held, each label in turn: they learn p(v | label)
  double restarts = 0;        // 0 .. 1, chance that a persistent chain starts anew from fair coins before a batch
  double fast_learning_rate = -1;     // of the fast weights (fpcd); negative: the learning rate, without its schedule
  double fast_decay = 0.95;           // what is left of the fast weights after a batch; 0 .. 1
  Index temperatures = 10;            // replicas a chain (pt), 2 .. 100, inverse temperatures evenly from 1 down to 0
  States data_states = States::mean;  // grey data: as they are, or sampled to bits anew whenever they are shown
  States visible_states = States::sampled;  // what the negative phase puts in the visible units
  States hidden_states = States::mean;  // statistics; the hidden states that drive a reconstruction are always sampled
  States up_states = States::mean;      // DBN: what a trained layer hands to the next
  bool visible_bias_from_data =
      true;  // an untrained model with b = 0 starts with b = log-odds of the data (Hinton 2012, 8.1)
  // Both sides less their mean activity (Melchior, Fischer and Wiskott 2016): the gradient of the centred machine,
  // whose biases are kept in the plain parametrisation. The means start at those of the data and follow each batch's at
  // this rate. With visible_bias_from_data an untrained machine, b = 0 and c = 0, has those as its centred biases.
  bool centering = false;
  double centering_rate = 0.01;  // 0 .. 1
  // The mean activity that hidden units are drawn to, and how strongly (Hinton 2012, section 11): cost * (target - q_j)
  // is added to the gradient of unit j's input, q_j a running mean over batches.
  double sparsity_target = 0;   // 0 <= target < 1
  double sparsity_cost = 0;     // 0 .. 1000
  double sparsity_decay = 0.9;  // of the running mean; 0 <= decay < 1
  // Chance that a hidden unit is left out for an example (Srivastava et al. 2014), 0 <= dropout < 1, the same units in
  // both phases.
  double dropout = 0;
  Objective objective = Objective::generative;
  double generative_weight = 0.01;  // of the hybrid objective; >= 0, <= 1000
  // How much each example counts, in the order of the data set; 0 or more, not all 0. Empty: all the same.
  std::vector<float> weights{};
  // Which values are known, as a data set of the data's shape: 0 is missing, 1 is known. What is missing is filled in,
  // before each batch's statistics, by Gibbs sampling given what is known. Must outlive the training. For RBMs.
  const Dataset* mask = nullptr;
  Index missing_steps = 1;  // of that sampling, 1 .. 10,000
  InputScales input_scales{};
  std::uint64_t seed = 1;
};

// std::out_of_range naming an option that is out of its range; std::invalid_argument for options that go against each
// other, or that were given and can have no effect.
void check(const TrainingOptions& options);

// Mean free energies of up to 1,000 examples of the training data and of the validation data.
struct FreeEnergies {
  double training = 0, validation = 0;
};

struct Progress {
  Index layer = 0;                  // of a DBN; of a DBM the RBM in pretraining, or depth() in joint training
  std::uint64_t epoch = 0;          // whole epochs done in this layer, in the model's life
  std::uint64_t batch = 0;          // batches done of the present epoch
  std::uint64_t batches = 0;        // batches an epoch
  std::uint64_t examples = 0;       // examples shown since this training began
  double reconstruction_error = 0;  // mean squared error a visible unit, over the present epoch (the last, at its end)
  double done = 0;                  // 0 .. 1 of what was asked for
  bool epoch_ended = false;         // the last batch ended an epoch
  // At the end of an epoch, once validate() has returned false; empty without validation data.
  std::optional<FreeEnergies> free_energies;
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
};

class DatasetAverage;

class Training {
 public:
  explicit Training(const Dataset& data);
  virtual ~Training();
  Training(const Training&) = delete;
  Training& operator=(const Training&) = delete;

  // One mini-batch. False when nothing is left to do (and then nothing was done). Error(diverged) when a parameter
  // would leave the range in which floats can learn: the model's parameters stay as before that batch.
  bool step();
  Progress progress() const;
  // Empty before the first batch.
  virtual std::optional<TrainingStatistics> statistics() const = 0;

  // From now on each epoch ends with free energies. The data must outlive the training. std::out_of_range for data that
  // do not fit the model, std::invalid_argument for a model that has no free energy.
  void set_validation(const Dataset& validation);
  // A slice of those, some milliseconds; false when nothing was left to do. The next step() forgets what is left.
  bool validate();
  // The free energies of the first rows, in slices: those of the layer in training, which sees the upward means of a
  // DBN's lower layers. Empty where there is none: for a sigmoid belief net, and in a DBM's pretraining.
  virtual std::optional<DatasetAverage> average_free_energy(const Dataset& data, Index most_rows) const;
  std::optional<double> mean_free_energy(const Dataset& data, Index most_rows) const;

  // The RBM in training; null where no single one is.
  virtual const Rbm* machine() const { return nullptr; }

 protected:
  const Dataset& data() const { return *data_; }
  virtual bool step_batch() = 0;
  virtual Progress position() const = 0;

 private:
  struct Validation;
  const Dataset* data_;
  std::unique_ptr<Validation> validation_;
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
