#pragma once

#include "wakesleep/dbn.h"
#include "wakesleep/training.h"

namespace wakesleep {

// The options by themselves, and against the machine in training (of a net, or null) and its data.
void check(const TrainingOptions& options, const Rbm& rbm, const Dataset& data, const Dbn* net);

}  // namespace wakesleep
