// Elementary functions in double precision that give the same bits in every build: only + - * / and moves of bits,
// where a C library's own differ between platforms in the last place. Relative error below 1e-15 (tested).
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace wakesleep::math {

inline constexpr double log_two_pi = 1.8378770664093454836;

// e^x by x = n log 2 + r, |r| <= log(2) / 2, and the Taylor polynomial of degree 13.
inline double exp(double x) {
  if (x != x) return x;
  if (x > 709.78) return std::numeric_limits<double>::infinity();
  if (x < -708.39) return 0;
  constexpr double magic = 6755399441055744.0;  // 1.5 * 2^52: adding it rounds to an integer
  const double n = (x * 1.4426950408889634074 + magic) - magic;
  const double r = (x - n * 6.93145751953125e-1) - n * 1.42860682030941723212e-6;
  double sum = 1;
  for (int i = 13; i >= 1; --i) sum = 1 + sum * r / i;
  // In two factors, because 2^n itself overflows at n = 1024.
  const auto half = static_cast<std::int64_t>(n) / 2;
  const auto power = [](std::int64_t e) { return std::bit_cast<double>(static_cast<std::uint64_t>(e + 1023) << 52); };
  return sum * power(half) * power(static_cast<std::int64_t>(n) - half);
}

// Natural logarithm by x = 2^n m, sqrt(1/2) <= m < sqrt(2), and 2 atanh((m - 1) / (m + 1)).
constexpr double log(double x) {
  if (x != x || x < 0) return std::numeric_limits<double>::quiet_NaN();
  if (x == 0) return -std::numeric_limits<double>::infinity();
  if (x == std::numeric_limits<double>::infinity()) return x;
  double n = 0;
  if (x < 2.2250738585072014e-308) {
    x *= 18014398509481984.0;  // 2^54: out of the subnormal numbers
    n = -54;
  }
  const auto bits = std::bit_cast<std::uint64_t>(x);
  n += static_cast<double>(static_cast<std::int64_t>(bits >> 52) - 1023);
  double m = std::bit_cast<double>((bits & 0x000fffffffffffffu) | 0x3ff0000000000000u);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    n += 1;
  }
  const double s = (m - 1) / (m + 1), s2 = s * s;
  double sum = 0;
  for (int i = 23; i >= 3; i -= 2) sum = (sum + 1.0 / i) * s2;
  return n * 6.93145751953125e-1 + (n * 1.42860682030941723212e-6 + (2 * s + 2 * s * sum));
}

// log(1 + e^x).
inline double softplus(double x) { return (x > 0 ? x : 0) + log(1 + exp(x > 0 ? -x : x)); }

// log sum of exp(scale x_i), n at least 1.
inline double log_sum_exp(const float* x, std::ptrdiff_t n, float scale = 1) {
  double largest = -std::numeric_limits<double>::infinity(), sum = 0;
  const auto at = [&](std::ptrdiff_t i) { return static_cast<double>(scale) * static_cast<double>(x[i]); };
  for (std::ptrdiff_t i = 0; i < n; ++i) largest = at(i) > largest ? at(i) : largest;
  for (std::ptrdiff_t i = 0; i < n; ++i) sum += exp(at(i) - largest);
  return largest + log(sum);
}

struct SinCos {
  double sin, cos;
};

// For |x| up to about 10^5, which is all that drawing and Box-Muller need.
inline SinCos sin_cos(double x) {
  constexpr double magic = 6755399441055744.0;
  const double n = (x * 0.63661977236758134308 + magic) - magic;  // quarter turns
  const double r = (x - n * 1.57079632673412561417) - n * 6.07710050650619224932e-11;
  const double r2 = r * r;
  double s = 1, c = 1;
  for (int i = 17; i >= 3; i -= 2) s = 1 - s * r2 / (i * (i - 1));
  for (int i = 18; i >= 2; i -= 2) c = 1 - c * r2 / (i * (i - 1));
  s *= r;
  switch (static_cast<std::int64_t>(n) & 3) {
    case 0:
      return {s, c};
    case 1:
      return {c, -s};
    case 2:
      return {-s, -c};
    default:
      return {-c, s};
  }
}

}  // namespace wakesleep::math
