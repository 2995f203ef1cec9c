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

// The seed is the model's, unless another was given.
template <class Options, class Model>
Given<Options> options_for(const Model& model, const val& options) {
  return read_options(options, seeded<Options>(model.seed()));
}

// Methods of models of all kinds but DBNs. read: from a model and JavaScript's options to what was given.
template <class Model, auto read>
std::unique_ptr<TrainingHandle> start_training(std::shared_ptr<Model> model, std::shared_ptr<Dataset> data,
                                               val options) {
  const auto of_model = [model](const val& given) { return read(*model, given); };
  auto training = train(*model, *data, of_model(options).accepted());
  return training_handle(model, {data, dataset_of(options, "mask")}, std::move(training), of_model);
}
template <class Model, auto read>
val check_training(const Model& model, const Dataset& data, val options) {
  const auto given = read(model, options);
  return problems(given.refusals, check(model, data, given.options));
}

}  // namespace wakesleep::bindings
