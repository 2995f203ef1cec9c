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

// The same in slices: begun, and one step() after the other, which return false when nothing was left to do. What is
// given outlives this.
class Bennett {
 public:
  void begin(const VectorD& up, const VectorD& down, const VectorD* log_weights = nullptr);
  bool step();
  // Once step() has returned false.
  const BennettRatio& ratio() const { return ratio_; }

 private:
  struct Moments {
    double mean = 0, square = 0;
  };
  Moments of_0(double d) const;
  Moments of_1(double d) const;
  bool too_low(double d) const;

  enum class Stage { low, high, middle, over };
  const VectorD *up_ = nullptr, *down_ = nullptr, *log_weights_ = nullptr;
  double largest_ = 0, sum_ = 0, n0_ = 0, n1_ = 0, m_ = 0, low_ = -1, high_ = 1;
  int halvings_ = 0;
  Stage stage_ = Stage::over;
  BennettRatio ratio_;
};

}  // namespace wakesleep
