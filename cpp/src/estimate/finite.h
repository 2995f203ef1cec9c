// Results that left the range of floats: values, or parameters, were too large for what was made of them.
#pragma once

#include <cmath>
#include <stdexcept>
#include <string>

#include "wakesleep/matrix.h"

namespace wakesleep {

// std::out_of_range that names the row, counted from `first`, of a result that is not finite.
template <class Results>
void check_finite(const Results& results, Index first = 0) {
  for (Index r = 0; r < results.rows(); ++r)
    for (Index i = 0; i < results.cols(); ++i)
      if (!std::isfinite(results(r, i)))
        throw std::out_of_range("the result of row " + std::to_string(first + r) +
                                " is not finite: its values, or the model's parameters, are too large for float32, "
                                "which ends at 3.4e38");
}

}  // namespace wakesleep
