// Long work is cut into slices of a few milliseconds, between which others have their turn.
#pragma once

#include <algorithm>

#include "wakesleep/matrix.h"

namespace wakesleep::math {

// How many rows make a slice, when each takes this many multiplications.
inline Index rows_a_slice(double multiplications) {
  constexpr double a_slice = 2e7;
  return static_cast<Index>(std::clamp(a_slice / multiplications, 1.0, 2048.0));
}

}  // namespace wakesleep::math
