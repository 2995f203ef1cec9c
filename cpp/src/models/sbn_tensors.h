// The tensors of a sigmoid belief net and of its training state.
#pragma once

#include "models/tensors.h"
#include "wakesleep/sbn.h"

namespace wakesleep {

// In the order of fingerprints: b and W of each layer in turn, lowest first, and then, with recognition, R and c.
TensorList parameter_tensors(const std::vector<Index>& layers, bool recognition);
inline TensorList parameter_tensors(const Sbn& net) { return parameter_tensors(net.layers(), net.has_recognition()); }
inline TensorList possible_tensors(const Sbn& net) { return parameter_tensors(net.layers(), true); }

template <class Parameters, class F>
  requires std::is_same_v<std::remove_const_t<Parameters>, SbnParameters>
void each_array(Parameters& parameters, F&& f) {
  for (auto& W : parameters.W) f(W);
  for (auto& b : parameters.b) f(b);
  for (auto& R : parameters.R) f(R);
  for (auto& c : parameters.c) f(c);
}
void allocate(SbnParameters& parameters, const TensorList& tensors);

template <class Model, class Visitor>
  requires std::is_same_v<std::remove_const_t<Model>, Sbn>
void visit_state(Model& net, Visitor&& visit) {
  auto& state = net.training_state();
  visit_optimizer(parameter_tensors(net), state.optimizer, visit);
  TensorList kept;
  for (Index l = 1; l < net.layer_count(); ++l)
    kept.push_back({"examples." + std::to_string(l), {any_rows, net.units(l)}, static_cast<std::size_t>(l)});
  visit.bits(kept, state.kept);
}

}  // namespace wakesleep
