// One layer given the states of the other: input, mean and sampled states in one go.
#pragma once

#include "math/products.h"
#include "math/sampling.h"

namespace wakesleep::math {

// What becomes of the units' inputs bias + S W. The first `units` columns are Bernoulli units, the rest (a softmax
// group of labels) is left as input.
struct Outcome {
  Index units;
  float inverse_temperature = 1;
  Draw draw{};
  // With `means`, those of the first `mean_rows` rows, each `means_stride` after the one before.
  float* means = nullptr;
  Index means_stride = 0, mean_rows = 0;
  // With `rest`, the inputs of the columns from `units` on: rows x rest.
  Scratch* rest = nullptr;
};

// S: rows x inner, W: inner x columns, or its transpose. The inputs never leave the cache. Columns of a panel are drawn
// as soon as they are there.
void draw_given(const BitMatrix& S, const Operand& W, const Vector& bias, const Outcome& outcome, Workspace& workspace);

}  // namespace wakesleep::math
