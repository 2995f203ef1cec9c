// Where the learning rules take their states from, and estimates.
#pragma once

#include <doctest/doctest.h>

#include <map>

#include "estimate/ais_path.h"
#include "learning/example_source.h"
#include "learning/missing_values.h"
#include "learning/rules.h"
#include "samplers_of_rbms.h"
#include "wakesleep/exact.h"

namespace wakesleep::test {

// The learning rules' chains, with hidden states as their statistics.

inline TrainingOptions options_of(Method method, std::uint64_t seed) {
  TrainingOptions o;
  o.method = method;
  o.hidden_states = States::sampled;
  o.seed = seed;
  return o;
}
inline Phase data_phase(const Rbm& rbm, const Matrix& rows) {
  Phase phase;
  phase.v = v_of(rbm, rows);
  phase.h_states = h_of(rbm, rows);
  phase.of_means = false;
  return phase;
}

using Change = std::function<void(TrainingOptions&)>;

// As many steps of one batch.
inline Matrix contrastive(Rbm rbm, const Matrix& start, Index steps, std::uint64_t seed, const Change& change = {},
                          const BitMatrix* kept = nullptr) {
  TrainingOptions o = options_of(Method::cd, seed);
  if (change) change(o);
  const auto rule = make_rule(rbm, o);
  const Phase data = data_phase(rbm, start);
  rule->draw(data, kept, {0, steps});
  const Phase* negative = rule->next();
  return joined(rbm, negative->v, negative->h_states);
}

// As many batches of one step. With fast weights, which make up for what the machine's own lack.
inline Matrix persistent(Rbm rbm, const Matrix& start, Index steps, std::uint64_t seed, const Change& change = {}) {
  TrainingOptions o = options_of(Method::pcd, seed);
  o.chains = start.rows();
  if (change) change(o);
  RbmTrainingState& state = rbm.training_state();
  state.chains = h_of(rbm, start);
  if (o.method == Method::fpcd) {
    state.fast = {Matrix::Constant(rbm.width(), rbm.hidden(), 0.7f), Vector::Constant(rbm.width(), -0.5f),
                  Vector::Constant(rbm.hidden(), 0.3f)};
    rbm.mutable_W() -= state.fast.W;
    rbm.mutable_b() -= state.fast.b;
    rbm.mutable_c() -= state.fast.c;
  }
  const auto rule = make_rule(rbm, o);
  const Phase data = data_phase(rbm, start);
  const Phase* negative = nullptr;
  for (Index i = 0; i < steps; ++i) {
    rule->draw(data, nullptr, {2 * static_cast<std::uint64_t>(i), 1});
    negative = rule->next();
  }
  return joined(rbm, negative->v, state.chains);
}

inline Sampler cd_chains(const std::string& name, const Rbm& rbm) {
  return {
      name, truth_of(rbm, Order::v_then_h), layers_of(rbm),
      with_mutants(
          rbm, [](const Rbm& now, auto&&... of) { return contrastive(now, of...); }, through_means(Order::v_then_h))};
}
inline Sampler pcd_chains(const std::string& name, const Rbm& rbm, const Change& change = {}) {
  return {name, truth_of(rbm, Order::v_then_h), layers_of(rbm),
          with_mutants(
              rbm,
              [=](const Rbm& now, const Matrix& start, Index steps, std::uint64_t seed) {
                return persistent(now, start, steps, seed, change);
              },
              through_means(Order::v_then_h))};
}

// The other layer's input counts as if it were there several times.
inline Sampler tied_copies(const Rbm& rbm, const InputScales& scales) {
  Rbm up = rbm, down = rbm;
  up.mutable_W() *= scales.up;
  down.mutable_W() *= scales.down;
  Space space = space_of(rbm);
  std::vector<Move> moves{redraw_v(rbm, space, energy_at(down)), redraw_h(rbm, space, energy_at(up))};
  return {"CD-k with tied copies of a layer", with_fixed_point(std::move(space), std::move(moves)), 2,
          with_mutants(
              rbm,
              [=](const Rbm& now, const Matrix& start, Index steps, std::uint64_t seed) {
                return contrastive(now, start, steps, seed, [&](TrainingOptions& o) { o.input_scales = scales; });
              },
              through_means(Order::v_then_h))};
}

// The first hidden unit is left out, as dropout leaves out what it draws.
inline Sampler thinned(const Rbm& rbm) {
  const auto first = static_cast<std::size_t>(rbm.width());
  return {"CD-k with a hidden unit left out",
          truth_of(rbm, Order::v_then_h, space_of(rbm, true, [=](const State& s) { return s[first] == 0; })),
          1,  // the bias of the unit that is left out is no matter
          with_mutants(
              rbm,
              [](const Rbm& now, const Matrix& start, Index steps, std::uint64_t seed) {
                BitMatrix kept(start.rows(), now.hidden());
                for (Index r = 0; r < kept.rows(); ++r)
                  for (Index j = 1; j < kept.cols(); ++j) kept.set(r, j, true);
                return contrastive(now, start, steps, seed, {}, &kept);
              },
              through_means(Order::v_then_h))};
}

// Before each batch a share of the chains starts anew from fair coins.
inline Sampler restarted(const Rbm& rbm, double share) {
  Sampler sampler = pcd_chains("PCD with restarts", rbm, [=](TrainingOptions& o) { o.restarts = share; });
  const Move coins = redraw_h(rbm, sampler.truth.space, [](const State&) { return 0.0; });
  std::vector<Move> moves = sampler.truth.moves;
  moves.insert(moves.begin(), [=](const Law& p) {
    Law q = coins(p);
    for (std::size_t s = 0; s < q.size(); ++s) q[s] = share * q[s] + (1 - share) * p[s];
    return q;
  });
  sampler.truth = with_fixed_point(sampler.truth.space, std::move(moves));
  return sampler;
}

// Every chain has a label held, equal shares of them each label, one after the other: here those with the label 1.
inline Sampler held_labels(const Rbm& rbm) {
  const Index labels = rbm.labels(), held = 1;
  const auto of_label = static_cast<std::size_t>(rbm.visible() + held);
  const Allowed allowed = [=](const State& s) { return s[of_label] == 1; };
  return {"PCD with labels held", truth_of(rbm, Order::v_then_h, space_of(rbm, true, allowed)),
          2,  // the bias of a label that is held is no matter
          with_mutants(
              rbm,
              [=](const Rbm& now, const Matrix& start, Index steps, std::uint64_t seed) -> Matrix {
                Matrix all(start.rows() * labels, start.cols());
                for (Index r = 0; r < all.rows(); ++r) all.row(r) = start.row(r % start.rows());
                all = persistent(now, all, steps, seed, [](TrainingOptions& o) { o.clamped_chains = 1; });
                return all.middleRows(held * start.rows(), start.rows());
              },
              through_means(Order::v_then_h))};
}

// Parallel tempering: (v, h) of every replica, inverse temperatures evenly from 1 to 0. `accepts`: a mutant's share of
// the swaps that Metropolis' rule accepts.
inline Truth tempering_truth(const Rbm& rbm, Index temperatures, double accepts = 1) {
  const auto units = static_cast<std::size_t>(rbm.width() + rbm.hidden()),
             visible = static_cast<std::size_t>(rbm.width());
  const Space one = space_of(rbm);
  std::vector<WeightedState> states{{{}, 1}};
  for (Index t = 0; t < temperatures; ++t) {
    std::vector<WeightedState> longer;
    for (const auto& a : states)
      for (const auto& b : one.states()) {
        longer.push_back({a.values, a.weight * b.weight});
        longer.back().values.insert(longer.back().values.end(), b.values.begin(), b.values.end());
      }
    states = std::move(longer);
  }
  const auto beta = [=](Index t) { return 1 - static_cast<double>(t) / static_cast<double>(temperatures - 1); };
  const auto replica = [=](const State& s, Index t) {
    const auto first = s.begin() + t * static_cast<Index>(units);
    return State(first, first + static_cast<Index>(units));
  };
  // Between Bernoulli layers beta multiplies the whole energy, else the interaction alone.
  Rbm without = rbm;
  without.mutable_W().setZero();
  const Energy whole = energy_at(rbm), own = energy_at(without);
  const bool plain = rbm.is_bernoulli();
  const Energy tempered = [=](const State& s) { return plain ? whole(s) : whole(s) - own(s); };
  const auto energy_of_replica = [=](Index t) -> Energy {
    return [=](const State& s) {
      const State here = replica(s, t);
      return (plain ? 0 : own(here)) + beta(t) * tempered(here);
    };
  };
  std::vector<Move> moves;
  for (const bool of_h : {false, true})
    for (Index t = 0; t < temperatures; ++t)
      moves.push_back(redraw(states, static_cast<std::size_t>(t) * units + (of_h ? visible : 0),
                             of_h ? units - visible : visible, energy_of_replica(t)));
  std::map<State, std::size_t> number;
  for (std::size_t s = 0; s < states.size(); ++s) number.emplace(states[s].values, s);
  for (const Index parity : {0, 1})
    for (Index t = parity; t + 1 < temperatures; t += 2) {
      std::vector<std::size_t> swapped;
      std::vector<double> chance;
      for (const auto& s : states) {
        State other = s.values;
        const auto here = other.begin() + t * static_cast<Index>(units), next = here + static_cast<Index>(units);
        chance.push_back(
            accepts * std::min(1.0, std::exp((beta(t) - beta(t + 1)) *
                                             (tempered(replica(s.values, t)) - tempered(replica(s.values, t + 1))))));
        std::swap_ranges(here, next, next);
        swapped.push_back(number.at(other));
      }
      moves.push_back([swapped, chance](const Law& p) {
        Law q(p.size());
        for (std::size_t s = 0; s < p.size(); ++s) {
          q[swapped[s]] += chance[s] * p[s];
          q[s] += (1 - chance[s]) * p[s];
        }
        return q;
      });
    }
  Law equilibrium = boltzmann(states, [=](const State& s) {
    double sum = 0;
    for (Index t = 0; t < temperatures; ++t) sum += energy_of_replica(t)(s);
    return sum;
  });
  // What the rule shows: v and h at the inverse temperature 1, and h of the next.
  std::vector<Bins> bins;
  for (std::size_t i = 0; i < static_cast<std::size_t>(temperatures) * units; ++i)
    bins.push_back(i < units || (i >= units + visible && i < 2 * units) ? one.bins()[i % units] : Bins{0, 1, 1});
  return {Space(std::move(states), std::move(bins)), std::move(moves), std::move(equilibrium)};
}

inline Matrix tempering(Rbm rbm, Index temperatures, const Matrix& start, Index steps, std::uint64_t seed) {
  const Index n = start.rows(), units = rbm.width() + rbm.hidden();
  TrainingOptions o = options_of(Method::pt, seed);
  o.chains = n;
  o.temperatures = temperatures;
  Matrix one_below_the_other(n * temperatures, units);
  for (Index t = 0; t < temperatures; ++t)
    one_below_the_other.middleRows(t * n, n) = start.middleCols(t * units, units);
  LayerStates& chains = rbm.training_state().chains;
  chains = h_of(rbm, one_below_the_other);
  const auto rule = make_rule(rbm, o);
  const Phase data = data_phase(rbm, start.leftCols(units));
  rule->draw(data, nullptr, {0, steps});
  const Phase* negative = rule->next();
  Matrix rows = Matrix::Zero(n, temperatures * units);
  rows.leftCols(units) = joined(rbm, negative->v, negative->h_states);
  for (Index t = 0; t < temperatures; ++t)
    for (Index r = 0; r < n; ++r)
      for (Index j = 0; j < rbm.hidden(); ++j) rows(r, t * units + rbm.width() + j) = chains.get(t * n + r, j);
  return rows;
}

inline Sampler tempered_replicas(const std::string& name, const Rbm& rbm, Index temperatures) {
  return {name, tempering_truth(rbm, temperatures), layers_of(rbm),
          with_mutants(
              rbm,
              [=](const Rbm& now, const Matrix& start, Index steps, std::uint64_t seed) {
                return tempering(now, temperatures, start, steps, seed);
              },
              // The likeliest hidden states at the inverse temperature 1.
              [=](const Rbm& now, const Matrix& start, Index steps, std::uint64_t seed) {
                Matrix rows = tempering(now, temperatures, start, steps, seed);
                const Matrix v = rows.leftCols(now.width());
                rows.middleCols(now.width(), now.hidden()) = likeliest(now.mean_h_from_v(view(v)));
                return rows;
              })};
}

inline std::vector<std::uint32_t> first_rows(Index count) {
  std::vector<std::uint32_t> rows(static_cast<std::size_t>(count));
  for (std::size_t r = 0; r < rows.size(); ++r) rows[r] = static_cast<std::uint32_t>(r);
  return rows;
}

// What is missing of examples, here all but the first value: drawn from the biases, and then by Gibbs steps.
inline Sampler missing_values(const Rbm& rbm, Index gibbs_steps) {
  Space space = space_of(rbm, false, [](const State& s) { return s[0] == 1; });
  Rbm biases = rbm;
  biases.mutable_W().setZero();
  std::vector<Move> moves{redraw_v(rbm, space, energy_at(biases))};
  for (Index i = 0; i < gibbs_steps; ++i) {
    moves.push_back(redraw_h(rbm, space, energy_at(rbm)));
    moves.push_back(redraw_v(rbm, space, energy_at(rbm)));
  }
  const auto fill = [=](const Rbm& now, const Matrix& start, std::uint64_t seed) {
    BitMatrix known(start.rows(), now.visible());
    for (Index r = 0; r < start.rows(); ++r) known.set(r, 0, true);
    const Dataset mask = Dataset::from_bits(known);
    TrainingOptions o;
    o.seed = seed;
    o.mask = &mask;
    o.missing_steps = gibbs_steps;
    LayerStates v = v_of(now, start);
    MissingValues(now, o).fill(first_rows(start.rows()), 0, v);
    Matrix rows = start;
    put(v.bits, rows, 0);
    return rows;
  };
  return {"missing values", with_fixed_point(std::move(space), std::move(moves)), 2,
          [=](const Wrong& wrong, const Matrix& start, Index steps, std::uint64_t seed) {
            Rbm now = hotter(rbm, wrong.temperature);
            // The bias of a value that is known is no matter.
            if (wrong.layer == 0) now.mutable_b()[1] += 0.2f;
            if (wrong.layer == 1) put_off(now, 1);
            if (!wrong.mean) return fill(now, start, seed + static_cast<std::uint64_t>(steps));
            Matrix rows = start;
            const Matrix v = start.leftCols(now.visible()), h = now.mean_h_from_v(view(v));
            rows.middleCols(1, now.visible() - 1) = likeliest(now.mean_v_from_h(view(h))).rightCols(now.visible() - 1);
            return rows;
          }};
}

// Examples, and what trained layers hand up: bits, each by its own chance.
inline Truth independent_bits(const Vector& log_odds) {
  std::vector<WeightedState> states = states_of({}, log_odds.size());
  const Energy energy = [=](const State& s) {
    double sum = 0;
    for (std::size_t i = 0; i < s.size(); ++i) sum -= s[i] * static_cast<double>(log_odds[static_cast<Index>(i)]);
    return sum;
  };
  const auto units = static_cast<std::size_t>(log_odds.size());
  std::vector<Move> moves{redraw(states, 0, units, energy)};
  Law equilibrium = boltzmann(states, energy);
  return {Space(std::move(states), std::vector<Bins>(units)), std::move(moves), std::move(equilibrium)};
}

// The first layer's states of a net, or without a net the examples themselves.
inline Matrix read_sampled(const Dataset& data, const Dbn* net, const RbmShape& shape, std::uint64_t seed) {
  TrainingOptions o;
  o.data_states = o.up_states = States::sampled;
  o.seed = seed;
  LayerStates batch;
  ExampleSource(data, net, net ? 1 : 0, shape, o).read(first_rows(data.count()), 0, batch);
  return batch.values(shape.visible);
}

inline Sampler sampled_data(const Vector& log_odds) {
  return {"grey data as bits", independent_bits(log_odds), 1,
          with_mutants(
              log_odds,
              [](const Vector& now, const Matrix& start, Index steps, std::uint64_t seed) {
                const Matrix grey = means_at(now).replicate(start.rows(), 1);
                const Dataset data = Dataset::from_floats({grey.data(), static_cast<std::size_t>(grey.size())},
                                                          grey.rows(), grey.cols());
                return read_sampled(data, nullptr, {grey.cols(), 2, 0}, seed + static_cast<std::uint64_t>(steps));
              },
              [](const Vector& now, const Matrix& start, Index, std::uint64_t) -> Matrix {
                return likeliest(means_at(now)).replicate(start.rows(), 1);
              })};
}

// Annealed importance sampling at an inverse temperature on its way, from visible states. Which ones it comes to is
// read off log p*_1(v) - log p*_0(v), which no two of a small model's states share.
inline Sampler annealing(const std::string& name, const Rbm& rbm, double beta) {
  constexpr double rate = 0.3;
  const VectorD rates = VectorD::Constant(rbm.visible(), rate);
  const UnitType type = rbm.shape().visible_units.type;
  const double of_rate = type == UnitType::bernoulli ? std::log(rate / (1 - rate))
                         : type == UnitType::spin    ? std::atanh(rate)
                                                     : std::log(rate);
  const Vector base = Vector::Constant(rbm.visible(), static_cast<float>(of_rate));
  const auto on_the_way = [=](Rbm machine, double at) {
    const auto b = static_cast<float>(at);
    machine.mutable_W() *= b;
    machine.mutable_c() *= b;
    machine.mutable_b() = b * machine.b() + (1 - b) * base;
    return machine;
  };
  const auto run = [=](const Rbm& now, const Matrix& start, Index steps, std::uint64_t seed) {
    AisOptions o;
    o.runs = start.rows();
    o.seed = seed;
    AisPath path(now, o, &rates, Stream::chain_hidden, Stream::chain_visible);
    path.start_at(start.leftCols(now.visible()));
    for (Index i = 0; i < steps; ++i) path.move(beta, static_cast<std::uint64_t>(i));
    path.walk(0, 1, 0, 0);
    std::map<double, State> by_weight;
    const auto hidden = hidden_states_of(now);
    for (const auto& v : visible_states_of(now))
      by_weight.emplace(free_energy_of(on_the_way(now, 0), v.values, hidden) - free_energy_of(now, v.values, hidden),
                        v.values);
    constexpr double close = 1e-4;
    bool all_found = true;
    Matrix rows = Matrix::Zero(start.rows(), start.cols());
    for (Index r = 0; r < rows.rows(); ++r) {
      const double weight = path.log_weights()[static_cast<std::size_t>(r)];
      const auto found = by_weight.lower_bound(weight - close);
      all_found = all_found && found != by_weight.end() && found->first < weight + close;
      if (!all_found) break;
      for (Index i = 0; i < now.visible(); ++i)
        rows(r, i) = static_cast<float>(found->second[static_cast<std::size_t>(i)]);
    }
    REQUIRE(all_found);
    return rows;
  };
  const Rbm there = on_the_way(rbm, beta);
  return {name, truth_of(there, Order::h_then_v, space_of(there, false)), 2,
          with_mutants(rbm, run, [=](const Rbm& now, const Matrix& start, Index steps, std::uint64_t seed) {
            return through_means(Order::h_then_v)(on_the_way(now, beta), start, steps, seed);
          })};
}

// Independent samples of the hidden units, by enumeration.
inline Sampler exact_samples(const std::string& name, const Rbm& rbm) {
  Space space(hidden_states_of(rbm), bins_of(rbm.shape().hidden_units, rbm.hidden()));
  const auto visible = visible_states_of(rbm);
  const Energy energy = [=](const State& h) {
    double sum = 0;
    for (const auto& v : visible) sum += v.weight * std::exp(-energy_of(rbm, v.values, h));
    return -std::log(sum);
  };
  std::vector<Move> moves{redraw(space.states(), 0, static_cast<std::size_t>(rbm.hidden()), energy)};
  Law equilibrium = boltzmann(space.states(), energy);
  return {name,
          {std::move(space), std::move(moves), std::move(equilibrium)},
          2,
          with_mutants(
              rbm,
              [](const Rbm& now, const Matrix& start, Index steps, std::uint64_t seed) {
                ExactSamples samples(now, start.rows(), seed + static_cast<std::uint64_t>(steps),
                                     Stream::reverse_start);
                while (samples.step()) {
                }
                REQUIRE(samples.of_hidden());
                Matrix rows = start;
                rows.leftCols(now.hidden()) = samples.states().values(now.hidden());
                return rows;
              },
              [](const Rbm& now, const Matrix& start, Index, std::uint64_t) -> Matrix {
                const Matrix v = now.mean_v_from_h(view(start));
                return likeliest(now.mean_h_from_v(view(v)));
              })};
}

}  // namespace wakesleep::test
