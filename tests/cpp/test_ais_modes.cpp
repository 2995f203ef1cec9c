// Whether annealing tells of the modes that it has missed: machines with two far modes of the same probability, of
// which forward runs see one, are warned about for every seed, and others for none; and what the estimates say of
// themselves.
#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <optional>
#include <type_traits>

#include "dbm_enumeration.h"
#include "enumeration.h"
#include "estimate/annealing.h"
#include "to_the_end.h"
#include "wakesleep/ais.h"
#include "wakesleep/dbm_estimate.h"
#include "wakesleep/exact.h"
#include "wakesleep/pseudo_likelihood.h"
#include "wakesleep/refusal.h"
#include "wakesleep/sbn_exact.h"
#include "wakesleep/sbn_inference.h"
#include "wakesleep/variational_bound.h"

using namespace wakesleep;
using test::to_the_end;

namespace {

// All units on together, or all off: the biases make both as probable. Where `turned`, every other visible unit has its
// states the other way round.
Rbm two_far_modes(Index visible, Index hidden, float weight, bool turned) {
  Matrix W = Matrix::Constant(visible, hidden, weight);
  Vector b = Vector::Constant(visible, -weight * static_cast<float>(hidden) / 2),
         c = Vector::Constant(hidden, -weight * static_cast<float>(visible) / 2);
  for (Index i = 0; turned && i < visible; i += 2) {
    c += W.row(i).transpose();
    W.row(i) *= -1;
    b[i] *= -1;
  }
  return Rbm({visible, hidden}, 1, {W, b, c});
}

AisOptions seeded(std::uint64_t seed, Index betas) {
  AisOptions o;
  o.betas = betas;
  o.seed = seed;
  return o;
}

}  // namespace

TEST_CASE("a machine with two far modes is warned about for each of 40 seeds, and a base that sees both mends it") {
  const std::array machines{two_far_modes(16, 8, 2, false), two_far_modes(20, 10, 1.5f, false),
                            two_far_modes(14, 9, 2, true)};
  for (const Rbm& rbm : machines) {
    const double exact = exact_log_partition(rbm);
    // Half of the examples in each mode.
    const VectorD rates = VectorD::Constant(rbm.visible(), 0.5);
    int warned = 0, warned_of_uniform = 0, warned_of_data = 0, held = 0;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
      AisOptions o = seeded(seed, 100);
      const BidirectionalAis missing = to_the_end(BidirectionalAis(rbm, o));
      const LogPartition forward = missing.forward().estimate(), reverse = missing.reverse().estimate();
      // Off by log 2, and nothing in the estimate shows it.
      CHECK(std::abs(forward.log_z - exact + std::log(2)) < 0.05);
      CHECK(forward.high < exact - 0.5);
      CHECK(*forward.effective_samples > 50);
      CHECK(reverse.low < exact);
      CHECK(reverse.high > exact);
      const std::string warning = missing.warning();
      warned += warning.find("intervals do not meet") != std::string::npos &&
                warning.find("base rates from data or a uniform base") != std::string::npos &&
                warning.find("More runs do not") != std::string::npos;
      o.betas = 400;
      warned_of_data += !to_the_end(BidirectionalAis(rbm, o, &rates)).warning().empty();
      o.base = AisBase::uniform;
      const BidirectionalAis seeing = to_the_end(BidirectionalAis(rbm, o));
      warned_of_uniform += !seeing.warning().empty();
      if (!seeing.warning().empty())
        MESSAGE("exact " << exact << ", forward " << seeing.forward().estimate().log_z << ", " << seeing.warning());
      held += seeing.forward().estimate().low <= exact && exact <= seeing.forward().estimate().high;
    }
    CHECK(warned == 40);
    CHECK(warned_of_data == 0);
    CHECK(warned_of_uniform == 0);
    CHECK(held >= 38);
  }
}

TEST_CASE("80 seeds of machines that annealing can walk through give no warning") {
  int warnings = 0;
  const VectorD rates = VectorD::LinSpaced(9, 0.2, 0.8);
  for (std::uint64_t seed = 1; seed <= 80; ++seed)
    for (const Index labels : {0, 4}) {
      const Rbm rbm = test::small_rbm(9, 6, labels, 1, seed);
      for (const VectorD* base : {static_cast<const VectorD*>(nullptr), &rates}) {
        const BidirectionalAis both = to_the_end(BidirectionalAis(rbm, seeded(seed, 200), base));
        INFO("seed " << seed << ", " << labels << " labels: " << both.warning());
        CHECK(both.warning().empty());
        warnings += !both.warning().empty();
      }
    }
  CHECK(warnings == 0);
}

TEST_CASE("runs that all have the same weight have intervals without width, which is no disagreement") {
  Rbm rbm = test::small_rbm(9, 6, 0, 1, 1);
  rbm.set_parameters(Matrix::Zero(9, 6), rbm.b(), rbm.c());
  const BidirectionalAis both = to_the_end(BidirectionalAis(rbm, seeded(1, 50)));
  CHECK(both.forward().estimate().error < 1e-6);
  CHECK(both.warning().empty());
}

TEST_CASE("intervals that are disjoint are warned about however near they are, whichever direction is the higher") {
  const LogPartition narrow{10, 9.99, 10.01}, near{10.1, 10.05, 10.15}, below{9.9, 9.85, 9.95}, wide{10.1, 9.5, 10.7};
  CHECK(disagreement(narrow, near, ReverseStart::exact).find("by 0.1 nats, and their intervals do not meet") !=
        std::string::npos);
  CHECK(disagreement(narrow, below, ReverseStart::chains).find("chains") != std::string::npos);
  CHECK(disagreement(narrow, wide, ReverseStart::exact).empty());
}

TEST_CASE("the effective sample size is (sum of w)^2 over the sum of w^2, of either direction and every model") {
  const std::vector<double> weights{0, 0, std::log(2)};
  // 1, 1 and 2: 16 / 6. Their reciprocals 1, 1 and 1/2: 6.25 / 2.25.
  CHECK(*estimate_from(weights, 7).effective_samples == doctest::Approx(16.0 / 6).epsilon(1e-6));
  CHECK(*estimate_from(weights, 7, Direction::reverse).effective_samples == doctest::Approx(6.25 / 2.25).epsilon(1e-6));
  // Of the mean 4/3 with deviations 1/3, 1/3 and 2/3: s^2 = (6 / 9) / 2 / 3.
  CHECK(estimate_from(weights, 7).error == doctest::Approx(std::sqrt(1.0 / 9) / (4.0 / 3)).epsilon(1e-6));
  const auto by_hand = [](const std::vector<double>& log_weights, double sign) {
    double sum = 0, squares = 0;
    for (const double w : log_weights) sum += std::exp(sign * w), squares += std::exp(2 * sign * w);
    return sum * sum / squares;
  };
  const Rbm rbm = test::small_rbm(9, 6, 3, 1.5, 7);
  const BidirectionalAis both = to_the_end(BidirectionalAis(rbm, seeded(2, 10)));
  CHECK(*both.forward().estimate().effective_samples ==
        doctest::Approx(by_hand(both.forward().log_weights(), 1)).epsilon(1e-6));
  CHECK(*both.forward().estimate().effective_samples < 95);
  CHECK(*both.reverse().estimate().effective_samples ==
        doctest::Approx(by_hand(both.reverse().log_weights(), -1)).epsilon(1e-6));
  const DbmAis dbm_ais = to_the_end(DbmAis(test::small_dbm({5, 4, 3}, 2, 1, 3), seeded(2, 10)));
  CHECK(*dbm_ais.estimate().effective_samples == doctest::Approx(by_hand(dbm_ais.log_weights(), 1)).epsilon(1e-6));
}

TEST_CASE("the base is the model's biases, the data's means or uniform, for an RBM and a DBM") {
  const Rbm rbm = test::small_rbm(7, 5, 3, 1, 2);
  const Dbm dbm = test::small_dbm({7, 4, 3}, 3, 1, 2);
  const VectorD rates = VectorD::LinSpaced(7, 0.1, 0.9);
  const auto weights = [](const auto& model, std::optional<AisBase> base, const VectorD* base_rates) {
    AisOptions o = seeded(1, 20);
    o.base = base;
    if constexpr (std::is_same_v<std::decay_t<decltype(model)>, Rbm>)
      return to_the_end(AisLogPartition(model, o, base_rates)).log_weights();
    else
      return to_the_end(DbmAis(model, o, base_rates)).log_weights();
  };
  const auto check = [&](const auto& model) {
    CHECK(weights(model, AisBase::biases, &rates) == weights(model, std::nullopt, nullptr));
    CHECK(weights(model, AisBase::data, &rates) == weights(model, std::nullopt, &rates));
    CHECK(weights(model, AisBase::uniform, &rates) == weights(model, AisBase::uniform, nullptr));
    CHECK(weights(model, AisBase::uniform, nullptr) != weights(model, std::nullopt, nullptr));
    CHECK_THROWS_WITH_AS(weights(model, AisBase::data, nullptr), doctest::Contains("base 'data' needs data"),
                         OptionMisuse);
  };
  check(rbm);
  check(dbm);
  AisOptions o = seeded(1, 20);
  o.base = AisBase::uniform;
  CHECK(AisLogPartition(rbm, o).log_z_base() == doctest::Approx(12 * std::log(2) + std::log(3)));
  CHECK(DbmAis(dbm, o).log_z_base() == doctest::Approx(14 * std::log(2) + std::log(3)));
}

TEST_CASE("an estimate without a seed takes the model's") {
  AisOptions none, seven;
  none.betas = seven.betas = 10;
  seven.seed = 7;
  const Rbm rbm = test::small_rbm(9, 6, 0, 1, 7);
  CHECK(to_the_end(AisLogPartition(rbm, none)).log_weights() == to_the_end(AisLogPartition(rbm, seven)).log_weights());
  CHECK(to_the_end(ReverseAis(rbm, none)).log_weights() == to_the_end(ReverseAis(rbm, seven)).log_weights());
  const Dbm dbm = test::small_dbm({5, 4, 3}, 0, 1, 7);
  CHECK(to_the_end(DbmAis(dbm, none)).log_weights() == to_the_end(DbmAis(dbm, seven)).log_weights());
  const Matrix x = Matrix::Constant(20, 9, 0.5f);
  const auto pseudo = [&](const PseudoLikelihoodOptions& o) { return pseudo_likelihood(rbm, x, o).finish().mean; };
  CHECK(pseudo({.stochastic = true}) == pseudo({.stochastic = true, .seed = 7}));
  CHECK(pseudo({.stochastic = true}) != pseudo({.stochastic = true, .seed = 1}));
  const Dbn dbn({9, 6, 5}, 0, 7);
  const Dataset data = Dataset::from_floats(std::vector<float>(90, 1), 10, 9);
  const auto bound = [&](const BoundOptions& o) { return variational_bound(dbn, data, 3, o).average.mean; };
  CHECK(bound({}) == bound({.seed = 7}));
  CHECK(bound({}) != bound({.seed = 1}));
}

TEST_CASE("a sum that is too large names the estimate that stands in for it") {
  const auto refused = [](const char* instead, auto call) {
    CHECK_THROWS_WITH_AS(call(), doctest::Contains(instead), std::out_of_range);
  };
  const auto names_method = [](auto call) {
    try {
      call();
      FAIL("it was not refused");
    } catch (const OptionOutOfRange& error) {
      CHECK(error.option == "method");
      CHECK(std::string(error.what()).find("method 'ais'") != std::string::npos);
    }
  };
  const Rbm large({30, 30});
  names_method([&] { exact_log_partition(large); });
  names_method([&] { exact_log_partition(Rbm({30, 30, 0, {UnitType::relu}, {UnitType::gaussian}})); });
  names_method([&] { exact_log_partition(Rbm({5000, 5000, 0, {UnitType::gaussian}, {UnitType::gaussian}})); });
  names_method([&] { exact_log_partition(Dbm({26, 26, 2}, 0)); });
  refused("start from chains", [&] { ReverseAis(large, {}, ReverseStart::exact); });
  const Matrix x = Matrix::Zero(1, 2);
  refused("posterior", [&] { ExactPosterior(Sbn({2, 20, 6}), view(x)); });
  refused("no estimate", [&] { log_likelihood(Sbn({2, 20, 6}), x); });
  refused("mean field", [&] { exact_free_energy(Dbm({2, 26, 26}, 0), view(x)); });
}

TEST_CASE(
    "the mean of the reciprocal ratios of a DBM's reverse runs is Z of the base over Z, whichever layers are fewer") {
  for (const Dbm& dbm : {test::small_dbm({4, 3, 2}, 0, 0.7, 3), test::small_dbm({4, 3, 2}, 3, 0.7, 4),
                         test::small_dbm({3, 2, 3, 2}, 3, 0.7, 6), test::small_dbm({2, 6, 2}, 3, 0.7, 9),
                         test::small_dbm({2, 6, 2}, 0, 0.7, 9), test::small_dbm({2, 2, 2, 2, 2}, 2, 0.7, 7)}) {
    AisOptions o = seeded(1, 6);
    o.runs = 5000;
    const VectorD rates = VectorD::LinSpaced(dbm.visible(), 0.2, 0.7);
    const double log_z = test::log_partition(dbm);
    for (const VectorD* base : {static_cast<const VectorD*>(nullptr), &rates}) {
      const DbmReverseAis reverse = to_the_end(DbmReverseAis(dbm, o, base));
      CHECK(reverse.start() == ReverseStart::exact);
      const double truth = std::exp(reverse.log_z_base() - log_z);
      double sum = 0, squares = 0;
      for (const double w : reverse.log_weights()) sum += std::exp(-w) / 5000;
      for (const double w : reverse.log_weights()) squares += (std::exp(-w) - sum) * (std::exp(-w) - sum);
      const double error = std::sqrt(squares / 5000 / 5000);
      CHECK(std::abs(sum - truth) < 4 * error);
      CHECK(error < 0.15 * truth);
      const LogPartition estimate = reverse.estimate();
      CHECK(estimate.low < log_z);
      CHECK(log_z < estimate.high);
    }
    // From chains that have come to the model's distribution, which these do.
    o.start_steps = 100;
    const LogPartition from_chains = to_the_end(DbmReverseAis(dbm, o, ReverseStart::chains)).estimate();
    CHECK(from_chains.low < log_z);
    CHECK(log_z < from_chains.high);
    const BidirectionalDbmAis both = to_the_end(BidirectionalDbmAis(dbm, seeded(2, 100)));
    CHECK(both.warning().empty());
  }
}

TEST_CASE("a DBM with two far modes is warned about, and a uniform base mends it") {
  // The RBM's modes in the lower two layers, and a layer above that nothing is joined to.
  Dbm dbm({16, 8, 2}, 0, 1);
  dbm.set_parameters({{Matrix::Constant(16, 8, 2), Matrix::Zero(8, 2)},
                      {Vector::Constant(16, -8), Vector::Constant(8, -16), Vector::Zero(2)}});
  const double exact = exact_log_partition(dbm);
  CHECK(exact == doctest::Approx(exact_log_partition(two_far_modes(16, 8, 2, false)) + 2 * std::log(2)));
  int missed = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    AisOptions o = seeded(seed, 100);
    o.runs = 400;
    const BidirectionalDbmAis missing = to_the_end(BidirectionalDbmAis(dbm, o));
    // The odd layer starts at fair coins, from which a few runs reach the other mode.
    if (missing.forward().estimate().high < exact - 0.4) {
      ++missed;
      CHECK(missing.warning().find("intervals do not meet") != std::string::npos);
    }
    if (seed > 3) continue;
    o.base = AisBase::uniform;
    o.betas = 1000;
    const BidirectionalDbmAis seeing = to_the_end(BidirectionalDbmAis(dbm, o));
    INFO("seed " << seed << ": " << seeing.warning());
    CHECK(seeing.warning().empty());
    CHECK(std::abs(seeing.forward().estimate().log_z - exact) < 0.3);
  }
  MESSAGE(missed << " of 40 seeds missed the other mode");
  CHECK(missed > 10);
}
