// The truth about small machines of any unit types: sums over all states of discrete units and quadrature over
// continuous ones, in double precision, written straight from the energy (wakesleep/units.h) and with nothing of the
// engine's own mathematics.
#pragma once

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "wakesleep/rbm.h"

namespace wakesleep::test {

struct WeightedState {
  std::vector<double> values;
  double weight;  // of the sum: multiplicity of counts, volume of a cell of the quadrature
};

// Words of a document in the tests.
inline constexpr int test_words = 3;

struct PairOfUnits {
  Units visible, hidden;
  Index visible_count, hidden_count;
  std::string name() const { return std::string(name_of(visible.type)) + " below " + name_of(hidden.type); }
};

inline Units of_type(UnitType type, Index count) {
  Units units{type, {}, false};
  if (type == UnitType::softmax) units.groups = count == 5 ? std::vector<Index>{2, 3} : std::vector<Index>{count};
  return units;
}

// Every pair that has an energy, small enough to sum over both sides.
inline std::vector<PairOfUnits> pairs_of_units() {
  const auto count = [](UnitType type, bool below) -> Index {
    switch (type) {
      case UnitType::bernoulli:
      case UnitType::spin:
        return 3;
      case UnitType::softmax:
        return below ? 5 : 3;
      case UnitType::replicated_softmax:
        return 3;
      default:
        return below ? 2 : 1;
    }
  };
  std::vector<PairOfUnits> pairs;
  for (const UnitType v : {UnitType::bernoulli, UnitType::gaussian, UnitType::softmax, UnitType::replicated_softmax,
                           UnitType::relu, UnitType::spin})
    for (const UnitType h :
         {UnitType::bernoulli, UnitType::gaussian, UnitType::softmax, UnitType::relu, UnitType::spin}) {
      const Index visible = count(v, true), hidden = count(h, false);
      pairs.push_back({of_type(v, visible), of_type(h, hidden), visible, hidden});
    }
  return pairs;
}

inline bool continuous(const Units& units) { return units.type == UnitType::gaussian || units.type == UnitType::relu; }

inline Rbm rbm_of(const PairOfUnits& pair, double scale, Index labels = 0, std::uint64_t seed = 3) {
  RbmShape shape{pair.visible_count, pair.hidden_count, labels, pair.visible, pair.hidden};
  Rbm rbm(shape, seed);
  Matrix W(rbm.width(), rbm.hidden());
  Vector b(rbm.width()), c(rbm.hidden());
  for (Index i = 0; i < W.size(); ++i)
    W.data()[i] = static_cast<float>(scale * std::sin(0.7 + 1.9 * static_cast<double>(i)));
  for (Index i = 0; i < b.size(); ++i) b[i] = static_cast<float>(scale * std::sin(1.0 + 1.7 * static_cast<double>(i)));
  for (Index j = 0; j < c.size(); ++j) c[j] = static_cast<float>(scale * std::cos(2.0 + 2.3 * static_cast<double>(j)));
  rbm.set_parameters(W, b, c);
  Vector sigma_v(rbm.sigma_v().size()), sigma_h(rbm.sigma_h().size());
  for (Index i = 0; i < sigma_v.size(); ++i) sigma_v[i] = 0.8f + 0.3f * static_cast<float>(i);
  for (Index i = 0; i < sigma_h.size(); ++i) sigma_h[i] = 1.2f - 0.2f * static_cast<float>(i);
  rbm.set_sigma(sigma_v, sigma_h);
  return rbm;
}

// All states of `count` units; for continuous ones Gauss and Legendre's two points a cell, over a range that leaves
// nothing out.
inline std::vector<WeightedState> states_of(const Units& units, Index count, int cells = 60) {
  std::vector<WeightedState> states{{{}, 1}};
  const auto extend = [&](const std::vector<WeightedState>& by) {
    std::vector<WeightedState> longer;
    for (const auto& a : states)
      for (const auto& b : by) {
        WeightedState both = a;
        both.values.insert(both.values.end(), b.values.begin(), b.values.end());
        both.weight *= b.weight;
        longer.push_back(std::move(both));
      }
    states = std::move(longer);
  };
  switch (units.type) {
    case UnitType::bernoulli:
      for (Index i = 0; i < count; ++i) extend({{{0}, 1}, {{1}, 1}});
      break;
    case UnitType::spin:
      for (Index i = 0; i < count; ++i) extend({{{-1}, 1}, {{1}, 1}});
      break;
    case UnitType::softmax:
      for (const Index size : units.groups) {
        std::vector<WeightedState> of_group;
        for (Index k = 0; k < size; ++k) {
          std::vector<double> on(static_cast<std::size_t>(size), 0.0);
          on[static_cast<std::size_t>(k)] = 1;
          of_group.push_back({on, 1});
        }
        extend(of_group);
      }
      break;
    case UnitType::replicated_softmax: {
      // Every sequence of words, each as the counts that it adds up to.
      std::vector<WeightedState> documents{{std::vector<double>(static_cast<std::size_t>(count), 0.0), 1}};
      for (int w = 0; w < test_words; ++w) {
        std::vector<WeightedState> longer;
        for (const auto& d : documents)
          for (std::size_t k = 0; k < static_cast<std::size_t>(count); ++k) {
            longer.push_back(d);
            longer.back().values[k] += 1;
          }
        documents = longer;
      }
      extend(documents);
      break;
    }
    default: {
      const double low = units.type == UnitType::relu ? 0 : -12, high = 12;
      std::vector<WeightedState> line;
      const double step = (high - low) / cells;
      for (int i = 0; i < cells; ++i)
        for (const double at : {0.5 - 0.28867513459481287, 0.5 + 0.28867513459481287})
          line.push_back({{low + (i + at) * step}, step / 2});
      for (Index i = 0; i < count; ++i) extend(line);
    }
  }
  return states;
}

// The visible side with its labels, one after the other.
inline std::vector<WeightedState> visible_states_of(const Rbm& rbm, int cells = 60) {
  std::vector<WeightedState> result;
  for (const auto& v : states_of(rbm.shape().visible_units, rbm.visible(), cells))
    for (Index y = 0; y < std::max<Index>(1, rbm.labels()); ++y) {
      WeightedState with = v;
      for (Index l = 0; l < rbm.labels(); ++l) with.values.push_back(l == y ? 1 : 0);
      result.push_back(with);
    }
  return result;
}
inline std::vector<WeightedState> hidden_states_of(const Rbm& rbm, int cells = 60) {
  return states_of(rbm.shape().hidden_units, rbm.hidden(), cells);
}

inline double energy_of(const Rbm& rbm, const std::vector<double>& v, const std::vector<double>& h) {
  const auto d = [](float x) { return static_cast<double>(x); };
  double e = 0, words = 1;
  if (rbm.shape().visible_units.type == UnitType::replicated_softmax) {
    words = 0;
    for (Index i = 0; i < rbm.visible(); ++i) words += v[static_cast<std::size_t>(i)];
  }
  const auto own = [&](const Units& units, Index i, double s, double b, const Vector& sigma) {
    if (units.type == UnitType::gaussian) return (s - b) * (s - b) / (2 * d(sigma[i]) * d(sigma[i]));
    return (units.type == UnitType::relu ? s * s / 2 : 0) - b * s;
  };
  const auto enters = [&](const Units& units, Index i, double s, const Vector& sigma) {
    return units.type == UnitType::gaussian ? s / (d(sigma[i]) * d(sigma[i])) : s;
  };
  const Units label_units;
  for (Index i = 0; i < rbm.width(); ++i) {
    const Units& units = i < rbm.visible() ? rbm.shape().visible_units : label_units;
    const double vi = v[static_cast<std::size_t>(i)];
    e += own(units, i, vi, d(rbm.b()[i]), rbm.sigma_v());
    for (Index j = 0; j < rbm.hidden(); ++j)
      e -= enters(units, i, vi, rbm.sigma_v()) * d(rbm.W()(i, j)) *
           enters(rbm.shape().hidden_units, j, h[static_cast<std::size_t>(j)], rbm.sigma_h());
  }
  for (Index j = 0; j < rbm.hidden(); ++j)
    e += own(rbm.shape().hidden_units, j, h[static_cast<std::size_t>(j)], words * d(rbm.c()[j]), rbm.sigma_h());
  return e;
}

inline double free_energy_of(const Rbm& rbm, const std::vector<double>& v, const std::vector<WeightedState>& hidden) {
  double sum = 0;
  for (const auto& h : hidden) sum += h.weight * std::exp(-energy_of(rbm, v, h.values));
  return -std::log(sum);
}

inline double log_partition_of(const Rbm& rbm, int cells = 60) {
  const auto hidden = hidden_states_of(rbm, cells);
  double sum = 0;
  for (const auto& v : visible_states_of(rbm, cells))
    sum += v.weight * std::exp(-free_energy_of(rbm, v.values, hidden));
  return std::log(sum);
}

// Means of one side given a state of the other, at a temperature.
inline std::vector<double> conditional_mean(const std::vector<WeightedState>& states, double temperature,
                                            const std::function<double(const std::vector<double>&)>& energy) {
  std::vector<double> mean(states[0].values.size(), 0.0);
  double sum = 0;
  for (const auto& s : states) {
    const double p = s.weight * std::exp(-energy(s.values) / temperature);
    sum += p;
    for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += p * s.values[i];
  }
  for (double& m : mean) m /= sum;
  return mean;
}

inline Matrix row_of(const std::vector<double>& v) {
  Matrix row(1, static_cast<Index>(v.size()));
  for (std::size_t i = 0; i < v.size(); ++i) row(0, static_cast<Index>(i)) = static_cast<float>(v[i]);
  return row;
}

}  // namespace wakesleep::test
