#include "math/products.h"

#include <algorithm>
#include <bit>

#include "math/simd.h"
#include "math/thread_pool.h"

namespace wakesleep::math {
namespace {

// A panel of columns that fits the registers as accumulators, and groups whose tables fit the first-level cache.
constexpr int panel_vectors = lanes == 16 ? 4 : lanes == 8 ? 8 : 12;
constexpr int panel = panel_vectors * lanes;
constexpr int groups_a_block = 8;
constexpr Index rows_a_chunk = 1024;
static_assert(groups_a_block * 16 * panel <= 0xffff);

// The rows X[k .. k + 3] (those that exist) in columns [j, j + cols), and their 16 sums.
void build_table(const MatrixView& X, Index k, Index j, int cols, float* table) {
  alignas(64) float tail[4][panel];
  const float* rows[4];
  for (int i = 0; i < 4; ++i) {
    const bool exists = k + i < X.rows();
    const float* row = exists ? X.data() + (k + i) * X.cols() + j : nullptr;
    if (exists && cols == panel) {
      rows[i] = row;
    } else {
      std::fill(tail[i], tail[i] + panel, 0.0f);
      if (exists) std::copy(row, row + cols, tail[i]);
      rows[i] = tail[i];
    }
  }
  for (int v = 0; v < panel; v += lanes) {
    Floats sums[16];
    sums[0] = Floats{};
    for (int i = 0; i < 4; ++i) {
      const Floats x = load(rows[i] + v);
      sums[1 << i] = x;
      for (int m = 1; m < 1 << i; ++m) sums[(1 << i) + m] = sums[m] + x;
    }
    for (int m = 0; m < 16; ++m) store(table + m * panel + v, sums[m]);
  }
}

// c[0 .. panel) += the tables' rows at these offsets, in order.
void add_table_rows(float* c, const float* tables, const std::uint16_t* offsets, int count) {
  Floats sums[panel_vectors];
  for (int v = 0; v < panel_vectors; ++v) sums[v] = load(c + v * lanes);
  for (int i = 0; i < count; ++i) {
    const float* row = tables + offsets[i];
    for (int v = 0; v < panel_vectors; ++v) sums[v] += load(row + v * lanes);
  }
  for (int v = 0; v < panel_vectors; ++v) store(c + v * lanes, sums[v]);
}

// For each row of the chunk and each block of groups, where in the block's tables the sums of its groups stand; groups that are
// all zero are left out, since adding a row of zeros changes nothing.
void list_offsets(const BitMatrix& S, Index first, Index rows, Index blocks, Workspace& workspace) {
  workspace.offsets.resize(static_cast<std::size_t>(rows * blocks * groups_a_block));
  workspace.counts.resize(static_cast<std::size_t>(rows * blocks));
  parallel_for((rows + 63) / 64, [&](Index piece) {
    const Index end = std::min(rows, (piece + 1) * 64);
    for (Index r = piece * 64; r < end; ++r) {
      const std::uint64_t* words = S.row(first + r);
      for (Index block = 0; block < blocks; ++block) {
        static_assert(groups_a_block * 4 == 32);
        auto bits = static_cast<std::uint32_t>(words[block >> 1] >> ((block & 1) * 32));
        std::uint16_t* offsets = workspace.offsets.data() + (block * rows + r) * groups_a_block;
        int count = 0;
        while (bits) {
          const int group = std::countr_zero(bits) >> 2;
          const std::uint32_t states = (bits >> (4 * group)) & 15;
          offsets[count++] = static_cast<std::uint16_t>((static_cast<std::uint32_t>(group) * 16 + states) * panel);
          bits &= ~(15u << (4 * group));
        }
        workspace.counts[static_cast<std::size_t>(block * rows + r)] = static_cast<std::uint8_t>(count);
      }
    }
  });
}

constexpr int dense_rows = 4;
constexpr int dense_vectors = lanes == 16 ? 4 : 2;
constexpr int dense_panel = dense_vectors * lanes;
constexpr Index dense_inner = 256;

// c[i][0 .. dense_panel) += a[i][k] x[k] for k = 0 .. inner - 1, in order, for `dense_rows` rows. x is packed.
void dense_block(const float* const* a, Index inner, const float* x, float* const* c) {
  Floats sums[dense_rows][dense_vectors];
  for (int i = 0; i < dense_rows; ++i)
    for (int v = 0; v < dense_vectors; ++v) sums[i][v] = load(c[i] + v * lanes);
  for (Index k = 0; k < inner; ++k, x += dense_panel) {
    if (a[0][k] == 0 && a[1][k] == 0 && a[2][k] == 0 && a[3][k] == 0) continue;
    for (int v = 0; v < dense_vectors; ++v) {
      const Floats xv = load(x + v * lanes);
      for (int i = 0; i < dense_rows; ++i) sums[i][v] += a[i][k] * xv;
    }
  }
  for (int i = 0; i < dense_rows; ++i)
    for (int v = 0; v < dense_vectors; ++v) store(c[i] + v * lanes, sums[i][v]);
}

// For a drawing or two: packing would cost more than the product.
void add_few_rows(const MatrixView& A, const MatrixView& X, Matrix& C) {
  constexpr Index cols_a_piece = 256;
  parallel_for((X.cols() + cols_a_piece - 1) / cols_a_piece, [&](Index piece) {
    const Index first = piece * cols_a_piece, end = std::min(X.cols(), first + cols_a_piece);
    for (Index r = 0; r < A.rows(); ++r) {
      float* c = C.data() + r * X.cols();
      for (Index k = 0; k < X.rows(); ++k) {
        const float a = A.data()[r * A.cols() + k];
        if (a == 0) continue;
        const float* x = X.data() + k * X.cols();
        for (Index j = first; j < end; ++j) c[j] += a * x[j];
      }
    }
  });
}

}  // namespace

void add_product(const BitMatrix& S, const MatrixView& X, Matrix& C, Workspace& workspace) {
  const Index inner = X.rows(), cols = X.cols();
  const Index blocks = (inner + 31) / 32;
  const Index panels = (cols + panel - 1) / panel;
  for (Index first = 0; first < S.rows(); first += rows_a_chunk) {
    const Index rows = std::min(rows_a_chunk, S.rows() - first);
    list_offsets(S, first, rows, blocks, workspace);
    parallel_for(panels, [&](Index p) {
      alignas(64) float tables[groups_a_block * 16 * panel];
      const Index j = p * panel;
      const int width = static_cast<int>(std::min<Index>(panel, cols - j));
      for (Index block = 0; block < blocks; ++block) {
        const int groups = static_cast<int>(std::min<Index>(groups_a_block, (inner - block * 32 + 3) / 4));
        for (int g = 0; g < groups; ++g) build_table(X, block * 32 + g * 4, j, width, tables + g * 16 * panel);
        const std::uint16_t* offsets = workspace.offsets.data() + block * rows * groups_a_block;
        const std::uint8_t* counts = workspace.counts.data() + block * rows;
        for (Index r = 0; r < rows; ++r, offsets += groups_a_block) {
          if (counts[r] == 0) continue;
          float* c = C.data() + (first + r) * cols + j;
          if (width == panel) {
            add_table_rows(c, tables, offsets, counts[r]);
          } else {
            alignas(64) float tail[panel];
            std::fill(std::copy(c, c + width, tail), tail + panel, 0.0f);
            add_table_rows(tail, tables, offsets, counts[r]);
            std::copy(tail, tail + width, c);
          }
        }
      }
    });
  }
}

void add_product(const MatrixView& A, const MatrixView& X, Matrix& C) {
  const Index rows = A.rows(), inner = X.rows(), cols = X.cols();
  if (rows < dense_rows) return add_few_rows(A, X, C);
  const Index panels = (cols + dense_panel - 1) / dense_panel;
  parallel_for(panels, [&](Index p) {
    alignas(64) float packed[dense_inner * dense_panel];
    alignas(64) float scratch[dense_rows][dense_panel];
    const Index j = p * dense_panel;
    const Index width = std::min<Index>(dense_panel, cols - j);
    for (Index k = 0; k < inner; k += dense_inner) {
      const Index depth = std::min(dense_inner, inner - k);
      for (Index i = 0; i < depth; ++i) {
        const float* x = X.data() + (k + i) * cols + j;
        std::fill(std::copy(x, x + width, packed + i * dense_panel), packed + (i + 1) * dense_panel, 0.0f);
      }
      for (Index r = 0; r < rows; r += dense_rows) {
        const float* a[dense_rows];
        float* c[dense_rows];
        for (int i = 0; i < dense_rows; ++i) {
          // Rows past the end repeat the last one, into a scratch row.
          const Index row = std::min(r + i, rows - 1);
          a[i] = A.data() + row * inner + k;
          c[i] = C.data() + row * cols + j;
          if (width < dense_panel || r + i >= rows) {
            std::fill(std::copy(c[i], c[i] + width, scratch[i]), scratch[i] + dense_panel, 0.0f);
            c[i] = scratch[i];
          }
        }
        dense_block(a, depth, packed, c);
        for (int i = 0; i < dense_rows && r + i < rows; ++i)
          if (c[i] == scratch[i]) std::copy(scratch[i], scratch[i] + width, C.data() + (r + i) * cols + j);
      }
    }
  });
}

void transpose(const Matrix& from, Matrix& to) {
  constexpr Index tile = 16;
  to.resize(from.cols(), from.rows());
  parallel_for((from.cols() + tile - 1) / tile, [&](Index piece) {
    const Index j0 = piece * tile, j1 = std::min(from.cols(), j0 + tile);
    for (Index i0 = 0; i0 < from.rows(); i0 += tile) {
      const Index i1 = std::min(from.rows(), i0 + tile);
      for (Index j = j0; j < j1; ++j)
        for (Index i = i0; i < i1; ++i) to.data()[j * from.rows() + i] = from.data()[i * from.cols() + j];
    }
  });
}

void transpose(const BitMatrix& from, BitMatrix& to) {
  to.resize(from.cols(), from.rows());
  for (Index r = 0; r < from.rows(); ++r) {
    const std::uint64_t on = std::uint64_t{1} << (r & 63);
    for (Index w = 0; w < from.words_per_row(); ++w)
      for (std::uint64_t bits = from.row(r)[w]; bits; bits &= bits - 1) to.row(w * 64 + std::countr_zero(bits))[r >> 6] |= on;
  }
}

void fill_rows(const Vector& row, Matrix& C) {
  for (Index r = 0; r < C.rows(); ++r) std::copy(row.data(), row.data() + row.size(), C.data() + r * C.cols());
}

void unpack(const BitMatrix& bits, float one, Matrix& out) {
  out.resize(bits.rows(), bits.cols());
  for (Index r = 0; r < bits.rows(); ++r)
    for (Index c = 0; c < bits.cols(); ++c) out(r, c) = bits.get(r, c) ? one : 0.0f;
}

}  // namespace wakesleep::math
