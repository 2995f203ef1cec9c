// Bennett's acceptance ratio (Bennett 1976, "Efficient estimation of free energy differences from Monte Carlo data";
// Shirts, Bair, Hooker and Pande 2003): the difference of two models' log Z from samples of both, by the estimator that
// has the least variance of all that reweight them.
#pragma once

#include "wakesleep/matrix.h"

namespace wakesleep {

struct BennettRatio {
  double log_ratio = 0;  // log(Z_1 / Z_0)
  double variance = 0;   // of that, of independent samples
};

// up: F_1 - F_0 of samples of model 0; down: F_0 - F_1 of samples of model 1. log_weights: of the samples of model 1
// that were drawn from another model near it, the logarithm of what each counts; null: all the same.
BennettRatio bennett_ratio(const VectorD& up, const VectorD& down, const VectorD* log_weights = nullptr);

}  // namespace wakesleep
