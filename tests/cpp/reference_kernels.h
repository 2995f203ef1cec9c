// The kernels of cpp/src/math, written plainly: one number after the other, in the order that the headers there state.
// What the fast ones compute has the same bits.
#pragma once

#include <algorithm>

#include "math/functions.h"
#include "math/philox.h"
#include "wakesleep/matrix.h"
#include "wakesleep/random.h"

namespace wakesleep::test {

inline Matrix random_matrix(Index rows, Index cols, std::uint64_t seed) {
  Random random(seed, Stream::patterns);
  Matrix m(rows, cols);
  for (Index i = 0; i < m.size(); ++i) m.data()[i] = static_cast<float>(random.normal());
  return m;
}

inline BitMatrix random_bits(Index rows, Index cols, double p, std::uint64_t seed) {
  Random random(seed, Stream::patterns, 1);
  BitMatrix m(rows, cols);
  for (Index r = 0; r < rows; ++r)
    for (Index c = 0; c < cols; ++c) m.set(r, c, random.uniform() < p);
  return m;
}

// C + S X: products.h.
inline Matrix reference_product(const BitMatrix& S, const Matrix& X, Matrix C) {
  for (Index r = 0; r < S.rows(); ++r)
    for (Index j = 0; j < X.cols(); ++j)
      for (Index k = 0; k < X.rows(); k += 4) {
        float sum = 0;
        bool any = false;
        for (Index i = k; i < std::min(k + 4, X.rows()); ++i)
          if (S.get(r, i)) {
            sum = any ? sum + X(i, j) : X(i, j);
            any = true;
          }
        if (any) C(r, j) += sum;
      }
  return C;
}

inline Matrix reference_product(const Matrix& A, const Matrix& X, Matrix C) {
  for (Index i = 0; i < C.size(); ++i) C.data()[i] += 0.0f;
  for (Index r = 0; r < A.rows(); ++r)
    for (Index k = 0; k < X.rows(); ++k)
      for (Index j = 0; j < X.cols(); ++j) C(r, j) += A(r, k) * X(k, j);
  return C;
}

inline float reference_exp(float x) { return math::exp(math::broadcast(x))[0]; }

inline float reference_uniform(const math::Place& place, Index row, Index column) {
  float numbers[16];
  math::uniform_numbers(place, static_cast<std::uint32_t>(row), static_cast<std::uint32_t>(column / 16), numbers);
  return numbers[column % 16];
}

// Bernoulli units of these inputs: sampling.h.
inline BitMatrix reference_states(const Matrix& input, Index units, float inverse_temperature,
                                  const math::Place& place) {
  BitMatrix states(input.rows(), units);
  for (Index r = 0; r < input.rows(); ++r)
    for (Index j = 0; j < units; ++j)
      states.set(r, j,
                 reference_uniform(place, r, j) * (1.0f + reference_exp(input(r, j) * -inverse_temperature)) < 1.0f);
  return states;
}

inline Matrix reference_means(const Matrix& input, Index units, float inverse_temperature) {
  Matrix means(input.rows(), units);
  for (Index r = 0; r < input.rows(); ++r)
    for (Index j = 0; j < units; ++j) means(r, j) = 1.0f / (1.0f + reference_exp(input(r, j) * -inverse_temperature));
  return means;
}

// Differences of mean statistics: outer_counts.h.
inline Matrix reference_difference(const BitMatrix& V, const BitMatrix& H, const BitMatrix& V_, const BitMatrix& H_) {
  const auto count = [](const BitMatrix& v, const BitMatrix& h, Index i, Index j) {
    int on = 0;
    for (Index r = 0; r < v.rows(); ++r) on += v.get(r, i) && h.get(r, j);
    return on;
  };
  const float plus_scale = 1.0f / static_cast<float>(V.rows()), minus_scale = 1.0f / static_cast<float>(V_.rows());
  Matrix result(V.cols(), H.cols());
  for (Index i = 0; i < V.cols(); ++i)
    for (Index j = 0; j < H.cols(); ++j) {
      const int plus = count(V, H, i, j), minus = count(V_, H_, i, j);
      result(i, j) = plus_scale == minus_scale
                         ? static_cast<float>(plus - minus) * plus_scale
                         : static_cast<float>(plus) * plus_scale - static_cast<float>(minus) * minus_scale;
    }
  return result;
}

}  // namespace wakesleep::test
