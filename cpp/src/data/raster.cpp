#include "data/raster.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

namespace wakesleep::raster {
namespace {

// From no ink to full ink across the pen's edge, in pixels. An edge smoothed by the area of square pixels has 1
// (upright) to 1.4 (diagonal).
constexpr float edge = 1.15f;

// Points closer than this to the one before, in pixels, change nothing that can be seen.
constexpr double shortest_step = 0.1;

struct Segment {
  float x0, y0, x1, y1;
};

struct Box {
  double left = std::numeric_limits<double>::infinity(), right = -left;
  double top = left, bottom = -left;
};

Box box_of(std::span<const Stroke> strokes) {
  Box box;
  for (std::size_t s = 0; s < strokes.size(); ++s) {
    for (std::size_t p = 0; p < strokes[s].size(); ++p) {
      const Point point = strokes[s][p];
      if (!std::isfinite(point.x) || !std::isfinite(point.y))
        throw std::out_of_range("stroke " + std::to_string(s) + ", point " + std::to_string(p) + " is (" +
                                std::to_string(point.x) + ", " + std::to_string(point.y) +
                                "); coordinates must be finite");
      box.left = std::min<double>(box.left, point.x);
      box.right = std::max<double>(box.right, point.x);
      box.top = std::min<double>(box.top, point.y);
      box.bottom = std::max<double>(box.bottom, point.y);
    }
  }
  return box;
}

// In pixels, with the middle of the strokes' box at the origin. A stroke of one point is a segment of no length.
std::vector<Segment> fitted_segments(std::span<const Stroke> strokes, const Box& box, double scale) {
  const double middle_x = box.left + (box.right - box.left) / 2, middle_y = box.top + (box.bottom - box.top) / 2;
  std::vector<Segment> segments;
  std::size_t points = 0;
  for (const Stroke& stroke : strokes) points += stroke.size();
  segments.reserve(points);
  for (const Stroke& stroke : strokes) {
    double x = 0, y = 0;
    for (std::size_t p = 0; p < stroke.size(); ++p) {
      const double next_x = (stroke[p].x - middle_x) * scale, next_y = (stroke[p].y - middle_y) * scale;
      if (p > 0) {
        const double step_x = next_x - x, step_y = next_y - y;
        const bool last = p + 1 == stroke.size();
        if (!last && step_x * step_x + step_y * step_y < shortest_step * shortest_step) continue;
        segments.push_back(
            {static_cast<float>(x), static_cast<float>(y), static_cast<float>(next_x), static_cast<float>(next_y)});
      } else if (stroke.size() == 1) {
        segments.push_back({static_cast<float>(next_x), static_cast<float>(next_y), static_cast<float>(next_x),
                            static_cast<float>(next_y)});
      }
      x = next_x;
      y = next_y;
    }
  }
  return segments;
}

// Squared distances from the pixels' centres to the nearest segment, and from them the ink: gap-free along a segment,
// and no darker where segments meet.
Image draw(const std::vector<Segment>& segments, double pen, double origin_x, double origin_y) {
  const float radius = static_cast<float>(pen / 2), reach = radius + edge / 2;
  Image image;
  image.fill(reach * reach);
  const float shift_x = static_cast<float>(origin_x - 0.5), shift_y = static_cast<float>(origin_y - 0.5);
  for (const Segment& segment : segments) {
    const float x0 = segment.x0 + shift_x, y0 = segment.y0 + shift_y;
    const float dx = segment.x1 - segment.x0, dy = segment.y1 - segment.y0;
    const float length2 = dx * dx + dy * dy, inverse = length2 > 0 ? 1 / length2 : 0;
    const auto first = [reach](float a, float b) {
      return std::clamp(static_cast<int>(std::ceil(std::min(a, b) - reach)), 0, side);
    };
    const auto last = [reach](float a, float b) {
      return std::clamp(static_cast<int>(std::floor(std::max(a, b) + reach)), -1, side - 1);
    };
    const int left = first(x0, x0 + dx), right = last(x0, x0 + dx), top = first(y0, y0 + dy),
              bottom = last(y0, y0 + dy);
    for (int row = top; row <= bottom; ++row) {
      float* line = image.data() + row * side;
      const float py = static_cast<float>(row) - y0;
      for (int column = left; column <= right; ++column) {
        const float px = static_cast<float>(column) - x0;
        const float along = std::min(std::max((px * dx + py * dy) * inverse, 0.0f), 1.0f);
        const float off_x = px - along * dx, off_y = py - along * dy;
        line[column] = std::min(line[column], off_x * off_x + off_y * off_y);
      }
    }
  }
  for (float& value : image) value = std::clamp((reach - std::sqrt(value)) / edge, 0.0f, 1.0f);
  return image;
}

}  // namespace

Point centre_of_mass(const Image& image) {
  double mass = 0, x = 0, y = 0;
  for (int row = 0; row < side; ++row) {
    for (int column = 0; column < side; ++column) {
      const double ink = image[static_cast<std::size_t>(row * side + column)];
      mass += ink;
      x += ink * (column + 0.5);
      y += ink * (row + 0.5);
    }
  }
  return {static_cast<float>(x / mass), static_cast<float>(y / mass)};
}

Image moved(const Image& image, int right, int down) {
  Image result{};
  for (int row = std::max(0, down); row < std::min(side, side + down); ++row)
    for (int column = std::max(0, right); column < std::min(side, side + right); ++column)
      result[static_cast<std::size_t>(row * side + column)] =
          image[static_cast<std::size_t>((row - down) * side + column - right)];
  return result;
}

Image draw_fitted(std::span<const Stroke> strokes, double pen, Centring centring) {
  const Box box = box_of(strokes);
  if (!(box.left <= box.right)) return Image{};
  const double width = box.right - box.left, height = box.bottom - box.top, extent = std::max(width, height);
  const double magnitude = std::max({std::abs(box.left), std::abs(box.right), std::abs(box.top), std::abs(box.bottom)});
  const double thickness = pen + edge - 1;  // with all the pixels that its edge touches
  // Below a few units in the last place of the coordinates an extent is rounding, not drawing.
  const double scale = extent > magnitude * 1e-6 ? (box_side - thickness) / extent : 0;
  const std::vector<Segment> segments = fitted_segments(strokes, box, scale);

  if (centring == Centring::whole_pixels) {
    const auto start = [thickness, scale](double size) {
      const double ink = size * scale + thickness;
      return std::floor((side - ink) / 2) + ink / 2;
    };
    const Image image = draw(segments, pen, start(width), start(height));
    const Point centre = centre_of_mass(image);
    return moved(image, static_cast<int>(std::floor(mass_centre - centre.x + 0.5)),
                 static_cast<int>(std::floor(mass_centre - centre.y + 0.5)));
  }

  double x = side / 2.0, y = side / 2.0;
  Image image = draw(segments, pen, x, y);
  // What the image's edge cut off, and the smoothing of pixels, which is not quite even, take a second correction.
  for (int redraw = 0; redraw < 2; ++redraw) {
    const Point centre = centre_of_mass(image);
    x += mass_centre - centre.x;
    y += mass_centre - centre.y;
    image = draw(segments, pen, x, y);
  }
  return image;
}

}  // namespace wakesleep::raster
