// Examples of which a mini-batch has several slices, and trainings that are stepped slice by slice.
#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "wakesleep/dataset.h"
#include "wakesleep/training.h"

namespace wakesleep::test {

// With three labels in turn.
inline Dataset sliced_examples(Index rows, Index cols, bool binary) {
  std::vector<float> values(static_cast<std::size_t>(rows * cols));
  // In 64 bits everywhere: in WebAssembly a size_t has 32.
  for (std::uint64_t i = 0; i < values.size(); ++i) {
    const auto grey = static_cast<float>((i * 37 + i / 11 + i * i % 53) % 100) / 99;
    values[static_cast<std::size_t>(i)] = binary ? (grey < 0.3f ? 1.0f : 0.0f) : grey;
  }
  std::vector<std::uint16_t> labels(static_cast<std::size_t>(rows));
  for (std::size_t r = 0; r < labels.size(); ++r) labels[r] = static_cast<std::uint16_t>(r % 3);
  return Dataset::from_floats(values, rows, cols, labels);
}

inline void train_in_slices(Training& training) {
  do {
    while (training.prepare()) {
    }
  } while (training.step());
}

// Fingerprints by what was trained, of which the first 16 digits are wanted.
inline void check_fingerprints(const std::map<std::string, std::string>& found,
                               const std::map<std::string, std::string>& wanted) {
  CHECK(found.size() == wanted.size());
  for (const auto& [name, value] : found) {
    CAPTURE(name);
    const auto one = wanted.find(name);
    REQUIRE(one != wanted.end());
    CHECK(value.substr(0, 16) == one->second);
  }
}

}  // namespace wakesleep::test
