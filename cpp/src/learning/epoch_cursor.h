// The cursor of a training through its data: which examples are next, how far it has come, and what it says when it
// cannot go on. The place in it is in the model, so that it outlives a call of training.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "wakesleep/training.h"

namespace wakesleep {

// Where a model's training stands; what is pointed to outlives the cursor.
struct EpochPosition {
  std::uint64_t *epoch, *batch, *step;
};

class EpochCursor {
 public:
  // A model that stopped in the middle of an epoch goes on there.
  EpochCursor(const EpochPosition& place, Index examples, Index batch_size, std::uint64_t epochs, std::uint64_t seed);

  std::uint64_t first_epoch() const { return first_epoch_; }
  bool over() const { return *place_.epoch >= first_epoch_ + epochs_; }
  // Whether the next batch is the first of an epoch, or of this training.
  bool begins() const { return *place_.batch == 0 || epoch_ended_ || examples_ == 0; }
  // The examples of the next batch. Asked once a batch.
  std::span<const std::uint32_t> next();
  // After the batch, with its reconstruction error.
  void went_on(double error);
  // Of the present epoch.
  std::uint64_t examples_of_epoch() const { return examples_of_epoch_; }
  // But for the layer.
  Progress progress() const;
  // Error(diverged), before anything was changed: `fault` says what would leave the range, and why that is so as a
  // rule.
  [[noreturn]] void stop(const std::string& fault) const;
  [[noreturn]] void stop_for_rate(double learning_rate) const;

 private:
  EpochPosition place_;
  Index examples_in_all_, batch_size_;
  std::uint64_t epochs_, seed_, batches_, first_epoch_, first_batch_;
  std::vector<std::uint32_t> order_;
  std::uint64_t order_epoch_ = 0;
  std::size_t now_ = 0;  // examples of the present batch
  double error_sum_ = 0;
  std::uint64_t examples_of_epoch_ = 0, examples_ = 0;
  bool epoch_ended_ = false;
};

}  // namespace wakesleep
