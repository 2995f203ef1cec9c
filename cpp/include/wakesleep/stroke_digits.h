// Digit-like 28 x 28 images drawn from parametrised strokes: endless, labelled, seeded, no download and no licence
// question.
#pragma once

#include <cstdint>
#include <vector>

#include "wakesleep/dataset.h"
#include "wakesleep/drawing.h"

namespace wakesleep {

struct StrokeDigit {
  int label = 0;
  std::vector<Stroke> strokes;  // in the unit square, y downwards
  float pen = 1;                // width of the pen, in pixels of the 28 x 28 image
};

// Digit number `index` of the endless set with this seed. Its label is balanced in every ten in a row.
StrokeDigit stroke_digit(std::uint64_t seed, std::uint64_t index);

// `count` of them (1 .. 1,000,000) as 28 x 28 images of bytes, from `first` on. The same bytes on every machine.
Dataset stroke_digits(Index count, std::uint64_t seed, std::uint64_t first = 0);

// The same, some digits a step.
class StrokeDigits {
 public:
  StrokeDigits(Index count, std::uint64_t seed, std::uint64_t first = 0);
  bool step();  // false when nothing was left to do
  double done() const { return static_cast<double>(labels_.size()) / static_cast<double>(count_); }
  Dataset result();  // once step() has returned false

 private:
  Index count_;
  std::uint64_t seed_, first_;
  DatasetBuilder images_;
  std::vector<std::uint16_t> labels_;
};

}  // namespace wakesleep
