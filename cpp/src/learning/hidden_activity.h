// Mean activities of hidden units given the data, over an epoch: what statistics tell of a training.
#pragma once

#include <bit>

#include "learning/optimizer.h"
#include "math/transpose.h"
#include "wakesleep/training.h"

namespace wakesleep {

class HiddenActivity {
 public:
  explicit HiddenActivity(Index units) : sums_(Vector::Zero(units)) {}
  void begin_epoch() {
    sums_.setZero();
    examples_ = 0;
  }
  // The mean activities of units first, first + 1, ... over the examples of a batch.
  template <class Means>
  void add(const Means& means, Index examples, Index first = 0) {
    sums_.segment(first, means.size()) += static_cast<float>(examples) * means;
  }
  // The same from the units' states.
  void add(const BitMatrix& states, Index first = 0) {
    means_.resize(1, states.cols());
    Eigen::Map<Vector> means(means_.data(), means_.cols());
    math::transpose(states, turned_);
    for (Index i = 0; i < means.size(); ++i) {
      int on = 0;
      for (Index w = 0; w < turned_.words_per_row(); ++w) on += std::popcount(turned_.row(i)[w]);
      means[i] = static_cast<float>(on);
    }
    means /= static_cast<float>(states.rows());
    add(means, states.rows(), first);
  }
  // Once every unit has its means of this batch.
  void end_batch(Index examples) { examples_ += examples; }

  // With the norms of the weights and of the last step; empty when the training has had no batch yet.
  std::optional<TrainingStatistics> statistics(const Optimizer& optimizer) const {
    if (examples_ == 0) return std::nullopt;
    return statistics(optimizer.weight_norm(), optimizer.update_norm());
  }
  std::optional<TrainingStatistics> statistics(double weight_norm, double update_norm) const {
    if (examples_ == 0) return std::nullopt;
    constexpr double dead = 0.01, saturated = 0.99;
    TrainingStatistics statistics;
    statistics.weight_norm = weight_norm;
    statistics.update_norm = update_norm;
    statistics.update_ratio = statistics.weight_norm > 0 ? statistics.update_norm / statistics.weight_norm : 0;
    for (const float sum : sums_) {
      const double activity = static_cast<double>(sum) / static_cast<double>(examples_);
      statistics.mean_activity += activity / static_cast<double>(sums_.size());
      statistics.dead_units += activity < dead;
      statistics.saturated_units += activity > saturated;
    }
    return statistics;
  }

 private:
  Vector sums_;
  Scratch means_;
  BitMatrix turned_;
  Index examples_ = 0;
};

}  // namespace wakesleep
