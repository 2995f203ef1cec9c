// Hidden units that are left out (Srivastava et al. 2014): drawn anew for every example of every batch.
#pragma once

#include "math/sampling.h"
#include "wakesleep/training.h"

namespace wakesleep {

class Dropout {
 public:
  explicit Dropout(const TrainingOptions& options) : rate_(static_cast<float>(options.dropout)), seed_(options.seed) {}
  // Units that stay, one row an example; null without dropout. Row r of every phase takes row r.
  const BitMatrix* draw(Index rows, Index hidden, std::uint64_t step) {
    if (rate_ == 0) return nullptr;
    if (chances_.rows() < rows) chances_ = Matrix::Constant(rows, hidden, 1 - rate_);
    kept_.resize(rows, hidden);
    math::sample_means(MatrixView(chances_.data(), rows, hidden), hidden, {&kept_, {seed_, Stream::dropout, step}});
    return &kept_;
  }

 private:
  float rate_;
  std::uint64_t seed_;
  Matrix chances_;
  BitMatrix kept_;
};

}  // namespace wakesleep
