// Products of real values: multiplications and additions at the rate of the machine, without those by zero that whole
// groups of rows share (most pixels of an image are).
#include <algorithm>

#include "math/products.h"
#include "math/simd.h"
#include "math/thread_pool.h"
#include "math/transpose.h"

namespace wakesleep::math {
namespace {

// Four rows' sums for a panel of columns fill the registers.
constexpr Index group_rows = 4;
constexpr int panel_vectors = lanes == 16 ? 4 : 2;
constexpr Index panel = panel_vectors * lanes;
constexpr Index block_inner = 256;
constexpr Index rows_a_chunk = 256;

// The values of a group of rows: for each inner index at which one of them is not zero, that index (within its block)
// and the four values. ends[group * blocks + block] is where a block's list ends.
void list_values(const MatrixView& A, Index first, Index rows, Index blocks, Workspace& workspace) {
  const Index groups = (rows + group_rows - 1) / group_rows, inner = A.cols();
  workspace.values.resize(static_cast<std::size_t>(groups * inner * group_rows));
  workspace.inner.resize(static_cast<std::size_t>(groups * inner));
  workspace.ends.resize(static_cast<std::size_t>(groups * blocks));
  parallel_for(groups, static_cast<double>(group_rows * inner), [&](Index group) {
    const float* a[group_rows];
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
[[gnu::noinline]] void add_group(const float* values, const std::uint32_t* inner, Index count, const float* X,
                                 float* const* c) {
  Floats sums[group_rows][panel_vectors];
  for (Index i = 0; i < group_rows; ++i)
    for (int v = 0; v < panel_vectors; ++v) sums[i][v] = load(c[i] + v * lanes);
  for (Index e = 0; e < count; ++e, values += group_rows) {
    const float* x = X + static_cast<Index>(inner[e]) * panel;
    Floats now[panel_vectors];
    for (int v = 0; v < panel_vectors; ++v) now[v] = load(x + v * lanes);
    for (Index i = 0; i < group_rows; ++i) {
      const Floats a = broadcast(values[i]);
      for (int v = 0; v < panel_vectors; ++v) sums[i][v] += a * now[v];
    }
  }
  for (Index i = 0; i < group_rows; ++i)
    for (int v = 0; v < panel_vectors; ++v) store(c[i] + v * lanes, sums[i][v]);
}

void pack(const Operand& X, Index first, Index inner, Index column, Index columns, float* to) {
  if (X.transposed) return transpose_block(X.data + column * X.stride + first, X.stride, columns, inner, to, panel);
  for (Index k = 0; k < inner; ++k, to += panel) {
    const float* from = X.data + (first + k) * X.stride + column;
    copy_few(from, columns, to);
  }
}

void add_chunk(const Operand& X, Index first, Index rows, MatrixRef C, const Workspace& workspace) {
  const Index blocks = (X.inner + block_inner - 1) / block_inner, groups = (rows + group_rows - 1) / group_rows;
  const double work = 2.0 * static_cast<double>(rows * panel) * static_cast<double>(X.inner);
  parallel_for((X.cols + panel - 1) / panel, work, [&](Index p) {
    alignas(64) float packed[block_inner * panel] = {};
    alignas(64) float spare[group_rows][panel] = {};
    const Index column = p * panel, columns = std::min(panel, X.cols - column);
    for (Index block = 0; block < blocks; ++block) {
      pack(X, block * block_inner, std::min(block_inner, X.inner - block * block_inner), column, columns, packed);
      for (Index group = 0; group < groups; ++group) {
        float* c[group_rows];
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
        add_group(workspace.values.data() + at * group_rows, workspace.inner.data() + at, end - start, packed, c);
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

}  // namespace

void add_product(const MatrixView& A, const Operand& X, MatrixRef C, Workspace& workspace) {
  if (A.rows() < group_rows && !X.transposed) return add_few_rows(A, X, C);
  const Index blocks = (X.inner + block_inner - 1) / block_inner;
  for (Index first = 0; first < A.rows(); first += rows_a_chunk) {
    const Index rows = std::min(rows_a_chunk, A.rows() - first);
    list_values(A, first, rows, blocks, workspace);
    add_chunk(X, first, rows, C, workspace);
  }
}

}  // namespace wakesleep::math
