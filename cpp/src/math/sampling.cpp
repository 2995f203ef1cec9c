#include "math/sampling.h"

#include <algorithm>

#include "math/functions.h"
#include "math/thread_pool.h"

namespace wakesleep::math {
namespace {

constexpr Index rows_a_piece = 8;

Index pieces_of(Index rows) { return (rows + rows_a_piece - 1) / rows_a_piece; }

// 64 columns of a row: apply f to the lanes of x, then set bits where uniform < result. `count` may be less than 64.
template <bool already_means>
void block_of_row(float* x, Index count, float inverse_temperature, const Place& place, std::uint32_t row, Index block,
                  std::uint64_t* word) {
  alignas(64) float uniform[64];
  if (word) uniform_block(place, row, static_cast<std::uint32_t>(block), uniform);
  std::uint64_t bits = 0;
  for (Index j = 0; j < count; j += lanes) {
    const int some = static_cast<int>(std::min<Index>(lanes, count - j));
    Floats mean;
    if (some == lanes) {
      mean = load(x + j);
      if constexpr (!already_means) store(x + j, mean = sigmoid(mean * inverse_temperature));
    } else {
      mean = load_some(x + j, some);
      if constexpr (!already_means) store_some(x + j, mean = sigmoid(mean * inverse_temperature), some);
    }
    if (word) bits |= static_cast<std::uint64_t>(less_mask(load(uniform + j), mean)) << j;
  }
  if (word) *word = count == 64 ? bits : bits & ((std::uint64_t{1} << count) - 1);
}

template <bool already_means>
void rows_of(float* data, Index rows, Index cols, Index units, float inverse_temperature, const Place& place, BitMatrix* states,
             Index first_row) {
  parallel_for(pieces_of(rows), [&](Index piece) {
    const Index end = std::min(rows, (piece + 1) * rows_a_piece);
    for (Index r = piece * rows_a_piece; r < end; ++r) {
      std::uint64_t* words = states ? states->row(r) : nullptr;
      if (words) std::fill(words, words + states->words_per_row(), 0);
      for (Index block = 0; block * 64 < units; ++block)
        block_of_row<already_means>(data + r * cols + block * 64, std::min<Index>(64, units - block * 64), inverse_temperature,
                                    place, static_cast<std::uint32_t>(first_row + r), block, words ? words + block : nullptr);
    }
  });
}

}  // namespace

void bernoulli_means(Matrix& x, Index units, float inverse_temperature) {
  rows_of<false>(x.data(), x.rows(), x.cols(), units, inverse_temperature, {}, nullptr, 0);
}

void sample_bernoulli(Matrix& x, Index units, float inverse_temperature, const Place& place, BitMatrix& states,
                      Index first_row) {
  rows_of<false>(x.data(), x.rows(), x.cols(), units, inverse_temperature, place, &states, first_row);
}

void sample_means(const Matrix& means, Index units, const Place& place, BitMatrix& states) {
  rows_of<true>(const_cast<float*>(means.data()), means.rows(), means.cols(), units, 1, place, &states, 0);
}

void softmax_means(Matrix& x, Index first, Index group, float inverse_temperature) {
  for (Index r = 0; r < x.rows(); ++r) {
    float* p = x.data() + r * x.cols() + first;
    const float largest = *std::max_element(p, p + group);
    float sum = 0;
    for (Index j = 0; j < group; ++j) sum += p[j] = exp(broadcast((p[j] - largest) * inverse_temperature))[0];
    for (Index j = 0; j < group; ++j) p[j] /= sum;
  }
}

void sample_softmax(const Matrix& means, Index first, Index group, const Place& place, BitMatrix& states) {
  for (Index r = 0; r < means.rows(); ++r) {
    const float* p = means.data() + r * means.cols() + first;
    const float uniform = uniform_of_row(place, static_cast<std::uint32_t>(r));
    Index chosen = 0;
    for (float sum = p[0]; chosen + 1 < group && uniform >= sum; sum += p[chosen]) ++chosen;
    for (Index j = 0; j < group; ++j) states.set(r, first + j, j == chosen);
  }
}

double sum_softplus(const float* x, const float* y, Index n) {
  alignas(64) float values[16];
  double sums[16] = {};
  for (Index j = 0; j < n; j += 16) {
    const int some = static_cast<int>(std::min<Index>(16, n - j));
    for (int l = 0; l < some; l += lanes) {
      const int count = std::min(lanes, some - l);
      Floats v = count == lanes ? load(x + j + l) : load_some(x + j + l, count);
      if (y) v += count == lanes ? load(y + j + l) : load_some(y + j + l, count);
      store(values + l, softplus(v));
    }
    for (int l = 0; l < some; ++l) sums[l] += static_cast<double>(values[l]);
  }
  double sum = 0;
  for (const double partial : sums) sum += partial;
  return sum;
}

}  // namespace wakesleep::math
