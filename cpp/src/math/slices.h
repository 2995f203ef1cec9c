// Long work is cut into slices of a few milliseconds, between which the worker of a page answers others.
#pragma once

#include <algorithm>

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

// The same in every build, for work whose random numbers depend on which rows are drawn together.
inline Index rows_a_group(double multiplications) {
  return static_cast<Index>(std::clamp(multiplications_a_group / multiplications, 1.0, 2048.0));
}

}  // namespace wakesleep::math
