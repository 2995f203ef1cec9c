// The normal distribution: random numbers by place, its distribution function and what is left of it above zero.
#pragma once

#include "math/philox.h"
#include "math/sampling.h"

namespace wakesleep::math {

// x += sqrt(variance) n for `count` columns of each row, n standard normal (Box and Muller 1958). `variance`: one a
// column. Four columns share a counter: column 2^30 + column / 4 of the place.
void add_normals(Strided<float> x, Index rows, Index count, Strided<const float> variance, float scale,
                 const Place& place);

// out[i] becomes number first + i of a place, i < count: deviation times a standard normal one (Box and Muller 1958).
// `first` is a multiple of `normals_a_block`. A block of numbers has 16 counters, which are the columns from 16 times
// the block's number on; its number 16 i + l comes from counter l: i = 0 and 1 are cosine and sine by words 0 and 1, i
// = 2 and 3 by words 2 and 3.
inline constexpr Index normals_a_block = 64;
void fill_normals(float* out, Index first, Index count, float deviation, const Place& place);

// log Phi(x), the logarithm of the standard normal distribution function, also where Phi itself would be 0.
double log_normal_cdf(double x);
// phi(x) / Phi(x), the derivative of log_normal_cdf.
double normal_hazard(double x);

// A sample of N(mean, 1) given that it is not negative: by rejection from the normal itself where that is likely to be
// accepted, else from an exponential (Robert 1995, "Simulation of truncated normal variables"). Attempts take counters
// of their own.
double truncated_normal(double mean, const Place& place, std::uint32_t row, std::uint32_t column);

}  // namespace wakesleep::math
