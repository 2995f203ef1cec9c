// Sweeps of Gibbs sampling over the hidden layers of a sigmoid belief net, for chains and for learning.
#pragma once

#include <vector>

#include "math/products.h"
#include "wakesleep/sbn.h"

namespace wakesleep {

class SbnGibbs {
 public:
  explicit SbnGibbs(std::uint64_t seed) : seed_(seed) {}
  // To be called when the net's weights have changed.
  void prepare(const Sbn& net);
  // Draws every hidden unit of every row given all others. `sums`, where given, one a layer, are added each unit's
  // probability.
  void sweep(const Sbn& net, std::uint64_t step, SbnStates& states, std::vector<MatrixD>* sums = nullptr);

 private:
  void sweep_row(const Sbn& net, Index layer, Index row, std::uint64_t step, SbnStates& states, MatrixD* sums);

  std::uint64_t seed_;
  std::vector<Scratch> transposed_;  // W(l)', a parent's weights to its children a row
  Scratch of_parents_, of_children_, without_;
  math::Workspace workspace_;
};

}  // namespace wakesleep
