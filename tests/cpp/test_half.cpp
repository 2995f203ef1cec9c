#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

#include "io/half.h"

using wakesleep::io::float_from_half;
using wakesleep::io::half_from_float;

namespace {

constexpr std::uint16_t largest = 0x7bff, infinity = 0x7c00, sign = 0x8000;

// What the bits of a half mean, by IEEE 754's definition.
double meaning(std::uint16_t half) {
  const int exponent = half >> 10 & 31, mantissa = half & 0x3ff;
  const double magnitude = exponent == 0 ? std::ldexp(mantissa, -24) : std::ldexp(1024 + mantissa, exponent - 25);
  return half & sign ? -magnitude : magnitude;
}

}  // namespace

TEST_CASE("every finite half has the value that its bits mean") {
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    if ((half & infinity) != infinity) REQUIRE(static_cast<double>(float_from_half(half)) == meaning(half));
  }
}

TEST_CASE("all 65536 halves come back from float unchanged, infinities, NaNs and the sign of zero too") {
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    REQUIRE(half_from_float(float_from_half(half)) == half);
  }
}

TEST_CASE("known values convert to known halves") {
  const std::pair<float, std::uint16_t> known[] = {
      {0.0f, 0x0000},          {-0.0f, 0x8000},
      {1.0f, 0x3c00},          {-2.0f, 0xc000},
      {0.1f, 0x2e66},          {1.0f / 3, 0x3555},
      {65504.0f, 0x7bff},      {-65504.0f, 0xfbff},
      {0x1p-14f, 0x0400},      {0x1p-24f, 0x0001},
      {1000.5f, 0x63d1},       {std::numeric_limits<float>::infinity(), 0x7c00},
      {0x1.ff8p-15f, 0x03ff},  {1e-8f, 0x0000},
      {-1e-8f, 0x8000},        {std::numeric_limits<float>::denorm_min(), 0x0000},
      {0x1.ffffp-15f, 0x0400},
  };
  for (const auto& [value, half] : known) {
    CAPTURE(value);
    CHECK(half_from_float(value) == half);
  }
}

TEST_CASE("between any two neighbouring halves a float goes to the nearer one, and the one halfway to the even one") {
  for (std::uint16_t below = 0; below < largest; ++below) {
    const auto above = static_cast<std::uint16_t>(below + 1);
    const float middle = (float_from_half(below) + float_from_half(above)) / 2;
    const std::uint16_t even = below % 2 == 0 ? below : above;
    REQUIRE(half_from_float(middle) == even);
    REQUIRE(half_from_float(-middle) == (even | sign));
    REQUIRE(half_from_float(std::nextafter(middle, 0.0f)) == below);
    REQUIRE(half_from_float(std::nextafter(middle, 1e9f)) == above);
    REQUIRE(half_from_float(-std::nextafter(middle, 0.0f)) == (below | sign));
  }
}

TEST_CASE("a finite value that would round to infinity is refused, the last one below it is not") {
  const float first_too_large = 65520;
  CHECK(half_from_float(std::nextafter(first_too_large, 0.0f)) == largest);
  for (const float value : {first_too_large, -first_too_large, 70000.0f, std::numeric_limits<float>::max()}) {
    CAPTURE(value);
    CHECK_THROWS_WITH_AS(half_from_float(value), doctest::Contains("float16's range"), std::out_of_range);
  }
}

TEST_CASE("a NaN whose payload does not fit a half stays a NaN") {
  const float nan = std::bit_cast<float>(0x7f800001u);
  CHECK(std::isnan(float_from_half(half_from_float(nan))));
}
