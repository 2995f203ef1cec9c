// The tensors of a feed-forward net and of its training state.
#pragma once

#include "models/tensors.h"
#include "wakesleep/network.h"

namespace wakesleep {

// In the order of fingerprints: W and b of each layer in turn, lowest first.
TensorList parameter_tensors(const std::vector<Index>& layers);
inline TensorList parameter_tensors(const Network& net) { return parameter_tensors(net.layers()); }

template <class Parameters, class F>
  requires std::is_same_v<std::remove_const_t<Parameters>, NetworkParameters>
void each_array(Parameters& parameters, F&& f) {
  for (auto& W : parameters.W) f(W);
  for (auto& b : parameters.b) f(b);
}
void allocate(NetworkParameters& parameters, const TensorList& tensors);

template <class Model, class Visitor>
  requires std::is_same_v<std::remove_const_t<Model>, Network>
void visit_state(Model& net, Visitor&& visit) {
  auto& state = net.training_state();
  const TensorList weights = parameter_tensors(net);
  visit_optimizer(weights, state.optimizer, visit);
  const bool best = visit.floats(of_training(with_prefix("best.", weights)), state.best),
             patience = visit.floats(TensorList{{.name = "patience", .shape = {3}, .least = 0}}, state.patience);
  if (best) visit.together("best", best, "patience", patience);
  const bool direction = visit.floats(of_training(with_prefix("direction.", weights)), state.direction),
             damping = visit.floats(TensorList{{.name = "damping", .shape = {1}, .least = 0}}, state.damping);
  visit.together("direction", direction, "damping", damping);
}

}  // namespace wakesleep
