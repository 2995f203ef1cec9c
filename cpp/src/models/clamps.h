// What Gibbs chains of every model share: how many there may be, their temperature, and the units that they hold.
#pragma once

#include <vector>

#include "wakesleep/layer_states.h"
#include "wakesleep/units.h"

namespace wakesleep {

// 1 .. 2^20; std::out_of_range otherwise.
Index checked_chains(Index chains);
// 1 / temperature; std::out_of_range unless it is above 0.
float checked_inverse(double temperature);

class Clamps {
 public:
  // Visible units where mask is not 0 are held at values, which must be states that `units` can have; a softmax group
  // is held whole, or not. Both chains x visible or 1 x visible (for all chains). std::out_of_range for what does not
  // fit.
  void hold(const MatrixView& mask, const MatrixView& values, Index chains, Index visible, const Units& units = {});
  void release();
  // One entry for all chains or one for each: the label to hold, -1 for free. `group`: label units of the model.
  void hold_labels(const std::vector<int>& labels, Index chains, Index group);

  // Held units take their values, as states and as means.
  void apply(BitMatrix& v, Matrix& means) const;
  void apply(LayerStates& v, Matrix& means) const;
  // The label group stands at the columns from `first` on; means may be null.
  void apply_labels(BitMatrix& states, Index first, Index group, Matrix* means) const;
  void apply_labels(LayerStates& states, Index first, Index group, Matrix* means) const;

 private:
  BitMatrix mask_;
  Matrix values_;
  std::vector<int> labels_;
};

// The label that is on in each row, whose group stands at the columns from `first` on.
std::vector<int> labels_on(const BitMatrix& states, Index first, Index group);
std::vector<int> labels_on(const LayerStates& states, Index first, Index group);

}  // namespace wakesleep
