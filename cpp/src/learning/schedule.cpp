#include "learning/schedule.h"

#include <cmath>

#include "math/scalar.h"

namespace wakesleep {
namespace {

// The epochs of a schedule, and how many of them are over.
struct Span {
  Span(const LearningOptions& options, const EpochCursor& cursor) {
    const std::uint64_t first = options.schedule_start.value_or(cursor.first_epoch()),
                        end = cursor.first_epoch() + options.epochs;
    if (end > first && cursor.epoch() >= first) epochs = end - first, over = cursor.epoch() - first;
  }
  std::uint64_t epochs = 1, over = 0;
};

// 0 in the epoch where schedules begin, 1 in the last one.
double along(const LearningOptions& options, const EpochCursor& cursor) {
  const Span span(options, cursor);
  return span.epochs == 1 ? 0 : static_cast<double>(span.over) / static_cast<double>(span.epochs - 1);
}

}  // namespace

Step step_in(const LearningOptions& options, const EpochCursor& cursor) {
  double rate = options.learning_rate;
  if (options.final_learning_rate) {
    if (options.learning_rate_schedule == RateSchedule::linear) {
      rate += (*options.final_learning_rate - rate) * along(options, cursor);
    } else {
      rate *= math::exp(along(options, cursor) * math::log(*options.final_learning_rate / rate));
    }
  }
  const double momentum =
      cursor.epoch() < options.initial_momentum_epochs ? options.initial_momentum : options.momentum;
  return {static_cast<float>(rate), static_cast<float>(momentum), static_cast<float>(options.weight_decay),
          static_cast<float>(options.l1)};
}

Index k_in(const TrainingOptions& options, const EpochCursor& cursor) {
  if (!options.final_k) return options.k;
  const auto way = static_cast<double>(*options.final_k - options.k);
  return static_cast<Index>(std::floor(static_cast<double>(options.k) + along(options, cursor) * way + 0.5));
}

Index k_in(const UpDownOptions& options, const EpochCursor& cursor) {
  const Span span(options, cursor);
  const std::uint64_t third = 3 * span.over / span.epochs;
  return third == 0 ? options.k : third == 1 ? (options.k + options.final_k) / 2 : options.final_k;
}

}  // namespace wakesleep
