// What every sampler is held to, whatever it samples: one step has the exact transition probabilities, exact samples do
// not drift, and chains that start far away arrive. The truth is a list of all states of a small model with a law over
// them, and a step of a sampler is what it does to such a law.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "unit_enumeration.h"
#include "wakesleep/random.h"

namespace wakesleep::test {

using State = std::vector<double>;  // of all units of all layers, one after the other
using Law = std::vector<double>;    // a probability for each state
using Move = std::function<Law(const Law&)>;

// Where a unit's values are told apart. `count` 1: they are not looked at.
struct Bins {
  double low = -0.5, high = 1.5;
  int count = 2;
  int of(double x) const {
    return std::clamp(static_cast<int>(std::floor((x - low) / (high - low) * count)), 0, count - 1);
  }
};

// All states of a model, and the cells that a test counts them in.
class Space {
 public:
  Space(std::vector<WeightedState> states, std::vector<Bins> bins)
      : states_(std::move(states)), bins_(std::move(bins)) {
    std::size_t keys = 1;
    for (const Bins& b : bins_) keys *= static_cast<std::size_t>(b.count);
    cell_of_key_.assign(keys, none);
    for (const WeightedState& s : states_) {
      std::size_t& cell = cell_of_key_[key([&](std::size_t i) { return s.values[i]; })];
      if (cell == none) cell = cells_++;
      cell_of_state_.push_back(cell);
    }
  }

  const std::vector<WeightedState>& states() const { return states_; }
  const std::vector<Bins>& bins() const { return bins_; }
  std::size_t size() const { return states_.size(); }
  std::size_t cells() const { return cells_; }

  std::vector<double> in_cells(const Law& law) const {
    std::vector<double> p(cells_);
    for (std::size_t s = 0; s < law.size(); ++s) p[cell_of_state_[s]] += law[s];
    return p;
  }
  // Of rows of states; empty when one of them is none that the model can have.
  std::vector<double> counts(const Matrix& rows) const {
    std::vector<double> n(cells_);
    for (Index r = 0; r < rows.rows(); ++r) {
      const float* row = rows.data() + r * rows.cols();
      const std::size_t cell = cell_of_key_[key([&](std::size_t i) { return static_cast<double>(row[i]); })];
      if (cell == none) return {};
      n[cell] += 1;
    }
    return n;
  }
  Matrix rows(const std::vector<std::size_t>& which) const {
    Matrix result(static_cast<Index>(which.size()), static_cast<Index>(bins_.size()));
    for (std::size_t r = 0; r < which.size(); ++r)
      for (std::size_t i = 0; i < bins_.size(); ++i)
        result(static_cast<Index>(r), static_cast<Index>(i)) = static_cast<float>(states_[which[r]].values[i]);
    return result;
  }

 private:
  static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
  template <class Value>
  std::size_t key(Value&& value) const {
    std::size_t k = 0;
    for (std::size_t i = 0; i < bins_.size(); ++i)
      k = k * static_cast<std::size_t>(bins_[i].count) + static_cast<std::size_t>(bins_[i].of(value(i)));
    return k;
  }

  std::vector<WeightedState> states_;
  std::vector<Bins> bins_;
  std::vector<std::size_t> cell_of_key_, cell_of_state_;
  std::size_t cells_ = 0;
};

using Energy = std::function<double(const State&)>;

// The units [first, first + count) are drawn anew given all others, in proportion to weight times exp(-energy).
inline Move redraw(const std::vector<WeightedState>& states, std::size_t first, std::size_t count,
                   const Energy& energy) {
  std::vector<std::size_t> group;
  std::vector<double> share, least;
  std::map<State, std::size_t> groups;
  for (const WeightedState& s : states) {
    State others = s.values;
    others.erase(others.begin() + static_cast<Index>(first), others.begin() + static_cast<Index>(first + count));
    group.push_back(groups.try_emplace(std::move(others), groups.size()).first->second);
    if (least.size() < groups.size()) least.push_back(std::numeric_limits<double>::infinity());
    least[group.back()] = std::min(least[group.back()], share.emplace_back(energy(s.values)));
  }
  std::vector<double> sum(groups.size());
  for (std::size_t s = 0; s < states.size(); ++s)
    sum[group[s]] += share[s] = states[s].weight * std::exp(least[group[s]] - share[s]);
  for (std::size_t s = 0; s < states.size(); ++s) share[s] /= sum[group[s]];
  return [group, share, all = groups.size()](const Law& p) {
    std::vector<double> mass(all);
    for (std::size_t s = 0; s < p.size(); ++s) mass[group[s]] += p[s];
    Law q(p.size());
    for (std::size_t s = 0; s < p.size(); ++s) q[s] = mass[group[s]] * share[s];
    return q;
  };
}

inline Law boltzmann(const std::vector<WeightedState>& states, const Energy& energy) {
  Law p;
  double least = std::numeric_limits<double>::infinity(), sum = 0;
  for (const WeightedState& s : states) least = std::min(least, p.emplace_back(energy(s.values)));
  for (std::size_t s = 0; s < p.size(); ++s) sum += p[s] = states[s].weight * std::exp(least - p[s]);
  for (double& x : p) x /= sum;
  return p;
}

struct Truth {
  Space space;
  std::vector<Move> moves;  // of one step, in their order
  Law equilibrium;

  Law step(Law p) const {
    for (const Move& move : moves) p = move(p);
    return p;
  }
};

// Of a sampler whose law is no model's: what its steps leave as it is.
inline Truth with_fixed_point(Space space, std::vector<Move> moves) {
  Truth truth{std::move(space), std::move(moves), {}};
  Law now(truth.space.size(), 1 / static_cast<double>(truth.space.size()));
  for (double moved = 1; moved > 1e-12;) {
    Law next = truth.step(now);
    moved = 0;
    for (std::size_t s = 0; s < now.size(); ++s) moved += std::abs(next[s] - now[s]);
    now = std::move(next);
  }
  truth.equilibrium = std::move(now);
  return truth;
}

// What is done wrong on purpose.
struct Wrong {
  std::string name;
  bool identity = false;   // nothing is sampled
  Index layer = -1;        // whose first bias is off by 0.2
  double temperature = 1;  // that of all units, when it ought to be 1
  bool mean = false;       // where a sample belongs
};

inline std::vector<Wrong> mutants(Index layers) {
  std::vector<Wrong> all{{.name = "the identity", .identity = true},
                         {.name = "a temperature off by 10 %", .temperature = 1.1},
                         {.name = "a mean where a sample belongs", .mean = true}};
  for (Index l = 0; l < layers; ++l)
    all.push_back({.name = "a bias off by 0.2 in layer " + std::to_string(l), .layer = l});
  return all;
}

struct Sampler {
  std::string name;
  Truth truth;
  Index layers;  // whose biases can be off
  // From these states, one row a chain, as many steps.
  std::function<Matrix(const Wrong&, const Matrix& start, Index steps, std::uint64_t seed)> run;

  Matrix states(const Wrong& wrong, const Matrix& start, Index steps, std::uint64_t seed) const {
    return wrong.identity ? start : run(wrong, start, steps, seed);
  }
};

// The 0.9999 quantile of Pearson's statistic (Wilson and Hilferty 1931).
inline double chi_squared_limit(double freedom) {
  const double a = 2 / (9 * freedom);
  return freedom * std::pow(1 - a + 3.719 * std::sqrt(a), 3);
}

// Mean distance, in total variation, of as many independent samples from their law: the Monte-Carlo floor under what
// can be seen. (Of each count the mean deviation, by the normal approximation.)
inline double monte_carlo_floor(const std::vector<double>& p, double samples) {
  double sum = 0;
  for (const double x : p) sum += std::sqrt(x * (1 - x) / (2 * 3.14159265358979 * samples));
  return sum;
}
inline double total_variation(const std::vector<double>& counts, const std::vector<double>& p) {
  double n = 0, sum = 0;
  for (const double count : counts) n += count;
  for (std::size_t i = 0; i < p.size(); ++i) sum += std::abs(counts[i] / n - p[i]);
  return sum / 2;
}

inline std::size_t choose(const Law& p, double u) {
  std::size_t chosen = 0;
  for (double sum = p[0]; chosen + 1 < p.size() && u >= sum; sum += p[chosen]) ++chosen;
  return chosen;
}

inline Law surely(const Space& space, std::size_t state) {
  Law p(space.size());
  p[state] = 1;
  return p;
}

// The checks give what they measure over what it may be: a sampler passes where they are below 1.

// Counts after one step from one state, and from another, against the transition probabilities.
inline double one_step(const Sampler& sampler, const Wrong& wrong) {
  constexpr std::size_t chains = 20000;
  const Truth& truth = sampler.truth;
  double statistic = 0, freedom = 0;
  for (const double along : {0.3, 0.8}) {
    const std::size_t from = choose(truth.equilibrium, along);
    const Matrix start = truth.space.rows(std::vector<std::size_t>(chains, from));
    const std::vector<double> counts = truth.space.counts(sampler.states(wrong, start, 1, 11));
    const std::vector<double> p = truth.space.in_cells(truth.step(surely(truth.space, from)));
    if (counts.empty()) return std::numeric_limits<double>::infinity();
    // Cells that hardly ever occur count together.
    double rest = 0, of_rest = 0;
    const auto add = [&](double count, double expected) {
      statistic += (count - expected) * (count - expected) / expected;
      ++freedom;
    };
    for (std::size_t i = 0; i < p.size(); ++i) {
      const double expected = static_cast<double>(chains) * p[i];
      if (expected < 8) {
        rest += counts[i];
        of_rest += expected;
      } else {
        add(counts[i], expected);
      }
    }
    if (of_rest > 1e-3) {
      add(rest, std::max(of_rest, 1.0));
    } else if (rest > 0) {
      return std::numeric_limits<double>::infinity();
    }
    --freedom;
  }
  return statistic / chi_squared_limit(freedom);
}

// As many chains as put the floor at 0.014 or below.
inline std::size_t chains_for(const std::vector<double>& p) {
  const double floor = monte_carlo_floor(p, 1) / 0.014;
  return std::max<std::size_t>(8000, static_cast<std::size_t>(floor * floor) + 1);
}

// Mean distance over some steps, in units of what it may be.
inline double mean_distance(const Sampler& sampler, const Wrong& wrong, Matrix states, std::uint64_t seed) {
  constexpr int times = 4;
  const Truth& truth = sampler.truth;
  const std::vector<double> p = truth.space.in_cells(truth.equilibrium);
  const double most = 1.5 * monte_carlo_floor(p, static_cast<double>(states.rows()));
  double sum = 0;
  for (int i = 0; i < times; ++i) {
    states = sampler.states(wrong, states, 1, seed + static_cast<std::uint64_t>(i));
    const std::vector<double> counts = truth.space.counts(states);
    if (counts.empty()) return std::numeric_limits<double>::infinity();
    sum += total_variation(counts, p) / times;
  }
  return sum / most;
}

// Whether the law that exact samples have stays theirs.
inline double drift(const Sampler& sampler, const Wrong& wrong) {
  const Truth& truth = sampler.truth;
  Law cumulated = truth.equilibrium;
  for (std::size_t s = 1; s < cumulated.size(); ++s) cumulated[s] += cumulated[s - 1];
  Random random(5, Stream::patterns);
  std::vector<std::size_t> exact(chains_for(truth.space.in_cells(truth.equilibrium)));
  for (std::size_t& state : exact)
    state = static_cast<std::size_t>(
        std::upper_bound(cumulated.begin(), cumulated.end() - 1, random.uniform() * cumulated.back()) -
        cumulated.begin());
  return mean_distance(sampler, wrong, truth.space.rows(exact), 21);
}

// Whether chains arrive that began at all zeros, or at the state nearest to them, after the steps by which the exact
// law has come near. `at_first` is their distance when they began.
inline double from_zeros(const Sampler& sampler, const Wrong& wrong, double* at_first = nullptr) {
  const Truth& truth = sampler.truth;
  const std::vector<double> p = truth.space.in_cells(truth.equilibrium);
  const auto size_of = [](const WeightedState& s) {
    double sum = 0;
    for (const double x : s.values) sum += std::abs(x);
    return sum;
  };
  const auto& states = truth.space.states();
  const auto zero =
      static_cast<std::size_t>(std::min_element(states.begin(), states.end(),
                                                [&](const auto& a, const auto& b) { return size_of(a) < size_of(b); }) -
                               states.begin());
  const std::size_t chains = chains_for(p);
  Law law = surely(truth.space, zero);
  if (at_first)
    *at_first =
        total_variation(truth.space.in_cells(law), p) / (1.5 * monte_carlo_floor(p, static_cast<double>(chains)));
  Index steps = 0;
  do {
    law = truth.step(std::move(law));
    ++steps;
  } while (steps < 200 && total_variation(truth.space.in_cells(law), p) > 0.008);
  const Matrix start = truth.space.rows(std::vector<std::size_t>(chains, zero));
  return mean_distance(sampler, wrong, sampler.states(wrong, start, steps, 31), 41);
}

}  // namespace wakesleep::test
