#include <doctest/doctest.h>

#include <cmath>

#include "unit_enumeration.h"
#include "wakesleep/ais.h"
#include "wakesleep/exact.h"

using namespace wakesleep;
using namespace wakesleep::test;

TEST_CASE(
    "the exact log-partition of every pair of unit types with a countable side, or two Gaussian ones, equals the sum "
    "or "
    "integral over all states") {
  int refused = 0;
  for (const PairOfUnits& pair : pairs_of_units())
    for (const Index labels : {0, 2}) {
      CAPTURE(pair.name());
      const Rbm rbm = rbm_of(pair, 0.4, labels);
      const bool documents = pair.visible.type == UnitType::replicated_softmax;
      const bool countable = !continuous(pair.hidden) || (!continuous(pair.visible) && !documents);
      const bool gaussian = pair.visible.type == UnitType::gaussian && pair.hidden.type == UnitType::gaussian;
      CHECK(is_enumerable(rbm.shape()) == countable);
      if (!countable && !gaussian) {
        ++refused;
        CHECK_THROWS_WITH_AS(
            exact_log_partition(rbm, documents ? test_words : 0),
            doctest::Contains(documents ? "that can be counted" : "closed form where both are gaussian"),
            std::out_of_range);
        continue;
      }
      CHECK(exact_log_partition(rbm, documents ? test_words : 0) ==
            doctest::Approx(log_partition_of(rbm)).epsilon(1e-5));
    }
  CHECK(refused == 10);
  const Rbm words = rbm_of({of_type(UnitType::replicated_softmax, 3), of_type(UnitType::bernoulli, 2), 3, 2}, 0.4);
  CHECK_THROWS_WITH_AS(exact_log_partition(words), doctest::Contains("need"), std::out_of_range);
}

TEST_CASE(
    "annealed importance sampling finds log Z of every pair of unit types, and reversed from exact samples holds it "
    "from "
    "above") {
  for (const PairOfUnits& pair : pairs_of_units()) {
    CAPTURE(pair.name());
    const Rbm rbm = rbm_of(pair, 0.5, pair.visible.type == UnitType::bernoulli ? 0 : 2);
    REQUIRE(rbm.interaction_norm() < 1);
    const double truth = log_partition_of(rbm);
    AisOptions options;
    options.runs = 400;
    options.betas = 200;
    options.seed = 1;
    if (pair.visible.type == UnitType::replicated_softmax) options.words = test_words;
    AisLogPartition forward(rbm, options);
    while (forward.step()) {
    }
    const LogPartition estimate = forward.estimate();
    CHECK(estimate.low <= truth);
    CHECK(estimate.high >= truth);
    CHECK(std::abs(estimate.log_z - truth) < 0.1);
    if (!is_enumerable(rbm.shape())) continue;
    ReverseAis reverse(rbm, options);
    while (reverse.step()) {
    }
    CHECK(reverse.start() == ReverseStart::exact);
    CHECK(reverse.estimate().low <= truth);
    CHECK(reverse.estimate().high >= truth);
  }
}

namespace {

// Two Gaussian sides, W over the standard deviations of a norm below 1.
Rbm gaussian_pair(Index visible, Index hidden, Index labels, double scale) {
  return rbm_of({of_type(UnitType::gaussian, visible), of_type(UnitType::gaussian, hidden), visible, hidden}, scale,
                labels);
}

}  // namespace

TEST_CASE(
    "log Z of two Gaussian sides: the same whichever is called hidden, what annealing finds, and one unit by "
    "quadrature") {
  for (const double scale : {0.1, 0.5, 0.9}) {
    const Rbm one = gaussian_pair(1, 1, 3, scale);
    CHECK(exact_log_partition(one) == doctest::Approx(log_partition_of(one, 400)).epsilon(1e-6));
  }
  for (const auto& [visible, hidden] : {std::pair<Index, Index>{5, 3}, {3, 5}, {4, 4}}) {
    const Rbm rbm = gaussian_pair(visible, hidden, 0, 0.15);
    RbmShape turned = rbm.shape();
    std::swap(turned.visible, turned.hidden);
    Rbm other(turned, 1, {rbm.W().transpose(), rbm.c(), rbm.b()});
    other.set_sigma(rbm.sigma_h(), rbm.sigma_v());
    CHECK(exact_log_partition(rbm) == doctest::Approx(exact_log_partition(other)).epsilon(1e-12));
    for (const Index labels : {0, 3}) {
      const Rbm with = gaussian_pair(visible, hidden, labels, 0.15);
      REQUIRE(with.interaction_norm() < 1);
      AisOptions options;
      options.runs = 500;
      options.betas = 300;
      AisLogPartition annealed(with, options);
      while (annealed.step()) {
      }
      const double exact = exact_log_partition(with);
      CHECK(annealed.estimate().low <= exact);
      CHECK(annealed.estimate().high >= exact);
      CHECK(std::abs(annealed.estimate().log_z - exact) < 0.02);
    }
  }
}

TEST_CASE(
    "log Z of two large Gaussian sides goes on in slices; a matrix that has no root is refused though power iteration "
    "passed "
    "it") {
  Rbm wide = Rbm({300, 200, 0, {UnitType::gaussian}, {UnitType::gaussian}});
  ExactLogPartition sum(wide);
  int steps = 0;
  for (double before = 0; sum.step(); before = sum.done()) {
    CHECK(sum.done() > before);
    ++steps;
  }
  CHECK(steps > 2);
  CHECK(sum.done() == 1);
  // log det(I - W'W) by its series: the weights are small.
  const MatrixD square = wide.W().cast<double>().transpose() * wide.W().cast<double>();
  double series = 0;
  MatrixD power = square;
  for (int k = 1; k < 60; ++k, power *= square) series += power.trace() / k;
  CHECK(sum.log_z() == doctest::Approx(250 * std::log(2 * 3.14159265358979323846) + 0.5 * series).epsilon(1e-10));

  Rbm close({20, 20, 0, {UnitType::gaussian}, {UnitType::gaussian}});
  Matrix W = Matrix::Identity(20, 20) * 0.99f;
  W(7, 7) = 1.0005f;
  close.set_parameters(W, Vector::Zero(20), Vector::Zero(20));
  REQUIRE(close.interaction_norm() < 1);
  CHECK_THROWS_WITH_AS(exact_log_partition(close), doctest::Contains("no partition function"), std::out_of_range);
  W(7, 7) = 1.5f;
  close.set_parameters(W, Vector::Zero(20), Vector::Zero(20));
  CHECK_THROWS_WITH_AS(exact_log_partition(close), doctest::Contains("no partition function"), std::out_of_range);
}

TEST_CASE("models without a partition function are refused by the estimators with the reason") {
  Rbm wide({2, 2, 0, {UnitType::gaussian}, {UnitType::relu}});
  Matrix W(2, 2);
  W << 1.5f, 0, 0, 0.1f;
  wide.set_parameters(W, Vector::Zero(2), Vector::Zero(2));
  CHECK_THROWS_WITH_AS(AisLogPartition(wide, {}), doctest::Contains("no partition function"), std::out_of_range);
  const Rbm noisy({2, 2, 0, {}, {UnitType::noisy_relu}});
  CHECK_THROWS_WITH_AS(AisLogPartition(noisy, {}), doctest::Contains("no energy"), std::invalid_argument);
  CHECK_FALSE(is_enumerable(noisy.shape()));
  const Rbm words({3, 2, 0, {UnitType::replicated_softmax}});
  CHECK_THROWS_WITH_AS(AisLogPartition(words, {}), doctest::Contains("words must be given"), std::out_of_range);
  const Rbm large({26, 26, 0, {UnitType::softmax, std::vector<Index>(13, 2)}});
  CHECK(is_enumerable(large.shape()));
}
