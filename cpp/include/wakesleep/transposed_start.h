// Greedy training in which layers start from the transpose of the one below (Dbn::start_layer_from_transpose).
#pragma once

#include <memory>
#include <vector>

#include "wakesleep/training.h"

namespace wakesleep {

// As train(dbn, data, options). With `start_from_transpose`, each layer that has had no training and is as wide as the
// one two below it (in a net of 784, 500, 784 and 1000 units the second RBM, and not the third) starts from the
// transpose of the trained layer below when its turn comes; std::out_of_range when the net has no such layer.
std::unique_ptr<Training> train(Dbn& dbn, const Dataset& data, const std::vector<TrainingOptions>& options,
                                bool start_from_transpose);

}  // namespace wakesleep
