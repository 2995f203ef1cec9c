// What the training of one RBM shares with that of models which are made of RBMs.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "learning/example_source.h"
#include "learning/optimizer.h"
#include "wakesleep/training.h"

namespace wakesleep {

// Learning rate, momentum and decay of an epoch of a model's life; the training began at first_epoch.
Step step_in(const TrainingOptions& options, std::uint64_t epoch, std::uint64_t first_epoch, std::uint64_t schedule_start);
std::string divergence_message(std::uint64_t epoch, std::uint64_t batch, const Step& step);

// train(dbn, ...) with scaled inputs, one entry a layer.
std::unique_ptr<Training> train_greedily(Dbn& dbn, const Dataset& data, const std::vector<TrainingOptions>& options,
                                         std::vector<InputScales> scales);

}  // namespace wakesleep
