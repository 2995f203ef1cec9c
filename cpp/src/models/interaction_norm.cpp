#include "models/interaction_norm.h"

#include "math/scalar.h"
#include "models/layer.h"

namespace wakesleep {

// By power iteration on W'W. States of relu units are not negative: where both sides have no others, x'Wy is at most
// what the positive part of W gives.
double InteractionNorm::of(const Rbm& rbm) {
  const Layer v = visible_layer(rbm), h = hidden_layer(rbm);
  if (v.type->bounded() || h.type->bounded()) return 0;
  const bool positive = v.type->low() >= 0 && h.type->low() >= 0;
  scaled_ = rbm.W().topRows(rbm.visible()).cast<double>();
  if (positive) scaled_ = scaled_.cwiseMax(0.0);
  for (Index i = 0; i < rbm.visible() && v.side.variance; ++i) scaled_.row(i) /= static_cast<double>(rbm.sigma_v()[i]);
  for (Index j = 0; j < rbm.hidden() && h.side.variance; ++j) scaled_.col(j) /= static_cast<double>(rbm.sigma_h()[j]);
  x_.resize(rbm.visible());
  y_.resize(rbm.hidden());
  for (Index j = 0; j < y_.size(); ++j) y_[j] = 1 + 0.5 * math::sin_cos(1.7 * static_cast<double>(j)).sin;
  double norm = 0;
  for (int i = 0; i < 50; ++i) {
    const double length = y_.norm();
    if (length == 0) return 0;
    y_ /= length;
    x_.noalias() = scaled_ * y_;
    norm = x_.norm();
    y_.noalias() = scaled_.transpose() * x_;
  }
  return norm;
}

}  // namespace wakesleep
