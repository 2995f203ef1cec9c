// Bits to bytes and floats, and in groups of four.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "math/simd.h"
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
  static constexpr std::array<std::uint32_t, 16> bits = {1u << 0,  1u << 1,  1u << 2,  1u << 3, 1u << 4,  1u << 5,
                                                         1u << 6,  1u << 7,  1u << 8,  1u << 9, 1u << 10, 1u << 11,
                                                         1u << 12, 1u << 13, 1u << 14, 1u << 15};
  Words lane_bits;
  std::memcpy(&lane_bits, bits.data(), sizeof lane_bits);
  const Words one = as_words(broadcast(1.0f));
  Index j = 0;
  for (; j + lanes <= cols; j += lanes) {
    const Words states = static_cast<std::uint32_t>(words[j / 64] >> (j % 64)) - Words{};
    store(out + j, as_floats(reinterpret_cast<Words>((states & lane_bits) != 0) & one));
  }
  for (; j < cols; ++j) out[j] = static_cast<float>(words[j / 64] >> (j % 64) & 1);
}

// The groups of four bits of a word that are not all zero: how many, and how many of the first eight.
struct GroupCount {
  std::uint8_t all, low;
};
inline constexpr int groups_a_word = 16;

// positions[mask]: where the bits of mask are, a byte each, lowest first.
inline constexpr std::array<std::uint64_t, 256> positions = [] {
  std::array<std::uint64_t, 256> table{};
  for (std::uint32_t mask = 0; mask < 256; ++mask) {
    int count = 0;
    for (std::uint64_t i = 0; i < 8; ++i)
      if (mask >> i & 1) table[mask] |= i << (8 * count++);
  }
  return table;
}();

// For each group that is not all zero, lowest first: 16 times its number, plus its four bits. Numbers are those in the
// word, or begin anew after so many groups (8). `to` has room for 16 bytes, and those past the last may be written.
template <int numbers = groups_a_word>
WAKESLEEP_INLINE GroupCount list_groups(std::uint64_t word, std::uint8_t* to) {
  static_assert(numbers == 8 || numbers == 16);
  [[maybe_unused]] constexpr int high = 16 * (numbers - 8);
#if defined(__wasm_simd128__) || defined(__SSSE3__)
  std::uint32_t some;
#if defined(__wasm_simd128__)
  const v128_t bytes = wasm_i64x2_splat(static_cast<std::int64_t>(word));
  const v128_t groups = wasm_i8x16_shuffle(bytes & wasm_i8x16_splat(15), wasm_u8x16_shr(bytes, 4), 0, 16, 1, 17, 2, 18,
                                           3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  some = wasm_i8x16_bitmask(wasm_i8x16_ne(groups, wasm_i8x16_splat(0)));
  const v128_t numbered = groups | wasm_u8x16_const(0, 16, 32, 48, 64, 80, 96, 112, high, high + 16, high + 32,
                                                    high + 48, high + 64, high + 80, high + 96, high + 112);
  const auto pack = [&](std::uint32_t mask, std::uint64_t first, std::uint8_t* at) {
    const std::uint64_t from = positions[mask] + first * 0x0101010101010101u;
    const v128_t packed = wasm_i8x16_swizzle(numbered, wasm_i64x2_splat(static_cast<std::int64_t>(from)));
    wasm_v128_store64_lane(at, packed, 0);
  };
#else
  const __m128i bytes = _mm_set1_epi64x(static_cast<long long>(word)), fifteen = _mm_set1_epi8(15);
  const __m128i groups =
      _mm_unpacklo_epi8(_mm_and_si128(bytes, fifteen), _mm_and_si128(_mm_srli_epi16(bytes, 4), fifteen));
  some = 0xffffu & ~static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(groups, _mm_setzero_si128())));
  const auto at = [](int number) { return static_cast<char>(number); };
  const __m128i numbered =
      _mm_or_si128(groups, _mm_set_epi8(at(high + 112), at(high + 96), at(high + 80), at(high + 64), at(high + 48),
                                        at(high + 32), at(high + 16), at(high), 112, 96, 80, 64, 48, 32, 16, 0));
  const auto pack = [&](std::uint32_t mask, std::uint64_t first, std::uint8_t* at) {
    const std::uint64_t from = positions[mask] + first * 0x0101010101010101u;
    _mm_storel_epi64(reinterpret_cast<__m128i*>(at),
                     _mm_shuffle_epi8(numbered, _mm_cvtsi64_si128(static_cast<long long>(from))));
  };
#endif
  const int low = std::popcount(some & 255);
  pack(some & 255, 0, to);
  pack(some >> 8, 8, to + low);
  return {static_cast<std::uint8_t>(std::popcount(some)), static_cast<std::uint8_t>(low)};
#else
  int count = 0, low = 0;
  for (int group = 0; group < groups_a_word; ++group, word >>= 4) {
    if (group == groups_a_word / 2) low = count;
    // Written whether it counts or not: which groups are empty is too random for a branch.
    to[count] = static_cast<std::uint8_t>(group % numbers * 16 + static_cast<int>(word & 15));
    count += (word & 15) != 0;
  }
  return {static_cast<std::uint8_t>(count), static_cast<std::uint8_t>(low)};
#endif
}

}  // namespace wakesleep::math
