// What of its options a training can't change on the way.
#pragma once

#include <vector>

#include "wakesleep/refusal.h"
#include "wakesleep/training_options.h"

namespace wakesleep {

std::vector<Refusal> refusals_of_change(const TrainingOptions& from, const TrainingOptions& to);
std::vector<Refusal> refusals_of_change(const DbmTrainingOptions& from, const DbmTrainingOptions& to);
std::vector<Refusal> refusals_of_change(const SbnTrainingOptions& from, const SbnTrainingOptions& to);

}  // namespace wakesleep
