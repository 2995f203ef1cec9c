#include "math/outer_counts.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "math/bits.h"
#include "math/simd.h"
#include "math/thread_pool.h"
#include "math/transpose.h"

namespace wakesleep::math {
namespace {

// Counts of so many groups fit a signed byte.
constexpr Index groups_a_chunk = 31;
constexpr int most_vectors = 8;
static_assert(OuterDifference::panel % (most_vectors * byte_lanes) == 0);

template <int vectors>
[[gnu::noinline]] void add_rows(const std::int8_t* const* rows, int plus, int all, Index offset, std::int8_t* out) {
  Bytes sums[std::size_t{vectors}] = {};
  for (int e = 0; e < plus; ++e)
    for (int v = 0; v < vectors; ++v) sums[v] += load_bytes(rows[e] + offset + v * byte_lanes);
  for (int e = plus; e < all; ++e)
    for (int v = 0; v < vectors; ++v) sums[v] -= load_bytes(rows[e] + offset + v * byte_lanes);
  for (int v = 0; v < vectors; ++v) store_bytes(out + offset + v * byte_lanes, sums[v]);
}

template <int vectors>
void add_rows_of(int wanted, const std::int8_t* const* rows, int plus, int all, Index offset, std::int8_t* out) {
  if constexpr (vectors > 1) {
    if (wanted < vectors) return add_rows_of<vectors - 1>(wanted, rows, plus, all, offset, out);
  }
  add_rows<vectors>(rows, plus, all, offset, out);
}

// out = the sum of the first `plus` rows less the others.
void add_all_rows(const std::int8_t* const* rows, int plus, int all, Index columns, std::int8_t* out) {
  const Index vectors = (columns + byte_lanes - 1) / byte_lanes;
  for (Index v = 0; v < vectors; v += most_vectors)
    add_rows_of<most_vectors>(static_cast<int>(std::min<Index>(most_vectors, vectors - v)), rows, plus, all,
                              v * byte_lanes, out);
}

// The rows of sums that a unit's states choose; groups in which it is never on are left out.
struct Rows {
  const std::int8_t* at[2 * groups_a_chunk + 1];
  int count = 0;

  void add(const BitMatrix& v_transposed, const std::int8_t* sums, Index stride, Index i, Index first_group,
           Index groups) {
    const std::uint64_t* words = v_transposed.row(i);
    for (Index g = 0; g < groups;) {
      const Index group = first_group + g, end = g + std::min(16 - group % 16, groups - g);
      std::uint64_t states = words[group / 16] >> (4 * (group % 16));
      for (; g < end; ++g, states >>= 4, sums += 16 * stride) {
        // Written whether it counts or not: which groups are empty is too random for a branch.
        at[count] = sums + static_cast<Index>(states & 15) * stride;
        count += (states & 15) != 0;
      }
    }
  }
};

}  // namespace

void OuterDifference::build_sums(Side& side, const BitMatrix& H, Index first_group, Index groups) {
  side.sums.resize(static_cast<std::size_t>(groups * 16) * static_cast<std::size_t>(stride_));
  parallel_for(groups, [&](Index g) {
    std::int8_t* sums = side.sums.data() + g * 16 * stride_;
    for (Index i = 0; i < 4; ++i) {
      const Index r = 4 * (first_group + g) + i;
      if (r >= H.rows()) return;
      std::int8_t* to = sums + (Index{1} << i) * stride_;
      for (Index j = 0; j < hidden_; j += 8) std::memcpy(to + j, &spread[H.row(r)[j / 64] >> (j % 64) & 255], 8);
      for (Index m = 1; m < Index{1} << i; ++m)
        for (Index j = 0; j < hidden_; j += byte_lanes)
          store_bytes(to + m * stride_ + j, load_bytes(to + j) + load_bytes(sums + m * stride_ + j));
    }
  });
}

void OuterDifference::set(Side& side, const BitMatrix& V, const BitMatrix& H) {
  side.groups = (V.rows() + 3) / 4;
  side.scale = 1.0f / static_cast<float>(V.rows());
  transpose(V, side.v_transposed);
  side.h.assign(static_cast<std::size_t>(hidden_), 0);
  const Index chunks = (side.groups + groups_a_chunk - 1) / groups_a_chunk;
  if (chunks > 1) side.totals.assign(static_cast<std::size_t>(V.cols()) * static_cast<std::size_t>(hidden_), 0);
  for (Index chunk = 0; chunk < chunks; ++chunk) {
    const Index first_group = chunk * groups_a_chunk, groups = std::min(groups_a_chunk, side.groups - first_group);
    build_sums(side, H, first_group, groups);
    for (Index first = 0; first < hidden_; first += panel) {
      alignas(64) std::int8_t counts[panel];
      const Index columns = std::min(panel, hidden_ - first);
      Rows all;
      for (Index g = 0; g < groups; ++g) {
        const Index rows = std::min<Index>(4, H.rows() - 4 * (first_group + g));
        all.at[all.count++] = side.sums.data() + first + (g * 16 + (Index{1} << rows) - 1) * stride_;
      }
      add_all_rows(all.at, all.count, all.count, columns, counts);
      for (Index j = 0; j < columns; ++j) side.h[static_cast<std::size_t>(first + j)] += counts[j];
    }
    if (chunks == 1) return;
    parallel_for(V.cols(), [&](Index i) {
      alignas(64) std::int8_t counts[panel];
      for (Index first = 0; first < hidden_; first += panel) {
        const Index columns = std::min(panel, hidden_ - first);
        Rows rows;
        rows.add(side.v_transposed, side.sums.data() + first, stride_, i, first_group, groups);
        add_all_rows(rows.at, rows.count, rows.count, columns, counts);
        std::int32_t* to = side.totals.data() + i * hidden_ + first;
        for (Index j = 0; j < columns; ++j) to[j] += counts[j];
      }
    });
  }
}

void OuterDifference::set(const BitMatrix& V, const BitMatrix& H, const BitMatrix& V_, const BitMatrix& H_) {
  hidden_ = H.cols();
  stride_ = (hidden_ + byte_lanes - 1) / byte_lanes * byte_lanes;
  set(plus_, V, H);
  set(minus_, V_, H_);
}

namespace {

float difference(std::int32_t plus, float plus_scale, std::int32_t minus, float minus_scale) {
  if (plus_scale == minus_scale) return static_cast<float>(plus - minus) * plus_scale;
  return static_cast<float>(plus) * plus_scale - static_cast<float>(minus) * minus_scale;
}

}  // namespace

bool OuterDifference::in_bytes() const {
  return std::max(plus_.groups, minus_.groups) <= groups_a_chunk && plus_.scale == minus_.scale;
}

void OuterDifference::row(Index i, Index first, Index columns, std::int8_t* out) const {
  Rows rows;
  rows.add(plus_.v_transposed, plus_.sums.data() + first, stride_, i, 0, plus_.groups);
  const int plus = rows.count;
  rows.add(minus_.v_transposed, minus_.sums.data() + first, stride_, i, 0, minus_.groups);
  add_all_rows(rows.at, plus, rows.count, columns, out);
}

void OuterDifference::row(Index i, Index first, Index columns, float* out) const {
  alignas(64) std::int8_t counts[panel], minus_counts[panel];
  if (in_bytes()) {
    row(i, first, columns, counts);
    for (Index j = 0; j < columns; j += lanes) store(out + j, signed_bytes_as_floats(counts + j) * scale());
    return;
  }
  const auto counts_of = [&](const Side& side, std::int8_t* to) {
    if (side.groups > groups_a_chunk) return;
    Rows rows;
    rows.add(side.v_transposed, side.sums.data() + first, stride_, i, 0, side.groups);
    add_all_rows(rows.at, rows.count, rows.count, columns, to);
  };
  counts_of(plus_, counts);
  counts_of(minus_, minus_counts);
  const auto count = [&](const Side& side, const std::int8_t* of_chunk, Index j) {
    return side.groups > groups_a_chunk ? side.totals[static_cast<std::size_t>(i * hidden_ + first + j)] : of_chunk[j];
  };
  for (Index j = 0; j < columns; ++j)
    out[j] = difference(count(plus_, counts, j), plus_.scale, count(minus_, minus_counts, j), minus_.scale);
}

void OuterDifference::mean_h(float* out) const {
  for (std::size_t j = 0; j < static_cast<std::size_t>(hidden_); ++j)
    out[j] = difference(plus_.h[j], plus_.scale, minus_.h[j], minus_.scale);
}

void OuterDifference::mean_h_of_examples(float* out) const {
  for (std::size_t j = 0; j < static_cast<std::size_t>(hidden_); ++j)
    out[j] = static_cast<float>(plus_.h[j]) * plus_.scale;
}

void OuterDifference::mean_v(float* out) const {
  const auto on = [](const Side& side, Index i) {
    int count = 0;
    for (Index w = 0; w < side.v_transposed.words_per_row(); ++w) count += std::popcount(side.v_transposed.row(i)[w]);
    return count;
  };
  for (Index i = 0; i < plus_.v_transposed.rows(); ++i)
    out[i] = difference(on(plus_, i), plus_.scale, on(minus_, i), minus_.scale);
}

}  // namespace wakesleep::math
