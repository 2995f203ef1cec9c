#include "learning/centering.h"

#include <algorithm>

#include "math/thread_pool.h"

namespace wakesleep {
namespace {

constexpr Index columns_a_piece = 256;

// Units that are not Gaussian, and labels, have 1, which divides without changing a bit.
float variance(const Vector& of_gaussians, Index i) { return i < of_gaussians.size() ? of_gaussians[i] : 1.0f; }

void slide(Vector& mean, const Vector& towards, float rate) {
  for (Index i = 0; i < mean.size(); ++i) mean[i] = (1 - rate) * mean[i] + rate * towards[i];
}

}  // namespace

void Centering::follow(const Vector& mean_v, const Vector& mean_h) {
  RbmTrainingState& state = rbm_->training_state();
  const auto rate = static_cast<float>(options_->centering_rate);
  slide(state.visible_offset, mean_v, rate);
  slide(state.hidden_offset, mean_h, rate);
}

void Centering::centre(Gradient& gradient) const {
  const RbmTrainingState& state = rbm_->training_state();
  const float *lambda = state.hidden_offset.data(), *dc = gradient.c.data();
  math::parallel_for(gradient.W.rows(), 4.0 * static_cast<double>(gradient.W.cols()), [&](Index i) {
    float* row = gradient.W.data() + i * gradient.W.cols();
    const float mu = state.visible_offset[i] / variance(rbm_->variance_v(), i), db = gradient.b[i];
    for (Index j = 0; j < gradient.W.cols(); ++j)
      row[j] -= mu * dc[j] + db * (lambda[j] / variance(rbm_->variance_h(), j));
  });
}

void Centering::correct_biases(const MatrixView& step) {
  const RbmTrainingState& state = rbm_->training_state();
  mu_ = state.visible_offset;
  lambda_ = state.hidden_offset;
  for (Index i = 0; i < mu_.size(); ++i) mu_[i] /= variance(rbm_->variance_v(), i);
  for (Index j = 0; j < lambda_.size(); ++j) lambda_[j] /= variance(rbm_->variance_h(), j);
  follow_step(step, mu_, lambda_, rbm_->mutable_b(), rbm_->mutable_c());
}

void follow_step(const MatrixView& step, const Vector& mu, const Vector& lambda, Vector& b, Vector& c) {
  const Index rows = step.rows(), cols = step.cols();
  math::parallel_for(rows, 2.0 * static_cast<double>(cols), [&](Index i) {
    const float* row = step.data() + i * cols;
    float sum = 0;
    for (Index j = 0; j < cols; ++j) sum += row[j] * lambda[j];
    b[i] -= sum;
  });
  math::parallel_for((cols + columns_a_piece - 1) / columns_a_piece, 2.0 * static_cast<double>(rows * columns_a_piece),
                     [&](Index piece) {
                       const Index first = piece * columns_a_piece, end = std::min(cols, first + columns_a_piece);
                       float sums[columns_a_piece] = {};
                       for (Index i = 0; i < rows; ++i) {
                         const float* row = step.data() + i * cols;
                         for (Index j = first; j < end; ++j) sums[j - first] += mu[i] * row[j];
                       }
                       for (Index j = first; j < end; ++j) c[j] -= sums[j - first];
                     });
}

}  // namespace wakesleep
