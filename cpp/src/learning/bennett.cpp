#include "learning/bennett.h"

#include <algorithm>
#include <cmath>

#include "math/scalar.h"

namespace wakesleep {
namespace {

double fermi(double x) { return x > 0 ? math::exp(-x) / (1 + math::exp(-x)) : 1 / (1 + math::exp(x)); }

// What each sample counts; they sum to 1.
double share(const VectorD& log_weights, double largest, double sum, Index i) {
  return math::exp(log_weights[i] - largest) / sum;
}

}  // namespace

// The ratio r = e^d solves sum over 0 of f(up + m + d) = n_1 times the mean over 1 of f(down - m - d), with the Fermi
// function f and m = log(n_0 / n_1). The left side falls with d and the right one rises.
BennettRatio bennett_ratio(const VectorD& up, const VectorD& down, const VectorD* log_weights) {
  const auto n0 = static_cast<double>(up.size());
  double largest = 0, sum = static_cast<double>(down.size()), n1 = sum;
  if (log_weights) {
    largest = log_weights->maxCoeff();
    sum = 0;
    double squares = 0;
    for (Index i = 0; i < down.size(); ++i) {
      const double w = math::exp((*log_weights)[i] - largest);
      sum += w;
      squares += w * w;
    }
    n1 = sum * sum / squares;
  }
  const double m = math::log(n0 / n1);
  struct Moments {
    double mean = 0, square = 0;
  };
  const auto of_0 = [&](double d) {
    Moments moments;
    for (Index i = 0; i < up.size(); ++i) {
      const double f = fermi(up[i] + m + d);
      moments.mean += f / n0;
      moments.square += f * f / n0;
    }
    return moments;
  };
  const auto of_1 = [&](double d) {
    Moments moments;
    for (Index i = 0; i < down.size(); ++i) {
      const double f = fermi(down[i] - m - d);
      const double p = log_weights ? share(*log_weights, largest, sum, i) : 1 / sum;
      moments.mean += p * f;
      moments.square += p * f * f;
    }
    return moments;
  };
  const auto too_low = [&](double d) { return n0 * of_0(d).mean > n1 * of_1(d).mean; };
  double low = -1, high = 1;
  while (!too_low(low) && low > -1e9) low *= 2;
  while (too_low(high) && high < 1e9) high *= 2;
  for (int i = 0; i < 100; ++i) {
    const double middle = low + (high - low) / 2;
    if (!(low < middle && middle < high)) break;
    (too_low(middle) ? low : high) = middle;
  }
  const double d = low + (high - low) / 2;
  const Moments a = of_0(d), b = of_1(d);
  const auto spread = [](const Moments& x, double n) {
    return x.mean > 0 ? std::max(0.0, x.square / (x.mean * x.mean) - 1) / n : 1;
  };
  return {d, spread(a, n0) + spread(b, n1)};
}

}  // namespace wakesleep
