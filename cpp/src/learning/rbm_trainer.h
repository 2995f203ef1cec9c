// The training of an RBM, by itself or as a layer of a DBN.
#pragma once

#include <optional>
#include <vector>

#include "learning/centering.h"
#include "learning/epoch_cursor.h"
#include "learning/example_source.h"
#include "learning/hidden_activity.h"
#include "learning/missing_values.h"
#include "learning/objective_gradient.h"
#include "learning/optimizer.h"
#include "learning/sparsity.h"
#include "learning/start_from_data.h"
#include "models/interaction_norm.h"
#include "wakesleep/training.h"

namespace wakesleep {

class RbmTrainer : public TrainingWith<TrainingOptions> {
 public:
  // Examples reach the machine through the layers of `net` below `layer`; net is null for a machine by itself. `scales`
  // are those of the layers below, one each; empty: all 1. The options have been checked.
  RbmTrainer(Rbm& rbm, const Dataset& data, const TrainingOptions& options, const Dbn* net = nullptr, Index layer = 0,
             std::span<const InputScales> scales = {});

  std::optional<TrainingStatistics> statistics() const override;
  bool has_free_energy() const override { return rbm_->has_energy(); }
  std::optional<DatasetAverage> average_free_energy(const Dataset& data, Index most_rows) const override;
  const Rbm* machine() const override { return rbm_; }
  std::optional<double> log_z() const override;
  bool prepare() override;
  void change(const TrainingOptions& options) override;

 protected:
  bool step_batch() override;
  Progress position() const override;

 private:
  bool prepare_batch();
  void weigh(std::span<const std::uint32_t> rows);
  void shape_gradient();
  void move(const Step& step);
  void move_sigma(const Step& step);
  void check_normalisable();

  Rbm* rbm_;
  const Dbn* net_;
  Index layer_;
  TrainingOptions options_;
  ExampleSource source_;
  ObjectiveGradient objective_;
  Optimizer optimizer_;
  Centering centering_;
  Sparsity sparsity_;
  InteractionNorm norm_;
  std::optional<MissingValues> missing_;
  StartFromData start_;
  EpochCursor cursor_;
  HiddenActivity activity_;
  // The batch in hand: whether its examples are being read, or its gradient is being made.
  enum class InHand { nothing, examples, gradient };
  InHand in_hand_ = InHand::nothing;
  std::span<const std::uint32_t> rows_;
  Index there_ = 0;  // of these rows
  LayerStates batch_;
  std::vector<float> weights_;
  double mean_weight_ = 1;
  float rate_scale_ = 1;
  Gradient gradient_;
  bool unbounded_;             // both sides
  std::optional<Rbm> before_;  // the last batch, of such a machine
};

}  // namespace wakesleep
