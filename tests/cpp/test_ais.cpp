#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "enumeration.h"
#include "estimate/adaptive_betas.h"
#include "mnist.h"
#include "thread_counts.h"
#include "wakesleep/ais.h"
#include "wakesleep/exact.h"
#include "wakesleep/idx.h"
#include "wakesleep/threads.h"
#include "wakesleep/training.h"

using namespace wakesleep;
using test::mnist_folder, test::sanitized;

namespace {

AisLogPartition run(const Rbm& rbm, const AisOptions& options, const VectorD* base_rates = nullptr) {
  AisLogPartition ais(rbm, options, base_rates);
  while (ais.step()) {
  }
  return ais;
}

}  // namespace

TEST_CASE("AIS is exact where the weights are zero, whatever the biases, and the base is the model's or the data's") {
  for (const Index labels : {0, 3}) {
    Rbm rbm = test::small_rbm(7, 5, labels, 1, 2);
    rbm.set_parameters(Matrix::Zero(rbm.width(), 5), rbm.b(), rbm.c());
    const double exact = exact_log_partition(rbm);
    VectorD rates = VectorD::LinSpaced(7, 0, 1);
    AisOptions o;
    o.runs = 4000;
    o.betas = 100;
    for (const VectorD* base : {static_cast<const VectorD*>(nullptr), static_cast<const VectorD*>(&rates)}) {
      const LogPartition estimate = run(rbm, o, base).estimate();
      CHECK(std::abs(estimate.log_z - exact) < 0.03);
      CHECK(estimate.low <= estimate.log_z);
      CHECK(estimate.high >= estimate.log_z);
    }
  }
}

TEST_CASE("AIS finds the enumerated log Z, with labels too, and its error bars hold over seeds and schedules") {
  for (const Index labels : {0, 4})
    for (const BetaSchedule schedule : {BetaSchedule::linear, BetaSchedule::late}) {
      const Rbm rbm = test::small_rbm(9, 6, labels, 1.5, 7);
      const double exact = exact_log_partition(rbm);
      int within = 0;
      double spread = 0, stated = 0;
      constexpr int seeds = 40;
      for (int seed = 1; seed <= seeds; ++seed) {
        AisOptions o;
        o.betas = 200;
        o.schedule = schedule;
        o.seed = static_cast<std::uint64_t>(seed);
        const LogPartition estimate = run(rbm, o).estimate();
        within += estimate.low <= exact && exact <= estimate.high;
        spread += (estimate.log_z - exact) * (estimate.log_z - exact) / seeds;
        stated += (estimate.high - estimate.log_z) / 3 / seeds;
      }
      CHECK(within >= 38);
      // The stated standard error is the spread over seeds.
      CHECK(stated / std::sqrt(spread) > 0.6);
      CHECK(stated / std::sqrt(spread) < 1.6);
    }
}

TEST_CASE("on a 784 x 16 model of MNIST the exact log Z lies within three standard errors for 19 seeds of 20") {
  const std::string folder = mnist_folder();
  if (folder.empty()) {
    MESSAGE("skipped: WAKESLEEP_DATA names no folder with mnist in it");
    return;
  }
  set_thread_count(2);
  const Dataset data = read_idx_folder(folder, true).thresholded(0.5f);
  Rbm rbm({784, 16, 0}, 1);
  TrainingOptions training;
  training.epochs = sanitized ? 1 : 3;
  training.learning_rate = 0.05;
  training.method = Method::pcd;
  const auto session = train(rbm, data, training);
  while (session->step()) {
  }
  const double exact = exact_log_partition(rbm);
  const VectorD rates = data.mean();
  for (const Index betas : {1000, 10000}) {
    if (sanitized && betas > 1000) break;
    int within = 0;
    double worst = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      AisOptions o;
      o.betas = betas;
      o.seed = seed;
      const LogPartition estimate = run(rbm, o, &rates).estimate();
      within += estimate.low <= exact && exact <= estimate.high;
      worst = std::max(worst, std::abs(estimate.log_z - exact));
    }
    MESSAGE(betas << " betas: " << within << " of 20 seeds hold the exact " << exact << ", the farthest is " << worst
                  << " off");
    CHECK(within >= 19);
  }
  set_thread_count(1);
}

TEST_CASE("AIS gives the same bits for every number of threads") {
  const Rbm rbm = test::small_rbm(70, 40, 3, 0.3, 5);
  AisOptions o;
  o.runs = 37;
  o.betas = 20;
  std::vector<double> first;
  for (const int threads : test::thread_counts) {
    set_thread_count(threads);
    const std::vector<double> weights = run(rbm, o).log_weights();
    if (first.empty()) first = weights;
    CHECK(weights == first);
  }
  set_thread_count(1);
}

TEST_CASE("options of AIS that cannot be are refused by name") {
  const Rbm rbm({5, 3, 0});
  const auto refused = [&](const char* name, auto change) {
    AisOptions o;
    change(o);
    CHECK_THROWS_WITH_AS(AisLogPartition(rbm, o), doctest::Contains(name), std::out_of_range);
  };
  refused("runs", [](auto& o) { o.runs = 1; });
  refused("runs", [](auto& o) { o.runs = 1000000; });
  refused("betas", [](auto& o) { o.betas = 0; });
  const VectorD few = VectorD::Constant(4, 0.5);
  VectorD bad = VectorD::Constant(5, 0.5);
  CHECK_THROWS_WITH_AS(AisLogPartition(rbm, {}, &few), doctest::Contains("base rates"), std::out_of_range);
  bad[3] = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_WITH_AS(AisLogPartition(rbm, {}, &bad), doctest::Contains("entry 3"), std::out_of_range);
}

TEST_CASE(
    "betas by equal progress are more where the distribution changes fast, and estimate log Z better than even ones") {
  // Visible units with biases of 20 or -20 are settled after a fifth of the way. A run's log weight has a variance in
  // proportion to the sum of delta^2 I over its betas, I the variance of the energy at each: even betas make it the
  // integral of I, which is 20 / 2 a unit, and betas by equal progress the squared integral of sqrt(I), pi^2 / 4.
  const Rbm interactions = test::small_rbm(10, 4, 0, 0.4, 5);
  Rbm rbm({10, 4, 0}, 1);
  Vector b(10);
  for (Index i = 0; i < 10; ++i) b[i] = i % 2 ? 20 : -20;
  rbm.set_parameters(interactions.W(), b, interactions.c());
  const double exact = exact_log_partition(rbm);
  int held = 0, held_by_reverse = 0;
  double squares[2] = {0, 0};
  for (std::uint64_t seed = 1; seed <= 20; ++seed)
    for (const bool adaptive : {false, true}) {
      AisOptions o;
      o.runs = 100;
      o.betas = 200;
      o.seed = seed;
      o.base = AisBase::uniform;
      o.schedule = adaptive ? BetaSchedule::adaptive : BetaSchedule::linear;
      AisLogPartition ais(rbm, o);
      double done = 0;
      while (ais.step()) {
        CHECK(ais.done() >= done);
        done = ais.done();
      }
      CHECK(ais.done() == 1);
      const LogPartition found = ais.estimate();
      squares[adaptive] += (found.log_z - exact) * (found.log_z - exact) / 20;
      if (!adaptive) continue;
      held += found.low < exact && found.high > exact;
      ReverseAis reverse(rbm, o);
      while (reverse.step()) {
      }
      held_by_reverse += reverse.estimate().low < exact && reverse.estimate().high > exact;
    }
  MESSAGE("mean square errors: " << squares[0] << " of even betas, " << squares[1] << " by equal progress");
  // The expected ratio is 0.25. Means of 20 squares each leave it within a half and twice of that in seven of eight
  // tests.
  CHECK(squares[1] < 0.5 * squares[0]);
  // Intervals of three standard errors.
  CHECK(held >= 19);
  CHECK(held_by_reverse >= 19);

  AisOptions o;
  o.betas = 300;
  o.base = AisBase::uniform;
  o.schedule = BetaSchedule::adaptive;
  AdaptiveBetas first(rbm, o, nullptr);
  while (first.step()) {
  }
  const std::vector<double> betas = first.betas();
  REQUIRE(betas.size() == 301);
  CHECK(betas.front() == 0);
  CHECK(betas.back() == 1);
  double least = 1, most = 0;
  for (std::size_t i = 1; i < betas.size(); ++i) {
    least = std::min(least, betas[i] - betas[i - 1]);
    most = std::max(most, betas[i] - betas[i - 1]);
  }
  CHECK(least > 0);
  CHECK(most > 3 * least);
  CHECK(most < 11.0 / 300);
}
