// Small data sets that are enumerable: the field's usual test beds.
#pragma once

#include <cstdint>

#include "wakesleep/dataset.h"

namespace wakesleep {

// Every distinct image of size x size whose columns (bars) or rows (stripes) are all on or all off: 2^(size + 1) - 2
// images, each once; all-off and all-on, which are both, are there once (MacKay 2003, section 43). Labels: 0 bars, 1
// stripes (all-off and all-on count as bars). size: 2 .. 12.
Dataset bars_and_stripes(Index size);

// The shifter (Hinton and Sejnowski 1986): `size` random bits, the same bits shifted by -1, 0 or +1 with wrap-around.
// Columns: first row, shifted row; label 0 left, 1 same, 2 right. All 3 * 2^size examples when size <= 10 and count is
// 0; otherwise `count` seeded random ones. size: 3 .. 64.
Dataset shifter(Index size, Index count, std::uint64_t seed);

// The same, some examples a step.
class Shifter {
 public:
  Shifter(Index size, Index count, std::uint64_t seed);
  bool step();  // false when nothing was left to do
  double done() const { return static_cast<double>(labels_.size()) / static_cast<double>(examples_.rows()); }
  Dataset result() { return Dataset::from_bits(std::move(examples_), std::move(labels_)); }  // after the last step

 private:
  Index size_;
  bool every_;
  std::uint64_t seed_;
  BitMatrix examples_;
  std::vector<std::uint16_t> labels_;
};

}  // namespace wakesleep
