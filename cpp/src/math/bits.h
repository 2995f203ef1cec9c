// Bits to bytes and floats.
#pragma once

#include <array>
#include <cstdint>

#include "wakesleep/matrix.h"

namespace wakesleep::math {

// spread[b]: the bits of b, one a byte, lowest first.
inline constexpr std::array<std::uint64_t, 256> spread = [] {
  std::array<std::uint64_t, 256> table{};
  for (std::uint64_t b = 0; b < 256; ++b)
    for (int i = 0; i < 8; ++i) table[static_cast<std::size_t>(b)] |= (b >> i & 1) << (8 * i);
  return table;
}();

// A row of states as 0 and 1.
inline void unpack(const std::uint64_t* words, Index cols, float* out) {
  for (Index j = 0; j < cols; j += 8) {
    std::uint64_t states = spread[words[j / 64] >> (j % 64) & 255];
    for (Index i = 0; i < 8 && j + i < cols; ++i, states >>= 8) out[j + i] = static_cast<float>(states & 1);
  }
}

}  // namespace wakesleep::math
