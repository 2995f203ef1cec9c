#include "math/transpose.h"

#include <algorithm>
#include <utility>

#include "math/simd.h"
#include "math/thread_pool.h"

namespace wakesleep::math {
namespace {

constexpr Index rows_a_piece = 16;

using Four [[gnu::vector_size(16)]] = float;

// 4 x 4 in registers, whatever the vectors of the target are.
inline void transpose_four(const float* from, Index from_stride, float* const* to, Index column) {
  Four a, b, c, d;
  __builtin_memcpy(&a, from, 16);
  __builtin_memcpy(&b, from + from_stride, 16);
  __builtin_memcpy(&c, from + 2 * from_stride, 16);
  __builtin_memcpy(&d, from + 3 * from_stride, 16);
  const Four ab_low = __builtin_shufflevector(a, b, 0, 4, 1, 5), ab_high = __builtin_shufflevector(a, b, 2, 6, 3, 7);
  const Four cd_low = __builtin_shufflevector(c, d, 0, 4, 1, 5), cd_high = __builtin_shufflevector(c, d, 2, 6, 3, 7);
  const Four rows[4] = {
      __builtin_shufflevector(ab_low, cd_low, 0, 1, 4, 5), __builtin_shufflevector(ab_low, cd_low, 2, 3, 6, 7),
      __builtin_shufflevector(ab_high, cd_high, 0, 1, 4, 5), __builtin_shufflevector(ab_high, cd_high, 2, 3, 6, 7)};
  for (int i = 0; i < 4; ++i) __builtin_memcpy(to[i] + column, &rows[i], 16);
}

// `to_row(j)` is where row j of the result begins.
template <class ToRow>
WAKESLEEP_INLINE void transpose_to(const float* from, Index from_stride, Index rows, Index cols, ToRow to_row) {
  const Index whole_rows = rows & ~Index{3}, whole_cols = cols & ~Index{3};
  for (Index j = 0; j < whole_cols; j += 4) {
    float* const to[4] = {to_row(j), to_row(j + 1), to_row(j + 2), to_row(j + 3)};
    for (Index i = 0; i < whole_rows; i += 4) transpose_four(from + i * from_stride + j, from_stride, to, i);
  }
  for (Index j = 0; j < cols; ++j)
    for (Index i = j < whole_cols ? whole_rows : 0; i < rows; ++i) to_row(j)[i] = from[i * from_stride + j];
}

// 64 x 64 bits, in place, by exchanging blocks of half the size (Warren, Hacker's Delight, section 7-3).
void transpose_bits(std::uint64_t* block) {
  std::uint64_t mask = 0x00000000ffffffffu;
  for (int half = 32; half; half >>= 1, mask ^= mask << half)
    for (int k = 0; k < 64; k = ((k | half) + 1) & ~half) {
      const std::uint64_t exchange = ((block[k] >> half) ^ block[k | half]) & mask;
      block[k] ^= exchange << half;
      block[k | half] ^= exchange;
    }
}

}  // namespace

void transpose_block(const float* from, Index from_stride, Index rows, Index cols, float* to, Index to_stride) {
  transpose_to(from, from_stride, rows, cols, [&](Index j) { return to + j * to_stride; });
}

void transpose_into_tables(const float* from, Index from_stride, Index rows, Index cols, float* to, Index to_stride) {
  transpose_to(from, from_stride, rows, cols,
               [&](Index j) { return to + (j / 4 * 16 + (Index{1} << (j % 4))) * to_stride; });
}

void transpose(const MatrixView& from, Scratch& to) {
  const Index rows = from.rows(), cols = from.cols();
  to.resize(cols, rows);
  parallel_for((rows + rows_a_piece - 1) / rows_a_piece, static_cast<double>(rows_a_piece * cols), [&](Index piece) {
    const Index first = piece * rows_a_piece;
    transpose_block(from.data() + first * cols, cols, std::min(rows_a_piece, rows - first), cols, to.data() + first,
                    rows);
  });
}

void transpose_word(const BitMatrix& from, Index word, BitMatrix& to) {
  for (Index first = 0; first < from.rows(); first += 64) {
    std::uint64_t block[64] = {};
    const Index rows = std::min<Index>(64, from.rows() - first), cols = std::min<Index>(64, from.cols() - word * 64);
    for (Index i = 0; i < rows; ++i) block[i] = from.row(first + i)[word];
    transpose_bits(block);
    for (Index j = 0; j < cols; ++j) to.row(word * 64 + j)[first / 64] = block[j];
  }
}

void transpose(const BitMatrix& from, BitMatrix& to) {
  to.resize(from.cols(), from.rows());
  parallel_for(from.words_per_row(), 40.0 * static_cast<double>(from.rows()),
               [&](Index word) { transpose_word(from, word, to); });
}

}  // namespace wakesleep::math
