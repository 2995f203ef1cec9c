// The deep Boltzmann machine (Salakhutdinov and Hinton 2009, "Deep Boltzmann machines"): layers of Bernoulli units,
// each joined to the next without a direction, and optionally one softmax group of label units joined to the top layer
// (Salakhutdinov and Hinton 2012, "An efficient learning procedure for deep Boltzmann machines").
//
//   E(v, h1, .., hL) = -b0'v - sum_l bl'hl - v'W0 h1 - sum_l hl'Wl h(l+1) - d'y - y'U hL
//
// Layers are numbered 0 (visible) to depth() (the top), and the label group, where there is one, is layer depth() + 1.
// Layers of even number have no weights between each other, nor have those of odd number: given the ones, the others
// are independent.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "wakesleep/dbn.h"
#include "wakesleep/matrix.h"
#include "wakesleep/mean_field_options.h"
#include "wakesleep/random.h"
#include "wakesleep/rbm.h"

namespace wakesleep {

struct DbmParameters {
  std::vector<Matrix>
      W;  // [l]: units of layer l x units of layer l + 1, and with labels, last, U: labels x units of the top
  std::vector<Vector> b;  // [l]: units of layer l, and with labels, last, d
};

// What is needed to go on exactly where training stopped. It stays with the model between calls of training.
struct DbmTrainingState {
  std::uint64_t epoch = 0;         // whole epochs of joint training done
  std::uint64_t batch = 0;         // batches done of the epoch that has begun
  std::uint64_t step = 0;          // batches done in all: the position of the random numbers
  OptimizerState optimizer;        // of all W and then all b
  std::vector<BitMatrix> chains;   // persistent chains, the states of layers 1, 3, 5, ..; empty until the first batch
  std::vector<Vector> offsets;     // of every layer; empty without centering
  bool pretrained = false;         // pretraining is over
  std::optional<Dbn> pretraining;  // its machines, while it is under way
};

class Dbm {
 public:
  // layers: visible units first, then 2 to 15 hidden layers. labels: 0, or the size of the softmax group. Weights from
  // N(0, 0.01^2), biases zero. std::out_of_range unless every two neighbours are what an RBM may be.
  Dbm(const std::vector<Index>& layers, Index labels, std::uint64_t seed = 1);
  Dbm(const std::vector<Index>& layers, Index labels, std::uint64_t seed, Undrawn);
  Dbm(const std::vector<Index>& layers, Index labels, std::uint64_t seed, DbmParameters parameters);

  Index depth() const { return static_cast<Index>(units_.size()) - 1; }  // number of hidden layers
  Index layer_count() const { return depth() + (labels_ ? 2 : 1); }      // with the visible units and the label group
  Index visible() const { return units_.front(); }
  Index labels() const { return labels_; }
  Index units(Index layer) const { return layer > depth() ? labels_ : units_[static_cast<std::size_t>(layer)]; }
  const std::vector<Index>& layers() const { return units_; }  // without the labels
  std::uint64_t seed() const { return seed_; }
  std::uint64_t next_seed() { return random_calls.next_seed(seed_); }  // of a call that was given none
  RandomCalls random_calls;

  const DbmParameters& parameters() const { return parameters_; }
  const Matrix& W(Index l) const { return parameters_.W.at(static_cast<std::size_t>(l)); }  // W(depth()) is U
  const Vector& b(Index l) const { return parameters_.b.at(static_cast<std::size_t>(l)); }  // b(depth() + 1) is d
  // std::out_of_range when a shape is wrong or a value is not finite; nothing is changed then. Forgets the training
  // state.
  void set_parameters(DbmParameters parameters);

  // In all of these x is rows x visible, the labels being free, or rows x (visible + labels) with values in [0, 1];
  // std::out_of_range otherwise.

  // E of whole states: one matrix a layer, rows x units, labels last.
  VectorD energy(const std::vector<Matrix>& states) const;
  // Means of every layer, labels last: [0] is x itself. Starts at a pass upwards with doubled weights (but for the
  // top), which stand for the missing input from above.
  std::vector<Matrix> mean_field(const MatrixView& x, const MeanFieldOptions& options = {}) const;
  // Expected energy less entropy, under the means of mean_field: log p(v) >= -this - log Z (its equation 7), exactly
  // when the posterior is what the means say.
  VectorD variational_free_energy(const std::vector<Matrix>& means) const;
  VectorD free_energy(const MatrixView& x, const MeanFieldOptions& options = {}) const;
  // The same with each label in turn held: rows x labels. x: rows x visible.
  MatrixD label_free_energy(const MatrixView& x, const MeanFieldOptions& options = {}) const;
  // p(v | h1): rows x visible.
  Matrix mean_v_from_h(const MatrixView& h, double temperature = 1) const;

  DbmTrainingState& training_state() { return training_; }
  const DbmTrainingState& training_state() const { return training_; }
  // For the learning rule, which writes in place.
  DbmParameters& mutable_parameters() { return parameters_; }

  // f(other layer, its weights' number, whether they are to be transposed) for each layer that `layer` is joined to:
  // its input is b(layer) plus the sum of states(other) times W(number), or its transpose, in this order.
  template <class F>
  void each_neighbour(Index layer, F&& f) const {
    if (layer > depth()) {
      f(depth(), depth(), true);
      return;
    }
    if (layer > 0) f(layer - 1, layer - 1, false);
    if (layer < depth()) f(layer + 1, layer, true);
    if (layer == depth() && labels_) f(depth() + 1, depth(), false);
  }

 private:
  std::vector<Index> units_;
  Index labels_;
  std::uint64_t seed_;
  DbmParameters parameters_;
  DbmTrainingState training_;
};

// Gibbs sampling, all odd layers given the even ones and then all even layers given the odd ones: many chains side by
// side, with a temperature, clamped visible units and labels.
class DbmChains {
 public:
  // Units start as fair coins, labels uniformly. The model must outlive the chains. chains: 1 .. 2^20. first:
  // the number of the first of them, as GibbsChains has it (gibbs.h).
  DbmChains(const Dbm& dbm, Index chains, std::uint64_t seed, Index first = 0);
  DbmChains(DbmChains&&) noexcept;
  DbmChains& operator=(DbmChains&&) noexcept;
  ~DbmChains();

  Index chains() const;
  std::uint64_t steps() const;

  // Starts at these visible values (chains x visible, or one row for all, in [0, 1]; values between are means and enter
  // the first step as they are), with the other layers sampled from their mean-field means.
  void set_visible(const MatrixView& x);
  // The same with these means, one matrix a layer, labels last.
  void set_means(const std::vector<Matrix>& means);
  // Starts at these states, one a layer, chains x units each, labels last. Only the even layers' matter to the next
  // step.
  void set_states(std::vector<BitMatrix> states);
  // As GibbsChains has them (gibbs.h).
  void clamp(const MatrixView& mask, const MatrixView& values);
  void release();
  void clamp_labels(const std::vector<int>& labels);

  // Odd layers, then even ones, `count` times, at a temperature > 0: p^(1/T).
  void step(Index count, double temperature = 1);

  const BitMatrix& states(Index layer) const;  // chains x units
  const Matrix& mean_v() const;     // chains x visible: p(v | h1) of the last step; clamped units at their values
  std::vector<int> labels() const;  // the label that is on in each chain; empty without labels

 private:
  void apply_clamps();

  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace wakesleep
