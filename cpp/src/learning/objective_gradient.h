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

  // Begins the gradient for the examples v, whose rows count as in `weights` (empty: all the same), at this batch of
  // the machine's life, with k Gibbs steps. The buffers of `v` are taken. Nothing that a model keeps is changed before
  // end(), so that a batch may be begun anew.
  void begin(LayerStates& v, const std::vector<float>& weights, std::uint64_t step, Index k, Gradient& out);
  // A slice of it; false when nothing was left to do.
  bool step();
  // Ends it, and gives the buffers of `v` back.
  void end(LayerStates& v);

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
  // Where a batch stands: each stage is a row of slices.
  enum class Stage { data, model, statistics_of_data, statistics_of_model, counts, labels, over };
  void begin_statistics();
  void end_statistics();
  bool add(const Phase& phase, float sign);
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
  Gradient* out_ = nullptr;
  const BitMatrix* kept_ = nullptr;
  GibbsSteps steps_{};
  Stage stage_ = Stage::over;
  Index row_ = 0;  // the first that the stage has not come to
  const Phase* negative_ = nullptr;
  LayerStates few_v_;
  LayerStates few_;
  std::vector<float> words_;
  Scratch unpacked_;
  Vector mean_v_, mean_h_;
  double reconstruction_error_ = 0;
};

}  // namespace wakesleep
