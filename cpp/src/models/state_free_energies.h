// Free energies of states of one side of a machine, and what enters the other side on the way to them.
#pragma once

#include "math/slices.h"
#include "models/layer.h"

namespace wakesleep {

class StateFreeEnergies {
 public:
  // Of every row of v, states of the visible units and the labels, under a machine that has an energy; the hidden units
  // are summed out.
  void of_visible(const Rbm& rbm, const LayerStates& v) { of_visible({0, v.rows()}, rbm, v); }
  // Of some rows (slices.h): all parts one after the other, from row 0 on, are what all rows are at once.
  void of_visible(math::RowRange some, const Rbm& rbm, const LayerStates& v);
  // As many rows from `first` on as make a slice.
  static math::RowRange next_rows(Index first, const Rbm& rbm, const LayerStates& v);
  // Of every row of h; the visible units and the labels are summed out.
  void of_hidden(const Rbm& rbm, const LayerStates& h);
  const VectorD& values() const { return values_; }
  // Of the other side: rows x its width; whoever draws from them may change them.
  Scratch& inputs() { return inputs_; }
  // Draws some rows of the other side from these, to the rows of the same numbers.
  void draw_from_inputs(math::RowRange some, const Layer& other, const LayerDraw& out);

 private:
  void of(math::RowRange some, const Layer& own, const Layer& other, const LayerStates& states, const math::Operand& W);

  LayerSampler sampler_;
  Scratch inputs_, some_inputs_;
  LayerStates some_;
  VectorD values_, of_own_;
};

}  // namespace wakesleep
