// Free energies of states of one side of a machine, and what enters the other side on the way to them.
#pragma once

#include "models/layer.h"

namespace wakesleep {

class StateFreeEnergies {
 public:
  // Of every row of v, states of the visible units and the labels, under a machine that has an energy; the hidden units
  // are summed out.
  void of_visible(const Rbm& rbm, const LayerStates& v);
  // Of every row of h; the visible units and the labels are summed out.
  void of_hidden(const Rbm& rbm, const LayerStates& h);
  const VectorD& values() const { return values_; }
  // Of the other side: rows x its width; whoever draws from them may change them.
  Scratch& inputs() { return inputs_; }

 private:
  void of(const Layer& own, const Layer& other, const LayerStates& states, const math::Operand& W);

  LayerSampler sampler_;
  Scratch inputs_;
  VectorD values_;
};

}  // namespace wakesleep
