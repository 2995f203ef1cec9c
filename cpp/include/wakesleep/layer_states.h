// The states of one side of a machine: bits where they are all 0 or 1, real values else.
#pragma once

#include "wakesleep/matrix.h"

namespace wakesleep {

struct LayerStates {
  bool binary = false;
  BitMatrix bits;
  Scratch real;

  Index rows() const { return binary ? bits.rows() : real.rows(); }
  Index cols() const { return binary ? bits.cols() : real.cols(); }
  float get(Index r, Index c) const { return binary ? (bits.get(r, c) ? 1.0f : 0.0f) : real(r, c); }
  void resize(bool to_binary, Index rows, Index cols) {
    binary = to_binary;
    if (binary) {
      bits.resize(rows, cols);
    } else {
      real.resize(rows, cols);
    }
  }
  // The first `columns` of every row as floats.
  Matrix values(Index columns) const {
    Matrix out(rows(), columns);
    for (Index r = 0; r < rows(); ++r)
      for (Index c = 0; c < columns; ++c) out(r, c) = get(r, c);
    return out;
  }
};

}  // namespace wakesleep
