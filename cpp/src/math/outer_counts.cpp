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

constexpr int words_a_chunk = 2;
static_assert(groups_a_chunk <= words_a_chunk * groups_a_word);

// The rows of sums that a unit's states choose, as list_groups() has them.
struct Rows {
  const std::int8_t* sums;
  Index stride;
  const std::uint8_t* listed;
  const GroupCount* counts;

  template <class F>
  WAKESLEEP_INLINE void each(F&& f) const {
    for (int w = 0; w < words_a_chunk; ++w) {
      const std::int8_t* of_word = sums + w * groups_a_word * 16 * stride;
      const std::uint8_t *one = listed + w * groups_a_word, *end = one + counts[w].all;
      for (; one != end; ++one) f(of_word + *one * stride);
    }
  }
};

template <int vectors>
[[gnu::noinline]] void add_rows(const Rows& plus, const Rows* minus, Index offset, std::int8_t* out) {
  Bytes sums[std::size_t{vectors}] = {};
  plus.each([&](const std::int8_t* row) {
    for (int v = 0; v < vectors; ++v) sums[v] += load_bytes(row + offset + v * byte_lanes);
  });
  if (minus)
    minus->each([&](const std::int8_t* row) {
      for (int v = 0; v < vectors; ++v) sums[v] -= load_bytes(row + offset + v * byte_lanes);
    });
  for (int v = 0; v < vectors; ++v) store_bytes(out + offset + v * byte_lanes, sums[v]);
}

template <int vectors>
void add_rows_of(int wanted, const Rows& plus, const Rows* minus, Index offset, std::int8_t* out) {
  if constexpr (vectors > 1) {
    if (wanted < vectors) return add_rows_of<vectors - 1>(wanted, plus, minus, offset, out);
  }
  add_rows<vectors>(plus, minus, offset, out);
}

// out = the sum of the rows of `plus` less those of `minus`.
void add_all_rows(const Rows& plus, const Rows* minus, Index columns, std::int8_t* out) {
  const Index vectors = (columns + byte_lanes - 1) / byte_lanes;
  for (Index v = 0; v < vectors; v += most_vectors)
    add_rows_of<most_vectors>(static_cast<int>(std::min<Index>(most_vectors, vectors - v)), plus, minus, v * byte_lanes,
                              out);
}

// Those of a unit, from a column of the sums on.
template <class Side>
Rows rows_of(const Side& side, Index stride, Index i, Index first) {
  const Index at = i * words_a_chunk;
  return {side.sums.data() + first, stride, side.listed.data() + at * groups_a_word, side.counts.data() + at};
}

// The states of one unit in the chunk's groups, from the first on: one word of them.
std::uint64_t states_of(const BitMatrix& v_transposed, Index i, Index first_group, Index groups) {
  const std::uint64_t* words = v_transposed.row(i);
  const Index word = first_group / groups_a_word, shift = 4 * (first_group % groups_a_word);
  std::uint64_t states = words[word] >> shift;
  if (shift > 0 && word + 1 < v_transposed.words_per_row()) states |= words[word + 1] << (64 - shift);
  return groups < groups_a_word ? states & ((std::uint64_t{1} << (4 * groups)) - 1) : states;
}

}  // namespace

// Which rows of sums each unit from the first on chooses, and how often each is on.
void OuterDifference::list_rows(Side& side, Index first_group, Index groups, Index first, Index end) const {
  for (Index i = first; i < end; ++i) {
    if (first_group == 0) {
      std::int32_t on = 0;
      for (Index w = 0; w < side.v_transposed.words_per_row(); ++w) on += std::popcount(side.v_transposed.row(i)[w]);
      side.v[static_cast<std::size_t>(i)] = on;
    }
    for (Index w = 0; w < words_a_chunk; ++w) {
      const Index left = groups - w * groups_a_word, at = i * words_a_chunk + w;
      const std::uint64_t states =
          left > 0 ? states_of(side.v_transposed, i, first_group + w * groups_a_word, left) : std::uint64_t{0};
      side.counts[static_cast<std::size_t>(at)] = list_groups(states, side.listed.data() + at * groups_a_word);
    }
  }
}

// The 16 sums of a group.
void OuterDifference::build_sums(Side& side, Index first_group, Index group) const {
  const BitMatrix& H = *side.H;
  std::int8_t* sums = side.sums.data() + group * 16 * stride_;
  for (Index i = 0; i < 4; ++i) {
    const Index r = 4 * (first_group + group) + i;
    if (r >= H.rows()) return;
    std::int8_t* to = sums + (Index{1} << i) * stride_;
    for (Index j = 0; j < hidden_; j += 8) std::memcpy(to + j, &spread[H.row(r)[j / 64] >> (j % 64) & 255], 8);
    for (Index m = 1; m < Index{1} << i; ++m)
      for (Index j = 0; j < hidden_; j += byte_lanes)
        store_bytes(to + m * stride_ + j, load_bytes(to + j) + load_bytes(sums + m * stride_ + j));
  }
}

// Adds to h how often each h_j is on in the chunk whose sums are there.
void OuterDifference::count_chunk(Side& side, Index first_group, Index groups) const {
  std::uint8_t listed[words_a_chunk * groups_a_word];
  GroupCount count[words_a_chunk] = {};
  for (Index g = 0; g < groups; ++g) {
    const Index rows = std::min<Index>(4, side.H->rows() - 4 * (first_group + g));
    listed[g] = static_cast<std::uint8_t>(g % groups_a_word * 16 + (Index{1} << rows) - 1);
    ++count[g / groups_a_word].all;
  }
  for (Index first = 0; first < hidden_; first += panel) {
    alignas(64) std::int8_t counts[panel];
    const Index columns = std::min(panel, hidden_ - first);
    add_all_rows({side.sums.data() + first, stride_, listed, count}, nullptr, columns, counts);
    for (Index j = 0; j < columns; ++j) side.h[static_cast<std::size_t>(first + j)] += counts[j];
  }
}

void OuterDifference::begin(const BitMatrix& V, const BitMatrix& H, const BitMatrix& V_, const BitMatrix& H_) {
  hidden_ = H.cols();
  stride_ = (hidden_ + byte_lanes - 1) / byte_lanes * byte_lanes;
  plus_.H = &H;
  minus_.H = &H_;
  plus_.V = &V;
  minus_.V = &V_;
  chunk_ = chunks_ = 0;
  for (Side* side : {&plus_, &minus_}) {
    const Index visible = side->V->cols(), rows = side->V->rows();
    side->v_transposed.resize(visible, rows);
    side->groups = (rows + 3) / 4;
    side->scale = 1.0f / static_cast<float>(rows);
    side->h.assign(static_cast<std::size_t>(hidden_), 0);
    side->v.resize(static_cast<std::size_t>(visible));
    side->listed.resize(static_cast<std::size_t>(visible * words_a_chunk * groups_a_word));
    side->counts.resize(static_cast<std::size_t>(visible * words_a_chunk));
    side->sums.resize(static_cast<std::size_t>(std::min(side->groups, groups_a_chunk) * 16 * stride_));
    if (side->groups > groups_a_chunk)
      side->totals.assign(static_cast<std::size_t>(visible) * static_cast<std::size_t>(hidden_), 0);
    chunks_ = std::max(chunks_, (side->groups + groups_a_chunk - 1) / groups_a_chunk);
  }
}

// A chunk.
bool OuterDifference::step() {
  if (chunk_ == chunks_) return false;
  const Index first_group = chunk_++ * groups_a_chunk, visible = plus_.V->cols();
  const auto groups_of = [&](const Side& side) {
    return std::clamp<Index>(side.groups - first_group, 0, groups_a_chunk);
  };
  // In one job of the threads, for each side the pieces that list rows and those that build sums.
  const Index words = plus_.V->words_per_row(), of_plus = words + groups_of(plus_);
  const Index pieces = of_plus + words + groups_of(minus_);
  const double all_rows = static_cast<double>(plus_.V->rows() + minus_.V->rows());
  const double work = static_cast<double>(words) * (2 * 64 * 64 + (first_group == 0 ? 40 * all_rows : 0.0)) +
                      static_cast<double>(pieces - 2 * words) * 16 * static_cast<double>(stride_);
  parallel_for(pieces, work / static_cast<double>(pieces), [&](Index piece) {
    Side& side = piece < of_plus ? plus_ : minus_;
    const Index word = piece < of_plus ? piece : piece - of_plus;
    if (word >= words) return build_sums(side, first_group, word - words);
    if (first_group == 0) transpose_word(*side.V, word, side.v_transposed);
    const Index groups = groups_of(side), first = word * 64;
    if (groups > 0) list_rows(side, first_group, groups, first, std::min(visible, first + 64));
  });
  for (Side* side : {&plus_, &minus_}) {
    const Index groups = groups_of(*side);
    if (groups > 0) count_chunk(*side, first_group, groups);
    if (groups == 0 || side->groups <= groups_a_chunk) continue;
    parallel_for(visible, static_cast<double>(groups * hidden_ / 4), [&, side](Index i) {
      alignas(64) std::int8_t counts[panel];
      for (Index first = 0; first < hidden_; first += panel) {
        const Index columns = std::min(panel, hidden_ - first);
        add_all_rows(rows_of(*side, stride_, i, first), nullptr, columns, counts);
        std::int32_t* to = side->totals.data() + i * hidden_ + first;
        for (Index j = 0; j < columns; ++j) to[j] += counts[j];
      }
    });
  }
  return true;
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
  const Rows minus = rows_of(minus_, stride_, i, first);
  add_all_rows(rows_of(plus_, stride_, i, first), &minus, columns, out);
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
    add_all_rows(rows_of(side, stride_, i, first), nullptr, columns, to);
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
  for (std::size_t i = 0; i < plus_.v.size(); ++i)
    out[i] = difference(plus_.v[i], plus_.scale, minus_.v[i], minus_.scale);
}

}  // namespace wakesleep::math
