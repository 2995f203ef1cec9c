// IEEE 754 binary16 ("float16") to and from float, in integer arithmetic only: the same bits in every build.
#pragma once

#include <bit>
#include <cstdint>
#include <stdexcept>

namespace wakesleep::io {

namespace half_detail {

// value / 2^shift, rounded to nearest, ties to even, without a branch, which bits of weights would make a matter of
// chance. shift: 1 .. 31, value below 2^31.
constexpr std::uint32_t shift_rounded(std::uint32_t value, std::uint32_t shift) {
  return (value + ((1u << (shift - 1)) - 1) + (value >> shift & 1)) >> shift;
}

}  // namespace half_detail

// Rounds to nearest even. std::out_of_range for a finite value that would round to infinity (from 65520 on). A NaN
// stays one.
constexpr std::uint16_t half_from_float(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t sign = bits >> 16 & 0x8000u, magnitude = bits & 0x7fffffffu;
  std::uint32_t half = 0;
  if (magnitude > 0x7f800000u) {
    const std::uint32_t payload = magnitude >> 13 & 0x3ffu;
    half = 0x7c00u | (payload ? payload : 0x200u);
  } else if (magnitude == 0x7f800000u) {
    half = 0x7c00u;
  } else if (magnitude >= 0x477ff000u) {  // 65520, halfway between the largest half and 2^16
    throw std::out_of_range("the value is beyond float16's range of -65504 to 65504");
  } else if (magnitude >=
             0x38800000u) {  // 2^-14, the smallest normal half; a carry runs into the exponent, as it should
    half = half_detail::shift_rounded(magnitude - (112u << 23), 13);
  } else if (const std::uint32_t exponent = magnitude >> 23; exponent >= 102) {  // from 2^-25; less rounds to zero
    half = half_detail::shift_rounded((magnitude & 0x7fffffu) | 0x800000u, 126 - exponent);
  }
  return static_cast<std::uint16_t>(sign | half);
}

constexpr float float_from_half(std::uint16_t half) {
  const std::uint32_t sign = (half & 0x8000u) << 16, exponent = half >> 10 & 31u, mantissa = half & 0x3ffu;
  std::uint32_t magnitude = 0;
  if (exponent == 31) {
    magnitude = 0x7f800000u | mantissa << 13;
  } else if (exponent > 0) {
    magnitude = (exponent + 112) << 23 | mantissa << 13;
  } else if (mantissa > 0) {
    const auto places = static_cast<std::uint32_t>(std::bit_width(mantissa));  // the value is mantissa * 2^-24
    magnitude = (places + 102) << 23 | (mantissa << (24 - places) & 0x7fffffu);
  }
  return std::bit_cast<float>(sign | magnitude);
}

}  // namespace wakesleep::io
