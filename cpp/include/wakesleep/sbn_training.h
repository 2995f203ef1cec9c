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
#include "wakesleep/training.h"

namespace wakesleep {

// std::out_of_range naming the option.
void check(const SbnTrainingOptions& options);

class SbnTraining {
 public:
  virtual ~SbnTraining() = default;
  // One mini-batch. False when nothing is left to do (and then nothing was done). Error(diverged) when a parameter
  // would leave the range in which floats can learn: the net stays as before that batch.
  virtual bool step() = 0;
  // The reconstruction error is of the visible units' means given the hidden states of layer 1 that the rule learned
  // from.
  virtual Progress progress() const = 0;
};

// Net and data must outlive the training. Grey data (values between 0 and 1) are sampled to bits anew whenever they are
// shown. std::out_of_range for an option, for data whose width or values do not fit, and for a net too large for its
// method.
std::unique_ptr<SbnTraining> train(Sbn& net, const Dataset& data, const SbnTrainingOptions& options);

inline constexpr Index most_hidden_units_of_exact_learning = 16;

}  // namespace wakesleep
