#include "models/rbm_tensors.h"

namespace wakesleep {

Index sigma_count(const Units& units, Index count) { return units.type == UnitType::gaussian ? count : 0; }

TensorList weight_tensors(const RbmShape& shape) {
  const auto [visible, hidden, labels, visible_units, hidden_units] = shape;
  TensorList tensors{{"W", {visible, hidden}, 0}, {"b", {visible}, 1}, {"c", {hidden}, 2}};
  if (labels == 0) return tensors;
  const auto first_label = static_cast<std::uint64_t>(visible);
  tensors.push_back({"U", {labels, hidden}, 0, first_label * static_cast<std::uint64_t>(hidden)});
  tensors.push_back({"d", {labels}, 1, first_label});
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

void allocate(ParameterSet& parameters, const TensorList& tensors) {
  allocate(std::tie(parameters.W, parameters.b, parameters.c, parameters.sigma_v, parameters.sigma_h), tensors);
}

}  // namespace wakesleep
