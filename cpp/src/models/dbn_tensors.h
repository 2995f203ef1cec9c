// The tensors of a DBN as a whole, beside those of its machines (rbm_tensors.h), and of its training as one.
#pragma once

#include "models/rbm_tensors.h"

namespace wakesleep {

// R of each machine below the top, whether the net has them or not.
inline TensorList recognition_tensors(const Dbn& dbn) {
  TensorList tensors;
  for (Index l = 0; l + 1 < dbn.depth(); ++l)
    tensors.push_back(
        {.name = "R", .shape = {dbn.rbm(l).visible(), dbn.rbm(l).hidden()}, .array = tensors.size(), .layer = l});
  return tensors;
}

// Those that up-down learning moves: W, b and c of each machine in turn, and then each R.
inline TensorList up_down_tensors(const Dbn& dbn) {
  TensorList all;
  std::size_t arrays = 0;
  const auto add = [&](TensorList tensors) {
    const std::size_t first = arrays;
    for (NamedTensor& tensor : tensors) {
      arrays = std::max(arrays, first + tensor.array + 1);
      tensor.array += first;
      all.push_back(std::move(tensor));
    }
  };
  for (Index l = 0; l < dbn.depth(); ++l) {
    TensorList tensors = weight_tensors(dbn.rbm(l).shape());
    for (NamedTensor& tensor : tensors) tensor.layer = l;
    add(std::move(tensors));
  }
  add(recognition_tensors(dbn));
  return all;
}

template <class Model, class Visitor>
  requires std::is_same_v<std::remove_const_t<Model>, Dbn>
void visit_state(Model& dbn, Visitor&& visit) {
  visit_optimizer(up_down_tensors(dbn), dbn.up_down_state().optimizer, visit);
}

}  // namespace wakesleep
