// Annealed importance sampling: partition functions of models that are too large to enumerate.
//
// Salakhutdinov and Murray 2008, "On the quantitative analysis of deep belief networks", section 3. Between a base-rate model
// A, which has visible biases b_A and no weights, and the RBM stand the distributions
//   p*_beta(v) = exp((1 - beta) b_A'v + beta b'v) prod_j (1 + exp(beta (c_j + v'W_j))),   0 <= beta <= 1,
// and each run multiplies the ratios p*_beta_k(v) / p*_beta_(k-1)(v) on its way: their mean estimates Z / Z_A without bias, so
// that log Z is too low rather than too high.
#pragma once

#include <cstdint>
#include <vector>

#include "wakesleep/rbm.h"

namespace wakesleep {

// How betas are spread from 0 to 1. `late`: as in the paper, 500 of 14,500 to 0.5, 4,000 to 0.9 and 10,000 to 1, in proportion.
enum class BetaSchedule { linear, late };

struct AisOptions {
  Index runs = 100;     // 2 .. 65,536
  Index betas = 10000;  // intermediate distributions, 1 .. 10^7
  BetaSchedule schedule = BetaSchedule::linear;
  std::uint64_t seed = 1;
};

// log Z in nats, and log(Z - 3 s), log(Z + 3 s), s the estimated standard error of Z; `low` is -infinity where 3 s > Z.
struct LogPartition {
  double log_z, low, high;
};

class AisLogPartition {
 public:
  // b_A are the log-odds of `base_rates`, the means of the data (of the images; labels start uniform); without it, the model's
  // own visible biases. std::out_of_range for an option, or base rates that do not fit. The model must outlive this.
  AisLogPartition(const Rbm& rbm, const AisOptions& options, const VectorD* base_rates = nullptr);
  // One beta of all runs; false when nothing was left to do.
  bool step();
  double done() const;
  LogPartition estimate() const;  // valid once step() has returned false
  // log of each run's product of ratios; with log_z_base, what the estimate is made of.
  const std::vector<double>& log_weights() const { return log_weights_; }
  double log_z_base() const { return log_z_base_; }

 private:
  double beta(Index k) const;
  void draw_visible(double beta);

  const Rbm* rbm_;
  AisOptions options_;
  Vector base_;  // b_A, of the visible units and the labels
  double log_z_base_ = 0;
  Index k_ = 0;
  BitMatrix v_, h_;
  Scratch pre_, labels_;
  Vector bias_;
  std::vector<double> log_weights_;
};

}  // namespace wakesleep
