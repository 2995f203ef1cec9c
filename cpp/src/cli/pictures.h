// Images side by side as one grey picture, and the files that hold it.
#pragma once

#include <cstdint>
#include <vector>

#include "wakesleep/matrix.h"

namespace wakesleep::cli {

struct Picture {
  Index width, height;
  std::vector<std::uint8_t> pixels;  // row by row, 0 is black
};

// One image a row, `width` pixels wide; ten stand side by side, with a margin of two. Black is 0 and white is 1 or,
// where some value is outside of that, the least value and the largest.
Picture contact_sheet(const Matrix& images, Index width);

// PNG (ISO/IEC 15948), 8 bits a pixel, and binary PGM (Netpbm).
std::vector<std::uint8_t> png_file(const Picture& picture);
std::vector<std::uint8_t> pgm_file(const Picture& picture);

}  // namespace wakesleep::cli
