#include "wakesleep/patterns.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "wakesleep/random.h"

namespace wakesleep {

namespace {

constexpr Index most_enumerated_shifter = 10;
constexpr Index most_examples = 1'000'000;

void check_range(const char* name, Index value, Index low, Index high) {
  if (value < low || value > high) {
    throw std::out_of_range(std::string(name) + " is " + std::to_string(value) + "; allowed are " +
                            std::to_string(low) + " to " + std::to_string(high));
  }
}

// shift: -1, 0 or 1 places to the right.
void set_shifted(BitMatrix& examples, Index row, Index size, std::uint64_t pattern, Index shift) {
  for (Index i = 0; i < size; ++i) {
    const bool on = (pattern >> i) & 1;
    examples.set(row, i, on);
    examples.set(row, size + (i + shift + size) % size, on);
  }
}

}  // namespace

Dataset bars_and_stripes(Index size) {
  check_range("size", size, 2, 12);
  const Index masks = Index{1} << size;
  BitMatrix images(2 * masks - 2, size * size);
  std::vector<std::uint16_t> labels;
  Index row = 0;
  const auto add = [&](Index mask, bool stripes) {
    for (Index y = 0; y < size; ++y)
      for (Index x = 0; x < size; ++x) images.set(row, y * size + x, (mask >> (stripes ? y : x)) & 1);
    labels.push_back(stripes ? 1 : 0);
    ++row;
  };
  for (Index mask = 0; mask < masks; ++mask) add(mask, false);
  for (Index mask = 1; mask < masks - 1; ++mask) add(mask, true);
  return Dataset::from_bits(std::move(images), std::move(labels));
}

Shifter::Shifter(Index size, Index count, std::uint64_t seed)
    : size_(size), every_(count == 0 && size <= most_enumerated_shifter), seed_(seed) {
  check_range("size", size, 3, 64);
  if (!every_) check_range("count", count, 1, most_examples);
  examples_.resize(every_ ? 3 * (Index{1} << size) : count, 2 * size);
}

bool Shifter::step() {
  constexpr Index at_once = 10'000;
  const auto first = static_cast<Index>(labels_.size()), end = std::min(examples_.rows(), first + at_once);
  for (Index row = first; row < end; ++row) {
    Index label = row % 3;
    auto pattern = static_cast<std::uint64_t>(row / 3);
    if (!every_) {
      Random random(seed_, Stream::patterns, static_cast<std::uint64_t>(row));
      label = static_cast<Index>(random.below(3));
      const std::uint64_t high = random.bits();
      pattern = high << 32 | random.bits();
    }
    set_shifted(examples_, row, size_, pattern, label - 1);
    labels_.push_back(static_cast<std::uint16_t>(label));
  }
  return first < end;
}

Dataset shifter(Index size, Index count, std::uint64_t seed) {
  Shifter examples(size, count, seed);
  while (examples.step()) {
  }
  return examples.result();
}

}  // namespace wakesleep
