// The truth about small sigmoid belief nets, in double precision, written straight from the definition and with nothing
// of the engine's own.
#pragma once

#include <cmath>
#include <vector>

#include "wakesleep/sbn.h"

namespace wakesleep::test {

struct SbnTruth {
  std::vector<MatrixD> W;
  std::vector<VectorD> b;

  explicit SbnTruth(const Sbn& net) {
    for (Index l = 0; l < net.layer_count(); ++l) {
      if (l < net.depth()) W.push_back(net.W(l).cast<double>());
      b.push_back(net.b(l).cast<double>());
    }
  }
  std::size_t depth() const { return b.size() - 1; }
  std::size_t layer_count() const { return b.size(); }
  Index units(std::size_t layer) const { return b[layer].size(); }
  Index hidden() const {
    Index sum = 0;
    for (std::size_t l = 1; l < layer_count(); ++l) sum += units(l);
    return sum;
  }
};

using UnitStates = std::vector<std::vector<double>>;  // of every layer, visible first

inline double logistic(double x) { return 1 / (1 + std::exp(-x)); }

inline double input(const SbnTruth& net, const UnitStates& s, std::size_t layer, Index unit) {
  double x = net.b[layer][unit];
  if (layer < net.depth())
    for (Index j = 0; j < net.units(layer + 1); ++j) x += net.W[layer](unit, j) * s[layer + 1][std::size_t(j)];
  return x;
}

inline double log_joint(const SbnTruth& net, const UnitStates& s) {
  double sum = 0;
  for (std::size_t l = 0; l < net.layer_count(); ++l)
    for (Index i = 0; i < net.units(l); ++i) {
      const double p = logistic(input(net, s, l, i));
      sum += std::log(s[l][std::size_t(i)] == 1 ? p : 1 - p);
    }
  return sum;
}

inline std::vector<double> bits(std::size_t number, Index count) {
  std::vector<double> out;
  for (Index i = 0; i < count; ++i) out.push_back(double((number >> i) & 1));
  return out;
}

// Hidden units are numbered layer 1 first; the states are numbered by their bits.
inline UnitStates states_of(const SbnTruth& net, const std::vector<double>& v, std::size_t hidden) {
  UnitStates s{v};
  for (std::size_t l = 1; l < net.layer_count(); ++l) {
    s.push_back(bits(hidden, net.units(l)));
    hidden >>= net.units(l);
  }
  return s;
}

inline double log_likelihood(const SbnTruth& net, const std::vector<double>& v) {
  double sum = 0;
  for (std::size_t h = 0; h < std::size_t{1} << net.hidden(); ++h)
    sum += std::exp(log_joint(net, states_of(net, v, h)));
  return std::log(sum);
}

inline std::vector<double> posterior(const SbnTruth& net, const std::vector<double>& v) {
  std::vector<double> p;
  double sum = 0;
  for (std::size_t h = 0; h < std::size_t{1} << net.hidden(); ++h)
    sum += p.emplace_back(std::exp(log_joint(net, states_of(net, v, h))));
  for (double& x : p) x /= sum;
  return p;
}

// The probabilities of the hidden states after one sweep of Gibbs sampling from a distribution over them: unit after
// unit, layer 1 first, each by the ratio of the joint probabilities, raised to 1 / temperature.
inline std::vector<double> one_sweep(const SbnTruth& net, const std::vector<double>& v, std::vector<double> p,
                                     double temperature = 1) {
  for (Index unit = 0; unit < net.hidden(); ++unit) {
    const std::size_t bit = std::size_t{1} << unit;
    std::vector<double> next(p.size(), 0.0);
    for (std::size_t h = 0; h < p.size(); ++h) {
      if (h & bit) continue;
      const double off = log_joint(net, states_of(net, v, h)), on = log_joint(net, states_of(net, v, h | bit));
      const double p_on = logistic((on - off) / temperature);
      next[h] = (p[h] + p[h | bit]) * (1 - p_on);
      next[h | bit] = (p[h] + p[h | bit]) * p_on;
    }
    p = std::move(next);
  }
  return p;
}

inline std::vector<double> surely(std::size_t state, std::size_t states) {
  std::vector<double> p(states, 0.0);
  p[state] = 1;
  return p;
}

// A net whose units all matter to each other.
inline Sbn small_net(const std::vector<Index>& layers, double scale, std::uint64_t seed) {
  Sbn net(layers, seed);
  std::vector<Matrix> W;
  std::vector<Vector> b;
  for (Index l = 0; l < net.layer_count(); ++l) {
    if (l < net.depth()) W.push_back(net.W(l) * static_cast<float>(scale / 0.1));
    Vector biases(net.units(l));
    for (Index i = 0; i < biases.size(); ++i)
      biases[i] = static_cast<float>(0.5 * scale * std::sin(double(seed) + 1.7 * double(i) + 2.9 * double(l)));
    b.push_back(biases);
  }
  net.set_parameters({W, b});
  return net;
}

}  // namespace wakesleep::test
