// Where the biases of visible Bernoulli units start, so that without weights a model has the data's means (Hinton 2012,
// "A practical guide to training restricted Boltzmann machines", section 8.1).
#pragma once

#include <algorithm>

#include "math/scalar.h"
#include "wakesleep/dataset.h"

namespace wakesleep {

// b_i = log(p_i / (1 - p_i)), p_i the mean of unit i over the data, kept from 0 and 1 by half an example.
inline void start_at_log_odds(const Dataset& data, Vector& b) {
  const VectorD means = data.mean();
  const auto n = static_cast<double>(data.count());
  for (Index i = 0; i < b.size(); ++i) {
    const double p = std::clamp(means[i] * n, 0.5, n - 0.5) / n;
    b[i] = static_cast<float>(math::log(p / (1 - p)));
  }
}

}  // namespace wakesleep
