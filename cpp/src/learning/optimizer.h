// Gradient ascent with momentum and weight decay: velocity = momentum * velocity + rate * (gradient - decay * W), W +=
// velocity.
#pragma once

#include "math/outer_counts.h"
#include "wakesleep/rbm.h"

namespace wakesleep {

// d log p / d parameters, estimated from one mini-batch.
struct Gradient {
  bool counted = false;  // dW is in `counts`, where the update takes it row by row, else in `W`
  math::OuterDifference counts;
  Matrix W;  // width x hidden
  Vector b, c;
};

struct Step {
  float learning_rate, momentum, weight_decay;
};

// One step of n parameters, which gives the largest of all |parameters| and |velocities| after it.
float move_parameters(float* __restrict x, float* __restrict velocity, const float* __restrict gradient, Index n,
                      const Step& step, float decay);
float largest_magnitude(const float* x, Index n);
// Whether parameters and velocities of at most `largest` stay finite in a step whose gradient's entries are at most
// `steepest`.
bool is_safe_step(double largest, double steepest, const Step& step);

class Optimizer {
 public:
  // Whether the largest parameter and velocity, and a gradient whose entries are at most 1 in magnitude (as differences of two
  // means of Bernoulli units are), keep every parameter finite after this step. Asked before a step, so that the last good
  // parameters are never touched.
  bool is_safe(const Rbm& rbm, const Step& step);
  // W and its velocity are each read and written once.
  void apply(Rbm& rbm, const Gradient& gradient, const Step& step);

 private:
  float largest_ = -1;  // of all |parameters| and |velocities|; negative: not known yet
  std::vector<float> largest_of_piece_;
};

}  // namespace wakesleep
