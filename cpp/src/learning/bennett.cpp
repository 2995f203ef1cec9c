#include "learning/bennett.h"

#include <algorithm>
#include <cmath>

#include "math/scalar.h"
#include "math/slices.h"

namespace wakesleep {
namespace {

double fermi(double x) { return x > 0 ? math::exp(-x) / (1 + math::exp(-x)) : 1 / (1 + math::exp(x)); }

// What each sample counts; they sum to 1.
double share(const VectorD& log_weights, double largest, double sum, Index i) {
  return math::exp(log_weights[i] - largest) / sum;
}

}  // namespace

BennettRatio bennett_ratio(const VectorD& up, const VectorD& down, const VectorD* log_weights) {
  Bennett bennett;
  bennett.begin(up, down, log_weights);
  while (bennett.step()) {
  }
  return bennett.ratio();
}

void Bennett::begin(const VectorD& up, const VectorD& down, const VectorD* log_weights) {
  up_ = &up;
  down_ = &down;
  log_weights_ = log_weights;
  n0_ = static_cast<double>(up.size());
  largest_ = 0;
  sum_ = n1_ = static_cast<double>(down.size());
  if (log_weights) {
    largest_ = log_weights->maxCoeff();
    sum_ = 0;
    double squares = 0;
    for (Index i = 0; i < down.size(); ++i) {
      const double w = math::exp((*log_weights)[i] - largest_);
      sum_ += w;
      squares += w * w;
    }
    n1_ = sum_ * sum_ / squares;
  }
  m_ = math::log(n0_ / n1_);
  low_ = -1;
  high_ = 1;
  halvings_ = 0;
  stage_ = Stage::low;
}

Bennett::Moments Bennett::of_0(double d) const {
  Moments moments;
  for (Index i = 0; i < up_->size(); ++i) {
    const double f = fermi((*up_)[i] + m_ + d);
    moments.mean += f / n0_;
    moments.square += f * f / n0_;
  }
  return moments;
}

Bennett::Moments Bennett::of_1(double d) const {
  Moments moments;
  for (Index i = 0; i < down_->size(); ++i) {
    const double f = fermi((*down_)[i] - m_ - d);
    const double p = log_weights_ ? share(*log_weights_, largest_, sum_, i) : 1 / sum_;
    moments.mean += p * f;
    moments.square += p * f * f;
  }
  return moments;
}

bool Bennett::too_low(double d) const {
  constexpr double of_sample = 80;
  math::count_work(of_sample * static_cast<double>(up_->size() + down_->size()));
  return n0_ * of_0(d).mean > n1_ * of_1(d).mean;
}

// The ratio r = e^d solves sum over 0 of f(up + m + d) = n_1 times the mean over 1 of f(down - m - d), with the Fermi
// function f and m = log(n_0 / n_1). The left side falls with d and the right one rises: d is found by bisection.
bool Bennett::step() {
  for (const math::SliceOfWork slice; stage_ != Stage::over;) {
    if (slice.over()) return true;
    const double middle = low_ + (high_ - low_) / 2;
    switch (stage_) {
      case Stage::low:
        if (!too_low(low_) && low_ > -1e9) {
          low_ *= 2;
        } else {
          stage_ = Stage::high;
        }
        break;
      case Stage::high:
        if (too_low(high_) && high_ < 1e9) {
          high_ *= 2;
        } else {
          stage_ = Stage::middle;
        }
        break;
      case Stage::middle:
        if (halvings_++ == 100 || !(low_ < middle && middle < high_)) {
          const Moments a = of_0(middle), b = of_1(middle);
          const auto spread = [](const Moments& x, double n) {
            return x.mean > 0 ? std::max(0.0, x.square / (x.mean * x.mean) - 1) / n : 1;
          };
          ratio_ = {middle, spread(a, n0_) + spread(b, n1_)};
          stage_ = Stage::over;
        } else {
          (too_low(middle) ? low_ : high_) = middle;
        }
        break;
      case Stage::over:
        break;
    }
  }
  return false;
}

}  // namespace wakesleep
