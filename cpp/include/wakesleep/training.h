// Learning, one mini-batch a call, so that the caller decides how long a slice of work is.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "wakesleep/dataset.h"
#include "wakesleep/dbn.h"
#include "wakesleep/rbm.h"

namespace wakesleep {

enum class Method { cd, pcd };  // contrastive divergence (Hinton 2002); persistent CD (Tieleman 2008)
enum class States { sampled, mean };

struct TrainingOptions {
  std::uint64_t epochs = 10;         // 0 .. 10^6; that many more than the model has had
  Index batch_size = 100;            // 1 .. 65536; the last batch of an epoch may be smaller
  double learning_rate = 0.05;       // > 0, <= 100
  double final_learning_rate = -1;   // reached linearly in the last epoch; negative: the learning rate stays
  std::int64_t schedule_start = -1;  // the epoch in the model's life where the rate's way begins; negative: the present one
  double momentum = 0.9;             // 0 <= momentum < 1
  double initial_momentum = 0.5;     // for the first initial_momentum_epochs epochs of a model's life
  std::uint64_t initial_momentum_epochs = 0;
  double weight_decay = 2e-4;  // L2 on W, not on biases; >= 0
  Method method = Method::cd;
  Index k = 1;                        // Gibbs steps a batch, 1 .. 10,000
  Index chains = 0;                   // persistent chains; 0: as many as the batch size
  double clamped_chains = 0;          // 0 .. 1, share of them with a label held, each label in turn: they learn p(v | label)
  double restarts = 0;                // 0 .. 1, chance that a persistent chain starts anew from fair coins before a batch
  States data_states = States::mean;  // grey data: as they are, or sampled to bits anew whenever they are shown
  States visible_states = States::sampled;  // what the negative phase puts in the visible units
  States hidden_states = States::mean;      // statistics; the hidden states that drive a reconstruction are always sampled
  States up_states = States::mean;          // DBN: what a trained layer hands to the next
  bool visible_bias_from_data = true;  // an untrained model with b = 0 starts with b = log-odds of the data (Hinton 2012, 8.1)
  std::uint64_t seed = 1;
};

// std::out_of_range naming the option.
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

class Training {
 public:
  virtual ~Training() = default;
  // One mini-batch. False when nothing is left to do (and then nothing was done). Error(diverged) when a parameter would leave
  // the range of finite numbers: the model stays as before that batch.
  virtual bool step() = 0;
  virtual Progress progress() const = 0;
  // What the layer in training sees of these examples: x itself for an RBM, the upward means for a DBN's upper layers.
  virtual double mean_free_energy(const Dataset& data, Index most_rows) const = 0;
  // The RBM in training; null where no single one is.
  virtual const Rbm* machine() const = 0;
};

// Model and data must outlive the training. Errors: std::out_of_range for an option, for data whose width, values or labels do
// not fit the model (a model with labels needs labelled data).
std::unique_ptr<Training> train(Rbm& rbm, const Dataset& data, const TrainingOptions& options);
// Greedy, layer by layer; options: one for all layers or one a layer. Goes on at dbn.training_layer.
std::unique_ptr<Training> train(Dbn& dbn, const Dataset& data, const std::vector<TrainingOptions>& options);

}  // namespace wakesleep
