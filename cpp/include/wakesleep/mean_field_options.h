#pragma once

#include "wakesleep/matrix.h"

namespace wakesleep {

// Mean-field inference: mu = sigmoid(input from the means around), odd layers and even layers in turn, until it holds.
// Given the others each layer's new means are the best there are, so that the bound never falls, with damping neither.
struct MeanFieldOptions {
  Index iterations = 50;    // at most, 1 .. 100,000
  double tolerance = 1e-5;  // >= 0; an example is done when an iteration has moved none of its means further
  double damping = 0;       // 0 <= damping < 1: the part of the old means that stays
};

// std::out_of_range naming the option.
void check(const MeanFieldOptions& options);

}  // namespace wakesleep
