#include "math/normal.h"

#include <algorithm>
#include <cmath>

#include "math/functions.h"
#include "math/scalar.h"
#include "math/thread_pool.h"

namespace wakesleep::math {
namespace {

constexpr std::uint32_t normals = 0x40000000u;
constexpr Index rows_a_piece = 16;
constexpr Index columns_a_counter = 4;
constexpr Index columns_a_chunk = columns_a_counter * lanes;

// n[4 k + i], i < 4: the normal numbers of the columns 4 (counter + k) + i.
void normals_of_chunk(const Place& place, std::uint32_t row, std::uint32_t counter, float* n) {
  alignas(64) float u[2][2 * lanes];
  for (std::uint32_t k = 0; k < static_cast<std::uint32_t>(lanes); ++k) {
    const auto words = words_at(place, normals + counter + k, row);
    for (std::uint32_t pair = 0; pair < 2; ++pair) {
      // In (0, 1]: its logarithm is finite.
      u[0][2 * k + pair] = (static_cast<float>(words[2 * pair] >> 8) + 1.0f) * 0x1p-24f;
      u[1][2 * k + pair] = static_cast<float>(words[2 * pair + 1] >> 8) * 0x1p-24f;
    }
  }
  alignas(64) float radius[2 * lanes];
  for (int half = 0; half < 2; ++half) {
    const Floats squared = log(load(u[0] + half * lanes)) * -2.0f;
    store(radius + half * lanes, larger(squared, Floats{}));
  }
  for (int i = 0; i < 2 * lanes; ++i) radius[i] = std::sqrt(radius[i]);
  for (int half = 0; half < 2; ++half) {
    const SinCosFloats of = sin_cos_turns(load(u[1] + half * lanes));
    const Floats r = load(radius + half * lanes);
    alignas(64) float cosines[lanes], sines[lanes];
    store(cosines, r * of.cos);
    store(sines, r * of.sin);
    for (int i = 0; i < lanes; ++i) {
      n[2 * (half * lanes + i)] = cosines[i];
      n[2 * (half * lanes + i) + 1] = sines[i];
    }
  }
}

// Two vectors of normal numbers from one of uniform bits for the radius and one for the angle.
struct TwoNormals {
  Floats cosine, sine;
};
WAKESLEEP_INLINE TwoNormals box_muller(Words for_radius, Words for_angle, float deviation) {
  // u lies in [2^-32, 1], and is finer where it is small. It comes from 31 bits, for which the conversion of signed
  // numbers does.
  const Floats u = (__builtin_convertvector(reinterpret_cast<Ints>(for_radius >> 1), Floats) + 0.5f) * 0x1p-31f;
  const Floats radius = square_root(larger(log(u) * -2.0f, Floats{})) * deviation;
  const SinCosFloats angle =
      sin_cos_turns(__builtin_convertvector(reinterpret_cast<Ints>(for_angle >> 8), Floats) * 0x1p-24f);
  return {radius * angle.cos, radius * angle.sin};
}

constexpr int counters_a_block = normals_a_block / columns_a_counter;

void fill_block(float* out, std::uint32_t block, float deviation, const Place& place) {
  static_assert(counters_a_block % lanes == 0);
  for (int l = 0; l < counters_a_block; l += lanes) {
    Words words[4];
    words_of_columns(place, block * counters_a_block + static_cast<std::uint32_t>(l), words);
    for (int pair = 0; pair < 2; ++pair) {
      const TwoNormals two = box_muller(words[2 * pair], words[2 * pair + 1], deviation);
      store(out + counters_a_block * (2 * pair) + l, two.cosine);
      store(out + counters_a_block * (2 * pair + 1) + l, two.sine);
    }
  }
}

double log_density(double x) { return -0.5 * (x * x + log_two_pi); }

// Mills' ratio (1 - Phi(t)) / phi(t) for t >= 3, by its continued fraction 1 / (t + 1 / (t + 2 / (t + ...))).
double mills(double t) {
  double tail = t;
  for (int i = 100; i >= 1; --i) tail = t + i / tail;
  return 1 / tail;
}

// Phi(x) - 1/2 = phi(x) (x + x^3 / 3 + x^5 / 15 + ...), |x| <= 3.
double half_cdf(double x) {
  double term = x, sum = x;
  for (int i = 3; i < 120; i += 2) sum += term *= x * x / i;
  return exp(log_density(x)) * sum;
}

}  // namespace

void add_normals(Strided<float> x, Index rows, Index count, Strided<const float> variance, float scale,
                 const Place& place) {
  parallel_for((rows + rows_a_piece - 1) / rows_a_piece, 20.0 * static_cast<double>(rows_a_piece * count),
               [&](Index piece) {
                 alignas(64) float n[columns_a_chunk];
                 const Index last = std::min(rows, (piece + 1) * rows_a_piece);
                 for (Index r = piece * rows_a_piece; r < last; ++r)
                   for (Index first = 0; first < count; first += columns_a_chunk) {
                     normals_of_chunk(place, static_cast<std::uint32_t>(r),
                                      static_cast<std::uint32_t>(first / columns_a_counter), n);
                     float* to = x.first + r * x.stride + first;
                     const float* of_row = variance.first + r * variance.stride + first;
                     const Index columns = std::min(columns_a_chunk, count - first);
                     for (Index j = 0; j < columns; ++j) to[j] += std::sqrt(of_row[j] * scale) * n[j];
                   }
               });
}

void fill_normals(float* out, Index first, Index count, float deviation, const Place& place) {
  constexpr Index blocks_a_piece = 64;
  const Index blocks = (count + normals_a_block - 1) / normals_a_block, first_block = first / normals_a_block;
  constexpr double work = 20.0 * blocks_a_piece * normals_a_block;
  parallel_for((blocks + blocks_a_piece - 1) / blocks_a_piece, work, [&](Index piece) {
    const Index last = std::min(blocks, (piece + 1) * blocks_a_piece);
    for (Index block = piece * blocks_a_piece; block < last; ++block) {
      const auto number = static_cast<std::uint32_t>(first_block + block);
      float* to = out + block * normals_a_block;
      const Index left = count - block * normals_a_block;
      if (left >= normals_a_block) {
        fill_block(to, number, deviation, place);
      } else {
        alignas(64) float whole[normals_a_block];
        fill_block(whole, number, deviation, place);
        std::copy(whole, whole + left, to);
      }
    }
  });
}

double log_normal_cdf(double x) {
  if (x < -3) return log_density(x) + log(mills(-x));
  if (x > 3) {
    // log(1 - q) for a small q.
    const double q = exp(log_density(x)) * mills(x);
    return q < 1e-5 ? -q * (1 + q * (0.5 + q / 3)) : log(1 - q);
  }
  return log(0.5 + half_cdf(x));
}

double normal_hazard(double x) {
  if (x < -3) return 1 / mills(-x);
  if (x > 3) return exp(log_density(x)) / (1 - exp(log_density(x)) * mills(x));
  return exp(log_density(x)) / (0.5 + half_cdf(x));
}

double truncated_normal(double mean, const Place& place, std::uint32_t row, std::uint32_t column) {
  const double least = -mean;
  const double rate = 0.5 * (least + std::sqrt(least * least + 4));
  constexpr std::uint32_t most_attempts =
      1023;  // far more than ever happen: each is accepted with a chance of 0.4 or more
  for (std::uint32_t attempt = 0; attempt < most_attempts; ++attempt) {
    const auto words = words_at(place, (attempt << 20) | column, row);
    const auto uniform = [&](int i) {
      return (static_cast<double>(words[static_cast<std::size_t>(i)]) + 0.5) * 0x1p-32;
    };
    if (least < 0.25) {
      const double z = std::sqrt(-2 * log(uniform(0))) * sin_cos(6.283185307179586477 * uniform(1)).cos;
      if (z > least) return z - least;
    } else {
      // Beyond `least`, by an exponential with the best rate.
      const double beyond = -log(uniform(0)) / rate, off = least + beyond - rate;
      if (uniform(1) <= exp(-0.5 * off * off)) return beyond;
    }
  }
  return 0;
}

}  // namespace wakesleep::math
