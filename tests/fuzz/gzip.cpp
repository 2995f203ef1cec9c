// IDX files packed by gzip: an Error for what is damaged; what is unpacked is no longer than the header of the IDX file
// promises, and the same whatever the pieces in which it comes.
#include "data/gzip.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <limits>
#include <optional>
#include <string_view>

#include "seeds.h"
#include "wakesleep/errors.h"
#include "wakesleep/idx.h"

#define ZLIB_CONST
#include <zlib.h>

using namespace wakesleep;
using fuzz::Bytes;

namespace {

constexpr int gzip_only = 16;
constexpr std::size_t most_unpacked = 1 << 16;

// Kept from call to call: to ask for a stream's memory anew costs several times what packing a small file does.
z_stream& deflating(int level) {
  static std::array<z_stream, Z_BEST_COMPRESSION + 1> streams{};
  z_stream& stream = streams.at(static_cast<std::size_t>(level));
  const int status = stream.state
                         ? deflateReset(&stream)
                         : deflateInit2(&stream, level, Z_DEFLATED, MAX_WBITS + gzip_only, 1, Z_DEFAULT_STRATEGY);
  fuzz::require(status == Z_OK);
  return stream;
}

z_stream& inflating() {
  static z_stream stream{};
  fuzz::require((stream.state ? inflateReset(&stream) : inflateInit2(&stream, MAX_WBITS + gzip_only)) == Z_OK);
  return stream;
}

Bytes pack(std::span<const std::uint8_t> bytes, int level, const std::string_view name = {}) {
  z_stream& stream = deflating(level);
  std::string copy(name);
  gz_header header{};
  header.name = reinterpret_cast<Bytef*>(copy.data());
  if (!name.empty()) deflateSetHeader(&stream, &header);
  Bytes packed(deflateBound(&stream, bytes.size()) + name.size() + 64);
  stream.next_in = bytes.data();
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = packed.data();
  stream.avail_out = static_cast<uInt>(packed.size());
  fuzz::require(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  packed.resize(packed.size() - stream.avail_out);
  if (!name.empty()) deflateSetHeader(&stream, nullptr);
  return packed;
}

// What is in the first member, if it is whole and not too long.
std::optional<Bytes> unpack(std::span<const std::uint8_t> bytes) {
  static std::array<std::uint8_t, most_unpacked> content;
  z_stream& stream = inflating();
  stream.next_in = bytes.data();
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = content.data();
  stream.avail_out = static_cast<uInt>(content.size());
  if (inflate(&stream, Z_FINISH) != Z_STREAM_END) return std::nullopt;
  return Bytes(content.data(), stream.next_out);
}

Bytes joined(Bytes first, const Bytes& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

}  // namespace

std::vector<Bytes> fuzz::seeds() {
  const Bytes images = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 1, 0, 255, 7, 9};
  const Bytes labels = {0, 0, 8, 1, 0, 0, 0, 2, 1, 0};
  Bytes large = {0, 0, 8, 2, 0, 0, 0, 100, 0, 0, 1, 0};
  large.resize(large.size() + std::size_t{100} * 256);
  Bytes longer = labels;
  longer.resize(100);
  const Bytes start(images.begin(), images.begin() + 10), rest(images.begin() + 10, images.end());
  const Bytes packed = pack(images, 9);
  return {packed,
          pack(labels, 1),
          pack(images, 0),
          pack(large, 9),
          pack(longer, 6),
          pack({}, 6),
          pack(images, 6, "train-images-idx3-ubyte"),
          joined(pack(start, 6), pack(rest, 0)),
          joined(packed, {0, 0, 0}),
          Bytes(packed.begin(), packed.end() - 5)};
}

extern "C" {

std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

// Most mutations would only be seen as a wrong checksum: two in three are made of what is packed.
std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  std::optional<Bytes> content;
  if (seed % 3 > 0) content = unpack({data, size});
  if (!content) return LLVMFuzzerMutate(data, size, most);
  const std::size_t length = content->size();
  content->resize(std::min(most_unpacked, std::max<std::size_t>(2 * length, 64)));
  content->resize(LLVMFuzzerMutate(content->data(), length, content->size()));
  const Bytes packed = pack(*content, static_cast<int>(seed / 3 % 10));
  if (packed.size() > most) return LLVMFuzzerMutate(data, size, most);
  std::copy(packed.begin(), packed.end(), data);
  return packed.size();
}

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto unpacked = [&](std::size_t piece) -> std::optional<Bytes> {
    try {
      return gunzip_idx("the file", {data, size}, piece);
    } catch (const Error& error) {
      fuzz::require(error.code() == ErrorCode::format);
      return std::nullopt;
    }
  };
  const std::optional<Bytes> bytes = unpacked(size);
  constexpr std::size_t small = 256;
  if (size <= small) fuzz::require(unpacked(1) == bytes && unpacked(7) == bytes);
  if (!bytes) return 0;
  try {
    const IdxArray array = parse_idx(*bytes);
    std::size_t product = 1;
    for (const Index length : array.shape) product *= static_cast<std::size_t>(length);
    fuzz::require(array.values.size() == product);
  } catch (const Error& error) {
    fuzz::require(error.code() == ErrorCode::format);
  }
  return 0;
}

}  // extern "C"
