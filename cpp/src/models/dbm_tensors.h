// The tensors of a deep Boltzmann machine and of its training state.
#pragma once

#include "models/tensors.h"
#include "wakesleep/dbm.h"

namespace wakesleep {

// The weights and then the biases, lowest layer first; with labels U is the last of the one and d of the other.
TensorList parameter_tensors(const std::vector<Index>& layers, Index labels);
inline TensorList parameter_tensors(const Dbm& dbm) { return parameter_tensors(dbm.layers(), dbm.labels()); }

template <class Parameters, class F>
  requires std::is_same_v<std::remove_const_t<Parameters>, DbmParameters>
void each_array(Parameters& parameters, F&& f) {
  for (auto& W : parameters.W) f(W);
  for (auto& b : parameters.b) f(b);
}
void allocate(DbmParameters& parameters, const TensorList& tensors);

// Without pretraining's machines, which are RBMs.
template <class Model, class Visitor>
  requires std::is_same_v<std::remove_const_t<Model>, Dbm>
void visit_state(Model& dbm, Visitor&& visit) {
  auto& state = dbm.training_state();
  TensorList chains, offsets;
  for (Index l = 0; l < dbm.layer_count(); ++l) {
    const std::string number = std::to_string(l);
    offsets.push_back({"offsets." + number, {dbm.units(l)}, offsets.size()});
    if (l % 2 == 0) continue;
    chains.push_back({.name = "chains." + number,
                      .shape = {any_rows, dbm.units(l)},
                      .array = chains.size(),
                      .one_on = l > dbm.depth()});
  }
  visit_optimizer(parameter_tensors(dbm), state.optimizer, visit);
  visit.bits(chains, state.chains);
  visit.floats(within(0, past_by_rounding, offsets), state.offsets);
}

}  // namespace wakesleep
