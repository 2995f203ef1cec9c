#include "learning/parameter_vectors.h"

#include <algorithm>

namespace wakesleep {

double dot(const NetworkParameters& a, const NetworkParameters& b, Index frozen) {
  constexpr Index together = 8;
  double sums[together] = {};
  each_pair(a, b, frozen, [&](const float* x, const float* y, Index n, bool) {
    Index i = 0;
    for (; i + together <= n; i += together)
      for (Index j = 0; j < together; ++j) sums[j] += static_cast<double>(x[i + j]) * static_cast<double>(y[i + j]);
    for (Index j = 0; i + j < n; ++j) sums[j] += static_cast<double>(x[i + j]) * static_cast<double>(y[i + j]);
  });
  double sum = 0;
  for (const double one : sums) sum += one;
  return sum;
}

void combine(NetworkParameters& to, double scale, double factor, const NetworkParameters& x, Index frozen) {
  const auto of_to = static_cast<float>(scale), of_x = static_cast<float>(factor);
  each_pair(to, x, frozen, [&](float* y, const float* from, Index n, bool) {
    for (Index i = 0; i < n; ++i) y[i] = of_to * y[i] + of_x * from[i];
  });
}

void copy(const NetworkParameters& from, NetworkParameters& to, Index frozen) {
  each_pair(to, from, frozen, [](float* y, const float* x, Index n, bool) { std::copy_n(x, n, y); });
}

}  // namespace wakesleep
