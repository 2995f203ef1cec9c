// Labels of rows, and rows with labels, for models that have label units.
#pragma once

#include <memory>

#include "bindings/computation.h"
#include "wakesleep/inference.h"

namespace wakesleep::bindings {

template <class Model>
int label_units(const Model& model) {
  return static_cast<int>(model.labels());
}

// { labels, freeEnergy, probabilities }
template <class Model>
ComputationPointer start_classification(std::shared_ptr<Model> model, val x) {
  RowMap rows = classification(*model, examples_from(x, static_cast<double>(model->visible())));
  return computation(std::move(model), std::move(rows), [](const RowMap& ended) {
    val out = val::object();
    out.set("labels", labels_array(labels_of(ended)));
    out.set("freeEnergy", tensor(ended.results()[0]));
    out.set("probabilities", tensor(ended.results()[1]));
    return out;
  });
}

template <class Model>
ComputationPointer start_label_mean_field(std::shared_ptr<Model> model, val x, double iterations) {
  RowMap rows =
      label_mean_field(*model, examples_from(x, static_cast<double>(model->visible())), static_cast<Index>(iterations));
  return computation(std::move(model), std::move(rows), only_tensor);
}

// Rows with labels, a Uint16Array, or without: null.
inline ExampleRows labelled_from(const val& x, Index width, const val& labels) {
  ExampleRows rows = examples_from(x, static_cast<double>(width));
  return labels.isNull() ? rows : std::move(rows).labelled(vector_from<std::uint16_t>(labels));
}

}  // namespace wakesleep::bindings
