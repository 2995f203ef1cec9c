// How strongly two unbounded sides drive each other: Rbm::interaction_norm, with buffers that are kept from one look to
// the next.
#pragma once

#include "wakesleep/rbm.h"

namespace wakesleep {

class InteractionNorm {
 public:
  double of(const Rbm& rbm);

 private:
  MatrixD scaled_;
  VectorD x_, y_;
};

}  // namespace wakesleep
