#include "math/table_product.h"

#include <array>
#include <atomic>

namespace wakesleep::math::table {
namespace {

constexpr Index rows_a_piece = 16;

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
    float* to = b.tables + (group - b.first_group) * table_size;
    if (used == 15) {
      build_table<vectors, true, in_place>(rows, used, last, to);
    } else {
      build_table<vectors, false, in_place>(rows, used, last, to);
    }
    left &= ~(std::uint64_t{15} << (4 * group));
  }
  const bool from_low = b.first_group == 0, to_high = b.first_group + b.groups == groups_a_word;
  const Index before = static_cast<Index>(b.first_group) * table_size;
  const std::uint8_t* listed = b.listed;
  float* c = b.sums;
  for (Index r = 0; r < b.rows; ++r, listed += groups_a_word, c += b.sums_stride) {
    const GroupCount count = b.counts[r];
    const std::uint8_t *one = from_low ? listed : listed + count.low, *end = listed + (to_high ? count.all : count.low);
    if (one == end) continue;
    Floats sums[std::size_t{vectors}];
    for (int v = 0; v < vectors; ++v) sums[v] = load(c + v * lanes);
    do {
      const float* row = b.tables + (static_cast<Index>(*one) * panel - before);
      for (int v = 0; v < vectors; ++v) sums[v] += load(row + v * lanes);
    } while (++one != end);
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

namespace {

// Measured in V8 and with AVX-512: a block whose tables are about as large as the first-level cache, 16 KB with narrow
// vectors and 64 KB with wide ones.
constexpr int usual_groups_a_block = lanes == 4 ? 8 : 16;
std::atomic<int> forced_groups_a_block{0};

}  // namespace

int groups_a_block() {
  const int forced = forced_groups_a_block.load(std::memory_order_relaxed);
  return forced ? forced : usual_groups_a_block;
}

void force_groups_a_block(int groups) { forced_groups_a_block = groups; }

void add_panel_block(const PanelBlock& block) {
  const auto vectors_less_one = static_cast<std::size_t>((block.columns - 1) / lanes);
  (block.X ? add_block_of_rows : add_block_in_place)[vectors_less_one](block);
}

void add_words(const Operand& X, const Panel& now, const Workspace& workspace) {
  alignas(64) float tables[groups_a_word * table_size];
  const int block_groups = groups_a_block();
  const Index words = (X.inner + 63) / 64;
  for (Index word = 0; word < words; ++word) {
    const Index at = word * 64, inner = std::min<Index>(64, X.inner - at);
    PanelBlock block{nullptr,
                     X.stride,
                     inner,
                     now.columns,
                     0,
                     block_groups,
                     0,
                     tables,
                     now.sums,
                     now.stride,
                     now.rows,
                     workspace.groups.data() + word * now.rows * groups_a_word,
                     workspace.counts.data() + word * now.rows};
    if (!X.transposed) block.X = X.data + at * X.stride + now.column;
    for (int group = 0; group < groups_a_word; group += block_groups) {
      const Index first = 4 * group, here = std::min<Index>(4 * block_groups, inner - first);
      if (here <= 0) break;
      block.used = workspace.used[static_cast<std::size_t>(word)];
      if (block_groups < groups_a_word) block.used &= std::uint64_t{0xffffffffu} << first;
      if (block.used == 0) continue;
      block.first_group = group;
      if (X.transposed)
        transpose_into_tables(X.data + now.column * X.stride + at + first, X.stride, now.columns, here, tables, panel);
      add_panel_block(block);
    }
  }
}

void list_groups_of(const BitMatrix& S, Index first, Index rows, Workspace& workspace) {
  const Index words = S.words_per_row();
  workspace.groups.resize(static_cast<std::size_t>(rows * words * groups_a_word));
  workspace.counts.resize(static_cast<std::size_t>(rows * words));
  const Index pieces = (rows + rows_a_piece - 1) / rows_a_piece;
  workspace.used.assign(static_cast<std::size_t>((pieces + 1) * words), 0);
  parallel_for(pieces, 64.0 * static_cast<double>(rows_a_piece * words), [&](Index piece) {
    const Index start = piece * rows_a_piece, end = std::min(rows, start + rows_a_piece);
    for (Index word = 0; word < words; ++word) {
      std::uint64_t used = 0;
      for (Index r = start; r < end; ++r) {
        const std::uint64_t states = S.row(first + r)[word];
        used |= states;
        const Index at = word * rows + r;
        workspace.counts[static_cast<std::size_t>(at)] =
            list_groups(states, workspace.groups.data() + at * groups_a_word);
      }
      workspace.used[static_cast<std::size_t>((piece + 1) * words + word)] = used;
    }
  });
  for (Index piece = 0; piece < pieces; ++piece)
    for (Index word = 0; word < words; ++word)
      workspace.used[static_cast<std::size_t>(word)] |=
          workspace.used[static_cast<std::size_t>((piece + 1) * words + word)];
}

}  // namespace wakesleep::math::table
