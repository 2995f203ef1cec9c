// What the bindings of all kinds of model share: partition functions, label free energies, and saving.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "bindings/computation.h"
#include "wakesleep/dbn.h"
#include "wakesleep/fingerprint.h"
#include "wakesleep/inference.h"
#include "wakesleep/model_file.h"

namespace wakesleep::bindings {

template <class M>
std::string fingerprint_of(const M& model) {
  return fingerprint(model);
}

// { labels, freeEnergy, probabilities }
template <class M>
std::unique_ptr<Computation> start_classification(std::shared_ptr<M> model, val x) {
  RowMap rows = classification(*model, examples_from(x, static_cast<double>(model->visible())));
  return computation(std::move(model), std::move(rows), [](const RowMap& ended) {
    val out = val::object();
    out.set("labels", labels_array(labels_of(ended)));
    out.set("freeEnergy", tensor(ended.results()[0]));
    out.set("probabilities", tensor(ended.results()[1]));
    return out;
  });
}

template <class M>
std::unique_ptr<Computation> start_label_mean_field(std::shared_ptr<M> model, val x, double iterations) {
  RowMap rows =
      label_mean_field(*model, examples_from(x, static_cast<double>(model->visible())), static_cast<Index>(iterations));
  return computation(std::move(model), std::move(rows), only_tensor);
}

// Rows with labels, a Uint16Array, or without: null.
inline ExampleRows labelled_from(const val& x, Index width, const val& labels) {
  ExampleRows rows = examples_from(x, static_cast<double>(width));
  return labels.isNull() ? rows : std::move(rows).labelled(vector_from<std::uint16_t>(labels));
}

// notes: an array of keys and values in turn.
template <typename SomeModel>
val save(const SomeModel& model, bool half, bool resumable, val notes) {
  SaveOptions options{half, resumable, {}};
  const auto texts = emscripten::vecFromJSArray<std::string>(notes);
  for (std::size_t i = 0; i + 1 < texts.size(); i += 2) options.notes[texts[i]] = texts[i + 1];
  const auto bytes = save_model(model, options);
  return array_of("Uint8Array", bytes.data(), bytes.size());
}

}  // namespace wakesleep::bindings
