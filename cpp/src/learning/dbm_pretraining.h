// The RBMs that a deep Boltzmann machine starts from (dbm_training.h has the equations).
#pragma once

#include <vector>

#include "wakesleep/training_options.h"

namespace wakesleep {

// One a layer, with the tied copies that stand for the layers which are not there yet.
std::vector<TrainingOptions> with_input_scales(std::vector<TrainingOptions> pretraining, Index depth);

}  // namespace wakesleep
