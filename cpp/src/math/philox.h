// Philox4x32-10 for a vector of counters at once, and which number belongs to which unit.
#pragma once

#include <cstdint>

#include "math/simd.h"
#include "wakesleep/random.h"

namespace wakesleep::math {

// Where a random number stands: a unit's number depends on these, its row and its column alone.
struct Place {
  std::uint64_t seed;
  Stream stream;
  std::uint64_t step;  // below 2^56
};

WAKESLEEP_INLINE void philox_rounds(Words& c0, Words& c1, Words& c2, Words& c3, std::uint32_t k0, std::uint32_t k1) {
  for (int round = 0; round < 10; ++round) {
    const WideProduct p0 = multiply_wide(c0, 0xD2511F53u), p1 = multiply_wide(c2, 0xCD9E8D57u);
    c0 = p1.high ^ c1 ^ k0;
    c1 = p1.low;
    c2 = p0.high ^ c3 ^ k1;
    c3 = p0.low;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
}

// Uniform numbers in [0, 1) with 24 bits for columns 64 * block .. 64 * block + 63 of a row. Word w of counter 16 * block + l
// belongs to column 64 * block + 16 * w + l, so that no lane has to move.
WAKESLEEP_INLINE void uniform_block(const Place& place, std::uint32_t row, std::uint32_t block, float* out) {
  const auto k0 = static_cast<std::uint32_t>(place.seed), k1 = static_cast<std::uint32_t>(place.seed >> 32);
  const auto step_low = static_cast<std::uint32_t>(place.step);
  const auto stream_and_step = (static_cast<std::uint32_t>(place.stream) << 24) | static_cast<std::uint32_t>(place.step >> 32);
  Words ramp;
  for (int i = 0; i < lanes; ++i) ramp[i] = static_cast<std::uint32_t>(i);
  for (int first = 0; first < 16; first += lanes) {
    Words c0 = ramp + (16 * block + static_cast<std::uint32_t>(first));
    Words c1 = Words{} + row, c2 = Words{} + step_low, c3 = Words{} + stream_and_step;
    philox_rounds(c0, c1, c2, c3, k0, k1);
    const Words words[4] = {c0, c1, c2, c3};
    for (int w = 0; w < 4; ++w)
      store(out + 16 * w + first, __builtin_convertvector(reinterpret_cast<Ints>(words[w] >> 8), Floats) * 0x1p-24f);
  }
}

// One uniform number a row, apart from those of the columns.
inline float uniform_of_row(const Place& place, std::uint32_t row) {
  const auto stream_and_step = (static_cast<std::uint32_t>(place.stream) << 24) | static_cast<std::uint32_t>(place.step >> 32);
  const auto words = philox({0xffffffffu, row, static_cast<std::uint32_t>(place.step), stream_and_step},
                            {static_cast<std::uint32_t>(place.seed), static_cast<std::uint32_t>(place.seed >> 32)});
  return static_cast<float>(words[0] >> 8) * 0x1p-24f;
}

}  // namespace wakesleep::math
