// Small model files of every kind and unit type, which are the seeds of the targets that open models.
#pragma once

#include <vector>

#include "models/ladder.h"
#include "seeds.h"
#include "wakesleep/model_file.h"

namespace wakesleep::fuzz {

// The values of tensors one after the other, as optimizers keep what belongs to them.
template <class... Lists>
std::vector<Vector> flat(const Lists&... lists) {
  std::vector<Vector> all;
  const auto add = [&](const auto& list) {
    for (const auto& tensor : list) all.emplace_back(Eigen::Map<const Vector>(tensor.data(), tensor.size()));
  };
  (add(lists), ...);
  return all;
}

inline Rbm used_rbm(const RbmShape& shape) {
  Rbm rbm(shape, 1);
  RbmTrainingState& state = rbm.training_state();
  state.epoch = 2, state.batch = 1, state.step = 7;
  const std::vector<Vector> kept = flat(std::vector{Matrix(rbm.W().cwiseAbs())}, std::vector{rbm.b(), rbm.c()});
  if (shape.labels == 0) {
    state.optimizer.velocity = kept;
  } else {
    state.optimizer.first_moment = state.optimizer.second_moment = kept;
    state.optimizer.moment_steps = 5;
  }
  state.chains.resize(true, 2, shape.hidden);
  state.chains.set(1, shape.hidden - 1, 1);
  state.fast = {rbm.W(), rbm.b(), rbm.c()};
  state.visible_offset = rbm.b();
  state.hidden_offset = state.activity = rbm.c();
  LadderState& ladder = state.ladder;
  append_rung(rbm, 1, 0.1, 1, 2, ladder);
  append_rung(rbm, 0.5, 0.2, 0.4, 3, ladder);
  for (LayerStates* states : {&ladder.samples, &ladder.reservoir, &ladder.chains})
    states->resize(true, states == &ladder.chains ? 2 : 4, rbm.width());
  ladder.free_energies = Vector::Constant(2, -3);
  ladder.counts = Vector::Ones(5);
  return rbm;
}

inline Dbm used_dbm(bool pretrained) {
  Dbm dbm({3, 2, 2}, 2);
  DbmTrainingState& state = dbm.training_state();
  state.pretrained = pretrained;
  if (!pretrained) {
    state.pretraining = Dbn({used_rbm({3, 2}), used_rbm({2, 2, 2})});
    return dbm;
  }
  state.epoch = 2, state.batch = 1, state.step = 7;
  state.optimizer.velocity = flat(dbm.parameters().W, dbm.parameters().b);
  state.offsets = dbm.parameters().b;
  state.chains = {BitMatrix(2, 2), BitMatrix(2, 2)};
  for (Index r = 0; r < 2; ++r) state.chains[1].set(r, r, true);
  return dbm;
}

inline Sbn used_net(bool recognises) {
  Sbn net({2, 3, 1}, 1);
  if (recognises) net.start_recognition();
  net.training_state() = {2, 1, 7, {}, {}};
  return net;
}

inline Network used_network() {
  Network net({{2, 1, 2}, {}, 1}, 1);
  NetworkTrainingState& state = net.training_state();
  state.epoch = 2, state.batch = 1, state.step = 7;
  state.best = state.direction = net.parameters();
  state.patience = Vector::Constant(3, 2);
  state.damping = Vector::Constant(1, 0.5f);
  return net;
}

std::vector<Bytes> seeds() {
  const SaveOptions plain{false, false, {{"data", "none"}}}, half{true, false, {}}, resumable{false, true, {}};
  const Model rbm = used_rbm({3, 2, 2}), dbn = Dbn({used_rbm({2, 3}), used_rbm({3, 1, 2})});
  std::vector<Bytes> all = {save_model(Rbm({1, 1}), plain),
                            save_model(rbm, plain),
                            save_model(rbm, half),
                            save_model(rbm, resumable),
                            save_model(dbn, half),
                            save_model(dbn, resumable),
                            save_model(used_dbm(true), half),
                            save_model(used_dbm(true), resumable),
                            save_model(used_dbm(false), resumable),
                            save_model(used_net(false), plain),
                            save_model(used_net(true), half),
                            save_model(used_net(true), resumable),
                            save_model(used_network(), half),
                            save_model(used_network(), resumable),
                            save_model(Network({{2, 3, 2}, {}}, 1), resumable)};
  for (const UnitType type : all_unit_types()) {
    RbmShape shape{4, 2};
    shape.visible_units.type = type;
    if (type == UnitType::softmax) shape.visible_units.groups = {2, 2};
    all.push_back(save_model(Rbm(shape, 1), resumable));
  }
  return all;
}

}  // namespace wakesleep::fuzz
