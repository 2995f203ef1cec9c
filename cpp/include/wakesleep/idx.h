// IDX files (MNIST's own format): big-endian header 00 00 <type> <dimensions>, one 32-bit size a dimension, then the
// values.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "wakesleep/dataset.h"

namespace wakesleep {

struct IdxArray {
  std::vector<Index> shape;
  std::span<const std::uint8_t> values;  // points into the bytes that were parsed
};

// Unsigned bytes (type 8), 1 to 4 dimensions. Error(format) when the magic, the type, the sizes or the length are
// wrong; nothing is allocated from an unchecked size.
IdxArray parse_idx(std::span<const std::uint8_t> bytes);

// Images (2 or 3 dimensions) scaled to [0, 1], with the labels of a second file unless `labels` is empty.
Dataset dataset_from_idx(std::span<const std::uint8_t> images, std::span<const std::uint8_t> labels);

#ifndef __EMSCRIPTEN__
// A whole file, gunzipped when it starts as gzip does. Error(io) when it can't be read, Error(format) when gzip is
// damaged.
std::vector<std::uint8_t> read_file_gunzipped(const std::string& path);
// The usual four files of MNIST's folder, plain or with .gz: "train-images-idx3-ubyte" and so on.
Dataset read_idx_folder(const std::string& folder, bool training);
#endif

}  // namespace wakesleep
