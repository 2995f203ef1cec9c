#include "io/npy.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>

#include "io/json.h"
#include "wakesleep/errors.h"

namespace wakesleep::io {
namespace {

static_assert(std::endian::native == std::endian::little, "values are copied as they are");

constexpr std::string_view magic("\x93NUMPY", 6);
constexpr std::size_t most_dimensions = 4;

[[noreturn]] void fail(const std::string& message) { throw Error(ErrorCode::format, ".npy: " + message); }

template <class T>
T value_at(const std::uint8_t* place) {
  T value;
  std::memcpy(&value, place, sizeof value);
  return value;
}

template <class T>
void read_values(std::span<const std::uint8_t> bytes, std::vector<float>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(value_at<T>(&bytes[i * sizeof(T)]));
}

void read_booleans(std::span<const std::uint8_t> bytes, std::vector<float>& values) {
  std::transform(bytes.begin(), bytes.end(), values.begin(), [](std::uint8_t byte) { return byte ? 1.0f : 0.0f; });
}

// A type as NumPy writes it, the bytes of a value, and how values become floats.
struct Type {
  std::string_view name;
  std::size_t size;
  void (*read)(std::span<const std::uint8_t> bytes, std::vector<float>& values);
};

constexpr std::string_view unsigned_bytes = "|u1";
constexpr Type types[] = {
    {"<f4", 4, read_values<float>},
    {"<f8", 8, read_values<double>},
    {"|b1", 1, read_booleans},
    {unsigned_bytes, 1, nullptr},
    {"|i1", 1, read_values<std::int8_t>},
    {"<i2", 2, read_values<std::int16_t>},
    {"<u2", 2, read_values<std::uint16_t>},
    {"<i4", 4, read_values<std::int32_t>},
    {"<u4", 4, read_values<std::uint32_t>},
    {"<i8", 8, read_values<std::int64_t>},
    {"<u8", 8, read_values<std::uint64_t>},
};

struct Header {
  std::vector<std::uint64_t> shape;
  const Type* type;
  std::size_t length;      // of all that stands before the values
  std::uint64_t promised;  // bytes of values
  bool overflow;           // they are more than 2^64
};

// Reads the header's dictionary, of which only these forms are written: strings, True, False, and tuples of whole
// numbers.
class Dictionary {
 public:
  explicit Dictionary(std::string_view text) : text_(text) {}

  void read(Header& header) {
    bool has_type = false, has_order = false, has_shape = false;
    const auto once = [](bool& has, std::string_view key) {
      if (has) fail("the header has '" + std::string(key) + "' twice");
      has = true;
    };
    expect('{');
    while (!next_is('}')) {
      const std::string_view key = string("a key");
      expect(':');
      if (key == "descr") {
        once(has_type, key);
        header.type = type();
      } else if (key == "fortran_order") {
        once(has_order, key);
        if (boolean())
          fail("the values are in Fortran's order, column by column; write them row by row: numpy.ascontiguousarray");
      } else if (key == "shape") {
        once(has_shape, key);
        header.shape = shape();
      } else {
        fail("the header has the key " + in_quotes(key));
      }
      if (!next_is(',')) {
        expect('}');
        break;
      }
    }
    if (!has_type || !has_order || !has_shape) fail("the header lacks one of descr, fortran_order and shape");
    spaces();
    if (!text_.empty()) fail("something follows the header's dictionary: " + in_quotes(text_));
  }

 private:
  void spaces() {
    while (!text_.empty() && (text_.front() == ' ' || text_.front() == '\n')) text_.remove_prefix(1);
  }
  bool next_is(char sign) {
    spaces();
    if (text_.empty() || text_.front() != sign) return false;
    text_.remove_prefix(1);
    return true;
  }
  void expect(char sign) {
    if (!next_is(sign)) fail(std::string("the header has no ") + sign + " before " + in_quotes(text_));
  }
  std::string_view string(const char* what) {
    spaces();
    const char quote = text_.empty() ? '\0' : text_.front();
    const std::size_t end = quote == '\'' || quote == '"' ? text_.find(quote, 1) : text_.npos;
    if (end == text_.npos) fail(std::string("the header has no ") + what + " before " + in_quotes(text_));
    const std::string_view found = text_.substr(1, end - 1);
    text_.remove_prefix(end + 1);
    return found;
  }
  bool boolean() {
    spaces();
    for (const bool value : {true, false}) {
      const std::string_view word = value ? "True" : "False";
      if (!text_.starts_with(word)) continue;
      text_.remove_prefix(word.size());
      return value;
    }
    fail("fortran_order is neither True nor False");
  }
  const Type* type() {
    spaces();
    if (text_.starts_with('[')) fail("the values have several fields; a matrix of one type of number is read");
    const std::string_view name = string("type of values");
    const auto* const found =
        std::find_if(std::begin(types), std::end(types), [&](auto& type) { return type.name == name; });
    if (found != std::end(types)) return found;
    fail("the values are of type " + in_quotes(name) +
         "; bool, whole numbers, float32 and float64 are read, little-endian: x.astype('<f4')");
  }
  std::vector<std::uint64_t> shape() {
    std::vector<std::uint64_t> sizes;
    expect('(');
    while (!next_is(')')) {
      spaces();
      std::uint64_t size = 0;
      const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), size);
      if (error != std::errc()) fail("the shape holds something else than whole numbers: " + in_quotes(text_));
      text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
      sizes.push_back(size);
      if (sizes.size() > most_dimensions) break;
      if (!next_is(',')) {
        expect(')');
        break;
      }
    }
    if (sizes.empty() || sizes.size() > most_dimensions)
      fail("the array has " + std::string(sizes.empty() ? "no" : "more than 4") + " dimensions; allowed are 1 to 4");
    return sizes;
  }

  std::string_view text_;
};

// start: as check_npy has it.
Header read_header(std::span<const std::uint8_t> start) {
  constexpr std::size_t version_end = magic.size() + 2;
  if (!is_npy(start) || start.size() < version_end) fail("the file does not begin as NumPy's arrays do");
  const int version = start[magic.size()];
  if (version < 1 || version > 3) fail("version " + std::to_string(version) + " is not known; 1, 2 and 3 are read");
  const std::size_t length_end = version_end + (version == 1 ? 2 : 4);
  if (start.size() < length_end) fail("the file ends within its header");
  const std::uint64_t text_length =
      version == 1 ? value_at<std::uint16_t>(&start[version_end]) : value_at<std::uint32_t>(&start[version_end]);
  if (text_length > most_npy_header - length_end)
    fail("the header of " + std::to_string(text_length) + " bytes is too long for an array of numbers");
  if (text_length > start.size() - length_end)
    fail("the header of " + std::to_string(text_length) + " bytes is cut short");
  Header header{{}, nullptr, length_end + static_cast<std::size_t>(text_length), 0, false};
  Dictionary({reinterpret_cast<const char*>(start.data() + length_end), static_cast<std::size_t>(text_length)})
      .read(header);

  header.promised = header.type->size;
  for (const std::uint64_t size : header.shape) {
    if (size == 0) fail("the array is empty: a dimension has size 0");
    header.overflow = header.overflow || header.promised > std::numeric_limits<std::uint64_t>::max() / size;
    header.promised *= size;
  }
  return header;
}

// start, length: as check_npy has them.
Header read_header(std::span<const std::uint8_t> start, std::uint64_t length) {
  Header header = read_header(start);
  const std::uint64_t following = length - header.length;
  if (!header.overflow && header.promised == following) return header;
  std::string sizes;
  for (const std::uint64_t size : header.shape) sizes += (sizes.empty() ? "" : " x ") + std::to_string(size);
  fail("the header promises " + sizes + " values of type " + std::string(header.type->name) + " (" +
       (header.overflow ? "more than 2^64" : std::to_string(header.promised)) + " bytes), but " +
       std::to_string(following) + (following == 1 ? " byte follows" : " bytes follow"));
}

}  // namespace

bool is_npy(std::span<const std::uint8_t> bytes) {
  return bytes.size() >= magic.size() && std::memcmp(bytes.data(), magic.data(), magic.size()) == 0;
}

void check_npy(std::span<const std::uint8_t> start, std::uint64_t length) { read_header(start, length); }

std::uint64_t npy_file_bytes(std::span<const std::uint8_t> start) {
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  const Header header = read_header(start);
  return header.overflow || header.promised > most - header.length ? most : header.length + header.promised;
}

NumberArray parse_npy(std::span<const std::uint8_t> bytes) {
  const Header header = read_header(bytes, bytes.size());
  const auto data = bytes.subspan(header.length);
  // Each size is at most their product, which is at most the length of the bytes: it fits an Index.
  NumberArray array{{header.shape.begin(), header.shape.end()}, {}};
  if (header.type->name == unsigned_bytes) {
    array.values = std::vector<std::uint8_t>(data.begin(), data.end());
    return array;
  }
  std::vector<float> values(data.size() / header.type->size);
  header.type->read(data, values);
  array.values = std::move(values);
  return array;
}

std::vector<std::uint8_t> npy_file(const Matrix& values) {
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + std::to_string(values.rows()) + ", " +
                       std::to_string(values.cols()) + "), }";
  // The values begin at a multiple of 64, after a line's end.
  constexpr std::size_t alignment = 64, before = magic.size() + 4;
  header.resize((before + header.size()) / alignment * alignment + alignment - before - 1, ' ');
  header += '\n';
  std::vector<std::uint8_t> file(magic.begin(), magic.end());
  file.insert(file.end(),
              {1, 0, static_cast<std::uint8_t>(header.size()), static_cast<std::uint8_t>(header.size() >> 8)});
  file.insert(file.end(), header.begin(), header.end());
  const auto* data = reinterpret_cast<const std::uint8_t*>(values.data());
  file.insert(file.end(), data, data + static_cast<std::size_t>(values.size()) * sizeof(float));
  return file;
}

}  // namespace wakesleep::io
