// Learning rate, momentum, decay and k of an epoch.
#pragma once

#include "learning/optimizer.h"
#include "wakesleep/training.h"

namespace wakesleep {

// Where an epoch stands between the one in which schedules begin and the last of a training that began at first_epoch.
struct Epoch {
  std::uint64_t now, first, schedule_start;
  // 0 where schedules begin, 1 in the last epoch.
  double along(std::uint64_t epochs) const {
    const std::uint64_t last = first + epochs - 1;
    return last <= schedule_start
               ? 0
               : static_cast<double>(now - schedule_start) / static_cast<double>(last - schedule_start);
  }
};

Step step_in(const TrainingOptions& options, const Epoch& epoch);
Index k_in(const TrainingOptions& options, const Epoch& epoch);

}  // namespace wakesleep
