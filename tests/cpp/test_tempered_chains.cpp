// Chains that are exchanged with others: on a ladder of past models, and with those of the RBMs above.
#include <doctest/doctest.h>

#include <cmath>

#include "enumeration.h"
#include "estimate/ladder_chains.h"
#include "estimate/stacked_chains.h"
#include "models/ladder.h"
#include "sampler_checks.h"
#include "thread_counts.h"
#include "wakesleep/chains.h"
#include "wakesleep/gibbs.h"
#include "wakesleep/threads.h"

using namespace wakesleep;
using namespace wakesleep::test;

namespace {

std::size_t number_of(const LayerStates& v, Index row) {
  std::size_t number = 0;
  for (Index i = 0; i < v.cols(); ++i) number |= static_cast<std::size_t>(v.get(row, i) != 0) << i;
  return number;
}

// Of states that are numbered by their units, the first one lowest.
std::vector<double> counts_of(const LayerStates& v) {
  std::vector<double> counts(std::size_t{1} << v.cols());
  for (Index r = 0; r < v.rows(); ++r) counts[number_of(v, r)] += 1;
  return counts;
}

double distance(const LayerStates& v, const std::vector<double>& p) {
  return total_variation(counts_of(v), p) / monte_carlo_floor(p, static_cast<double>(v.rows()));
}

// p(h), and F(h) but for a constant.
std::vector<double> law_of_hidden(const Rbm& rbm) {
  std::vector<double> p;
  double sum = 0;
  for (const auto& h : hidden_states(rbm)) {
    double of_h = 0;
    for (const auto& v : visible_states(rbm)) of_h += std::exp(-energy(rbm, v, h));
    sum += p.emplace_back(of_h);
  }
  for (double& x : p) x /= sum;
  return p;
}

// The expected share of swaps between states with these laws of either machine.
double expected_swaps(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t x = 0; x < a.size(); ++x)
    for (std::size_t y = 0; y < b.size(); ++y) sum += a[x] * b[y] * std::min(1.0, a[y] * b[x] / (a[x] * b[y]));
  return sum;
}

// All visible units follow the first hidden one: two modes, all off and all on, that Gibbs sampling does not leave; the
// second hidden unit does little. With the higher weight the second mode is e times as likely.
Rbm two_modes() {
  Rbm rbm({8, 2, 0}, 1);
  Matrix W(8, 2);
  for (Index i = 0; i < 8; ++i) W.row(i) << 8.0f, 0.3f - 0.1f * static_cast<float>(i);
  rbm.set_parameters(W, Vector::Constant(8, -4), (Vector(2) << -31.0f, 0.4f).finished());
  return rbm;
}

double share_on(const LayerStates& v) {
  double on = 0;
  for (Index r = 0; r < v.rows(); ++r) {
    Index units = 0;
    for (Index i = 0; i < v.cols(); ++i) units += v.get(r, i) != 0;
    on += units > v.cols() / 2 ? 1 : 0;
  }
  return on / static_cast<double>(v.rows());
}

double exact_share_on(const Rbm& rbm) {
  const auto states = visible_states(rbm);
  const std::vector<double> p = equilibrium(rbm, 1);
  double on = 0;
  for (std::size_t s = 0; s < p.size(); ++s) {
    double units = 0;
    for (const double x : states[s]) units += x;
    if (units > static_cast<double>(rbm.visible()) / 2) on += p[s];
  }
  return on;
}

LayerStates all_off(Index rows, Index columns) {
  LayerStates v;
  v.resize(true, rows, columns);
  return v;
}

// The same energy, so many times.
Rbm at_scale(const Rbm& rbm, float scale) {
  Rbm result(rbm.shape(), 1, rbm.parameters());
  result.mutable_W() *= scale;
  result.mutable_b() *= scale;
  result.mutable_c() *= scale;
  return result;
}

// Rungs at these scales.
Rbm with_ladder(Rbm rbm, const std::vector<float>& scales) {
  LadderState ladder;
  for (const float scale : scales) append_rung(at_scale(rbm, scale), 0, 0, 1, 1, ladder);
  rbm.training_state().ladder = ladder;
  return rbm;
}

}  // namespace

TEST_CASE("stacked tempering gives every mode its share, where plain Gibbs chains stay where they are") {
  const Rbm lower = two_modes(), upper = small_rbm(2, 3, 0, 0.8, 7);
  const Dbn net({lower, upper});
  const double exact = exact_share_on(lower);
  CHECK(exact > 0.6);
  CHECK(exact < 0.8);
  constexpr Index chains = 40000;
  GibbsChains plain(lower, chains, 3);
  const Matrix off = Matrix::Zero(1, 8);
  plain.set_visible(view(off));
  plain.step(300);
  CHECK(share_on(plain.v_states()) < 0.05);
  StackedChains stacked(net, chains, 3);
  stacked.start_at(0, all_off(chains, 8));
  for (int i = 0; i < 300; ++i) stacked.step();
  // Four standard errors of independent chains.
  CHECK(std::abs(share_on(stacked.v(0)) - exact) < 4 * std::sqrt(exact * (1 - exact) / chains));
  // The upper machine keeps its own distribution, which is another one.
  // Four states: the distance's own spread is half of its mean.
  CHECK(distance(stacked.v(1), equilibrium(upper, 1)) < 2.5);
  CHECK(distance(stacked.h(0), law_of_hidden(lower)) < 1.5);
  const double swaps = expected_swaps(law_of_hidden(lower), equilibrium(upper, 1));
  CHECK(swaps < 0.9);
  CHECK(std::abs(stacked.swap_rate(0) - swaps) < 0.01);
}

TEST_CASE("chains of a stack of three, with labels at its top, keep each machine's distribution") {
  const Rbm a = small_rbm(4, 3, 0, 1.4, 5), b = small_rbm(3, 2, 0, 1.2, 8), c = small_rbm(2, 2, 3, 1.3, 9);
  const Dbn net({a, b, c});
  constexpr Index chains = 20000;
  const std::vector<double> exact = equilibrium(c, 1);
  // A distance of few states varies by a quarter to a half of its mean, so it is the mean of several sets of chains
  // that is held to the bound.
  constexpr int sets = 8;
  double of_a = 0, of_b = 0, of_hidden = 0, of_top = 0;
  for (std::uint64_t seed = 1; seed <= sets; ++seed) {
    StackedChains stacked(net, chains, seed);
    for (int i = 0; i < 60; ++i) stacked.step();
    of_a += distance(stacked.v(0), equilibrium(a, 1)) / sets;
    of_b += distance(stacked.v(1), equilibrium(b, 1)) / sets;
    of_hidden += distance(stacked.h(1), law_of_hidden(b)) / sets;
    // Numbered by image and label.
    std::vector<double> counts(exact.size());
    for (Index r = 0; r < chains; ++r) {
      const std::size_t bits = number_of(stacked.v(2), r), image = bits & 3, label = bits >> 2;
      REQUIRE((label == 1 || label == 2 || label == 4));
      counts[image * 3 + (label == 4 ? 2 : label - 1)] += 1;
    }
    of_top += total_variation(counts, exact) / monte_carlo_floor(exact, chains) / sets;
    CHECK(stacked.swap_rate(1) > 0.2);
  }
  CHECK(of_a < 1.5);
  CHECK(of_b < 1.5);
  CHECK(of_hidden < 1.5);
  CHECK(of_top < 1.5);
}

TEST_CASE("chains on a ladder reach every mode, have each rung's distribution, and swap at its rate") {
  const Rbm rbm = with_ladder(two_modes(), {0, 0.15f, 0.3f, 0.5f, 0.7f, 0.85f});
  LadderChains chains(rbm, 1000, 4);
  chains.advance(300);
  while (chains.step()) {
  }
  CHECK(chains.done() == 1);
  CHECK(chains.levels() == 7);
  const double exact = exact_share_on(rbm);
  CHECK(std::abs(share_on(chains.v()) - exact) < 0.08);
  const std::vector<float> scales{0, 0.15f, 0.3f, 0.5f, 0.7f, 0.85f, 1};
  for (Index level = 0; level < 7; ++level) {
    const Rbm here = at_scale(rbm, scales[static_cast<std::size_t>(level)]);
    CAPTURE(level);
    CHECK(distance(chains.v(level), equilibrium(here, 1)) < 1.8);
    if (level == 0) continue;
    const Rbm below = at_scale(rbm, scales[static_cast<std::size_t>(level) - 1]);
    CHECK(std::abs(chains.swap_rate(level) - expected_swaps(equilibrium(here, 1), equilibrium(below, 1))) < 0.03);
  }
}

TEST_CASE("samples of chains on a ladder and of a stack, the same for any number of threads") {
  const Rbm rbm = with_ladder(small_rbm(4, 3, 0, 1.5, 5), {0, 0.6f});
  const Dbn net({small_rbm(4, 3, 0, 1.4, 5), small_rbm(3, 2, 2, 1.2, 8)});
  Matrix ladder_states, stack_states;
  for (const int threads : thread_counts) {
    set_thread_count(threads);
    Chains ladder = Chains::on_ladder(rbm, 700, 3), stack = Chains::stacked(net, 700, 3);
    ladder.advance(40);
    stack.advance(40);
    const ChainSamples of_ladder = ladder.finish(), of_stack = stack.finish();
    if (ladder_states.size() == 0) ladder_states = of_ladder.states, stack_states = of_stack.states;
    CHECK(of_ladder.states == ladder_states);
    CHECK(of_stack.states == stack_states);
    CHECK(of_stack.hidden.cols() == 3);
    CHECK(of_stack.labels.empty());
    CHECK((of_ladder.means.array() >= 0).all());
  }
  set_thread_count(1);
  const auto p_of = [](const Rbm& machine) { return equilibrium(machine, 1); };
  LayerStates v;
  v.resize(true, 700, 4);
  for (const auto& [states, p] : {std::pair{&ladder_states, p_of(rbm)}, {&stack_states, p_of(net.rbm(0))}}) {
    for (Index r = 0; r < 700; ++r)
      for (Index i = 0; i < 4; ++i) v.bits.set(r, i, (*states)(r, i) == 1);
    CHECK(distance(v, p) < 1.7);
  }
}

TEST_CASE("tempered chains say what they can't do") {
  const Rbm plain = small_rbm(4, 3, 0, 1.5, 5), rbm = with_ladder(plain, {0, 0.6f});
  CHECK_THROWS_WITH_AS(Chains::on_ladder(plain, 2, 1), doctest::Contains("has no ladder"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(Chains::on_ladder(rbm, 1001, 1), doctest::Contains("1 to 1000, not 1001"), std::out_of_range);
  CHECK_THROWS_WITH_AS(Chains::stacked(Dbn({plain}), 2, 1), doctest::Contains("at least two RBMs"),
                       std::invalid_argument);
  const Dbn words({3, 2, 2}, 0, 1, {{UnitType::replicated_softmax}, {}, {}});
  CHECK_THROWS_WITH_AS(Chains::stacked(words, 2, 1), doctest::Contains("counts of words"), std::invalid_argument);
  Chains chains = Chains::on_ladder(rbm, 2, 1);
  CHECK_THROWS_WITH_AS(chains.advance(1, 2), doctest::Contains("temperature does not go with chains on a ladder"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(chains.start_at(Matrix::Zero(1, 4), "start"), doctest::Contains("start does not go with"),
                       std::invalid_argument);
  CHECK_THROWS_AS(chains.clamp_labels({1}), std::invalid_argument);
  const Matrix one = Matrix::Ones(1, 4);
  CHECK_THROWS_AS(chains.clamp(view(one), view(one)), std::invalid_argument);
}
