// Gradient ascent: with momentum, velocity = momentum * velocity + rate * (gradient - decay of W), W += velocity; or
// Adam (Kingma and Ba 2015), m = beta1 m + (1 - beta1) g, s = beta2 s + (1 - beta2) g^2, W += rate * m^ / (sqrt(s^) +
// epsilon), m^ and s^ being m and s over what of their weights has come in yet, and g the gradient less the decay. The
// decay is l2 * W + l1
// * sign(W).
#pragma once

#include <string>

#include "learning/gradient.h"
#include "wakesleep/rbm.h"
#include "wakesleep/training.h"

namespace wakesleep {

struct Step {
  float learning_rate, momentum, weight_decay;
  float l1 = 0;
  float sigma_learning_rate = 0;  // standard deviations take plain steps with momentum, whatever the optimizer
};

// Gradient ascent with momentum of n parameters, in place; gives the largest of all |parameters| and |velocities| after
// it.
float move_parameters(float* x, float* velocity, const float* gradient, Index n, const Step& step, float decay);
float largest_magnitude(const float* x, Index n);
// Whether parameters and velocities of at most `largest` stay in the range in which floats can learn, in such a step
// whose gradient's entries are at most `steepest`.
bool is_safe_step(double largest, double steepest, const Step& step);

class Optimizer {
 public:
  // The options outlive it.
  Optimizer(Rbm& rbm, const TrainingOptions& options);

  // Which quantity, at which unit, would leave the range in which floats can learn with this step, and the likely
  // cause; empty when none would. Asked before a step, so that the last good parameters are never touched.
  std::string fault(const Gradient& gradient, const Step& step);
  // W and what is kept of it are each read and written once.
  void apply(const Gradient& gradient, const Step& step);
  // What the last step added to W.
  const Matrix& last_step();
  double last_step_norm() const;
  // The biases were changed beside this.
  void look_again() { largest_ = -1; }

 private:
  struct Tensor;
  void update_sigma(const Gradient& gradient, const Step& step);
  float update(const Tensor& tensor, Index at, const float* gradient, Index count, const Step& step) const;
  float adam_step(Index i) const;

  Rbm* rbm_;
  const TrainingOptions* options_;
  float largest_ = -1;            // of all |parameters| and |velocities|; negative: not known
  float rate_ = 0, epsilon_ = 0;  // Adam's of the last step, with the corrections of both moments
  std::vector<float> largest_of_piece_;
  Matrix adam_step_;
};

}  // namespace wakesleep
