// The tensors of a sigmoid belief net.
#pragma once

#include "models/tensors.h"
#include "wakesleep/sbn.h"

namespace wakesleep {

// Biases and weights of each layer in turn, lowest first, and then, with recognition, R and c.
TensorList parameter_tensors(const std::vector<Index>& layers, bool recognition);
inline TensorList parameter_tensors(const Sbn& net) { return parameter_tensors(net.layers(), net.has_recognition()); }

template <class Parameters, class F>
  requires std::is_same_v<std::remove_const_t<Parameters>, SbnParameters>
void each_array(Parameters& parameters, F&& f) {
  for (std::size_t l = 0; l < parameters.b.size(); ++l) {
    f(parameters.b[l]);
    if (l < parameters.W.size()) f(parameters.W[l]);
  }
  for (std::size_t l = 0; l < parameters.R.size(); ++l) f(parameters.R[l]), f(parameters.c[l]);
}
void allocate(SbnParameters& parameters, const TensorList& tensors);

// Training keeps nothing but its counters.
template <class Model, class Visitor>
  requires std::is_same_v<std::remove_const_t<Model>, Sbn>
void visit_state(Model&, Visitor&&) {}

}  // namespace wakesleep
