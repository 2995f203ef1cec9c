// From the input of units to their means and sampled states.
#pragma once

#include "math/philox.h"
#include "wakesleep/matrix.h"

namespace wakesleep::math {

// In place, for columns [0, units) of every row: x becomes sigmoid(x / temperature).
void bernoulli_means(Matrix& x, Index units, float inverse_temperature);

// The same, and h = 1 where a uniform number is below the mean, packed into the first `units` columns of `states` (cleared
// before, all columns); row r of the random numbers is first_row + r.
void sample_bernoulli(Matrix& x, Index units, float inverse_temperature, const Place& place, BitMatrix& states,
                      Index first_row = 0);

// States from means that are there already.
void sample_means(const Matrix& means, Index units, const Place& place, BitMatrix& states);

// A softmax group in columns [first, first + group): means in place; with `states`, one unit on in each row.
void softmax_means(Matrix& x, Index first, Index group, float inverse_temperature);
void sample_softmax(const Matrix& means, Index first, Index group, const Place& place, BitMatrix& states);

// sum of log(1 + e^(x_j + y_j)) over n units; y may be null. Added in 16 interleaved partial sums in double precision.
double sum_softplus(const float* x, const float* y, Index n);

}  // namespace wakesleep::math
