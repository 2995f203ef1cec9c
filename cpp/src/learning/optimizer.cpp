#include "learning/optimizer.h"

#include <algorithm>
#include <cmath>

#include "math/thread_pool.h"

namespace wakesleep {
namespace {

constexpr Index rows_a_piece = 16;

}  // namespace

float largest_magnitude(const float* x, Index n) {
  float largest = 0;
  for (Index i = 0; i < n; ++i) largest = std::max(largest, std::abs(x[i]));
  return largest;
}

// Plain loops over arrays that do not overlap: the compilers vectorise them, and every lane does the same operations.
float move_parameters(float* __restrict x, float* __restrict velocity, const float* __restrict gradient, Index n,
                      const Step& step, float decay) {
  float largest = 0;
  for (Index i = 0; i < n; ++i) {
    const float v = step.momentum * velocity[i] + step.learning_rate * (gradient[i] - decay * x[i]);
    const float to = x[i] + v;
    velocity[i] = v;
    x[i] = to;
    const float magnitude = std::abs(to) > std::abs(v) ? std::abs(to) : std::abs(v);
    largest = magnitude > largest ? magnitude : largest;
  }
  return largest;
}

bool is_safe_step(double largest, double steepest, const Step& step) {
  // Far below float's 3e38: inputs of units are sums over up to 2^20 weights, and errors are squared.
  constexpr double limit = 1e15;
  const double rate = static_cast<double>(step.learning_rate);
  return largest + static_cast<double>(step.momentum) * largest +
             rate * (steepest + static_cast<double>(step.weight_decay) * largest) <
         limit;
}

bool Optimizer::is_safe(const Rbm& rbm, const Step& step) {
  if (largest_ < 0) {
    const RbmTrainingState& state = rbm.training_state();
    largest_ = std::max({largest_magnitude(rbm.W().data(), rbm.W().size()), largest_magnitude(rbm.b().data(), rbm.b().size()),
                         largest_magnitude(rbm.c().data(), rbm.c().size()),
                         largest_magnitude(state.W_velocity.data(), state.W_velocity.size()),
                         largest_magnitude(state.b_velocity.data(), state.b_velocity.size()),
                         largest_magnitude(state.c_velocity.data(), state.c_velocity.size())});
  }
  return is_safe_step(static_cast<double>(largest_), 1, step);
}

void Optimizer::apply(Rbm& rbm, const Gradient& gradient, const Step& step) {
  RbmTrainingState& state = rbm.training_state();
  Matrix& W = rbm.mutable_W();
  const Index rows = W.rows(), cols = W.cols();
  const Index pieces = (rows + rows_a_piece - 1) / rows_a_piece;
  largest_of_piece_.resize(static_cast<std::size_t>(pieces));
  math::parallel_for(pieces, [&](Index piece) {
    alignas(64) float counted[math::OuterDifference::panel];
    const Index top = piece * rows_a_piece, here = std::min(rows_a_piece, rows - top);
    float largest = 0;
    for (Index first = 0; first < cols; first += math::OuterDifference::panel) {
      const Index columns = std::min(math::OuterDifference::panel, cols - first);
      for (Index i = top; i < top + here; ++i) {
        const Index at = i * cols + first;
        const float* of_row = gradient.counted ? counted : gradient.W.data() + at;
        if (gradient.counted) gradient.counts.row(i, first, columns, counted);
        largest = std::max(
            largest, move_parameters(W.data() + at, state.W_velocity.data() + at, of_row, columns, step, step.weight_decay));
      }
    }
    largest_of_piece_[static_cast<std::size_t>(piece)] = largest;
  });
  largest_ = *std::max_element(largest_of_piece_.begin(), largest_of_piece_.end());
  largest_ = std::max(
      largest_, move_parameters(rbm.mutable_b().data(), state.b_velocity.data(), gradient.b.data(), rbm.width(), step, 0));
  largest_ = std::max(
      largest_, move_parameters(rbm.mutable_c().data(), state.c_velocity.data(), gradient.c.data(), rbm.hidden(), step, 0));
}

}  // namespace wakesleep
