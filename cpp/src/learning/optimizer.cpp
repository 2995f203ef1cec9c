#include "learning/optimizer.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

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
[[gnu::noinline]] float move(float* __restrict x, float* __restrict velocity, Values gradient, Index n,
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

// Past this, a float's neighbours are 2 apart, and what a batch adds is lost.
constexpr double limit = 1 << 24;

struct Extreme {
  float magnitude = 0;
  Index at = 0;
};

float largest_of_all(const Matrix& W, const Vector& b, const Vector& c) {
  return std::max({largest_magnitude(W.data(), W.size()), largest_magnitude(b.data(), b.size()),
                   largest_magnitude(c.data(), c.size())});
}

template <class Values>
bool all_below_limit(const Values& x) {
  bool below = true;
  for (Index i = 0; i < x.size(); ++i) below &= static_cast<double>(std::abs(x.data()[i])) < limit;
  return below;
}

// NaN counts as the largest.
Extreme extreme(const float* x, Index n) {
  Extreme found;
  for (Index i = 0; i < n; ++i)
    if (!(std::abs(x[i]) <= found.magnitude)) {
      found = {std::abs(x[i]), i};
      if (std::isnan(x[i])) break;
    }
  return found;
}

std::string unit_name(const Rbm& rbm, Index i) {
  return i < rbm.visible() ? "visible unit " + std::to_string(i) : "label unit " + std::to_string(i - rbm.visible());
}

// The largest of the three, by name and unit.
struct Named {
  Extreme found;
  std::string where;
};
Named largest_of(const Rbm& rbm, const Matrix& W, const Vector& b, const Vector& c) {
  const Extreme of_W = extreme(W.data(), W.size()), of_b = extreme(b.data(), b.size()),
                of_c = extreme(c.data(), c.size());
  const auto less = [](const Extreme& x, const Extreme& y) {
    return !(y.magnitude <= x.magnitude) && !std::isnan(x.magnitude);
  };
  Named named{of_W, "W of " + unit_name(rbm, of_W.at / rbm.hidden()) + " and hidden unit " +
                        std::to_string(of_W.at % rbm.hidden())};
  if (less(named.found, of_b)) named = {of_b, "b of " + unit_name(rbm, of_b.at)};
  if (less(named.found, of_c)) named = {of_c, "c of hidden unit " + std::to_string(of_c.at)};
  return named;
}

std::string magnitude(const Extreme& e) {
  if (std::isnan(e.magnitude)) return "not a number";
  char text[40];
  std::snprintf(text, sizeof text, "%.3g", static_cast<double>(e.magnitude));
  return text;
}

}  // namespace

float move_parameters(float* x, float* velocity, const float* gradient, Index n, const Step& step, float decay) {
  return move(x, velocity, Numbers{gradient}, n, step, decay);
}

bool is_safe_step(double largest, double steepest, const Step& step) {
  const double after = largest + static_cast<double>(step.momentum) * largest +
                       static_cast<double>(step.learning_rate) *
                           (steepest + static_cast<double>(step.weight_decay) * largest + static_cast<double>(step.l1));
  return after < limit;
}

// A tensor of parameters, and what the optimizer keeps of it: the velocity, or both moments.
struct Optimizer::Tensor {
  float* x;
  float* first;
  float* second;
  bool decays;
};

Optimizer::Optimizer(Rbm& rbm, const TrainingOptions& options) : rbm_(&rbm), options_(&options) {
  RbmTrainingState& state = rbm.training_state();
  if (options.optimizer == OptimizerKind::adam) {
    if (!state.first_moment.empty()) return;
    state.first_moment.set_zero(rbm.width(), rbm.hidden());
    state.second_moment.set_zero(rbm.width(), rbm.hidden());
    state.moment_steps = 0;
  } else if (state.W_velocity.size() == 0) {
    state.W_velocity.setZero(rbm.width(), rbm.hidden());
    state.b_velocity.setZero(rbm.width());
    state.c_velocity.setZero(rbm.hidden());
  }
}

std::string Optimizer::fault(const Gradient& gradient, const Step& step) {
  const RbmTrainingState& state = rbm_->training_state();
  const bool adam = options_->optimizer == OptimizerKind::adam;
  if (largest_ < 0) {
    largest_ = largest_of_all(rbm_->W(), rbm_->b(), rbm_->c());
    if (!adam) largest_ = std::max(largest_, largest_of_all(state.W_velocity, state.b_velocity, state.c_velocity));
  }
  double of_gradient = 1;
  if (!gradient.bounded) {
    for (const Vector* sigma : {&gradient.sigma_v, &gradient.sigma_h})
      if (!all_below_limit(*sigma)) {
        const Extreme worst = extreme(sigma->data(), sigma->size());
        return "the gradient of sigma of " + std::string(sigma == &gradient.sigma_v ? "visible" : "hidden") + " unit " +
               std::to_string(worst.at) + " is " + magnitude(worst) +
               ". Data that are not standardised, or a sigma that runs to zero, are the usual cause: try a lower sigma "
               "learning "
               "rate";
      }
    of_gradient = static_cast<double>(largest_of_all(gradient.W, gradient.b, gradient.c));
    if (!all_below_limit(gradient.W) || !all_below_limit(gradient.b) || !all_below_limit(gradient.c)) {
      const Named worst = largest_of(*rbm_, gradient.W, gradient.b, gradient.c);
      return "the gradient of " + worst.where + " is " + magnitude(worst.found) +
             ". Data that are not normalised, or weights of examples that are far apart, are the usual cause";
    }
  }
  const double now = static_cast<double>(largest_), rate = static_cast<double>(step.learning_rate);
  double after = now;
  if (adam) {
    // |m^| / sqrt(s^) is at most this, by Cauchy's inequality, once the corrections are 1, and near it before.
    const double beta1 = options_->beta1, beta2 = options_->beta2;
    after += rate * std::max(1.0, (1 - beta1) / std::sqrt((1 - beta2) * (1 - beta1 * beta1 / beta2)));
  } else {
    after += static_cast<double>(step.momentum) * now +
             rate * (of_gradient + static_cast<double>(step.weight_decay) * now + static_cast<double>(step.l1));
  }
  if (after < limit) return {};
  const Named worst = largest_of(*rbm_, rbm_->W(), rbm_->b(), rbm_->c());
  char rate_text[40];
  std::snprintf(rate_text, sizeof rate_text, "%g", rate);
  return worst.where + ", now " + magnitude(worst.found) +
         ", would leave the range in which floats can learn. A learning rate below " + rate_text + " is the usual cure";
}

float Optimizer::update(const Tensor& tensor, Index at, const float* gradient, Index count, const Step& step) const {
  const float l2 = tensor.decays ? step.weight_decay : 0, l1 = tensor.decays ? step.l1 : 0;
  if (options_->optimizer == OptimizerKind::adam)
    return move_adam(
        tensor.x + at, tensor.first + at, tensor.second + at, gradient, count,
        {static_cast<float>(options_->beta1), static_cast<float>(options_->beta2), rate_, epsilon_, l2, l1});
  if (l1 > 0) return move_l1(tensor.x + at, tensor.first + at, gradient, count, step);
  return move(tensor.x + at, tensor.first + at, Numbers{gradient}, count, step, l2);
}

void Optimizer::apply(const Gradient& gradient, const Step& step) {
  RbmTrainingState& state = rbm_->training_state();
  const bool adam = options_->optimizer == OptimizerKind::adam;
  if (adam) {
    const std::uint64_t t = ++state.moment_steps;
    const double of_second = std::sqrt(1 - power(options_->beta2, t));
    rate_ = static_cast<float>(static_cast<double>(step.learning_rate) * of_second / (1 - power(options_->beta1, t)));
    epsilon_ = static_cast<float>(options_->epsilon * of_second);
  }
  const auto tensor = [&](float* x, float* velocity, float* first, float* second, bool decays) {
    return Tensor{x, adam ? first : velocity, adam ? second : nullptr, decays};
  };
  ParameterSet &first = state.first_moment, &second = state.second_moment;
  const Tensor W = tensor(rbm_->mutable_W().data(), state.W_velocity.data(), first.W.data(), second.W.data(), true);
  const Tensor b = tensor(rbm_->mutable_b().data(), state.b_velocity.data(), first.b.data(), second.b.data(), false);
  const Tensor c = tensor(rbm_->mutable_c().data(), state.c_velocity.data(), first.c.data(), second.c.data(), false);

  const Index rows = rbm_->width(), cols = rbm_->hidden();
  const Index pieces = (rows + rows_a_piece - 1) / rows_a_piece;
  largest_of_piece_.resize(static_cast<std::size_t>(pieces));
  math::parallel_for(pieces, [&](Index piece) {
    alignas(64) float counted[math::OuterDifference::panel];
    alignas(64) std::int8_t bytes[math::OuterDifference::panel];
    const bool in_bytes = gradient.counted && gradient.counts.in_bytes() && !adam && step.l1 == 0;
    const Index top = piece * rows_a_piece, here = std::min(rows_a_piece, rows - top);
    float largest = 0;
    for (Index from = 0; from < cols; from += math::OuterDifference::panel) {
      const Index columns = std::min(math::OuterDifference::panel, cols - from);
      for (Index i = top; i < top + here; ++i) {
        const Index at = i * cols + from;
        if (in_bytes) {
          if (i + 1 < rows) {
            math::will_change(W.x + at + cols, columns);
            math::will_change(W.first + at + cols, columns);
          }
          gradient.counts.row(i, from, columns, bytes);
          largest = std::max(largest, move(W.x + at, W.first + at, Counts{bytes, gradient.counts.scale()}, columns,
                                           step, step.weight_decay));
          continue;
        }
        const float* of_row = gradient.counted ? counted : gradient.W.data() + at;
        if (gradient.counted) gradient.counts.row(i, from, columns, counted);
        largest = std::max(largest, update(W, at, of_row, columns, step));
      }
    }
    largest_of_piece_[static_cast<std::size_t>(piece)] = largest;
  });
  largest_ = *std::max_element(largest_of_piece_.begin(), largest_of_piece_.end());
  largest_ = std::max(largest_, update(b, 0, gradient.b.data(), rows, step));
  largest_ = std::max(largest_, update(c, 0, gradient.c.data(), cols, step));
  update_sigma(gradient, step);
}

void Optimizer::update_sigma(const Gradient& gradient, const Step& step) {
  RbmTrainingState& state = rbm_->training_state();
  const auto move = [&](Vector& velocity, const Vector& of_gradient) {
    if (of_gradient.size() == 0) return;
    if (velocity.size() == 0) velocity.setZero(of_gradient.size());
    for (Index i = 0; i < velocity.size(); ++i)
      velocity[i] = step.momentum * velocity[i] + step.sigma_learning_rate * of_gradient[i];
  };
  move(state.sigma_v_velocity, gradient.sigma_v);
  move(state.sigma_h_velocity, gradient.sigma_h);
  if (gradient.sigma_v.size() || gradient.sigma_h.size())
    rbm_->move_log_sigma(state.sigma_v_velocity, state.sigma_h_velocity);
}

float Optimizer::adam_step(Index i) const {
  const RbmTrainingState& state = rbm_->training_state();
  return rate_ * state.first_moment.W.data()[i] / (std::sqrt(state.second_moment.W.data()[i]) + epsilon_);
}

const Matrix& Optimizer::last_step() {
  if (options_->optimizer == OptimizerKind::sgd) return rbm_->training_state().W_velocity;
  adam_step_.resize(rbm_->width(), rbm_->hidden());
  math::parallel_for(adam_step_.rows(), [&](Index i) {
    for (Index at = i * adam_step_.cols(); at < (i + 1) * adam_step_.cols(); ++at)
      adam_step_.data()[at] = adam_step(at);
  });
  return adam_step_;
}

double Optimizer::last_step_norm() const {
  const Matrix& velocity = rbm_->training_state().W_velocity;
  const bool adam = options_->optimizer == OptimizerKind::adam;
  if (adam && rate_ == 0) return 0;
  double sum = 0;
  for (Index i = 0; i < rbm_->W().size(); ++i) {
    const auto x = static_cast<double>(adam ? adam_step(i) : velocity.data()[i]);
    sum += x * x;
  }
  return std::sqrt(sum);
}

}  // namespace wakesleep
