// The truth about small machines, by summing over every state in double precision, written straight from the energy and
// with nothing of the engine's own kernels.
#pragma once

#include <cmath>
#include <vector>

#include "wakesleep/rbm.h"

namespace wakesleep::test {

inline Rbm small_rbm(Index visible, Index hidden, Index labels, double scale, std::uint64_t seed) {
  Rbm rbm({visible, hidden, labels}, seed);
  Matrix W = rbm.W() * static_cast<float>(scale / 0.01);
  Vector b(rbm.width()), c(hidden);
  for (Index i = 0; i < b.size(); ++i)
    b[i] = static_cast<float>(scale) * static_cast<float>(std::sin(1.0 + static_cast<double>(i) * 1.7));
  for (Index j = 0; j < hidden; ++j)
    c[j] = static_cast<float>(scale) * static_cast<float>(std::cos(2.0 + static_cast<double>(j) * 2.3));
  rbm.set_parameters(W, b, c);
  return rbm;
}

inline double energy(const Rbm& rbm, const std::vector<double>& v, const std::vector<double>& h) {
  double e = 0;
  for (Index i = 0; i < rbm.width(); ++i) {
    const auto vi = v[static_cast<std::size_t>(i)];
    e -= static_cast<double>(rbm.b()[i]) * vi;
    for (Index j = 0; j < rbm.hidden(); ++j)
      e -= vi * static_cast<double>(rbm.W()(i, j)) * h[static_cast<std::size_t>(j)];
  }
  for (Index j = 0; j < rbm.hidden(); ++j) e -= static_cast<double>(rbm.c()[j]) * h[static_cast<std::size_t>(j)];
  return e;
}

inline std::vector<std::vector<double>> hidden_states(const Rbm& rbm) {
  std::vector<std::vector<double>> states;
  for (std::size_t s = 0; s < std::size_t{1} << rbm.hidden(); ++s) {
    std::vector<double> h;
    for (Index j = 0; j < rbm.hidden(); ++j) h.push_back(static_cast<double>((s >> j) & 1));
    states.push_back(h);
  }
  return states;
}

// Every state of the visible side; with labels, each image with each label in turn.
inline std::vector<std::vector<double>> visible_states(const Rbm& rbm) {
  std::vector<std::vector<double>> states;
  for (std::size_t s = 0; s < std::size_t{1} << rbm.visible(); ++s)
    for (Index y = 0; y < std::max<Index>(1, rbm.labels()); ++y) {
      std::vector<double> v;
      for (Index i = 0; i < rbm.visible(); ++i) v.push_back(static_cast<double>((s >> i) & 1));
      for (Index l = 0; l < rbm.labels(); ++l) v.push_back(l == y ? 1 : 0);
      states.push_back(v);
    }
  return states;
}

inline double free_energy(const Rbm& rbm, const std::vector<double>& v) {
  double sum = 0;
  for (const auto& h : hidden_states(rbm)) sum += std::exp(-energy(rbm, v, h));
  return -std::log(sum);
}

inline double log_partition(const Rbm& rbm) {
  double sum = 0;
  for (const auto& v : visible_states(rbm)) sum += std::exp(-free_energy(rbm, v));
  return std::log(sum);
}

// p(v | h) at a temperature, from the joint distribution alone: exp(-E(v, h) / T) over its sum.
inline std::vector<double> visible_given_hidden(const Rbm& rbm, const std::vector<double>& h, double temperature) {
  std::vector<double> p;
  double sum = 0;
  for (const auto& v : visible_states(rbm)) sum += p.emplace_back(std::exp(-energy(rbm, v, h) / temperature));
  for (double& x : p) x /= sum;
  return p;
}

// The probability of each visible state after one step h ~ p(h | v), v ~ p(v | h).
inline std::vector<double> one_step(const Rbm& rbm, const std::vector<double>& v, double temperature) {
  std::vector<double> result(visible_states(rbm).size(), 0.0);
  double sum = 0;
  for (const auto& h : hidden_states(rbm)) sum += std::exp(-energy(rbm, v, h) / temperature);
  for (const auto& h : hidden_states(rbm)) {
    const double p_h = std::exp(-energy(rbm, v, h) / temperature) / sum;
    const auto p_v = visible_given_hidden(rbm, h, temperature);
    for (std::size_t s = 0; s < p_v.size(); ++s) result[s] += p_h * p_v[s];
  }
  return result;
}

inline std::vector<double> equilibrium(const Rbm& rbm, double temperature) {
  std::vector<double> p;
  double sum = 0;
  for (const auto& v : visible_states(rbm)) {
    double of_v = 0;
    for (const auto& h : hidden_states(rbm)) of_v += std::exp(-energy(rbm, v, h) / temperature);
    sum += p.emplace_back(of_v);
  }
  for (double& x : p) x /= sum;
  return p;
}

// Pearson's statistic of counts against probabilities.
inline double chi_squared(const std::vector<double>& counts, const std::vector<double>& p) {
  double n = 0, sum = 0;
  for (const double count : counts) n += count;
  for (std::size_t i = 0; i < p.size(); ++i) sum += (counts[i] - n * p[i]) * (counts[i] - n * p[i]) / (n * p[i]);
  return sum;
}

inline Matrix as_row(const std::vector<double>& v) {
  Matrix row(1, static_cast<Index>(v.size()));
  for (std::size_t i = 0; i < v.size(); ++i) row(0, static_cast<Index>(i)) = static_cast<float>(v[i]);
  return row;
}

}  // namespace wakesleep::test
