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
  // Begins `count` sweeps, the first of which has the random numbers of `first`: each draws every hidden unit of every
  // row given all others. `sums`, where given, one a layer, are added each unit's probability. All outlive the sweeps.
  void begin(const Sbn& net, std::uint64_t first, Index count, SbnStates& states, std::vector<MatrixD>* sums = nullptr);
  // A slice: some units of a layer of some rows. False when nothing was left to do.
  bool step();

 private:
  void begin_rows();
  void begin_layer();
  void draw_units(Index row);
  double of_unit() const;

  std::uint64_t seed_;
  std::vector<Scratch> transposed_;  // W(l)', a parent's weights to its children a row
  const Sbn* net_ = nullptr;
  SbnStates* states_ = nullptr;
  std::vector<MatrixD>* sums_ = nullptr;
  std::uint64_t first_sweep_ = 0;
  Index sweeps_ = 0, rows_ = 0, at_once_ = 0;
  // Rows do not know each other, and so some of them make all sweeps before others begin. Of these rows: the next units
  // of the sweep.
  Index row_ = 0, sweep_ = 0, layer_ = 1, unit_ = 0, units_ = 0;
  SbnStates some_;
  Scratch of_parents_, of_children_, without_;
  math::Workspace workspace_;
};

}  // namespace wakesleep
