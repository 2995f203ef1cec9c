// The parameters of a net as one long vector, of the layers from `frozen` up. Sums are in double precision and in a
// fixed order.
#pragma once

#include "wakesleep/network.h"

namespace wakesleep {

// f(values of a, values of b, their number, whether they are weights) for each tensor.
template <class A, class B, class F>
void each_pair(A& a, B& b, Index frozen, F&& f) {
  for (std::size_t l = static_cast<std::size_t>(frozen); l < a.W.size(); ++l) {
    f(a.W[l].data(), b.W[l].data(), a.W[l].size(), true);
    f(a.b[l].data(), b.b[l].data(), a.b[l].size(), false);
  }
}

inline double dot(const NetworkParameters& a, const NetworkParameters& b, Index frozen) {
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

// to = scale to + factor x.
inline void combine(NetworkParameters& to, double scale, double factor, const NetworkParameters& x, Index frozen) {
  const auto of_to = static_cast<float>(scale), of_x = static_cast<float>(factor);
  each_pair(to, x, frozen, [&](float* y, const float* from, Index n, bool) {
    for (Index i = 0; i < n; ++i) y[i] = of_to * y[i] + of_x * from[i];
  });
}
inline void copy(const NetworkParameters& from, NetworkParameters& to, Index frozen) {
  each_pair(to, from, frozen, [](float* y, const float* x, Index n, bool) { std::copy_n(x, n, y); });
}

}  // namespace wakesleep
