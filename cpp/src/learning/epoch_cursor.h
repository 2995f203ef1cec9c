// The cursor of a training through its epochs: which examples are next, and how far it has come. Where it stands is
// kept in the model, and so a later training goes on there, also in the middle of an epoch.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "learning/balanced_order.h"
#include "wakesleep/training.h"

namespace wakesleep {

// Counters in a model's training state, which outlive the cursor.
struct EpochPosition {
  std::uint64_t *epoch, *batch, *step;
};

class EpochCursor {
 public:
  // labels: of the examples, in whose proportions batches are to be, and which outlive this; none: as they come.
  EpochCursor(const EpochPosition& position, Index examples, const LearningOptions& options,
              std::span<const std::uint16_t> labels = {});

  std::uint64_t first_epoch() const { return first_epoch_; }  // where this training began
  std::uint64_t epoch() const { return *position_.epoch; }    // the present one
  // How many epochs this training has in all; may be changed on the way.
  void set_epochs(std::uint64_t epochs) { epochs_ = epochs; }
  bool over() const { return *position_.epoch >= first_epoch_ + epochs_; }
  // Whether the next batch is the first of an epoch, or of this training.
  bool begins_epoch() const { return *position_.batch == 0 || examples_ == 0; }
  // The examples of the next batch, valid until it ends.
  std::span<const std::uint32_t> next_batch();
  // Moves past that batch, whose reconstruction error this is.
  void end_batch(double reconstruction_error);
  // Examples that this training has shown of the present epoch, or of the last at its end.
  std::uint64_t examples_of_epoch() const { return examples_of_epoch_; }
  // All but the layer.
  Progress progress() const;
  // Error(diverged) with the cause, before anything is changed.
  [[noreturn]] void diverge(const std::string& cause) const;

 private:
  EpochPosition position_;
  Index examples_in_all_, batch_size_;
  std::uint64_t epochs_, seed_, batches_, first_epoch_, first_batch_;
  std::optional<BalancedOrder> balanced_;
  std::vector<std::uint32_t> order_;
  std::uint64_t order_epoch_ = 0;
  std::size_t batch_examples_ = 0;  // of the present batch
  double error_sum_ = 0;
  std::uint64_t examples_of_epoch_ = 0, examples_ = 0;
  bool epoch_ended_ = false;
};

}  // namespace wakesleep
