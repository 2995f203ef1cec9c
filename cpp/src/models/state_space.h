// The states of a side of binary units, numbered, where there are not too many: what enumeration runs over.
#pragma once

#include <cstdint>

#include "models/layer.h"

namespace wakesleep {

// How many there are; 0 where a side has more than `most`, or units whose states cannot be counted.
std::uint64_t count_states(const Layer& layer, std::uint64_t most);
// States first .. first + count - 1 as rows x layer.width(). Bernoulli units are the number's lowest bits, the first unit lowest;
// groups, the labels last, are digits.
void set_states(const Layer& layer, std::uint64_t first, Index count, BitMatrix& states);

}  // namespace wakesleep
