#pragma once

#include <algorithm>

#include "math/scalar.h"
#include "wakesleep/matrix.h"

namespace wakesleep {

// log sum over the states of a softmax group of exp(x_y).
inline double log_sum_exp(const float* x, Index n) {
  const double largest = static_cast<double>(*std::max_element(x, x + n));
  double sum = 0;
  for (Index i = 0; i < n; ++i) sum += math::exp(static_cast<double>(x[i]) - largest);
  return largest + math::log(sum);
}

}  // namespace wakesleep
