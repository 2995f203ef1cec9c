// The tensors of an RBM, of a stack of them, and of their training state.
#pragma once

#include "models/tensors.h"
#include "units/unit_type.h"
#include "wakesleep/dbn.h"

namespace wakesleep {

// The standard deviations of a side: one a unit of a type that has them.
Index sigma_count(const Units& units, Index count);

// W, b and c; with labels U and d, which are the last rows of W's array and the last entries of b's.
TensorList weight_tensors(const RbmShape& shape);
// Those, and the standard deviations of sides that have them.
TensorList parameter_tensors(const RbmShape& shape);
inline TensorList parameter_tensors(const Rbm& rbm) { return parameter_tensors(rbm.shape()); }

template <class Parameters, class F>
  requires std::is_same_v<std::remove_const_t<Parameters>, ParameterSet>
void each_array(Parameters& parameters, F&& f) {
  f(parameters.W), f(parameters.b), f(parameters.c), f(parameters.sigma_v), f(parameters.sigma_h);
}
void allocate(ParameterSet& parameters, const TensorList& tensors);

// How many parameters a rung of a ladder has.
Index parameter_count(const RbmShape& shape);

template <class Visitor, class State>
void visit_ladder(const RbmShape& shape, State& ladder, Visitor&& visit) {
  const bool bits = units::type_of(shape.visible_units.type).binary();
  const Index width = shape.visible + shape.labels;
  const bool rungs =
      visit.floats(of_training({{"ladder.rungs", {any_rows, parameter_count(shape)}}}), std::tie(ladder.rungs));
  const bool estimates =
      visit.floats({{"ladder.log_z_steps", {ladder.count()}, 0},
                    within(0, 1e12f, {{"ladder.variances", {ladder.count()}, 1}})[0],
                    within(0, 1, {{"ladder.acceptances", {ladder.count()}, 2}})[0],
                    within(0, 1e9f, {{"ladder.relaxations", {ladder.count()}, 3}})[0]},
                   std::tie(ladder.log_z_steps, ladder.variances, ladder.acceptances, ladder.relaxations));
  visit.together("ladder.rungs", rungs, "ladder.log_z_steps", estimates);
  const auto states = [&](const char* name, auto& store) {
    const bool there = bits ? visit.bits({{name, {any_rows, width}}}, store.bits)
                            : visit.floats({{std::string("real_") + name, {any_rows, width}}}, store);
    visit.together("ladder.rungs", rungs, name, there);
  };
  states("ladder.samples", ladder.samples);
  states("ladder.reservoir", ladder.reservoir);
  states("ladder.chains", ladder.chains);
  const bool counts = visit.floats(
      {{"ladder.free_energies", {ladder.chains.rows()}, 0}, within(0, 1e6f, {{"ladder.counts", {5}, 1}})[0]},
      std::tie(ladder.free_energies, ladder.counts));
  visit.together("ladder.rungs", rungs, "ladder.free_energies", counts);
}

template <class Model, class Visitor>
  requires std::is_same_v<std::remove_const_t<Model>, Rbm>
void visit_state(Model& rbm, Visitor&& visit) {
  auto& state = rbm.training_state();
  const TensorList weights = weight_tensors(rbm.shape());
  visit_optimizer(weights, state.optimizer, visit);
  visit.floats(of_training({{"velocity.sigma_v", {rbm.sigma_v().size()}}}), state.sigma_v_velocity);
  visit.floats(of_training({{"velocity.sigma_h", {rbm.sigma_h().size()}}}), state.sigma_h_velocity);
  if (units::type_of(rbm.shape().hidden_units.type).binary())
    visit.bits({{"chains", {any_rows, rbm.hidden()}}}, state.chains.bits);
  else
    visit.floats({{"real_chains", {any_rows, rbm.hidden()}}}, state.chains);
  visit.floats({{.name = "chain_words", .shape = {state.chains.rows()}, .least = 0, .most = 1e6f}}, state.chain_words);
  visit.floats(of_training(with_prefix("fast.", weights)), state.fast);
  const auto means = [](const Units& units, NamedTensor tensor) {
    const units::Type& type = units::type_of(units.type);
    constexpr auto most = static_cast<float>(most_magnitude);
    tensor.least = type.bounded() ? type.low() * past_by_rounding : -most;
    tensor.most = type.bounded() ? type.high() * past_by_rounding : most;
    return tensor;
  };
  const Units &visible = rbm.shape().visible_units, &hidden = rbm.shape().hidden_units;
  visit.floats(
      {means(visible, {"offsets.visible", {rbm.width()}}), means(hidden, {"offsets.hidden", {rbm.hidden()}, 1})},
      std::tie(state.visible_offset, state.hidden_offset));
  visit.floats({means(hidden, {"activity", {rbm.hidden()}})}, state.activity);
  visit_ladder(rbm.shape(), state.ladder, visit);
}

}  // namespace wakesleep
