// Learning in sigmoid belief nets, one mini-batch a call.
//
// Where the states of all units are known the gradient of log p is the delta rule,
//   d log p(s) / dW_ij = s_j (s_i - p_i),   p_i = sigmoid(b_i + sum_j W_ij s_j),
// and the rules differ in where the hidden states come from.
#pragma once

#include <cstdint>
#include <memory>

#include "wakesleep/dataset.h"
#include "wakesleep/sbn.h"
#include "wakesleep/sbn_training_options.h"
#include "wakesleep/training.h"

namespace wakesleep {

// std::out_of_range naming the option.
void check(const SbnTrainingOptions& options);

// As check and train of training.h. Grey data (values between 0 and 1) are sampled to bits anew whenever they are
// shown. The reconstruction error is of the visible units' means given the hidden states of layer 1 that the rule
// learned from. A net has no free energies.
std::vector<Refusal> check(const Sbn& net, const Dataset& data, const SbnTrainingOptions& options);
std::unique_ptr<TrainingWith<SbnTrainingOptions>> train(Sbn& net, const Dataset& data,
                                                        const SbnTrainingOptions& options);

inline constexpr Index most_hidden_units_of_exact_learning = 16;

}  // namespace wakesleep
