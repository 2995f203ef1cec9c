// Model files: an Error for what is damaged; what opens can be saved, and opens again as the same.
#include "wakesleep/model_file.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "io/safetensors.h"
#include "model_files.h"
#include "seeds.h"
#include "wakesleep/errors.h"

using namespace wakesleep;
using fuzz::Bytes;

namespace {

constexpr std::size_t length_bytes = 8;

void check_container(std::span<const std::uint8_t> bytes) {
  const io::Safetensors file = io::parse_safetensors(bytes);
  const Bytes written = io::write_safetensors(file);
  const io::Safetensors again = io::parse_safetensors(written);
  fuzz::require(again.metadata == file.metadata && again.tensors.size() == file.tensors.size());
  for (const io::Tensor& tensor : file.tensors) {
    const io::Tensor* same = again.find(tensor.name);
    fuzz::require(same && same->dtype == tensor.dtype && same->shape == tensor.shape);
    fuzz::require(std::equal(tensor.bytes.begin(), tensor.bytes.end(), same->bytes.begin(), same->bytes.end()));
  }
  fuzz::require(io::write_safetensors(again) == written);
}

void check_model(std::span<const std::uint8_t> bytes) {
  const SaveOptions resumable{false, true, model_notes(bytes)};
  const Bytes saved = save_model(open_model(bytes), resumable);
  fuzz::require(save_model(open_model(saved), resumable) == saved && model_notes(saved) == resumable.notes);
  const SaveOptions half{true, false, {}};
  try {
    const Bytes small = save_model(open_model(bytes), half);
    fuzz::require(save_model(open_model(small), half) == small);
  } catch (const std::out_of_range&) {  // a weight beyond float16
  }
}

}  // namespace

extern "C" {

std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

// Most mutations would only be seen as a wrong length of the header: one in four is left so, the others set it right.
std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  std::uint64_t header = 0;
  if (size >= length_bytes) std::memcpy(&header, data, length_bytes);
  if (seed % 4 == 0 || size < length_bytes || header > size - length_bytes) return LLVMFuzzerMutate(data, size, most);
  const bool in_header = seed % 4 < 3;
  const std::size_t begin = in_header ? length_bytes : length_bytes + header;
  const Bytes after(data + length_bytes + header, data + size);
  const std::size_t kept = in_header ? after.size() : 0;
  if (begin + kept >= most) return LLVMFuzzerMutate(data, size, most);
  const std::size_t length = LLVMFuzzerMutate(data + begin, size - begin - kept, most - begin - kept);
  if (kept > 0) std::memcpy(data + begin + length, after.data(), kept);
  if (in_header) {
    const std::uint64_t now = length;
    std::memcpy(data, &now, length_bytes);
  }
  return begin + length + kept;
}

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  for (const auto check : {check_container, check_model}) {
    try {
      check({data, size});
    } catch (const Error& error) {
      fuzz::require(error.code() == ErrorCode::format);
    }
  }
  return 0;
}

}  // extern "C"
