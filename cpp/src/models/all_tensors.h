// The tensors of models of every kind.
#pragma once

#include "models/dbm_tensors.h"
#include "models/dbn_tensors.h"
#include "models/network_tensors.h"
#include "models/sbn_tensors.h"

namespace wakesleep {

// Every tensor that such a model may have: its own, where a kind says nothing else.
template <class Model>
TensorList possible_tensors(const Model& model) {
  return parameter_tensors(model);
}

}  // namespace wakesleep
