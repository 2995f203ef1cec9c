// What the bindings of all kinds of model share: sizes, seed, counters, parameters, fingerprint and file.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bindings/bindings.h"
#include "bindings/computation.h"
#include "bindings/parameters.h"
#include "wakesleep/fingerprint.h"
#include "wakesleep/first_weights.h"
#include "wakesleep/model_file.h"

namespace wakesleep::bindings {

// Units of each layer.
inline std::vector<Index> layers_from(const val& sizes) {
  const auto numbers = vector_from<double>(sizes);
  return {numbers.begin(), numbers.end()};
}
template <class Model>
val layers(const Model& model) {
  const auto sizes = model.layers();
  const std::vector<double> numbers(sizes.begin(), sizes.end());
  return array_of("Float64Array", numbers.data(), numbers.size());
}

template <class Model>
double seed(const Model& model) {
  return number(model.seed());
}
template <class Model>
double epochs(const Model& model) {
  return number(model.training_state().epoch);
}
template <class Model>
std::string fingerprint_of(const Model& model) {
  return fingerprint(model);
}

// A new model, which was made without its weights: they are drawn in slices.
template <class Model>
ComputationPointer created(Model undrawn) {
  auto model = std::make_shared<Model>(std::move(undrawn));
  FirstWeights weights(*model);
  return computation(nullptr, std::move(weights), [model](const FirstWeights&) { return val(model); });
}

// notes: an array of keys and values in turn.
template <class Model>
val save(const Model& model, bool half, bool resumable, val notes) {
  SaveOptions options{half, resumable, {}};
  const auto texts = emscripten::vecFromJSArray<std::string>(notes);
  for (std::size_t i = 0; i + 1 < texts.size(); i += 2) options.notes[texts[i]] = texts[i + 1];
  const auto bytes = save_model(model, options);
  return array_of("Uint8Array", bytes.data(), bytes.size());
}

// The class of a kind of model, with the methods that all kinds have.
template <class Model>
emscripten::class_<Model> model_class(const char* name, const char* shared_name) {
  emscripten::class_<Model> bound(name);
  bound.template smart_ptr<std::shared_ptr<Model>>(shared_name)
      .function("fingerprint", &guard<fingerprint_of<Model>>::call)
      .function("save", &guard<save<Model>>::call);
  return bound;
}
// And those that all have but a DBN, whose machines have them.
template <class Model>
emscripten::class_<Model> trained_class(const char* name, const char* shared_name) {
  auto bound = model_class<Model>(name, shared_name);
  bound.function("seed", &seed<Model>)
      .function("epochs", &epochs<Model>)
      .function("parameters", &guard<parameters<Model>>::call)
      .function("setParameters", &guard<set_parameters<Model>>::call);
  return bound;
}

}  // namespace wakesleep::bindings
