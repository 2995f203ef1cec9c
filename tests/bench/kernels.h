// Our products by themselves, for the native program and for the module of the benchmark's page.
#pragma once

#include <cstdint>
#include <vector>

#include "math/outer_counts.h"
#include "math/products.h"

namespace wakesleep::bench {

constexpr Index visible = 784, hidden = 500, batch_size = 100;

class Kernels {
 public:
  enum class Product { up, down, outer };

  // pixels: batch_size x visible, of 0 and 1.
  explicit Kernels(const std::uint8_t* pixels);

  // Milliseconds of a product, so many times over. Dense: real numbers instead of the binary operand.
  double time(Product which, bool dense, int times);

 private:
  struct Operands {
    BitMatrix bits;
    Matrix reals, right;
    bool right_transposed;
    Matrix result;
  };
  void count();

  Operands operands_[3];
  BitMatrix v_, h_;
  math::OuterDifference counts_;
  math::Workspace workspace_;
};

}  // namespace wakesleep::bench
