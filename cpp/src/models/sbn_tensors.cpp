#include "models/sbn_tensors.h"

namespace wakesleep {

TensorList parameter_tensors(const std::vector<Index>& layers, bool recognition) {
  const std::size_t depth = layers.size() - 1;
  // The arrays are all W, all b, all R and all c.
  const std::size_t first_b = depth, first_R = 2 * depth + 1, first_c = 3 * depth + 1;
  TensorList tensors;
  const auto add = [&](const char* name, std::vector<Index> shape, std::size_t first_array, std::size_t layer) {
    tensors.push_back({.name = name,
                       .shape = std::move(shape),
                       .array = first_array + layer,
                       .layer = static_cast<Index>(layer),
                       .may_stay = first_array >= first_R});
  };
  for (std::size_t l = 0; l <= depth; ++l) {
    add("b", {layers[l]}, first_b, l);
    if (l < depth) add("W", {layers[l], layers[l + 1]}, 0, l);
  }
  for (std::size_t l = 0; recognition && l < depth; ++l) {
    add("R", {layers[l], layers[l + 1]}, first_R, l);
    add("c", {layers[l + 1]}, first_c, l);
  }
  return tensors;
}

void allocate(SbnParameters& parameters, const TensorList& tensors) {
  parameters = {};
  for (const NamedTensor& tensor : tensors) {
    const bool recognition = tensor.may_stay;
    if (tensor.shape.size() == 2) {
      (recognition ? parameters.R : parameters.W).emplace_back(tensor.shape[0], tensor.shape[1]);
    } else {
      (recognition ? parameters.c : parameters.b).emplace_back(tensor.shape[0]);
    }
  }
}

}  // namespace wakesleep
