#include <doctest/doctest.h>

#include <cmath>

#include "unit_enumeration.h"
#include "wakesleep/ais.h"
#include "wakesleep/exact.h"

using namespace wakesleep;
using namespace wakesleep::test;

TEST_CASE(
    "the exact log-partition of every pair of unit types with a countable side equals the sum or integral over all states") {
  int refused = 0;
  for (const PairOfUnits& pair : pairs_of_units())
    for (const Index labels : {0, 2}) {
      CAPTURE(pair.name());
      const Rbm rbm = rbm_of(pair, 0.4, labels);
      const bool documents = pair.visible.type == UnitType::replicated_softmax;
      const bool countable = !continuous(pair.hidden) || (!continuous(pair.visible) && !documents);
      CHECK(is_enumerable(rbm.shape()) == countable);
      if (!countable) {
        ++refused;
        CHECK_THROWS_WITH_AS(exact_log_partition(rbm, documents ? test_words : 0), doctest::Contains("that can be counted"),
                             std::out_of_range);
        continue;
      }
      CHECK(exact_log_partition(rbm, documents ? test_words : 0) == doctest::Approx(log_partition_of(rbm)).epsilon(1e-5));
    }
  CHECK(refused == 12);
  const Rbm words = rbm_of({of_type(UnitType::replicated_softmax, 3), of_type(UnitType::bernoulli, 2), 3, 2}, 0.4);
  CHECK_THROWS_WITH_AS(exact_log_partition(words), doctest::Contains("need"), std::out_of_range);
}

TEST_CASE(
    "annealed importance sampling finds log Z of every pair of unit types, and reversed from exact samples holds it from "
    "above") {
  for (const PairOfUnits& pair : pairs_of_units()) {
    CAPTURE(pair.name());
    const Rbm rbm = rbm_of(pair, 0.5, pair.visible.type == UnitType::bernoulli ? 0 : 2);
    REQUIRE(rbm.interaction_norm() < 1);
    const double truth = log_partition_of(rbm);
    AisOptions options;
    options.runs = 400;
    options.betas = 200;
    options.words = pair.visible.type == UnitType::replicated_softmax ? test_words : 0;
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
  CHECK_THROWS_WITH_AS(AisLogPartition(words, {}), doctest::Contains("words must be"), std::out_of_range);
  const Rbm large({26, 26, 0, {UnitType::softmax, std::vector<Index>(13, 2)}});
  CHECK(is_enumerable(large.shape()));
}
