#include "models/network_tensors.h"

namespace wakesleep {

TensorList parameter_tensors(const std::vector<Index>& layers) {
  const std::size_t depth = layers.size() - 1;
  TensorList tensors;
  for (std::size_t l = 0; l < depth; ++l) {
    // The arrays are all W and then all b.
    tensors.push_back({.name = "W", .shape = {layers[l], layers[l + 1]}, .array = l, .layer = static_cast<Index>(l)});
    tensors.push_back({.name = "b", .shape = {layers[l + 1]}, .array = depth + l, .layer = static_cast<Index>(l)});
  }
  return tensors;
}

void allocate(NetworkParameters& parameters, const TensorList& tensors) {
  parameters = {};
  for (const NamedTensor& tensor : tensors) {
    if (tensor.shape.size() == 2) {
      parameters.W.emplace_back(tensor.shape[0], tensor.shape[1]);
    } else {
      parameters.b.emplace_back(tensor.shape[0]);
    }
  }
}

}  // namespace wakesleep
