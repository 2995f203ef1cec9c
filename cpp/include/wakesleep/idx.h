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
// The shape alone, from the first bytes of a file (all of them, or at least most_idx_header) that is `length` long.
inline constexpr std::size_t most_idx_header = 20;
std::vector<Index> parse_idx_header(std::span<const std::uint8_t> start, std::size_t length);
// How long a file that starts so says it is: more than 2^64 as 2^64 - 1.
std::uint64_t idx_file_bytes(std::span<const std::uint8_t> start);

// Images (2 or 3 dimensions) scaled to [0, 1], with the labels of a second file unless `labels` is empty.
Dataset dataset_from_idx(std::span<const std::uint8_t> images, std::span<const std::uint8_t> labels);

// The same of images that come a few at a time.
class IdxImages {
 public:
  // start, length: as parse_idx_header takes them.
  IdxImages(std::span<const std::uint8_t> start, std::size_t length, std::span<const std::uint8_t> labels);
  const std::vector<Index>& shape() const { return shape_; }    // of all images, their number first
  std::size_t header() const { return 4 + 4 * shape_.size(); }  // bytes of the file before the first image
  // The bytes of whole images.
  void append(std::span<const std::uint8_t> images) { images_.append(images); }
  Dataset finish() { return images_.finish(std::move(labels_)); }  // once all have come

 private:
  std::vector<Index> shape_;
  DatasetBuilder images_;
  std::vector<std::uint16_t> labels_;
};

#ifndef __EMSCRIPTEN__
// The bytes of an IDX file, gunzipped when it starts as gzip does; no more of it is read, and no more memory is taken,
// than its header promises. Error(io) when it can't be read, Error(format) when gzip is damaged or the length is wrong.
std::vector<std::uint8_t> read_idx_file(const std::string& path);
// The usual four files of MNIST's folder, plain or with .gz: "train-images-idx3-ubyte" and so on.
Dataset read_idx_folder(const std::string& folder, bool training);
#endif

}  // namespace wakesleep
