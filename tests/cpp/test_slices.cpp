// Work in slices gives what the same gives in one go, bit for bit, and does no more at once than a slice is.
#include <doctest/doctest.h>

#include <cmath>

#include "dbm_enumeration.h"
#include "enumeration.h"
#include "estimate/enumeration.h"
#include "math/slices.h"
#include "sbn_enumeration.h"
#include "unit_enumeration.h"
#include "wakesleep/ais.h"
#include "wakesleep/chains.h"
#include "wakesleep/dbm_estimate.h"
#include "wakesleep/exact.h"
#include "wakesleep/features.h"
#include "wakesleep/fingerprint.h"
#include "wakesleep/gibbs.h"
#include "wakesleep/inference.h"
#include "wakesleep/sbn_exact.h"
#include "wakesleep/sbn_gibbs.h"
#include "wakesleep/sbn_inference.h"
#include "wakesleep/standardisation.h"
#include "wakesleep/stroke_digits.h"

using namespace wakesleep;
using namespace wakesleep::test;

namespace {

// More than two slices of any work on rows.
constexpr Index many = 5000;

Matrix grey(Index rows, Index cols) {
  Matrix x(rows, cols);
  for (Index i = 0; i < x.size(); ++i) x.data()[i] = static_cast<float>((i * 37 + i / 11) % 100) / 99;
  return x;
}

// As units of this type have them.
Matrix values_of(const PairOfUnits& pair, Index rows) {
  Matrix x = grey(rows, pair.visible_count);
  if (pair.visible.type == UnitType::replicated_softmax) x = (x.array() * 3).round();
  if (pair.visible.type == UnitType::softmax) {
    x.setZero();
    for (Index r = 0; r < rows; ++r) x(r, r % 2) = x(r, 2 + r % 3) = 1;
  }
  return x;
}

template <class Steps>
int steps_of(Steps& steps) {
  int count = 0;
  while (steps.step()) ++count;
  return count;
}

// A row map's only result and, in one go, a function's.
template <class Expected>
void check_rows(RowMap rows, const Expected& expected) {
  const Matrix wanted = Matrix(expected.template cast<float>());
  CHECK(steps_of(rows) > 1);
  CHECK(rows.done() == 1);
  CHECK(rows.results().front() == wanted);
}

}  // namespace

TEST_CASE("chains of every type of units are the same in groups as side by side") {
  std::vector<PairOfUnits> pairs = pairs_of_units();
  pairs.push_back({of_type(UnitType::noisy_relu, 3), of_type(UnitType::noisy_relu, 2), 3, 2});
  for (const PairOfUnits& pair : pairs) {
    CAPTURE(pair.name());
    const Rbm rbm({pair.visible_count, pair.hidden_count, 3, pair.visible, pair.hidden}, 4);
    const Index words = pair.visible.type == UnitType::replicated_softmax ? test_words : 0;
    const Matrix x = values_of(pair, many);
    std::vector<int> labels;
    for (Index r = 0; r < many; ++r) labels.push_back(static_cast<int>(r % 4) - 1);
    GibbsChains together(rbm, many, 7, words);
    Chains groups(rbm, many, 7, words);
    const auto same = [&](const ChainSamples& samples) {
      return samples.means == together.mean_v().leftCols(rbm.visible()) &&
             samples.states == together.v_states().values(rbm.visible()) &&
             samples.hidden == together.h_states().values(rbm.hidden()) && samples.labels == together.labels();
    };
    together.step(2);
    groups.advance(2);
    CHECK(steps_of(groups) > 1);
    CHECK(same(groups.samples()));
    together.set_visible(view(x));
    together.clamp_labels(labels);
    together.step(3, 1.5);
    groups.start_at(x);
    groups.clamp_labels(labels);
    groups.advance(3, 1.5);
    CHECK(same(groups.finish()));
    CHECK(groups.steps() == 5);
  }
}

TEST_CASE("clamped chains in groups hold their own rows") {
  const Rbm rbm = small_rbm(6, 5, 0, 1, 2);
  const Matrix values = grey(many, 6).array().round();
  Matrix mask = Matrix::Zero(many, 6);
  for (Index r = 0; r < many; ++r) mask(r, r % 6) = 1;
  GibbsChains together(rbm, many, 3);
  Chains groups(rbm, many, 3);
  together.clamp(view(mask), view(values));
  groups.clamp(view(mask), view(values));
  together.step(3);
  groups.advance(3);
  CHECK(groups.finish().states == together.v_states().values(6));
  for (const Index row : {Index{2}, many - 1})
    CHECK_THROWS_AS(groups.clamp(view(Matrix(mask.topRows(row))), view(values)), std::out_of_range);
  CHECK_THROWS_AS(groups.clamp_labels({1, 2}), std::out_of_range);
  Matrix bad = values;
  bad(3000, 2) = 2;
  CHECK_THROWS_WITH_AS(groups.start_at(bad, "start"), doctest::Contains("start must lie in [0, 1]: row 3000, column 2"),
                       std::out_of_range);
}

TEST_CASE("a DBN's chains start at the means that go up, and their images are the means that come down") {
  const Dbn dbn({small_rbm(6, 4, 0, 1.5, 1), small_rbm(4, 5, 3, 1.5, 2)});
  const Matrix x = grey(many, 6);
  GibbsChains top(dbn.top(), many, 5);
  top.draw_visible(view(dbn.up(view(x), 1)));
  top.step(3, 0.8);
  const Matrix below = top.mean_v().leftCols(4), expected = dbn.down(view(below));
  Chains groups(dbn, many, 5);
  groups.start_at(x);
  groups.advance(3, 0.8);
  const ChainSamples samples = groups.finish();
  CHECK(samples.images == expected);
  CHECK(samples.hidden == top.h_states().values(5));
  CHECK(samples.labels == top.labels());
  CHECK_THROWS_AS(groups.clamp(view(x), view(x)), std::invalid_argument);
  check_rows(reconstructions(dbn, x, {.steps = 3, .seed = 5, .temperature = 0.8}), expected);
  const Matrix all_up = dbn.up(view(x), 2), down = dbn.top().mean_v_from_h(view(all_up)).leftCols(4);
  check_rows(reconstructions(dbn, x, {.steps = 0}), dbn.down(view(down)));
}

TEST_CASE("a DBM's chains are the same in groups as side by side") {
  const Dbm dbm = small_dbm({6, 4, 3}, 2, 1.2, 6);
  const Matrix x = grey(many, 6);
  DbmChains together(dbm, many, 5);
  together.set_visible(view(x));
  together.clamp_labels({1});
  together.step(2, 1.3);
  Chains groups(dbm, many, 5);
  groups.start_at(x);
  groups.clamp_labels({1});
  groups.advance(2, 1.3);
  const ChainSamples samples = groups.finish();
  CHECK(samples.means == together.mean_v());
  CHECK(samples.states == floats_of(together.states(0)));
  CHECK(samples.hidden == floats_of(together.states(1)));
  CHECK(samples.labels == together.labels());
  together = DbmChains(dbm, many, 9);
  together.set_visible(view(x));
  together.step(1);
  check_rows(reconstructions(dbm, x, {.seed = 9}), together.mean_v());
}

TEST_CASE("reconstructions of many rows are those of chains side by side, from a data set as from values") {
  const Rbm rbm = small_rbm(6, 5, 2, 1.3, 3);
  const Matrix x = grey(many, 6);
  GibbsChains together(rbm, many, 4);
  together.set_visible(view(x));
  together.step(4, 1.2);
  const Matrix expected = together.mean_v().leftCols(6);
  const ReconstructionOptions options{.steps = 4, .seed = 4, .temperature = 1.2};
  check_rows(reconstructions(rbm, x, options), expected);
  const Dataset data = Dataset::from_floats({x.data(), static_cast<std::size_t>(x.size())}, many, 6);
  check_rows(reconstructions(rbm, data, options), expected);
  CHECK_THROWS_WITH_AS(reconstructions(rbm, x, {.steps = 0}), doctest::Contains("steps must be 1"), std::out_of_range);
}

TEST_CASE("what models say of many rows is what they say of them in one go") {
  const Rbm rbm = small_rbm(6, 5, 3, 1.2, 3);
  const Dbn dbn({small_rbm(6, 4, 0, 1.5, 1), small_rbm(4, 5, 3, 1.5, 2)});
  const Dbm dbm = small_dbm({6, 4, 3}, 3, 1.2, 6);
  const Matrix x = grey(many, 6);
  std::vector<std::uint16_t> labels;
  Matrix labelled = Matrix::Zero(many, 9);
  labelled.leftCols(6) = x;
  for (Index r = 0; r < many; ++r) {
    labels.push_back(static_cast<std::uint16_t>(r % 3));
    labelled(r, 6 + r % 3) = 1;
  }
  const auto rows = [&] { return ExampleRows(x).labelled(labels); };
  check_rows(free_energies(rbm, x, false), rbm.free_energy(view(x)));
  check_rows(free_energies(rbm, rows(), true), rbm.free_energy(view(labelled)));
  check_rows(hidden_means(rbm, x), rbm.mean_h_from_v(view(x)));
  check_rows(visible_means(rbm, x.leftCols(5)), rbm.mean_v_from_h(view(Matrix(x.leftCols(5)))).leftCols(6));
  check_rows(classification(rbm, x), rbm.label_free_energy(view(x)));
  check_rows(label_mean_field(rbm, x, 20), rbm.label_mean_field(view(x), 20));
  check_rows(means_up(dbn, x, 2), dbn.up(view(x), 2));
  check_rows(means_down(dbn, x.leftCols(4), 1), dbn.down(view(Matrix(x.leftCols(4)))));
  check_rows(classification(dbn, x), dbn.label_free_energy(view(x)));
  check_rows(label_mean_field(dbn, x, 20), dbn.top().label_mean_field(view(dbn.up(view(x), 1)), 20));
  const MeanFieldOptions exactly{8, 0, 0.1};
  check_rows(mean_field(dbm, x, exactly), dbm.mean_field(view(x), exactly)[1]);
  check_rows(free_energies(dbm, rows(), true, exactly), dbm.free_energy(view(labelled), exactly));
  check_rows(bounds(dbm, x, false, 2.5, exactly), (-dbm.free_energy(view(x), exactly)).array() - 2.5);
  check_rows(classification(dbm, x), dbm.label_free_energy(view(x)));
  check_rows(label_mean_field(dbm, x, 5), dbm.mean_field(view(x), {5, 0, 0}).back());
  check_rows(visible_means(dbm, x.leftCols(4)), dbm.mean_v_from_h(view(Matrix(x.leftCols(4)))));
  RowMap classes = classification(rbm, x);
  classes.finish();
  CHECK(labels_of(classes) == best_labels(rbm.label_free_energy(view(x))));
  CHECK(classes.results()[1] == label_probabilities(rbm.label_free_energy(view(x))));
}

TEST_CASE("rows that do not fit are named by their number, and those that fit before them do not matter") {
  const Rbm rbm = small_rbm(6, 5, 3, 1.2, 3);
  const Dbm dbm = small_dbm({6, 4, 3}, 3, 1.2, 6);
  Matrix x = grey(many, 6);
  x(4321, 2) = 1.5f;
  const auto refused = [](RowMap rows) {
    CHECK_THROWS_WITH_AS(rows.finish(), doctest::Contains("row 4321, column 2 is 1.5"), std::out_of_range);
  };
  refused(hidden_means(rbm, x));
  refused(classification(rbm, x));
  refused(reconstructions(rbm, x));
  refused(classification(dbm, x));
  refused(reconstructions(dbm, x, {.steps = 0}));
  CHECK_THROWS_WITH_AS(hidden_means(rbm, grey(3, 4)), doctest::Contains("4 values an example"), std::out_of_range);
  CHECK_THROWS_WITH_AS(free_energies(rbm, ExampleRows(x).labelled(std::vector<std::uint16_t>(many, 3)), true),
                       doctest::Contains("labels up to 3"), std::out_of_range);
  CHECK_THROWS_AS(ExampleRows(x).labelled({1}), std::out_of_range);
  CHECK_THROWS_AS(classification(small_rbm(6, 5, 0, 1, 1), x), std::invalid_argument);
}

TEST_CASE("classification by mean field is cut by what its iterations cost") {
  const Rbm rbm({20, 1000, 10}, 1);
  const Matrix x = grey(500, 20);
  RowMap once = label_mean_field(rbm, x, 1), often = label_mean_field(rbm, x, 1000);
  CHECK(steps_of(once) == 1);
  // Products and sigmoids of 500 rows, over what a slice may be natively.
  CHECK(steps_of(often) > 500 * 1000 * 3e4 / 3.2e8 / 2);
  RowMap one = label_mean_field(rbm, grey(1, 20), 1000);
  CHECK(steps_of(one) >= 1);
}

TEST_CASE("samples and posteriors of belief nets are drawn in groups of their own") {
  const Sbn net({300, 200}, 3);
  constexpr Index of_group = 333;  // 2e7 multiplications
  RowMap samples = ancestral_samples(net, 1000, 5);
  CHECK(steps_of(samples) == 4);
  const SbnSamples third = net.sample(of_group, 5, 2), last = net.sample(1, 5, 3);
  CHECK(samples.results()[0].middleRows(2 * of_group, of_group) == third.means);
  CHECK(samples.results()[2].middleRows(2 * of_group, of_group) == floats_of(third.states[1]));
  CHECK(samples.results()[0].bottomRows(1) == last.means);
  CHECK_THROWS_AS(ancestral_samples(net, 0, 1), std::out_of_range);

  const Sbn small = small_net({5, 4, 3}, 1.5, 10);
  const Matrix x = grey(many, 5).array().round();
  RowMap posterior = posterior_means(small, x, {.sweeps = 6, .burn_in = 2, .seed = 8});
  CHECK(steps_of(posterior) > 2);
  const Matrix part = x.middleRows(2048, 2048);
  PosteriorChains chains(small, view(part), 8, 1);
  chains.sweep(2);
  chains.forget();
  chains.sweep(6);
  CHECK(posterior.results()[0].middleRows(2048, 2048) == chains.mean(1));
  CHECK(posterior.results()[1].middleRows(2048, 2048) == chains.mean(2));

  ExactPosterior together(small, view(x));
  steps_of(together);
  ExactPosteriorMeans exact(small, x);
  steps_of(exact);
  CHECK(exact.results()[0] == Matrix(together.mean(1).cast<float>()));
  CHECK(exact.results().back() == Matrix(together.log_likelihood().cast<float>()));
  CHECK(exact.mean_log_likelihood() == doctest::Approx(together.log_likelihood().mean()).epsilon(1e-12));
  CHECK(log_likelihood(small, x).finish().mean == exact.mean_log_likelihood());
}

TEST_CASE("means and deviations of columns, standardised sets and features come in slices") {
  const Dataset data = stroke_digits(300, 2);
  ColumnStatistics statistics(data);
  CHECK(steps_of(statistics) == 2);
  const MatrixD x = data.rows(0, 300).cast<double>();
  VectorD mean = VectorD::Zero(784), squares = VectorD::Zero(784);
  for (Index r = 0; r < 300; ++r) mean += x.row(r).transpose();
  mean /= 300;
  for (Index r = 0; r < 300; ++r) squares += (x.row(r).transpose() - mean).cwiseAbs2();
  CHECK(statistics.mean() == mean);
  CHECK((statistics.deviation() - (squares / 300).cwiseSqrt()).cwiseAbs().maxCoeff() < 1e-15);
  Standardisation standardising(data, statistics.mean(), statistics.deviation());
  CHECK(steps_of(standardising) == 1);
  CHECK(standardising.result().rows(0, 300) == data.standardised(data.mean(), data.deviation()).rows(0, 300));

  const Dbn dbn({40, 30, 20}, 0, 2);
  SummedFeatures features(dbn, 2, {3, 19});
  CHECK(steps_of(features) == 1);
  const Matrix expected = (dbn.rbm(0).W() * dbn.rbm(1).W()).transpose();
  CHECK((features.images().row(1) - expected.row(19)).cwiseAbs().maxCoeff() < 1e-6);
}

TEST_CASE("the first weights of a model come in slices, as its constructor draws them") {
  constexpr int weights_a_slice = 1 << 19;
  const auto check_slices = [](auto undrawn, const auto& at_once) {
    FirstWeights weights(undrawn);
    const int slices = steps_of(weights);
    CHECK(weights.done() == 1);
    CHECK(fingerprint(undrawn) == fingerprint(at_once));
    return slices;
  };
  const RbmShape shape{1500, 1001, 10};
  CHECK(check_slices(Rbm(shape, 3, Undrawn{}), Rbm(shape, 3)) == 1510 * 1001 / weights_a_slice + 1);
  const std::vector<Index> layers{700, 900, 30};
  CHECK(check_slices(Dbn(layers, 10, 4, {}, Undrawn{}), Dbn(layers, 10, 4)) == 2);
  CHECK(check_slices(Dbm(layers, 10, 4, Undrawn{}), Dbm(layers, 10, 4)) == 2);
  CHECK(check_slices(Sbn(layers, 4, Undrawn{}), Sbn(layers, 4)) == 2);
  CHECK(check_slices(Network({layers}, 4, Undrawn{}), Network({layers}, 4)) == 2);
  // Layers, models of other seeds and label units have numbers of their own, and the machines of a deep Boltzmann
  // machine begin as those of a belief net.
  const Dbn dbn({30, 30, 30}, 30, 4);
  const Dbm dbm({30, 30, 30}, 30, 4);
  CHECK(dbn.rbm(0).W() != dbn.rbm(1).W().topRows(30));
  CHECK(dbn.rbm(1).W().topRows(30) != dbn.rbm(1).W().bottomRows(30));
  CHECK(dbm.W(1) == dbn.rbm(1).W().topRows(30));
  CHECK(dbm.W(2) == dbn.rbm(1).W().bottomRows(30));
  Sbn sbn({30, 30, 30}, 4);
  sbn.start_recognition();
  CHECK(sbn.W(0) != sbn.W(1));
  CHECK(sbn.W(0) != sbn.R(0));
  CHECK(std::abs(dbn.rbm(0).W().norm() / 30 - 0.01f) < 0.001f);
  CHECK(std::abs(sbn.R(1).norm() / 30 - 0.1f) < 0.01f);
  const Network net(
      {.layers = {30, 30, 30, 30}, .activations = {Activation::sigmoid, Activation::relu, Activation::softmax}}, 4);
  CHECK(net.W(0) != net.W(2));
  CHECK(std::abs(net.W(1).norm() / 30 - std::sqrt(2 / 30.0f)) < 0.02f);
  CHECK(std::abs(net.W(2).norm() / 30 - std::sqrt(2 / 60.0f)) < 0.02f);
}

namespace {

AisOptions runs_of(Index runs, Index betas) {
  AisOptions options;
  options.runs = runs;
  options.betas = betas;
  options.seed = 1;
  return options;
}

// Every slice is little work by the clock, in which real values count twice; how many there are.
template <class Steps>
int small_slices(Steps&& steps) {
  int count = 0;
  for (bool goes_on = true; goes_on; ++count) {
    const double before = math::work_done();
    goes_on = steps();
    CHECK(math::work_done() - before < 3 * math::multiplications_a_slice);
  }
  return count;
}

}  // namespace

TEST_CASE("no slice of annealing is much work by the clock, however many runs there are") {
  const AisOptions options = runs_of(5000, 3);
  const Rbm rbm({200, 150, 3}, 1);
  AisLogPartition forward(rbm, options);
  CHECK(small_slices([&] { return forward.step(); }) > 2 * options.betas);
  AisOptions of_chains = options;
  of_chains.start_steps = 2;
  ReverseAis reverse(rbm, of_chains, ReverseStart::chains);
  CHECK(small_slices([&] { return reverse.step(); }) > 2 * options.betas);
  const Dbm dbm({200, 150, 100}, 3, 1);
  DbmAis of_dbm(dbm, options);
  CHECK(small_slices([&] { return of_dbm.step(); }) > 2 * options.betas);
}

TEST_CASE("runs of annealing in groups are the same as in one") {
  // Numbers of runs do not matter: the first are those of fewer.
  const AisOptions many = runs_of(3000, 4), few = runs_of(20, 4);
  const auto first_of = [](const auto& all, const auto& some) {
    return std::vector(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(some.size()));
  };
  const Rbm rbm = small_rbm(6, 5, 3, 1.2, 3);
  const auto weights = [](auto runs) {
    while (runs.step()) {
    }
    return runs.log_weights();
  };
  const auto check = [&](const auto& of_many, const auto& of_few) {
    CHECK(of_many.size() == 3000);
    CHECK(first_of(of_many, of_few) == of_few);
    CHECK(of_many[2999] != of_many[2999 - 2048]);
  };
  check(weights(AisLogPartition(rbm, many)), weights(AisLogPartition(rbm, few)));
  check(weights(ReverseAis(rbm, many, ReverseStart::chains)), weights(ReverseAis(rbm, few, ReverseStart::chains)));
  const Dbm dbm = small_dbm({6, 4, 3}, 2, 1.2, 6);
  check(weights(DbmAis(dbm, many)), weights(DbmAis(dbm, few)));
}

TEST_CASE("no slice of an exact sum is much work by the clock, whatever the sides are") {
  const Rbm wide({12, 30'000, 0}, 1);
  ExactLogPartition of_wide(wide);
  CHECK(small_slices([&] { return of_wide.step(); }) > 4);
  const Dbm dbm({3000, 11, 3000}, 0, 1);
  DbmLogSum of_dbm(dbm);
  CHECK(small_slices([&] { return of_dbm.step(); }) > 2);
  const Sbn net({784, 8, 5}, 1);
  const Matrix x = grey(2000, 784).array().round();
  ExactPosterior posterior(net, view(x), true);
  CHECK(small_slices([&] { return posterior.step(); }) > 4);
  ExactSamples samples(wide, 10, 3, Stream::reverse_start);
  CHECK(small_slices([&] { return samples.step(); }) > 4);
}

TEST_CASE("what some chains have come to is what all have") {
  const Dbn dbn({small_rbm(6, 4, 0, 1.5, 1), small_rbm(4, 5, 3, 1.5, 2)});
  const Dbm dbm = small_dbm({6, 4, 3}, 2, 1.2, 6);
  const auto check = [](Chains chains) {
    chains.advance(2);
    const ChainSamples all = chains.finish(), some = chains.samples(2040, 20);
    CHECK(some.means == all.means.middleRows(2040, 20));
    CHECK(some.states == all.states.middleRows(2040, 20));
    CHECK(some.images == all.images.middleRows(2040, 20));
    CHECK(some.hidden == all.hidden.middleRows(2040, 20));
    CHECK(some.labels == std::vector<int>(all.labels.begin() + 2040, all.labels.begin() + 2060));
  };
  check(Chains(dbn.top(), many, 7));
  check(Chains(dbn, many, 7));
  check(Chains(dbm, many, 7));
}
