// Drawings: 28 x 28 grey values in [0, 1] from any strokes and any picture, or std::out_of_range.
#include "wakesleep/drawing.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <span>
#include <stdexcept>

#include "seeds.h"

using namespace wakesleep;
using fuzz::Bytes;

namespace {

// A byte of what follows (0: strokes, 1: grey values, 2: bytes), a byte of width, then floats or bytes.
enum Kind : std::uint8_t { strokes, grey, bytes, kinds };
constexpr std::size_t begin = 2;

Bytes input(Kind kind, std::uint8_t width, const std::vector<float>& values) {
  Bytes all = {kind, width};
  for (const float value : values)
    for (const std::uint8_t byte : std::bit_cast<std::array<std::uint8_t, sizeof(float)>>(value)) all.push_back(byte);
  return all;
}

}  // namespace

std::vector<Bytes> fuzz::seeds() {
  Bytes rgba = {bytes, 2};
  for (int i = 0; i < 16; ++i) rgba.push_back(static_cast<std::uint8_t>(i % 4 == 3 ? 255 : 17 * i));
  return {input(strokes, 3, {1, 1, 5, 9, 20, 3, 4, 4, 8, 30}),
          input(strokes, 1, {7, 7}),
          input(strokes, 2, {0, 0, 1e30f, 1, -1e30f, 2, 3, 3}),
          input(strokes, 2, {NAN, 0, 1, INFINITY}),
          input(grey, 3, {0, 0.5f, 1, 0, 1, 0, 0, 0, 0.25f}),
          input(grey, 2, {2, -1, NAN, 0}),
          rgba,
          {bytes, 2, 255, 255, 0, 255}};
}

namespace {

void check(const std::vector<float>& image) {
  fuzz::require(image.size() == 28 * 28);
  for (const float value : image) fuzz::require(value >= 0 && value <= 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < begin) return 0;
  const Index width = data[1];
  const std::span<const std::uint8_t> rest(data + begin, size - begin);
  std::vector<float> values(rest.size() / sizeof(float));
  if (!values.empty()) std::memcpy(values.data(), rest.data(), values.size() * sizeof(float));
  try {
    switch (data[0] % kinds) {
      case strokes: {  // `width` points a stroke
        std::vector<Stroke> drawing;
        for (std::size_t i = 0; i + 1 < values.size(); i += 2) {
          if (drawing.empty() || std::ssize(drawing.back()) >= width) drawing.emplace_back();
          drawing.back().push_back({values[i], values[i + 1]});
        }
        check(preprocess_strokes(drawing));
        break;
      }
      case grey: {
        const Index height = width == 0 ? 0 : std::ssize(values) / width;
        check(preprocess_image(ink_of(values, width, height), width, height));
        break;
      }
      case bytes: {
        const Index area = std::ssize(rest) / (data[0] < 128 ? 4 : 1), height = width == 0 ? 0 : area / width;
        check(preprocess_image(ink_of(rest, width, height), width, height));
        break;
      }
    }
  } catch (const std::out_of_range&) {  // sizes or values that no picture has
  }
  return 0;
}
