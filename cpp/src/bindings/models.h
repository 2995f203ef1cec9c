// What the bindings of all kinds of model share: training, partition functions, label free energies, and saving.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <variant>

#include "bindings/bindings.h"
#include "models/layer.h"
#include "wakesleep/ais.h"
#include "wakesleep/dbm_estimate.h"
#include "wakesleep/dbn.h"
#include "wakesleep/exact.h"
#include "wakesleep/fingerprint.h"
#include "wakesleep/model_file.h"
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

// A type's name, { type, groups, learnedSigma }, or undefined for Bernoulli units; `name` is that of the option.
Units units_from(const std::string& name, const val& units);
val units_to(const Units& units);
// The words of a document: a number where the visible units are counts of words, and undefined elsewhere.
Index words_from(const val& words, const units::Type* visible);
// Throws for values that units of the layer cannot have, or average to. first: the number of the first row, for the
// message.
void check_rows(const std::string& name, const Layer& layer, const val& values, double first);

struct LogPartitionHandle {
  std::shared_ptr<void> model;
  std::shared_ptr<Dataset> data;
  std::variant<ExactLogPartition, AisLogPartition, BidirectionalAis, DbmLogSum, DbmAis> sum;
};

// visible: the type of the visible units, whose documents have words; null where a model has no documents.
AisOptions ais_options(const val& options, const units::Type* visible);

template <class M>
std::string fingerprint_of(const M& model) {
  return fingerprint(model);
}

// As JavaScript sees it.
val progress_of(const Progress& now);

inline val classification(const MatrixD& free_energy) {
  val out = val::object();
  out.set("labels", labels_array(best_labels(free_energy)));
  out.set("freeEnergy", floats(free_energy));
  out.set("probabilities", floats(label_probabilities(free_energy)));
  return out;
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
