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

enum class SbnMethod {
  // Hinton, Dayan, Frey and Neal 1995. Awake, the recognition weights draw the hidden states of an example, and the
  // generative weights learn by the delta rule to bring them forth; asleep, the net draws a fantasy, and the
  // recognition weights learn by the delta rule to find its causes. A batch is followed by as many fantasies.
  wake_sleep,
  // Neal 1992: the delta rule with hidden states drawn from the posterior by sweeps of Gibbs sampling.
  gibbs,
  // The delta rule averaged over the exact posterior: the gradient of log p(v), for at most 16 hidden units.
  exact,
  // The delta rule as it is, for data that hold the states of all layers, the visible one first.
  observed,
  // Contrastive divergence as if each pair of layers were an RBM: s_i s_j after a factorial pass up by the generative
  // weights, less the same after `sweeps` passes down and up again. It does not learn the net, whose posterior is not
  // factorial and whose layers are not in equilibrium with those above: the lecture's negative result.
  cd,
};

struct SbnTrainingOptions {
  std::uint64_t epochs = 10;    // 0 .. 10^6; that many more than the net has had
  Index batch_size = 100;       // 1 .. 65536; the last batch of an epoch may be smaller
  double learning_rate = 0.05;  // > 0, <= 100
  double weight_decay = 0;      // L2 on weights, not on biases; 0 .. 100
  SbnMethod method = SbnMethod::wake_sleep;
  Index sweeps = 5;        // of Gibbs sampling a batch, or of CD down and up; 1 .. 10,000
  bool persistent = true;  // gibbs: an example's hidden states go on where they were, or start from the net's own
  bool visible_bias_from_data = true;  // an untrained net with b(0) = 0 starts with the log-odds of the data
  std::uint64_t seed = 1;
};

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
