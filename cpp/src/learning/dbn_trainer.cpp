#include "wakesleep/transposed_start.h"

#include <stdexcept>

namespace wakesleep {
namespace {

class TransposedStart : public Training {
 public:
  TransposedStart(Dbn& dbn, const Dataset& data, const std::vector<TrainingOptions>& options) : dbn_(&dbn) {
    bool any = false;
    for (Index l = 1; l < dbn.depth(); ++l) any = any || dbn.may_start_from_transpose(l);
    if (!any)
      throw std::out_of_range(
          "to start from the transpose needs a layer as wide as the one two below it, as in 784, 500, 784 units");
    for (Index l = 0; l < dbn.depth(); ++l)
      epochs_.push_back(options.size() == 1                            ? options[0].epochs
                        : static_cast<std::size_t>(l) < options.size() ? options[static_cast<std::size_t>(l)].epochs
                                                                       : 0);
    // The first is for its errors, which must come before anything is changed: a training sizes what it needs of its
    // layer.
    training_ = train(dbn, data, options);
    layer_ = dbn.training_layer;
    if (prepare()) training_ = train(dbn, data, options);
  }

  bool step() override {
    if (layer_ != dbn_->training_layer) {
      layer_ = dbn_->training_layer;
      prepare();
    }
    return training_->step();
  }
  Progress progress() const override { return training_->progress(); }
  double mean_free_energy(const Dataset& data, Index most_rows) const override {
    return training_->mean_free_energy(data, most_rows);
  }
  const Rbm* machine() const override { return training_->machine(); }

 private:
  // The layer whose turn it is, and those that follow it within one step because it has no epochs.
  bool prepare() {
    bool changed = false;
    for (Index l = layer_; l < dbn_->depth(); ++l) {
      if (dbn_->may_start_from_transpose(l) && dbn_->rbm(l).training_state().step == 0) {
        dbn_->start_layer_from_transpose(l);
        changed = true;
      }
      if (epochs_[static_cast<std::size_t>(l)] > 0) break;
    }
    return changed;
  }

  Dbn* dbn_;
  std::vector<std::uint64_t> epochs_;
  std::unique_ptr<Training> training_;
  Index layer_ = 0;
};

}  // namespace

std::unique_ptr<Training> train(Dbn& dbn, const Dataset& data, const std::vector<TrainingOptions>& options,
                                bool start_from_transpose) {
  if (!start_from_transpose) return train(dbn, data, options);
  return std::make_unique<TransposedStart>(dbn, data, options);
}

}  // namespace wakesleep
