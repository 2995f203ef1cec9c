#include "kernels.h"

#include <chrono>
#include <random>

namespace wakesleep::bench {
namespace {

// Hidden states are on with this probability, as in web/site/speed/batches.ts.
constexpr float hidden_on = 0.3f;

Matrix random_matrix(Index rows, Index cols, std::minstd_rand& generator) {
  std::uniform_real_distribution<float> uniform;
  return Matrix::NullaryExpr(rows, cols, [&] { return uniform(generator); });
}

BitMatrix transposed(const BitMatrix& from) {
  BitMatrix to;
  math::transpose(from, to);
  return to;
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
  const Matrix W = random_matrix(visible, hidden, generator);

  operands_[0].bits = v;
  operands_[0].right = W;
  operands_[1].bits = h;
  operands_[1].right = W.transpose();
  operands_[2].bits = transposed(v);
  math::unpack(h, 1.0f, operands_[2].right);
  for (Operands& one : operands_) {
    one.reals = random_matrix(one.bits.rows(), one.bits.cols(), generator);
    one.result = Matrix::Zero(one.bits.rows(), one.right.cols());
  }
}

double Kernels::time(Product which, bool dense, int times) {
  Operands& one = operands_[static_cast<int>(which)];
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < times; ++i) {
    if (dense) {
      math::add_product(view(one.reals), view(one.right), one.result);
    } else {
      math::add_product(one.bits, view(one.right), one.result, workspace_);
    }
  }
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace wakesleep::bench
