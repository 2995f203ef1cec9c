#include "io/safetensors.h"

#include <algorithm>
#include <bit>
#include <compare>
#include <limits>
#include <optional>
#include <set>
#include <stdexcept>

#include "io/json.h"
#include "wakesleep/errors.h"

namespace wakesleep::io {

namespace {

static_assert(std::endian::native == std::endian::little, "tensors are copied as they are");

constexpr std::size_t length_bytes = safetensors_length_bytes;
// The format allows 100 MB, which take seconds to parse; the largest model this project writes has a few kB and notes.
constexpr std::uint64_t most_header_bytes = most_safetensors_header_bytes;
constexpr std::size_t alignment = 8;  // of the data, and the size of the largest values
constexpr int header_levels = 3;      // header, tensor, shape
constexpr const char* metadata_key = "__metadata__";

[[noreturn]] void fail(const std::string& message) { throw Error(ErrorCode::format, "safetensors: " + message); }

std::string tensor_text(const std::string& name) { return "tensor " + in_quotes(name); }

// Bytes of a tensor; nothing when that is more than 2^64.
std::optional<std::uint64_t> byte_count(std::span<const std::uint64_t> shape, Dtype dtype) {
  std::uint64_t count = size_of(dtype);
  for (const std::uint64_t size : shape) {
    if (size != 0 && count > std::numeric_limits<std::uint64_t>::max() / size) return std::nullopt;
    count *= size;
  }
  return count;
}

struct Range {
  std::uint64_t begin = 0, end = 0;
  auto operator<=>(const Range&) const = default;
};

std::uint64_t whole_number(const Json& value, const std::string& where) {
  if (value.kind != Json::Kind::whole) fail(where + " holds something else than whole numbers of 0 and more");
  return value.whole;
}

const Json& field(const Json& entry, const char* key, const std::string& tensor) {
  const Json* found = entry.find(key);
  if (!found) fail(tensor + " has no " + key);
  return *found;
}

Dtype parse_dtype(const Json& value, const std::string& tensor) {
  if (value.kind != Json::Kind::string) fail(tensor + ": dtype is not a string");
  const std::string& name = value.string;
  for (const Dtype dtype : {Dtype::f32, Dtype::f16, Dtype::u64}) {
    if (name == name_of(dtype)) return dtype;
  }
  fail(tensor + ": dtype " + in_quotes(name) + " is not one of F32, F16 and U64");
}

std::map<std::string, std::string> parse_metadata(const Json& entries) {
  if (entries.kind != Json::Kind::object) fail("__metadata__ is not an object");
  std::map<std::string, std::string> metadata;
  for (const auto& [key, place] : entries.keys) {
    const Json& value = entries.values[place];
    if (value.kind != Json::Kind::string) fail("__metadata__: the value of " + in_quotes(key) + " is not a string");
    metadata.emplace(key, value.string);
  }
  return metadata;
}

// Without its bytes.
Tensor parse_tensor(const std::string& name, const Json& entry, std::uint64_t data_size, Range& range) {
  const std::string text = tensor_text(name);
  if (entry.kind != Json::Kind::object) fail(text + " is not described by an object");
  Tensor tensor;
  tensor.name = name;
  tensor.dtype = parse_dtype(field(entry, "dtype", text), text);

  const Json& shape = field(entry, "shape", text);
  if (shape.kind != Json::Kind::list) fail(text + ": shape is not a list");
  for (const Json& size : shape.values) tensor.shape.push_back(whole_number(size, text + ": shape"));

  const Json& offsets = field(entry, "data_offsets", text);
  if (offsets.kind != Json::Kind::list || offsets.values.size() != 2)
    fail(text + ": data_offsets is not a list of two numbers");
  range.begin = whole_number(offsets.values[0], text + ": data_offsets");
  range.end = whole_number(offsets.values[1], text + ": data_offsets");
  if (entry.values.size() != 3) fail(text + " has more than dtype, shape and data_offsets");

  const std::string range_text = "[" + std::to_string(range.begin) + ", " + std::to_string(range.end) + "]";
  if (range.begin > range.end) fail(text + ": data_offsets " + range_text + " end before they begin");
  if (range.end > data_size) {
    fail(text + ": data_offsets " + range_text + " reach past the " + std::to_string(data_size) + " bytes of data");
  }
  const std::optional<std::uint64_t> needed = byte_count(tensor.shape, tensor.dtype);
  if (needed != range.end - range.begin) {
    fail(text + ": shape " + shape_text(tensor.shape) + " of " + name_of(tensor.dtype) + " takes " +
         (needed ? std::to_string(*needed) : "more than 2^64") + " bytes, but data_offsets " + range_text + " hold " +
         std::to_string(range.end - range.begin));
  }
  return tensor;
}

struct Header {
  std::map<std::string, std::string> metadata;
  std::multimap<Range, Tensor> tensors;  // in the order of their bytes, which they are still without
  std::size_t data = 0;                  // where the bytes begin
  std::uint64_t end = 0;                 // and end
};

// file_size: none where the header is to say it.
Header parse_header(std::span<const std::uint8_t> start, std::optional<std::uint64_t> file_size) {
  const std::size_t length = safetensors_header_bytes(start.first(std::min(start.size(), length_bytes)));
  if (length > start.size() - length_bytes) {
    fail("the header's length is " + std::to_string(length) + " bytes, but only " +
         std::to_string(start.size() - length_bytes) + " follow");
  }
  const auto header_bytes = start.subspan(length_bytes, length);
  if (header_bytes.empty() || header_bytes[0] != '{') fail("the header does not start with '{'");

  const std::string_view text(reinterpret_cast<const char*>(header_bytes.data()), header_bytes.size());
  const Json json = parse_json(text, "safetensors: the header", header_levels);
  Header header;
  header.data = length_bytes + length;
  const std::uint64_t data_size = file_size.value_or(std::numeric_limits<std::uint64_t>::max()) - header.data;
  for (const auto& [name, place] : json.keys) {
    const Json& entry = json.values[place];
    if (name == metadata_key) {
      header.metadata = parse_metadata(entry);
    } else {
      Range range;
      Tensor tensor = parse_tensor(name, entry, data_size, range);
      header.tensors.emplace(range, std::move(tensor));
    }
  }

  std::uint64_t covered = 0;
  for (const auto& [range, tensor] : header.tensors) {
    if (range.begin < covered) fail(tensor_text(tensor.name) + " overlaps the one before it");
    if (range.begin > covered) {
      fail("no tensor covers the " + std::to_string(range.begin - covered) + " bytes before " +
           tensor_text(tensor.name));
    }
    covered = range.end;
  }
  header.end = header.data + covered;
  if (file_size && covered != data_size) {
    fail("no tensor covers the last " + std::to_string(data_size - covered) + " bytes of the file");
  }
  return header;
}

}  // namespace

const char* name_of(Dtype dtype) {
  switch (dtype) {
    case Dtype::f32:
      return "F32";
    case Dtype::f16:
      return "F16";
    case Dtype::u64:
      return "U64";
  }
  return "unknown";
}

std::uint64_t size_of(Dtype dtype) {
  switch (dtype) {
    case Dtype::f32:
      return 4;
    case Dtype::f16:
      return 2;
    case Dtype::u64:
      return 8;
  }
  return 1;
}

std::string shape_text(std::span<const std::uint64_t> shape) {
  std::string text;
  for (const std::uint64_t size : shape) text += (text.empty() ? "" : "x") + std::to_string(size);
  return text.empty() ? "one value" : text;
}

const Tensor* Safetensors::find(std::string_view name) const {
  const auto found =
      std::find_if(tensors.begin(), tensors.end(), [&](const Tensor& tensor) { return tensor.name == name; });
  return found == tensors.end() ? nullptr : &*found;
}

std::size_t safetensors_header_bytes(std::span<const std::uint8_t> start) {
  if (start.size() < length_bytes) {
    fail("a file starts with 8 bytes of length, but there are " + std::to_string(start.size()));
  }
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < length_bytes; ++i) length |= std::uint64_t{start[i]} << (8 * i);
  if (length > most_header_bytes) {
    fail("the header's length is " + std::to_string(length) + " bytes; at most " + std::to_string(most_header_bytes) +
         " are allowed");
  }
  return static_cast<std::size_t>(length);
}

void check_safetensors(std::span<const std::uint8_t> start, std::uint64_t length) { parse_header(start, length); }

std::uint64_t safetensors_file_bytes(std::span<const std::uint8_t> start) {
  return parse_header(start, std::nullopt).end;
}

Safetensors parse_safetensors(std::span<const std::uint8_t> bytes) {
  Header header = parse_header(bytes, bytes.size());
  const auto data = bytes.subspan(header.data);
  Safetensors file{std::move(header.metadata), {}};
  for (auto& [range, tensor] : header.tensors) {
    tensor.bytes =
        data.subspan(static_cast<std::size_t>(range.begin), static_cast<std::size_t>(range.end - range.begin));
    file.tensors.push_back(std::move(tensor));
  }
  return file;
}

std::vector<std::uint8_t> write_safetensors(const Safetensors& file) {
  // Larger values first, so that each tensor is aligned to its own; then by name.
  std::map<std::pair<std::uint64_t, std::string_view>, const Tensor*> order;
  std::set<std::string_view> names{metadata_key};
  for (const Tensor& tensor : file.tensors) {
    if (!names.insert(tensor.name).second)
      throw std::invalid_argument(tensor_text(tensor.name) + ": the name is taken");
    if (byte_count(tensor.shape, tensor.dtype) != tensor.bytes.size()) {
      throw std::invalid_argument(tensor_text(tensor.name) + ": " + std::to_string(tensor.bytes.size()) +
                                  " bytes do not make up " + shape_text(tensor.shape) + " of " + name_of(tensor.dtype));
    }
    order.emplace(std::pair(alignment - size_of(tensor.dtype), std::string_view(tensor.name)), &tensor);
  }

  JsonWriter header;
  header.begin_object();
  if (!file.metadata.empty()) {
    header.key(metadata_key).begin_object();
    for (const auto& [key, value] : file.metadata) header.key(key).string(value);
    header.end_object();
  }
  std::uint64_t offset = 0;
  for (const auto& [place, tensor] : order) {
    header.key(tensor->name).begin_object().key("dtype").string(name_of(tensor->dtype)).key("shape").begin_list();
    for (const std::uint64_t size : tensor->shape) header.whole(size);
    const std::uint64_t end = offset + tensor->bytes.size();
    header.end_list().key("data_offsets").begin_list().whole(offset).whole(end).end_list().end_object();
    offset = end;
  }
  std::string text = header.end_object().text();
  text.append((alignment - text.size() % alignment) % alignment, ' ');
  if (text.size() > most_header_bytes)
    throw std::invalid_argument("safetensors: the header, notes among it, is longer than 4 MiB");

  std::vector<std::uint8_t> bytes;
  bytes.reserve(length_bytes + text.size() + static_cast<std::size_t>(offset));
  for (std::size_t i = 0; i < length_bytes; ++i)
    bytes.push_back(static_cast<std::uint8_t>(std::uint64_t{text.size()} >> (8 * i)));
  bytes.insert(bytes.end(), text.begin(), text.end());
  for (const auto& [place, tensor] : order) bytes.insert(bytes.end(), tensor->bytes.begin(), tensor->bytes.end());
  return bytes;
}

}  // namespace wakesleep::io
