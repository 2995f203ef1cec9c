#include <doctest/doctest.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "data/gzip.h"
#include "wakesleep/errors.h"
#include "wakesleep/idx.h"

using namespace wakesleep;

namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes idx(std::initializer_list<std::uint32_t> shape, const Bytes& values, std::uint8_t type = 0x08) {
  Bytes bytes = {0, 0, type, static_cast<std::uint8_t>(shape.size())};
  for (const std::uint32_t size : shape) {
    for (const int shift : {24, 16, 8, 0}) bytes.push_back(static_cast<std::uint8_t>(size >> shift));
  }
  bytes.insert(bytes.end(), values.begin(), values.end());
  return bytes;
}

Bytes counting(std::size_t count) {
  Bytes values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<std::uint8_t>(i);
  return values;
}

Bytes gzip(const Bytes& bytes) {
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  Bytes result(deflateBound(&stream, static_cast<uLong>(bytes.size())) + 64);
  stream.next_in = const_cast<Bytef*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = result.data();
  stream.avail_out = static_cast<uInt>(result.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  result.resize(stream.total_out);
  deflateEnd(&stream);
  return result;
}

Bytes joined(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

// A folder of its own, gone at the end.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "wakesleep-idx-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string path(const std::string& name = "") const { return (path_ / name).string(); }
  std::string write(const std::string& name, const Bytes& bytes) const {
    std::ofstream(path(name), std::ios::binary).write(reinterpret_cast<const char*>(bytes.data()), std::ssize(bytes));
    return path(name);
  }

 private:
  std::filesystem::path path_;
};

// Checks the code and that the message has all these parts.
template <class F>
void check_error(F&& f, ErrorCode code, std::initializer_list<std::string> parts) {
  std::string message;
  try {
    f();
  } catch (const Error& error) {
    message = error.what();
    CHECK(error.code() == code);
  }
  for (const std::string& part : parts)
    CHECK_MESSAGE(message.find(part) != message.npos, part, " is missing in: ", message);
}

void check_refused(const Bytes& bytes, std::initializer_list<std::string> parts) {
  check_error([&] { parse_idx(bytes); }, ErrorCode::format, parts);
}

}  // namespace

TEST_CASE("an IDX file of 1 to 4 dimensions gives its shape and its bytes in place") {
  const Bytes labels = idx({5}, counting(5)), images = idx({2, 3, 4}, counting(24));
  CHECK(parse_idx(labels).shape == std::vector<Index>{5});
  const IdxArray array = parse_idx(images);
  CHECK(array.shape == std::vector<Index>{2, 3, 4});
  CHECK(array.values.data() == images.data() + 16);
  CHECK(array.values.size() == 24);
  CHECK(parse_idx(idx({300, 2}, counting(600))).shape == std::vector<Index>{300, 2});
  CHECK(parse_idx(idx({2, 2, 2, 2}, counting(16))).shape == std::vector<Index>{2, 2, 2, 2});
}

TEST_CASE("a file without IDX's magic number is refused by showing what it starts with") {
  check_refused({}, {"4 bytes of magic number", "there are 0"});
  check_refused({0, 0, 8}, {"there are 3"});
  check_refused({0x89, 'P', 'N', 'G', 0, 0, 0, 0}, {"89 50 4e 47", "00 00 08"});
  check_refused({0, 1, 8, 1, 0, 0, 0, 1, 7}, {"00 01 08 01"});
  check_refused({1, 0, 8, 1, 0, 0, 0, 1, 7}, {"01 00 08 01"});
}

TEST_CASE("an IDX file that is still gzip says that it must be unpacked") {
  check_refused(gzip(idx({5}, counting(5))), {"1f 8b", "unpack it first"});
}

TEST_CASE("IDX values other than unsigned bytes are refused by name") {
  check_refused(idx({4}, counting(16), 0x0d), {"type 0d (floats)", "only unsigned bytes (08)"});
  check_refused(idx({4}, counting(4), 0x09), {"type 09 (signed bytes)"});
  check_refused(idx({4}, counting(4), 0x07), {"type 07;"});
}

TEST_CASE("an IDX file needs 1 to 4 dimensions, none of them empty") {
  check_refused(idx({}, {1}), {"0 dimensions", "1 to 4"});
  check_refused(idx({1, 1, 1, 1, 1}, {1}), {"5 dimensions"});
  check_refused(idx({3, 0, 2}, {}), {"dimension 2 has size 0"});
}

TEST_CASE("an IDX header that is cut short is refused at every length") {
  const Bytes bytes = idx({2, 3, 4}, counting(24));
  for (std::size_t length = 4; length < 16; ++length) {
    check_refused(Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length)),
                  {"header of 16 bytes is cut short"});
  }
}

TEST_CASE("an IDX file with fewer or more bytes than its header promises says both numbers") {
  check_refused(idx({60000, 28, 28}, counting(100)),
                {"promises 60000 images of 28x28 (47040000 bytes) but 100 bytes follow"});
  check_refused(idx({10}, counting(9)), {"promises 10 labels (10 bytes) but 9 bytes follow"});
  check_refused(idx({10}, counting(11)), {"promises 10 labels (10 bytes) but 11 bytes follow"});
  check_refused(idx({3, 4}, counting(13)), {"promises 3 rows of 4 (12 bytes) but 13 bytes follow"});
  check_refused(idx({10}, counting(1)), {"promises 10 labels (10 bytes) but 1 byte follows"});
  check_refused(idx({1}, counting(2)), {"(1 byte) but 2 bytes follow"});
}

TEST_CASE("IDX sizes whose product overflows are refused") {
  check_refused(idx({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, counting(8)),
                {"more than 2^64", "8 bytes follow"});
  // 2^16 * 2^16 * 2^16 * 2^16 = 2^64, which is 0 when the overflow is not seen.
  check_refused(idx({0x10000, 0x10000, 0x10000, 0x10000}, {}), {"more than 2^64", "but 0 bytes follow"});
  CHECK(idx_file_bytes(idx({0x10000, 0x10000, 0x10000, 0x10000}, {})) == std::numeric_limits<std::uint64_t>::max());
  CHECK(idx_file_bytes(idx({3, 2}, {})) == 4 + 8 + 6);
  check_refused(idx({0xffffffff, 0xffffffff, 1}, counting(1)), {"18446744065119617025 bytes", "but 1 byte follows"});
}

TEST_CASE("images and labels become a data set in [0, 1]") {
  const Dataset data = dataset_from_idx(idx({2, 2, 2}, {0, 51, 102, 255, 1, 2, 3, 4}), idx({2}, {7, 255}));
  CHECK(data.count() == 2);
  CHECK(data.width() == 4);
  CHECK(data.labels() == std::vector<std::uint16_t>{7, 255});
  const Matrix values = data.rows(0, 2);
  CHECK(values(0, 0) == 0.0f);
  CHECK(values(0, 1) == doctest::Approx(0.2));
  CHECK(values(0, 3) == 1.0f);
  CHECK(values(1, 3) == doctest::Approx(4 / 255.0));
}

TEST_CASE("images may be flat rows, and labels may be left out") {
  const Dataset data = dataset_from_idx(idx({3, 2}, {0, 255, 255, 0, 255, 255}), {});
  CHECK(data.count() == 3);
  CHECK(data.width() == 2);
  CHECK_FALSE(data.has_labels());
  CHECK(data.binary());
}

TEST_CASE("images and labels that do not fit each other are refused") {
  const auto refused = [](const Bytes& images, const Bytes& labels, std::initializer_list<std::string> parts) {
    check_error([&] { dataset_from_idx(images, labels); }, ErrorCode::format, parts);
  };
  const Bytes images = idx({2, 2, 2}, counting(8)), labels = idx({2}, {0, 1});
  refused(images, idx({3}, {0, 1, 2}), {"labels: there are 3 labels for 2 images"});
  refused(images, images, {"labels: the file has 3 dimensions"});
  refused(labels, labels, {"images: the file has 1 dimensions", "are these the labels?"});
  refused(idx({1, 2, 2, 2}, counting(8)), {}, {"images: the file has 4 dimensions"});
  refused(idx({2, 2, 2}, counting(7)), labels, {"images: the header promises 2 images of 2x2"});
  refused(images, {1, 2, 3, 4}, {"labels: the magic number is 01 02 03 04"});
}

TEST_CASE("a file is read as it is, and gunzipped when it is gzip") {
  const Folder folder;
  const Bytes bytes = idx({200'000}, counting(200'000));
  CHECK(read_idx_file(folder.write("plain", bytes)) == bytes);
  CHECK(read_idx_file(folder.write("packed", gzip(bytes))) == bytes);
  CHECK(read_idx_file(folder.write("packed-empty", gzip({}))).empty());
}

TEST_CASE("gzip files of several members are read to the end") {
  const Folder folder;
  const Bytes a = idx({70'010}, counting(70'000)), b = counting(10);
  CHECK(read_idx_file(folder.write("two", joined(gzip(a), gzip(b)))) == joined(a, b));
}

TEST_CASE("a gzip file that is cut short is refused at every length") {
  const Folder folder;
  const Bytes packed = gzip(idx({300}, counting(300)));
  for (std::size_t length = 2; length < packed.size(); ++length) {
    CAPTURE(length);
    const std::string path =
        folder.write("cut", Bytes(packed.begin(), packed.begin() + static_cast<std::ptrdiff_t>(length)));
    check_error([&] { read_idx_file(path); }, ErrorCode::format, {"cut: the gzip data is cut short after"});
  }
}

TEST_CASE("what is longer or shorter than its IDX header promises is refused before it is unpacked or read") {
  const Folder folder;
  const auto refused = [&](const Bytes& bytes, std::initializer_list<std::string> parts) {
    const std::string path = folder.write("file", bytes);
    check_error([&] { read_idx_file(path); }, ErrorCode::format, parts);
  };
  // Of 64 MB packed into 64 kB no more than the promised 20 are unpacked.
  Bytes long_one = idx({20}, counting(20));
  long_one.resize(std::size_t{1} << 26);
  const Bytes bomb = gzip(long_one);
  CHECK(bomb.size() < 100'000);
  refused(bomb, {"file: the header promises 20 labels (20 bytes) but more follow"});
  refused(gzip(idx({2, 3}, counting(100))), {"promises 2 rows of 3 (6 bytes) but more follow"});
  refused(gzip(joined(idx({20}, counting(20)), {1})), {"but more follow"});
  refused(joined(gzip(idx({20}, counting(20))), gzip({1})), {"but more follow"});
  // Memory is not asked for where gzip cannot hold that much.
  refused(gzip(idx({0xffffffff, 0xffff}, counting(30))), {"281470681677825 bytes", "but at most", "follow"});
  refused(gzip(idx({0xffffffff, 0xffffffff, 0xffffffff}, counting(30))), {"more than 2^64"});
  refused(gzip(Bytes(1 << 20)), {"the values are of type 00"});
  refused(idx({4}, counting(5)), {"file: the header promises 4 labels (4 bytes) but 5 bytes follow"});
  refused(idx({6}, counting(5)), {"file: the header promises 6 labels (6 bytes) but 5 bytes follow"});
}

TEST_CASE("what gzip holds does not depend on the pieces in which it comes") {
  const Bytes content = idx({300}, counting(300));
  const Bytes start(content.begin(), content.begin() + 10), rest(content.begin() + 10, content.end());
  const Bytes packed = joined(gzip(start), gzip(rest));
  for (const std::size_t piece : std::initializer_list<std::size_t>{1, 2, 3, 5, 64}) {
    CHECK(gunzip_idx("file", packed, piece) == content);
    check_error([&] { gunzip_idx("file", joined(packed, {7}), piece); }, ErrorCode::format,
                {"file: 1 byte follows the end of the gzip data"});
    check_error([&] { gunzip_idx("file", joined(packed, {0x1f}), piece); }, ErrorCode::format,
                {"file: the gzip data is cut short after"});
    const std::span<const std::uint8_t> cut(packed.data(), packed.size() - 1);
    check_error([&] { gunzip_idx("file", cut, piece); }, ErrorCode::format, {"file: the gzip data is cut short after"});
  }
}

TEST_CASE("a damaged gzip file is refused") {
  const Folder folder;
  const Bytes packed = gzip(idx({300}, counting(300)));
  const auto refused = [&](Bytes bytes, const char* part) {
    const std::string path = folder.write("bad", bytes);
    check_error([&] { read_idx_file(path); }, ErrorCode::format, {"bad", part});
  };
  Bytes wrong_check = packed, wrong_length = packed, wrong_method = packed;
  wrong_check[packed.size() - 8] ^= 1;
  wrong_length[packed.size() - 1] ^= 1;
  wrong_method[2] = 7;
  refused(wrong_check, "incorrect data check");
  refused(wrong_length, "incorrect length check");
  refused(wrong_method, "unknown compression method");
  refused(joined(packed, {1, 2, 3}), "3 bytes follow the end of the gzip data");
  refused(joined(packed, {1}), "1 byte follows the end of the gzip data");
  // The first byte of another member, which is cut short there.
  refused(joined(packed, {0x1f}), "the gzip data is cut short");
}

TEST_CASE("a file that cannot be read is an io error with its path") {
  const Folder folder;
  check_error([&] { read_idx_file(folder.path("nowhere")); }, ErrorCode::io,
              {"nowhere", "can't be read: No such file"});
  const std::string empty = folder.write("empty", {});
  check_error([&] { read_idx_file(empty); }, ErrorCode::format, {"empty: an IDX file starts with 4 bytes"});
  check_error([&] { read_idx_file(folder.path()); }, ErrorCode::io, {"can't be read"});
}

TEST_CASE("a folder of IDX files is read with and without .gz") {
  const Folder folder;
  folder.write("train-images-idx3-ubyte", idx({2, 1, 2}, {0, 255, 3, 4}));
  folder.write("train-labels-idx1-ubyte.gz", gzip(idx({2}, {1, 0})));
  folder.write("t10k-images-idx3-ubyte.gz", gzip(idx({1, 1, 2}, {5, 6})));
  const Dataset training = read_idx_folder(folder.path(), true);
  CHECK(training.count() == 2);
  CHECK(training.labels() == std::vector<std::uint16_t>{1, 0});

  check_error([&] { read_idx_folder(folder.path(), false); }, ErrorCode::io,
              {"neither", "t10k-labels-idx1-ubyte nor", "t10k-labels-idx1-ubyte.gz is there"});
  folder.write("t10k-labels-idx1-ubyte", {});
  check_error([&] { read_idx_folder(folder.path(), false); }, ErrorCode::format,
              {"labels-idx1-ubyte: an IDX file starts with 4 bytes"});
  folder.write("t10k-labels-idx1-ubyte", idx({2}, {1, 0}));
  check_error([&] { read_idx_folder(folder.path(), false); }, ErrorCode::format,
              {"(t10k): labels: there are 2 labels for 1 images"});
}

TEST_CASE("MNIST's folder reads as its known counts, label counts and sums of pixels") {
  const char* data = std::getenv("WAKESLEEP_DATA");
  if (!data || !std::filesystem::exists(std::filesystem::path(data) / "mnist")) {
    MESSAGE("skipped: no folder mnist in $WAKESLEEP_DATA");
    return;
  }
  struct Known {
    bool training;
    Index count;
    std::vector<Index> of_label;
    double pixel_sum, first_image_sum, last_image_sum;
  };
  const Known sets[] = {
      {true, 60000, {5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949}, 1567298545, 27525, 20920},
      {false, 10000, {980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009}, 264923200, 18454, 41833},
  };
  for (const Known& known : sets) {
    CAPTURE(known.training);
    const Dataset set = read_idx_folder((std::filesystem::path(data) / "mnist").string(), known.training);
    CHECK(set.count() == known.count);
    CHECK(set.width() == 784);
    CHECK(set.label_count() == 10);
    CHECK(set.min() == 0.0f);
    CHECK(set.max() == 1.0f);
    for (int label = 0; label < 10; ++label) {
      CHECK(std::count(set.labels().begin(), set.labels().end(), label) ==
            known.of_label[static_cast<std::size_t>(label)]);
    }
    CHECK(set.mean().sum() * static_cast<double>(known.count) * 255 == doctest::Approx(known.pixel_sum).epsilon(1e-7));
    CHECK(set.rows(0, 1).sum() * 255 == doctest::Approx(known.first_image_sum).epsilon(1e-5));
    CHECK(set.rows(known.count - 1, 1).sum() * 255 == doctest::Approx(known.last_image_sum).epsilon(1e-5));
  }
}
