// The gradient of what is maximised, estimated from a mini-batch: statistics of the data minus statistics of the model,
// which a learning rule supplies, and for models with labels perhaps the gradient of log p(y | v).
#pragma once

#include <memory>

#include "learning/conditionals.h"
#include "learning/discriminative.h"
#include "learning/dropout.h"
#include "learning/rule.h"
#include "learning/statistics.h"

namespace wakesleep {

class ObjectiveGradient {
 public:
  ObjectiveGradient(Rbm& rbm, const TrainingOptions& options);

  // The gradient for the examples v, whose rows count as in `weights` (empty: all the same), at this batch of the
  // machine's life, with k Gibbs steps. The buffers of `v` are taken and given back.
  void of_batch(LayerStates& v, const std::vector<float>& weights, std::uint64_t step, Index k, Gradient& out);

  // In the last batch: the mean squared difference of the visible units and their means after one step from the data,
  // over at most `reconstructed_rows` examples.
  double reconstruction_error() const { return reconstruction_error_; }
  // The last batch's mean activities given the data.
  const Vector& mean_v() const { return mean_v_; }
  const Vector& mean_h() const { return mean_h_; }
  const LearningRule& rule() const { return *rule_; }
  LearningRule& rule() { return *rule_; }
  void know_labels(const VectorD& shares) { rule_->know_labels(shares); }

 private:
  void data_minus_model(const BitMatrix* kept, const GibbsSteps& steps, Gradient& out);
  // Whether nothing needs dW before the update takes it.
  bool gradient_is_final() const;
  void reconstruct();
  void measure_reconstruction(const Scratch& means);
  void keep_means(const Gradient& positive);

  Rbm* rbm_;
  const TrainingOptions* options_;
  Conditionals conditionals_;
  Statistics statistics_;
  Dropout dropout_;
  std::unique_ptr<LearningRule> rule_;
  DiscriminativeGradient discriminative_;
  Phase positive_;
  LayerStates few_v_;
  LayerStates few_;
  std::vector<float> words_;
  Scratch unpacked_;
  Vector mean_v_, mean_h_;
  double reconstruction_error_ = 0;
};

}  // namespace wakesleep
