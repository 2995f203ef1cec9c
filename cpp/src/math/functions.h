// e^x, the logistic sigmoid, softplus, the logarithm and the circular functions for a vector of floats, the same bits
// in every build.
#pragma once

#include "math/simd.h"

namespace wakesleep::math {

// e^x for x clamped to [-87, 88]: x = n log 2 + r, |r| <= log(2) / 2, a polynomial of degree 6 in r (Taylor's terms,
// the last two adjusted to the interval), times 2^n. Relative error below 2e-7 (tested over the whole range).
WAKESLEEP_INLINE Floats exp(Floats x) {
  x = smaller(larger(x, broadcast(-87.0f)), broadcast(88.0f));
  constexpr float magic = 12582912.0f;  // 1.5 * 2^23: adding it rounds to an integer, which then stands in the low bits
  const Floats shifted = x * 1.44269504f + magic;
  const Floats n = shifted - magic;
  const Floats r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  Floats p = broadcast(1.9875691500e-4f);
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  const Words power = (as_words(shifted) + (127u - 0x4b400000u)) << 23;
  return p * as_floats(power);
}

WAKESLEEP_INLINE Floats sigmoid(Floats x) { return 1.0f / (1.0f + exp(-x)); }

// log(1 + t) for t in [0, 1], by 2 atanh(t / (2 + t)). Relative error below 3e-7 (tested).
WAKESLEEP_INLINE Floats log1p_unit(Floats t) {
  const Floats s = t / (2.0f + t), s2 = s * s;
  Floats p = broadcast(2.0f / 15);
  p = p * s2 + 2.0f / 13;
  p = p * s2 + 2.0f / 11;
  p = p * s2 + 2.0f / 9;
  p = p * s2 + 2.0f / 7;
  p = p * s2 + 2.0f / 5;
  p = p * s2 + 2.0f / 3;
  return p * s2 * s + 2.0f * s;
}

// log(1 + e^x) = max(x, 0) + log(1 + e^-|x|).
WAKESLEEP_INLINE Floats softplus(Floats x) {
  const Floats positive = x > 0.0f ? x : Floats{};
  const Floats magnitude = as_floats(as_words(x) & 0x7fffffffu);
  return positive + log1p_unit(exp(-magnitude));
}

// Natural logarithm of normal positive numbers by x = 2^n m, 2/3 <= m < 4/3, and 2 atanh((m - 1) / (m + 1)). Error
// below 2e-7 of the result or 1e-7 (tested).
WAKESLEEP_INLINE Floats log(Floats x) {
  constexpr std::uint32_t two_thirds = 0x3f2aaaabu;
  const Words shifted = as_words(x) - two_thirds;
  const Ints n = reinterpret_cast<Ints>(shifted) >> 23;
  const Floats m = as_floats((shifted & 0x007fffffu) + two_thirds);
  const Floats s = (m - 1.0f) / (m + 1.0f), s2 = s * s;
  Floats p = broadcast(2.0f / 11);
  p = p * s2 + 2.0f / 9;
  p = p * s2 + 2.0f / 7;
  p = p * s2 + 2.0f / 5;
  p = p * s2 + 2.0f / 3;
  const Floats power = __builtin_convertvector(n, Floats);
  return power * 0.693359375f + (power * -2.12194440e-4f + (p * s2 * s + 2.0f * s));
}

struct SinCosFloats {
  Floats sin, cos;
};

// Of 2 pi u for 0 <= u < 1: quarter turns and Taylor's terms over an eighth to each side. Error below 2e-7 (tested).
WAKESLEEP_INLINE SinCosFloats sin_cos_turns(Floats u) {
  constexpr float magic = 12582912.0f;  // 1.5 * 2^23: adding it rounds to an integer
  const Floats shifted = u * 4.0f + magic;
  const Words quarter = as_words(shifted) & 3u;
  const Floats r = (u * 4.0f - (shifted - magic)) * 1.57079632679f, r2 = r * r;
  Floats s = broadcast(2.755731922e-6f), c = broadcast(2.480158730e-5f);
  s = s * r2 - 1.984126984e-4f;
  s = s * r2 + 8.333333333e-3f;
  s = s * r2 - 1.666666667e-1f;
  s = s * r2 * r + r;
  c = c * r2 - 1.388888889e-3f;
  c = c * r2 + 4.166666667e-2f;
  c = c * r2 - 0.5f;
  c = c * r2 + 1.0f;
  const Floats sine = (quarter & 1u) == 0u ? s : c, cosine = (quarter & 1u) == 0u ? c : s;
  return {(quarter & 2u) == 0u ? sine : -sine, ((quarter + 1u) & 2u) == 0u ? cosine : -cosine};
}

}  // namespace wakesleep::math
