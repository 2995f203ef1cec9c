// e^x, the logistic sigmoid and softplus for a vector of floats, the same bits in every build.
#pragma once

#include "math/simd.h"

namespace wakesleep::math {

// e^x for x clamped to [-87, 88]: x = n log 2 + r, |r| <= log(2) / 2, a polynomial of degree 6 in r (Taylor's terms, the last
// two adjusted to the interval), times 2^n. Relative error below 2e-7 (tested over the whole range).
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

}  // namespace wakesleep::math
