#include "learning/optimizer.h"

#include <algorithm>

#include "math/simd.h"
#include "math/thread_pool.h"

namespace wakesleep {
namespace {

constexpr Index rows_a_piece = 16;

using math::Floats;

WAKESLEEP_INLINE Floats magnitude(Floats x) { return math::as_floats(math::as_words(x) & 0x7fffffffu); }

float largest_lane(Floats x) {
  float largest = 0;
  for (int i = 0; i < math::lanes; ++i) largest = std::max(largest, x[i]);
  return largest;
}

[[gnu::noinline]] float largest_magnitude(const float* x, Index n) {
  Floats largest{};
  Index i = 0;
  for (; i + math::lanes <= n; i += math::lanes) largest = math::larger(largest, magnitude(math::load(x + i)));
  if (i < n) largest = math::larger(largest, magnitude(math::load_some(x + i, static_cast<int>(n - i))));
  return largest_lane(largest);
}

// What a gradient is made of: numbers, or counts that all have one scale. `count` lanes from the i-th on.
struct Numbers {
  const float* first;
  WAKESLEEP_INLINE Floats at(Index i, int count) const {
    return count == math::lanes ? math::load(first + i) : math::load_some(first + i, count);
  }
};
struct Counts {
  const std::int8_t* first;  // with room for whole vectors
  float scale;
  WAKESLEEP_INLINE Floats at(Index i, int) const { return math::signed_bytes_as_floats(first + i) * scale; }
};

// Vectors are spelled out, because compilers leave a loop that looks for the largest of floats as it is.
template <class Values>
[[gnu::noinline]] float move(float* __restrict x, float* __restrict velocity, Values gradient, Index n, const Step& step,
                             float decay) {
  const Floats momentum = math::broadcast(step.momentum), rate = math::broadcast(step.learning_rate),
               of_x = math::broadcast(decay);
  Floats largest{};
  const auto moved = [&](Floats& at, Floats v, Floats g) {
    v = momentum * v + rate * (g - of_x * at);
    at += v;
    largest = math::larger(largest, math::larger(magnitude(v), magnitude(at)));
    return v;
  };
  Index i = 0;
  for (; i + math::lanes <= n; i += math::lanes) {
    Floats at = math::load(x + i);
    math::store(velocity + i, moved(at, math::load(velocity + i), gradient.at(i, math::lanes)));
    math::store(x + i, at);
  }
  if (i < n) {
    const int some = static_cast<int>(n - i);
    Floats at = math::load_some(x + i, some);
    math::store_some(velocity + i, moved(at, math::load_some(velocity + i, some), gradient.at(i, some)), some);
    math::store_some(x + i, at, some);
  }
  return largest_lane(largest);
}

}  // namespace

bool Optimizer::is_safe(const Rbm& rbm, const Step& step) {
  // Far below float's 3e38: inputs of units are sums over up to 2^20 weights, and errors are squared.
  constexpr double limit = 1e15;
  if (largest_ < 0) {
    const RbmTrainingState& state = rbm.training_state();
    largest_ = std::max({largest_magnitude(rbm.W().data(), rbm.W().size()), largest_magnitude(rbm.b().data(), rbm.b().size()),
                         largest_magnitude(rbm.c().data(), rbm.c().size()),
                         largest_magnitude(state.W_velocity.data(), state.W_velocity.size()),
                         largest_magnitude(state.b_velocity.data(), state.b_velocity.size()),
                         largest_magnitude(state.c_velocity.data(), state.c_velocity.size())});
  }
  const double now = static_cast<double>(largest_), rate = static_cast<double>(step.learning_rate);
  return now + static_cast<double>(step.momentum) * now + rate * (1 + static_cast<double>(step.weight_decay) * now) < limit;
}

void Optimizer::apply(Rbm& rbm, const Gradient& gradient, const Step& step) {
  RbmTrainingState& state = rbm.training_state();
  Matrix& W = rbm.mutable_W();
  const Index rows = W.rows(), cols = W.cols();
  const Index pieces = (rows + rows_a_piece - 1) / rows_a_piece;
  largest_of_piece_.resize(static_cast<std::size_t>(pieces));
  math::parallel_for(pieces, [&](Index piece) {
    alignas(64) float counted[math::OuterDifference::panel];
    alignas(64) std::int8_t bytes[math::OuterDifference::panel];
    const bool in_bytes = gradient.counted && gradient.counts.in_bytes();
    const Index top = piece * rows_a_piece, here = std::min(rows_a_piece, rows - top);
    float largest = 0;
    for (Index first = 0; first < cols; first += math::OuterDifference::panel) {
      const Index columns = std::min(math::OuterDifference::panel, cols - first);
      for (Index i = top; i < top + here; ++i) {
        const Index at = i * cols + first;
        const auto move_by = [&](auto values) {
          largest =
              std::max(largest, move(W.data() + at, state.W_velocity.data() + at, values, columns, step, step.weight_decay));
        };
        if (in_bytes) {
          gradient.counts.row(i, first, columns, bytes);
          move_by(Counts{bytes, gradient.counts.scale()});
        } else if (gradient.counted) {
          gradient.counts.row(i, first, columns, counted);
          move_by(Numbers{counted});
        } else {
          move_by(Numbers{gradient.W.data() + at});
        }
      }
    }
    largest_of_piece_[static_cast<std::size_t>(piece)] = largest;
  });
  largest_ = *std::max_element(largest_of_piece_.begin(), largest_of_piece_.end());
  largest_ = std::max(largest_,
                      move(rbm.mutable_b().data(), state.b_velocity.data(), Numbers{gradient.b.data()}, rbm.width(), step, 0));
  largest_ = std::max(largest_,
                      move(rbm.mutable_c().data(), state.c_velocity.data(), Numbers{gradient.c.data()}, rbm.hidden(), step, 0));
}

}  // namespace wakesleep
