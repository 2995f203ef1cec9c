// Numbers as a file of a user's own has them.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "wakesleep/matrix.h"

namespace wakesleep::io {

// Row by row: bytes, which stand for what the user says, or floats. Sizes are at least 1; their product is the number
// of values.
struct NumberArray {
  std::vector<Index> shape;
  std::variant<std::vector<std::uint8_t>, std::vector<float>> values;
};

}  // namespace wakesleep::io
