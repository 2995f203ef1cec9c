// Hidden units that are drawn to a low mean activity (Hinton 2012, section 11): the cross-entropy between target and
// q_j, a running mean of the unit's activity, has the derivative q_j - target with respect to the unit's input, which
// moves its bias and, times the mean of v_i, its weights.
#pragma once

#include "learning/gradient.h"
#include "math/thread_pool.h"
#include "wakesleep/rbm.h"
#include "wakesleep/training.h"

namespace wakesleep {

class Sparsity {
 public:
  Sparsity(Rbm& rbm, const TrainingOptions& options) : rbm_(&rbm), options_(&options) { pull_.setZero(rbm.hidden()); }
  // The running mean is rbm.training_state().activity, which starts at the first batch's.
  void add(const Vector& mean_v, const Vector& mean_h, Gradient& out) {
    Vector& q = rbm_->training_state().activity;
    if (q.size() == 0) q = mean_h;
    const auto decay = static_cast<float>(options_->sparsity_decay),
               target = static_cast<float>(options_->sparsity_target),
               cost = static_cast<float>(options_->sparsity_cost);
    for (Index j = 0; j < q.size(); ++j) {
      q[j] = decay * q[j] + (1 - decay) * mean_h[j];
      pull_[j] = cost * (target - q[j]);
      out.c[j] += pull_[j];
    }
    math::parallel_for(out.W.rows(), 2.0 * static_cast<double>(out.W.cols()), [&](Index i) {
      float* row = out.W.data() + i * out.W.cols();
      const float enters = i < rbm_->variance_v().size() ? mean_v[i] / rbm_->variance_v()[i] : mean_v[i];
      for (Index j = 0; j < out.W.cols(); ++j) row[j] += enters * pull_[j];
    });
  }

 private:
  Rbm* rbm_;
  const TrainingOptions* options_;
  Vector pull_;
};

}  // namespace wakesleep
