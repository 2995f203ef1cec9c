// The statistics of a DBM's joint learning: sums over a mini-batch of products of neighbouring layers, and means.
#pragma once

#include <algorithm>
#include <bit>

#include "math/bits.h"
#include "math/products.h"
#include "math/transpose.h"

namespace wakesleep {

// States of one layer in one phase: bits, or means.
struct PhaseStates {
  const BitMatrix* bits = nullptr;
  const Scratch* means = nullptr;
  Index rows() const { return bits ? bits->rows() : means->rows(); }
  Index cols() const { return bits ? bits->cols() : means->cols(); }
};

class DbmStatistics {
 public:
  // out += scale * A'B.
  void add_product(const PhaseStates& A, const PhaseStates& B, float scale, Matrix& out) {
    scaled_.resize(B.rows(), B.cols());
    for (Index r = 0; r < B.rows(); ++r) {
      float* to = scaled_.row(r);
      if (B.bits) {
        math::unpack(B.bits->row(r), B.cols(), to);
      } else {
        std::copy_n(B.means->row(r), B.cols(), to);
      }
      for (Index j = 0; j < B.cols(); ++j) to[j] *= scale;
    }
    if (A.bits) {
      math::transpose(*A.bits, bits_transposed_);
      math::add_product(bits_transposed_, view(scaled_), out, workspace_);
    } else {
      math::transpose(view(*A.means), transposed_);
      math::add_product(view(transposed_), view(scaled_), out, workspace_);
    }
  }
  void mean(const PhaseStates& A, Vector& out) {
    out.setZero(A.cols());
    if (A.bits) {
      math::transpose(*A.bits, bits_transposed_);
      for (Index i = 0; i < out.size(); ++i) {
        int on = 0;
        for (Index w = 0; w < bits_transposed_.words_per_row(); ++w) on += std::popcount(bits_transposed_.row(i)[w]);
        out[i] = static_cast<float>(on);
      }
    } else {
      for (Index r = 0; r < A.rows(); ++r)
        for (Index i = 0; i < out.size(); ++i) out[i] += (*A.means)(r, i);
    }
    const float scale = 1 / static_cast<float>(A.rows());
    for (Index i = 0; i < out.size(); ++i) out[i] *= scale;
  }

 private:
  Scratch scaled_, transposed_;
  BitMatrix bits_transposed_;
  math::Workspace workspace_;
};

}  // namespace wakesleep
