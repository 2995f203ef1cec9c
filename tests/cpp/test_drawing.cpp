#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "data/raster.h"
#include "math/slices.h"
#include "mnist.h"
#include "wakesleep/drawing.h"
#include "wakesleep/idx.h"

using namespace wakesleep;

namespace {

constexpr int side = 28;

struct Shape {
  int left = side, right = -1, top = side, bottom = -1;
  double ink = 0, centre_x = 0,
         centre_y = 0;  // the mass centre by the indices of the pixels, as MNIST's is usually given
  int width() const { return right - left + 1; }
  int height() const { return bottom - top + 1; }
};

Shape shape_of(std::span<const float> image) {
  REQUIRE(image.size() == side * side);
  Shape shape;
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      const float value = image[static_cast<std::size_t>(y * side + x)];
      REQUIRE(value >= 0);
      REQUIRE(value <= 1);
      if (value == 0) continue;
      shape.left = std::min(shape.left, x);
      shape.right = std::max(shape.right, x);
      shape.top = std::min(shape.top, y);
      shape.bottom = std::max(shape.bottom, y);
      shape.ink += value;
      shape.centre_x += value * static_cast<float>(x);
      shape.centre_y += value * static_cast<float>(y);
    }
  }
  shape.centre_x /= shape.ink;
  shape.centre_y /= shape.ink;
  return shape;
}

std::vector<float> drawn(const std::vector<Stroke>& strokes) { return preprocess_strokes(strokes); }

float furthest_apart(std::span<const float> a, std::span<const float> b) {
  float most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(a[i] - b[i]));
  return most;
}

// A seven and a two, in the pixels of a canvas.
const std::vector<Stroke> seven = {{{80, 50}, {200, 48}, {130, 240}}, {{100, 140}, {195, 138}}};
const std::vector<Stroke> two = {
    {{80, 95}, {100, 52}, {145, 38}, {188, 62}, {190, 110}, {150, 170}, {78, 236}, {212, 232}}};

std::vector<Stroke> changed(std::vector<Stroke> strokes, float scale, float right, float down) {
  for (Stroke& stroke : strokes)
    for (Point& point : stroke) point = {point.x * scale + right, point.y * scale + down};
  return strokes;
}

// A picture with the ink of a function of the pixels' coordinates.
template <class Ink>
std::vector<float> picture(Index width, Index height, Ink ink) {
  std::vector<float> values;
  for (Index y = 0; y < height; ++y)
    for (Index x = 0; x < width; ++x) values.push_back(ink(static_cast<float>(x), static_cast<float>(y)));
  return values;
}

}  // namespace

TEST_CASE("a drawing's mass centre is the centre of the image") {
  for (const auto& strokes : {seven, two}) {
    const Shape shape = shape_of(drawn(strokes));
    CHECK(shape.centre_x == doctest::Approx(14).epsilon(0.003));
    CHECK(shape.centre_y == doctest::Approx(14).epsilon(0.003));
  }
}

TEST_CASE("a drawing fills 20 pixels the longer way, pen included, and keeps its aspect") {
  // Moved by part of a pixel, 20 pixels of ink touch 21.
  const Shape tall = shape_of(drawn(two));
  CHECK(tall.height() >= 20);
  CHECK(tall.height() <= 21);
  const double expected = (212 - 78) * (20 - 2.6) / (236 - 38) + 2.6;
  CHECK(std::abs(tall.width() - expected) <= 1.2);

  const Shape wide = shape_of(drawn({{{0, 0}, {100, 0}, {100, 30}, {0, 30}}}));
  CHECK(wide.width() >= 20);
  CHECK(wide.width() <= 21);
  CHECK(wide.height() <= 9);
}

TEST_CASE("a drawing has the ink and the stroke width of MNIST's images") {
  // MNIST's mean ink is 0.131 with a standard deviation of 0.043 over all digits, 0.149 and 0.115 over twos and sevens.
  CHECK(shape_of(drawn(two)).ink / (side * side) == doctest::Approx(0.14).epsilon(0.15));
  CHECK(shape_of(drawn(seven)).ink / (side * side) == doctest::Approx(0.13).epsilon(0.15));
  // The ink of each line of pixels of a vertical bar is its width.
  const std::vector<float> one = drawn({{{0, 0}, {0, 50}}});
  double width = 0;
  for (int x = 0; x < side; ++x) width += one[static_cast<std::size_t>(14 * side + x)];
  CHECK(width == doctest::Approx(2.5).epsilon(0.02));
}

TEST_CASE("a vertical line becomes a vertical line of 20 pixels") {
  for (const float lean : {0.0f, 0.5f}) {
    const Shape one = shape_of(drawn({{{30, 20}, {30 + lean, 120}}}));
    CHECK(one.height() >= 20);
    CHECK(one.height() <= 21);
    CHECK(one.width() <= 4);
  }
  const Shape flat = shape_of(drawn({{{20, 30}, {120, 30}}}));
  CHECK(flat.width() >= 20);
  CHECK(flat.width() <= 21);
  CHECK(flat.height() <= 4);
}

TEST_CASE("a dot stays a dot, however often its point is repeated") {
  const std::vector<float> once = drawn({{{17, 4}}});
  const Shape dot = shape_of(once);
  CHECK(dot.width() <= 4);
  CHECK(dot.height() <= 4);
  CHECK(dot.ink == doctest::Approx(3.14159265 * 1.25 * 1.25).epsilon(0.1));
  CHECK(dot.centre_x == doctest::Approx(14).epsilon(0.003));
  CHECK(drawn({{{17, 4}, {17, 4}, {17, 4}}, {{17, 4}}}) == once);
  // an extent of rounding errors only
  CHECK(drawn({{{1e6f, 1e6f}, {1e6f + 0.0625f, 1e6f}}}) == once);
}

TEST_CASE("a dot beside a line is drawn where it is") {
  const Shape shape = shape_of(drawn({{{0, 0}, {0, 100}}, {{60, 50}}}));
  CHECK(shape.width() >= 12);
}

TEST_CASE("no stroke, or none with a point, is an empty image") {
  const std::vector<float> nothing(side * side);
  CHECK(drawn({}) == nothing);
  CHECK(drawn({{}, {}}) == nothing);
  CHECK(drawn({{}, {{1, 1}, {5, 9}}, {}}) == drawn({{{1, 1}, {5, 9}}}));
}

TEST_CASE("where and how large a drawing is makes no difference") {
  const std::vector<float> here = drawn(two);
  CHECK(furthest_apart(here, drawn(changed(two, 1, 512, -256))) < 1e-3f);
  CHECK(furthest_apart(here, drawn(changed(two, 0.125f, 3, 7))) < 1e-3f);
  CHECK(furthest_apart(here, drawn(changed(two, 1e-30f, 0, 0))) < 1e-3f);
  CHECK(furthest_apart(here, drawn(changed(two, 1e34f, 0, 0))) < 1e-3f);
  // the whole range of floats, whose extent is not a float any more
  const float huge = std::numeric_limits<float>::max();
  CHECK(furthest_apart(drawn({{{-huge, -huge}, {huge, huge}}}), drawn({{{-1, -1}, {1, 1}}})) < 1e-3f);
}

TEST_CASE("duplicate points, points in between and a trembling hand make next to no difference") {
  std::vector<Stroke> busy, trembling;
  for (const Stroke& stroke : two) {
    busy.emplace_back();
    trembling.emplace_back();
    for (std::size_t i = 0; i + 1 < stroke.size(); ++i) {
      for (int step = 0; step < 400; ++step) {
        const float part = static_cast<float>(step) / 400;
        const Point point = {stroke[i].x + (stroke[i + 1].x - stroke[i].x) * part,
                             stroke[i].y + (stroke[i + 1].y - stroke[i].y) * part};
        busy.back().push_back(point);
        busy.back().push_back(point);
        trembling.back().push_back({point.x + 0.5f * static_cast<float>(step % 3 - 1), point.y});
      }
    }
    busy.back().push_back(stroke.back());
    trembling.back().push_back(stroke.back());
  }
  CHECK(furthest_apart(drawn(two), drawn(busy)) < 0.02f);
  CHECK(furthest_apart(drawn(two), drawn(trembling)) < 0.25f);
}

TEST_CASE("a stroke has no gaps, however far apart its points are") {
  const std::vector<float> image = drawn({{{0, 0}, {40, 200}}});
  const Shape shape = shape_of(image);
  for (int y = shape.top + 2; y <= shape.bottom - 2; ++y) {
    float most = 0;
    for (int x = 0; x < side; ++x) most = std::max(most, image[static_cast<std::size_t>(y * side + x)]);
    CHECK(most > 0.95f);
  }
}

TEST_CASE("a coordinate that is not finite is refused, with its stroke and point") {
  std::vector<Stroke> strokes = seven;
  strokes[1][0].y = std::nanf("");
  CHECK_THROWS_WITH_AS(drawn(strokes), doctest::Contains("stroke 1, point 0"), std::out_of_range);
  strokes = seven;
  strokes[0][2].x = std::numeric_limits<float>::infinity();
  CHECK_THROWS_WITH_AS(drawn(strokes), doctest::Contains("stroke 0, point 2"), std::out_of_range);
}

TEST_CASE("a picture of a digit comes out as its strokes do") {
  // The two, drawn by a pen of 32 pixels on a canvas of 300 x 300: as wide against its box as the usual pen.
  const std::vector<float> canvas = picture(300, 300, [](float x, float y) {
    float nearest = std::numeric_limits<float>::infinity();
    for (std::size_t i = 0; i + 1 < two[0].size(); ++i) {
      const Point a = two[0][i], b = two[0][i + 1];
      const float dx = b.x - a.x, dy = b.y - a.y;
      const float along = std::clamp(((x - a.x) * dx + (y - a.y) * dy) / (dx * dx + dy * dy), 0.0f, 1.0f);
      nearest = std::min(nearest, std::hypot(x - a.x - along * dx, y - a.y - along * dy));
    }
    return nearest < 14 ? 1.0f : 0.0f;
  });
  const std::vector<float> image = preprocess_image(canvas, 300, 300), strokes = drawn(two);
  const Shape shape = shape_of(image);
  CHECK(shape.height() == 20);
  // by whole pixels, as MNIST was made
  CHECK(std::abs(shape.centre_x - 14) <= 0.51);
  CHECK(std::abs(shape.centre_y - 14) <= 0.51);
  double difference = 0, ink = 0;
  for (std::size_t i = 0; i < image.size(); ++i) {
    difference += std::abs(image[i] - strokes[i]);
    ink += strokes[i];
  }
  CHECK(difference < 0.5 * ink);
}

TEST_CASE("a picture's contrast, background and margins make no difference") {
  const auto cross = [](float x, float y) {
    return (std::abs(x - 30) < 5 || std::abs(y - 40) < 4) && x < 60 ? 1.0f : 0.0f;
  };
  const std::vector<float> clean = preprocess_image(picture(80, 90, cross), 80, 90);
  const std::vector<float> pale =
      preprocess_image(picture(80, 90, [&](float x, float y) { return 0.1f + 0.3f * cross(x, y); }), 80, 90);
  const std::vector<float> framed = preprocess_image(
      picture(200, 150, [&](float x, float y) { return x < 70 || y < 20 || y >= 110 ? 0 : cross(x - 70, y - 20); }),
      200, 150);
  CHECK(furthest_apart(clean, pale) < 1e-4f);
  CHECK(clean == framed);
}

TEST_CASE("noise on the paper does not become ink") {
  const auto bar = [](float x, float y) {
    return y > 20 && y < 80 && (std::abs(x - 60) < 5 || (x > 30 && x < 60 && y < 30)) ? 0.8f : 0.0f;
  };
  std::uint32_t state = 1;
  const std::vector<float> noisy = picture(120, 100, [&](float x, float y) {
    state = state * 1664525 + 1013904223;
    return 0.05f + bar(x, y) + 0.1f * static_cast<float>(state >> 8) / 16777216.0f;
  });
  const std::vector<float> clean = preprocess_image(picture(120, 100, bar), 120, 100),
                           image = preprocess_image(noisy, 120, 100);
  CHECK(furthest_apart(clean, image) < 0.1f);
}

TEST_CASE("an empty picture is an empty image, and a dot in it does not become a digit's size") {
  const std::vector<float> nothing(side * side);
  CHECK(preprocess_image(std::vector<float>(600), 20, 30) == nothing);
  CHECK(preprocess_image(std::vector<float>(600, 0.7f), 20, 30) == nothing);
  CHECK(preprocess_image(std::vector<float>{1}, 1, 1) == nothing);
  const std::vector<float> dot = preprocess_image(
      picture(100, 100, [](float x, float y) { return std::hypot(x - 40, y - 60) < 6 ? 1.0f : 0.0f; }), 100, 100);
  const Shape shape = shape_of(dot);
  CHECK(shape.width() <= 4);
  CHECK(shape.height() <= 4);
  // while an upright bar is a one
  const std::vector<float> bar = preprocess_image(
      picture(100, 100, [](float x, float y) { return std::abs(x - 20) < 4 && y > 20 && y < 90 ? 1.0f : 0.0f; }), 100,
      100);
  CHECK(shape_of(bar).height() == 20);
}

TEST_CASE("a hairline in a large picture is not lost") {
  const std::vector<float> image = preprocess_image(
      picture(600, 600, [](float x, float y) { return x == 300 && y > 50 && y < 550 ? 1.0f : 0.0f; }), 600, 600);
  CHECK(*std::max_element(image.begin(), image.end()) == 1);
  CHECK(shape_of(image).height() == 20);
}

TEST_CASE("a picture of the wrong size or with ink outside [0, 1] is refused") {
  const std::vector<float> ink(12);
  CHECK_THROWS_WITH_AS(preprocess_image(ink, 5, 3), doctest::Contains("12 came"), std::out_of_range);
  CHECK_THROWS_AS(preprocess_image(ink, 0, 3), std::out_of_range);
  CHECK_THROWS_AS(preprocess_image(ink, -4, -3), std::out_of_range);
  CHECK_THROWS_AS(preprocess_image(ink, 4, (Index{1} << 62) + 3), std::out_of_range);
  std::vector<float> wrong = ink;
  wrong[7] = std::nanf("");
  CHECK_THROWS_WITH_AS(preprocess_image(wrong, 4, 3), doctest::Contains("row 1, column 3 is NaN"), std::out_of_range);
  wrong[7] = 255;
  CHECK_THROWS_WITH_AS(preprocess_image(wrong, 4, 3), doctest::Contains("row 1, column 3 is 255"), std::out_of_range);
}

TEST_CASE("an image of MNIST's stays as it is") {
  const std::string folder = test::mnist_folder();
  if (folder.empty()) {
    MESSAGE("skipped: no folder mnist in $WAKESLEEP_DATA");
    return;
  }
  const Matrix images = read_idx_folder(folder, false).rows(0, 1000);
  int same = 0;
  for (Index i = 0; i < images.rows(); ++i) {
    const std::span<const float> image(images.row(i).data(), side * side);
    if (furthest_apart(image, preprocess_image(image, side, side)) < 0.01f) ++same;
  }
  // A speck so faint that it counts as background can change the box, and with it all the rest.
  CHECK(same >= 950);
  MESSAGE("the same: " << same << " of 1000");
}

TEST_CASE("a picture in slices is what it is in one go, and no slice is much work by the clock") {
  constexpr Index side = 700;
  std::vector<std::uint8_t> rgba(static_cast<std::size_t>(4 * side * side), 255);
  std::vector<float> grey;
  for (Index y = 0; y < side; ++y)
    for (Index x = 0; x < side; ++x) {
      const bool ink = (x - 300) * (x - 300) + (y - 350) * (y - 350) < 40'000 && x % 97 > 20;
      const std::size_t at = static_cast<std::size_t>(4 * (y * side + x));
      for (std::size_t c = 0; c < 3; ++c) rgba[at + c] = static_cast<std::uint8_t>(ink ? 20 : 240 + (x * y + y) % 9);
      grey.push_back(ink ? 0.9f : 0.02f * static_cast<float>((x * 7 + y) % 5));
    }
  const auto in_slices = [&](const auto& values, int channels) {
    PicturePreprocessing picture(side, side, channels);
    const std::span all(values);
    picture.append(all.subspan(0, 1001));
    picture.append(all.subspan(1001));
    for (bool goes_on = true; goes_on;) {
      const double before = math::work_done();
      goes_on = picture.step();
      CHECK(math::work_done() - before < 1.1 * math::multiplications_a_slice);
    }
    CHECK(picture.done() == 1);
    return picture.result();
  };
  CHECK(in_slices(rgba, 4) == preprocess_image(ink_of(rgba, side, side), side, side));
  CHECK(in_slices(grey, 1) == preprocess_image(ink_of(grey, side, side), side, side));
  const std::vector<float> image = in_slices(grey, 1);
  CHECK(*std::max_element(image.begin(), image.end()) == 1);
  PicturePreprocessing few(10, 10, 1);
  few.append(std::span(grey).subspan(0, 99));
  CHECK_THROWS_WITH_AS(few.step(), doctest::Contains("and 99 came"), std::out_of_range);
  std::vector<float> bad(100, 0.5f);
  bad[57] = 1.5f;
  PicturePreprocessing wrong(10, 10, 1);
  wrong.append(bad);
  const auto run = [&] {
    while (wrong.step()) {
    }
  };
  CHECK_THROWS_WITH_AS(run(), doctest::Contains("row 5, column 7 is 1.5"), std::out_of_range);
}
