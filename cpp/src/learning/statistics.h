// The statistics of learning: sums over the rows of a phase of v_i h_j, v_i and h_j, and of what else the units' types
// learn by.
//
// Where s enters the interaction as s / sigma^2 (Gaussian units), finish() turns sums of s into derivatives: those of W
// and of the biases are divided by the variances, and with x = W h / sigma_h^2
//
//   dE / d log sigma_i = -((v_i - b_i)^2 - 2 v_i x_i) / sigma_i^2,
//
// where the sum over examples of v_i x_i / sigma_i^2 is sum_j W_ij dW_ij.
#pragma once

#include "learning/gradient.h"
#include "learning/phase.h"
#include "math/products.h"
#include "models/layer.h"

namespace wakesleep {

class Statistics {
 public:
  explicit Statistics(const Rbm& rbm) : rbm_(&rbm) {}
  // Gradient's tensors, all zero.
  void start(Gradient& out) const;
  // out += sign * statistics.
  void add(const Phase& phase, float sign, Gradient& out);
  // Once every phase is in.
  void finish(Gradient& out) const;
  // Whether the statistics of both are whole numbers that can be counted, and out = positive - negative then.
  static bool can_count(const Phase& positive, const Phase& negative);
  static void count(const Phase& positive, const Phase& negative, Gradient& out);

 private:
  void add_second_moments(const Phase& phase, float sign, Gradient& out) const;

  const Rbm* rbm_;
  Scratch scaled_, v_transposed_;
  BitMatrix v_bits_transposed_;
  std::vector<float> words_;
  math::Workspace workspace_;
};

}  // namespace wakesleep
