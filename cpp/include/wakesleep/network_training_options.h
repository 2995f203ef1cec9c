// How feed-forward nets learn.
#pragma once

#include <optional>

#include "wakesleep/training_options.h"

namespace wakesleep {

// How a batch's gradient moves the weights.
enum class NetworkMethod {
  gradient,             // by a step of the optimizer
  conjugate_gradients,  // by line searches in conjugate directions (Polak and Ribiere 1969), anew in every batch
  hessian_free,         // by conjugate gradients on the damped Gauss-Newton matrix (Martens 2010)
};
// What is minimised, a mean over examples: - sum_k t_k log y_k, for sigmoids less (1 - t_k) log(1 - y_k) besides; or
// 1/2 sum_k (y_k - t_k)^2.
enum class Loss { cross_entropy, squared_error };
// What the outputs are to be: 1 for an example's label and 0 for the others; the inputs; or the columns that an example
// has behind its inputs.
enum class Targets { labels, inputs, columns };

struct NetworkTrainingOptions : LearningOptions {
  NetworkTrainingOptions() { weight_decay = 0; }
  NetworkMethod method = NetworkMethod::gradient;
  std::optional<Loss> loss;  // empty: cross entropy for outputs that are sigmoids or a softmax, else squared error
  std::optional<Targets> targets;  // empty: an autoencoder's inputs, else labels
  // Chance that a unit is left out for an example (Srivastava et al. 2014), 0 <= chance < 1: an input, or a sigmoid or
  // rectified hidden unit. What stays is divided by the chance to stay, so that the weights are those of the whole net.
  double input_dropout = 0, dropout = 0;
  std::optional<double> max_norm;  // of the weights into a unit, above 0 to 1e6; empty: no bound
  double corruption = 0;           // chance that an input is set to 0 (Vincent et al. 2008), 0 <= chance < 1
  double noise = 0;                // standard deviation of what is added to inputs, 0 .. 100
  Index frozen_layers = 0;         // the lowest layers of weights that do not learn, 0 .. 31
  std::optional<Index> patience;   // epochs without a lower validation loss after which training ends, 1 .. 10^6
  Index line_searches = 3;         // a batch, of conjugate gradients; 1 .. 1000
  Index iterations = 100;          // of conjugate gradients a batch, hessian_free; 1 .. 10,000
  double damping = 1;              // that Hessian-free learning begins with, above 0 to 1e6
};

}  // namespace wakesleep
