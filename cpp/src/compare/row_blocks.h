// A data set's rows a block at a time, on all threads. What the blocks give is added in their order, so that sums do
// not depend on the threads.
#pragma once

#include <algorithm>
#include <vector>

#include "math/thread_pool.h"
#include "wakesleep/dataset.h"

namespace wakesleep {

inline constexpr Index rows_a_block = 512;

// f(values of the rows, first row).
template <class F>
void each_block(const Dataset& data, F&& f) {
  // Each value goes into a product at least.
  const double work = 100.0 * static_cast<double>(rows_a_block * data.width());
  math::parallel_for((data.count() + rows_a_block - 1) / rows_a_block, work, [&](Index block) {
    const Index first = block * rows_a_block;
    f(data.rows(first, std::min(rows_a_block, data.count() - first)), first);
  });
}

// f(values of the rows) gives a number, or a matrix.
template <class F>
auto sum_over_blocks(const Dataset& data, F&& f) {
  using Part = decltype(f(Matrix()));
  std::vector<Part> parts(static_cast<std::size_t>((data.count() + rows_a_block - 1) / rows_a_block));
  each_block(data, [&](const Matrix& x, Index first) { parts[static_cast<std::size_t>(first / rows_a_block)] = f(x); });
  Part sum = std::move(parts[0]);
  for (std::size_t i = 1; i < parts.size(); ++i) sum += parts[i];
  return sum;
}

}  // namespace wakesleep
