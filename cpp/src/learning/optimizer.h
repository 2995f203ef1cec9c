// Gradient ascent, for tensors of any model. With momentum
//
//   velocity = momentum * velocity + rate * (gradient - decay),   W += velocity,   decay = l2 * W + l1 * sign(W);
//
// or Adam (Kingma and Ba 2015), g being the gradient less the decay,
//
//   m = beta1 m + (1 - beta1) g,   s = beta2 s + (1 - beta2) g^2,   W += rate * m^ / (sqrt(s^) + epsilon),
//
// where m^ and s^ are m and s divided by the sum of the weights that their past gradients have.
#pragma once

#include <vector>

#include "math/outer_counts.h"
#include "models/tensors.h"
#include "wakesleep/training_options.h"
#include "wakesleep/training_state.h"

namespace wakesleep {

// Learning rate, momentum and decay of one batch.
struct Step {
  float learning_rate, momentum, weight_decay, l1 = 0;
};

// Parameters that learn: weights, which decay, or biases, which don't.
class Tensor {
 public:
  Tensor(Matrix& W) : weights_(&W) {}
  Tensor(Vector& b) : biases_(&b) {}
  float* data() const { return weights_ ? weights_->data() : biases_->data(); }
  Index rows() const { return weights_ ? weights_->rows() : 1; }
  Index cols() const { return weights_ ? weights_->cols() : biases_->size(); }
  Index size() const { return rows() * cols(); }
  bool decays() const { return weights_ != nullptr; }

 private:
  Matrix* weights_ = nullptr;
  Vector* biases_ = nullptr;
};

float largest_magnitude(const float* x, Index n);

class Optimizer {
 public:
  // The state, which has one entry a tensor or none yet, and the options outlive this. What another optimizer left in
  // the state goes with the first step.
  Optimizer(std::vector<Tensor> tensors, OptimizerState& state, const OptimizerOptions& options);

  // What no parameter and no velocity exceeds after a step whose gradient's entries are at most `steepest`. To be asked
  // before the step: with most_magnitude or more it must not be taken.
  double bound_after(const Step& step, double steepest);
  // A step: begin, and then each tensor that learns is moved once, by its number in the list. A tensor and what is kept
  // of it are each read and written once.
  void begin(const Step& step);
  void move(std::size_t number, const float* gradient) { move(number, gradient, nullptr); }
  void move(std::size_t number, const math::OuterDifference& gradient) { move(number, nullptr, &gradient); }
  // Rows [first, first + count) of a tensor as such a step would leave them, to `moved`, in which they have the same
  // place. Nothing is changed.
  void preview(const Step& step, std::size_t number, const float* gradient, Index first, Index count,
               float* moved) const;
  // Past gradients count no more, and the tensors may have been changed.
  void forget();
  // The tensors were changed by somebody else.
  void parameters_changed() { largest_ = -1; }

  // What the last step added to a tensor.
  const float* last_step(std::size_t number);
  // Roots of the sums of squares of all weights, and of what the last step added to them.
  double weight_norm() const;
  double update_norm() const;

 private:
  void move(std::size_t number, const float* gradient, const math::OuterDifference* counted);
  // Of a tensor's numbers [at, at + count): where they are, what is kept of them, and their gradient.
  struct Part {
    float *x, *velocity, *first_moment, *second_moment;
    const float* gradient;
    Index count;
    bool decays;
  };
  // A step's learning rate and epsilon as Adam has them, with the corrections of both moments.
  struct Way {
    Step step{};
    float rate = 0, epsilon = 0;
  };
  Way way_of(const Step& step, std::uint64_t moment_steps) const;
  float move(const Part& part, const Way& way) const;
  float move(std::size_t number, Index at, const float* gradient, Index count) const;
  float adam_step(std::size_t number, Index i) const;
  void allocate();

  std::vector<Tensor> tensors_;
  OptimizerState* state_;
  const OptimizerOptions* options_;
  Way way_;             // of the last step
  bool adam_ = false;   // in the last step
  float largest_ = -1;  // of all |parameters| and |velocities|; negative: not known
  std::vector<float> largest_of_piece_;
  Vector adam_step_;
};

}  // namespace wakesleep
