// Philox4x32-10 for many counters at once, and which number belongs to which unit.
//
// The uniform number of a unit has 24 bits, first an 8-bit byte k and then 16 more bits r: u = (k 2^16 + r) 2^-24, and
// 2^-25 where both are 0. Whether u < p is settled by k alone but once in 256 times, and then r is looked up. So a unit
// costs one random byte, not four.
//   k: byte column % 16 of the counter (column / 16, row, step's low half, stream and step's high half)
//   r: 16-bit half column % 8 of the counter (2^31 + column / 8, row, the same, the same)
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "math/simd.h"
#include "wakesleep/random.h"

namespace wakesleep::math {

static_assert(std::endian::native == std::endian::little);

// Where a random number stands: a unit's number depends on these, its row and its column alone.
struct Place {
  std::uint64_t seed;
  Stream stream;
  std::uint64_t step;  // below 2^56
  // The number of row 0, where the rows at hand are some of many: how they are grouped then changes nothing.
  std::uint32_t first_row = 0;
};

inline std::array<std::uint32_t, 4> words_at(const Place& place, std::uint32_t column, std::uint32_t row) {
  const auto stream_and_step =
      (static_cast<std::uint32_t>(place.stream) << 24) | static_cast<std::uint32_t>(place.step >> 32);
  return philox({column, place.first_row + row, static_cast<std::uint32_t>(place.step), stream_and_step},
                {static_cast<std::uint32_t>(place.seed), static_cast<std::uint32_t>(place.seed >> 32)});
}

// From 24 bits. It is never 0, so that what has no chance, u < 0, or a chance below 2^-25, never happens.
inline float uniform_of(std::uint32_t bits) { return bits ? static_cast<float>(bits) * 0x1p-24f : 0x1p-25f; }

// r of a unit.
inline std::uint32_t last_bits(const Place& place, std::uint32_t row, std::uint32_t column) {
  const std::uint32_t word = words_at(place, 0x80000000u + column / 8, row)[(column % 8) / 2];
  return column % 2 ? word >> 16 : word & 0xffffu;
}

// One uniform number a row, apart from those of the columns.
inline float uniform_of_row(const Place& place, std::uint32_t row) {
  return uniform_of(words_at(place, 0xffffffffu, row)[0] >> 8);
}

// k of the columns 16 * unit .. 16 * unit + 15 of the rows row .. row + lanes - 1: out[w * lanes + l] holds those of
// the columns 4w .. 4w + 3 of row + l, lowest byte first. One counter a lane; what does not depend on the row is
// computed once for all.
WAKESLEEP_INLINE void first_bytes(const Place& place, std::uint32_t row, std::uint32_t unit, std::uint32_t* out) {
  constexpr std::uint32_t m0 = 0xD2511F53u, m1 = 0xCD9E8D57u, w0 = 0x9E3779B9u, w1 = 0xBB67AE85u;
  const auto high = [](std::uint64_t p) { return static_cast<std::uint32_t>(p >> 32); };
  auto k0 = static_cast<std::uint32_t>(place.seed), k1 = static_cast<std::uint32_t>(place.seed >> 32);
  const auto step_low = static_cast<std::uint32_t>(place.step);
  const auto stream_and_step =
      (static_cast<std::uint32_t>(place.stream) << 24) | static_cast<std::uint32_t>(place.step >> 32);
  Words rows;
  for (int i = 0; i < lanes; ++i) rows[i] = static_cast<std::uint32_t>(i);
  rows += place.first_row + row;

  // Rounds 1 to 3: a scalar s stands for a vector of equal lanes.
  const std::uint64_t p0 = std::uint64_t{m0} * unit, p1 = std::uint64_t{m1} * step_low;
  Words c0 = rows ^ (high(p1) ^ k0);
  const std::uint32_t s1 = static_cast<std::uint32_t>(p1), s2 = high(p0) ^ stream_and_step ^ k1,
                      s3 = static_cast<std::uint32_t>(p0);
  k0 += w0;
  k1 += w1;
  const WideProduct q0 = multiply_wide(c0, m0);
  const std::uint64_t q1 = std::uint64_t{m1} * s2;
  const std::uint32_t t0 = high(q1) ^ s1 ^ k0, t1 = static_cast<std::uint32_t>(q1);
  Words c2 = q0.high ^ (s3 ^ k1), c3 = q0.low;
  k0 += w0;
  k1 += w1;
  const std::uint64_t r0 = std::uint64_t{m0} * t0;
  const WideProduct r1 = multiply_wide(c2, m1);
  c0 = r1.high ^ (t1 ^ k0);
  Words c1 = r1.low;
  c2 = c3 ^ (high(r0) ^ k1);
  c3 = Words{} + static_cast<std::uint32_t>(r0);

  for (int round = 3; round < 10; ++round) {
    k0 += w0;
    k1 += w1;
    const WideProduct a = multiply_wide(c0, m0), b = multiply_wide(c2, m1);
    c0 = b.high ^ c1 ^ k0;
    c1 = b.low;
    c2 = a.high ^ c3 ^ k1;
    c3 = a.low;
  }
  const Words words[4] = {c0, c1, c2, c3};
  for (int w = 0; w < 4; ++w) std::memcpy(out + w * lanes, &words[w], sizeof(Words));
}

// The words of `lanes` columns of row 0, of which `column` is the first: words_at for each lane.
WAKESLEEP_INLINE void words_of_columns(const Place& place, std::uint32_t column, Words out[4]) {
  constexpr std::uint32_t m0 = 0xD2511F53u, m1 = 0xCD9E8D57u, w0 = 0x9E3779B9u, w1 = 0xBB67AE85u;
  auto k0 = static_cast<std::uint32_t>(place.seed), k1 = static_cast<std::uint32_t>(place.seed >> 32);
  Words c0;
  for (int i = 0; i < lanes; ++i) c0[i] = static_cast<std::uint32_t>(i);
  c0 += column;
  Words c1 = Words{} + place.first_row, c2 = Words{} + static_cast<std::uint32_t>(place.step),
        c3 =
            Words{} + ((static_cast<std::uint32_t>(place.stream) << 24) | static_cast<std::uint32_t>(place.step >> 32));
  for (int round = 0; round < 10; ++round) {
    const WideProduct a = multiply_wide(c0, m0), b = multiply_wide(c2, m1);
    c0 = b.high ^ c1 ^ k0;
    c1 = b.low;
    c2 = a.high ^ c3 ^ k1;
    c3 = a.low;
    k0 += w0;
    k1 += w1;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

// The whole numbers of columns 16 * unit .. 16 * unit + 15 of a row: the plain way.
inline void uniform_numbers(const Place& place, std::uint32_t row, std::uint32_t unit, float* out) {
  const auto words = words_at(place, unit, row);
  for (std::uint32_t i = 0; i < 16; ++i) {
    const std::uint32_t k = (words[i / 4] >> (8 * (i % 4))) & 255;
    out[i] = uniform_of((k << 16) | last_bits(place, row, 16 * unit + i));
  }
}

}  // namespace wakesleep::math
