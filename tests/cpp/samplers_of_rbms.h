// Gibbs chains of restricted Boltzmann machines, and the truth about them. Rows of states are v, labels and h, one
// after the other.
#pragma once

#include "learning/conditionals.h"
#include "sampler_mutants.h"
#include "wakesleep/gibbs.h"

namespace wakesleep::test {

inline std::vector<Bins> bins_of(const Units& units, Index count) {
  Bins bins;
  // Whole cells of the quadrature.
  if (units.type == UnitType::gaussian) bins = {-2.4, 2.4, 3};
  if (units.type == UnitType::spin) bins = {-2, 2, 2};
  if (units.type == UnitType::relu) bins = {0, 2.4, 3};
  if (units.type == UnitType::replicated_softmax) bins = {-0.5, test_words + 0.5, test_words + 1};
  return std::vector<Bins>(static_cast<std::size_t>(count), bins);
}

inline constexpr int cells_of_quadrature = 30;

using Allowed = std::function<bool(const State&)>;
inline Space space_of(const Rbm& rbm, bool look_at_h = true, const Allowed& allowed = {}) {
  std::vector<WeightedState> states;
  const auto hidden = hidden_states_of(rbm, cells_of_quadrature);
  for (const auto& v : visible_states_of(rbm, cells_of_quadrature))
    for (const auto& h : hidden) {
      WeightedState both{v.values, v.weight * h.weight};
      both.values.insert(both.values.end(), h.values.begin(), h.values.end());
      if (!allowed || allowed(both.values)) states.push_back(std::move(both));
    }
  std::vector<Bins> bins = bins_of(rbm.shape().visible_units, rbm.visible());
  bins.resize(static_cast<std::size_t>(rbm.width()));
  for (const Bins& b : bins_of(rbm.shape().hidden_units, rbm.hidden())) bins.push_back(look_at_h ? b : Bins{0, 1, 1});
  return Space(std::move(states), std::move(bins));
}

inline Energy energy_at(const Rbm& rbm, double temperature = 1) {
  return [=](const State& s) {
    const auto v = s.begin() + rbm.width();
    return energy_of(rbm, State(s.begin(), v), State(v, s.end())) / temperature;
  };
}
inline Move redraw_v(const Rbm& rbm, const Space& space, const Energy& energy) {
  return redraw(space.states(), 0, static_cast<std::size_t>(rbm.width()), energy);
}
inline Move redraw_h(const Rbm& rbm, const Space& space, const Energy& energy) {
  return redraw(space.states(), static_cast<std::size_t>(rbm.width()), static_cast<std::size_t>(rbm.hidden()), energy);
}

enum class Order { v_then_h, h_then_v };
inline Truth truth_of(const Rbm& rbm, Order order, Space space, double temperature = 1) {
  const Energy energy = energy_at(rbm, temperature);
  std::vector<Move> moves{redraw_v(rbm, space, energy), redraw_h(rbm, space, energy)};
  if (order == Order::h_then_v) std::swap(moves[0], moves[1]);
  Law equilibrium = boltzmann(space.states(), energy);
  return {std::move(space), std::move(moves), std::move(equilibrium)};
}
inline Truth truth_of(const Rbm& rbm, Order order) { return truth_of(rbm, order, space_of(rbm)); }

inline Index layers_of(const Rbm& rbm) { return rbm.labels() ? 3 : 2; }

inline Matrix joined(const Rbm& rbm, const LayerStates& v, const LayerStates& h) {
  Matrix rows(v.rows(), rbm.width() + rbm.hidden());
  rows.leftCols(rbm.width()) = v.values(rbm.width());
  rows.rightCols(rbm.hidden()) = h.values(rbm.hidden());
  return rows;
}
inline LayerStates v_of(const Rbm& rbm, const Matrix& rows) {
  return layer_from(visible_layer(rbm).binary(), rows, 0, rbm.width());
}
inline LayerStates h_of(const Rbm& rbm, const Matrix& rows) {
  return layer_from(hidden_layer(rbm).binary(), rows, rbm.width(), rbm.hidden());
}
inline std::vector<float> words_of(const Rbm& rbm, Index rows) {
  if (rbm.shape().visible_units.type != UnitType::replicated_softmax) return {};
  return std::vector<float>(static_cast<std::size_t>(rows), static_cast<float>(test_words));
}

// Gibbs sampling where the side that is drawn first hands its means to the other, beside the sample that it shows.
inline auto through_means(Order order) {
  return [=](const Rbm& rbm, const Matrix& start, Index steps, std::uint64_t seed) {
    Conditionals conditionals(rbm);
    LayerStates v = v_of(rbm, start), h = h_of(rbm, start), means;
    const std::vector<float> words = words_of(rbm, start.rows());
    const float* const of_words = words.empty() ? nullptr : words.data();
    means.binary = false;
    for (Index i = 0; i < steps; ++i) {
      const math::Place of_v{seed, Stream::visible, static_cast<std::uint64_t>(i)},
          of_h{seed, Stream::hidden, static_cast<std::uint64_t>(i)};
      if (order == Order::h_then_v) {
        conditionals.hidden(v, &means.real, &h, of_h);
        conditionals.sample_visible(means, of_v, of_words, v);
      } else {
        conditionals.visible_means(h, of_words, means);
        conditionals.sample_visible(h, of_v, of_words, v);
        conditionals.hidden(means, nullptr, &h, of_h);
      }
    }
    return joined(rbm, v, h);
  };
}

inline void start_at(GibbsChains& chains, const Rbm& rbm, const Matrix& rows) {
  const Matrix v = rows.leftCols(rbm.visible());
  chains.set_visible(view(v));
  if (!rbm.labels()) return;
  std::vector<int> labels;
  for (Index r = 0; r < rows.rows(); ++r) {
    Index on = 0;
    rows.row(r).segment(rbm.visible(), rbm.labels()).maxCoeff(&on);
    labels.push_back(static_cast<int>(on));
  }
  chains.clamp_labels(labels);
  chains.clamp_labels({-1});
}

inline Matrix gibbs(const Rbm& rbm, double temperature, const Matrix& start, Index steps, std::uint64_t seed,
                    const std::function<void(GibbsChains&)>& hold = {}) {
  GibbsChains chains(rbm, start.rows(), seed, test_words);
  start_at(chains, rbm, start);
  if (hold) hold(chains);
  chains.step(steps, temperature);
  return joined(rbm, chains.v_states(), chains.h_states());
}

// Gibbs sampling by single draws, as a user of the API would write it.
inline Matrix single_draws(const Rbm& rbm, double temperature, const Matrix& start, Index steps, std::uint64_t seed) {
  Matrix v = start.leftCols(rbm.width()), h = start.rightCols(rbm.hidden());
  for (Index i = 0; i < steps; ++i) {
    const SampleOptions options{(seed << 16) + static_cast<std::uint64_t>(i), temperature, test_words};
    h = rbm.sample_h_from_v(view(v), options);
    v = rbm.sample_v_from_h(view(h), options);
  }
  Matrix rows(start.rows(), start.cols());
  rows << v, h;
  return rows;
}
inline Sampler sample_h_and_v(const std::string& name, const Rbm& rbm) {
  return {name, truth_of(rbm, Order::h_then_v), layers_of(rbm),
          with_mutants_at(1, rbm, [](auto&&... of) { return single_draws(of...); }, through_means(Order::h_then_v))};
}

inline Sampler gibbs_chains(const std::string& name, const Rbm& rbm, double temperature = 1) {
  return {name, truth_of(rbm, Order::h_then_v, space_of(rbm), temperature), layers_of(rbm),
          with_mutants_at(
              temperature, rbm, [](auto&&... of) { return gibbs(of...); },
              [=](const Rbm& now, const Matrix& start, Index steps, std::uint64_t seed) {
                return through_means(Order::h_then_v)(temperature == 1 ? now : hotter(now, temperature), start, steps,
                                                      seed);
              })};
}

// The last visible unit is held at 1, and the label 1, so that their biases are no matter.
inline Sampler clamped_chains(const Rbm& rbm) {
  const Index last = rbm.visible() - 1;
  const auto unit = static_cast<std::size_t>(last), label = static_cast<std::size_t>(rbm.visible() + 1);
  const auto hold = [=](GibbsChains& chains) {
    Matrix mask = Matrix::Zero(1, last + 1);
    mask(0, last) = 1;
    chains.clamp(view(mask), view(mask));
    chains.clamp_labels({1});
  };
  return {"Gibbs chains with a unit and a label held",
          truth_of(rbm, Order::h_then_v,
                   space_of(rbm, true, [=](const State& s) { return s[unit] == 1 && s[label] == 1; })),
          2,
          with_mutants_at(
              1, rbm,
              [=](const Rbm& now, double temperature, const Matrix& start, Index steps, std::uint64_t seed) {
                return gibbs(now, temperature, start, steps, seed, hold);
              },
              through_means(Order::h_then_v))};
}

// h = max(0, N(a, T sigmoid(a / T))), which is no energy's conditional.
inline Sampler noisy_chains() {
  const PairOfUnits pair{{}, {UnitType::noisy_relu}, 2, 1};
  const Rbm rbm = rbm_of(pair, 0.9);
  std::vector<WeightedState> hidden{{{0}, 1}}, states;
  for (const auto& h : states_of({UnitType::relu}, 1, cells_of_quadrature)) hidden.push_back(h);
  for (const auto& v : visible_states_of(rbm))
    for (const auto& h : hidden) states.push_back({{v.values[0], v.values[1], h.values[0]}, h.weight});
  // Zero itself is a cell.
  Space space(states, {{}, {}, {-0.4 + 1e-6, 2 + 1e-6, 6}});
  const auto input = [=](const State& s) {
    return static_cast<double>(rbm.c()[0]) + s[0] * static_cast<double>(rbm.W()(0, 0)) +
           s[1] * static_cast<double>(rbm.W()(1, 0));
  };
  const Energy of_v = [=](const State& s) {
    double sum = 0;
    for (Index i = 0; i < 2; ++i)
      sum -= s[static_cast<std::size_t>(i)] *
             (static_cast<double>(rbm.b()[i]) + static_cast<double>(rbm.W()(i, 0)) * s[2]);
    return sum;
  };
  const Energy of_h = [=](const State& s) {
    const double a = input(s), variance = 1 / (1 + std::exp(-a));
    if (s[2] == 0) return -std::log(0.5 * std::erfc(a / std::sqrt(2 * variance)));
    return (s[2] - a) * (s[2] - a) / (2 * variance) + 0.5 * std::log(2 * 3.14159265358979 * variance);
  };
  std::vector<Move> moves{redraw_h(rbm, space, of_h), redraw_v(rbm, space, of_v)};
  return {"Gibbs chains, bernoulli below noisy-relu", with_fixed_point(std::move(space), std::move(moves)), 2,
          with_mutants_at(1, rbm, [](auto&&... of) { return gibbs(of...); }, through_means(Order::h_then_v))};
}

}  // namespace wakesleep::test
