#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "compare/nearest_neighbours.h"
#include "mnist.h"
#include "wakesleep/idx.h"
#include "wakesleep/stroke_digits.h"

using namespace wakesleep;

namespace {

constexpr Index side = 28;

std::vector<std::uint8_t> bytes_of(const Dataset& digits) {
  const Matrix images = digits.rows(0, digits.count());
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(images.size()));
  std::transform(images.data(), images.data() + images.size(), bytes.begin(),
                 [](float value) { return static_cast<std::uint8_t>(value * 255 + 0.5f); });
  return bytes;
}

// FNV-1a, 64 bits.
std::uint64_t checksum(const std::vector<std::uint8_t>& bytes) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const std::uint8_t byte : bytes) hash = (hash ^ byte) * 0x100000001b3u;
  return hash;
}

}  // namespace

TEST_CASE("every ten stroke digits in a row have every label once, in an order of their own") {
  const Dataset digits = stroke_digits(2000, 3);
  REQUIRE(digits.labels().size() == 2000);
  std::set<std::vector<std::uint16_t>> orders;
  for (std::size_t i = 0; i < 2000; i += 10) {
    std::vector<std::uint16_t> labels(digits.labels().begin() + static_cast<std::ptrdiff_t>(i),
                                      digits.labels().begin() + static_cast<std::ptrdiff_t>(i + 10));
    orders.insert(labels);
    std::sort(labels.begin(), labels.end());
    for (std::uint16_t d = 0; d < 10; ++d) CHECK(labels[d] == d);
  }
  CHECK(orders.size() > 195);
}

TEST_CASE("stroke digits are the same bytes on every machine") {
  CHECK(checksum(bytes_of(stroke_digits(200, 1))) == 10382410470732795463u);
  CHECK(checksum(bytes_of(stroke_digits(200, 2))) == 16244251777091254722u);
  CHECK(checksum(bytes_of(stroke_digits(200, (std::uint64_t{1} << 53) - 1))) == 3278267299521544528u);
  CHECK(checksum(bytes_of(stroke_digits(200, 1, (std::uint64_t{1} << 53) - 200))) == 10479263765458611438u);
}

TEST_CASE("a stroke digit depends on its number only, not on where the set starts") {
  const std::vector<std::uint8_t> all = bytes_of(stroke_digits(60, 7)), some = bytes_of(stroke_digits(25, 7, 33));
  CHECK(std::equal(some.begin(), some.end(), all.begin() + 33 * side * side));
  const Dataset later = stroke_digits(25, 7, 33);
  for (std::size_t i = 0; i < 25; ++i) CHECK(later.labels()[i] == stroke_digit(7, 33 + i).label);
}

TEST_CASE("no two of 10,000 stroke digits are equal, and seeds differ") {
  const Matrix a = stroke_digits(10000, 1).rows(0, 10000), b = stroke_digits(1000, 2).rows(0, 1000);
  std::set<std::vector<float>> images;
  for (Index i = 0; i < a.rows(); ++i) images.emplace(a.row(i).data(), a.row(i).data() + a.cols());
  for (Index i = 0; i < b.rows(); ++i) images.emplace(b.row(i).data(), b.row(i).data() + b.cols());
  CHECK(images.size() == 11000);
}

TEST_CASE("a stroke digit is strokes in the unit square, drawn by a pen of a plausible width") {
  for (std::uint64_t i = 0; i < 500; ++i) {
    const StrokeDigit digit = stroke_digit(5, i);
    CHECK(!digit.strokes.empty());
    CHECK(digit.pen >= 1.4f);
    CHECK(digit.pen <= 5.0f);
    float low_x = 1, high_x = 0, low_y = 1, high_y = 0;
    for (const Stroke& stroke : digit.strokes) {
      CHECK(stroke.size() >= 2);
      for (const Point& point : stroke) {
        low_x = std::min(low_x, point.x);
        high_x = std::max(high_x, point.x);
        low_y = std::min(low_y, point.y);
        high_y = std::max(high_y, point.y);
      }
    }
    CHECK(low_x >= -1e-6f);
    CHECK(low_y >= -1e-6f);
    CHECK(high_x <= 1 + 1e-6f);
    CHECK(high_y <= 1 + 1e-6f);
    CHECK(std::max(high_x - low_x, high_y - low_y) == doctest::Approx(1));
  }
}

TEST_CASE("stroke digits lie on the image as MNIST's do") {
  const Dataset digits = stroke_digits(2000, 11);
  CHECK(digits.width() == side * side);
  CHECK(digits.max() == 1);
  const Matrix images = digits.rows(0, digits.count());
  double ink = 0;
  for (Index i = 0; i < images.rows(); ++i) {
    double mass = 0, x = 0, y = 0;
    Index left = side, right = -1, top = side, bottom = -1;
    for (Index p = 0; p < side * side; ++p) {
      const double value = images(i, p);
      if (value == 0) continue;
      mass += value;
      x += value * static_cast<double>(p % side);
      y += value * static_cast<double>(p / side);
      left = std::min(left, p % side);
      right = std::max(right, p % side);
      top = std::min(top, p / side);
      bottom = std::max(bottom, p / side);
    }
    ink += mass / (side * side);
    // within half a pixel, or cut off at the image's edge
    const bool cut = left == 0 || top == 0 || right == side - 1 || bottom == side - 1;
    if (!cut) {
      CHECK(std::abs(x / mass - 14) < 0.51);
      CHECK(std::abs(y / mass - 14) < 0.51);
      CHECK(std::max(right - left, bottom - top) + 1 == 20);
    }
  }
  CHECK(ink / 2000 == doctest::Approx(0.131).epsilon(0.05));
}

TEST_CASE("counts and numbers of stroke digits outside what is allowed are refused") {
  CHECK_THROWS_WITH_AS(stroke_digits(0, 1), doctest::Contains("1 .. 1,000,000, not 0"), std::out_of_range);
  CHECK_THROWS_AS(stroke_digits(-5, 1), std::out_of_range);
  CHECK_THROWS_AS(stroke_digits(1000001, 1), std::out_of_range);
  CHECK_THROWS_AS(stroke_digits(2, 1, (std::uint64_t{1} << 53) - 1), std::out_of_range);
  CHECK_THROWS_AS(stroke_digits(2, 1, ~std::uint64_t{0}), std::out_of_range);
  CHECK_THROWS_AS(stroke_digit(1, std::uint64_t{1} << 53), std::out_of_range);
}

TEST_CASE("a nearest-neighbour classifier trained on MNIST reads stroke digits right") {
  const std::string folder = test::mnist_folder();
  if (folder.empty()) {
    MESSAGE("skipped: no folder mnist in $WAKESLEEP_DATA");
    return;
  }
  const Dataset training = read_idx_folder(folder, true);
  REQUIRE(training.count() == 60000);
  const Index count = test::sanitized ? 200 : 2000;
  const Dataset digits = stroke_digits(count, 1);
  const Matrix images = digits.rows(0, count);
  const Neighbours read = nearest_neighbours(view(images), training, 3);
  std::array<int, 10> right{};
  for (std::size_t i = 0; i < read.labels.size(); ++i)
    if (read.labels[i] == digits.labels()[i]) ++right[digits.labels()[i]];
  int all = 0;
  for (std::size_t d = 0; d < 10; ++d) {
    CAPTURE(d);
    CHECK(right[d] >= 0.8 * static_cast<double>(count) / 10);
    all += right[d];
  }
  CHECK(all >= 0.9 * static_cast<double>(count));
  MESSAGE("read right: " << all << " of " << count);
}

TEST_CASE("a nearest-neighbour classifier that knows only stroke digits reads most of MNIST") {
  const std::string folder = test::mnist_folder();
  if (folder.empty() || test::sanitized) {
    MESSAGE("skipped: no folder mnist in $WAKESLEEP_DATA, or slowed by a sanitizer");
    return;
  }
  const Dataset training = stroke_digits(20000, 1), tests = read_idx_folder(folder, false);
  const Matrix images = tests.rows(0, 2000);
  const Neighbours read = nearest_neighbours(view(images), training);
  int right = 0;
  for (std::size_t i = 0; i < read.labels.size(); ++i) right += read.labels[i] == tests.labels()[i];
  CHECK(right >= 0.88 * 2000);
  MESSAGE("read right: " << right << " of 2000");
}
