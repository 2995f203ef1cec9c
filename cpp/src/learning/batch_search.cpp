#include "learning/batch_search.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "learning/parameter_vectors.h"
#include "math/slices.h"
#include "models/tensors.h"

namespace wakesleep {

void BatchObjective::begin(const NetworkParameters& parameters, NetworkParameters* descent,
                           Backpropagation::Found& found, bool first) const {
  found = {};
  backpropagation->begin(parameters, batch, found, descent, frozen, first ? see : nullptr);
}

double BatchObjective::value(const NetworkParameters& parameters, NetworkParameters* descent,
                             const Backpropagation::Found& found) const {
  double value = found.loss / static_cast<double>(batch.rows());
  if (decay == 0) return value;
  double squares = 0;
  for (std::size_t l = static_cast<std::size_t>(frozen); l < parameters.W.size(); ++l) {
    const Matrix& W = parameters.W[l];
    for (Index i = 0; i < W.size(); ++i) squares += static_cast<double>(W.data()[i]) * static_cast<double>(W.data()[i]);
    for (Index i = 0; descent && i < W.size(); ++i) descent->W[l].data()[i] -= static_cast<float>(decay) * W.data()[i];
  }
  return value + decay * squares / 2;
}

void BatchObjective::add_damping(const NetworkParameters& v, double damping, NetworkParameters& product) const {
  each_pair(product, v, frozen, [&](float* y, const float* x, Index n, bool weights) {
    const auto more = static_cast<float>(damping + (weights ? decay : 0));
    for (Index i = 0; i < n; ++i) y[i] += more * x[i];
  });
}

bool BatchSearch::step() {
  const math::SliceOfWork slice;
  do {
    if (!objective_->backpropagation->step()) return go_on();
  } while (!slice.over());
  return true;
}

namespace {

NetworkParameters zeros_like(const NetworkParameters& parameters) {
  NetworkParameters zeros;
  for (const Matrix& W : parameters.W) zeros.W.emplace_back(Matrix::Zero(W.rows(), W.cols()));
  for (const Vector& b : parameters.b) zeros.b.emplace_back(Vector::Zero(b.size()));
  return zeros;
}

void clear(NetworkParameters& parameters) {
  for (Matrix& W : parameters.W) W.setZero();
  for (Vector& b : parameters.b) b.setZero();
}

double weight_norm(const NetworkParameters& parameters, Index frozen) {
  double sum = 0;
  each_pair(parameters, parameters, frozen, [&](const float* x, const float*, Index n, bool weights) {
    for (Index i = 0; weights && i < n; ++i) sum += static_cast<double>(x[i]) * static_cast<double>(x[i]);
  });
  return std::sqrt(sum);
}

// A step that could leave the range in which floats can learn is none.
bool in_range(const NetworkParameters& parameters) {
  bool all = true;
  const auto look = [&](const auto& x) {
    for (Index i = 0; i < x.size(); ++i) all &= static_cast<double>(std::abs(x.data()[i])) < most_magnitude;
  };
  for (const Matrix& W : parameters.W) look(W);
  for (const Vector& b : parameters.b) look(b);
  return all;
}

// Polak and Ribiere's directions, which begin anew at the steepest where they would be none of descent. Along each, the
// loss is followed to where both of Wolfe's conditions hold, by cubic interpolation (Nocedal and Wright 2006,
// algorithms 3.5 and 3.6).
class ConjugateGradients : public BatchSearch {
 public:
  ConjugateGradients(Network& net, const NetworkTrainingOptions& options) : net_(&net), options_(&options) {
    for (NetworkParameters* one : {&x_, &trial_, &descent_, &of_trial_, &of_low_, &direction_})
      *one = zeros_like(net.parameters());
  }

  void begin(const BatchObjective& objective) override {
    objective_.emplace(objective);
    most_ = options_->line_searches;
    x_ = net_->parameters();
    trial_ = x_;
    searches_ = 0;
    started_ = over_ = false;
    objective_->begin(x_, &descent_, found_, true);
  }

  double finish() override {
    NetworkParameters& parameters = net_->mutable_parameters();
    copy(x_, trial_, frozen());
    combine(trial_, 1, -1, parameters, frozen());
    copy(x_, parameters, frozen());
    return weight_norm(trial_, frozen());
  }

 protected:
  bool go_on() override {
    if (over_) return false;
    if (started_) {
      evaluated();
    } else {
      value_ = objective_->value(x_, &descent_, found_);
      started_ = true;
      const double steepness = dot(descent_, descent_, frozen());
      copy(descent_, direction_, frozen());
      along_steepest_ = true;
      start_search(-steepness, 1 / (1 + steepness));
    }
    if (over_) return false;
    copy(x_, trial_, frozen());
    combine(trial_, 1, next_, direction_, frozen());
    within_ = in_range(trial_);
    if (within_) objective_->begin(trial_, &of_trial_, found_of_trial_);
    return true;
  }

 private:
  struct Point {
    double step = 0, value = 0, slope = 0;
  };
  static constexpr double enough = 1e-4, flat = 0.1;
  static constexpr int most_evaluations = 20;

  Index frozen() const { return objective_->frozen; }

  void start_search(double slope, double step) {
    if (!(slope < 0) || !std::isfinite(value_)) {
      over_ = true;
      return;
    }
    low_ = {0, value_, slope};
    start_ = low_;
    bracketed_ = false;
    next_ = step;
    evaluations_ = 0;
  }

  void evaluated() {
    const double value =
        within_ ? objective_->value(trial_, &of_trial_, found_of_trial_) : std::numeric_limits<double>::infinity();
    const Point now{next_, value, -dot(of_trial_, direction_, frozen())};
    ++evaluations_;
    const bool sound = std::isfinite(value) && std::isfinite(now.slope);
    if (!sound || value > start_.value + enough * now.step * start_.slope || (low_.step > 0 && value >= low_.value)) {
      high_ = now;
      bracketed_ = true;
      high_sound_ = sound;
    } else if (std::abs(now.slope) <= -flat * start_.slope) {
      set_low(now);
      return end_search();
    } else {
      if (now.slope * (bracketed_ ? high_.step - low_.step : 1) >= 0) {
        high_ = low_;
        bracketed_ = high_sound_ = true;
      }
      set_low(now);
    }
    if (evaluations_ == most_evaluations) return end_search();
    next_ = bracketed_ ? between() : 3 * next_;
  }

  void set_low(const Point& now) {
    low_ = now;
    std::swap(of_low_, of_trial_);
  }

  double between() const {
    const double width = high_.step - low_.step, middle = low_.step + width / 2;
    if (!high_sound_) return middle;
    const double d1 = low_.slope + high_.slope - 3 * (low_.value - high_.value) / (low_.step - high_.step);
    const double square = d1 * d1 - low_.slope * high_.slope;
    if (!(square >= 0)) return middle;
    const double d2 = (width > 0 ? 1 : -1) * std::sqrt(square);
    const double step = high_.step - width * (high_.slope + d2 - d1) / (high_.slope - low_.slope + 2 * d2);
    const double share = (step - low_.step) / width;
    return share >= 0.1 && share <= 0.9 ? step : middle;
  }

  void end_search() {
    if (low_.step == 0) {
      // Nothing was found along this direction.
      if (along_steepest_) {
        over_ = true;
        return;
      }
      copy(descent_, direction_, frozen());
      along_steepest_ = true;
      const double steepness = dot(descent_, descent_, frozen());
      return start_search(-steepness, 1 / (1 + steepness));
    }
    combine(x_, 1, low_.step, direction_, frozen());
    value_ = low_.value;
    if (++searches_ == most_) {
      over_ = true;
      return;
    }
    const double before = dot(descent_, descent_, frozen()), now = dot(of_low_, of_low_, frozen());
    const double beta = std::max(0.0, (now - dot(of_low_, descent_, frozen())) / before);
    std::swap(descent_, of_low_);
    combine(direction_, beta, 1, descent_, frozen());
    along_steepest_ = beta == 0;
    double slope = -dot(descent_, direction_, frozen());
    if (!(slope < 0)) {
      copy(descent_, direction_, frozen());
      along_steepest_ = true;
      slope = -now;
    }
    start_search(slope, low_.step * std::min(10.0, start_.slope / slope));
  }

  Network* net_;
  const NetworkTrainingOptions* options_;
  Index most_ = 0;  // line searches or iterations, as they were when the batch began
  Backpropagation::Found found_of_trial_;
  NetworkParameters x_, trial_, descent_, of_trial_, of_low_, direction_;
  Point start_, low_, high_;
  double value_ = 0, next_ = 0;
  Index searches_ = 0;
  int evaluations_ = 0;
  bool started_ = false, over_ = false, within_ = false, bracketed_ = false, high_sound_ = false,
       along_steepest_ = false;
};

// Martens 2010, "Deep learning via Hessian-free optimization": conjugate gradients on (G + damping) d = - gradient, G
// the Gauss-Newton matrix, preconditioned by (diag of the squared gradients + damping)^(3/4), which start at the last
// direction times 0.95 and end when they gain little; a search back along the direction; and Levenberg and Marquardt's
// rule for the damping.
class HessianFree : public BatchSearch {
 public:
  HessianFree(Network& net, const NetworkTrainingOptions& options) : net_(&net), options_(&options) {
    for (NetworkParameters* one :
         {&trial_, &descent_, &residual_, &direction_, &along_, &product_, &scaled_, &squares_})
      *one = zeros_like(net.parameters());
  }

  void begin(const BatchObjective& objective) override {
    objective_.emplace(objective);
    const NetworkTrainingState& state = net_->training_state();
    most_ = options_->iterations;
    taken_ = 0;
    damping_ = state.damping.size() ? static_cast<double>(state.damping[0]) : options_->damping;
    stage_ = Stage::gradient;
    objective_->begin(net_->parameters(), &descent_, found_, true);
  }

  double finish() override {
    NetworkTrainingState& state = net_->training_state();
    // First what may lack the memory.
    if (state.direction.empty()) state.direction = zeros_like(direction_);
    if (taken_ > 0) combine(net_->mutable_parameters(), 1, taken_, direction_, frozen());
    copy(direction_, state.direction, 0);
    state.damping = Vector::Constant(1, static_cast<float>(damping_));
    return taken_ * weight_norm(direction_, frozen());
  }

 protected:
  bool go_on() override {
    switch (stage_) {
      case Stage::gradient:
        value_ = objective_->value(net_->parameters(), &descent_, found_);
        stage_ = std::isfinite(value_) ? Stage::preconditioner : Stage::over;
        if (stage_ == Stage::preconditioner)
          objective_->backpropagation->begin_squared_gradients(net_->parameters(), objective_->batch, frozen(),
                                                               squares_);
        return stage_ != Stage::over;
      case Stage::preconditioner:
        precondition();
        begin_directions();
        return stage_ != Stage::over;
      case Stage::last_direction:
        objective_->add_damping(direction_, damping_, product_);
        combine(residual_, 1, -1, product_, frozen());
        start_directions();
        return stage_ != Stage::over;
      case Stage::directions:
        iterate();
        return stage_ != Stage::over;
      case Stage::back:
        search_back();
        return stage_ != Stage::over;
      case Stage::over:
        return false;
    }
    return false;
  }

 private:
  // What the pass is for.
  enum class Stage { gradient, preconditioner, last_direction, directions, back, over };
  static constexpr double of_last_direction = 0.95, little_gain = 5e-4, shorter = 0.8, enough = 0.01;
  static constexpr int most_steps_back = 30;

  Index frozen() const { return objective_->frozen; }

  void precondition() {
    const float of_row = 1 / static_cast<float>(objective_->batch.rows()), damping = static_cast<float>(damping_);
    each_pair(squares_, squares_, frozen(), [&](float* x, const float*, Index n, bool) {
      for (Index i = 0; i < n; ++i) {
        const float root = std::sqrt(x[i] * of_row + damping);
        x[i] = root * std::sqrt(root);
      }
    });
  }
  void divide_by_preconditioner(const NetworkParameters& x, NetworkParameters& to) const {
    copy(x, to, frozen());
    each_pair(to, squares_, frozen(), [](float* y, const float* m, Index n, bool) {
      for (Index i = 0; i < n; ++i) y[i] /= m[i];
    });
  }

  void begin_directions() {
    const NetworkParameters& last = net_->training_state().direction;
    copy(descent_, residual_, frozen());
    if (last.empty()) {
      clear(direction_);
      return start_directions();
    }
    copy(last, direction_, frozen());
    combine(direction_, of_last_direction, 0, direction_, frozen());
    stage_ = Stage::last_direction;
    begin_product(direction_);
  }
  void begin_product(const NetworkParameters& v) {
    objective_->backpropagation->begin_curvature(net_->parameters(), objective_->batch, v, frozen(), product_);
  }

  void start_directions() {
    divide_by_preconditioner(residual_, scaled_);
    copy(scaled_, along_, frozen());
    inner_ = dot(residual_, scaled_, frozen());
    values_.clear();
    values_.push_back(quadratic());
    stage_ = Stage::directions;
    if (!(inner_ > 0)) return end_directions();
    begin_product(along_);
  }

  // 1/2 d'A d - d' descent = - 1/2 d'(residual + descent).
  double quadratic() const { return -(dot(direction_, residual_, frozen()) + dot(direction_, descent_, frozen())) / 2; }

  void iterate() {
    objective_->add_damping(along_, damping_, product_);
    const double curved = dot(along_, product_, frozen());
    if (!(curved > 0) || !std::isfinite(curved)) return end_directions();
    const double step = inner_ / curved;
    combine(direction_, 1, step, along_, frozen());
    combine(residual_, 1, -step, product_, frozen());
    values_.push_back(quadratic());
    const auto done = static_cast<Index>(values_.size()) - 1;
    const Index span = std::max<Index>(10, done / 10);
    const double now = values_.back();
    if (done >= most_ ||
        (done > span && now < 0 &&
         (now - values_[static_cast<std::size_t>(done - span)]) / now < static_cast<double>(span) * little_gain))
      return end_directions();
    divide_by_preconditioner(residual_, scaled_);
    const double inner = dot(residual_, scaled_, frozen());
    if (!(inner > 0)) return end_directions();
    combine(along_, inner / inner_, 1, scaled_, frozen());
    inner_ = inner;
    begin_product(along_);
  }

  void end_directions() {
    stage_ = Stage::back;
    step_ = 1;
    taken_ = 0;
    steps_back_ = 0;
    slope_ = -dot(descent_, direction_, frozen());
    if (slope_ < 0) return begin_trial();
    // (A direction of the last batch may be none of descent for this one.)
    damping_ *= 1.5;
    clear(direction_);
    stage_ = Stage::over;
  }

  void begin_trial() {
    copy(net_->parameters(), trial_, frozen());
    combine(trial_, 1, step_, direction_, frozen());
    within_ = in_range(trial_);
    if (within_) objective_->begin(trial_, nullptr, found_of_trial_);
  }

  void search_back() {
    const double value =
        within_ ? objective_->value(trial_, nullptr, found_of_trial_) : std::numeric_limits<double>::infinity();
    if (step_ == 1) {
      const double ratio = (value - value_) / values_.back();
      damping_ *= !(ratio >= 0.25) ? 1.5 : ratio > 0.75 ? 2.0 / 3 : 1;
      damping_ = std::clamp(damping_, 1e-10, 1e6);
    }
    if (value <= value_ + enough * step_ * slope_) {
      taken_ = step_;
      stage_ = Stage::over;
    } else if (++steps_back_ == most_steps_back) {
      clear(direction_);
      stage_ = Stage::over;
    }
    step_ *= shorter;
    if (stage_ == Stage::back) begin_trial();
  }

  Network* net_;
  const NetworkTrainingOptions* options_;
  Index most_ = 0;  // line searches or iterations, as they were when the batch began
  Backpropagation::Found found_of_trial_;
  Stage stage_ = Stage::over;
  NetworkParameters trial_, descent_, residual_, direction_, along_, product_, scaled_, squares_;
  std::vector<double> values_;  // of the quadratic model, an iteration each
  double value_ = 0, damping_ = 1, inner_ = 0, slope_ = 0, step_ = 1, taken_ = 0;
  int steps_back_ = 0;
  bool within_ = false;
};

}  // namespace

std::unique_ptr<BatchSearch> conjugate_gradients(Network& net, const NetworkTrainingOptions& options) {
  return std::make_unique<ConjugateGradients>(net, options);
}
std::unique_ptr<BatchSearch> hessian_free(Network& net, const NetworkTrainingOptions& options) {
  return std::make_unique<HessianFree>(net, options);
}

}  // namespace wakesleep
