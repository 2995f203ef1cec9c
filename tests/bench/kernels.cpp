#include "kernels.h"

#include <chrono>
#include <random>

#include "math/thread_pool.h"

namespace wakesleep::bench {
namespace {

// Hidden states are on with this probability, as in web/site/speed/batches.ts.
constexpr float hidden_on = 0.3f;
constexpr Index rows_a_piece = 16;
static_assert(visible % rows_a_piece == 0);

Matrix random_matrix(Index rows, Index cols, std::minstd_rand& generator) {
  std::uniform_real_distribution<float> uniform;
  return Matrix::NullaryExpr(rows, cols, [&] { return uniform(generator); });
}

}  // namespace

Kernels::Kernels(const std::uint8_t* pixels) {
  std::minstd_rand generator(1);
  BitMatrix v(batch_size, visible), h(batch_size, hidden);
  for (Index r = 0; r < batch_size; ++r)
    for (Index c = 0; c < visible; ++c) v.set(r, c, pixels[r * visible + c] != 0);
  const Matrix uniform = random_matrix(batch_size, hidden, generator);
  for (Index r = 0; r < batch_size; ++r)
    for (Index c = 0; c < hidden; ++c) h.set(r, c, uniform(r, c) < hidden_on);
  v_ = v;
  h_ = h;
  const Matrix W = random_matrix(visible, hidden, generator);
  operands_[0] = {v, random_matrix(batch_size, visible, generator), W, false, Matrix::Zero(batch_size, hidden)};
  operands_[1] = {h, random_matrix(batch_size, hidden, generator), W, true, Matrix::Zero(batch_size, visible)};
  operands_[2] = {{},
                  random_matrix(visible, batch_size, generator),
                  random_matrix(batch_size, hidden, generator),
                  false,
                  Matrix::Zero(visible, hidden)};
}

// Both phases at once, which is how learning has them: two products.
void Kernels::count() {
  counts_.set(v_, h_, v_, h_);
  math::parallel_for(visible / rows_a_piece, static_cast<double>(rows_a_piece * hidden), [&](Index piece) {
    float row[math::OuterDifference::panel];
    for (Index i = piece * rows_a_piece; i < (piece + 1) * rows_a_piece; ++i) counts_.row(i, 0, hidden, row);
  });
}

double Kernels::time(Product which, bool dense, int times) {
  Operands& one = operands_[static_cast<int>(which)];
  const bool counted = which == Product::outer && !dense;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < times; ++i) {
    if (counted) {
      count();
    } else if (dense) {
      math::add_product(view(one.reals), {one.right, one.right_transposed}, one.result, workspace_);
    } else {
      math::add_product(one.bits, {one.right, one.right_transposed}, one.result, workspace_);
    }
  }
  const double all = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  return counted ? all / 2 : all;
}

}  // namespace wakesleep::bench
