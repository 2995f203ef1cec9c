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

}  // namespace wakesleep
