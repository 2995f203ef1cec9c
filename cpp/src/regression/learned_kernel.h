// A Gaussian process whose kernel sees what a feed-forward net makes of the examples (Salakhutdinov and Hinton 2008,
// "Using deep belief nets to learn covariance kernels for Gaussian processes"): the gradient of the marginal likelihood
// by the net's outputs goes on down through the net.
#pragma once

#include <optional>

#include "learning/backpropagation.h"
#include "learning/epoch_cursor.h"
#include "learning/optimizer.h"
#include "regression/gaussian_process.h"
#include "wakesleep/network.h"

namespace wakesleep {

// The layers of a DBN as a net without more on top: its outputs are the means of the highest hidden units.
// std::invalid_argument as classifier() (network.h) has it.
Network feature_net(const Dbn& dbn);

// What of a kernel goes on from where its training stopped; the net has a training state of its own.
struct LearnedKernel {
  GaussianKernel kernel;
  OptimizerState optimizer{};
};

// Adam on the parameters of a net and of its kernel. Each mini-batch has a marginal likelihood of its own.
class KernelTraining {
 public:
  // Epochs and rates of options are those of the net: the kernel's logarithms have a rate of their own, which falls as
  // the net's does. x: an example a row. Net, kernel, x and y must outlive this. std::out_of_range for x that does not
  // fit the net or y that does not fit x.
  KernelTraining(Network& net, LearnedKernel& kernel, const Matrix& x, const VectorD& y, const LearningOptions& options,
                 double kernel_rate);
  // A mini-batch; false when nothing was left to do. Error(diverged): the net stays as it was before.
  bool step();
  Progress progress() const { return cursor_.progress(); }
  // Mean log p(y | x) a target, in nats, over the batches of the present epoch or the last, at its end: each before it
  // moved the net.
  double likelihood() const { return sum_ / static_cast<double>(targets_); }

 private:
  Network* net_;
  LearnedKernel* kernel_;
  const Matrix* x_;
  const VectorD* y_;
  LearningOptions options_;
  double kernel_rate_;
  EpochCursor cursor_;
  Backpropagation backpropagation_;
  Optimizer of_net_, of_kernel_;
  NetworkParameters ascent_;
  double sum_ = 0;
  Index targets_ = 0;
};

// log p(y | x) of such a process and, in `ascent`, which has the shapes of the net's parameters, its gradient by them
// divided by the number of targets.
MarginalLikelihood learned_likelihood(const Network& net, Backpropagation& backpropagation,
                                      const GaussianKernel& kernel, const Matrix& x, const VectorD& y,
                                      NetworkParameters& ascent);

}  // namespace wakesleep
