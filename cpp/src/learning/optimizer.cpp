#include "learning/optimizer.h"

#include <algorithm>
#include <cmath>

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

}  // namespace

[[gnu::noinline]] float largest_magnitude(const float* x, Index n) {
  Floats largest{};
  Index i = 0;
  for (; i + math::lanes <= n; i += math::lanes) largest = math::larger(largest, magnitude(math::load(x + i)));
  if (i < n) largest = math::larger(largest, magnitude(math::load_some(x + i, static_cast<int>(n - i))));
  return largest_lane(largest);
}

namespace {

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
[[gnu::noinline]] float move_by(float* __restrict x, float* __restrict velocity, Values gradient, Index n,
                                const Step& step, float decay) {
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

float sign(float x) { return x > 0 ? 1.0f : x < 0 ? -1.0f : 0.0f; }

// The same with L1.
float move_l1(float* __restrict x, float* __restrict velocity, const float* __restrict gradient, Index n,
              const Step& step) {
  float largest = 0;
  for (Index i = 0; i < n; ++i) {
    const float decayed = gradient[i] - step.weight_decay * x[i] - step.l1 * sign(x[i]);
    const float v = step.momentum * velocity[i] + step.learning_rate * decayed;
    x[i] += v;
    velocity[i] = v;
    largest = std::max({largest, std::abs(v), std::abs(x[i])});
  }
  return largest;
}

struct Adam {
  float beta1, beta2, rate, epsilon, l2, l1;
};

float move_adam(float* __restrict x, float* __restrict first, float* __restrict second,
                const float* __restrict gradient, Index n, const Adam& a) {
  float largest = 0;
  for (Index i = 0; i < n; ++i) {
    const float g = gradient[i] - a.l2 * x[i] - a.l1 * sign(x[i]);
    first[i] = a.beta1 * first[i] + (1 - a.beta1) * g;
    second[i] = a.beta2 * second[i] + (1 - a.beta2) * (g * g);
    x[i] += a.rate * first[i] / (std::sqrt(second[i]) + a.epsilon);
    largest = std::max(largest, std::abs(x[i]));
  }
  return largest;
}

// x^n by squaring: the same bits everywhere.
double power(double x, std::uint64_t n) {
  double result = 1;
  for (; n; n >>= 1, x *= x)
    if (n & 1) result *= x;
  return result;
}

}  // namespace

Optimizer::Optimizer(std::vector<Tensor> tensors, OptimizerState& state, const OptimizerOptions& options)
    : tensors_(std::move(tensors)), state_(&state), options_(&options) {}

double Optimizer::bound_after(const Step& step, double steepest) {
  const bool adam = options_->optimizer == OptimizerKind::adam;
  if (largest_ < 0) {
    largest_ = 0;
    for (const Tensor& tensor : tensors_)
      largest_ = std::max(largest_, largest_magnitude(tensor.data(), tensor.size()));
    if (!adam)
      for (const Vector& v : state_->velocity) largest_ = std::max(largest_, largest_magnitude(v.data(), v.size()));
  }
  const double now = static_cast<double>(largest_), rate = static_cast<double>(step.learning_rate);
  if (adam) {
    // |m^| / sqrt(s^) is at most this, by Cauchy's inequality, once the corrections are 1, and near it before.
    const double beta1 = options_->beta1, beta2 = options_->beta2;
    return now + rate * std::max(1.0, (1 - beta1) / std::sqrt((1 - beta2) * (1 - beta1 * beta1 / beta2)));
  }
  return now + (static_cast<double>(step.momentum) * now +
                rate * (steepest + static_cast<double>(step.weight_decay) * now + static_cast<double>(step.l1)));
}

// What the optimizer keeps is there, of zeros at first, and nothing of another's, which would be out of date when that
// one has its turn again.
void Optimizer::allocate() {
  const auto keep = [&](std::vector<Vector>& kept, bool wanted) {
    if (!wanted) return kept.clear();
    if (kept.size() == tensors_.size()) return;
    kept.clear();
    for (const Tensor& tensor : tensors_) kept.emplace_back(Vector::Zero(tensor.size()));
  };
  if (!adam_ || state_->first_moment.size() != tensors_.size()) state_->moment_steps = 0;
  keep(state_->velocity, !adam_);
  keep(state_->first_moment, adam_);
  keep(state_->second_moment, adam_);
}

void Optimizer::forget() {
  for (auto* kept : {&state_->velocity, &state_->first_moment, &state_->second_moment})
    for (Vector& v : *kept) v.setZero();
  state_->moment_steps = 0;
  parameters_changed();
}

void Optimizer::begin(const Step& step) {
  adam_ = options_->optimizer == OptimizerKind::adam;
  allocate();
  largest_ = 0;
  if (adam_) ++state_->moment_steps;
  way_ = way_of(step, state_->moment_steps);
}

// moment_steps: of Adam, this one included.
Optimizer::Way Optimizer::way_of(const Step& step, std::uint64_t moment_steps) const {
  if (options_->optimizer != OptimizerKind::adam) return {step};
  const double of_second = std::sqrt(1 - power(options_->beta2, moment_steps));
  return {step,
          static_cast<float>(static_cast<double>(step.learning_rate) * of_second /
                             (1 - power(options_->beta1, moment_steps))),
          static_cast<float>(options_->epsilon * of_second)};
}

float Optimizer::move(const Part& part, const Way& way) const {
  const float l2 = part.decays ? way.step.weight_decay : 0, l1 = part.decays ? way.step.l1 : 0;
  if (options_->optimizer == OptimizerKind::adam)
    return move_adam(
        part.x, part.first_moment, part.second_moment, part.gradient, part.count,
        {static_cast<float>(options_->beta1), static_cast<float>(options_->beta2), way.rate, way.epsilon, l2, l1});
  if (l1 > 0) return move_l1(part.x, part.velocity, part.gradient, part.count, way.step);
  return move_by(part.x, part.velocity, Numbers{part.gradient}, part.count, way.step, l2);
}

float Optimizer::move(std::size_t number, Index at, const float* gradient, Index count) const {
  const Tensor& tensor = tensors_[number];
  const auto kept = [&](std::vector<Vector>& of_all) { return of_all.empty() ? nullptr : of_all[number].data() + at; };
  return move({tensor.data() + at, kept(state_->velocity), kept(state_->first_moment), kept(state_->second_moment),
               gradient, count, tensor.decays()},
              way_);
}

void Optimizer::preview(const Step& step, std::size_t number, const float* gradient, Index first, Index count,
                        float* moved) const {
  constexpr Index panel = 512;
  const bool goes_on = state_->first_moment.size() == tensors_.size();
  const Way way = way_of(step, (goes_on ? state_->moment_steps : 0) + 1);
  const Tensor& tensor = tensors_[number];
  const Index cols = tensor.cols();
  math::parallel_for(count, 20.0 * static_cast<double>(cols), [&](Index row) {
    alignas(64) float kept[3][panel];
    for (Index from = 0; from < cols; from += panel) {
      const Index at = (first + row) * cols + from, columns = std::min(panel, cols - from);
      std::copy_n(tensor.data() + at, columns, moved + at);
      const auto copy = [&](const std::vector<Vector>& of_all, float* to) {
        if (of_all.size() == tensors_.size()) {
          std::copy_n(of_all[number].data() + at, columns, to);
        } else {
          std::fill_n(to, columns, 0.0f);
        }
        return to;
      };
      move({moved + at, copy(state_->velocity, kept[0]), copy(state_->first_moment, kept[1]),
            copy(state_->second_moment, kept[2]), gradient + at, columns, tensor.decays()},
           way);
    }
  });
}

void Optimizer::move(std::size_t number, const float* gradient, const math::OuterDifference* counted) {
  const Tensor& tensor = tensors_[number];
  const Index rows = tensor.rows(), cols = tensor.cols(), pieces = (rows + rows_a_piece - 1) / rows_a_piece;
  const bool in_bytes = counted && counted->in_bytes() && !adam_ && way_.step.l1 == 0;
  largest_of_piece_.resize(std::max(largest_of_piece_.size(), static_cast<std::size_t>(pieces)));
  const double work = 20.0 * static_cast<double>(rows_a_piece) * static_cast<double>(cols);
  math::parallel_for(pieces, work, [&](Index piece) {
    alignas(64) float floats[math::OuterDifference::panel];
    alignas(64) std::int8_t bytes[math::OuterDifference::panel];
    const Index top = piece * rows_a_piece, here = std::min(rows_a_piece, rows - top);
    float& largest = largest_of_piece_[static_cast<std::size_t>(piece)];
    if (!counted) {
      largest = move(number, top * cols, gradient + top * cols, here * cols);
      return;
    }
    largest = 0;
    for (Index from = 0; from < cols; from += math::OuterDifference::panel) {
      const Index columns = std::min(math::OuterDifference::panel, cols - from);
      for (Index i = top; i < top + here; ++i) {
        const Index at = i * cols + from;
        if (!in_bytes) {
          counted->row(i, from, columns, floats);
          largest = std::max(largest, move(number, at, floats, columns));
          continue;
        }
        float *x = tensor.data() + at, *velocity = state_->velocity[number].data() + at;
        if (i + 1 < rows) {
          math::will_change(x + cols, columns);
          math::will_change(velocity + cols, columns);
        }
        counted->row(i, from, columns, bytes);
        largest = std::max(
            largest, move_by(x, velocity, Counts{bytes, counted->scale()}, columns, way_.step, way_.step.weight_decay));
      }
    }
  });
  for (Index piece = 0; piece < pieces; ++piece)
    largest_ = std::max(largest_, largest_of_piece_[static_cast<std::size_t>(piece)]);
}

float Optimizer::adam_step(std::size_t number, Index i) const {
  return way_.rate * state_->first_moment[number][i] / (std::sqrt(state_->second_moment[number][i]) + way_.epsilon);
}

const float* Optimizer::last_step(std::size_t number) {
  if (!adam_) return state_->velocity[number].data();
  adam_step_.resize(tensors_[number].size());
  math::parallel_for(tensors_[number].rows(), 4.0 * static_cast<double>(tensors_[number].cols()), [&](Index row) {
    const Index first = row * tensors_[number].cols();
    for (Index i = first; i < first + tensors_[number].cols(); ++i) adam_step_[i] = adam_step(number, i);
  });
  return adam_step_.data();
}

double Optimizer::weight_norm() const {
  double sum = 0;
  for (const Tensor& tensor : tensors_)
    for (Index i = 0; tensor.decays() && i < tensor.size(); ++i)
      sum += static_cast<double>(tensor.data()[i]) * static_cast<double>(tensor.data()[i]);
  return std::sqrt(sum);
}

double Optimizer::update_norm() const {
  double sum = 0;
  for (std::size_t number = 0; number < tensors_.size(); ++number)
    for (Index i = 0; tensors_[number].decays() && i < tensors_[number].size(); ++i) {
      const auto x = static_cast<double>(adam_ ? adam_step(number, i) : state_->velocity[number][i]);
      sum += x * x;
    }
  return std::sqrt(sum);
}

}  // namespace wakesleep
