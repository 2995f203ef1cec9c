// The gradient of log p(y | v), exactly (Larochelle and Bengio 2008). With o_y = c + v'W + U_y, p(y | v) ~ exp(d_y +
// sum_j softplus(o_yj)) and delta_y = [y is the label] - p(y | v):
//
//   dW = v s',  s = sum_y delta_y sigmoid(o_y);   dU_y = delta_y sigmoid(o_y);   dc = s;   dd_y = delta_y;   db = 0.
#pragma once

#include "learning/gradient.h"
#include "learning/phase.h"
#include "math/products.h"
#include "wakesleep/rbm.h"

namespace wakesleep {

class DiscriminativeGradient {
 public:
  explicit DiscriminativeGradient(const Rbm& rbm) : rbm_(&rbm) {}
  // For Bernoulli hidden units, whose biases do not count words, and standard deviations that are fixed.
  static bool goes_with(const RbmShape& shape) {
    return shape.hidden_units.type == UnitType::bernoulli && shape.visible_units.type != UnitType::replicated_softmax &&
           !shape.visible_units.learned_sigma;
  }
  // out += the mean over the batch, whose examples count as in the phase. `v` with its label units.
  void add(const Phase& phase, Gradient& out);

 private:
  const Rbm* rbm_;
  Scratch v_, v_transposed_, inputs_, deltas_, signals_;
  math::Workspace workspace_;
};

}  // namespace wakesleep
