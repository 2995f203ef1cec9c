#include "wakesleep/idx.h"

#include <array>
#include <limits>
#include <optional>

#include "data/gzip.h"
#include "wakesleep/errors.h"

#ifndef __EMSCRIPTEN__
#define ZLIB_CONST
#include <zlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#endif

namespace wakesleep {

namespace {

constexpr std::uint8_t unsigned_bytes = 0x08;
constexpr std::size_t most_dimensions = 4;

[[noreturn]] void fail(const std::string& message) { throw Error(ErrorCode::format, message); }

std::string hex(std::span<const std::uint8_t> bytes) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes) {
    if (!text.empty()) text += ' ';
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

bool is_gzip(std::span<const std::uint8_t> bytes) { return bytes.size() >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b; }

std::string type_name(std::uint8_t type) {
  switch (type) {
    case 0x09:
      return " (signed bytes)";
    case 0x0b:
      return " (16-bit integers)";
    case 0x0c:
      return " (32-bit integers)";
    case 0x0d:
      return " (floats)";
    case 0x0e:
      return " (doubles)";
    default:
      return "";
  }
}

// "60000 images of 28x28", "60000 labels", "400 rows of 64".
std::string contents(std::span<const std::uint64_t> shape) {
  std::string text = std::to_string(shape[0]);
  if (shape.size() == 1) return text + " labels";
  text += shape.size() == 2 ? " rows of " : " images of ";
  for (std::size_t i = 1; i < shape.size(); ++i) text += (i > 1 ? "x" : "") + std::to_string(shape[i]);
  return text;
}

// f(), whose errors name the file.
template <class F>
auto named(const char* name, F&& f) {
  try {
    return f();
  } catch (const Error& error) {
    throw Error(error.code(), std::string(name) + ": " + error.what());
  }
}

}  // namespace

namespace {

struct IdxHeader {
  std::vector<std::uint64_t> shape;
  std::uint64_t promised = 1;  // bytes of values
  bool overflow = false;       // they are more than 2^64
  std::size_t size() const { return 4 + 4 * shape.size(); }
};

IdxHeader read_idx_header(std::span<const std::uint8_t> bytes, std::uint64_t length) {
  if (length < 4) fail("an IDX file starts with 4 bytes of magic number, but there are " + std::to_string(length));
  const auto magic = bytes.first(4);
  if (magic[0] != 0 || magic[1] != 0) {
    fail("the magic number is " + hex(magic) + ", where an IDX file of unsigned bytes has 00 00 08 and its dimensions" +
         (is_gzip(bytes) ? " (this is gzip: unpack it first)" : ""));
  }
  if (magic[2] != unsigned_bytes) {
    fail("the values are of type " + hex(magic.subspan(2, 1)) + type_name(magic[2]) +
         "; only unsigned bytes (08) are read");
  }
  const std::size_t dimensions = magic[3];
  if (dimensions < 1 || dimensions > most_dimensions) {
    fail("the header says " + std::to_string(dimensions) + " dimensions; allowed are 1 to 4");
  }
  const std::size_t header = 4 + 4 * dimensions;
  if (length < header) {
    fail("the header of " + std::to_string(header) + " bytes is cut short at " + std::to_string(length));
  }

  IdxHeader found;
  for (std::size_t i = 0; i < dimensions; ++i) {
    const auto part = bytes.subspan(4 + 4 * i, 4);
    const std::uint64_t size = std::uint64_t{part[0]} << 24 | std::uint64_t{part[1]} << 16 |
                               std::uint64_t{part[2]} << 8 | std::uint64_t{part[3]};
    if (size == 0) fail("dimension " + std::to_string(i + 1) + " has size 0");
    found.overflow = found.overflow || found.promised > std::numeric_limits<std::uint64_t>::max() / size;
    found.promised *= size;
    found.shape.push_back(size);
  }
  return found;
}

// `following`: how many bytes there are, in words.
[[noreturn]] void refuse_length(const IdxHeader& header, const std::string& following) {
  fail("the header promises " + contents(header.shape) + " (" +
       (header.overflow ? "more than 2^64" : std::to_string(header.promised)) + " bytes) but " + following + " follow");
}

}  // namespace

std::vector<Index> parse_idx_header(std::span<const std::uint8_t> bytes, std::size_t length) {
  const IdxHeader header = read_idx_header(bytes, length);
  const std::uint64_t following = length - header.size();
  if (header.overflow || header.promised != following) refuse_length(header, std::to_string(following) + " bytes");
  // Each size is at most their product, which is the length of the bytes: it fits an Index.
  return {header.shape.begin(), header.shape.end()};
}

std::uint64_t idx_file_bytes(std::span<const std::uint8_t> start) {
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  const IdxHeader header = read_idx_header(start, start.size());
  return header.overflow || header.promised > most - header.size() ? most : header.size() + header.promised;
}

IdxArray parse_idx(std::span<const std::uint8_t> bytes) {
  std::vector<Index> shape = parse_idx_header(bytes, bytes.size());
  const std::size_t header = 4 + 4 * shape.size();
  return {std::move(shape), bytes.subspan(header)};
}

namespace {

std::vector<Index> image_shape(std::span<const std::uint8_t> start, std::size_t length) {
  std::vector<Index> shape = named("images", [&] { return parse_idx_header(start, length); });
  if (shape.size() != 2 && shape.size() != 3) {
    fail("images: the file has " + std::to_string(shape.size()) + " dimensions; images have 2 or 3" +
         (shape.size() == 1 ? " (are these the labels?)" : ""));
  }
  return shape;
}

}  // namespace

IdxImages::IdxImages(std::span<const std::uint8_t> start, std::size_t length, std::span<const std::uint8_t> labels)
    : shape_(image_shape(start, length)),
      images_(shape_[0], shape_[1] * (shape_.size() == 3 ? shape_[2] : 1), 1.0f / 255) {
  if (labels.empty()) return;
  const IdxArray parsed = named("labels", [&] { return parse_idx(labels); });
  if (parsed.shape.size() != 1) {
    fail("labels: the file has " + std::to_string(parsed.shape.size()) + " dimensions; labels have 1");
  }
  if (parsed.shape[0] != shape_[0]) {
    fail("labels: there are " + std::to_string(parsed.shape[0]) + " labels for " + std::to_string(shape_[0]) +
         " images");
  }
  labels_.assign(parsed.values.begin(), parsed.values.end());
}

Dataset dataset_from_idx(std::span<const std::uint8_t> images, std::span<const std::uint8_t> labels) {
  IdxImages reader(images, images.size(), labels);
  reader.append(images.subspan(reader.header()));
  return reader.finish();
}

#ifndef __EMSCRIPTEN__

namespace {

// No gzip data unpack to more than this many times their length (zlib's documentation, "Maximum Compression Factor").
constexpr std::uint64_t most_expansion = 1032;

std::vector<std::uint8_t> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(ErrorCode::io, path + " can't be opened");
  std::vector<std::uint8_t> bytes;
  std::error_code unknown;
  const std::uintmax_t size = std::filesystem::is_regular_file(path, unknown) ? std::filesystem::file_size(path) : 0;
  if (size > 0) {
    // A file that is not what its header says need not be read.
    std::array<char, most_idx_header> start{};
    file.read(start.data(), start.size());
    bytes.assign(start.data(), start.data() + file.gcount());
    if (!is_gzip(bytes)) named(path.c_str(), [&] { return parse_idx_header(bytes, size); });
    bytes.reserve(size);
    file.clear();
  }
  std::array<char, 1 << 16> chunk;
  while (file.read(chunk.data(), chunk.size()) || file.gcount() > 0) {
    bytes.insert(bytes.end(), chunk.data(), chunk.data() + file.gcount());
  }
  // A folder opens like a file.
  if (file.bad() || std::filesystem::is_directory(path)) throw Error(ErrorCode::io, path + " can't be read");
  return bytes;
}

struct Inflater {
  z_stream stream{};
  Inflater() {
    constexpr int gzip_only = 16;
    if (inflateInit2(&stream, MAX_WBITS + gzip_only) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { inflateEnd(&stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
};

}  // namespace

// zlib checks each member's CRC and length.
std::vector<std::uint8_t> gunzip_idx(const std::string& path, std::span<const std::uint8_t> bytes) {
  Inflater inflater;
  z_stream& stream = inflater.stream;
  std::vector<std::uint8_t> result;
  std::array<std::uint8_t, 1 << 16> chunk;
  std::optional<IdxHeader> header;
  std::size_t read = 0;
  bool ended = false;
  while (!ended) {
    const auto input = bytes.subspan(read, std::min<std::size_t>(bytes.size() - read, 1 << 30));
    stream.next_in = input.data();
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = chunk.data();
    stream.avail_out = static_cast<uInt>(chunk.size());
    const int status = inflate(&stream, Z_NO_FLUSH);
    read += input.size() - stream.avail_in;
    const std::span<const std::uint8_t> piece(chunk.data(), stream.next_out);
    if (header && piece.size() > header->size() + header->promised - result.size())
      named(path.c_str(), [&]() -> int { refuse_length(*header, "more"); });
    result.insert(result.end(), piece.begin(), piece.end());
    if (!header && result.size() >= most_idx_header) {
      header = named(path.c_str(), [&] { return read_idx_header(result, result.size()); });
      const std::uint64_t could_be = most_expansion * bytes.size();
      if (header->overflow || header->promised > could_be)
        named(path.c_str(), [&]() -> int { refuse_length(*header, "at most " + std::to_string(could_be)); });
      if (result.size() > header->size() + header->promised)
        named(path.c_str(), [&]() -> int { refuse_length(*header, "more"); });
      result.reserve(header->size() + header->promised);
    }
    if (status == Z_STREAM_END) {
      ended = read == bytes.size();
      if (!ended && !is_gzip(bytes.subspan(read))) {
        fail(path + ": " + std::to_string(bytes.size() - read) + " bytes follow the end of the gzip data");
      }
      if (!ended) inflateReset(&stream);
    } else if (status == Z_BUF_ERROR) {
      fail(path + ": the gzip data is cut short after " + std::to_string(bytes.size()) + " bytes");
    } else if (status != Z_OK) {
      fail(path + ": the gzip data is damaged (" + (stream.msg ? stream.msg : "it needs a dictionary") + ")");
    }
  }
  return result;
}

namespace {

// `name` as it is or, when that is not there, with .gz.
std::vector<std::uint8_t> read_member(const std::string& folder, const std::string& name) {
  const std::string path = (std::filesystem::path(folder) / name).string();
  for (const std::string& candidate : {path, path + ".gz"}) {
    if (std::filesystem::exists(candidate)) return read_idx_file(candidate);
  }
  throw Error(ErrorCode::io, "neither " + path + " nor " + path + ".gz is there");
}

}  // namespace

std::vector<std::uint8_t> unpack_idx(std::vector<std::uint8_t> bytes, const std::string& name) {
  return is_gzip(bytes) ? gunzip_idx(name, bytes) : bytes;
}

std::vector<std::uint8_t> read_idx_file(const std::string& path) { return unpack_idx(read_file(path), path); }

Dataset read_idx_folder(const std::string& folder, bool training) {
  const std::string set = training ? "train" : "t10k";
  const auto images = read_member(folder, set + "-images-idx3-ubyte");
  const auto labels = read_member(folder, set + "-labels-idx1-ubyte");
  if (labels.empty()) fail("labels: the file is empty");
  try {
    return dataset_from_idx(images, labels);
  } catch (const Error& error) {
    throw Error(error.code(), folder + " (" + set + "): " + error.what());
  }
}

#endif

}  // namespace wakesleep
