#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "dbm_enumeration.h"
#include "thread_counts.h"
#include "wakesleep/chains.h"
#include "wakesleep/dbm_estimate.h"
#include "wakesleep/dbn.h"
#include "wakesleep/fingerprint.h"
#include "wakesleep/threads.h"

using namespace wakesleep;
using namespace wakesleep::test;

namespace {

// Labels even and odd in number, two layers and more.
std::vector<Dbm> small_dbms(double scale) {
  return {small_dbm({4, 3, 2}, 0, scale, 3), small_dbm({4, 3, 2}, 3, scale, 4), small_dbm({3, 2, 3, 2}, 0, scale, 5),
          small_dbm({3, 2, 3, 2}, 3, scale, 6), small_dbm({2, 2, 2, 2, 2}, 2, scale, 7)};
}

Matrix visible_row(const std::vector<double>& v, int label = -1, Index labels = 0) {
  std::vector<double> row = v;
  for (Index y = 0; label >= 0 && y < labels; ++y) row.push_back(y == label ? 1 : 0);
  return as_row(row);
}

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

LogPartition anneal(const Dbm& dbm, const AisOptions& options, const VectorD* base_rates = nullptr) {
  DbmAis ais(dbm, options, base_rates);
  while (ais.step()) {
  }
  return ais.estimate();
}

}  // namespace

TEST_CASE("the energy of a DBM is what its equation says") {
  for (const Dbm& dbm : small_dbms(0.9)) {
    int n = 0;
    each_state(dbm, [&](const DbmState& s) {
      if (n++ % 37) return;
      std::vector<Matrix> states;
      for (const LayerState& layer : s) states.push_back(as_row(layer));
      CHECK(dbm.energy(states)[0] == doctest::Approx(energy(dbm, s)).epsilon(1e-5));
    });
  }
}

TEST_CASE("the exact log Z and log p(v) of a DBM equal the sums over all states, whichever layers are fewer") {
  std::vector<Dbm> dbms = small_dbms(0.9);
  dbms.push_back(small_dbm({2, 6, 2}, 0, 0.8, 9));
  dbms.push_back(small_dbm({2, 6, 2}, 3, 0.8, 9));
  for (const Dbm& dbm : dbms) {
    CHECK(exact_log_partition(dbm) == doctest::Approx(log_partition(dbm)).epsilon(1e-6));
    CHECK(is_enumerable(dbm));
    double sum = 0;
    for (const LayerState& v : layer_states(dbm, 0)) {
      const Matrix x = visible_row(v);
      const double exact = exact_free_energy(dbm, view(x))[0];
      CHECK(exact == doctest::Approx(free_energy(dbm, v)).epsilon(1e-6));
      sum += std::exp(-exact - log_partition(dbm));
      if (!dbm.labels()) continue;
      const MatrixD by_label = exact_label_free_energy(dbm, view(x));
      for (int y = 0; y < dbm.labels(); ++y)
        CHECK(by_label(0, y) == doctest::Approx(free_energy(dbm, v, y)).epsilon(1e-6));
    }
    CHECK(sum == doctest::Approx(1).epsilon(1e-5));
  }
}

TEST_CASE("mean-field means are a fixed point of their equations, with labels free and held") {
  MeanFieldOptions o;
  o.iterations = 5000;
  o.tolerance = 0;
  for (const double damping : {0.0, 0.4})
    for (const Dbm& dbm : small_dbms(0.9)) {
      o.damping = damping;
      for (const int label : {-1, 1}) {
        if (label >= 0 && !dbm.labels()) continue;
        LayerState v(static_cast<std::size_t>(dbm.visible()), 1.0);
        v[1] = 0;
        const Matrix x = visible_row(v, label, dbm.labels());
        const std::vector<Matrix> means = dbm.mean_field(view(x), o);
        for (Index l = 1; l <= dbm.depth() + (dbm.labels() && label < 0 ? 1 : 0); ++l) {
          VectorD input = dbm.b(l).cast<double>();
          dbm.each_neighbour(l, [&](Index other, Index number, bool transposed) {
            const MatrixD W = dbm.W(number).cast<double>();
            const MatrixD from = means[static_cast<std::size_t>(other)].cast<double>();
            input += (transposed ? MatrixD(from * W.transpose()) : MatrixD(from * W)).row(0).transpose();
          });
          double sum = 0;
          for (Index j = 0; j < input.size(); ++j) sum += std::exp(input[j]);
          for (Index j = 0; j < input.size(); ++j)
            CHECK(double(means[static_cast<std::size_t>(l)](0, j)) ==
                  doctest::Approx(l > dbm.depth() ? std::exp(input[j]) / sum : sigmoid(input[j])).epsilon(1e-5));
        }
        if (label >= 0) CHECK(means.back()(0, 1) == 1);
      }
    }
}

TEST_CASE("the variational bound never exceeds the enumerated log p(v) and does not fall over the iterations") {
  for (const double scale : {0.5, 1.5})
    for (const Dbm& dbm : small_dbms(scale)) {
      const double log_z = log_partition(dbm);
      for (const LayerState& v : layer_states(dbm, 0)) {
        const Matrix x = visible_row(v);
        const double truth = -free_energy(dbm, v) - log_z;
        for (const double damping : {0.0, 0.5}) {
          double before = -std::numeric_limits<double>::infinity();
          for (const Index iterations : {1, 2, 3, 5, 10, 50}) {
            MeanFieldOptions o;
            o.iterations = iterations;
            o.tolerance = 0;
            o.damping = damping;
            const double bound = -dbm.free_energy(view(x), o)[0] - log_z;
            CHECK(bound <= truth + 1e-5);
            CHECK(bound >= before - 1e-5);
            before = bound;
          }
          if (scale == 0.5) CHECK(before > truth - 0.2);
        }
        if (!dbm.labels()) continue;
        const MatrixD by_label = dbm.label_free_energy(view(x));
        for (int y = 0; y < dbm.labels(); ++y) {
          CHECK(by_label(0, y) >= free_energy(dbm, v, y) - 1e-5);
          const Matrix with_label = visible_row(v, y, dbm.labels());
          CHECK(by_label(0, y) == doctest::Approx(dbm.free_energy(view(with_label))[0]).epsilon(1e-5));
        }
      }
    }
}

TEST_CASE("the bound is the truth where nothing joins the hidden layers") {
  Dbm dbm = small_dbm({4, 3, 2}, 0, 1.2, 8);
  DbmParameters p = dbm.parameters();
  p.W[1].setZero();
  dbm.set_parameters(p);
  for (const LayerState& v : layer_states(dbm, 0)) {
    const Matrix x = visible_row(v);
    CHECK(dbm.free_energy(view(x))[0] == doctest::Approx(free_energy(dbm, v)).epsilon(1e-5));
  }
}

TEST_CASE("the gradient by mean-field means and exact sums is that of the bound, by finite differences") {
  MeanFieldOptions o;
  o.iterations = 5000;
  o.tolerance = 0;
  const Dbm dbm = small_dbm({4, 3, 2}, 3, 0.7, 12);
  const LayerState v{1, 0, 1, 1};
  const Matrix x = visible_row(v, 2, 3);
  const auto bound = [&](const Dbm& of) { return -of.free_energy(view(x), o)[0] - log_partition(of); };
  const std::vector<Matrix> means = dbm.mean_field(view(x), o);
  const double log_z = log_partition(dbm);
  for (Index l = 0; l + 1 < dbm.layer_count(); ++l) {
    const bool of_labels = l == dbm.depth();
    const auto lower = static_cast<std::size_t>(of_labels ? l + 1 : l),
               upper = static_cast<std::size_t>(of_labels ? l : l + 1);
    MatrixD expected = means[lower].cast<double>().transpose() * means[upper].cast<double>();
    each_state(dbm, [&](const DbmState& s) {
      const double weight = std::exp(-energy(dbm, s) - log_z);
      for (Index i = 0; i < expected.rows(); ++i)
        for (Index j = 0; j < expected.cols(); ++j)
          expected(i, j) -= weight * s[lower][static_cast<std::size_t>(i)] * s[upper][static_cast<std::size_t>(j)];
    });
    for (Index i = 0; i < expected.rows(); ++i)
      for (Index j = 0; j < expected.cols(); ++j) {
        constexpr float h = 0.01f;
        Dbm more = dbm, less = dbm;
        more.mutable_parameters().W[static_cast<std::size_t>(l)](i, j) += h;
        less.mutable_parameters().W[static_cast<std::size_t>(l)](i, j) -= h;
        CHECK((bound(more) - bound(less)) / (2 * double(h)) ==
              doctest::Approx(expected(i, j)).epsilon(0.01).scale(0.1));
      }
  }
}

TEST_CASE("mean-field inference of a row does not depend on the rows beside it") {
  const Dbm dbm = small_dbm({6, 5, 4, 3}, 0, 1, 2);
  Matrix x(4, 6);
  for (Index i = 0; i < x.size(); ++i) x.data()[i] = static_cast<float>(i % 5) / 4;
  const auto all = dbm.mean_field(view(x));
  for (Index r = 0; r < 4; ++r) {
    const Matrix one = x.row(r);
    const auto alone = dbm.mean_field(view(one));
    for (std::size_t l = 0; l < all.size(); ++l) CHECK(alone[l] == Matrix(all[l].row(r)));
  }
}

TEST_CASE("AIS is exact for a DBM without weights, whatever the biases and the base") {
  for (const std::vector<Index>& layers : {std::vector<Index>{5, 4, 3}, {5, 4, 3, 2}})
    for (const Index labels : {0, 3}) {
      Dbm dbm = small_dbm(layers, labels, 1, 2);
      for (Matrix& W : dbm.mutable_parameters().W) W.setZero();
      const double exact = exact_log_partition(dbm);
      const VectorD rates = VectorD::LinSpaced(5, 0, 1);
      AisOptions o;
      o.runs = 2000;
      o.betas = 40;
      for (const VectorD* base : {static_cast<const VectorD*>(nullptr), &rates}) {
        const LogPartition estimate = anneal(dbm, o, base);
        CHECK(std::abs(estimate.log_z - exact) < 0.05);
        CHECK(estimate.low <= estimate.log_z);
        CHECK(estimate.high >= estimate.log_z);
      }
    }
}

TEST_CASE(
    "AIS finds a DBM's enumerated log Z within three standard errors for most of 20 seeds, and they are the spread") {
  for (const Dbm& dbm : {small_dbm({8, 5, 4}, 3, 1.2, 7), small_dbm({6, 4, 4, 3}, 3, 1.2, 8)})
    for (const BetaSchedule schedule : {BetaSchedule::linear, BetaSchedule::late}) {
      if (schedule == BetaSchedule::late && dbm.depth() == 2) continue;
      const double exact = exact_log_partition(dbm);
      int within = 0;
      double spread = 0, stated = 0;
      constexpr int seeds = 20;
      for (int seed = 1; seed <= seeds; ++seed) {
        AisOptions o;
        o.betas = 200;
        o.schedule = schedule;
        o.seed = static_cast<std::uint64_t>(seed);
        const LogPartition estimate = anneal(dbm, o);
        within += estimate.low <= exact && exact <= estimate.high;
        spread += (estimate.log_z - exact) * (estimate.log_z - exact) / seeds;
        stated += (estimate.high - estimate.log_z) / 3 / seeds;
      }
      CHECK(within >= 19);
      CHECK(stated / std::sqrt(spread) > 0.5);
      CHECK(stated / std::sqrt(spread) < 1.8);
    }
}

TEST_CASE("inference, sums and AIS of a DBM give the same bits for every number of threads") {
  const Dbm dbm = small_dbm({70, 20, 30}, 3, 0.2, 5);
  const Matrix x = Matrix::Constant(300, 70, 0.5f);
  std::vector<Matrix> means;
  std::vector<double> weights;
  for (const int threads : thread_counts) {
    set_thread_count(threads);
    AisOptions o;
    o.runs = 37;
    o.betas = 20;
    DbmAis ais(dbm, o);
    while (ais.step()) {
    }
    const auto now = dbm.mean_field(view(x));
    if (means.empty()) means = now, weights = ais.log_weights();
    CHECK(now == means);
    CHECK(ais.log_weights() == weights);
  }
  set_thread_count(1);
}

TEST_CASE("a DBM refuses what it cannot be and what does not fit it, and stays as it was") {
  CHECK_THROWS_WITH_AS(Dbm({5, 4}, 0), doctest::Contains("3 to 16 sizes"), std::out_of_range);
  CHECK_THROWS_WITH_AS(Dbm(std::vector<Index>(17, 2), 0), doctest::Contains("3 to 16 sizes"), std::out_of_range);
  CHECK_NOTHROW(Dbm(std::vector<Index>(16, 2), 2));
  CHECK_THROWS_AS(Dbm({5, 0, 3}, 0), std::out_of_range);
  CHECK_THROWS_AS(Dbm({5, 4, 3}, 1), std::out_of_range);
  Dbm dbm = small_dbm({5, 4, 3}, 0, 1, 1);
  const std::string before = fingerprint(dbm);
  DbmParameters bad = dbm.parameters();
  bad.W[1].resize(4, 4);
  CHECK_THROWS_WITH_AS(dbm.set_parameters(bad), doctest::Contains("W[1] must be 4 x 3"), std::out_of_range);
  bad = dbm.parameters();
  bad.b[2][1] = std::nanf("");
  CHECK_THROWS_WITH_AS(dbm.set_parameters(bad), "b[2] must be finite: entry 1 is NaN", std::out_of_range);
  bad = dbm.parameters();
  bad.b.pop_back();
  CHECK_THROWS_WITH_AS(dbm.set_parameters(bad), doctest::Contains("b must have 3 entries"), std::out_of_range);
  CHECK(fingerprint(dbm) == before);

  const Matrix wide = Matrix::Zero(1, 6), good = Matrix::Zero(1, 5), high = Matrix::Constant(1, 5, 2);
  CHECK_THROWS_WITH_AS(dbm.mean_field(view(wide)), "x must have 5 values a row, not 6", std::out_of_range);
  CHECK_THROWS_WITH_AS(dbm.free_energy(view(high)), doctest::Contains("[0, 1]"), std::out_of_range);
  CHECK_THROWS_AS(dbm.label_free_energy(view(good)), std::invalid_argument);
  CHECK_THROWS_AS(exact_label_free_energy(dbm, view(good)), std::invalid_argument);
  CHECK_THROWS_AS(reconstruct(dbm, view(good), {.steps = -1}), std::out_of_range);
  CHECK_THROWS_AS(DbmLogSum(dbm, view(good), 0), std::out_of_range);
  const auto refused = [&](const char* name, auto change) {
    MeanFieldOptions o;
    change(o);
    CHECK_THROWS_WITH_AS(dbm.mean_field(view(good), o), doctest::Contains(name), std::out_of_range);
  };
  refused("meanFieldSteps", [](auto& o) { o.iterations = 0; });
  refused("meanFieldTolerance", [](auto& o) { o.tolerance = -1; });
  refused("meanFieldTolerance", [](auto& o) { o.tolerance = std::nan(""); });
  refused("meanFieldDamping", [](auto& o) { o.damping = 1; });

  const Dbm large({26, 26, 1}, 0);
  CHECK_FALSE(is_enumerable(large));
  CHECK_THROWS_WITH_AS(DbmLogSum{large}, doctest::Contains("at most 25 units"), std::out_of_range);
  CHECK(is_enumerable(Dbm({784, 25, 500}, 10)) == false);  // the labels are an odd layer
  CHECK(is_enumerable(Dbm({784, 25, 500}, 0)));
  AisOptions ais;
  ais.runs = 1;
  CHECK_THROWS_WITH_AS(DbmAis(dbm, ais), doctest::Contains("runs"), std::out_of_range);
  const VectorD few = VectorD::Constant(4, 0.5);
  CHECK_THROWS_WITH_AS(DbmAis(dbm, {}, &few), doctest::Contains("base rates"), std::out_of_range);
}
