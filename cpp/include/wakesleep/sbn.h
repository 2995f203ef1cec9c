// The sigmoid belief net (Neal 1992, "Connectionist learning of belief networks"): binary units in layers, layer 0
// visible; a unit of layer l is caused by the units of layer l + 1, its parents,
//
//   p(s_i = 1 | s_parents) = sigmoid(b_i + sum_j W_ij s_j),
//
// and the units of the top layer by their biases alone. Besides, a net may have recognition weights (Hinton, Dayan,
// Frey and Neal 1995, "The wake-sleep algorithm for unsupervised neural networks"), which guess the parents from the
// children:
//
//   q(s_j = 1 | s_children) = sigmoid(c_j + sum_i s_i R_ij).
#pragma once

#include <cstdint>
#include <vector>

#include "wakesleep/first_weights.h"
#include "wakesleep/matrix.h"
#include "wakesleep/random.h"
#include "wakesleep/training_state.h"

namespace wakesleep {

// States of every layer, the visible one first: rows x units each.
using SbnStates = std::vector<BitMatrix>;

// What is needed to go on with training where it stopped.
struct SbnTrainingState {
  std::uint64_t epoch = 0;     // whole epochs done
  std::uint64_t batch = 0;     // batches done of the epoch that has begun
  std::uint64_t step = 0;      // batches done in all: the position of the random numbers
  OptimizerState optimizer{};  // of W, b, and R and c where there are any, each from the lowest layer up
  // Of persistent Gibbs sampling: the hidden states of every example, examples x units; layer 0 is left empty.
  SbnStates kept{};
};

// Lowest layer first. W[l]: units of layer l x units of layer l + 1, from parents to children; b[l]: units of layer l.
// Recognition of layer l + 1 from layer l: R[l], in the shape of W[l], and c[l]: units of layer l + 1; both are empty
// in a net without.
struct SbnParameters {
  std::vector<Matrix> W;
  std::vector<Vector> b;
  std::vector<Matrix> R{};
  std::vector<Vector> c{};
};

struct SbnSamples {
  SbnStates states;
  Matrix means;  // p(v = 1 | the layer above): rows x visible
};

class Sbn {
 public:
  static constexpr Index most_layers = 16;

  // layers: units of each, visible first; 2 to 16 layers of 1 to 2^20 units, at most 2^27 weights from one to the next.
  // Weights from N(0, 0.1^2): with all units of a layer alike there is nothing that could tell them apart. Biases zero,
  // no recognition weights. std::out_of_range for other sizes.
  explicit Sbn(const std::vector<Index>& layers, std::uint64_t seed = 1);
  Sbn(const std::vector<Index>& layers, std::uint64_t seed, Undrawn);
  // With these parameters, which set_parameters describes.
  Sbn(const std::vector<Index>& layers, std::uint64_t seed, SbnParameters parameters);

  Index depth() const { return layer_count() - 1; }                         // number of hidden layers
  Index layer_count() const { return static_cast<Index>(layers_.size()); }  // with the visible one
  const std::vector<Index>& layers() const { return layers_; }
  Index units(Index layer) const { return layers_.at(static_cast<std::size_t>(layer)); }
  Index visible() const { return layers_.front(); }
  Index hidden() const;  // of all hidden layers together
  std::uint64_t seed() const { return seed_; }
  std::uint64_t next_seed() { return random_calls.next_seed(seed_); }  // of a call that was given none
  RandomCalls random_calls;

  const SbnParameters& parameters() const { return parameters_; }
  const Matrix& W(Index layer) const { return parameters_.W.at(static_cast<std::size_t>(layer)); }
  const Vector& b(Index layer) const { return parameters_.b.at(static_cast<std::size_t>(layer)); }
  bool has_recognition() const { return !parameters_.R.empty(); }
  const Matrix& R(Index layer) const { return parameters_.R.at(static_cast<std::size_t>(layer)); }
  const Vector& c(Index layer) const { return parameters_.c.at(static_cast<std::size_t>(layer)); }

  // Where R and c are empty the net keeps those it has. std::out_of_range when a shape is wrong or a value is not
  // finite; nothing is changed then. Forgets the training state.
  void set_parameters(SbnParameters parameters);
  // One of them: the weight from unit `parent` of layer l + 1 to unit `child` of layer l; a bias of layer l.
  void set_weight(Index layer, Index child, Index parent, float value);
  void set_bias(Index layer, Index unit, float value);
  // Recognition weights for a net that has none: from N(0, 0.1^2), biases zero. They depend on the net's seed.
  void start_recognition();

  // Means of layer l given states or means of layer l + 1 (values in [0, 1]): rows x units.
  Matrix down(const MatrixView& above, Index layer) const;
  // Means of layer l + 1 given layer l, by the recognition weights; std::invalid_argument for a net without.
  Matrix up(const MatrixView& below, Index layer) const;
  // Ancestral sampling: the top layer from its biases, then layer after layer given the one above. count: 1 .. 2^20.
  // `group`, below 2^20, gives samples random numbers of their own where many of a seed are drawn in groups.
  SbnSamples sample(Index count, std::uint64_t seed, std::uint64_t group = 0) const;
  // log p(s), in nats, of each row of states of all layers (0 or 1, rows x units each), lowest layer first.
  VectorD log_joint(const std::vector<Matrix>& states) const;

  SbnTrainingState& training_state() { return training_; }
  const SbnTrainingState& training_state() const { return training_; }

  // For the learning rules, which write in place.
  Matrix& mutable_W(Index layer) { return parameters_.W.at(static_cast<std::size_t>(layer)); }
  Vector& mutable_b(Index layer) { return parameters_.b.at(static_cast<std::size_t>(layer)); }
  Matrix& mutable_R(Index layer) { return parameters_.R.at(static_cast<std::size_t>(layer)); }
  Vector& mutable_c(Index layer) { return parameters_.c.at(static_cast<std::size_t>(layer)); }

 private:
  std::vector<Index> layers_;
  std::uint64_t seed_;
  SbnParameters parameters_;
  SbnTrainingState training_;
};

// The earthquake and the truck (Pearl 1988; Hinton's lecture on belief nets): a house jumps (the visible unit, bias
// -20) if there is an earthquake (the first hidden unit) or a truck hits it (the second), causes that are rare (bias
// -10) and strong (weight 20). Seen alone each explains the jump, so that given the jump the two exclude each other:
// explaining away.
Sbn earthquake_and_truck();

}  // namespace wakesleep
