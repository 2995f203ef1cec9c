// Numbers as decimal text, without the C library's printf and strtod, which bring arithmetic of 128 bits into a
// WebAssembly module: 20 KB. NaN, Infinity and -Infinity are as JavaScript writes them.
#pragma once

#include <string>

namespace wakesleep::math {

// The fewest digits that read as the same number. Whole numbers below 10^15 have no exponent.
std::string shortest_text(double number);

// `digits` significant digits at most, 1 to 17, rounded to the nearest and at a tie to the even one: printf's %.*g.
std::string rounded_text(double number, int digits);

}  // namespace wakesleep::math
