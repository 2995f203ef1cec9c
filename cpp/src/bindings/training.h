// The handle of a training, and its options.
#pragma once

#include <memory>

#include "bindings/bindings.h"
#include "wakesleep/training.h"

namespace wakesleep::bindings {

// A training holds what it needs: its model and its data live at least as long as it does.
struct TrainingHandle {
  std::shared_ptr<void> model;
  std::shared_ptr<Dataset> data;
  std::unique_ptr<Training> training;
  std::shared_ptr<Dataset> mask{};
};

// The object's fields are those of TrainingOptions in camel case, every one of them.
TrainingOptions training_options(const val& options);
// The mask among them, to be held; null without one.
std::shared_ptr<Dataset> mask_of(const val& options);

// As JavaScript sees it.
val progress_of(const Progress& now);

}  // namespace wakesleep::bindings
