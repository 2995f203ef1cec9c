// Parameters out of a model and into it, by the list of its tensors.
#pragma once

#include "bindings/bindings.h"
#include "models/all_tensors.h"

namespace wakesleep::bindings {

// { W: { data, shape }, sigmaV: ... }; a list, lowest layer first, where a model has several of a name.
val named_tensors(const TensorList& tensors, const std::vector<std::span<const float>>& arrays);
// The tensors that an object of Float32Arrays under the same names has to have: all, or all but those that may stay. A
// TypeError for other names.
TensorList tensors_given(const TensorList& possible, const val& given);
// A TypeError or a RangeError naming the tensor, unless the object has an array of the right length for it.
void read_tensor(const NamedTensor& tensor, const val& given, std::span<float> to);

template <class Model>
val parameters(const Model& model) {
  return named_tensors(parameter_tensors(model), arrays(model.parameters()));
}

template <class Model>
void set_parameters(Model& model, val given) {
  const TensorList tensors = tensors_given(possible_tensors(model), given);
  std::remove_cvref_t<decltype(model.parameters())> parameters;
  allocate(parameters, tensors);
  const auto values = mutable_arrays(parameters);
  for (const NamedTensor& tensor : tensors)
    read_tensor(tensor, given, values[tensor.array].subspan(static_cast<std::size_t>(tensor.first)));
  model.set_parameters(std::move(parameters));
}

}  // namespace wakesleep::bindings
