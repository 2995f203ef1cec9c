// The one handle of trainings, for models of every kind.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "bindings/options.h"
#include "wakesleep/training.h"

namespace wakesleep::bindings {

// A training holds what it needs: its model and its data live at least as long as it does.
struct TrainingHandle {
  std::shared_ptr<void> model;
  std::vector<std::shared_ptr<Dataset>> data;  // with the mask and the validation data
  std::unique_ptr<Training> training;
  std::function<void(const val& options)> change;
};

// read: from JavaScript's options to what was given of those of this kind of training.
template <class Options, class Read>
std::unique_ptr<TrainingHandle> training_handle(std::shared_ptr<void> model, std::vector<std::shared_ptr<Dataset>> data,
                                                std::unique_ptr<TrainingWith<Options>> training, Read read) {
  auto change = [read, own = training.get()](const val& options) { own->change(read(options).accepted()); };
  return std::make_unique<TrainingHandle>(std::move(model), std::move(data), std::move(training), std::move(change));
}

}  // namespace wakesleep::bindings
