// Products with a binary left operand, without a multiplication: for each group of four inner indices the 16 possible
// sums of its rows of X are written down once, and then every row of S adds one of them (the method of the four
// Russians). Groups of a row that are all zero are skipped: adding a row of zeros changes nothing.
//
// The result is made in panels of columns, so that a panel's tables stay in the cache and its sums in the registers;
// whoever needs the product decides where the sums begin and what becomes of them (products.h adds them to a matrix,
// conditional.h samples units from them while they are still in the cache).
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "math/bits.h"
#include "math/operand.h"
#include "math/simd.h"
#include "math/thread_pool.h"
#include "math/transpose.h"
#include "wakesleep/matrix.h"

namespace wakesleep::math {

namespace table {

// Measured in V8 and with AVX-512: as many columns as the registers hold sums for.
inline constexpr int panel_vectors = lanes == 16 ? 4 : 8;
inline constexpr int panel = panel_vectors * lanes;
inline constexpr int table_size = 16 * panel;
inline constexpr Index rows_a_chunk = 256;

}  // namespace table

// Buffers of products; keep one where products are repeated, so that nothing is allocated there.
struct Workspace {
  // Binary: for each word of S, all rows of a chunk together: the rows' groups that are not all zero, sixteen bytes a
  // row, and how many they are; the inner indices that some row has on, of all rows and then of each piece.
  std::vector<std::uint8_t> groups;
  std::vector<GroupCount> counts;
  std::vector<std::uint64_t> used;
  // Sampled from the product: the states of each panel.
  std::vector<char> states;
  // Real: the values of A that are not zero.
  std::vector<float> values;
  std::vector<std::uint32_t> inner;
  std::vector<std::uint32_t> ends;
};

namespace table {

// Of a word of S, how many groups' tables are made at once: 8 or 16.
int groups_a_block();
// For tests: the other way, which has the same bits; 0 gives the usual one back.
void force_groups_a_block(int groups);

void list_groups_of(const BitMatrix& S, Index first, Index rows, Workspace& workspace);

// Some groups of a word of S added to one panel of sums: X holds the word's rows, of which there are `inner`, from the
// panel's first column on. Null: they are in the tables already, each as the sum of itself alone.
struct PanelBlock {
  const float* X;
  Index X_stride, inner, columns;
  int first_group, groups;  // all sixteen, or the first or the last eight
  std::uint64_t used;
  float* tables;
  float* sums;
  Index sums_stride, rows;
  const std::uint8_t* listed;
  const GroupCount* counts;
};
void add_panel_block(const PanelBlock& block);

// Rows [row, row + rows) and columns [column, column + columns) of the product.
struct Panel {
  Index row, rows, column, columns;
  float* sums;  // rows x `stride`
  Index stride;
};

// Adds the product of all words of S to a panel.
void add_words(const Operand& X, const Panel& now, const Workspace& workspace);

// For each panel of S X's columns and each chunk of its rows: `begin(panel)` fills panel.sums, to which the product is
// added, and `end(panel)` takes them. Panels are worked on in parallel. Columns of the sums past the panel's last have
// no meaning.
template <class Begin, class End>
void each_panel(const BitMatrix& S, const Operand& X, Workspace& workspace, Begin&& begin, End&& end) {
  for (Index first = 0; first < S.rows(); first += rows_a_chunk) {
    const Index rows = std::min(rows_a_chunk, S.rows() - first);
    list_groups_of(S, first, rows, workspace);
    const double work = static_cast<double>(X.inner) * panel * (static_cast<double>(rows) / 4 + 4);
    parallel_for((X.cols + panel - 1) / panel, work, [&](Index p) {
      alignas(64) float sums[rows_a_chunk * panel];
      Panel now{first, rows, p * panel, std::min<Index>(panel, X.cols - p * panel), sums, panel};
      begin(now);
      add_words(X, now, workspace);
      end(std::as_const(now));
    });
  }
}

}  // namespace table
}  // namespace wakesleep::math
