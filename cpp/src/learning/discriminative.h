// The gradient of log p(y | v), exactly (Larochelle and Bengio 2008), whatever the units are. With the inputs o_y = c +
// v'W + U_y of the hidden units, A the logarithm of their sum or integral and s_y their means, p(y | v) ~ exp(d_y +
// A(o_y)) and delta_y = [y is the label] - p(y | v):
//
//   dW = v s',  s = sum_y delta_y s_y;   dU_y = delta_y s_y;   dc = s;   dd_y = delta_y;   db = 0,
//
// v and s_y as they enter the interaction, dc once a word where biases count words. Of Gaussian units' learned sigma
//
//   d log sigma_vi = -2 v_i sum_j W_ij s_j;   d log sigma_hj = -sum_y delta_y o_yj^2 / sigma_j^2.
#pragma once

#include "learning/gradient.h"
#include "learning/phase.h"
#include "math/products.h"
#include "math/slices.h"
#include "models/layer.h"

namespace wakesleep {

class DiscriminativeGradient {
 public:
  explicit DiscriminativeGradient(const Rbm& rbm) : rbm_(&rbm) {}
  // out += the mean over the batch, whose examples count as in the phase. `v` with its label units. The part of some
  // rows (slices.h): all parts one after the other, from row 0 on, add what all rows do at once.
  void add(math::RowRange some, const Phase& phase, Gradient& out);
  // What it takes for a row.
  double multiplications() const;

 private:
  void read_inputs(math::RowRange some, const Phase& phase);
  void weigh_labels(math::RowRange some, const Phase& phase, Gradient& out);
  void add_label(Index y, Gradient& out);
  void set_inputs_with_label(Index y, Index first, Index count);

  const Rbm* rbm_;
  Scratch v_, v_transposed_, inputs_, with_label_, deltas_, signals_, back_;
  VectorD log_sums_;
  std::vector<float> words_buffer_;
  const float* words_ = nullptr;  // of each row, where biases count them
  math::Workspace workspace_;
};

}  // namespace wakesleep
