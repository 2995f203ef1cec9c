#include "cli/pictures.h"

#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <new>
#include <string>
#include <string_view>

namespace wakesleep::cli {
namespace {

using Bytes = std::vector<std::uint8_t>;

void add_big_endian(Bytes& bytes, std::uint32_t number) {
  for (const int shift : {24, 16, 8, 0}) bytes.push_back(static_cast<std::uint8_t>(number >> shift));
}

void add_chunk(Bytes& file, std::string_view type, const Bytes& data) {
  add_big_endian(file, static_cast<std::uint32_t>(data.size()));
  const auto begin = static_cast<std::ptrdiff_t>(file.size());
  file.insert(file.end(), type.begin(), type.end());
  file.insert(file.end(), data.begin(), data.end());
  const uLong sum = crc32_z(0, file.data() + begin, file.size() - static_cast<std::size_t>(begin));
  add_big_endian(file, static_cast<std::uint32_t>(sum));
}

Bytes deflated(const Bytes& bytes) {
  Bytes result(compressBound(static_cast<uLong>(bytes.size())));
  uLongf length = static_cast<uLongf>(result.size());
  if (compress2(result.data(), &length, bytes.data(), static_cast<uLong>(bytes.size()), Z_BEST_COMPRESSION) != Z_OK)
    throw std::bad_alloc();
  result.resize(length);
  return result;
}

}  // namespace

Picture contact_sheet(const Matrix& images, Index width) {
  constexpr Index most_across = 10, margin = 2;
  constexpr std::uint8_t grey = 64;
  const Index height = images.cols() / width, across = std::min(most_across, images.rows()),
              down = (images.rows() + across - 1) / across;
  Picture sheet{across * (width + margin) + margin, down * (height + margin) + margin, {}};
  sheet.pixels.assign(static_cast<std::size_t>(sheet.width * sheet.height), grey);
  const bool within = images.minCoeff() >= 0 && images.maxCoeff() <= 1;
  const float black = within ? 0 : images.minCoeff(), white = within ? 1 : images.maxCoeff();
  const float scale = white > black ? 255 / (white - black) : 0;
  for (Index i = 0; i < images.rows(); ++i) {
    const Index top = i / across * (height + margin) + margin, left = i % across * (width + margin) + margin;
    for (Index y = 0; y < height; ++y)
      for (Index x = 0; x < width; ++x)
        sheet.pixels[static_cast<std::size_t>((top + y) * sheet.width + left + x)] =
            static_cast<std::uint8_t>(std::lround((images(i, y * width + x) - black) * scale));
  }
  return sheet;
}

Bytes png_file(const Picture& picture) {
  Bytes header;
  add_big_endian(header, static_cast<std::uint32_t>(picture.width));
  add_big_endian(header, static_cast<std::uint32_t>(picture.height));
  // 8 bits of grey, deflated, the usual filters, not interlaced.
  header.insert(header.end(), {8, 0, 0, 0, 0});
  // Each line begins with its filter: none.
  Bytes lines;
  for (Index y = 0; y < picture.height; ++y) {
    lines.push_back(0);
    const auto begin = picture.pixels.begin() + y * picture.width;
    lines.insert(lines.end(), begin, begin + picture.width);
  }
  Bytes file = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  add_chunk(file, "IHDR", header);
  add_chunk(file, "IDAT", deflated(lines));
  add_chunk(file, "IEND", {});
  return file;
}

Bytes pgm_file(const Picture& picture) {
  const std::string header = "P5 " + std::to_string(picture.width) + " " + std::to_string(picture.height) + " 255\n";
  Bytes file(header.begin(), header.end());
  file.insert(file.end(), picture.pixels.begin(), picture.pixels.end());
  return file;
}

}  // namespace wakesleep::cli
