// Hidden units that are left out (Srivastava et al. 2014): drawn anew for every example of every batch.
#pragma once

#include "math/sampling.h"
#include "wakesleep/training_options.h"

namespace wakesleep {

class Dropout {
 public:
  explicit Dropout(const TrainingOptions& options) : options_(&options) {}
  // Units that stay, one row an example; null without dropout. Row r of every phase takes row r.
  const BitMatrix* draw(Index rows, Index hidden, std::uint64_t step) {
    const auto stays = 1 - static_cast<float>(options_->dropout);
    if (stays == 1) return nullptr;
    if (chances_.rows() < rows || chances_(0, 0) != stays) chances_ = Matrix::Constant(rows, hidden, stays);
    kept_.resize(rows, hidden);
    math::sample_means(MatrixView(chances_.data(), rows, hidden), hidden,
                       {&kept_, {options_->seed, Stream::dropout, step}});
    return &kept_;
  }

 private:
  const TrainingOptions* options_;
  Matrix chances_;
  BitMatrix kept_;
};

}  // namespace wakesleep
