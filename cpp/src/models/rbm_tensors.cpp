#include "models/rbm_tensors.h"

namespace wakesleep {

Index sigma_count(const Units& units, Index count) { return units::type_of(units.type).has_sigma() ? count : 0; }

TensorList weight_tensors(const RbmShape& shape) {
  const Index visible = shape.visible, hidden = shape.hidden, labels = shape.labels;
  TensorList tensors{{"W", {visible, hidden}, 0}, {"b", {visible}, 1}, {"c", {hidden}, 2}};
  if (labels == 0) return tensors;
  const auto first = static_cast<std::uint64_t>(visible);
  tensors.insert(tensors.begin() + 1, {"U", {labels, hidden}, 0, first * static_cast<std::uint64_t>(hidden)});
  tensors.insert(tensors.begin() + 3, {"d", {labels}, 1, first});
  return tensors;
}

TensorList parameter_tensors(const RbmShape& shape) {
  TensorList tensors = weight_tensors(shape);
  const Index of_v = sigma_count(shape.visible_units, shape.visible),
              of_h = sigma_count(shape.hidden_units, shape.hidden);
  if (of_v > 0) tensors.push_back({.name = "sigma_v", .shape = {of_v}, .array = 3, .may_stay = true});
  if (of_h > 0) tensors.push_back({.name = "sigma_h", .shape = {of_h}, .array = 4, .may_stay = true});
  return tensors;
}

Index parameter_count(const RbmShape& shape) {
  std::uint64_t count = 0;
  for (const NamedTensor& tensor : parameter_tensors(shape)) count += tensor.size();
  return static_cast<Index>(count);
}

void allocate(ParameterSet& parameters, const TensorList& tensors) {
  allocate(std::tie(parameters.W, parameters.b, parameters.c, parameters.sigma_v, parameters.sigma_h), tensors);
}

}  // namespace wakesleep
