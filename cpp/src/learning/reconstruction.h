// The reconstruction error that trainings report, of at most `reconstructed_rows` examples of a batch.
#pragma once

#include "wakesleep/layer_states.h"

namespace wakesleep {

inline constexpr Index reconstructed_rows = 16;

// Mean squared difference of the first `visible` columns of the data and their means, over as many of the data's first
// rows as there are. `unpacked` is a buffer.
double reconstruction_error(const LayerStates& data, const Scratch& means, Index visible, Scratch& unpacked);

}  // namespace wakesleep
