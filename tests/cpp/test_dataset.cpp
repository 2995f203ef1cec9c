#include <doctest/doctest.h>

#include <cmath>

#include "wakesleep/dataset.h"

using namespace wakesleep;

TEST_CASE("standardised columns have mean 0 and deviation 1, constant ones become 0, and nothing grows") {
  std::vector<std::uint8_t> pixels;
  for (int r = 0; r < 50; ++r)
    pixels.insert(pixels.end(), {static_cast<std::uint8_t>(r * 3), 7, static_cast<std::uint8_t>(r % 2)});
  const Dataset data = Dataset::from_bytes(pixels, 50, 3, 1.0f / 255);
  const Dataset standard = data.standardised(data.mean(), data.deviation());
  CHECK(standard.bytes() == data.bytes());
  for (const Index c : {0, 2}) {
    CHECK(std::abs(standard.mean()[c]) < 1e-6);
    CHECK(standard.deviation()[c] == doctest::Approx(1).epsilon(1e-5));
  }
  CHECK(standard.rows(0, 50).col(1).isZero(0));
  CHECK(double(standard.min()) == doctest::Approx(double(standard.rows(0, 50).minCoeff())));
  const std::vector<std::uint32_t> some{4, 9};
  CHECK(standard.subset(some).rows(1, 1) == standard.rows(9, 1));
  // Bits are bits no more.
  const Dataset bits = Dataset::from_floats(std::vector<float>{0, 1, 1, 1}, 2, 2);
  CHECK(bits.binary());
  const Dataset moved = bits.standardised(bits.mean(), bits.deviation());
  CHECK_FALSE(moved.binary());
  CHECK(double(moved.rows(0, 1)(0, 0)) == doctest::Approx(-1));
  CHECK_THROWS_AS(data.standardised(VectorD::Zero(2), VectorD::Ones(3)), std::out_of_range);
  CHECK_THROWS_AS(data.standardised(VectorD::Zero(3), -VectorD::Ones(3)), std::out_of_range);
}

TEST_CASE("bytes are kept as bytes, binary values as bits, floats as floats") {
  const std::vector<std::uint8_t> grey{0, 128, 255, 7}, binary{0, 255, 255, 0};
  const std::vector<float> floats{0.1f, 0.5f};
  const Dataset a = Dataset::from_bytes(grey, 2, 2, 1 / 255.0f), b = Dataset::from_bytes(binary, 2, 2, 1 / 255.0f),
                c = Dataset::from_floats(floats, 1, 2);
  CHECK_FALSE(a.binary());
  CHECK(a.bytes() == 4);
  CHECK(b.binary());
  CHECK(b.bytes() == 16);
  CHECK_FALSE(c.binary());
  CHECK(a.rows(0, 2)(1, 1) == doctest::Approx(7 / 255.0));
  CHECK(b.rows(0, 1)(0, 1) == 1);
  CHECK(c.rows(0, 1)(0, 0) == 0.1f);
  CHECK(a.min() == 0);
  CHECK(a.max() == 1);
  CHECK(a.mean()[0] == doctest::Approx(0.5));
}

TEST_CASE("subsets, single labels and thresholds keep values and labels together") {
  const std::vector<std::uint8_t> grey{10, 20, 30, 40, 50, 60};
  const Dataset data = Dataset::from_bytes(grey, 3, 2, 0.01f, {7, 1, 7});
  CHECK(data.label_count() == 8);
  const Dataset sevens = data.with_label(7);
  CHECK(sevens.count() == 2);
  CHECK(sevens.rows(1, 1)(0, 0) == doctest::Approx(0.5));
  const std::uint32_t rows[] = {2, 0};
  CHECK(data.subset(rows).labels() == std::vector<std::uint16_t>{7, 7});
  const Dataset binary = data.thresholded(0.35f);
  CHECK(binary.binary());
  CHECK(binary.rows(1, 1)(0, 0) == 0);
  CHECK(binary.rows(1, 1)(0, 1) == 1);
  CHECK_THROWS_AS(data.with_label(3), std::out_of_range);
}

TEST_CASE("grey values are drawn to bits once, each with itself as its chance, by the seed and the number of its row") {
  constexpr Index count = 2500, width = 20;
  std::vector<float> grey;
  for (Index r = 0; r < count; ++r)
    for (Index c = 0; c < width; ++c) grey.push_back(static_cast<float>(c) / (width - 1));
  const Dataset data = Dataset::from_floats(grey, count, width), drawn = data.binarised(5);
  CHECK(drawn.binary());
  const VectorD means = drawn.mean();
  CHECK(means(0) == 0);
  CHECK(means(width - 1) == 1);
  for (Index c = 1; c + 1 < width; ++c) {
    const double p = static_cast<double>(c) / (width - 1);
    CHECK(std::abs(means(c) - p) < 4 * std::sqrt(p * (1 - p) / count));
  }
  CHECK(drawn.rows(0, count) == data.binarised(5).rows(0, count));
  CHECK(drawn.rows(0, count) != data.binarised(6).rows(0, count));
  CHECK(drawn.rows(0, 1) != drawn.rows(1, 1));
  // A row has its bits whatever is drawn beside it.
  CHECK(data.subset(0, 1200).binarised(5).rows(0, 1200) == drawn.rows(0, 1200));
  const std::vector<float> outside{0.5f, 1.5f};
  CHECK_THROWS_WITH_AS(Dataset::from_floats(outside, 1, 2).binarised(1), doctest::Contains("row 0, column 1"),
                       std::out_of_range);
}

TEST_CASE("a data set made of rows that come a few at a time is the one that is made in one go") {
  std::vector<std::uint8_t> grey, black;
  std::vector<float> floats;
  for (int i = 0; i < 60; ++i) {
    grey.push_back(static_cast<std::uint8_t>(i * 4));
    black.push_back(i % 3 ? 0 : 255);
    floats.push_back(i < 20 ? static_cast<float>(i % 2) : static_cast<float>(i) / 7);
  }
  const auto check = [](const Dataset& once, DatasetBuilder builder, const auto& values) {
    const std::span all(values);
    builder.append(all.first(5));
    builder.append(all.subspan(5, 45));
    CHECK_THROWS_AS(builder.finish(), std::out_of_range);
    CHECK_THROWS_AS(builder.append(all.first(3)), std::out_of_range);
    CHECK_THROWS_AS(builder.append(all.first(15)), std::out_of_range);
    builder.append(all.subspan(50));
    const Dataset parts = builder.finish();
    CHECK(parts.rows(0, 12) == once.rows(0, 12));
    CHECK(parts.binary() == once.binary());
    CHECK(parts.bytes() == once.bytes());
    CHECK(parts.min() == once.min());
    CHECK(parts.max() == once.max());
  };
  check(Dataset::from_bytes(grey, 12, 5, 1 / 255.0f), DatasetBuilder(12, 5, 1 / 255.0f), grey);
  check(Dataset::from_bytes(black, 12, 5, 1 / 255.0f), DatasetBuilder(12, 5, 1 / 255.0f), black);
  check(Dataset::from_floats(floats, 12, 5), DatasetBuilder(12, 5), floats);
}

TEST_CASE("subsets of subsets, and of standardised sets, have the rows, labels and ranges of their examples") {
  const std::vector<std::uint8_t> grey{0, 255, 10, 20, 255, 255, 30, 40, 50, 60, 70, 80};
  const Dataset data = Dataset::from_bytes(grey, 6, 2, 1 / 255.0f, {0, 1, 2, 3, 4, 5});
  const std::uint32_t back[] = {5, 2, 0, 2};
  const Dataset some = data.subset(back), few = some.subset(1, 2), middle = data.subset(1, 4).subset(1, 2);
  CHECK(few.rows(0, 1) == data.rows(2, 1));
  CHECK(few.rows(1, 1) == data.rows(0, 1));
  CHECK(few.labels() == std::vector<std::uint16_t>{2, 0});
  CHECK(few.label_count() == 3);
  CHECK(middle.rows(0, 2) == data.rows(2, 2));
  CHECK(middle.labels() == std::vector<std::uint16_t>{2, 3});
  CHECK(middle.max() == 1);
  CHECK(double(middle.min()) == doctest::Approx(30 / 255.0));
  // Grey rows that happen to be black and white are binary, and can be read as bits.
  CHECK(few.binary());
  BitMatrix bits(2, 2);
  const std::uint32_t both[] = {0, 1};
  few.read(both, bits);
  CHECK(floats_of(bits) == few.rows(0, 2));
  const Dataset standard = data.standardised(data.mean(), data.deviation());
  CHECK(standard.subset(2, 3).rows(0, 3) == standard.rows(2, 3));
  CHECK(standard.subset(2, 3).standardised(VectorD::Zero(2), VectorD::Ones(2)).rows(0, 3) == standard.rows(2, 3));
  CHECK(standard.subset(2, 3).bytes() == data.bytes());
  CHECK_THROWS_AS(data.subset(0, 0), std::out_of_range);
  CHECK_THROWS_AS(data.subset(3, 4), std::out_of_range);
}

TEST_CASE("a data set refuses sizes, scales, labels and values that cannot be") {
  const std::vector<float> values{0, 1, std::nanf(""), 1};
  const std::vector<std::uint8_t> bytes{0, 1, 2, 3};
  CHECK_THROWS_WITH_AS(Dataset::from_floats(values, 2, 2), doctest::Contains("row 1, column 0 is NaN"),
                       std::out_of_range);
  CHECK_THROWS_WITH_AS(Dataset::from_bytes(bytes, 3, 2, 1), doctest::Contains("needs 6 values, and 4 came"),
                       std::out_of_range);
  CHECK_THROWS_AS(Dataset::from_bytes(bytes, 0, 4, 1), std::out_of_range);
  CHECK_THROWS_AS(Dataset::from_bytes(bytes, -1, -4, 1), std::out_of_range);
  CHECK_THROWS_AS(Dataset::from_bytes(bytes, Index{1} << 40, Index{1} << 40, 1), std::out_of_range);
  CHECK_THROWS_AS(Dataset::from_bytes(bytes, 2, 2, std::nanf("")), std::out_of_range);
  CHECK_THROWS_AS(Dataset::from_bytes(bytes, 2, 2, 0), std::out_of_range);
  CHECK_THROWS_WITH_AS(Dataset::from_bytes(bytes, 2, 2, 1, {1}), doctest::Contains("as many labels"),
                       std::out_of_range);
  CHECK_THROWS_AS(Dataset::from_bytes(bytes, 2, 2, 1).rows(1, 2), std::out_of_range);
}
