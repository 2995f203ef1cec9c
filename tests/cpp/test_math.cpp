#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "math/functions.h"
#include "math/normal.h"
#include "math/philox.h"
#include "math/sampling.h"
#include "math/scalar.h"
#include "wakesleep/random.h"

using namespace wakesleep;

TEST_CASE("Philox4x32-10 gives the known answers of Salmon et al.") {
  CHECK(philox({0, 0, 0, 0}, {0, 0}) == std::array<std::uint32_t, 4>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(philox({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}) ==
        std::array<std::uint32_t, 4>{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        std::array<std::uint32_t, 4>{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("the vectorised generator agrees with the plain one about every unit's number") {
  const math::Place place{0x123456789abcdef0u, Stream::hidden, 0x00ab'cdef'0123'4567u};
  const std::array<std::uint32_t, 2> key{0x9abcdef0u, 0x12345678u};
  for (const std::uint32_t unit : {0u, 1u, 77u}) {
    alignas(64) std::uint32_t bytes[4 * math::lanes];
    math::first_bytes(place, 9, unit, bytes);
    for (std::uint32_t l = 0; l < math::lanes; ++l) {
      float uniform[16];
      math::uniform_numbers(place, 9 + l, unit, uniform);
      const auto words = philox({unit, 9 + l, 0x01234567u, (4u << 24) | 0x00abcdefu}, key);
      for (std::uint32_t i = 0; i < 16; ++i) {
        const std::uint32_t column = 16 * unit + i;
        const std::uint32_t k = (words[i / 4] >> (8 * (i % 4))) & 255;
        const auto last = philox({0x80000000u + column / 8, 9 + l, 0x01234567u, (4u << 24) | 0x00abcdefu}, key);
        const std::uint32_t r = (last[(column % 8) / 2] >> (16 * (column % 2))) & 0xffff;
        CHECK((bytes[(i / 4) * math::lanes + l] >> (8 * (i % 4)) & 255) == k);
        CHECK(uniform[i] == static_cast<float>(k * 65536 + r) / 16777216.0f);
      }
    }
  }
}

TEST_CASE("exp, sigmoid and softplus of floats stay within their error bounds over the whole range") {
  double worst_exp = 0, worst_sigmoid = 0, worst_softplus = 0;
  // Every 997th float there is, of both signs, but for NaN and infinity.
  for (std::uint64_t bits = 0; bits < 0x7f800000u; bits += 997)
    for (const float sign : {1.0f, -1.0f}) {
      const float x = sign * std::bit_cast<float>(static_cast<std::uint32_t>(bits));
      const double exact = static_cast<double>(x);
      if (x >= -87 && x <= 88) {
        const double e = std::exp(exact);
        worst_exp = std::max(worst_exp, std::abs(static_cast<double>(math::exp(math::broadcast(x))[0]) - e) / e);
      }
      const double s = static_cast<double>(math::sigmoid(math::broadcast(x))[0]);
      CHECK_UNARY(s >= 0 && s <= 1);
      worst_sigmoid = std::max(worst_sigmoid, std::abs(s - 1 / (1 + std::exp(-exact))));
      const double l = std::max(exact, 0.0) + std::log1p(std::exp(-std::abs(exact)));
      const double softplus = static_cast<double>(math::softplus(math::broadcast(x))[0]);
      if (x > -87) worst_softplus = std::max(worst_softplus, std::abs(softplus - l) / l);
    }
  CHECK(worst_exp < 2e-7);
  CHECK(worst_sigmoid < 1.5e-7);
  CHECK(worst_softplus < 4e-7);
  CHECK(std::isnan(math::sigmoid(math::broadcast(std::numeric_limits<float>::quiet_NaN()))[0]));
}

TEST_CASE("the double-precision functions agree with the C library to 1e-15") {
  for (double x = -700; x < 700; x += 0.37) CHECK(std::abs(math::exp(x) / std::exp(x) - 1) < 1e-15);
  for (double x = 1e-300; x < 1e300; x *= 1.37)
    CHECK(std::abs(math::log(x) - std::log(x)) <= 1e-15 * std::max(1.0, std::abs(std::log(x))));
  for (double x = -100; x < 100; x += 0.013) {
    CHECK(std::abs(math::sin_cos(x).sin - std::sin(x)) < 1e-15);
    CHECK(std::abs(math::sin_cos(x).cos - std::cos(x)) < 1e-15);
  }
  CHECK(math::exp(-800) == 0);
  CHECK(std::isinf(math::exp(800)));
  CHECK(std::isinf(math::log(0)));
  CHECK(std::isnan(math::log(-1)));
}

TEST_CASE("normal and bounded random numbers have their distributions") {
  Random random(5, Stream::patterns);
  double sum = 0, squares = 0;
  constexpr int n = 200000;
  int counts[7] = {};
  for (int i = 0; i < n; ++i) {
    const double x = random.normal();
    sum += x;
    squares += x * x;
    ++counts[random.below(7)];
  }
  CHECK(std::abs(sum / n) < 3 / std::sqrt(double(n)));
  CHECK(std::abs(squares / n - 1) < 3 * std::sqrt(2.0 / n));
  for (const int count : counts) CHECK(std::abs(count - n / 7.0) < 3.5 * std::sqrt(n / 7.0));
}

TEST_CASE("normal numbers by place are Box's and Muller's of the words of their counters") {
  const math::Place place{77, Stream::weights, 3, 5};
  constexpr Index count = 5 * math::normals_a_block;
  std::vector<float> numbers(count);
  math::fill_normals(numbers.data(), 0, count, 0.5f, place);
  for (Index i = 0; i < count; ++i) {
    const auto counter = static_cast<std::uint32_t>(16 * (i / 64) + i % 16),
               word = static_cast<std::uint32_t>(i % 64 / 16);
    const auto words = math::words_at(place, counter, 0);
    const std::size_t pair = word / 2 * 2;
    const double u = (static_cast<double>(words[pair] >> 1) + 0.5) * 0x1p-31;
    const double angle = 2 * 3.14159265358979323846 * static_cast<double>(words[pair + 1] >> 8) * 0x1p-24;
    const double expected = 0.5 * std::sqrt(-2 * std::log(u)) * (word % 2 ? std::sin(angle) : std::cos(angle));
    // Near 1 the logarithm of a float, and so the square of the radius, is exact to 1e-7.
    CHECK(std::abs(static_cast<double>(numbers[static_cast<std::size_t>(i)]) - expected) < 3e-4);
    if (u < 0.99) CHECK(std::abs(static_cast<double>(numbers[static_cast<std::size_t>(i)]) - expected) < 3e-6);
  }
}

TEST_CASE("normal numbers by place are the same in pieces as in one go, and no others are written") {
  const math::Place place{5, Stream::weights, 0};
  constexpr Index most = 20000;
  std::vector<float> whole(most), pieces(most + 1, 9.0f);
  math::fill_normals(whole.data(), 0, most, 1, place);
  for (const Index count : {Index{1}, Index{63}, Index{64}, Index{65}, Index{4096}, Index{4097}, most}) {
    math::fill_normals(pieces.data(), 0, count, 1, place);
    CHECK(std::equal(whole.begin(), whole.begin() + count, pieces.begin()));
    CHECK(pieces[static_cast<std::size_t>(count)] == 9.0f);
    std::fill(pieces.begin(), pieces.end(), 9.0f);
  }
  for (Index first = 0; first < most; first += 10 * math::normals_a_block)
    math::fill_normals(pieces.data() + first, first, std::min(most - first, 10 * math::normals_a_block), 1, place);
  pieces.pop_back();
  CHECK(pieces == whole);
}

TEST_CASE("normal numbers by place are normal: moments, tails and the whole distribution") {
  constexpr Index n = Index{1} << 21;
  std::vector<float> x(n);
  math::fill_normals(x.data(), 0, n, 1, {11, Stream::weights, 0});
  const auto mean_of = [&](auto&& f) {
    double sum = 0;
    for (const float one : x) sum += f(static_cast<double>(one));
    return sum / static_cast<double>(n);
  };
  // Moments of even order 2 m are (2 m - 1)!!; the variance of the mean of x^k is (E x^2k - (E x^k)^2) / n.
  const double moments[] = {1, 0, 1, 0, 3, 0, 15, 0, 105, 0, 945, 0, 10395};
  for (int k = 1; k <= 6; ++k) {
    const double found = mean_of([k](double one) { return std::pow(one, k); });
    const double variance = moments[2 * k] - moments[k] * moments[k];
    CHECK(std::abs(found - moments[k]) < 4 * std::sqrt(variance / static_cast<double>(n)));
  }
  for (const double bound : {1.0, 2.0, 3.0, 4.0, 4.5}) {
    const double tail = std::erfc(bound / std::sqrt(2.0)) / 2;
    for (const double side : {-1.0, 1.0}) {
      const double found = mean_of([&](double one) { return side * one > bound ? 1.0 : 0.0; });
      CHECK(std::abs(found - tail) < 4 * std::sqrt(tail / static_cast<double>(n)));
    }
  }
  std::sort(x.begin(), x.end());
  double apart = 0;
  for (Index i = 0; i < n; ++i) {
    const double below = std::erfc(-static_cast<double>(x[static_cast<std::size_t>(i)]) / std::sqrt(2.0)) / 2;
    apart = std::max(apart, std::abs(below - (static_cast<double>(i) + 0.5) / static_cast<double>(n)));
  }
  // Kolmogorov and Smirnov: beyond 1.95 / sqrt(n) once in a thousand times.
  CHECK(apart < 1.95 / std::sqrt(static_cast<double>(n)));
  // The largest of so many lies between 4.4 and 6.7, where the finest uniform number ends.
  CHECK(x.back() > 4.4f);
  CHECK(x.back() < 6.7f);
  // Neighbours, and the two of a pair, are independent.
  math::fill_normals(x.data(), 0, n, 1, {11, Stream::weights, 0});
  for (const Index lag : {1, 16, 32, 64}) {
    double sum = 0;
    for (Index i = 0; i + lag < n; ++i)
      sum += static_cast<double>(x[static_cast<std::size_t>(i)]) *
             static_cast<double>(x[static_cast<std::size_t>(i + lag)]);
    CHECK(std::abs(sum / static_cast<double>(n)) < 4 / std::sqrt(static_cast<double>(n)));
  }
}

TEST_CASE("an epoch's order is a permutation that depends on seed and epoch") {
  std::vector<std::uint32_t> a, b, c;
  shuffled_order(1, 0, a, 1000);
  shuffled_order(1, 1, b, 1000);
  shuffled_order(2, 0, c, 1000);
  CHECK(a != b);
  CHECK(a != c);
  std::vector<std::uint32_t> sorted = a;
  std::sort(sorted.begin(), sorted.end());
  for (std::uint32_t i = 0; i < 1000; ++i) CHECK(sorted[i] == i);
  shuffled_order(1, 0, b, 1000);
  CHECK(a == b);
}

TEST_CASE("sampled units are on as often as their means say, and tails of rows stay clear") {
  for (const Index units : {1, 5, 63, 64, 65, 100}) {
    constexpr Index rows = 4000;
    Matrix x(rows, units);
    for (Index r = 0; r < rows; ++r)
      for (Index j = 0; j < units; ++j) x(r, j) = -2 + 0.3f * static_cast<float>(j % 13);
    BitMatrix states(rows, units);
    math::sample_bernoulli(x, units, 1, {&states, {7, Stream::hidden, 3}});
    for (Index j = 0; j < units; ++j) {
      const double p = 1 / (1 + std::exp(2 - 0.3 * static_cast<double>(j % 13)));
      CHECK(std::abs(static_cast<double>(x(0, j)) - p) < 1e-6);
      double on = 0;
      for (Index r = 0; r < rows; ++r) on += states.get(r, j);
      CHECK(std::abs(on / rows - p) < 4.5 * std::sqrt(p * (1 - p) / rows));
    }
    for (Index r = 0; r < rows; ++r)
      if (units % 64) CHECK((states.row(r)[states.words_per_row() - 1] >> (units % 64)) == 0);
  }
}

TEST_CASE("a softmax group has one unit on, as often as its mean says") {
  constexpr Index rows = 20000;
  Matrix x(rows, 5);
  for (Index r = 0; r < rows; ++r) x.row(r) << 9, 0.5f, -1, 2, 0;
  math::softmax_means(x, 1, 4, 1);
  double sum = std::exp(0.5) + std::exp(-1) + std::exp(2) + 1;
  const double p[] = {std::exp(0.5) / sum, std::exp(-1) / sum, std::exp(2) / sum, 1 / sum};
  BitMatrix states(rows, 5);
  math::sample_softmax(view(x), 1, 4, {&states, {1, Stream::visible, 0}}, 1);
  int counts[4] = {};
  for (Index r = 0; r < rows; ++r) {
    int on = 0;
    for (Index y = 0; y < 4; ++y)
      if (states.get(r, 1 + y)) ++on, ++counts[y];
    CHECK(on == 1);
  }
  for (int y = 0; y < 4; ++y) {
    CHECK(std::abs(static_cast<double>(x(0, 1 + y)) - p[y]) < 1e-6);
    CHECK(std::abs(counts[y] / double(rows) - p[y]) < 4 * std::sqrt(p[y] * (1 - p[y]) / rows));
  }
}
