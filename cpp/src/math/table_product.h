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
#include "math/choice.h"
#include "math/operand.h"
#include "math/simd.h"
#include "math/thread_pool.h"
#include "wakesleep/matrix.h"

namespace wakesleep::math {

// Buffers of products; keep one where products are repeated, so that nothing is allocated there.
struct Workspace {
  // Binary, a word of 64 inner indices after the other: which table rows each row of S adds, and which indices some row
  // has on, of all rows and then of each piece.
  std::vector<std::uint8_t> listed;
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

// How a product is cut up, which changes no bit of it: the vectors of a panel, for whose sums there are registers, and
// the groups of a block, whose tables stay in the first-level cache.
struct Cut {
  int vectors, groups;
  constexpr int columns() const { return vectors * lanes; }
};
inline constexpr int most_vectors = lanes == 16 ? 4 : 8;
inline constexpr Cut cuts[] = {{most_vectors, lanes == 4 ? 8 : 16},
                               {most_vectors, lanes == 4 ? 16 : 8},
                               {most_vectors / 2, 16},
                               {most_vectors / 2, 8}};
inline constexpr int most_columns = most_vectors * lanes;
inline constexpr Index rows_a_chunk = 256;
// The cuts of products with X and of those with its transpose.
Choice& cut_of(bool transposed);

void list_rows(const BitMatrix& S, Index first, Index rows, int groups, Workspace& workspace);
// Additions a column of what is listed, those that make the tables included.
double listed_additions(const Workspace& workspace, Index words);

// A panel's columns of a chunk of rows.
struct Panel {
  Index row, rows, column, columns;
  float* sums;  // rows x `stride`
  Index stride;
};
// Adds the chunk's product to the panel's sums.
void add_to_panel(const Operand& X, const Cut& cut, const Workspace& workspace, const Panel& panel);

// For each panel of S X's columns and each chunk of its rows: `begin(panel)` fills panel.sums, to which the product is
// added, and `end(panel)` takes them. Panels are worked on in parallel. Columns of the sums past the panel's last have
// no meaning.
template <class Begin, class End>
void each_panel(const BitMatrix& S, const Operand& X, Workspace& workspace, Begin&& begin, End&& end) {
  for (Index first = 0; first < S.rows(); first += rows_a_chunk) {
    const Index rows = std::min(rows_a_chunk, S.rows() - first);
    const double additions =
        static_cast<double>(X.inner) * static_cast<double>(X.cols) * (static_cast<double>(rows) / 4 + 4);
    Choice::Run run(cut_of(X.transposed), additions);
    const Cut& cut = cuts[run.variant()];
    list_rows(S, first, rows, cut.groups, workspace);
    if (run.timed()) run.did(listed_additions(workspace, S.words_per_row()) * static_cast<double>(X.cols));
    const Index whole = cut.columns(), panels = (X.cols + whole - 1) / whole;
    parallel_for(panels, additions / static_cast<double>(panels), [&](Index p) {
      alignas(64) float sums[rows_a_chunk * most_columns];
      Panel now{first, rows, p * whole, std::min<Index>(whole, X.cols - p * whole), sums, whole};
      begin(now);
      add_to_panel(X, cut, workspace, now);
      end(std::as_const(now));
    });
  }
}

}  // namespace table
}  // namespace wakesleep::math
