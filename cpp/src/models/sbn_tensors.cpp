#include "models/sbn_tensors.h"

namespace wakesleep {

TensorList parameter_tensors(const std::vector<Index>& layers, bool recognition) {
  TensorList tensors;
  const auto add = [&](const char* name, std::vector<Index> shape, std::size_t layer, bool may_stay) {
    tensors.push_back({.name = name,
                       .shape = std::move(shape),
                       .array = tensors.size(),
                       .layer = static_cast<Index>(layer),
                       .may_stay = may_stay});
  };
  const std::size_t depth = layers.size() - 1;
  for (std::size_t l = 0; l <= depth; ++l) {
    add("b", {layers[l]}, l, false);
    if (l < depth) add("W", {layers[l], layers[l + 1]}, l, false);
  }
  for (std::size_t l = 0; recognition && l < depth; ++l) {
    add("R", {layers[l], layers[l + 1]}, l, true);
    add("c", {layers[l + 1]}, l, true);
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
