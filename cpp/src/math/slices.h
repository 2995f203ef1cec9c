// Long work is cut into slices of a few milliseconds, between which the worker of a page answers others.
#pragma once

#include <algorithm>

#include "math/thread_pool.h"
#include "wakesleep/matrix.h"

namespace wakesleep::math {

inline constexpr double multiplications_a_group = 2e7;
// What a slice does at most: a few milliseconds in WebAssembly. Natively nobody waits between slices, and larger ones
// keep many threads busy.
#ifdef __EMSCRIPTEN__
inline constexpr double multiplications_a_slice = multiplications_a_group;
#else
inline constexpr double multiplications_a_slice = 16 * multiplications_a_group;
#endif

// How many rows, or steps, make a slice, when each takes this many multiplications.
inline Index rows_a_slice(double multiplications) {
  return static_cast<Index>(std::clamp(multiplications_a_slice / multiplications, 1.0, 2048.0));
}

// Some rows of many.
struct RowRange {
  Index first, count;
};

// A slice's rows of all, from `first` on, for one product of binary or real states, which makes an addition of some
// multiplications or adds and multiplies fast. Sums over rows take four rows of binary states at a time, which may not
// be divided, or they would be added in another order.
inline RowRange next_rows(Index first, Index all, bool binary, double multiplications) {
  constexpr double of_binary = 1.0 / 6, of_real = 1.0 / 2;
  const Index rows = rows_a_slice(multiplications * (binary ? of_binary : of_real));
  return {first, std::min(all - first, (rows + 3) / 4 * 4)};
}

// A slice by the clock of work: over once as many operations have been done as a slice has.
class SliceOfWork {
 public:
  bool over() const { return work_done() - start_ >= multiplications_a_slice; }

 private:
  double start_ = work_done();
};

// The same in every build, for work whose random numbers depend on which rows are drawn together.
inline Index rows_a_group(double multiplications) {
  return static_cast<Index>(std::clamp(multiplications_a_group / multiplications, 1.0, 2048.0));
}

}  // namespace wakesleep::math
