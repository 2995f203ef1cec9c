// The truth about small deep Boltzmann machines, by summing over every state in double precision, written straight from
// the energy and with nothing of the engine's own kernels.
#pragma once

#include <cmath>
#include <vector>

#include "enumeration.h"
#include "wakesleep/dbm.h"

namespace wakesleep::test {

using LayerState = std::vector<double>;
using DbmState = std::vector<LayerState>;  // by layer, the label group last

inline Dbm small_dbm(const std::vector<Index>& layers, Index labels, double scale, std::uint64_t seed) {
  Dbm dbm(layers, labels, seed);
  DbmParameters parameters = dbm.parameters();
  for (Matrix& W : parameters.W) W *= static_cast<float>(scale / 0.01);
  double at = 1;
  for (Vector& b : parameters.b)
    for (Index i = 0; i < b.size(); ++i, at += 1.7) b[i] = static_cast<float>(scale * std::sin(at));
  dbm.set_parameters(parameters);
  return dbm;
}

inline double energy(const Dbm& dbm, const DbmState& s) {
  double e = 0;
  for (Index l = 0; l < dbm.layer_count(); ++l)
    for (Index i = 0; i < dbm.units(l); ++i)
      e -= static_cast<double>(dbm.b(l)[i]) * s[static_cast<std::size_t>(l)][static_cast<std::size_t>(i)];
  const auto pair = [&](const LayerState& x, const LayerState& y, const Matrix& W) {
    for (std::size_t i = 0; i < x.size(); ++i)
      for (std::size_t j = 0; j < y.size(); ++j)
        e -= x[i] * static_cast<double>(W(static_cast<Index>(i), static_cast<Index>(j))) * y[j];
  };
  for (Index l = 0; l < dbm.depth(); ++l)
    pair(s[static_cast<std::size_t>(l)], s[static_cast<std::size_t>(l) + 1], dbm.W(l));
  if (dbm.labels()) pair(s.back(), s[static_cast<std::size_t>(dbm.depth())], dbm.W(dbm.depth()));
  return e;
}

inline std::vector<LayerState> layer_states(const Dbm& dbm, Index layer) {
  std::vector<LayerState> states;
  const Index units = dbm.units(layer);
  if (layer > dbm.depth()) {
    for (Index y = 0; y < units; ++y) {
      states.emplace_back(static_cast<std::size_t>(units), 0.0);
      states.back()[static_cast<std::size_t>(y)] = 1;
    }
    return states;
  }
  for (std::size_t s = 0; s < std::size_t{1} << units; ++s) {
    states.emplace_back();
    for (Index j = 0; j < units; ++j) states.back().push_back(static_cast<double>((s >> j) & 1));
  }
  return states;
}

// f(state) for every state of the layers of this parity (0, 1, or both: -1), on top of `state`, which keeps the other
// layers.
template <class F>
void each_state(const Dbm& dbm, Index parity, DbmState& state, F&& f, Index layer = 0) {
  if (layer == dbm.layer_count()) {
    f(state);
  } else if (parity >= 0 && layer % 2 != parity) {
    each_state(dbm, parity, state, f, layer + 1);
  } else {
    for (const LayerState& own : layer_states(dbm, layer)) {
      state[static_cast<std::size_t>(layer)] = own;
      each_state(dbm, parity, state, f, layer + 1);
    }
  }
}
template <class F>
void each_state(const Dbm& dbm, F&& f) {
  DbmState state(static_cast<std::size_t>(dbm.layer_count()));
  each_state(dbm, -1, state, f);
}

// The number of a state among those of the layers of its parity, in the order of each_state.
inline std::size_t number_of(const Dbm& dbm, const DbmState& state, Index parity) {
  std::size_t number = 0;
  for (Index l = 0; l < dbm.layer_count(); ++l) {
    if (parity >= 0 && l % 2 != parity) continue;
    const LayerState& own = state[static_cast<std::size_t>(l)];
    std::size_t here = 0;
    for (std::size_t i = 0; i < own.size(); ++i)
      if (own[i] > 0) here += l > dbm.depth() ? i : std::size_t{1} << i;
    number = number * layer_states(dbm, l).size() + here;
  }
  return number;
}

inline double log_partition(const Dbm& dbm) {
  double sum = 0;
  each_state(dbm, [&](const DbmState& s) { sum += std::exp(-energy(dbm, s)); });
  return std::log(sum);
}

// -log p*(v), or with a label -log p*(v, y).
inline double free_energy(const Dbm& dbm, const LayerState& v, int label = -1) {
  double sum = 0;
  each_state(dbm, [&](const DbmState& s) {
    if (s[0] == v && (label < 0 || s.back()[static_cast<std::size_t>(label)] > 0)) sum += std::exp(-energy(dbm, s));
  });
  return -std::log(sum);
}

// p(layers of this parity | the others), in the order of each_state.
inline std::vector<double> conditional(const Dbm& dbm, DbmState state, Index parity, double temperature) {
  std::vector<double> p;
  double sum = 0;
  each_state(dbm, parity, state,
             [&](const DbmState& s) { sum += p.emplace_back(std::exp(-energy(dbm, s) / temperature)); });
  for (double& x : p) x /= sum;
  return p;
}

// The probability of each state of all layers after one step: odd layers given `from`, then even ones given those.
inline std::vector<double> one_step(const Dbm& dbm, const DbmState& from, double temperature) {
  const std::vector<double> p_odd = conditional(dbm, from, 1, temperature);
  std::vector<double> result;
  each_state(dbm, [&](const DbmState&) { result.push_back(0); });
  DbmState odd = from;
  std::size_t n = 0;
  each_state(dbm, 1, odd, [&](const DbmState& s) {
    const std::vector<double> p_even = conditional(dbm, s, 0, temperature);
    DbmState both = s;
    std::size_t even = 0;
    each_state(dbm, 0, both, [&](const DbmState& t) { result[number_of(dbm, t, -1)] += p_odd[n] * p_even[even++]; });
    ++n;
  });
  return result;
}

}  // namespace wakesleep::test
