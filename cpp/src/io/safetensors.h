// Safetensors files (github.com/huggingface/safetensors, "Format"): the header's length as a 64-bit little-endian
// number, a JSON header that names the tensors and where their bytes are, the bytes. Everything is little-endian and
// row-major.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wakesleep::io {

enum class Dtype { f32, f16, u64 };
const char* name_of(Dtype dtype);    // as the format spells it: "F32"
std::uint64_t size_of(Dtype dtype);  // bytes a value

struct Tensor {
  std::string name;
  Dtype dtype = Dtype::f32;
  std::vector<std::uint64_t> shape;  // empty for a single value
  std::span<const std::uint8_t>
      bytes;  // points into the file that was parsed, or at what is to be written; not aligned
};

struct Safetensors {
  std::map<std::string, std::string> metadata;
  std::vector<Tensor> tensors;                      // in the order of their bytes
  const Tensor* find(std::string_view name) const;  // nullptr when there is none
};

// Follows all of the format's rules, but allows a header of 4 MiB and not 100 MB: Error(format) names the broken one
// and the tensor. Other value types than the three above are refused. Nothing is copied but the header.
Safetensors parse_safetensors(std::span<const std::uint8_t> bytes);

// A file that comes a piece at a time: first the bytes of the header's length, then as many as those say (Error(format)
// when there are fewer, or when they say too much), then its data.
inline constexpr std::size_t safetensors_length_bytes = 8;
inline constexpr std::uint64_t most_safetensors_header_bytes = std::uint64_t{1} << 22;
std::size_t safetensors_header_bytes(std::span<const std::uint8_t> start);
// What parse_safetensors would say of a file that starts so, all of its header among it, and is `length` bytes long.
void check_safetensors(std::span<const std::uint8_t> start, std::uint64_t length);
// How long a file that starts so says it is; errors as for one of that length.
std::uint64_t safetensors_file_bytes(std::span<const std::uint8_t> start);

// The header is padded so that the bytes start at a multiple of 8, and tensors of larger values come first, so that
// each is aligned to its values. The same content gives the same file. std::invalid_argument for a name that is there
// twice or reserved, bytes that don't match the shape, text that isn't UTF-8.
std::vector<std::uint8_t> write_safetensors(const Safetensors& file);

// "784x500"; "one value" for an empty shape.
std::string shape_text(std::span<const std::uint64_t> shape);

}  // namespace wakesleep::io
