#include "math/sampling.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>

#include "math/functions.h"
#include "math/scalar.h"
#include "math/thread_pool.h"

namespace wakesleep::math {
namespace {

// The units that share a counter of the generator.
constexpr Index unit_columns = 16;
constexpr Index rows_a_piece = 16;

enum class From { input, mean };

// Whether a unit whose uniform number is u is on: `d` is 1 + e^-x, or the mean.
template <From from>
WAKESLEEP_INLINE std::uint32_t on_mask(Floats u, Floats d) {
  return from == From::input ? less_mask(u * d, broadcast(1.0f)) : less_mask(u, d);
}

// The units that their first byte leaves open.
template <From from>
[[gnu::noinline]] std::uint32_t settle(std::uint32_t open, const float* d, const std::uint32_t* bytes,
                                       const Place& place, std::uint32_t row, std::uint32_t column) {
  std::uint32_t on = 0;
  for (; open; open &= open - 1) {
    const auto i = static_cast<std::uint32_t>(std::countr_zero(open));
    const std::uint32_t k = (bytes[(i / 4) * lanes] >> (8 * (i % 4))) & 255;
    const float u = uniform_of((k << 16) | last_bits(place, row, column + i));
    if (from == From::input ? u * d[i] < 1 : u < d[i]) on |= 1u << i;
  }
  return on;
}

#if defined(__wasm_simd128__)
// What a unit's first byte and its input decide without e^x, which costs narrow vectors more than a look into a table:
// above `on` the unit is on and below `off` it is off, whatever the other bits of its uniform number are. Within
// `distance` of where that turns nothing is claimed: 1e-4 of x changes 1 + e^-x by more than 3.9e-7 of itself for every
// byte but those that claim nothing, and its rounded product with u is off by less than 1.4e-7 where the change is that
// small (u = 255/256, e^-x small beside 1), by less than 4e-7 where it is 1e-4.
struct Bounds {
  float off, on;
};
constexpr std::array<Bounds, 256> bounds = [] {
  constexpr double distance = 1e-4;
  constexpr float infinity = std::numeric_limits<float>::infinity();
  const auto turns_at = [](int k) { return log(k / (256.0 - k)); };
  std::array<Bounds, 256> table{};
  for (int k = 0; k < 256; ++k)
    table[static_cast<std::size_t>(k)] = {k == 0 ? -infinity : static_cast<float>(turns_at(k) - distance),
                                          k == 255 ? infinity : static_cast<float>(turns_at(k + 1) + distance)};
  return table;
}();

// One bit for each of 16 lanes of all ones or zeros.
WAKESLEEP_INLINE std::uint32_t mask_of(const v128_t* of_four) {
  return wasm_i8x16_bitmask(wasm_i8x16_narrow_i16x8(wasm_i16x8_narrow_i32x4(of_four[0], of_four[1]),
                                                    wasm_i16x8_narrow_i32x4(of_four[2], of_four[3])));
}

[[gnu::noinline]] std::uint32_t settle_inputs(std::uint32_t open, const float* x, float scale,
                                              const std::uint32_t* bytes, const Place& place, std::uint32_t row,
                                              std::uint32_t column) {
  alignas(64) float d[unit_columns];
  for (std::uint32_t left = open; left; left &= left - 1) {
    const auto i = static_cast<std::uint32_t>(std::countr_zero(left));
    d[i] = (1.0f + exp(broadcast(x[i]) * -scale))[0];
  }
  return settle<From::input>(open, d, bytes, place, row, column);
}

// 16 units of one row.
WAKESLEEP_INLINE void draw_states(const float* x, float scale, const Place& place, std::uint32_t row, Index column,
                                  const std::uint32_t* bytes, char* states) {
  v128_t is_on[4], is_off[4];
  for (int w = 0; w < 4; ++w) {
    const std::uint32_t four = bytes[w * lanes];
    const v128_t input = reinterpret_cast<v128_t>(load(x + w * lanes) * scale);
    const auto pair = [&](std::uint32_t first, std::uint32_t second) {
      return wasm_v128_load64_lane(&bounds[second & 255], wasm_v128_load64_zero(&bounds[first & 255]), 1);
    };
    const v128_t a = pair(four, four >> 8), b = pair(four >> 16, four >> 24);
    is_off[w] = wasm_f32x4_lt(input, wasm_i32x4_shuffle(a, b, 0, 2, 4, 6));
    is_on[w] = wasm_f32x4_gt(input, wasm_i32x4_shuffle(a, b, 1, 3, 5, 7));
  }
  std::uint32_t on = mask_of(is_on);
  const std::uint32_t open = 0xffff & ~(on | mask_of(is_off));
  if (open) on |= settle_inputs(open, x, scale, bytes, place, row, static_cast<std::uint32_t>(column));
  const auto packed = static_cast<std::uint16_t>(on);
  std::memcpy(states, &packed, sizeof packed);
}
#endif

// `columns` (at most 16) units of one row, whose first bytes are bytes[0], bytes[lanes], ...
template <From from, bool whole>
WAKESLEEP_INLINE void draw_unit(const float* x, int columns, float scale, const Place& place, std::uint32_t row,
                                Index column, const std::uint32_t* bytes, float* means, char* states) {
  alignas(64) float d[unit_columns];
  std::uint32_t on = 0, perhaps = 0;
  for (int j = 0; j < (whole ? static_cast<int>(unit_columns) : columns); j += lanes) {
    const int some = whole ? lanes : std::min(lanes, columns - j);
    Floats v = some == lanes ? load(x + j) : load_some(x + j, some);
    if (from == From::input) v = 1.0f + exp(v * -scale);
    if (means) {
      if (some == lanes) {
        store(means + j, 1.0f / v);
      } else {
        store_some(means + j, 1.0f / v, some);
      }
    }
    if (states) {
      store(d + j, v);
      const Floats least = bytes_as_floats(bytes + (j / 4) * lanes, lanes) * 0x1p-8f;
      on |= on_mask<from>(least + 65535 * 0x1p-24f, v) << j;
      perhaps |= on_mask<from>(least, v) << j;
    }
  }
  if (!states) return;
  if (!whole) perhaps &= (1u << columns) - 1;
  on &= perhaps;
  if (on != perhaps) on |= settle<from>(on ^ perhaps, d, bytes, place, row, static_cast<std::uint32_t>(column));
  const auto packed = static_cast<std::uint16_t>(on);
  std::memcpy(states, &packed, sizeof packed);
}

template <From from>
WAKESLEEP_INLINE void draw_block(Strided<const float> x, const UnitBlock& block, float scale, const Place& place,
                                 Strided<float> means, Strided<char> states) {
  alignas(64) std::uint32_t bytes[4 * lanes] = {};
  for (Index first = 0; first < block.rows; first += lanes) {
    const Index rows = std::min<Index>(lanes, block.rows - first);
    const auto row = static_cast<std::uint32_t>(block.row + first);
    for (Index j = 0; j < block.columns; j += unit_columns) {
      const Index column = block.column + j;
      if (states.first) first_bytes(place, row, static_cast<std::uint32_t>(column / unit_columns), bytes);
      const int columns = static_cast<int>(std::min(unit_columns, block.columns - j));
      for (Index l = 0; l < rows; ++l) {
        const float* from_x = x.first + (first + l) * x.stride + j;
        float* to_means = means.first ? means.first + (first + l) * means.stride + j : nullptr;
        char* to_states = states.first ? states.first + (first + l) * states.stride + j / 8 : nullptr;
        const std::uint32_t this_row = row + static_cast<std::uint32_t>(l);
#if defined(__wasm_simd128__)
        if (from == From::input && columns == unit_columns && !to_means && to_states) {
          draw_states(from_x, scale, place, this_row, column, bytes + l, to_states);
          continue;
        }
#endif
        if (columns == unit_columns) {
          draw_unit<from, true>(from_x, columns, scale, place, this_row, column, bytes + l, to_means, to_states);
        } else {
          draw_unit<from, false>(from_x, columns, scale, place, this_row, column, bytes + l, to_means, to_states);
        }
      }
    }
  }
}

Strided<char> from_row(BitMatrix* states, Index row) {
  if (!states) return {};
  return {reinterpret_cast<char*>(states->row(row)),
          states->words_per_row() * static_cast<Index>(sizeof(std::uint64_t))};
}

template <class F>
void each_piece_of_rows(Index rows, Index units, F&& f) {
  parallel_for((rows + rows_a_piece - 1) / rows_a_piece, 20.0 * static_cast<double>(rows_a_piece * units),
               [&](Index piece) { f(piece * rows_a_piece, std::min(rows_a_piece, rows - piece * rows_a_piece)); });
}

}  // namespace

void draw_bernoulli(Strided<const float> x, const UnitBlock& block, float inverse_temperature, const Place& place,
                    Strided<float> means, Strided<char> states) {
  draw_block<From::input>(x, block, inverse_temperature, place, means, states);
}

void sample_bernoulli(MatrixRef x, Index units, float inverse_temperature, const Draw& draw) {
  each_piece_of_rows(x.rows, units, [&](Index row, Index rows) {
    float* first = x.data + row * x.cols;
    draw_bernoulli({first, x.cols}, {row, rows, 0, units}, inverse_temperature, draw.place, {first, x.cols},
                   from_row(draw.states, row));
  });
}

void bernoulli_means(MatrixRef x, Index units, float inverse_temperature) {
  sample_bernoulli(x, units, inverse_temperature, {});
}

void sample_means(const MatrixView& means, Index units, const Draw& draw) {
  each_piece_of_rows(means.rows(), units, [&](Index row, Index rows) {
    draw_block<From::mean>({means.data() + row * means.cols(), means.cols()}, {row, rows, 0, units}, 1, draw.place, {},
                           from_row(draw.states, row));
  });
}

Index chosen_of(const float* p, Index group, float uniform) {
  Index chosen = 0;
  for (float sum = p[0]; chosen + 1 < group && uniform >= sum; sum += p[chosen]) ++chosen;
  // Probabilities add up to 1 but for their rounding, which is no chance of the last ones.
  while (chosen > 0 && p[chosen] < 0x1p-25f) --chosen;
  return chosen;
}

void softmax_means(MatrixRef x, Index first, Index group, float inverse_temperature) {
  for (Index r = 0; r < x.rows; ++r) {
    float* p = x.data + r * x.cols + first;
    const float largest = *std::max_element(p, p + group);
    float sum = 0;
    for (Index j = 0; j < group; ++j) sum += p[j] = exp(broadcast((p[j] - largest) * inverse_temperature))[0];
    for (Index j = 0; j < group; ++j) p[j] /= sum;
  }
}

void sample_softmax(const MatrixView& means, Index first, Index group, const Draw& draw, Index first_state) {
  for (Index r = 0; r < means.rows(); ++r) {
    const float* p = means.data() + r * means.cols() + first;
    const Index chosen = chosen_of(p, group, uniform_of_row(draw.place, static_cast<std::uint32_t>(r)));
    for (Index j = 0; j < group; ++j) draw.states->set(r, first_state + j, j == chosen);
  }
}

double sum_softplus(const float* x, const float* y, Index n, float scale) {
  alignas(64) float values[16];
  double sums[16] = {};
  for (Index j = 0; j < n; j += 16) {
    const int some = static_cast<int>(std::min<Index>(16, n - j));
    for (int l = 0; l < some; l += lanes) {
      const int count = std::min(lanes, some - l);
      Floats v = count == lanes ? load(x + j + l) : load_some(x + j + l, count);
      if (y) v += count == lanes ? load(y + j + l) : load_some(y + j + l, count);
      store(values + l, softplus(v * scale));
    }
    for (int l = 0; l < some; ++l) sums[l] += static_cast<double>(values[l]);
  }
  double sum = 0;
  for (const double partial : sums) sum += partial;
  return sum;
}

}  // namespace wakesleep::math
