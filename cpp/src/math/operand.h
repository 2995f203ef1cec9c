#pragma once

#include "wakesleep/matrix.h"

namespace wakesleep::math {

// A right operand X, inner x cols: as it is in memory, or as the transpose of what is, which is then turned block by
// block in the cache.
struct Operand {
  Operand(const MatrixView& X, bool transposed = false)
      : data(X.data()),
        stride(X.cols()),
        inner(transposed ? X.cols() : X.rows()),
        cols(transposed ? X.rows() : X.cols()),
        transposed(transposed) {}
  Operand(const Matrix& X, bool transposed = false) : Operand(view(X), transposed) {}

  const float* data;
  Index stride, inner, cols;
  bool transposed;
};

}  // namespace wakesleep::math
