#include "math/table_product.h"

#include <array>
#include <bit>
#include <string>

#include "math/transpose.h"

namespace wakesleep::math::table {
namespace {

constexpr Index rows_a_piece = 16;
// Table rows are stored in bytes.
static_assert(16 * groups_a_word <= 256);

// A block of groups added to the sums of a panel.
struct Block {
  const float* X;  // null: the rows are in the tables already, each as the sum of itself alone
  Index X_stride, inner;
  std::uint64_t used;  // the inner indices that some row of S has on
  float* tables;
  Index columns;
  float* sums;
  Index sums_stride, rows;
  const std::uint8_t* listed;
  const GroupCount* counts;
  int groups;
  bool second;  // of two blocks a word
};

// The sums of a group's rows of X, for the states that can occur: entry m is the sum of the rows whose bits m has,
// lowest first. Entries with a row that is not used are left out, and nothing looks them up. `rows` null: the rows are
// entries already.
template <int vectors, bool all, bool in_place>
WAKESLEEP_INLINE void build_table(const float* const* rows, std::uint32_t used, int last, float* to) {
  constexpr int width = vectors * lanes;
  for (int v = 0; v < vectors; ++v, to += lanes) {
    Floats sums[16];
    for (int i = 0; i < 16; ++i) sums[i] = Floats{};
    for (int i = 0; i < 4; ++i) {
      if (!all && !(used >> i & 1)) continue;
      const float* row = in_place ? to + (1 << i) * width : rows[i] + v * lanes;
      const Floats x = v + 1 < vectors || last == lanes ? load(row) : load_some(row, last);
      if (in_place) sums[1 << i] = x;
      for (int m = in_place ? 1 : 0; m < 1 << i; ++m) {
        sums[(1 << i) + m] = m ? sums[m] + x : x;
        store(to + ((1 << i) + m) * width, sums[(1 << i) + m]);
      }
    }
  }
}

template <int vectors, bool in_place>
[[gnu::noinline]] void add_block(const Block& b) {
  constexpr int width = vectors * lanes;
  const int last = static_cast<int>(b.columns) - (vectors - 1) * lanes;
  for (std::uint64_t left = b.used; left;) {
    const int group = std::countr_zero(left) >> 2;
    const auto used = static_cast<std::uint32_t>(left >> (4 * group)) & 15;
    const float* rows[4] = {};
    for (int i = 0; i < 4 && !in_place; ++i) rows[i] = b.X + std::min<Index>(4 * group + i, b.inner - 1) * b.X_stride;
    if (used == 15) {
      build_table<vectors, true, in_place>(rows, used, last, b.tables + group * 16 * width);
    } else {
      build_table<vectors, false, in_place>(rows, used, last, b.tables + group * 16 * width);
    }
    left &= ~(std::uint64_t{15} << (4 * group));
  }
  const std::uint8_t* listed = b.listed;
  float* c = b.sums;
  for (Index r = 0; r < b.rows; ++r, listed += groups_a_word, c += b.sums_stride) {
    const GroupCount count = b.counts[r];
    const std::uint8_t* one = b.second ? listed + count.low : listed;
    const std::uint8_t* const end = listed + (b.groups == groups_a_word || b.second ? count.all : count.low);
    if (one == end) continue;
    Floats sums[std::size_t{vectors}];
    for (int v = 0; v < vectors; ++v) sums[v] = load(c + v * lanes);
    for (; one != end; ++one) {
      const float* row = b.tables + *one * width;
      for (int v = 0; v < vectors; ++v) sums[v] += load(row + v * lanes);
    }
    for (int v = 0; v < vectors; ++v) store(c + v * lanes, sums[v]);
  }
}

// Called by pointer: with all of them inlined into one function, V8's code for each is a quarter slower.
using AddBlock = void (*)(const Block&);
template <bool in_place, int... vectors_less_one>
constexpr std::array<AddBlock, most_vectors> add_block_by_vectors(std::integer_sequence<int, vectors_less_one...>) {
  return {add_block<vectors_less_one + 1, in_place>...};
}
constexpr auto add_block_of_rows = add_block_by_vectors<false>(std::make_integer_sequence<int, most_vectors>());
constexpr auto add_block_in_place = add_block_by_vectors<true>(std::make_integer_sequence<int, most_vectors>());

}  // namespace

void add_to_panel(const Operand& X, const Cut& cut, const Workspace& workspace, const Panel& panel) {
  alignas(64) float tables[groups_a_word * 16 * most_columns];
  const Index block_inner = 4 * cut.groups, blocks = (X.inner + block_inner - 1) / block_inner;
  const Index vectors = (panel.columns + lanes - 1) / lanes;
  Block now{};
  now.X_stride = X.stride;
  now.tables = tables;
  now.columns = panel.columns;
  now.sums = panel.sums;
  now.sums_stride = panel.stride;
  now.rows = panel.rows;
  now.groups = cut.groups;
  for (Index block = 0; block < blocks; ++block) {
    const Index word = block * block_inner / 64, first = block * block_inner;
    now.second = first % 64 > 0;
    now.used = workspace.used[static_cast<std::size_t>(word)];
    if (cut.groups < groups_a_word) now.used = now.second ? now.used >> 32 : now.used & 0xffffffffu;
    if (now.used == 0) continue;
    now.inner = std::min<Index>(block_inner, X.inner - first);
    now.listed = workspace.listed.data() + word * panel.rows * groups_a_word;
    now.counts = workspace.counts.data() + word * panel.rows;
    if (X.transposed) {
      transpose_into_tables(X.data + panel.column * X.stride + first, X.stride, panel.columns, now.inner, tables,
                            vectors * lanes);
    } else {
      now.X = X.data + first * X.stride + panel.column;
    }
    (X.transposed ? add_block_in_place : add_block_of_rows)[static_cast<std::size_t>(vectors - 1)](now);
  }
}

void list_rows(const BitMatrix& S, Index first, Index rows, int groups, Workspace& workspace) {
  const Index words = S.words_per_row(), pieces = (rows + rows_a_piece - 1) / rows_a_piece;
  workspace.listed.resize(static_cast<std::size_t>(rows * words * groups_a_word));
  workspace.counts.resize(static_cast<std::size_t>(rows * words));
  workspace.used.assign(static_cast<std::size_t>((pieces + 1) * words), 0);
  parallel_for(pieces, 16.0 * static_cast<double>(rows_a_piece * words * groups_a_word), [&](Index piece) {
    const Index start = piece * rows_a_piece, end = std::min(rows, start + rows_a_piece);
    for (Index word = 0; word < words; ++word) {
      std::uint64_t used = 0;
      for (Index r = start; r < end; ++r) {
        const std::uint64_t states = S.row(first + r)[word];
        used |= states;
        const Index at = word * rows + r;
        std::uint8_t* to = workspace.listed.data() + at * groups_a_word;
        workspace.counts[static_cast<std::size_t>(at)] =
            groups == groups_a_word ? list_groups(states, to) : list_groups<8>(states, to);
      }
      workspace.used[static_cast<std::size_t>((piece + 1) * words + word)] = used;
    }
  });
  for (Index piece = 0; piece < pieces; ++piece)
    for (Index word = 0; word < words; ++word)
      workspace.used[static_cast<std::size_t>(word)] |=
          workspace.used[static_cast<std::size_t>((piece + 1) * words + word)];
}

double listed_additions(const Workspace& workspace, Index words) {
  double sums = 0;
  for (const GroupCount& count : workspace.counts) sums += count.all;
  for (Index word = 0; word < words; ++word) sums += 4 * std::popcount(workspace.used[static_cast<std::size_t>(word)]);
  return sums;
}

Choice& cut_of(bool transposed) {
  const auto names = [] {
    std::vector<std::string> result;
    for (const Cut& cut : cuts)
      result.push_back(std::to_string(cut.columns()) + " columns, " + std::to_string(cut.groups) + " groups");
    return result;
  };
  static Choice straight("binary states times weights", names());
  static Choice turned("binary states times transposed weights", names());
  return transposed ? turned : straight;
}

}  // namespace wakesleep::math::table
