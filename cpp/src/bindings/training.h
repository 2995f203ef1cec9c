// The one handle of trainings, for models of every kind, and their options.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "bindings/bindings.h"
#include "wakesleep/training.h"

namespace wakesleep::bindings {

// A training holds what it needs: its model and its data live at least as long as it does.
struct TrainingHandle {
  std::shared_ptr<void> model;
  std::vector<std::shared_ptr<Dataset>> data;  // with the mask and the validation data
  std::unique_ptr<Training> training;
  std::function<void(const val& options)> change;
};

// read: from JavaScript's options to those of this kind of training.
template <class Options, class Read>
std::unique_ptr<TrainingHandle> training_handle(std::shared_ptr<void> model, std::vector<std::shared_ptr<Dataset>> data,
                                                std::unique_ptr<TrainingWith<Options>> training, Read read) {
  auto change = [read, own = training.get()](const val& options) { own->change(read(options)); };
  return std::make_unique<TrainingHandle>(std::move(model), std::move(data), std::move(training), std::move(change));
}

// The object's fields are those of TrainingOptions in camel case, every one of them.
TrainingOptions training_options(const val& options);
// The mask among them, to be held; null without one.
std::shared_ptr<Dataset> mask_of(const val& options);

// [{ option?, message }, ...]
val refusals(const std::vector<Refusal>& list);

}  // namespace wakesleep::bindings
