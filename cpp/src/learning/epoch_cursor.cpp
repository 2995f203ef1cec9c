#include "learning/epoch_cursor.h"

#include <algorithm>

#include "wakesleep/errors.h"
#include "wakesleep/random.h"

namespace wakesleep {

EpochCursor::EpochCursor(const EpochPosition& position, Index examples, const LearningOptions& options,
                         std::span<const std::uint16_t> labels)
    : position_(position),
      examples_in_all_(examples),
      batch_size_(options.batch_size),
      epochs_(options.epochs),
      seed_(options.seed),
      batches_(static_cast<std::uint64_t>((examples + options.batch_size - 1) / options.batch_size)),
      first_epoch_(*position.epoch) {
  if (*position.batch >= batches_) *position.batch = 0;
  first_batch_ = *position.batch;
  if (!labels.empty()) balanced_.emplace(labels);
}

std::span<const std::uint32_t> EpochCursor::next_batch() {
  if (order_epoch_ != *position_.epoch || order_.empty()) {
    shuffled_order(seed_, *position_.epoch, order_, examples_in_all_);
    if (balanced_) balanced_->balance(order_);
    order_epoch_ = *position_.epoch;
  }
  const std::size_t first = static_cast<std::size_t>(*position_.batch) * static_cast<std::size_t>(batch_size_);
  batch_examples_ = std::min(static_cast<std::size_t>(batch_size_), order_.size() - first);
  return {order_.data() + first, batch_examples_};
}

void EpochCursor::end_batch(double reconstruction_error) {
  if (begins_epoch()) error_sum_ = 0, examples_of_epoch_ = 0;
  error_sum_ += reconstruction_error * static_cast<double>(batch_examples_);
  examples_of_epoch_ += batch_examples_;
  examples_ += batch_examples_;
  ++*position_.step;
  ++*position_.batch;
  epoch_ended_ = *position_.batch == batches_;
  if (epoch_ended_) {
    *position_.batch = 0;
    ++*position_.epoch;
  }
}

Progress EpochCursor::progress() const {
  Progress progress;
  progress.epoch = *position_.epoch;
  progress.batch = *position_.batch;
  progress.batches = batches_;
  progress.examples = examples_;
  progress.reconstruction_error = examples_of_epoch_ ? error_sum_ / static_cast<double>(examples_of_epoch_) : 0;
  const double all = static_cast<double>(epochs_) * static_cast<double>(batches_) - static_cast<double>(first_batch_);
  const double done = static_cast<double>(*position_.epoch - first_epoch_) * static_cast<double>(batches_) +
                      static_cast<double>(*position_.batch) - static_cast<double>(first_batch_);
  progress.done = all > 0 ? done / all : 1;
  progress.epoch_ended = epoch_ended_;
  return progress;
}

void EpochCursor::diverge(const std::string& cause) const {
  throw Error(ErrorCode::diverged, "training diverged in epoch " + std::to_string(*position_.epoch + 1) + ", batch " +
                                       std::to_string(*position_.batch + 1) + ": " + cause +
                                       ". The parameters are those of the last good batch");
}

}  // namespace wakesleep
