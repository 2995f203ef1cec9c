// How sigmoid belief nets learn.
#pragma once

#include "wakesleep/training_options.h"

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

struct SbnTrainingOptions : GenerativeOptions {
  SbnTrainingOptions() {
    momentum = 0;
    weight_decay = 0;
  }
  SbnMethod method = SbnMethod::wake_sleep;
  Index sweeps = 5;        // of Gibbs sampling a batch, or of CD down and up; 1 .. 10,000
  bool persistent = true;  // gibbs: an example's hidden states go on where they were, or start from the net's own
};

}  // namespace wakesleep
