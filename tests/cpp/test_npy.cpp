#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <string>

#include "io/npy.h"
#include "wakesleep/errors.h"

using namespace wakesleep;

namespace {

using Bytes = std::vector<std::uint8_t>;
using Floats = std::vector<float>;

// A file with this dictionary, padded as NumPy pads it, and these bytes of values.
Bytes npy(std::string header, const Bytes& values, int version = 1) {
  header.resize((header.size() / 64 + 1) * 64, ' ');
  header.back() = '\n';
  Bytes file = {0x93, 'N', 'U', 'M', 'P', 'Y', static_cast<std::uint8_t>(version), 0};
  for (int i = 0; i < (version == 1 ? 2 : 4); ++i) file.push_back(static_cast<std::uint8_t>(header.size() >> 8 * i));
  file.insert(file.end(), header.begin(), header.end());
  file.insert(file.end(), values.begin(), values.end());
  return file;
}

std::string dictionary(const std::string& type, const std::string& shape) {
  return "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }";
}

template <class T>
Bytes bytes_of(std::initializer_list<T> values) {
  Bytes bytes(values.size() * sizeof(T));
  std::memcpy(bytes.data(), std::data(values), bytes.size());
  return bytes;
}

template <class T>
void check_type(const char* name, std::initializer_list<T> values) {
  CAPTURE(name);
  const io::NumberArray read = io::parse_npy(npy(dictionary(name, "(3,)"), bytes_of(values)));
  CHECK(read.shape == std::vector<Index>{3});
  Floats floats;
  for (const T value : values) floats.push_back(static_cast<float>(value));
  CHECK(std::get<Floats>(read.values) == floats);
}

void check_refused(const Bytes& file, const std::string& part) {
  CAPTURE(part);
  std::string message;
  try {
    io::parse_npy(file);
  } catch (const Error& error) {
    message = error.what();
    CHECK(error.code() == ErrorCode::format);
  }
  CHECK_MESSAGE(message.find(part) != message.npos, message);
}

}  // namespace

TEST_CASE(".npy files of every type of number are read") {
  check_type<float>("<f4", {-1.5f, 0, 1e30f});
  check_type<double>("<f8", {-1.5, 0, 0.1});
  check_type<std::int8_t>("|i1", {-128, 0, 127});
  check_type<std::int16_t>("<i2", {-30000, 0, 30000});
  check_type<std::uint16_t>("<u2", {1, 0, 65535});
  check_type<std::int32_t>("<i4", {-70000, 0, 70000});
  check_type<std::uint32_t>("<u4", {1, 0, 70000});
  check_type<std::int64_t>("<i8", {-9, 0, 9});
  check_type<std::uint64_t>("<u8", {1, 0, 9});
  const io::NumberArray bits = io::parse_npy(npy(dictionary("|b1", "(2, 2)"), {0, 1, 1, 0}));
  CHECK(bits.shape == std::vector<Index>{2, 2});
  CHECK(std::get<Floats>(bits.values) == Floats{0, 1, 1, 0});
  const io::NumberArray pixels = io::parse_npy(npy(dictionary("|u1", "(1, 2, 2)"), {0, 7, 255, 1}));
  CHECK(pixels.shape == std::vector<Index>{1, 2, 2});
  CHECK(std::get<Bytes>(pixels.values) == Bytes{0, 7, 255, 1});
}

TEST_CASE(".npy files of every version are read, and whatever way the dictionary is written") {
  for (const int version : {1, 2, 3})
    CHECK(std::get<Bytes>(io::parse_npy(npy(dictionary("|u1", "(2,)"), {3, 4}, version)).values) == Bytes{3, 4});
  CHECK(io::parse_npy(npy("{ \"shape\":(2 , 1),'fortran_order':False , 'descr':\"|u1\"}", {3, 4})).shape ==
        std::vector<Index>{2, 1});
}

TEST_CASE(".npy files that are damaged, hostile or of another kind are refused") {
  const Bytes good = npy(dictionary("<f4", "(1, 2)"), Bytes(8));
  CHECK(io::parse_npy(good).shape == std::vector<Index>{1, 2});
  for (std::size_t length = 0; length < good.size(); ++length)
    CHECK_THROWS_AS(io::parse_npy({good.data(), length}), Error);
  check_refused({'P', 'K', 3, 4}, "does not begin as NumPy's arrays do");
  CHECK_THROWS_AS(io::parse_npy(npy("", {})), Error);  // the file ends with a header of no length
  check_refused(npy(dictionary("<f4", "(1,)"), Bytes(4), 4), "version 4 is not known");
  check_refused(npy(dictionary("<f4", "(1, 2)"), Bytes(9)), "(8 bytes), but 9 bytes follow");
  check_refused(npy(dictionary("<f4", "(1, 2)"), Bytes(1)), "(8 bytes), but 1 byte follows");
  check_refused(npy(dictionary("<f4", "(1000000000000, 1000000000000)"), Bytes(8)), "more than 2^64");
  check_refused(npy(dictionary("<f4", "(4611686018427387904, 1)"), {}), "more than 2^64");
  check_refused(npy(dictionary("<f4", "(18446744073709551616,)"), {}), "something else than whole numbers");
  check_refused(npy(dictionary("<f4", "(-1,)"), {}), "something else than whole numbers");
  check_refused(npy(dictionary("<f4", "(0, 3)"), {}), "a dimension has size 0");
  check_refused(npy(dictionary("<f4", "()"), Bytes(4)), "no dimensions");
  check_refused(npy(dictionary("<f4", "(1, 1, 1, 1, 1)"), Bytes(4)), "more than 4 dimensions");
  check_refused(npy(dictionary(">f4", "(1,)"), Bytes(4)), "x.astype('<f4')");
  check_refused(npy(dictionary("|O", "(1,)"), Bytes(8)), "of type '|O'");
  check_refused(npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", Bytes(4)), "several fields");
  check_refused(npy("{'descr': '<f4', 'fortran_order': True, 'shape': (1, 2)}", Bytes(8)), "numpy.ascontiguousarray");
  check_refused(npy("{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}", Bytes(4)), "neither True nor False");
  check_refused(npy("{'descr': '<f4', 'descr': '<f4', 'shape': (1,)}", Bytes(4)), "'descr' twice");
  check_refused(npy("{'descr': '<f4', 'shape': (1,)}", Bytes(4)), "lacks one of");
  check_refused(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'x': 1}", Bytes(4)), "the key 'x'");
  check_refused(npy(dictionary("<f4", "(1,)") + "import os", Bytes(4)), "follows the header's dictionary");
  check_refused(npy("{'descr", Bytes(4)), "no a key");
}

TEST_CASE(".npy headers that promise too much are refused before they are read") {
  Bytes file = npy(dictionary("|u1", "(1,)"), {0}, 2);
  for (std::size_t i = 8; i < 12; ++i) file[i] = 0xff;
  check_refused(file, "too long for an array of numbers");
  file[10] = file[11] = 0;
  file[9] = 0x10;
  check_refused(file, "is cut short");
  // A file that is not there yet: its beginning is enough.
  const Bytes start = npy(dictionary("<f4", "(1000000, 784)"), {});
  io::check_npy(start, start.size() + 3'136'000'000);
  CHECK_THROWS_AS(io::check_npy(start, start.size() + 3'135'999'999), Error);
}

TEST_CASE(".npy files that are written are read again, and begin their values at a multiple of 64") {
  for (const Index columns : {1, 3, 1000}) {
    const Matrix values = Matrix::Random(4, columns);
    const Bytes file = io::npy_file(values);
    CHECK((file.size() - static_cast<std::size_t>(values.size()) * sizeof(float)) % 64 == 0);
    const io::NumberArray read = io::parse_npy(file);
    CHECK(read.shape == std::vector<Index>{4, columns});
    CHECK(std::get<Floats>(read.values) == Floats(values.data(), values.data() + values.size()));
  }
}
