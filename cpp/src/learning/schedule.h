// Learning rate, momentum, decay and k of the present epoch.
#pragma once

#include "learning/epoch_cursor.h"
#include "learning/optimizer.h"
#include "wakesleep/up_down_options.h"

namespace wakesleep {

Step step_in(const LearningOptions& options, const EpochCursor& cursor);
Index k_in(const TrainingOptions& options, const EpochCursor& cursor);
Index k_in(const UpDownOptions& options, const EpochCursor& cursor);

}  // namespace wakesleep
