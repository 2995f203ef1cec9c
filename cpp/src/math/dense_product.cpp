// Products of real values: multiplications and additions at the rate of the machine, without those by zero that whole
// groups of rows share (most pixels of an image are).
#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "math/products.h"
#include "math/simd.h"
#include "math/thread_pool.h"
#include "math/transpose.h"

namespace wakesleep::math {
namespace {

constexpr Index block_inner = 256;
constexpr Index rows_a_chunk = 256;

// A group of rows by a panel of columns, whose sums fill the registers.
struct Tile {
  Index rows;
  int vectors;
};
// What is fastest hangs on how many registers there are and what the compiler, or the browser's, makes of them: V8
// gives six rows by eight columns a third less than two by sixteen.
using Tiles = std::array<Tile, 3>;
constexpr Tiles tiles = lanes == 4   ? Tiles{{{2, 4}, {4, 2}, {3, 3}}}
                        : lanes == 8 ? Tiles{{{4, 2}, {2, 4}, {6, 2}}}
                                     : Tiles{{{4, 4}, {6, 4}, {8, 2}}};

// The values of a group of rows: for each inner index at which one of them is not zero, that index (within its block)
// and the group's values. ends[group * blocks + block] is where a block's list ends.
template <Index group_rows>
void list_values(const MatrixView& A, Index first, Index rows, Index blocks, Workspace& workspace) {
  const Index groups = (rows + group_rows - 1) / group_rows, inner = A.cols();
  // As many as the tile with the most needs, so that nothing is allocated when another has its turn.
  constexpr auto by_rows = [](const Tile& a, const Tile& b) { return a.rows < b.rows; };
  constexpr auto extremes = std::minmax_element(tiles.begin(), tiles.end(), by_rows);
  constexpr Index least_rows = extremes.first->rows, most_rows = extremes.second->rows;
  const Index most_groups = (rows + least_rows - 1) / least_rows;
  workspace.values.resize(static_cast<std::size_t>((rows + most_rows - 1) * inner));
  workspace.inner.resize(static_cast<std::size_t>(most_groups * inner));
  workspace.ends.resize(static_cast<std::size_t>(most_groups * blocks));
  parallel_for(groups, static_cast<double>(group_rows * inner), [&](Index group) {
    const float* a[std::size_t{group_rows}];
    // Rows past the end repeat the last one, and their sums are dropped.
    for (Index i = 0; i < group_rows; ++i)
      a[i] = A.data() + (first + std::min(group * group_rows + i, rows - 1)) * inner;
    const Index start = group * inner;
    Index count = start;
    for (Index block = 0; block < blocks; ++block) {
      const Index end = std::min(inner, (block + 1) * block_inner);
      for (Index k = block * block_inner; k < end; ++k) {
        float* to = workspace.values.data() + count * group_rows;
        bool any = false;
        for (Index i = 0; i < group_rows; ++i) any |= (to[i] = a[i][k]) != 0;
        workspace.inner[static_cast<std::size_t>(count)] = static_cast<std::uint32_t>(k - block * block_inner);
        count += any;
      }
      workspace.ends[static_cast<std::size_t>(group * blocks + block)] = static_cast<std::uint32_t>(count - start);
    }
  });
}

// sums[i] += values[i] x for each listed index, in order; X is packed, a panel a row.
template <Index group_rows, int panel_vectors>
[[gnu::noinline]] void add_group(const float* values, const std::uint32_t* inner, Index count, const float* X,
                                 float* const* c) {
  constexpr Index panel = panel_vectors * lanes;
  Floats sums[std::size_t{group_rows}][std::size_t{panel_vectors}];
  // Whether a zero value is left out depends on the others of its group. It changes nothing but a sum of -0, and there
  // is none after 0 was added.
  for (Index i = 0; i < group_rows; ++i)
    for (int v = 0; v < panel_vectors; ++v) sums[i][v] = load(c[i] + v * lanes) + Floats{};
  for (Index e = 0; e < count; ++e, values += group_rows) {
    const float* x = X + static_cast<Index>(inner[e]) * panel;
    Floats now[std::size_t{panel_vectors}];
    for (int v = 0; v < panel_vectors; ++v) now[v] = load(x + v * lanes);
    for (Index i = 0; i < group_rows; ++i) {
      const Floats a = broadcast(values[i]);
      for (int v = 0; v < panel_vectors; ++v) sums[i][v] += a * now[v];
    }
  }
  for (Index i = 0; i < group_rows; ++i)
    for (int v = 0; v < panel_vectors; ++v) store(c[i] + v * lanes, sums[i][v]);
}

void pack(const Operand& X, Index first, Index inner, Index column, Index columns, Index panel, float* to) {
  if (X.transposed) return transpose_block(X.data + column * X.stride + first, X.stride, columns, inner, to, panel);
  for (Index k = 0; k < inner; ++k, to += panel) {
    const float* from = X.data + (first + k) * X.stride + column;
    copy_few(from, columns, to);
  }
}

template <Index group_rows, int panel_vectors>
void add_chunk(const Operand& X, Index first, Index rows, MatrixRef C, const Workspace& workspace) {
  constexpr Index panel = panel_vectors * lanes;
  const Index blocks = (X.inner + block_inner - 1) / block_inner, groups = (rows + group_rows - 1) / group_rows;
  const Index panels = (X.cols + panel - 1) / panel;
  // The same whatever the tile, for the clock of work.
  const double all = 2.0 * static_cast<double>(rows) * static_cast<double>(X.inner) * static_cast<double>(X.cols);
  parallel_for(panels, all / static_cast<double>(panels), [&](Index p) {
    alignas(64) float packed[std::size_t{block_inner * panel}] = {};
    alignas(64) float spare[std::size_t{group_rows}][std::size_t{panel}] = {};
    const Index column = p * panel, columns = std::min(panel, X.cols - column);
    for (Index block = 0; block < blocks; ++block) {
      pack(X, block * block_inner, std::min(block_inner, X.inner - block * block_inner), column, columns, panel,
           packed);
      for (Index group = 0; group < groups; ++group) {
        float* c[std::size_t{group_rows}];
        const Index here = std::min(group_rows, rows - group * group_rows);
        for (Index i = 0; i < group_rows; ++i) {
          c[i] = C.data + (first + group * group_rows + i) * C.cols + column;
          if (i < here && columns == panel) continue;
          if (i < here) copy_few(c[i], columns, spare[i]);
          c[i] = spare[i];
        }
        const std::uint32_t* ends = workspace.ends.data() + group * blocks;
        const Index start = block ? static_cast<Index>(ends[block - 1]) : 0, end = static_cast<Index>(ends[block]);
        const Index at = group * X.inner + start;
        add_group<group_rows, panel_vectors>(workspace.values.data() + at * group_rows, workspace.inner.data() + at,
                                             end - start, packed, c);
        if (columns < panel)
          for (Index i = 0; i < here; ++i)
            copy_few(spare[i], columns, C.data + (first + group * group_rows + i) * C.cols + column);
      }
    }
  });
}

// c[j] += a[0] x[0][j] + ..., one after the other: for a drawing or two, where packing would cost more than the
// product.
template <int terms>
[[gnu::noinline]] void add_terms(const float* a, const float* const* x, Index first, Index end, float* c) {
  for (Index j = first; j < end; ++j) {
    float sum = c[j];
    for (int t = 0; t < terms; ++t) sum += a[t] * x[t][j];
    c[j] = sum;
  }
}

void add_few_rows(const MatrixView& A, const Operand& X, MatrixRef C) {
  constexpr Index cols_a_piece = 512;
  constexpr int at_once = 4;
  const double work = 2.0 * static_cast<double>(A.rows() * cols_a_piece) * static_cast<double>(X.inner);
  parallel_for((X.cols + cols_a_piece - 1) / cols_a_piece, work, [&](Index piece) {
    const Index first = piece * cols_a_piece, end = std::min(X.cols, first + cols_a_piece);
    for (Index r = 0; r < A.rows(); ++r) {
      float a[at_once];
      const float* x[at_once];
      float* c = C.data + r * C.cols;
      for (Index j = first; j < end; ++j) c[j] += 0.0f;
      int terms = 0;
      for (Index k = 0; k < X.inner; ++k) {
        a[terms] = A.data()[r * A.cols() + k];
        if (a[terms] == 0) continue;
        x[terms++] = X.data + k * X.stride;
        if (terms == at_once) add_terms<at_once>(a, x, first, end, c), terms = 0;
      }
      for (int t = 0; t < terms; ++t) add_terms<1>(a + t, x + t, first, end, c);
    }
  });
}

template <std::size_t tile>
void multiply(const MatrixView& A, const Operand& X, Index first, Index rows, MatrixRef C, Workspace& workspace) {
  constexpr Tile t = tiles[tile];
  list_values<t.rows>(A, first, rows, (X.inner + block_inner - 1) / block_inner, workspace);
  add_chunk<t.rows, t.vectors>(X, first, rows, C, workspace);
}

using Multiply = void (*)(const MatrixView&, const Operand&, Index, Index, MatrixRef, Workspace&);
template <std::size_t... all>
constexpr std::array<Multiply, sizeof...(all)> multiply_by_tile(std::index_sequence<all...>) {
  return {multiply<all>...};
}

}  // namespace

Choice& tile_of_real_products() {
  const auto names = [] {
    std::vector<std::string> result;
    for (const Tile& tile : tiles)
      result.push_back(std::to_string(tile.rows) + " rows, " + std::to_string(tile.vectors * lanes) + " columns");
    return result;
  };
  static Choice choice("real numbers times weights", names());
  return choice;
}

void add_product(const MatrixView& A, const Operand& X, MatrixRef C, Workspace& workspace) {
  constexpr auto by_tile = multiply_by_tile(std::make_index_sequence<std::size(tiles)>());
  if (A.rows() < 4 && !X.transposed) return add_few_rows(A, X, C);
  for (Index first = 0; first < A.rows(); first += rows_a_chunk) {
    const Index rows = std::min(rows_a_chunk, A.rows() - first);
    Choice::Run run(tile_of_real_products(),
                    static_cast<double>(rows) * static_cast<double>(X.inner) * static_cast<double>(X.cols));
    by_tile[static_cast<std::size_t>(run.variant())](A, X, first, rows, C, workspace);
  }
}

}  // namespace wakesleep::math
