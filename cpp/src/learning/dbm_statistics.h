// The statistics of a DBM's joint learning: sums over a mini-batch of products of neighbouring layers, and means.
#pragma once

#include <algorithm>
#include <bit>

#include "math/bits.h"
#include "math/products.h"
#include "math/slices.h"
#include "math/thread_pool.h"
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
  // Of some rows, which are a multiple of four unless they are the last: out += scale * A'B.
  void add_product(math::RowRange some, const PhaseStates& A, const PhaseStates& B, float scale, Matrix& out) {
    scaled_.resize(some.count, B.cols());
    math::count_work(2.0 * static_cast<double>(scaled_.size()));
    for (Index r = 0; r < some.count; ++r) {
      float* to = scaled_.row(r);
      if (B.bits) {
        math::unpack(B.bits->row(some.first + r), B.cols(), to);
      } else {
        std::copy_n(B.means->row(some.first + r), B.cols(), to);
      }
      for (Index j = 0; j < B.cols(); ++j) to[j] *= scale;
    }
    if (A.bits) {
      turn(some, *A.bits);
      math::add_product(bits_transposed_, view(scaled_), out, workspace_);
    } else {
      math::transpose(MatrixView(A.means->row(some.first), some.count, A.cols()), transposed_);
      math::add_product(view(transposed_), view(scaled_), out, workspace_);
    }
  }
  // The sums of some rows, of which the first begin with zero and the last end with the mean.
  void add_mean(math::RowRange some, const PhaseStates& A, Vector& out) {
    if (some.first == 0) out.setZero(A.cols());
    math::count_work(2.0 * static_cast<double>(some.count * A.cols()));
    if (A.bits) {
      turn(some, *A.bits);
      for (Index i = 0; i < out.size(); ++i) {
        int on = 0;
        for (Index w = 0; w < bits_transposed_.words_per_row(); ++w) on += std::popcount(bits_transposed_.row(i)[w]);
        out[i] += static_cast<float>(on);
      }
    } else {
      for (Index r = some.first; r < some.first + some.count; ++r)
        for (Index i = 0; i < out.size(); ++i) out[i] += (*A.means)(r, i);
    }
    if (some.first + some.count < A.rows()) return;
    const float scale = 1 / static_cast<float>(A.rows());
    for (Index i = 0; i < out.size(); ++i) out[i] *= scale;
  }

 private:
  void turn(math::RowRange some, const BitMatrix& states) {
    if (some.count == states.rows()) return math::transpose(states, bits_transposed_);
    some_.take_rows(states, some.first, some.count);
    math::transpose(some_, bits_transposed_);
  }

  Scratch scaled_, transposed_;
  BitMatrix some_, bits_transposed_;
  math::Workspace workspace_;
};

}  // namespace wakesleep
