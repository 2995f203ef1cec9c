// Files of a user's own numbers, .npy and CSV: an Error for what is damaged, an array of the promised size for the
// rest.
#include <cstddef>
#include <string>

#include "io/csv.h"
#include "io/npy.h"
#include "seeds.h"
#include "wakesleep/errors.h"

using namespace wakesleep;
using fuzz::Bytes;

std::vector<Bytes> fuzz::seeds() {
  std::vector<Bytes> all = {io::npy_file(Matrix::Ones(2, 3))};
  const std::string header = "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 1, 3)}\n";
  Bytes bytes = {0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0, static_cast<std::uint8_t>(header.size()), 0, 0, 0};
  bytes.insert(bytes.end(), header.begin(), header.end());
  bytes.insert(bytes.end(), {0, 1, 2, 3, 4, 255});
  all.push_back(bytes);
  for (const std::string text : {"a,b\n1,-2.5\n3e-1,nan\n", "# c\n1 2\n\n3 4", "1;2\r\n3;4\r\n", "1\t2\n"})
    all.emplace_back(text.begin(), text.end());
  return all;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::uint8_t> bytes(data, size);
  try {
    const bool npy = io::is_npy(bytes);
    const io::NumberArray array = npy ? io::parse_npy(bytes) : io::parse_csv(bytes);
    fuzz::require(!npy || io::npy_file_bytes(bytes) == size);
    std::size_t product = 1;
    for (const Index length : array.shape) {
      fuzz::require(length >= 1);
      product *= static_cast<std::size_t>(length);
    }
    std::visit([&](const auto& values) { fuzz::require(values.size() == product); }, array.values);
  } catch (const Error& error) {
    fuzz::require(error.code() == ErrorCode::format);
  }
  return 0;
}
