#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <vector>

#include "wakesleep/patterns.h"

using namespace wakesleep;

namespace {

std::vector<std::vector<float>> examples(const Dataset& data) {
  const Matrix values = data.rows(0, data.count());
  std::vector<std::vector<float>> result;
  for (Index r = 0; r < values.rows(); ++r) result.emplace_back(values.row(r).begin(), values.row(r).end());
  return result;
}

bool is_bars(const std::vector<float>& image, Index size) {
  for (std::size_t i = static_cast<std::size_t>(size); i < image.size(); ++i) {
    if (image[i] != image[i % static_cast<std::size_t>(size)]) return false;
  }
  return true;
}

bool is_stripes(const std::vector<float>& image, Index size) {
  for (std::size_t i = 0; i < image.size(); ++i) {
    if (image[i] != image[i - i % static_cast<std::size_t>(size)]) return false;
  }
  return true;
}

bool is_shifted(const std::vector<float>& example, int shift) {
  const int size = static_cast<int>(example.size() / 2);
  for (int i = 0; i < size; ++i) {
    const int to = (i + shift + size) % size;
    if (example[static_cast<std::size_t>(i)] != example[static_cast<std::size_t>(size + to)]) return false;
  }
  return true;
}

bool same(const Dataset& a, const Dataset& b) { return examples(a) == examples(b) && a.labels() == b.labels(); }

}  // namespace

TEST_CASE("bars and stripes are every image of constant columns or constant rows, each once") {
  for (Index size = 2; size <= 6; ++size) {
    CAPTURE(size);
    const Dataset data = bars_and_stripes(size);
    CHECK(data.width() == size * size);
    CHECK(data.count() == (Index{1} << (size + 1)) - 2);
    CHECK(data.binary());
    const auto images = examples(data);
    CHECK(std::set(images.begin(), images.end()).size() == images.size());
    for (std::size_t i = 0; i < images.size(); ++i) {
      REQUIRE((data.labels()[i] == 0 ? is_bars(images[i], size) : is_stripes(images[i], size)));
    }
    const auto bars = std::count(data.labels().begin(), data.labels().end(), 0);
    CHECK(bars == Index{1} << size);  // all-off and all-on among them
  }
}

TEST_CASE("bars and stripes of 2 x 2 are the six images that they are by hand") {
  const std::vector<std::vector<float>> by_hand = {{0, 0, 0, 0}, {1, 0, 1, 0}, {0, 1, 0, 1},
                                                   {1, 1, 1, 1}, {1, 1, 0, 0}, {0, 0, 1, 1}};
  CHECK(examples(bars_and_stripes(2)) == by_hand);
  CHECK(bars_and_stripes(2).labels() == std::vector<std::uint16_t>{0, 0, 0, 0, 1, 1});
}

TEST_CASE("bars and stripes exist from 2 to 12") {
  CHECK(bars_and_stripes(12).count() == 8190);
  for (const Index size : {-1, 0, 1, 13}) {
    CAPTURE(size);
    CHECK_THROWS_WITH_AS(bars_and_stripes(size), doctest::Contains("size"), std::out_of_range);
  }
}

TEST_CASE("the enumerated shifter has each pattern with each shift once") {
  for (const Index size : {3, 4, 10}) {
    CAPTURE(size);
    const Dataset data = shifter(size, 0, 1);
    CHECK(data.count() == 3 * (Index{1} << size));
    CHECK(data.width() == 2 * size);
    const auto rows = examples(data);
    std::set<std::pair<std::vector<float>, int>> seen;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const int label = data.labels()[i];
      REQUIRE(is_shifted(rows[i], label - 1));
      seen.emplace(std::vector(rows[i].begin(), rows[i].begin() + size), label);
    }
    CHECK(seen.size() == rows.size());
  }
}

TEST_CASE("label 0 of the shifter moves the pattern to the left, around the edge, and label 2 to the right") {
  const Dataset data = shifter(3, 0, 1);
  const auto rows = examples(data);
  const auto with = [&](std::vector<float> pattern, int label) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (data.labels()[i] == label && std::equal(pattern.begin(), pattern.end(), rows[i].begin())) {
        return std::vector(rows[i].begin() + 3, rows[i].end());
      }
    }
    return std::vector<float>{};
  };
  CHECK(with({1, 0, 0}, 0) == std::vector<float>{0, 0, 1});
  CHECK(with({1, 0, 0}, 1) == std::vector<float>{1, 0, 0});
  CHECK(with({1, 0, 0}, 2) == std::vector<float>{0, 1, 0});
}

TEST_CASE("the drawn shifter depends on its seed only, and a longer one starts like a shorter one") {
  const Dataset data = shifter(64, 300, 7);
  CHECK(data.count() == 300);
  CHECK(data.width() == 128);
  CHECK(same(data, shifter(64, 300, 7)));
  CHECK_FALSE(same(data, shifter(64, 300, 8)));
  const auto longer = examples(shifter(64, 400, 7)), shorter = examples(data);
  CHECK(std::equal(shorter.begin(), shorter.end(), longer.begin()));
}

TEST_CASE("the drawn shifter uses every bit and every shift evenly") {
  const Index size = 40, count = 6000;
  const Dataset data = shifter(size, count, 3);
  const auto rows = examples(data);
  for (std::size_t i = 0; i < rows.size(); ++i) REQUIRE(is_shifted(rows[i], data.labels()[i] - 1));
  for (int label = 0; label < 3; ++label) {
    const auto times = std::count(data.labels().begin(), data.labels().end(), label);
    CHECK(std::abs(times - 2000) < 4 * 37);  // four standard deviations, sqrt(6000 / 3 * 2 / 3)
  }
  const VectorD mean = data.mean();
  CHECK(mean.minCoeff() > 0.5 - 4 * 0.0065);
  CHECK(mean.maxCoeff() < 0.5 + 4 * 0.0065);
}

TEST_CASE("the shifter names the argument that is out of range") {
  CHECK_THROWS_WITH_AS(shifter(2, 0, 1), doctest::Contains("size is 2"), std::out_of_range);
  CHECK_THROWS_WITH_AS(shifter(65, 10, 1), doctest::Contains("size is 65"), std::out_of_range);
  CHECK_THROWS_WITH_AS(shifter(11, 0, 1), doctest::Contains("count is 0"), std::out_of_range);
  CHECK_THROWS_WITH_AS(shifter(4, -1, 1), doctest::Contains("count is -1"), std::out_of_range);
  CHECK_THROWS_WITH_AS(shifter(4, 1'000'001, 1), doctest::Contains("count is 1000001"), std::out_of_range);
}
