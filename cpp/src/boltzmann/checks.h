// What the Boltzmann machine's parts share.
#pragma once

#include <string>

#include "math/decimal.h"
#include "math/scalar.h"
#include "wakesleep/boltzmann.h"

namespace wakesleep::boltzmann {

// Streams of random numbers of Boltzmann machines with any connections: 120 to 129. Chains that a caller asks for have
// the first (BoltzmannSamplingOptions).
inline constexpr Stream start_stream{121}, data_stream{122}, model_stream{123};

inline double sigmoid(double x) { return 1 / (1 + math::exp(-x)); }

// std::out_of_range with the argument's name and what is allowed.
void check_count(const char* name, Index value, Index low, Index high);
void check_temperature(double temperature);

// Beyond these the inputs of the units would leave the range of numbers.
inline constexpr double coldest = 1e-6, hottest = 1e6;

}  // namespace wakesleep::boltzmann
