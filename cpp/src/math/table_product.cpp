#include "math/table_product.h"

#include <array>

#include "math/bits.h"

namespace wakesleep::math::table {
namespace {

constexpr Index rows_a_piece = 16;
constexpr Index blocks_a_word = 64 / block_inner;
static_assert(blocks_a_word == 1 || blocks_a_word == 2);

// The sums of a group's rows of X, for the states that can occur: entry m is the sum of the rows whose bits m has,
// lowest first. Entries with a row that is not used are left out, and nothing looks them up. `rows` null: the rows are
// entries already.
template <int vectors, bool all, bool in_place>
WAKESLEEP_INLINE void build_table(const float* const* rows, std::uint32_t used, int last, float* to) {
  for (int v = 0; v < vectors; ++v, to += lanes) {
    Floats sums[16];
    for (int i = 0; i < 16; ++i) sums[i] = Floats{};
    for (int i = 0; i < 4; ++i) {
      if (!all && !(used >> i & 1)) continue;
      const float* row = in_place ? to + (1 << i) * panel : rows[i] + v * lanes;
      const Floats x = v + 1 < vectors || last == lanes ? load(row) : load_some(row, last);
      if (in_place) sums[1 << i] = x;
      for (int m = in_place ? 1 : 0; m < 1 << i; ++m) {
        sums[(1 << i) + m] = m ? sums[m] + x : x;
        store(to + ((1 << i) + m) * panel, sums[(1 << i) + m]);
      }
    }
  }
}

template <int vectors, bool in_place>
[[gnu::noinline]] void add_block(const PanelBlock& b) {
  const int last = static_cast<int>(b.columns) - (vectors - 1) * lanes;
  for (std::uint64_t left = b.used; left;) {
    const int group = std::countr_zero(left) >> 2;
    const auto used = static_cast<std::uint32_t>(left >> (4 * group)) & 15;
    const float* rows[4] = {};
    for (int i = 0; i < 4 && !in_place; ++i) rows[i] = b.X + std::min<Index>(4 * group + i, b.inner - 1) * b.X_stride;
    if (used == 15) {
      build_table<vectors, true, in_place>(rows, used, last, b.tables + group * table_size);
    } else {
      build_table<vectors, false, in_place>(rows, used, last, b.tables + group * table_size);
    }
    left &= ~(std::uint64_t{15} << (4 * group));
  }
  const std::uint16_t* offsets = b.offsets;
  float* c = b.sums;
  for (Index r = 0; r < b.rows; ++r, offsets += block_groups, c += b.sums_stride) {
    const int count = b.counts[r];
    if (count == 0) continue;
    Floats sums[std::size_t{vectors}];
    for (int v = 0; v < vectors; ++v) sums[v] = load(c + v * lanes);
    for (int i = 0; i < count; ++i) {
      const float* row = b.tables + offsets[i];
      for (int v = 0; v < vectors; ++v) sums[v] += load(row + v * lanes);
    }
    for (int v = 0; v < vectors; ++v) store(c + v * lanes, sums[v]);
  }
}

// Called by pointer: with all of them inlined into one function, V8's code for each is a quarter slower.
using AddBlock = void (*)(const PanelBlock&);
template <bool in_place, int... vectors_less_one>
constexpr std::array<AddBlock, panel_vectors> add_block_by_vectors(std::integer_sequence<int, vectors_less_one...>) {
  return {add_block<vectors_less_one + 1, in_place>...};
}
constexpr auto add_block_of_rows = add_block_by_vectors<false>(std::make_integer_sequence<int, panel_vectors>());
constexpr auto add_block_in_place = add_block_by_vectors<true>(std::make_integer_sequence<int, panel_vectors>());

}  // namespace

void add_panel_block(const PanelBlock& block) {
  const auto vectors_less_one = static_cast<std::size_t>((block.columns - 1) / lanes);
  (block.X ? add_block_of_rows : add_block_in_place)[vectors_less_one](block);
}

void list_offsets(const BitMatrix& S, Index first, Index rows, Workspace& workspace) {
  const Index blocks = (S.cols() + block_inner - 1) / block_inner;
  workspace.offsets.resize(static_cast<std::size_t>(rows * blocks * block_groups));
  workspace.counts.resize(static_cast<std::size_t>(rows * blocks));
  const Index pieces = (rows + rows_a_piece - 1) / rows_a_piece;
  workspace.used.assign(static_cast<std::size_t>((pieces + 1) * blocks), 0);
  parallel_for(pieces, 16.0 * static_cast<double>(rows_a_piece * blocks * block_groups), [&](Index piece) {
    const Index start = piece * rows_a_piece, end = std::min(rows, start + rows_a_piece);
    for (Index word = 0; word < S.words_per_row(); ++word) {
      std::uint64_t used = 0;
      for (Index r = start; r < end; ++r) {
        const std::uint64_t states = S.row(first + r)[word];
        used |= states;
        std::uint8_t listed[2 * groups_a_word] = {};
        const GroupCount count = list_groups(states, listed);
        for (Index part = 0; part < blocks_a_word && word * blocks_a_word + part < blocks; ++part) {
          const Index at = (word * blocks_a_word + part) * rows + r;
          const std::uint8_t* from = part ? listed + count.low : listed;
          std::uint16_t* offsets = workspace.offsets.data() + at * block_groups;
          // Those past the last are written, too, which takes no longer.
          for (int g = 0; g < block_groups; ++g)
            offsets[g] = static_cast<std::uint16_t>((from[g] & (16 * block_groups - 1)) * panel);
          workspace.counts[static_cast<std::size_t>(at)] = blocks_a_word == 1 ? count.all
                                                           : part ? static_cast<std::uint8_t>(count.all - count.low)
                                                                  : count.low;
        }
      }
      for (Index part = 0; part < blocks_a_word && word * blocks_a_word + part < blocks; ++part)
        workspace.used[static_cast<std::size_t>((piece + 1) * blocks + word * blocks_a_word + part)] =
            block_inner == 64 ? used : used >> (part * block_inner % 64) & 0xffffffffu;
    }
  });
  for (Index piece = 0; piece < pieces; ++piece)
    for (Index block = 0; block < blocks; ++block)
      workspace.used[static_cast<std::size_t>(block)] |=
          workspace.used[static_cast<std::size_t>((piece + 1) * blocks + block)];
}

}  // namespace wakesleep::math::table
