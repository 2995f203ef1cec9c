#include "models/dbm_tensors.h"

namespace wakesleep {

TensorList parameter_tensors(const std::vector<Index>& layers, Index labels) {
  TensorList tensors;
  const auto add = [&](const char* name, std::vector<Index> shape, Index layer) {
    tensors.push_back({.name = name, .shape = std::move(shape), .array = tensors.size(), .layer = layer});
  };
  const auto depth = static_cast<Index>(layers.size()) - 1;
  const auto units = [&](Index layer) { return layers[static_cast<std::size_t>(layer)]; };
  for (Index l = 0; l < depth; ++l) add("W", {units(l), units(l + 1)}, l);
  if (labels > 0) add("U", {labels, units(depth)}, -1);
  for (Index l = 0; l <= depth; ++l) add("b", {units(l)}, l);
  if (labels > 0) add("d", {labels}, -1);
  return tensors;
}

void allocate(DbmParameters& parameters, const TensorList& tensors) {
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
