// From what a person draws to what a network trained on MNIST expects to see.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "wakesleep/matrix.h"

namespace wakesleep {

struct Point {
  float x = 0, y = 0;  // any unit; y grows downwards
};
using Stroke = std::vector<Point>;

// 28 x 28 grey values in [0, 1], ink bright, MNIST's convention: the strokes' box is fitted to 20 x 20 keeping its
// aspect, drawn with a constant, round, antialiased pen of MNIST's usual width, and moved so that the centre of mass is
// the centre of the image. A single dot becomes a dot. No stroke, or none with a point: all zeros. Non-finite
// coordinates: std::out_of_range.
std::vector<float> preprocess_strokes(std::span<const Stroke> strokes);

// The same from a picture: `ink` is width x height in [0, 1], bright ink on dark. Fitted by its inked box, resampled by
// area, contrast normalised, centred by mass.
std::vector<float> preprocess_image(std::span<const float> ink, Index width, Index height);

// How much ink each pixel of a picture has, 0 to 1, from grey values or from bytes: RGBA, or grey ones. A picture with
// transparency is a canvas that was drawn on: what is opaque is ink. In others ink is what differs from the paper, and
// the paper is what the border shows. std::out_of_range unless the values are as many, and grey ones in [0, 1].
std::vector<float> ink_of(std::span<const float> grey, Index width, Index height);
std::vector<float> ink_of(std::span<const std::uint8_t> bytes, Index width, Index height);

// Both in slices: preprocess_image() of ink_of() the values that were appended, some at a time, before the first step.
class PicturePreprocessing {
 public:
  // Of grey values, or of bytes with 1 or 4 channels. Errors are those of the functions; step() throws them.
  PicturePreprocessing(Index width, Index height, int channels);
  ~PicturePreprocessing();
  PicturePreprocessing(PicturePreprocessing&&) noexcept;

  void append(std::span<const float> grey);
  void append(std::span<const std::uint8_t> bytes);
  bool step();                        // false when nothing was left to do
  double done() const;                // 0 .. 1
  std::vector<float> result() const;  // valid once step() has returned false

 private:
  friend std::vector<float> preprocess_image(std::span<const float> ink, Index width, Index height);
  static std::vector<float> of_ink(std::vector<float> ink, Index width, Index height);
  class Work;
  std::unique_ptr<Work> work_;
};

}  // namespace wakesleep
