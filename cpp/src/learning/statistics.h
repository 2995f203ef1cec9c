// The sufficient statistics that the gradient is made of: v_i h_j, v_i, h_j, and for a learned sigma second moments,
// each summed over the rows of a phase.
//
// States s of Gaussian units enter the interaction as s / sigma^2. So finish() divides the sums for W and the biases by
// the variances, and turns second moments into derivatives: with x = W h / sigma_h^2
//
//   dE / d log sigma_i = -((v_i - b_i)^2 - 2 v_i x_i) / sigma_i^2,
//
// where the sum over examples of v_i x_i / sigma_i^2 is sum_j W_ij dW_ij.
#pragma once

#include "learning/gradient.h"
#include "learning/phase.h"
#include "math/products.h"
#include "math/slices.h"
#include "models/layer.h"

namespace wakesleep {

class Statistics {
 public:
  explicit Statistics(const Rbm& rbm) : rbm_(&rbm) {}
  // Gradient's tensors, all zero.
  void start(Gradient& out) const;
  // out += sign * statistics.
  void add(const Phase& phase, float sign, Gradient& out) { add({0, phase.rows()}, phase, sign, out); }
  // The part of some rows (slices.h): all parts one after the other, from row 0 on, add what all rows do at once.
  void add(math::RowRange some, const Phase& phase, float sign, Gradient& out);
  // Once every phase is in.
  void finish(Gradient& out) const;
  // Whether the statistics of both are whole numbers that can be counted, and out = positive - negative then.
  static bool can_count(const Phase& positive, const Phase& negative);
  static void count(const Phase& positive, const Phase& negative, Gradient& out);
  // The same in slices: begun, a step() after the other of out.counts, and ended.
  static void begin_count(const Phase& positive, const Phase& negative, Gradient& out);
  static void end_count(Gradient& out);

 private:
  void add_second_moments(math::RowRange some, const Phase& phase, float sign, Gradient& out) const;
  void add_bits(const Phase& phase, float sign, Gradient& out);

  const Rbm* rbm_;
  Scratch scaled_, v_transposed_;
  LayerStates some_;
  BitMatrix v_bits_transposed_;
  std::vector<float> words_;
  math::Workspace workspace_;
};

}  // namespace wakesleep
