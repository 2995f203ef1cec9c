#include "learning/epoch_cursor.h"

#include <algorithm>

#include "wakesleep/errors.h"
#include "wakesleep/random.h"

namespace wakesleep {

EpochCursor::EpochCursor(const EpochPosition& place, Index examples, Index batch_size, std::uint64_t epochs,
                         std::uint64_t seed)
    : place_(place),
      examples_in_all_(examples),
      batch_size_(batch_size),
      epochs_(epochs),
      seed_(seed),
      batches_(static_cast<std::uint64_t>((examples + batch_size - 1) / batch_size)),
      first_epoch_(*place.epoch) {
  if (*place.batch >= batches_) *place.batch = 0;
  first_batch_ = *place.batch;
}

std::span<const std::uint32_t> EpochCursor::next() {
  if (order_epoch_ != *place_.epoch || order_.empty()) {
    shuffled_order(seed_, *place_.epoch, order_, examples_in_all_);
    order_epoch_ = *place_.epoch;
  }
  if (begins()) error_sum_ = 0, examples_of_epoch_ = 0;
  const std::size_t first = static_cast<std::size_t>(*place_.batch) * static_cast<std::size_t>(batch_size_);
  now_ = std::min(static_cast<std::size_t>(batch_size_), order_.size() - first);
  return {order_.data() + first, now_};
}

void EpochCursor::went_on(double error) {
  error_sum_ += error * static_cast<double>(now_);
  examples_of_epoch_ += now_;
  examples_ += now_;
  ++*place_.step;
  ++*place_.batch;
  epoch_ended_ = *place_.batch == batches_;
  if (epoch_ended_) {
    *place_.batch = 0;
    ++*place_.epoch;
  }
}

Progress EpochCursor::progress() const {
  Progress progress;
  progress.epoch = *place_.epoch;
  progress.batch = *place_.batch;
  progress.batches = batches_;
  progress.examples = examples_;
  progress.reconstruction_error = examples_of_epoch_ ? error_sum_ / static_cast<double>(examples_of_epoch_) : 0;
  const double all = static_cast<double>(epochs_) * static_cast<double>(batches_) - static_cast<double>(first_batch_);
  const double done = static_cast<double>(*place_.epoch - first_epoch_) * static_cast<double>(batches_) +
                      static_cast<double>(*place_.batch) - static_cast<double>(first_batch_);
  progress.done = all > 0 ? done / all : 1;
  progress.epoch_ended = epoch_ended_;
  return progress;
}

void EpochCursor::stop(const std::string& fault) const {
  throw Error(ErrorCode::diverged, "training diverged in epoch " + std::to_string(*place_.epoch + 1) + ", batch " +
                                       std::to_string(*place_.batch + 1) + ": " + fault +
                                       ". The parameters are those of the last good batch");
}

void EpochCursor::stop_for_rate(double learning_rate) const {
  stop("weights would leave the range in which floats can learn. A learning rate below " +
       std::to_string(learning_rate) + " is the usual cure");
}

}  // namespace wakesleep
