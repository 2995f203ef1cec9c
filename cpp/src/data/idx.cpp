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
#include <functional>
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

std::string in_bytes(std::uint64_t count) { return std::to_string(count) + (count == 1 ? " byte" : " bytes"); }
std::string following_bytes(std::uint64_t count) { return in_bytes(count) + (count == 1 ? " follows" : " follow"); }

// `following`: how much follows, in words.
[[noreturn]] void refuse_length(const IdxHeader& header, const std::string& following) {
  fail("the header promises " + contents(header.shape) + " (" +
       (header.overflow ? "more than 2^64 bytes" : in_bytes(header.promised)) + ") but " + following);
}

}  // namespace

std::vector<Index> parse_idx_header(std::span<const std::uint8_t> bytes, std::size_t length) {
  const IdxHeader header = read_idx_header(bytes, length);
  const std::uint64_t following = length - header.size();
  if (header.overflow || header.promised != following) refuse_length(header, following_bytes(following));
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
  std::vector<Index> shape = naming("images", [&] { return parse_idx_header(start, length); });
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
  const IdxArray parsed = naming("labels", [&] { return parse_idx(labels); });
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

namespace {

using Bytes = std::vector<std::uint8_t>;
using Pieces = std::function<std::span<const std::uint8_t>()>;

// next: the file piece by piece, and nothing once it has ended; length: of all of it, where that is known. zlib checks
// each member's CRC and length.
Bytes gunzip_idx(const Pieces& next, std::optional<std::uint64_t> length) {
  Inflater inflater;
  z_stream& stream = inflater.stream;
  Bytes result;
  std::array<std::uint8_t, 1 << 16> chunk;
  std::optional<IdxHeader> header;
  std::span<const std::uint8_t> input;
  std::uint64_t read = 0;
  bool ended = false;
  while (!ended) {
    if (input.empty()) input = next();
    stream.next_in = input.data();
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = chunk.data();
    stream.avail_out = static_cast<uInt>(chunk.size());
    const int status = inflate(&stream, Z_NO_FLUSH);
    read += input.size() - stream.avail_in;
    input = input.last(stream.avail_in);
    const std::span<const std::uint8_t> piece(chunk.data(), stream.next_out);
    if (header && piece.size() > header->size() + header->promised - result.size())
      refuse_length(*header, "more follow");
    result.insert(result.end(), piece.begin(), piece.end());
    if (!header && result.size() >= most_idx_header) {
      header = read_idx_header(result, result.size());
      const std::uint64_t could_be = length ? most_expansion * *length : UINT64_MAX;
      if (header->overflow || header->promised > could_be)
        refuse_length(*header, "at most " + following_bytes(could_be));
      if (const auto shortage = memory_shortage(header->promised)) fail(*shortage);
      if (result.size() > header->size() + header->promised) refuse_length(*header, "more follow");
      if (length) result.reserve(header->size() + header->promised);
    }
    if (status == Z_STREAM_END) {
      if (input.empty()) input = next();
      ended = input.empty();
      // One byte may be the beginning of a member whose rest is in the next piece.
      if (!ended && !(input.size() > 1 ? is_gzip(input) : input[0] == 0x1f)) {
        fail((length ? following_bytes(*length - read) : "something follows") + " the end of the gzip data");
      }
      if (!ended) inflateReset(&stream);
    } else if (status == Z_BUF_ERROR) {
      fail("the gzip data is cut short after " + std::to_string(read) + " bytes");
    } else if (status != Z_OK) {
      fail(std::string("the gzip data is damaged (") + (stream.msg ? stream.msg : "it needs a dictionary") + ")");
    }
  }
  return result;
}

}  // namespace

Bytes gunzip_idx(const std::string& name, std::span<const std::uint8_t> bytes, std::size_t piece) {
  const Pieces next = [rest = bytes, piece]() mutable {
    const auto first = rest.first(std::min(rest.size(), piece));
    rest = rest.subspan(first.size());
    return first;
  };
  return naming(name, [&] { return gunzip_idx(next, bytes.size()); });
}

Bytes read_rest_of_idx(InputFile& file, Bytes bytes) {
  const auto length = file.length();
  if (!is_gzip(bytes)) {
    if (length) parse_idx_header(bytes, *length);
    file.read_rest(bytes, idx_file_bytes(bytes));
    return bytes;
  }
  std::uint64_t read = 0;
  bool first = true;
  const Pieces next = [&]() -> std::span<const std::uint8_t> {
    constexpr std::size_t piece = 1 << 20;
    if (!first) {
      bytes.clear();
      file.read(bytes, piece);
    }
    first = false;
    read += bytes.size();
    if (!length && read > InputFile::most_unsaid) file.refuse_endless();
    return bytes;
  };
  return gunzip_idx(next, length);
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

std::vector<std::uint8_t> read_idx_file(const std::string& path) {
  InputFile file(path);
  Bytes start;
  file.read(start, most_idx_header);
  return naming(file.path(), [&] { return read_rest_of_idx(file, std::move(start)); });
}

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
