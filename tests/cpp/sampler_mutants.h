// Samplers with something done wrong on purpose, for each kind of model, and states as rows of numbers.
#pragma once

#include <cmath>

#include "sampler_checks.h"
#include "wakesleep/dbm.h"
#include "wakesleep/sbn.h"

namespace wakesleep::test {

// The mutants of each kind of model.

inline void put_off(Rbm& rbm, Index layer) {
  (layer == 1 ? rbm.mutable_c()[0] : rbm.mutable_b()[layer == 0 ? 0 : rbm.visible()]) += 0.2f;
}
inline void put_off(Dbm& dbm, Index layer) { dbm.mutable_parameters().b[static_cast<std::size_t>(layer)][0] += 0.2f; }
inline void put_off(Sbn& net, Index layer) { net.mutable_b(layer)[0] += 0.2f; }
inline void put_off(Vector& log_odds, Index) { log_odds[0] += 0.2f; }

// Machines whose distribution is p^(1 / temperature). Not for relu units, whose s^2 / 2 no parameter multiplies.
inline Rbm hotter(Rbm rbm, double temperature) {
  const auto t = static_cast<float>(temperature);
  const bool v_real = rbm.sigma_v().size(), h_real = rbm.sigma_h().size();
  // With sigma^2 T, of s / sigma^2 in the interaction a T must be taken back for each Gaussian side.
  rbm.mutable_W() *= (v_real ? t : 1) * (h_real ? t : 1) / t;
  if (!v_real) rbm.mutable_b() /= t;
  if (!h_real) rbm.mutable_c() /= t;
  rbm.set_sigma(rbm.sigma_v() * std::sqrt(t), rbm.sigma_h() * std::sqrt(t));
  return rbm;
}
inline Dbm hotter(Dbm dbm, double temperature) {
  for (Matrix& W : dbm.mutable_parameters().W) W /= static_cast<float>(temperature);
  for (Vector& b : dbm.mutable_parameters().b) b /= static_cast<float>(temperature);
  return dbm;
}
// Every unit's p(s | parents)^(1 / temperature), and with it recognition's.
inline Sbn hotter(Sbn net, double temperature) {
  const auto t = static_cast<float>(temperature);
  for (Index l = 0; l < net.layer_count(); ++l) {
    net.mutable_b(l) /= t;
    if (l == net.depth()) continue;
    net.mutable_W(l) /= t;
    if (!net.has_recognition()) continue;
    net.mutable_R(l) /= t;
    net.mutable_c(l) /= t;
  }
  return net;
}
inline Vector hotter(const Vector& log_odds, double temperature) { return log_odds / static_cast<float>(temperature); }

// `run` and, with a mean where a sample belongs, `through_means`: (model, start, steps, seed).
template <class Model, class Run, class ThroughMeans>
auto with_mutants(const Model& model, Run run, ThroughMeans through_means) {
  return [=](const Wrong& wrong, const Matrix& start, Index steps, std::uint64_t seed) -> Matrix {
    Model now = model;
    if (wrong.layer >= 0) put_off(now, wrong.layer);
    if (wrong.mean) return through_means(now, start, steps, seed);
    return run(wrong.temperature == 1 ? now : hotter(now, wrong.temperature), start, steps, seed);
  };
}
// Where the sampler has a temperature of its own.
template <class Model, class Run, class ThroughMeans>
auto with_mutants_at(double temperature, const Model& model, Run run, ThroughMeans through_means) {
  return [=](const Wrong& wrong, const Matrix& start, Index steps, std::uint64_t seed) -> Matrix {
    Model now = model;
    if (wrong.layer >= 0) put_off(now, wrong.layer);
    if (wrong.mean) return through_means(now, start, steps, seed);
    return run(now, wrong.temperature * temperature, start, steps, seed);
  };
}

inline BitMatrix bits_from(const Matrix& rows, Index first, Index count) {
  BitMatrix bits(rows.rows(), count);
  for (Index r = 0; r < rows.rows(); ++r)
    for (Index i = 0; i < count; ++i) bits.set(r, i, rows(r, first + i) > 0.5f);
  return bits;
}
inline void put(const BitMatrix& bits, Matrix& rows, Index first) {
  for (Index r = 0; r < bits.rows(); ++r)
    for (Index i = 0; i < bits.cols(); ++i) rows(r, first + i) = bits.get(r, i) ? 1.0f : 0.0f;
}
inline LayerStates layer_from(bool binary, const Matrix& rows, Index first, Index count) {
  LayerStates states;
  states.resize(binary, rows.rows(), count);
  if (binary) {
    states.bits = bits_from(rows, first, count);
  } else {
    for (Index r = 0; r < rows.rows(); ++r)
      for (Index i = 0; i < count; ++i) states.real(r, i) = rows(r, first + i);
  }
  return states;
}
inline Matrix means_at(const Vector& log_odds) {
  return log_odds.unaryExpr([](float x) { return 1 / (1 + std::exp(-x)); }).transpose();
}
inline Matrix likeliest(const Matrix& means) {
  return means.unaryExpr([](float p) { return p > 0.5f ? 1.0f : 0.0f; });
}
inline Matrix sampled(const Matrix& means, std::uint64_t seed) {
  Random random(seed, Stream::patterns);
  return means.unaryExpr([&](float p) { return random.uniform() < static_cast<double>(p) ? 1.0f : 0.0f; });
}

}  // namespace wakesleep::test
