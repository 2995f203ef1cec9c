#include "wakesleep/random.h"

#include <cmath>
#include <numeric>

#include "math/scalar.h"

namespace wakesleep {

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> c, std::array<std::uint32_t, 2> k) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = std::uint64_t{0xD2511F53u} * c[0], p1 = std::uint64_t{0xCD9E8D57u} * c[2];
    c = {static_cast<std::uint32_t>(p1 >> 32) ^ c[1] ^ k[0], static_cast<std::uint32_t>(p1),
         static_cast<std::uint32_t>(p0 >> 32) ^ c[3] ^ k[1], static_cast<std::uint32_t>(p0)};
    k[0] += 0x9E3779B9u;
    k[1] += 0xBB67AE85u;
  }
  return c;
}

Random::Random(std::uint64_t seed, Stream stream, std::uint64_t step)
    : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)},
      counter_{0, 0, static_cast<std::uint32_t>(step),
               (static_cast<std::uint32_t>(stream) << 24) | static_cast<std::uint32_t>(step >> 32)} {}

std::uint32_t Random::bits() {
  if (used_ == 4) {
    block_ = philox(counter_, key_);
    if (++counter_[0] == 0) ++counter_[1];
    used_ = 0;
  }
  return block_[static_cast<std::size_t>(used_++)];
}

double Random::uniform() {
  const std::uint64_t high = bits(), low = bits();
  return static_cast<double>(((high << 32) | low) >> 11) * 0x1p-53;
}

double Random::uniform(double low, double high) { return low + (high - low) * uniform(); }

// Lemire 2019, "Fast random integer generation in an interval".
std::uint32_t Random::below(std::uint32_t bound) {
  std::uint64_t product = std::uint64_t{bits()} * bound;
  if (static_cast<std::uint32_t>(product) < bound) {
    const std::uint32_t threshold = -bound % bound;
    while (static_cast<std::uint32_t>(product) < threshold) product = std::uint64_t{bits()} * bound;
  }
  return static_cast<std::uint32_t>(product >> 32);
}

// Box and Muller 1958; the second of the pair is dropped so that a call has no hidden state.
double Random::normal() {
  const double radius = std::sqrt(-2 * math::log(1 - uniform()));
  return radius * math::sin_cos(6.283185307179586477 * uniform()).cos;
}

std::uint64_t RandomCalls::next_seed(std::uint64_t seed_of_model) {
  Random random(seed_of_model, Stream::call, made++);
  const std::uint64_t high = random.bits();
  return high << 32 | random.bits();
}

void shuffled_order(std::uint64_t seed, std::uint64_t epoch, std::vector<std::uint32_t>& order, Index count) {
  order.resize(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), 0u);
  Random random(seed, Stream::shuffle, epoch);
  for (std::size_t i = order.size(); i > 1; --i)
    std::swap(order[i - 1], order[random.below(static_cast<std::uint32_t>(i))]);
}

}  // namespace wakesleep
