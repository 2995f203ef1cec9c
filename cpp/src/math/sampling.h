// From the input of units to their means and sampled states.
//
// A Bernoulli unit with input x is on when u (1 + e^-x) < 1, u its uniform number (philox.h): the same as u <
// sigmoid(x), without the division. Probabilities are multiples of 2^-24 thereby, and below 2^-25 the unit is never on.
#pragma once

#include "math/philox.h"
#include "wakesleep/matrix.h"

namespace wakesleep::math {

// Where sampled states go, and whose random numbers they take. `states` has its shape already.
struct Draw {
  BitMatrix* states = nullptr;  // null: nothing is sampled
  Place place{};
};

// A block of Bernoulli units: rows [row, row + rows), columns [column, column + columns) of a layer, `column` a
// multiple of 16.
struct UnitBlock {
  Index row, rows, column, columns;
};
// What belongs to a block's first unit, and how far it is to the next row's.
template <class T>
struct Strided {
  T* first = nullptr;
  Index stride = 0;
};
// x: inputs. With `means`, the means are written there (it may be x). With `states`, states are sampled and their bits
// written there, 16 units to two bytes.
void draw_bernoulli(Strided<const float> x, const UnitBlock& block, float inverse_temperature, const Place& place,
                    Strided<float> means, Strided<char> states);

// In place, for columns [0, units) of every row: x becomes sigmoid(x / temperature).
void bernoulli_means(MatrixRef x, Index units, float inverse_temperature);
// The same, and states are sampled.
void sample_bernoulli(MatrixRef x, Index units, float inverse_temperature, const Draw& draw);
// States from means that are there already.
void sample_means(const MatrixView& means, Index units, const Draw& draw);

// A softmax group in columns [first, first + group): means in place; one unit on in each row of the states, whose
// columns of the group begin at `first_state`.
void softmax_means(MatrixRef x, Index first, Index group, float inverse_temperature);
// The unit that a uniform number chooses of those with the probabilities p: the first whose cumulated probability
// exceeds it, and none of a probability below 2^-25.
Index chosen_of(const float* p, Index group, float uniform);
void sample_softmax(const MatrixView& means, Index first, Index group, const Draw& draw, Index first_state);

// sum of log(1 + e^(scale (x_j + y_j))) over n units; y may be null. Added in 16 interleaved partial sums in double
// precision.
double sum_softplus(const float* x, const float* y, Index n, float scale = 1);

}  // namespace wakesleep::math
