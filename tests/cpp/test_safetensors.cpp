#include <doctest/doctest.h>

#include <cstring>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <vector>

#include "io/safetensors.h"
#include "wakesleep/errors.h"

using namespace wakesleep;
using io::Dtype;
using io::parse_safetensors;
using io::Safetensors;
using io::write_safetensors;

namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes file_of(const std::string& header, std::size_t data_bytes = 0, std::uint64_t length = ~std::uint64_t{0}) {
  if (length == ~std::uint64_t{0}) length = header.size();
  Bytes bytes;
  for (int i = 0; i < 8; ++i) bytes.push_back(static_cast<std::uint8_t>(length >> (8 * i)));
  bytes.insert(bytes.end(), header.begin(), header.end());
  bytes.resize(bytes.size() + data_bytes);
  return bytes;
}

// A header with one tensor "w"; the parts are JSON texts.
std::string tensor(const std::string& dtype, const std::string& shape, const std::string& offsets) {
  return R"({"w":{"dtype":)" + dtype + R"(,"shape":)" + shape + R"(,"data_offsets":)" + offsets + "}}";
}

void check_refused(const Bytes& bytes, std::initializer_list<std::string> parts) {
  std::string message;
  try {
    parse_safetensors(bytes);
  } catch (const Error& error) {
    message = error.what();
    CHECK(error.code() == ErrorCode::format);
  }
  CHECK_MESSAGE(message.starts_with("safetensors: "), message);
  for (const std::string& part : parts)
    CHECK_MESSAGE(message.find(part) != message.npos, part, " is missing in: ", message);
}

template <class T>
std::span<const std::uint8_t> bytes_of(const std::vector<T>& values) {
  return {reinterpret_cast<const std::uint8_t*>(values.data()), values.size() * sizeof(T)};
}

}  // namespace

TEST_CASE("a hand-made safetensors file is read as the format says") {
  Bytes bytes =
      file_of(R"({"b":{"dtype":"F16","shape":[],"data_offsets":[24,26]},"__metadata__":{"made by":"hand","é":""},)"
              R"( "a":{"shape":[2,3],"data_offsets":[0,24],"dtype":"F32"}} )"
              "\n  ",
              26);
  const float value = 1.5f;
  std::memcpy(bytes.data() + bytes.size() - 26 + 20, &value, 4);
  const Safetensors file = parse_safetensors(bytes);
  CHECK(file.metadata == std::map<std::string, std::string>{{"made by", "hand"}, {"é", ""}});
  REQUIRE(file.tensors.size() == 2);
  CHECK(file.tensors[0].name == "a");  // in the order of their bytes
  CHECK(file.tensors[0].dtype == Dtype::f32);
  CHECK(file.tensors[0].shape == std::vector<std::uint64_t>{2, 3});
  CHECK(file.tensors[0].bytes.data() == bytes.data() + bytes.size() - 26);
  CHECK(std::memcmp(file.tensors[0].bytes.data() + 20, &value, 4) == 0);
  CHECK(file.tensors[1].shape.empty());
  CHECK(file.tensors[1].bytes.size() == 2);
  CHECK(file.find("b") == &file.tensors[1]);
  CHECK(file.find("c") == nullptr);
}

TEST_CASE("a file without tensors and tensors without values are read") {
  CHECK(parse_safetensors(file_of("{}")).tensors.empty());
  const Safetensors file = parse_safetensors(file_of(tensor(R"("U64")", "[7,0,3]", "[0,0]")));
  REQUIRE(file.tensors.size() == 1);
  CHECK(file.tensors[0].shape == std::vector<std::uint64_t>{7, 0, 3});
}

TEST_CASE("a header's length that cannot be is refused") {
  check_refused({}, {"8 bytes of length", "there are 0"});
  check_refused({2, 0, 0, 0, 0, 0, 0}, {"there are 7"});
  check_refused(file_of("{}", 0, 3), {"length is 3 bytes, but only 2 follow"});
  check_refused(file_of("{}", 0, 4194305), {"length is 4194305", "at most 4194304"});
  check_refused(file_of("{}", 0, ~std::uint64_t{0} - 1), {"length is 18446744073709551614"});
  const std::string page = "<!DOCTYPE html><html>";  // what a wrong address gives
  check_refused(Bytes(page.begin(), page.end()), {"the header's length is"});
}

TEST_CASE("a file's header is checked without its data") {
  const Bytes bytes = file_of(tensor(R"("F32")", "[1000000,500]", "[0,2000000000]"));
  CHECK(io::safetensors_header_bytes(bytes) == bytes.size() - 8);
  io::check_safetensors(bytes, bytes.size() + 2'000'000'000);
  CHECK(io::safetensors_file_bytes(bytes) == bytes.size() + 2'000'000'000);
  CHECK_THROWS_WITH_AS(io::check_safetensors(bytes, bytes.size() + 2'000'000'001),
                       doctest::Contains("no tensor covers the last 1 bytes"), Error);
  CHECK_THROWS_WITH_AS(io::check_safetensors(bytes, bytes.size() + 1'999'999'999), doctest::Contains("reach past"),
                       Error);
}

TEST_CASE("a header that does not start with '{' is refused") {
  check_refused(file_of(""), {"does not start with '{'"});
  check_refused(file_of(" {}"), {"does not start with '{'"});
  check_refused(file_of("[]"), {"does not start with '{'"});
  check_refused(file_of("\xef\xbb\xbf{}"), {"does not start with '{'"});
}

TEST_CASE("a header that is not JSON is refused with the place") {
  check_refused(file_of("{"), {"not valid JSON (at byte 2)"});
  check_refused(file_of("{}}"), {"not valid JSON (at byte 3)"});
  check_refused(file_of("{'a':1}"), {"not valid JSON (at byte 2)"});
  check_refused(file_of(R"({"a":{},})"), {"not valid JSON (at byte 9)"});
  check_refused(file_of("{/* */}"), {"not valid JSON"});
  check_refused(file_of("{\"\xff\":{}}"), {"not valid JSON"});
  check_refused(file_of(tensor(R"("F32")", "[1e999]", "[0,4]"), 4), {"not valid JSON (at byte"});
}

TEST_CASE("a zero byte does not end the header unseen") {
  using namespace std::string_literals;
  check_refused(file_of("{}\0"s), {"zero byte at 2"});
  check_refused(file_of("{}\0{\"hidden\":1}"s), {"zero byte at 2"});
}

TEST_CASE("a key that is there twice is refused, at every depth") {
  const std::string one = R"("w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]})";
  check_refused(file_of("{" + one + "," + one + "}", 4), {"the key 'w' is there twice"});
  check_refused(file_of(R"({"w":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}})", 4),
                {"the key 'dtype'"});
  check_refused(file_of(R"({"__metadata__":{"a":"1","a":"2"}})"), {"the key 'a' is there twice"});
  check_refused(file_of(R"({"\u0061":{},"a":{}})"), {"the key 'a' is there twice"});
}

TEST_CASE("a header that nests deeper than the format does is refused before it grows") {
  check_refused(file_of(tensor(R"("F32")", "[[1]]", "[0,4]"), 4), {"nested deeper than 3"});
  check_refused(file_of("{\"a\":" + std::string(1'000'000, '[')), {"nested deeper than 3"});
}

TEST_CASE("a header of more values than any model has is refused") {
  std::string zeros = "0";
  for (int i = 0; i < (1 << 16); ++i) zeros += ",0";
  check_refused(file_of(tensor(R"("F32")", "[" + zeros + "]", "[0,0]")), {"more than 65536 values"});
}

TEST_CASE("metadata that is not an object of strings is refused") {
  check_refused(file_of(R"({"__metadata__":[]})"), {"__metadata__ is not an object"});
  check_refused(file_of(R"({"__metadata__":"text"})"), {"__metadata__ is not an object"});
  check_refused(file_of(R"({"__metadata__":{"a":"b","n":1}})"), {"the value of 'n' is not a string"});
  check_refused(file_of(R"({"__metadata__":{"n":null}})"), {"the value of 'n' is not a string"});
}

TEST_CASE("a tensor that is not described in full, or in more than full, is refused by name") {
  check_refused(file_of(R"({"w":1})"), {"tensor 'w' is not described by an object"});
  check_refused(file_of(R"({"w":{"shape":[1],"data_offsets":[0,4]}})", 4), {"tensor 'w' has no dtype"});
  check_refused(file_of(R"({"w":{"dtype":"F32","data_offsets":[0,4]}})", 4), {"tensor 'w' has no shape"});
  check_refused(file_of(R"({"w":{"dtype":"F32","shape":[1]}})", 4), {"tensor 'w' has no data_offsets"});
  check_refused(file_of(R"({"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":0}})", 4),
                {"tensor 'w' has more than"});
}

TEST_CASE("a value type that is not read is refused by name") {
  check_refused(file_of(tensor(R"("BF16")", "[2]", "[0,4]"), 4),
                {"tensor 'w': dtype 'BF16' is not one of F32, F16 and U64"});
  check_refused(file_of(tensor(R"("f32")", "[1]", "[0,4]"), 4), {"dtype 'f32'"});
  check_refused(file_of(tensor("32", "[1]", "[0,4]"), 4), {"tensor 'w': dtype is not a string"});
}

TEST_CASE("shapes and offsets are whole numbers") {
  for (const char* bad : {"-1", "1.0", "1e0", "\"1\"", "null", "true", "18446744073709551616"}) {
    CAPTURE(bad);
    check_refused(file_of(tensor(R"("F32")", "[" + std::string(bad) + "]", "[0,4]"), 4), {"tensor 'w': shape holds"});
    check_refused(file_of(tensor(R"("F32")", "[1]", "[0," + std::string(bad) + "]"), 4),
                  {"tensor 'w': data_offsets holds"});
  }
  check_refused(file_of(tensor(R"("F32")", "1", "[0,4]"), 4), {"tensor 'w': shape is not a list"});
  for (const char* bad : {"[]", "[0]", "[0,4,8]", "4", "{}"}) {
    CAPTURE(bad);
    check_refused(file_of(tensor(R"("F32")", "[1]", bad), 4),
                  {"tensor 'w': data_offsets is not a list of two numbers"});
  }
}

TEST_CASE("offsets outside the data or the wrong way round are refused") {
  check_refused(file_of(tensor(R"("F32")", "[2]", "[0,8]"), 4),
                {"tensor 'w': data_offsets [0, 8] reach past the 4 bytes"});
  check_refused(file_of(tensor(R"("F32")", "[1]", "[18446744073709551612,18446744073709551615]"), 4),
                {"reach past the 4 bytes"});
  check_refused(file_of(tensor(R"("F32")", "[1]", "[4,0]"), 4),
                {"tensor 'w': data_offsets [4, 0] end before they begin"});
}

TEST_CASE("a shape that does not match the bytes is refused with both numbers") {
  check_refused(file_of(tensor(R"("F32")", "[3]", "[0,8]"), 8),
                {"tensor 'w': shape 3 of F32 takes 12 bytes, but data_offsets [0, 8] hold 8"});
  check_refused(file_of(tensor(R"("F16")", "[2,2]", "[0,16]"), 16), {"shape 2x2 of F16 takes 8 bytes", "hold 16"});
  check_refused(file_of(tensor(R"("U64")", "[]", "[0,4]"), 4), {"shape one value of U64 takes 8 bytes"});
}

TEST_CASE("a shape whose product overflows is refused") {
  check_refused(file_of(tensor(R"("F32")", "[4294967296,4294967296]", "[0,0]")),
                {"tensor 'w'", "more than 2^64 bytes"});
  check_refused(file_of(tensor(R"("F32")", "[4611686018427387904]", "[0,0]")), {"more than 2^64 bytes"});
  check_refused(file_of(tensor(R"("U64")", "[18446744073709551615,2,0]", "[0,0]")), {"more than 2^64 bytes"});
}

TEST_CASE("data is covered from start to end, once") {
  const auto two = [](const std::string& first, const std::string& second, std::size_t bytes) {
    return file_of(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":)" + first +
                       R"(},"b":{"dtype":"F32","shape":[1],"data_offsets":)" + second + "}}",
                   bytes);
  };
  CHECK(parse_safetensors(two("[4,8]", "[0,4]", 8)).tensors[0].name == "b");
  check_refused(two("[0,4]", "[2,6]", 6), {"tensor 'b' overlaps the one before it"});
  check_refused(two("[0,4]", "[0,4]", 4), {"overlaps the one before it"});
  check_refused(two("[0,4]", "[6,10]", 10), {"no tensor covers the 2 bytes before tensor 'b'"});
  check_refused(two("[1,5]", "[5,9]", 9), {"no tensor covers the 1 bytes before tensor 'a'"});
  check_refused(two("[0,4]", "[4,8]", 9), {"no tensor covers the last 1 bytes of the file"});
  check_refused(file_of("{}", 1), {"no tensor covers the last 1 bytes"});
}

TEST_CASE("names from a hostile file are shown short and printable") {
  const std::string name(10'000, 'x');
  check_refused(file_of(R"({")" + name + R"(":1})"), {"tensor 'xxxxxxxx", "x...' is not described"});
  check_refused(file_of("{\"a\\u001b[2J\\n\":1}"), {"tensor 'a?[2J?'"});
}

TEST_CASE("what is written is read again, aligned, the same every time") {
  const std::vector<float> floats = {1, -2.5f, 3};
  const std::vector<std::uint16_t> halves = {0x3c00, 1, 2, 3, 4};
  const std::vector<std::uint64_t> words = {~std::uint64_t{0}, 5};
  const Safetensors file{{{"note", "\"quotes\"\n\\ and é"}, {"", ""}},
                         {{"h", Dtype::f16, {5}, bytes_of(halves)},
                          {"z", Dtype::f32, {3, 1}, bytes_of(floats)},
                          {"a.very.long.name", Dtype::f32, {}, bytes_of(floats).first(4)},
                          {"none", Dtype::f32, {0, 4}, {}},
                          {"w", Dtype::u64, {1, 2}, bytes_of(words)}}};
  const Bytes bytes = write_safetensors(file);
  CHECK(bytes == write_safetensors(file));
  const Safetensors again = parse_safetensors(bytes);
  CHECK(again.metadata == file.metadata);
  REQUIRE(again.tensors.size() == file.tensors.size());
  for (const io::Tensor& written : file.tensors) {
    CAPTURE(written.name);
    const io::Tensor* read = again.find(written.name);
    REQUIRE(read != nullptr);
    CHECK(read->dtype == written.dtype);
    CHECK(read->shape == written.shape);
    CHECK(Bytes(read->bytes.begin(), read->bytes.end()) == Bytes(written.bytes.begin(), written.bytes.end()));
    CHECK(static_cast<std::uint64_t>(read->bytes.data() - bytes.data()) % io::size_of(read->dtype) == 0);
  }
  CHECK(static_cast<std::size_t>(again.tensors[0].bytes.data() - bytes.data()) % 8 == 0);
  CHECK(write_safetensors(again) == bytes);
}

TEST_CASE("a safetensors file of known content has known bytes") {
  const std::vector<float> values = {1};
  const std::string header = R"({"__metadata__":{"a":"b"},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})";
  Bytes expected = file_of(header + std::string((8 - header.size() % 8) % 8, ' '), 4);
  expected[expected.size() - 2] = 0x80;
  expected[expected.size() - 1] = 0x3f;
  CHECK(write_safetensors({{{"a", "b"}}, {{"w", Dtype::f32, {1}, bytes_of(values)}}}) == expected);
}

TEST_CASE("the writer refuses what no reader would take") {
  const std::vector<float> values = {1};
  const auto refused = [&](const Safetensors& file, const char* part) {
    CHECK_THROWS_WITH_AS(write_safetensors(file), doctest::Contains(part), std::invalid_argument);
  };
  const io::Tensor good{"w", Dtype::f32, {1}, bytes_of(values)};
  refused({{}, {good, good}}, "tensor 'w': the name is taken");
  refused({{}, {{"__metadata__", Dtype::f32, {1}, bytes_of(values)}}}, "the name is taken");
  refused({{}, {{"w", Dtype::f32, {2}, bytes_of(values)}}}, "4 bytes do not make up 2 of F32");
  refused({{{"a", "\xff"}}, {good}}, "not valid UTF-8");
}
