// Ink on the 28 x 28 image: a round, antialiased pen of constant width, and MNIST's way of placing what it draws.
#pragma once

#include <array>
#include <span>

#include "wakesleep/drawing.h"

namespace wakesleep::raster {

inline constexpr int side = 28;      // of the image, in pixels
inline constexpr int box_side = 20;  // of the box that the ink is fitted to
// Where MNIST's mass centres lie, counted so that pixel i covers [i, i + 1): measured on its 60,000 training images,
// 14.507 across and 14.496 down, each evenly spread over one pixel.
inline constexpr double mass_centre = 14.5;

using Image = std::array<float, side * side>;  // [0, 1], row by row

enum class Centring {
  exact,         // redrawn until the mass centre is where it belongs: moves smoothly while somebody draws
  whole_pixels,  // MNIST's own: the box lies on whole pixels, and the mass centre is moved to within half a pixel
};

// The strokes' ink, pen included, is fitted to the box, keeping its aspect, and centred by mass. Strokes without extent
// become a dot of the pen's width; without a point, the image is empty. Errors: std::out_of_range for a coordinate that
// is NaN or infinite.
Image draw_fitted(std::span<const Stroke> strokes, double pen, Centring centring);

// The mass centre in the same coordinates; the image must have ink.
Point centre_of_mass(const Image& image);

// The image moved by whole pixels; ink that leaves it is lost.
Image moved(const Image& image, int right, int down);

}  // namespace wakesleep::raster
