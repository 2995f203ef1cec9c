// Which variant of a kernel is found to be the fastest, by times that are made up.
#include <doctest/doctest.h>

#include <functional>
#include <vector>

#include "math/choice.h"

using namespace wakesleep;

namespace {

constexpr double large = 1e6, small = 100;

// Nanoseconds an addition of a variant in the turn of a number.
using Rates = std::function<double(int variant, int turn)>;

Rates constant(std::vector<double> rates) {
  return [rates = std::move(rates)](int variant, int) { return rates[static_cast<std::size_t>(variant)]; };
}

// Runs of this many additions until none is timed any more: how many turns each variant had.
std::vector<int> measure(math::Choice& choice, const Rates& rates, double additions = large) {
  std::vector<int> turns(static_cast<std::size_t>(choice.variants()));
  for (int number = 0; number < 1'000'000; ++number) {
    const math::Choice::Turn turn = choice.begin(additions);
    if (!turn.timed) return turns;
    ++turns[static_cast<std::size_t>(turn.variant)];
    choice.end(turn, additions, additions * rates(turn.variant, number));
  }
  FAIL("nothing was chosen");
  return turns;
}

}  // namespace

TEST_CASE("each variant has its turns before one is chosen, and then the fastest has all") {
  for (int fastest = 0; fastest < 4; ++fastest) {
    CAPTURE(fastest);
    std::vector<double> rates(4, 1.0);
    rates[static_cast<std::size_t>(fastest)] = 0.8;
    math::Choice choice("kernel", {"a", "b", "c", "d"});
    CHECK(choice.describe().chosen == -1);
    for (const int turns : measure(choice, constant(rates))) CHECK(turns > 0);
    const Kernel found = choice.describe();
    CHECK(found.chosen == fastest);
    for (std::size_t i = 0; i < rates.size(); ++i)
      CHECK(found.variants[i].nanoseconds_an_addition == doctest::Approx(rates[i]));
    for (const double additions : {large, small})
      for (int run = 0; run < 20; ++run) {
        const math::Choice::Turn turn = choice.begin(additions);
        CHECK(turn.variant == fastest);
        CHECK_FALSE(turn.timed);
      }
  }
}

TEST_CASE("the first variant stays unless another is clearly faster") {
  math::Choice nearly("kernel", {"a", "b"}), clearly("kernel", {"a", "b"});
  measure(nearly, constant({1, 0.98}));
  CHECK(nearly.describe().chosen == 0);
  measure(clearly, constant({1, 0.96}));
  CHECK(clearly.describe().chosen == 1);
}

TEST_CASE("a variant is judged by its best time: a browser compiles each well at a time of its own") {
  math::Choice choice("kernel", {"a", "b", "c"});
  measure(choice, [](int variant, int turn) { return variant == 2 ? (turn < 100 ? 5 : 0.5) : 1; });
  CHECK(choice.describe().chosen == 2);
}

TEST_CASE("small runs take the first variant, are not timed and count for nothing") {
  math::Choice choice("kernel", {"a", "b"});
  for (int run = 0; run < 1000; ++run) {
    const math::Choice::Turn turn = choice.begin(small);
    CHECK(turn.variant == 0);
    CHECK_FALSE(turn.timed);
    choice.end(turn, small, 1e9);
  }
  const Kernel found = choice.describe();
  CHECK(found.chosen == -1);
  for (const Kernel::Variant& variant : found.variants) CHECK(variant.nanoseconds_an_addition == 0);
}

TEST_CASE("times are divided by what was done, and not by what a run began with") {
  math::Choice choice("kernel", {"a", "b"});
  // The second takes longer, and has more to do.
  for (math::Choice::Turn turn = choice.begin(large); turn.timed; turn = choice.begin(large))
    choice.end(turn, turn.variant == 1 ? 2 * large : large, turn.variant == 1 ? 1.5 * large : large);
  CHECK(choice.describe().chosen == 1);
  CHECK(choice.describe().variants[1].nanoseconds_an_addition == doctest::Approx(0.75));
}

TEST_CASE("products of two shapes in turn come to every variant") {
  math::Choice choice("kernel", {"a", "b", "c", "d"});
  // A shape that takes twice as long an addition: were some variants to meet it alone, they would lose.
  measure(choice, [](int variant, int turn) { return (variant == 3 ? 0.9 : 1) * (turn % 2 ? 2 : 1); });
  CHECK(choice.describe().chosen == 3);
}

TEST_CASE("a variant that is fixed has all runs, and what is no longer fixed is measured anew") {
  math::Choice choice("kernel", {"a", "b", "c"});
  measure(choice, constant({1, 0.5, 1}));
  choice.fix(2);
  CHECK(choice.begin(large).variant == 2);
  CHECK_FALSE(choice.begin(large).timed);
  CHECK(choice.describe().chosen == 2);
  choice.fix(-1);
  CHECK(choice.describe().chosen == -1);
  measure(choice, constant({1, 1, 0.5}));
  CHECK(choice.describe().chosen == 2);
  CHECK(choice.describe().variants[1].nanoseconds_an_addition == doctest::Approx(1));
}

TEST_CASE("a run by the clock has a turn, and ends it") {
  math::Choice choice("kernel", {"a"});
  {
    const math::Choice::Run run(choice, large);
    CHECK(run.timed());
  }
  choice.fix(0);
  const math::Choice::Run run(choice, large);
  CHECK_FALSE(run.timed());
  CHECK(run.variant() == 0);
}
