#include <doctest/doctest.h>

#include <cmath>

#include "dbm_enumeration.h"
#include "thread_counts.h"
#include "wakesleep/chains.h"
#include "wakesleep/random.h"
#include "wakesleep/threads.h"

using namespace wakesleep;
using namespace wakesleep::test;

TEST_CASE("what is clamped in a DBM is held in states and means, until it is released") {
  const Dbm dbm = small_dbm({3, 2, 1}, 3, 0.9, 5);
  DbmChains now(dbm, 200, 3);
  const Matrix mask = as_row({0, 1, 0});
  const auto held = [&] {
    Index rows = 0;
    for (Index r = 0; r < 200; ++r)
      rows += now.states(0).get(r, 1) && now.mean_v()(r, 1) == 1 && now.labels()[std::size_t(r)] == 1;
    return rows;
  };
  now.clamp(view(mask), view(mask));
  now.clamp_labels({1});
  CHECK(held() == 200);
  now.step(5);
  CHECK(held() == 200);
  now.release();
  now.clamp_labels({-1});
  now.step(5);
  CHECK(held() < 100);
}

TEST_CASE(
    "a start at an image puts mean-field samples into the layers above, and a reconstruction is the mean after the "
    "steps") {
  const Dbm dbm = small_dbm({3, 2, 2}, 0, 1.2, 6);
  constexpr Index chains = 40000;
  const Matrix x = as_row({1, 0, 1});
  const auto means = dbm.mean_field(view(x));
  DbmChains now(dbm, chains, 2);
  now.set_visible(view(x));
  const DbmState from{{1, 0, 1}, {0, 0}, {0, 0}};
  double on[2] = {};
  for (Index r = 0; r < chains; ++r) {
    CHECK_FALSE(now.states(0).get(r, 1));
    for (Index j = 0; j < 2; ++j) on[j] += now.states(2).get(r, j) ? 1.0 / chains : 0;
  }
  for (Index j = 0; j < 2; ++j) CHECK(std::abs(on[j] - double(means[2](0, j))) < 0.01);

  const Matrix one = reconstruct(dbm, view(x), {.steps = 0});
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
    for (Index j = 0; j < 2; ++j)
      p_top *= top[std::size_t(j)] > 0 ? double(means[2](0, j)) : 1 - double(means[2](0, j));
    state = from;
    state[2] = top;
    const std::vector<double> p = one_step(dbm, state, 1);
    std::size_t at = 0;
    each_state(dbm, [&](const DbmState& s) {
      for (std::size_t i = 0; i < 3; ++i) expected[i] += p_top * p[at] * s[0][i];
      ++at;
    });
  }
  const Matrix many = x.replicate(chains, 1), mean = reconstruct(dbm, view(many), {.seed = 5}).colwise().mean();
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
  CHECK_THROWS_WITH_AS(now.set_states({BitMatrix(2, 3), BitMatrix(2, 2), BitMatrix(2, 1)}),
                       doctest::Contains("layer 2"), std::out_of_range);
  CHECK(now.labels().empty());
}
