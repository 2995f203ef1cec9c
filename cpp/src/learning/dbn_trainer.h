// Greedy training of a DBN, one RBM after the other.
#pragma once

#include <optional>
#include <vector>

#include "learning/rbm_trainer.h"

namespace wakesleep {

class DbnTrainer : public TrainingWith<std::vector<TrainingOptions>> {
 public:
  // One for all layers or one a layer, which have been checked.
  DbnTrainer(Dbn& dbn, const Dataset& data, const std::vector<TrainingOptions>& options, bool start_from_transpose);

  std::optional<TrainingStatistics> statistics() const override { return now_->statistics(); }
  std::optional<double> log_z() const override { return now_->log_z(); }
  bool has_free_energy() const override { return now_->has_free_energy(); }
  std::optional<DatasetAverage> average_free_energy(const Dataset& data, Index most_rows) const override {
    return now_->average_free_energy(data, most_rows);
  }
  const Rbm* machine() const override { return now_->machine(); }
  bool prepare() override;
  void change(const std::vector<TrainingOptions>& options) override;

 protected:
  bool step_batch() override;
  Progress position() const override;

 private:
  std::vector<TrainingOptions> of_layers(std::vector<TrainingOptions> options) const;
  const TrainingOptions& options(Index layer) const { return options_[static_cast<std::size_t>(layer)]; }
  void begin_layer();
  bool begin_due_layer();

  Dbn* dbn_;
  std::vector<TrainingOptions> options_;  // one a layer
  bool start_from_transpose_;
  Index first_layer_, layer_;  // where this training began, and the one that had the last batch
  std::optional<RbmTrainer> now_;
  std::uint64_t examples_before_ = 0;  // of the layers before
};

}  // namespace wakesleep
