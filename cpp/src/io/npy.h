// NumPy's array files (NumPy Enhancement Proposal 1): 93 "NUMPY", a version, the length of a header, the header, which
// is a Python dictionary, and the values.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "io/number_array.h"

namespace wakesleep::io {

bool is_npy(std::span<const std::uint8_t> bytes);

// Longer headers, which only structured types have, are refused.
inline constexpr std::size_t most_npy_header = std::size_t{1} << 16;
// Error(format) when the header, in the first bytes of a file (all of them, or at least most_npy_header), is not that
// of a file of `length` bytes that parse_npy reads.
void check_npy(std::span<const std::uint8_t> start, std::uint64_t length);

// How long a file that starts so says it is: more than 2^64 as 2^64 - 1. Error(format) as check_npy's.
std::uint64_t npy_file_bytes(std::span<const std::uint8_t> start);

// Versions 1, 2 and 3; booleans, integers of 8 to 64 bits and floats of 32 and 64, little-endian, in C order, 1 to 4
// dimensions. Unsigned bytes stay bytes, all others become floats. Error(format) for what is damaged or of another
// kind; nothing is allocated from an unchecked size.
NumberArray parse_npy(std::span<const std::uint8_t> bytes);

// A file of 32-bit floats, rows x columns, version 1.
std::vector<std::uint8_t> npy_file(const Matrix& values);

}  // namespace wakesleep::io
