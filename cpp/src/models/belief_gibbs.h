// Sweeps of Gibbs sampling over the hidden layers of a sigmoid belief net, for chains and for learning.
#pragma once

#include <vector>

#include "math/products.h"
#include "wakesleep/sigmoid_belief_net.h"

namespace wakesleep {

class BeliefGibbs {
 public:
  explicit BeliefGibbs(std::uint64_t seed) : seed_(seed) {}
  // To be called when the net's weights have changed.
  void prepare(const SigmoidBeliefNet& net);
  // Draws every hidden unit of every row given all others. `sums`, where given, one a layer, are added each unit's
  // probability.
  void sweep(const SigmoidBeliefNet& net, std::uint64_t step, BeliefStates& states,
             std::vector<MatrixD>* sums = nullptr);

 private:
  void sweep_row(const SigmoidBeliefNet& net, Index layer, Index row, std::uint64_t step, BeliefStates& states,
                 MatrixD* sums);

  std::uint64_t seed_;
  std::vector<Scratch> transposed_;  // W(l)', a parent's weights to its children a row
  Scratch of_parents_, of_children_, without_;
  math::Workspace workspace_;
};

}  // namespace wakesleep
