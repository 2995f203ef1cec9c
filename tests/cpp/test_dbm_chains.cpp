#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "dbm_enumeration.h"
#include "thread_counts.h"
#include "wakesleep/random.h"
#include "wakesleep/threads.h"

using namespace wakesleep;
using namespace wakesleep::test;

namespace {

// The 0.999 quantile of Pearson's statistic (Wilson and Hilferty 1931).
double limit(std::size_t states) {
  const double df = static_cast<double>(states) - 1, a = 2 / (9 * df);
  return df * std::pow(1 - a + 3.0902 * std::sqrt(a), 3);
}

// How often each joint state of all layers is there, in the order of each_state.
std::vector<double> state_counts(const Dbm& dbm, const DbmChains& chains) {
  std::vector<std::size_t> states;
  std::size_t all = 1;
  for (Index l = 0; l < dbm.layer_count(); ++l) all *= states.emplace_back(layer_states(dbm, l).size());
  std::vector<double> counts(all, 0.0);
  for (Index r = 0; r < chains.chains(); ++r) {
    std::size_t number = 0;
    for (Index l = 0; l < dbm.layer_count(); ++l) {
      const std::uint64_t bits = chains.states(l).row(r)[0];
      number = number * states[static_cast<std::size_t>(l)] +
               static_cast<std::size_t>(l > dbm.depth() ? static_cast<std::uint64_t>(std::countr_zero(bits)) : bits);
    }
    counts[number] += 1;
  }
  return counts;
}

std::vector<BitMatrix> all_in(const Dbm& dbm, const DbmState& state, Index chains) {
  std::vector<BitMatrix> bits;
  for (Index l = 0; l < dbm.layer_count(); ++l) {
    bits.emplace_back(chains, dbm.units(l));
    for (Index r = 0; r < chains; ++r)
      for (Index i = 0; i < dbm.units(l); ++i)
        bits.back().set(r, i, state[static_cast<std::size_t>(l)][static_cast<std::size_t>(i)] > 0);
  }
  return bits;
}

DbmState first_state(const Dbm& dbm) {
  DbmState state;
  for (Index l = 0; l < dbm.layer_count(); ++l) {
    const auto states = layer_states(dbm, l);
    state.push_back(states[states.size() / 2]);
  }
  return state;
}

// Total variation's mean over `chains` independent samples, times two: the floor under every estimate.
double monte_carlo_floor(const std::vector<double>& p, double chains) {
  double sum = 0;
  for (const double x : p) sum += std::sqrt(2 * x * (1 - x) / (3.141592653589793 * chains));
  return sum;
}
double distance(const std::vector<double>& counts, const std::vector<double>& p, double chains) {
  double sum = 0;
  for (std::size_t i = 0; i < p.size(); ++i) sum += std::abs(counts[i] / chains - p[i]);
  return sum;
}

std::vector<Dbm> models() {
  return {small_dbm({3, 2, 2}, 0, 1.2, 6), small_dbm({3, 2, 1}, 3, 1.2, 5), small_dbm({2, 2, 1, 2}, 3, 1.1, 4)};
}

}  // namespace

TEST_CASE("one step of a DBM's chains has the exact transition probabilities, and mutants have not") {
  constexpr Index chains = 150000;
  for (const Dbm& dbm : models())
    for (const double temperature : {1.0, 1.6}) {
      const DbmState from = first_state(dbm);
      DbmChains now(dbm, chains, 17);
      now.set_states(all_in(dbm, from, chains));
      now.step(1, temperature);
      const std::vector<double> counts = state_counts(dbm, now), exact = one_step(dbm, from, temperature);
      const double most = limit(counts.size());
      CHECK(chi_squared(counts, exact) < most);

      // A temperature that is off by 10 %.
      CHECK(chi_squared(counts, one_step(dbm, from, temperature * 1.1)) > most);
      // A bias that is off by 0.2, in each layer.
      for (Index l = 0; l < dbm.layer_count(); ++l) {
        CAPTURE(l);
        CAPTURE(temperature);
        Dbm mutant = dbm;
        for (Index i = 0; i < dbm.units(l); ++i)
          mutant.mutable_parameters().b[static_cast<std::size_t>(l)][i] += i % 2 ? -0.2f : 0.2f;
        CHECK(chi_squared(counts, one_step(mutant, from, temperature)) > most);
      }
      // Means of the odd layers in place of their samples, as what the even layers see.
      CHECK(chi_squared(counts, one_step(dbm, from, temperature, true)) > most);
      // The identity: every chain where it began.
      std::vector<double> still(counts.size(), 0.0);
      still[number_of(dbm, from, -1)] = chains;
      CHECK(chi_squared(still, exact) > most);
    }
}

TEST_CASE("chains that start at exact samples do not drift, and from all zeros they come to the same distribution") {
  constexpr Index chains = 15000;
  for (const Dbm& dbm : models()) {
    const std::vector<double> p = equilibrium(dbm, 1);
    // Exact samples of the joint distribution.
    std::vector<DbmState> states;
    std::vector<double> cumulated;
    double sum = 0;
    each_state(dbm, [&](const DbmState& s) {
      states.push_back(s);
      cumulated.push_back(sum += std::exp(-energy(dbm, s)));
    });
    Random random(5, Stream::patterns);
    std::vector<BitMatrix> exact = all_in(dbm, states[0], chains), zeros = exact;
    for (Index r = 0; r < chains; ++r) {
      const auto at = std::lower_bound(cumulated.begin(), cumulated.end(), random.uniform() * sum) - cumulated.begin();
      for (Index l = 0; l < dbm.layer_count(); ++l)
        for (Index i = 0; i < dbm.units(l); ++i)
          exact[static_cast<std::size_t>(l)].set(
              r, i, states[static_cast<std::size_t>(at)][static_cast<std::size_t>(l)][static_cast<std::size_t>(i)] > 0);
    }
    const double most = 1.5 * monte_carlo_floor(p, chains);
    DbmChains stays(dbm, chains, 3), comes(dbm, chains, 4);
    stays.set_states(std::move(exact));
    CHECK(distance(state_counts(dbm, stays), p, chains) < most);
    for (const Index steps : {1, 4, 20}) {
      stays.step(steps);
      CHECK(distance(state_counts(dbm, stays), p, chains) < most);
    }
    comes.set_states(std::move(zeros));
    CHECK(distance(state_counts(dbm, comes), p, chains) > 5 * most);
    comes.step(40);
    CHECK(distance(state_counts(dbm, comes), p, chains) < most);

    // What stays by the model's own distribution drifts from a mutant's.
    Dbm mutant = dbm;
    mutant.mutable_parameters().b[0].array() += 0.2f;
    CHECK(distance(state_counts(dbm, stays), equilibrium(mutant, 1), chains) > most);
    CHECK(distance(state_counts(dbm, stays), equilibrium(dbm, 1.1), chains) > most);
  }
}

TEST_CASE("clamped units and labels of a DBM keep their values while the others follow the conditional distribution") {
  for (const Dbm& dbm : {small_dbm({3, 2, 1}, 3, 0.9, 5), small_dbm({2, 2, 1, 2}, 3, 0.9, 4)}) {
    constexpr Index chains = 15000;
    DbmChains now(dbm, chains, 3);
    Matrix mask = Matrix::Zero(1, dbm.visible()), values = mask;
    mask(0, 1) = values(0, 1) = 1;
    now.clamp(view(mask), view(values));
    now.clamp_labels({1});
    now.step(40);
    std::vector<double> p, counts;
    double sum = 0;
    each_state(dbm, [&](const DbmState& s) {
      const bool held = s[0][1] == 1 && s.back()[1] == 1;
      sum += p.emplace_back(held ? std::exp(-energy(dbm, s)) : 0);
    });
    const std::vector<double> all = state_counts(dbm, now);
    std::vector<double> kept;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (p[i] == 0) {
        CHECK(all[i] == 0);
        continue;
      }
      counts.push_back(all[i]);
      kept.push_back(p[i] / sum);
    }
    CHECK(chi_squared(counts, kept) < limit(kept.size()));
    for (const int label : now.labels()) CHECK(label == 1);
    CHECK(now.mean_v()(5, 1) == 1);
    now.release();
    now.clamp_labels({-1});
    now.step(30);
    CHECK(chi_squared(state_counts(dbm, now), equilibrium(dbm, 1)) < limit(all.size()));
  }
}

TEST_CASE(
    "a start at an image puts mean-field samples into the layers above, and a reconstruction is the mean after the steps") {
  const Dbm dbm = small_dbm({3, 2, 2}, 0, 1.2, 6);
  constexpr Index chains = 40000;
  const Matrix x = as_row({1, 0, 1});
  const auto means = dbm.mean_field(view(x));
  DbmChains now(dbm, chains, 2);
  now.set_visible(view(x));
  DbmState from = first_state(dbm);
  from[0] = {1, 0, 1};
  double on[2] = {};
  for (Index r = 0; r < chains; ++r) {
    CHECK_FALSE(now.states(0).get(r, 1));
    for (Index j = 0; j < 2; ++j) on[j] += now.states(2).get(r, j) ? 1.0 / chains : 0;
  }
  for (Index j = 0; j < 2; ++j) CHECK(std::abs(on[j] - double(means[2](0, j))) < 0.01);

  const Matrix one = dbm.reconstruct(view(x), 0, 1);
  for (Index i = 0; i < 3; ++i) {
    double input = double(dbm.b(0)[i]);
    for (Index j = 0; j < 2; ++j) input += double(dbm.W(0)(i, j)) * double(means[1](0, j));
    CHECK(double(one(0, i)) == doctest::Approx(1 / (1 + std::exp(-input))).epsilon(1e-5));
  }
  // After a step from x, the even layers above being as mean field says.
  std::vector<double> expected(3, 0.0);
  DbmState state = from;
  for (const LayerState& top : layer_states(dbm, 2)) {
    double p_top = 1;
    for (Index j = 0; j < 2; ++j) p_top *= top[std::size_t(j)] > 0 ? double(means[2](0, j)) : 1 - double(means[2](0, j));
    state = from;
    state[2] = top;
    const std::vector<double> p = one_step(dbm, state, 1);
    std::size_t at = 0;
    each_state(dbm, [&](const DbmState& s) {
      for (std::size_t i = 0; i < 3; ++i) expected[i] += p_top * p[at] * s[0][i];
      ++at;
    });
  }
  const Matrix many = x.replicate(chains, 1), mean = dbm.reconstruct(view(many), 1, 5).colwise().mean();
  for (Index i = 0; i < 3; ++i) CHECK(std::abs(double(mean(0, i)) - expected[std::size_t(i)]) < 0.006);
}

TEST_CASE("a DBM's chains differ from each other, repeat with their seed, and do not depend on the threads") {
  const Dbm dbm = small_dbm({70, 20, 30}, 3, 0.2, 1);
  std::vector<BitMatrix> first;
  for (const int threads : thread_counts) {
    set_thread_count(threads);
    DbmChains now(dbm, 50, 1);
    now.step(3);
    now.step(2);
    std::vector<BitMatrix> states;
    for (Index l = 0; l < dbm.layer_count(); ++l) states.push_back(now.states(l));
    if (first.empty()) first = states;
    CHECK(states == first);
  }
  set_thread_count(1);
  DbmChains other(dbm, 50, 2);
  other.step(5);
  CHECK_FALSE(other.states(0) == first[0]);
  for (Index r = 1; r < 50; ++r) CHECK(first[0].row(0)[0] != first[0].row(r)[0]);
}

TEST_CASE("a DBM's chains refuse what does not fit") {
  const Dbm dbm({3, 2, 2}, 0);
  CHECK_THROWS_WITH_AS(DbmChains(dbm, 0, 1), doctest::Contains("chains"), std::out_of_range);
  DbmChains now(dbm, 2, 1);
  const Matrix wide = Matrix::Zero(1, 4), many = Matrix::Zero(3, 3), good = Matrix::Zero(1, 3);
  CHECK_THROWS_WITH_AS(now.step(1, 0), doctest::Contains("temperature"), std::out_of_range);
  CHECK_THROWS_WITH_AS(now.set_visible(view(wide)), doctest::Contains("3 values"), std::out_of_range);
  CHECK_THROWS_WITH_AS(now.set_visible(view(many)), doctest::Contains("one a chain"), std::out_of_range);
  CHECK_THROWS_WITH_AS(now.clamp(view(good), view(wide)), doctest::Contains("values must be"), std::out_of_range);
  CHECK_THROWS_AS(now.clamp_labels({1}), std::invalid_argument);
  CHECK_THROWS_WITH_AS(now.set_states({}), doctest::Contains("one matrix a layer"), std::out_of_range);
  CHECK_THROWS_WITH_AS(now.set_states({BitMatrix(2, 3), BitMatrix(2, 2), BitMatrix(2, 1)}), doctest::Contains("layer 2"),
                       std::out_of_range);
  CHECK(now.labels().empty());
}
