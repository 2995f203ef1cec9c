// Tables of numbers as text, a row a line, as spreadsheets, pandas and numpy.savetxt write them.
#pragma once

#include <cstdint>
#include <span>

#include "io/number_array.h"

namespace wakesleep::io {

// The numbers of a line stand apart by commas, semicolons, tabs or spaces, the same in all lines; beside the others
// spaces do not count. The first line may have names in place of numbers. Lines that are empty or begin with # do not
// count. Values are floats. Error(format) names the line and the column of what is no number, and lines of another
// length than the first.
NumberArray parse_csv(std::span<const std::uint8_t> bytes);

}  // namespace wakesleep::io
