// Products with a binary left operand, without a multiplication: for each group of four inner indices the 16 possible
// sums of its rows of X are written down once, and then every row of S adds one of them (the method of the four
// Russians). Groups of a row that are all zero are skipped: adding a row of zeros changes nothing.
//
// The result is made in panels of columns, so that a panel's tables stay in the cache and its sums in the registers;
// whoever needs the product decides where the sums begin and what becomes of them (products.h adds them to a matrix,
// conditional.h samples units from them while they are still in the cache).
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <utility>
#include <vector>

#include "math/operand.h"
#include "math/simd.h"
#include "math/thread_pool.h"
#include "math/transpose.h"
#include "wakesleep/matrix.h"

namespace wakesleep::math {

// Buffers of products; keep one where products are repeated, so that nothing is allocated there.
struct Workspace {
  // Binary: which table rows each row of S adds, and the inner indices that some row has on, of all rows and then of
  // each piece.
  std::vector<std::uint16_t> offsets;
  std::vector<std::uint8_t> counts;
  std::vector<std::uint64_t> used;
  // Sampled from the product: the states of each panel.
  std::vector<char> states;
  // Real: the values of A that are not zero.
  std::vector<float> values;
  std::vector<std::uint32_t> inner;
  std::vector<std::uint32_t> ends;
};

namespace table {

// Measured in V8 and with AVX-512: as many columns as the registers hold sums for, and a block of groups whose tables
// are about as large as the first-level cache.
inline constexpr int panel_vectors = lanes == 16 ? 4 : 8;
inline constexpr int panel = panel_vectors * lanes;
inline constexpr int block_inner = lanes == 4 ? 32 : 64;
inline constexpr int block_groups = block_inner / 4;
inline constexpr int table_size = 16 * panel;
inline constexpr Index rows_a_chunk = 256;
static_assert(block_groups * table_size <= 0xffff);

void list_offsets(const BitMatrix& S, Index first, Index rows, Workspace& workspace);

// One block of groups added to one panel of sums: X holds the block's rows, of which there are `inner`, from the
// panel's first column on. Null: they are in the tables already, each as the sum of itself alone.
struct PanelBlock {
  const float* X;
  Index X_stride, inner, columns;
  std::uint64_t used;
  float* tables;
  float* sums;
  Index sums_stride, rows;
  const std::uint16_t* offsets;
  const std::uint8_t* counts;
};
void add_panel_block(const PanelBlock& block);

// For each panel of S X's columns and each chunk of its rows: `begin(panel)` fills panel.sums, to which the product is
// added, and `end(panel)` takes them. Panels are worked on in parallel. Columns of the sums past the panel's last have
// no meaning.
struct Panel {
  Index row, rows, column, columns;
  float* sums;  // rows x `stride`
  Index stride;
};
template <class Begin, class End>
void each_panel(const BitMatrix& S, const Operand& X, Workspace& workspace, Begin&& begin, End&& end) {
  const Index blocks = (X.inner + block_inner - 1) / block_inner;
  for (Index first = 0; first < S.rows(); first += rows_a_chunk) {
    const Index rows = std::min(rows_a_chunk, S.rows() - first);
    list_offsets(S, first, rows, workspace);
    const double work = static_cast<double>(X.inner) * panel * (static_cast<double>(rows) / 4 + 4);
    parallel_for((X.cols + panel - 1) / panel, work, [&](Index p) {
      alignas(64) float tables[block_groups * table_size];
      alignas(64) float sums[rows_a_chunk * panel];
      Panel now{first, rows, p * panel, std::min<Index>(panel, X.cols - p * panel), sums, panel};
      begin(now);
      for (Index block = 0; block < blocks; ++block) {
        const std::uint64_t used = workspace.used[static_cast<std::size_t>(block)];
        if (used == 0) continue;
        const Index inner = std::min<Index>(block_inner, X.inner - block * block_inner);
        PanelBlock now_block{nullptr,
                             0,
                             inner,
                             now.columns,
                             used,
                             tables,
                             now.sums,
                             now.stride,
                             rows,
                             workspace.offsets.data() + block * rows * block_groups,
                             workspace.counts.data() + block * rows};
        if (X.transposed) {
          transpose_into_tables(X.data + now.column * X.stride + block * block_inner, X.stride, now.columns, inner,
                                tables, panel);
        } else {
          now_block.X = X.data + block * block_inner * X.stride + now.column;
          now_block.X_stride = X.stride;
        }
        add_panel_block(now_block);
      }
      end(std::as_const(now));
    });
  }
}

}  // namespace table
}  // namespace wakesleep::math
