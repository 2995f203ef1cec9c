// Samplers of models with several layers, and the truth about them. Rows of states are all layers, one after the other,
// the visible one first.
#pragma once

#include "dbm_enumeration.h"
#include "models/dbm_layers.h"
#include "models/sbn_states.h"
#include "samplers_of_rules.h"
#include "sbn_enumeration.h"
#include "wakesleep/chains.h"
#include "wakesleep/dbm_training.h"
#include "wakesleep/sbn_gibbs.h"

namespace wakesleep::test {

// Deep belief nets: states of the top, and what goes up to it.

inline Sampler dreams(const Rbm& lower, const Rbm& top) {
  Sampler sampler = gibbs_chains("a DBN's dreams", top);
  sampler.run = with_mutants_at(
      1, top,
      [=](const Rbm& now, double temperature, const Matrix& start, Index steps, std::uint64_t seed) {
        const Dbn net({lower, now});
        GibbsChains chains(net.top(), start.rows(), seed);
        start_at(chains, now, start);
        chains.step(steps, temperature);
        return joined(now, chains.v_states(), chains.h_states());
      },
      through_means(Order::h_then_v));
  return sampler;
}

// The states of the layer above a given image.
using GoingUp = std::function<Matrix(const Dbn&, const Matrix& images, std::uint64_t seed)>;
inline Sampler going_up(const std::string& name, const Rbm& lower, const Rbm& top, const GoingUp& up) {
  const Matrix image = as_row({1, 0, 1});
  const Vector input = lower.c() + lower.W().row(0).transpose() + lower.W().row(2).transpose();
  return {name, independent_bits(input), 1,
          [=](const Wrong& wrong, const Matrix& start, Index steps, std::uint64_t seed) -> Matrix {
            Rbm now = hotter(lower, wrong.temperature);
            if (wrong.layer == 0) put_off(now, 1);
            const Matrix images = image.replicate(start.rows(), 1);
            if (wrong.mean) return likeliest(now.mean_h_from_v(view(images)));
            return up(Dbn({now, top}), images, seed + static_cast<std::uint64_t>(steps));
          }};
}
inline Matrix dreams_begin(const Dbn& net, const Matrix& images, std::uint64_t seed) {
  GibbsChains chains(net.top(), images.rows(), seed);
  chains.draw_visible(view(net.up(view(images), net.depth() - 1)));
  return chains.v_states().values(net.top().visible());
}
inline Matrix handed_up(const Dbn& net, const Matrix& images, std::uint64_t seed) {
  return read_sampled(Dataset::from_bits(bits_from(images, 0, images.cols())), &net, net.top().shape(), seed);
}

// Deep Boltzmann machines.

inline State flat(const std::vector<State>& layers) {
  State all;
  for (const State& layer : layers) all.insert(all.end(), layer.begin(), layer.end());
  return all;
}
template <class Model>
Index first_of(const Model& model, Index layer) {
  Index first = 0;
  for (Index l = 0; l < layer; ++l) first += model.units(l);
  return first;
}
template <class Model>
std::vector<State> by_layer(const Model& model, Index layers, const State& s) {
  std::vector<State> result;
  for (Index l = 0; l < layers; ++l) {
    const auto first = s.begin() + first_of(model, l);
    result.emplace_back(first, first + model.units(l));
  }
  return result;
}
template <class Model>
std::vector<BitMatrix> layers_from(const Model& model, Index layers, const Matrix& rows) {
  std::vector<BitMatrix> result;
  for (Index l = 0; l < layers; ++l) result.push_back(bits_from(rows, first_of(model, l), model.units(l)));
  return result;
}
template <class Model>
Matrix rows_of(const Model& model, const std::vector<BitMatrix>& layers) {
  const auto count = static_cast<Index>(layers.size());
  Matrix rows(layers[0].rows(), first_of(model, count));
  for (Index l = 0; l < count; ++l) put(layers[static_cast<std::size_t>(l)], rows, first_of(model, l));
  return rows;
}

// Layers of the parity `first` are drawn before the others. Those of the parity `seen` are looked at, -1: all.
inline Truth truth_of(const Dbm& dbm, Index first, double temperature, Index seen = -1, const Allowed& allowed = {}) {
  std::vector<WeightedState> states;
  each_state(dbm, [&](const DbmState& s) {
    if (!allowed || allowed(flat(s))) states.push_back({flat(s), 1});
  });
  const Energy of_state = [=](const State& s) {
    return energy(dbm, by_layer(dbm, dbm.layer_count(), s)) / temperature;
  };
  std::vector<Bins> bins;
  for (Index l = 0; l < dbm.layer_count(); ++l)
    bins.insert(bins.end(), static_cast<std::size_t>(dbm.units(l)), seen < 0 || l % 2 == seen ? Bins{} : Bins{0, 1, 1});
  std::vector<Move> moves;
  for (const Index parity : {first, 1 - first})
    for (Index l = parity; l < dbm.layer_count(); l += 2)
      moves.push_back(
          redraw(states, static_cast<std::size_t>(first_of(dbm, l)), static_cast<std::size_t>(dbm.units(l)), of_state));
  Law equilibrium = boltzmann(states, of_state);
  return {Space(std::move(states), std::move(bins)), std::move(moves), std::move(equilibrium)};
}

// The layers that are drawn first hand their means to the others, beside the samples that they show.
inline auto through_dbm_means(Index first) {
  return [=](const Dbm& dbm, const Matrix& start, Index steps, std::uint64_t seed) {
    std::vector<BitMatrix> states = layers_from(dbm, dbm.layer_count(), start);
    std::vector<Matrix> means(states.size());
    math::Workspace workspace;
    for (Index i = 0; i < steps; ++i)
      for (const Index parity : {first, 1 - first})
        for (Index l = parity; l < dbm.layer_count(); l += 2) {
          const auto at = static_cast<std::size_t>(l);
          const math::Draw draw{&states[at], {seed, DbmStream::chain, layer_place(static_cast<std::uint64_t>(i), l)}};
          Matrix input(start.rows(), dbm.units(l));
          if (parity == first) {
            layer_input(dbm, l, states, nullptr, input, workspace);
          } else {
            layer_input(dbm, l, means, nullptr, input, workspace);
          }
          means[at] = input;
          draw_from_input(dbm, l, 1, draw, input);
          draw_from_input(dbm, l, 1, {}, means[at]);
        }
    return rows_of(dbm, states);
  };
}

using HoldDbm = std::function<void(DbmChains&)>;
inline Sampler dbm_chains(const std::string& name, const Dbm& dbm, double temperature = 1, const HoldDbm& hold = {},
                          const Allowed& allowed = {}) {
  return {name, truth_of(dbm, 1, temperature, -1, allowed), dbm.layer_count(),
          with_mutants_at(
              temperature, dbm,
              [=](const Dbm& now, double at, const Matrix& start, Index steps, std::uint64_t seed) {
                DbmChains chains(now, start.rows(), seed);
                if (hold) hold(chains);
                chains.set_states(layers_from(now, now.layer_count(), start));
                chains.step(steps, at);
                std::vector<BitMatrix> states;
                for (Index l = 0; l < now.layer_count(); ++l) states.push_back(chains.states(l));
                return rows_of(now, states);
              },
              [=](const Dbm& now, const Matrix& start, Index steps, std::uint64_t seed) {
                return through_dbm_means(1)(hotter(now, temperature), start, steps, seed);
              })};
}

// The last visible unit is held at 1, and the label 1, so that their biases are no matter.
inline Sampler clamped_dbm_chains(const Dbm& dbm) {
  const Index last = dbm.visible() - 1;
  const auto unit = static_cast<std::size_t>(last),
             label = static_cast<std::size_t>(first_of(dbm, dbm.depth() + 1) + 1);
  Sampler sampler = dbm_chains(
      "a DBM's chains with a unit and a label held", dbm, 1,
      [=](DbmChains& chains) {
        Matrix mask = Matrix::Zero(1, last + 1);
        mask(0, last) = 1;
        chains.clamp(view(mask), view(mask));
        chains.clamp_labels({1});
      },
      [=](const State& s) { return s[unit] == 1 && s[label] == 1; });
  sampler.layers = dbm.depth() + 1;
  return sampler;
}

// The persistent chains of a DBM's training, which are kept as the states of the odd layers: `steps` of one batch.
inline Sampler dbm_training_chains(const Dbm& dbm) {
  return {"a DBM's persistent chains", truth_of(dbm, 0, 1, 1), dbm.layer_count(),
          with_mutants(
              dbm,
              [](const Dbm& now, const Matrix& start, Index steps, std::uint64_t seed) {
                Dbm trained = now;
                std::vector<BitMatrix> states = layers_from(now, now.layer_count(), start);
                std::vector<BitMatrix>& chains = trained.training_state().chains;
                for (std::size_t l = 1; l < states.size(); l += 2) chains.push_back(states[l]);
                DbmTrainingOptions o;
                o.k = steps;
                o.chains = start.rows();
                o.batch_size = 1;
                o.visible_bias_from_data = false;
                o.seed = seed;
                const Dataset data = Dataset::from_bits(BitMatrix(1, now.visible()), {0});
                REQUIRE(train(trained, data, o)->step());
                for (std::size_t l = 1; l < states.size(); l += 2) states[l] = chains[l / 2];
                return rows_of(now, states);
              },
              through_dbm_means(0))};
}

// Sigmoid belief nets.

// Of all states, or of those whose visible units are as seen.
inline Space space_of(const Sbn& net, const State& seen = {}) {
  const SbnTruth truth(net);
  std::vector<WeightedState> states;
  for (std::size_t v = 0; v < std::size_t{1} << net.visible(); ++v) {
    const State visible = bits(v, net.visible());
    if (!seen.empty() && visible != seen) continue;
    for (std::size_t h = 0; h < std::size_t{1} << net.hidden(); ++h)
      states.push_back({flat(states_of(truth, visible, h)), 1});
  }
  return Space(std::move(states), std::vector<Bins>(static_cast<std::size_t>(first_of(net, net.layer_count()))));
}
inline Energy energy_at(const Sbn& net) {
  return
      [net, truth = SbnTruth(net)](const State& s) { return -log_joint(truth, by_layer(net, net.layer_count(), s)); };
}
// A layer given another, by these weights (units of the layer x units of the other) and biases.
inline Move redraw_layer(const Sbn& net, const Space& space, Index layer, Index given, const Matrix& weights,
                         const Vector& bias) {
  return redraw(space.states(), static_cast<std::size_t>(first_of(net, layer)),
                static_cast<std::size_t>(net.units(layer)),
                [=, own = first_of(net, layer), other = first_of(net, given)](const State& s) {
                  double sum = 0;
                  for (Index i = 0; i < bias.size(); ++i) {
                    auto x = static_cast<double>(bias[i]);
                    for (Index j = 0; j < weights.cols(); ++j)
                      x += static_cast<double>(weights(i, j)) * s[static_cast<std::size_t>(other + j)];
                    sum -= x * s[static_cast<std::size_t>(own + i)];
                  }
                  return sum;
                });
}

inline Sampler ancestral(const Sbn& net) {
  Space space = space_of(net);
  const Energy energy = energy_at(net);
  std::vector<Move> moves{
      redraw(space.states(), 0, static_cast<std::size_t>(first_of(net, net.layer_count())), energy)};
  Law equilibrium = boltzmann(space.states(), energy);
  return {"a belief net's ancestral samples",
          {std::move(space), std::move(moves), std::move(equilibrium)},
          net.layer_count(),
          with_mutants(
              net,
              [](const Sbn& now, const Matrix& start, Index steps, std::uint64_t seed) {
                return rows_of(now, now.sample(start.rows(), seed, static_cast<std::uint64_t>(steps)).states);
              },
              // Means handed down to the visible units, beside the samples of the layers above.
              [](const Sbn& now, const Matrix& start, Index, std::uint64_t seed) {
                Matrix rows = rows_of(now, now.sample(start.rows(), seed).states);
                Matrix means = means_at(now.b(now.depth())).replicate(start.rows(), 1);
                for (Index l = now.depth() - 1; l >= 0; --l) means = now.down(view(means), l);
                rows.leftCols(now.visible()) = sampled(means, seed);
                return rows;
              })};
}

inline Sampler sbn_posterior(const Sbn& net, const State& seen) {
  Space space = space_of(net, seen);
  const Energy energy = energy_at(net);
  std::vector<Move> moves;
  for (Index unit = net.visible(); unit < net.visible() + net.hidden(); ++unit)
    moves.push_back(redraw(space.states(), static_cast<std::size_t>(unit), 1, energy));
  Law equilibrium = boltzmann(space.states(), energy);
  const auto run = [](const Sbn& now, const Matrix& start, Index steps, std::uint64_t seed, bool means) {
    const Matrix x = start.leftCols(now.visible());
    PosteriorChains chains(now, view(x), seed);
    for (Index l = 1; l < now.layer_count(); ++l) {
      const Matrix states = start.middleCols(first_of(now, l), now.units(l));
      chains.set_states(l, view(states));
    }
    chains.sweep(steps);
    Matrix rows = start;
    for (Index l = 1; l < now.layer_count(); ++l) {
      put(chains.states(l), rows, first_of(now, l));
      if (means) rows.middleCols(first_of(now, l), now.units(l)) = likeliest(chains.mean(l));
    }
    return rows;
  };
  return {"Gibbs sampling of a belief net's posterior",
          {std::move(space), std::move(moves), std::move(equilibrium)},
          net.layer_count(),
          with_mutants(
              net, [=](auto&&... of) { return run(of..., false); }, [=](auto&&... of) { return run(of..., true); })};
}

// The wake phase.
inline Sampler recognition(const Sbn& net, const State& seen) {
  Space space = space_of(net, seen);
  std::vector<Move> moves;
  for (Index l = 0; l < net.depth(); ++l)
    moves.push_back(redraw_layer(net, space, l + 1, l, net.R(l).transpose(), net.c(l)));
  return {"a belief net's recognition", with_fixed_point(std::move(space), std::move(moves)), net.depth(),
          [=](const Wrong& wrong, const Matrix& start, Index steps, std::uint64_t seed) {
            Sbn now = hotter(net, wrong.temperature);
            if (wrong.layer >= 0) now.mutable_c(wrong.layer)[0] += 0.2f;
            SbnStates states = layers_from(now, now.layer_count(), start);
            SbnPasses passes(seed, SbnStream::down, SbnStream::up);
            passes.draw_up(
                now.depth(), static_cast<std::uint64_t>(steps), states,
                [&](Index l) -> const Matrix& { return now.R(l); }, [&](Index l) -> const Vector& { return now.c(l); });
            Matrix rows = rows_of(now, states);
            if (!wrong.mean) return rows;
            // Means handed up to the top, beside the samples of the layers below.
            Matrix means = start.leftCols(now.visible());
            for (Index l = 0; l < now.depth(); ++l) means = now.up(view(means), l);
            rows.rightCols(means.cols()) = sampled(means, seed);
            return rows;
          }};
}

// Down by the weights, and up by the same.
inline Sampler sbn_cd(const Sbn& net) {
  Space space = space_of(net);
  std::vector<Move> moves;
  for (Index l = net.depth() - 1; l >= 0; --l) moves.push_back(redraw_layer(net, space, l, l + 1, net.W(l), net.b(l)));
  for (Index l = 0; l < net.depth(); ++l)
    moves.push_back(redraw_layer(net, space, l + 1, l, net.W(l).transpose(), net.b(l + 1)));
  const auto run = [](const Sbn& now, const Matrix& start, Index steps, std::uint64_t seed) {
    SbnStates states = layers_from(now, now.layer_count(), start);
    SbnPasses passes(seed, SbnStream::down, SbnStream::up);
    for (std::uint64_t i = 0; i < static_cast<std::uint64_t>(steps); ++i) {
      passes.draw_down(now, i, states);
      passes.draw_up(
          now.depth(), i, states, [&](Index l) -> const Matrix& { return now.W(l); },
          [&](Index l) -> const Vector& { return now.b(l + 1); });
    }
    return rows_of(now, states);
  };
  return {"contrastive divergence in a belief net", with_fixed_point(std::move(space), std::move(moves)),
          net.layer_count(),
          with_mutants(net, run, [=](const Sbn& now, const Matrix& start, Index steps, std::uint64_t seed) {
            Matrix rows = run(now, start, steps, seed);
            const Matrix above = rows.middleCols(first_of(now, 1), now.units(1));
            rows.leftCols(now.visible()) = likeliest(now.down(view(above), 0));
            return rows;
          })};
}

inline Sbn recognising(Sbn net) {
  std::vector<Matrix> R;
  std::vector<Vector> c;
  for (Index l = 0; l < net.depth(); ++l) {
    R.push_back(0.7f * net.W(l));
    c.push_back(Vector::LinSpaced(net.units(l + 1), -0.4f, 0.6f));
  }
  net.set_parameters({net.parameters().W, net.parameters().b, R, c});
  return net;
}

}  // namespace wakesleep::test
