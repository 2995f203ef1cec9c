#include <doctest/doctest.h>

#include <array>
#include <bit>
#include <cmath>

#include "enumeration.h"
#include "estimate/enumeration.h"
#include "thread_counts.h"
#include "to_the_end.h"
#include "wakesleep/ais.h"
#include "wakesleep/exact.h"
#include "wakesleep/patterns.h"
#include "wakesleep/threads.h"
#include "wakesleep/training.h"

using namespace wakesleep;
using test::to_the_end;

namespace {

// Mean of figures over seeds less the truth, in nats and in standard errors of that mean.
struct Bias {
  double nats, errors;
};
Bias bias_of(const std::vector<double>& figures, double truth) {
  const auto n = static_cast<double>(figures.size());
  double sum = 0, squares = 0;
  for (const double figure : figures) sum += figure;
  for (const double figure : figures) squares += (figure - sum / n) * (figure - sum / n);
  const double nats = sum / n - truth;
  return {nats, nats / std::sqrt(squares / (n - 1) / n)};
}

// log of the unnormalised probability of a hidden state, straight from the energy's formula.
double log_weight_of_hidden(const Rbm& rbm, std::uint64_t h) {
  double sum = 0;
  for (Index j = 0; j < rbm.hidden(); ++j)
    if (h >> j & 1) sum += static_cast<double>(rbm.c()[j]);
  for (Index i = 0; i < rbm.visible(); ++i) {
    auto input = static_cast<double>(rbm.b()[i]);
    for (Index j = 0; j < rbm.hidden(); ++j)
      if (h >> j & 1) input += static_cast<double>(rbm.W()(i, j));
    sum += std::log1p(std::exp(input));
  }
  return sum;
}

// All units wish to be on together, or off together. Together on has nearly all of the probability, and off is where a
// base that knows nothing of the weights leads.
Rbm two_modes() {
  constexpr Index visible = 24, hidden = 12;
  const Matrix W = Matrix::Constant(visible, hidden, 1.0f);
  return Rbm({visible, hidden, 0}, 1, {W, Vector::Constant(visible, -5.9f), Vector::Constant(hidden, -11.8f)});
}

}  // namespace

TEST_CASE("exact samples over several blocks of states have the probabilities of the hidden states") {
  const Rbm rbm = test::small_rbm(13, 12, 0, 0.7, 4);  // 4 blocks
  ExactSamples samples = to_the_end(ExactSamples(rbm, 20000, 3, Stream::reverse_start));
  REQUIRE(samples.of_hidden());
  // Cells: the five lowest units and the two highest, which tell the blocks apart.
  const auto cell = [](std::uint64_t h) { return static_cast<std::size_t>((h & 31) | (h >> 10) << 5); };
  std::vector<double> p(128), counts(128);
  double sum = 0;
  for (std::uint64_t h = 0; h < 4096; ++h) {
    const double weight = std::exp(log_weight_of_hidden(rbm, h));
    p[cell(h)] += weight;
    sum += weight;
  }
  for (double& one : p) one /= sum;
  for (Index r = 0; r < 20000; ++r) ++counts[cell(samples.states().bits.row(r)[0])];
  // 127 degrees of freedom: mean 127, standard deviation 16.
  CHECK(test::chi_squared(counts, p) < 127 + 4 * 16);
  // The test sees a block that is left out of the sum.
  std::vector<double> first_blocks(128);
  for (Index r = 0; r < 20000; ++r) ++first_blocks[cell(samples.states().bits.row(r)[0] & 0x7ff)];
  CHECK(test::chi_squared(first_blocks, p) > 1000);
}

TEST_CASE("exact samples of the visible side hold images with their labels") {
  const Rbm rbm = test::small_rbm(3, 9, 3, 1, 4);
  ExactSamples samples = to_the_end(ExactSamples(rbm, 20000, 5, Stream::reverse_start));
  REQUIRE(!samples.of_hidden());
  const std::vector<double> p = test::equilibrium(rbm, 1);
  std::vector<double> counts(p.size());
  for (Index r = 0; r < 20000; ++r) {
    const std::uint64_t bits = samples.states().bits.row(r)[0];
    const std::size_t image = bits & 7, label = (bits >> 3) == 1 ? 0 : (bits >> 3) == 2 ? 1 : 2;
    CHECK(std::popcount(bits >> 3) == 1);
    ++counts[image * 3 + label];
  }
  CHECK(test::chi_squared(counts, p) < 23 + 4 * std::sqrt(2 * 23.0));
}

TEST_CASE(
    "the mean of the reciprocal ratios of reverse runs is Z of the base over Z, for either side, labels and schedule") {
  for (const auto& [visible, hidden, labels] : {std::array<Index, 3>{8, 6, 0}, {5, 8, 0}, {7, 6, 4}, {4, 9, 3}})
    for (const BetaSchedule schedule : {BetaSchedule::linear, BetaSchedule::late}) {
      const Rbm rbm = test::small_rbm(visible, hidden, labels, 0.7, 7);
      AisOptions o;
      o.runs = 5000;
      o.betas = 6;
      o.schedule = schedule;
      const VectorD rates = VectorD::LinSpaced(visible, 0.2, 0.7);
      for (const VectorD* base : {static_cast<const VectorD*>(nullptr), &rates}) {
        const ReverseAis reverse = to_the_end(ReverseAis(rbm, o, base));
        CHECK(reverse.start() == ReverseStart::exact);
        const double truth = std::exp(reverse.log_z_base() - test::log_partition(rbm));
        double sum = 0, squares = 0;
        for (const double w : reverse.log_weights()) sum += std::exp(-w) / 5000;
        for (const double w : reverse.log_weights()) squares += (std::exp(-w) - sum) * (std::exp(-w) - sum);
        const double error = std::sqrt(squares / 5000 / 5000);
        CHECK(std::abs(sum - truth) < 4 * error);
        CHECK(error < 0.15 * truth);
        const LogPartition estimate = reverse.estimate();
        CHECK(estimate.low < estimate.log_z);
        CHECK(estimate.log_z < estimate.high);
        CHECK(estimate.log_z == doctest::Approx(reverse.log_z_base() - std::log(sum)));
        CHECK(estimate.high == doctest::Approx(estimate.log_z - std::log(1 - 3 * error / sum)).epsilon(1e-3));
      }
    }
}

TEST_CASE("a bias off by 0.2 and a temperature off by 10 % show in what reverse runs estimate") {
  const Rbm rbm = test::small_rbm(8, 6, 3, 0.7, 7);
  const double exact = test::log_partition(rbm);
  const VectorD rates = VectorD::LinSpaced(8, 0.2, 0.7);
  AisOptions o;
  o.runs = 20000;
  o.betas = 30;
  const auto holds = [&](const Rbm& model) {
    const LogPartition estimate = to_the_end(ReverseAis(model, o, &rates)).estimate();
    return estimate.low <= exact && exact <= estimate.high;
  };
  CHECK(holds(rbm));
  Vector b = rbm.b(), c = rbm.c();
  b[1] += 0.2f;
  CHECK(!holds(Rbm(rbm.shape(), 1, {rbm.W(), b, c})));
  c[2] += 0.2f;
  CHECK(!holds(Rbm(rbm.shape(), 1, {rbm.W(), rbm.b(), c})));
  CHECK(!holds(Rbm(rbm.shape(), 1, {rbm.W() / 1.1f, rbm.b() / 1.1f, rbm.c() / 1.1f})));
}

TEST_CASE(
    "over 200 seeds forward estimates lie below the enumerated log Z, reverse ones above, and more betas close the "
    "gap") {
  const Dataset data = bars_and_stripes(4);
  Rbm trained({16, 12, 0}, 1);
  TrainingOptions training;
  training.epochs = 1500;
  training.k = 5;
  const auto session = train(trained, data, training);
  while (session->step()) {
  }
  const VectorD rates = data.mean();
  struct Case {
    const Rbm& rbm;
    const VectorD* base;
    Index few, many;
  };
  const Rbm small = test::small_rbm(9, 7, 3, 3, 7);
  for (const auto& [rbm, base, few, many] : {Case{small, nullptr, 4, 16}, Case{trained, &rates, 4, 30}}) {
    const double exact = exact_log_partition(rbm);
    double gap_before = 0;
    for (const Index betas : {few, many}) {
      std::vector<double> forward, reverse;
      for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        AisOptions o;
        o.runs = 20;
        o.betas = betas;
        o.seed = seed;
        const BidirectionalAis both = to_the_end(BidirectionalAis(rbm, o, base));
        forward.push_back(both.forward().estimate().log_z);
        reverse.push_back(both.reverse().estimate().log_z);
      }
      const Bias below = bias_of(forward, exact), above = bias_of(reverse, exact);
      MESSAGE(betas << " betas: forward " << below.nats << " nats, reverse " << above.nats << " nats off the exact "
                    << exact);
      CHECK(below.errors < 3);
      CHECK(above.errors > -3);
      CHECK(above.nats > below.nats);
      if (betas == few) {
        // Few enough that both biases show.
        CHECK(below.errors < -2);
        CHECK(above.errors > 2);
      } else {
        CHECK(above.nats - below.nats < 0.7 * gap_before);
      }
      gap_before = above.nats - below.nats;
    }
  }
}

TEST_CASE("where forward runs miss a mode, the reverse ones see it, and the disagreement is told") {
  const Rbm rbm = two_modes();
  const double exact = exact_log_partition(rbm);
  AisOptions o;
  o.betas = 100;
  const BidirectionalAis both = to_the_end(BidirectionalAis(rbm, o));
  CHECK(both.reverse().start() == ReverseStart::exact);
  const LogPartition forward = both.forward().estimate(), reverse = both.reverse().estimate();
  MESSAGE("exact " << exact << ", forward " << forward.log_z << " (at most " << forward.high << "), reverse "
                   << reverse.log_z);
  // Its own error bar does not show what it missed.
  CHECK(forward.high < exact - 1);
  CHECK(reverse.high > exact);
  CHECK(reverse.log_z > forward.log_z + 1);
  CHECK(both.warning().find("flatters") != std::string::npos);
  CHECK(both.warning().find("nats") != std::string::npos);

  // Reverse runs from chains that have missed it, too, are no bound.
  o.start_steps = 50;
  const ReverseAis chains = to_the_end(ReverseAis(rbm, o, ReverseStart::chains));
  CHECK(chains.start() == ReverseStart::chains);
  CHECK(chains.estimate().log_z < exact - 1);
  // From examples of the mode they see it.
  BitMatrix on(5, rbm.visible());
  for (Index r = 0; r < 5; ++r)
    for (Index i = 0; i < rbm.visible(); ++i) on.set(r, i, true);
  const Dataset examples = Dataset::from_bits(std::move(on));
  CHECK(to_the_end(ReverseAis(rbm, o, ReverseStart::chains, nullptr, &examples)).estimate().log_z > exact - 0.5);
}

TEST_CASE("two directions that agree to a nat are not warned about, and either may be the higher") {
  const LogPartition ten{10, 9, 11}, nearly{10.9, 10, 12}, higher{11.5, 11, 12}, lower{8, 7, 9};
  CHECK(disagreement(ten, nearly, ReverseStart::exact).empty());
  CHECK(disagreement(nearly, ten, ReverseStart::exact).empty());
  CHECK(disagreement(ten, higher, ReverseStart::chains).find("1.5 nats") != std::string::npos);
  CHECK(disagreement(ten, lower, ReverseStart::chains).find("2 nats") != std::string::npos);
  CHECK(disagreement(ten, lower, ReverseStart::chains).find("chains") != std::string::npos);
}

TEST_CASE("a model that cannot be enumerated is checked from chains, which are exact where the weights are zero") {
  Rbm rbm = test::small_rbm(40, 30, 3, 1, 2);
  rbm.set_parameters(Matrix::Zero(rbm.width(), 30), rbm.b(), rbm.c());
  AisOptions o;
  o.runs = 4000;
  o.betas = 30;
  o.start_steps = 3;
  const VectorD rates = VectorD::LinSpaced(40, 0.1, 0.9);
  const ReverseAis reverse = to_the_end(ReverseAis(rbm, o, &rates));
  CHECK(reverse.start() == ReverseStart::chains);
  double exact = 0;
  for (Index i = 0; i < 40; ++i) exact += std::log1p(std::exp(static_cast<double>(rbm.b()[i])));
  for (Index j = 0; j < 30; ++j) exact += std::log1p(std::exp(static_cast<double>(rbm.c()[j])));
  double of_labels = 0;
  for (Index y = 0; y < 3; ++y) of_labels += std::exp(static_cast<double>(rbm.b()[40 + y]));
  exact += std::log(of_labels);
  CHECK(std::abs(reverse.estimate().log_z - exact) < 0.1);
}

TEST_CASE("estimates in both directions go on in slices, and say how far they are") {
  const Rbm enumerable = test::small_rbm(14, 12, 0, 0.5, 3), large = test::small_rbm(40, 30, 0, 0.1, 3);
  AisOptions o;
  o.runs = 10;
  o.betas = 8;
  for (const Rbm* rbm : {&enumerable, &large}) {
    BidirectionalAis both(*rbm, o);
    double before = both.done();
    CHECK(before == 0);
    int steps = 0;
    while (both.step()) {
      ++steps;
      CHECK(both.done() >= before);
      before = both.done();
    }
    CHECK(before == 1);
    CHECK(!both.step());
    // 8 betas forward; 4 blocks and their samples' start, or 8 steps of chains; 8 betas back.
    CHECK(steps == (rbm == &enumerable ? 8 + 5 + 8 : 8 + 8 + 8));
  }
}

TEST_CASE("reverse AIS gives the same bits for every number of threads, and other runs for another seed") {
  const Rbm enumerable = test::small_rbm(70, 11, 3, 0.3, 5), large = test::small_rbm(70, 40, 3, 0.1, 5);
  AisOptions o;
  o.runs = 37;
  o.betas = 20;
  for (const Rbm* rbm : {&enumerable, &large}) {
    std::vector<double> first;
    for (const int threads : test::thread_counts) {
      set_thread_count(threads);
      const std::vector<double> weights = to_the_end(ReverseAis(*rbm, o)).log_weights();
      if (first.empty()) first = weights;
      CHECK(weights == first);
    }
    set_thread_count(1);
    AisOptions other = o;
    other.seed = 2;
    CHECK(to_the_end(ReverseAis(*rbm, other)).log_weights() != first);
  }
}

TEST_CASE("options of reverse AIS that cannot be are refused by name") {
  const Rbm rbm({5, 3, 0}), large({60, 60, 0});
  AisOptions o;
  o.start_steps = 20'000'000;
  CHECK_THROWS_WITH_AS(ReverseAis(rbm, o), doctest::Contains("startSteps"), std::out_of_range);
  o = {};
  o.betas = 0;
  CHECK_THROWS_WITH_AS(ReverseAis(rbm, o), doctest::Contains("betas"), std::out_of_range);
  CHECK_THROWS_WITH_AS(ReverseAis(large, {}, ReverseStart::exact), doctest::Contains("at most 25 units"),
                       std::out_of_range);
  const Dataset narrow = Dataset::from_floats(std::vector<float>(8, 0.5f), 2, 4);
  CHECK_THROWS_WITH_AS(ReverseAis(large, {}, nullptr, &narrow), doctest::Contains("4 values an example"),
                       std::out_of_range);
  const Dataset outside = Dataset::from_floats(std::vector<float>(60, 1.5f), 1, 60);
  CHECK_THROWS_WITH_AS(ReverseAis(large, {}, nullptr, &outside), doctest::Contains("[0, 1]"), std::out_of_range);
}
