// Labels of rows by their free energies.
#pragma once

#include "bindings/bindings.h"
#include "wakesleep/dbn.h"

namespace wakesleep::bindings {

template <class Model>
val classify(const Model& model, val x) {
  const Matrix rows = matrix_from(x, static_cast<double>(model.visible()));
  const MatrixD free_energy = model.label_free_energy(view(rows));
  val out = val::object();
  out.set("labels", labels_array(best_labels(free_energy)));
  out.set("freeEnergy", floats(free_energy));
  out.set("probabilities", floats(label_probabilities(free_energy)));
  return out;
}

template <class Model>
int label_units(const Model& model) {
  return static_cast<int>(model.labels());
}

}  // namespace wakesleep::bindings
