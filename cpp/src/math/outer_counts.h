// The statistics of learning for binary states: sums over a mini-batch of v_i h_j, counted in whole numbers, so that no
// order of adding matters. Examples are taken in groups of four: the 16 possible sums of a group's rows of H are
// written down once, as bytes, and then every v_i adds the one that its four states choose, many h_j at a time.
#pragma once

#include <cstdint>
#include <vector>

#include "math/bits.h"
#include "wakesleep/matrix.h"

namespace wakesleep::math {

// V'H / n - V_'H_ / m, the states of n examples less those of m model samples, row by row.
class OuterDifference {
 public:
  // V: n x visible, H: n x hidden; V_ and H_ likewise with m rows. The states may change afterwards.
  void set(const BitMatrix& V, const BitMatrix& H, const BitMatrix& V_, const BitMatrix& H_) {
    begin(V, H, V_, H_);
    while (step()) {
    }
  }
  // The same in slices: the states may change once step() has said that nothing was left to do.
  void begin(const BitMatrix& V, const BitMatrix& H, const BitMatrix& V_, const BitMatrix& H_);
  bool step();

  // A row is asked for in panels, so that what it needs stays in the cache.
  static constexpr Index panel = 512;
  // Columns [first, first + columns) of row i; `first` is a multiple of the panel, columns <= panel, `out` has room for
  // `panel`. Threads may call this at once.
  void row(Index i, Index first, Index columns, float* out) const;
  // Whether a row is bytes times one scale, which the next two give without the floats between: both have as many
  // examples, and not too many.
  bool in_bytes() const;
  void row(Index i, Index first, Index columns, std::int8_t* out) const;
  float scale() const { return plus_.scale; }
  // The difference of the mean states of each layer.
  void mean_h(float* out) const;
  void mean_v(float* out) const;
  // The examples' side alone.
  void mean_h_of_examples(float* out) const;

 private:
  struct Side {
    const BitMatrix *V, *H;
    BitMatrix v_transposed;
    std::vector<std::int8_t> sums;  // of a chunk of groups: 16 rows a group, `stride_` bytes each
    // Of a chunk: which of its sums each unit adds, as list_groups() has them.
    std::vector<std::uint8_t> listed;
    std::vector<GroupCount> counts;
    std::vector<std::int32_t> totals;  // visible x hidden, where the batch has more than a chunk
    std::vector<std::int32_t> v, h;    // how often each v_i and h_j is on
    Index groups = 0;
    float scale = 0;
  };
  void list_rows(Side& side, Index first_group, Index groups, Index first, Index end) const;
  void build_sums(Side& side, Index first_group, Index group) const;
  void count_chunk(Side& side, Index first_group, Index groups) const;

  Side plus_, minus_;
  Index hidden_ = 0, stride_ = 0;
  Index chunk_ = 0, chunks_ = 0;  // the next chunk of groups
};

}  // namespace wakesleep::math
