// IDX files: an Error for what is damaged, a data set of the promised size for the rest. The input is the two files one
// after the other; its first two bytes are the length of the first.
#include "wakesleep/idx.h"

#include <algorithm>
#include <cstddef>

#include "seeds.h"
#include "wakesleep/errors.h"

using namespace wakesleep;
using fuzz::Bytes;

namespace {

Bytes input(const Bytes& images, const Bytes& labels) {
  Bytes bytes = {static_cast<std::uint8_t>(images.size()), static_cast<std::uint8_t>(images.size() >> 8)};
  bytes.insert(bytes.end(), images.begin(), images.end());
  bytes.insert(bytes.end(), labels.begin(), labels.end());
  return bytes;
}

}  // namespace

std::vector<Bytes> fuzz::seeds() {
  const Bytes images = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 1, 0, 255, 7, 9};
  const Bytes rows = {0, 0, 8, 2, 0, 0, 0, 3, 0, 0, 0, 1, 0, 255, 255};
  const Bytes labels = {0, 0, 8, 1, 0, 0, 0, 2, 1, 0};
  const Bytes deep = {0, 0, 8, 4, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 5};
  return {input(images, labels), input(rows, {}), input(labels, labels), input(deep, {}), input({}, {})};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::span<const std::uint8_t> rest(data + 2, size - 2);
  const std::size_t first = std::min(static_cast<std::size_t>(data[0] | data[1] << 8), rest.size());
  const auto images = rest.first(first), labels = rest.subspan(first);
  try {
    const IdxArray array = parse_idx(images);
    std::size_t product = 1;
    for (const Index length : array.shape) product *= static_cast<std::size_t>(length);
    fuzz::require(array.values.size() == product);
    const Dataset set = dataset_from_idx(images, labels);
    fuzz::require(set.count() == array.shape[0] && static_cast<std::size_t>(set.count() * set.width()) == product);
    fuzz::require(labels.empty() || std::ssize(set.labels()) == set.count());
    const Matrix values = set.rows(0, set.count());
    fuzz::require(values.minCoeff() >= 0 && values.maxCoeff() <= 1);
  } catch (const Error& error) {
    fuzz::require(error.code() == ErrorCode::format);
  }
  return 0;
}
