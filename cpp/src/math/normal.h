// The normal distribution: random numbers by place, its distribution function and what is left of it above zero.
#pragma once

#include "math/philox.h"
#include "math/sampling.h"

namespace wakesleep::math {

// x += sqrt(variance) n for `count` columns of each row, n standard normal (Box and Muller 1958). `variance`: one a
// column. Four columns share a counter: column 2^30 + column / 4 of the place.
void add_normals(Strided<float> x, Index rows, Index count, Strided<const float> variance, float scale,
                 const Place& place);

// log Phi(x), the logarithm of the standard normal distribution function, also where Phi itself would be 0.
double log_normal_cdf(double x);
// phi(x) / Phi(x), the derivative of log_normal_cdf.
double normal_hazard(double x);

// A sample of N(mean, 1) given that it is not negative: by rejection from the normal itself where that is likely to be
// accepted, else from an exponential (Robert 1995, "Simulation of truncated normal variables"). Attempts take counters
// of their own.
double truncated_normal(double mean, const Place& place, std::uint32_t row, std::uint32_t column);

}  // namespace wakesleep::math
