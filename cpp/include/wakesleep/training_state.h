// What is needed to go on exactly where the training of a machine stopped. It stays with the model between calls of
// training.
#pragma once

#include <cstdint>
#include <vector>

#include "wakesleep/layer_states.h"

namespace wakesleep {

// The parameters of an RBM, or as many other numbers.
struct ParameterSet {
  Matrix W;                     // width x hidden
  Vector b;                     // width
  Vector c;                     // hidden
  Vector sigma_v{}, sigma_h{};  // standard deviations of Gaussian units, one each; empty for other types

  bool empty() const { return W.size() == 0; }
  void set_zero(Index width, Index hidden) {
    W.setZero(width, hidden);
    b.setZero(width);
    c.setZero(hidden);
  }
};

// What an optimizer keeps of the parameters that it moves: one vector a tensor, in the order in which the model has
// them (matrices row by row). Empty until its first batch, and again when another optimizer has taken over.
struct OptimizerState {
  std::vector<Vector> velocity;                     // of gradient ascent with momentum
  std::vector<Vector> first_moment, second_moment;  // of the gradient, for Adam
  std::uint64_t moment_steps = 0;                   // batches that the moments have seen
};

// Of parallel trajectory tempering (learning/trajectory_tempering.h): past models of this training, from one without
// weights up, and samples of the last. Empty without that rule.
struct LadderState {
  // rungs x parameters: of each W row by row, b, c, and the standard deviations of sides that have them. That of rung 0
  // has W = 0.
  Matrix rungs;
  // One a rung: log Z less that of the rung below (of rung 0 its log Z), the variance of that estimate, the share of
  // swaps with the rung below that were accepted (of rung 0: 1), and their integrated autocorrelation time in sweeps.
  Vector log_z_steps, variances, acceptances, relaxations;
  LayerStates samples;    // of the last rung, samples x width: log Z is estimated from them, and nothing else is
  LayerStates reservoir;  // as many others, as exchanges with the chains have left them
  LayerStates chains;     // of the model, chains x width
  Vector free_energies;   // of the chains, under the model that they were drawn from
  // Batches since the last rung (more than 2 are 2), refused updates in a row, and refused updates in all, each of
  // which halved the learning rate; how often it is halved now, and batches since the last refusal while it is.
  Vector counts;

  Index count() const { return rungs.rows(); }
};

struct RbmTrainingState {
  std::uint64_t epoch = 0;                    // whole epochs done
  std::uint64_t batch = 0;                    // batches done of the epoch that has begun
  std::uint64_t step = 0;                     // batches done in all: the position of the random numbers
  OptimizerState optimizer;                   // of W, b and c
  Vector sigma_v_velocity, sigma_h_velocity;  // of log sigma; empty where it is not learned
  // Hidden states of the persistent chains, chains x hidden, or of the replicas of parallel tempering: all chains at
  // the inverse temperature 1, then all at the next lower one, and so on. Empty without such a rule.
  LayerStates chains;
  Vector chain_words;                    // of a replicated softmax: the words of each chain's document
  ParameterSet fast;                     // fast weights; empty without fast persistent CD
  Vector visible_offset, hidden_offset;  // what is subtracted from the units; empty without centering
  Vector activity;                       // running mean of the hidden units; empty without a sparsity target
  LadderState ladder;
};

}  // namespace wakesleep
