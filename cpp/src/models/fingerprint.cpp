#include "wakesleep/fingerprint.h"

#include <bit>

#include "models/all_tensors.h"

namespace wakesleep {
namespace {

class Fnv1a {
 public:
  template <class Model>
  void add(const Model& model) {
    add(parameter_tensors(model), arrays(model.parameters()));
  }
  void add(const Dbn& dbn) {
    for (Index l = 0; l < dbn.depth(); ++l) add(dbn.rbm(l));
    if (dbn.has_recognition()) add(recognition_tensors(dbn), arrays(dbn.recognition()));
  }
  void add(const TensorList& tensors, const std::vector<std::span<const float>>& values) {
    for (const NamedTensor& tensor : tensors)
      for (std::uint64_t i = 0; i < tensor.size(); ++i) {
        const auto bits =
            std::bit_cast<std::uint32_t>(values[tensor.array][static_cast<std::size_t>(tensor.first + i)]);
        for (int shift = 0; shift < 32; shift += 8) hash_ = (hash_ ^ ((bits >> shift) & 0xff)) * 0x100000001b3u;
      }
  }
  std::string text() const {
    std::string digits(16, '0');
    for (int i = 0; i < 16; ++i) digits[static_cast<std::size_t>(i)] = "0123456789abcdef"[(hash_ >> (60 - 4 * i)) & 15];
    return digits;
  }

 private:
  std::uint64_t hash_ = 0xcbf29ce484222325u;
};

}  // namespace

std::string fingerprint(const ModelView& model) {
  Fnv1a hash;
  model.visit([&](const auto& m) { hash.add(m); });
  return hash.text();
}

}  // namespace wakesleep
