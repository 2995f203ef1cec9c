// How models learn: what all share, and RBMs. Members that are std::optional and empty were not given: their comment
// says what holds then. The table in cpp/src/options has each option's range, what it needs beside it, and its words.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "wakesleep/matrix.h"

namespace wakesleep {

class Dataset;

enum class Method {
  cd,          // contrastive divergence (Hinton 2002)
  pcd,         // persistent CD (Tieleman 2008)
  fpcd,        // fast persistent CD (Tieleman and Hinton 2009)
  pt,          // parallel tempering (Desjardins et al. 2010; Cho, Raiko and Ilin 2010)
  ptt,         // parallel trajectory tempering (Béreux, Decelle, Furtlehner and Seoane 2026)
  mean_field,  // mean-field CD (Welling and Hinton 2002): means both ways, nothing is sampled
  exact,       // the gradient itself, by enumeration of up to 2^16 states
};
enum class States { sampled, mean };
// What is maximised: log p(v, y), log p(y | v), or log p(y | v) + generative_weight * log p(v, y) (Larochelle and
// Bengio 2008).
enum class Objective { generative, discriminative, hybrid };
enum class OptimizerKind { sgd, adam };  // gradient ascent with momentum; Adam (Kingma and Ba 2015)
enum class RateSchedule { linear, exponential };

// How a gradient moves parameters.
struct OptimizerOptions {
  double learning_rate = 0.05;                // > 0, <= 100
  std::optional<double> final_learning_rate;  // 0 .. 100, reached in the last epoch; empty: the learning rate stays
  RateSchedule learning_rate_schedule = RateSchedule::linear;  // its way there: equal steps, or equal ratios
  // The epoch in the model's life where schedules begin; empty: the present one.
  std::optional<std::uint64_t> schedule_start;
  OptimizerKind optimizer = OptimizerKind::sgd;
  double momentum = 0.9;          // 0 <= momentum < 1
  double initial_momentum = 0.5;  // 0 <= momentum < 1, in the first initial_momentum_epochs epochs of a model's life
  std::uint64_t initial_momentum_epochs = 0;  // 0 .. 10^6
  double beta1 = 0.9, beta2 = 0.999;  // Adam's decay of the first and second moment; 0 <= beta < 1, beta1^2 < beta2
  double epsilon = 1e-8;              // Adam's, beside the root of the second moment; 1e-12 .. 1
  double weight_decay = 2e-4;         // L2 on the weights, not on the biases; 0 .. 100
  double l1 = 0;                      // L1 on the weights, not on the biases; 0 .. 100
};

// What the training of every kind of model has.
struct LearningOptions : OptimizerOptions {
  std::uint64_t epochs = 10;  // 0 .. 10^6; that many more than the model has had
  Index batch_size = 100;     // 1 .. 65536; the last batch of an epoch may be smaller
  std::uint64_t seed = 1;
};

// And of those that model the data.
struct GenerativeOptions : LearningOptions {
  // An untrained model whose visible biases are all 0 starts with the log-odds of the data (Hinton 2012, section 8.1).
  bool visible_bias_from_data = true;
};

// What weighs the input from the other layer, as if that layer were there so many times with the same weights: tied
// copies, which the pretraining of a deep Boltzmann machine uses (dbm_training.h). Labels are there once. For Bernoulli
// units.
struct InputScales {
  float up = 1, down = 1;  // of the hidden units' input, and of the visible units'; above 0, at most 16
  bool operator==(const InputScales&) const = default;
};

// Of an RBM, or of a layer of a DBN.
struct TrainingOptions : GenerativeOptions {
  std::optional<double> sigma_learning_rate;  // 0 .. 100, of log sigma, where it is learned; empty: the learning rate
  Method method = Method::cd;
  Index k = 1;                   // Gibbs steps a batch, 1 .. 10,000
  std::optional<Index> final_k;  // 1 .. 10,000, reached linearly in the last epoch; empty: k stays
  std::optional<Index> chains;   // persistent chains, 1 .. 65536; empty: as many as the batch size
  double clamped_chains = 0;     // 0 .. 1, share of them with a label held, each label in turn: they learn p(v | label)
  double restarts = 0;           // 0 .. 1, chance that a persistent chain starts anew from fair coins before a batch
  // 0 .. 100, of the fast weights (fpcd); empty: the learning rate, without its schedule.
  std::optional<double> fast_learning_rate;
  double fast_decay = 0.95;  // what is left of the fast weights after a batch; 0 .. 1
  Index temperatures = 10;   // replicas a chain (pt), 2 .. 100, inverse temperatures evenly from 1 to 0
  Index reservoir = 10;      // samples of the last rung a chain (ptt), 1 .. 100
  Index rungs = 40;          // kept of the ladder (ptt), 3 .. 1000; of more, the one least needed goes
  // Where fewer of the swaps with the last rung would be accepted the model becomes a rung, or the update is refused
  // (ptt); above 0, below 1.
  double rung_acceptance = 0.3, least_acceptance = 0.1;
  States data_states = States::mean;        // grey data: as they are, or sampled to bits anew whenever they are shown
  States visible_states = States::sampled;  // what the negative phase puts in the visible units
  States hidden_states = States::mean;  // statistics; the hidden states that drive a reconstruction are always sampled
  States up_states = States::mean;      // DBN: what a trained layer hands to the next
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
  double generative_weight = 0.01;  // of the hybrid objective; 0 .. 1000
  // How much each example counts, in the order of the data set; 0 or more, not all 0. Empty: all the same.
  std::vector<float> weights{};
  // Which values are known, as a data set of the data's shape: 0 is missing, 1 is known. What is missing is filled in,
  // before each batch's statistics, by Gibbs sampling given what is known. Must outlive the training. For RBMs.
  const Dataset* mask = nullptr;
  Index missing_steps = 1;  // of that sampling, 1 .. 10,000
  InputScales input_scales{};
};

}  // namespace wakesleep
