// d objective / d parameters, estimated from one mini-batch.
#pragma once

#include "math/outer_counts.h"

namespace wakesleep {

struct Gradient {
  bool counted = false;  // dW is in `counts`, where the update takes it row by row, else in `W`
  math::OuterDifference counts;
  Matrix W;  // width x hidden
  Vector b, c;
  // For the logarithms of standard deviations; empty where these are not learned. Until Statistics::finish() they hold
  // second moments about the biases.
  Vector sigma_v, sigma_h;
  // Whether no entry can be above 1 in magnitude, as differences of two means of Bernoulli units can't.
  bool bounded = true;

  void set_zero(Index width, Index hidden) {
    counted = false;
    bounded = true;
    W.setZero(width, hidden);
    b.setZero(width);
    c.setZero(hidden);
    sigma_v.setZero(sigma_v.size());
    sigma_h.setZero(sigma_h.size());
  }
};

}  // namespace wakesleep
