#include "learning/delta_rule.h"

#include <algorithm>

#include "math/bits.h"
#include "math/sampling.h"
#include "math/transpose.h"

namespace wakesleep {

void DeltaRule::compare(const StatesView& targets, const StatesView& given, const math::Operand& weights,
                        const Vector& bias) {
  means_.resize(targets.rows(), targets.cols());
  math::fill_rows(bias, means_);
  if (given.bits) {
    math::add_product(*given.bits, weights, means_, workspace_);
  } else {
    math::add_product(view(*given.real), weights, means_, workspace_);
  }
  math::bernoulli_means(means_, targets.cols(), 1);
  compare(targets, means_);
}

void DeltaRule::compare(const StatesView& targets, const Vector& bias) {
  means_.resize(targets.rows(), targets.cols());
  math::fill_rows(bias, means_);
  math::bernoulli_means(means_, targets.cols(), 1);
  compare(targets, means_);
}

void DeltaRule::compare(const StatesView& targets, const Scratch& means) {
  differences_.resize(targets.rows(), targets.cols());
  for (Index r = 0; r < targets.rows(); ++r) {
    float* to = differences_.row(r);
    const float* mean = means.row(r);
    if (targets.bits) {
      math::unpack(targets.bits->row(r), targets.cols(), to);
    } else {
      std::copy_n(targets.real->row(r), targets.cols(), to);
    }
    for (Index i = 0; i < targets.cols(); ++i) to[i] -= mean[i];
  }
}

double DeltaRule::mean_square() const {
  double sum = 0;
  for (Index i = 0; i < differences_.size(); ++i) {
    const auto difference = static_cast<double>(differences_.data()[i]);
    sum += difference * difference;
  }
  return sum / static_cast<double>(differences_.size());
}

// gradient_ becomes given' differences_: units of `given` x units of the targets.
void DeltaRule::take_gradient(const StatesView& given) {
  gradient_.resize(given.cols(), differences_.cols());
  std::fill_n(gradient_.data(), gradient_.size(), 0.0f);
  if (given.bits) {
    math::transpose(*given.bits, turned_bits_);
    math::add_product(turned_bits_, view(differences_), gradient_, workspace_);
  } else {
    math::transpose(view(*given.real), turned_);
    math::add_product(view(turned_), view(differences_), gradient_, workspace_);
  }
}

void DeltaRule::move_generative(std::size_t number, const StatesView& given) {
  take_gradient(given);
  math::transpose(view(gradient_), turned_gradient_);
  move(number, turned_gradient_, differences_.rows());
}

void DeltaRule::move_recognition(std::size_t number, const StatesView& given) {
  take_gradient(given);
  move(number, gradient_, differences_.rows());
}

void DeltaRule::move_bias(std::size_t number) {
  sums_.resize(1, differences_.cols());
  std::fill_n(sums_.data(), sums_.size(), 0.0f);
  for (Index r = 0; r < differences_.rows(); ++r)
    for (Index i = 0; i < sums_.cols(); ++i) sums_(0, i) += differences_(r, i);
  move(number, sums_, differences_.rows());
}

void DeltaRule::move(std::size_t number, Scratch& gradient, Index rows) {
  const float scale = 1 / static_cast<float>(rows);
  for (Index i = 0; i < gradient.size(); ++i) gradient.data()[i] *= scale;
  optimizer_->move(number, gradient.data());
}

}  // namespace wakesleep
