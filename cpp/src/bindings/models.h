// What the bindings of all kinds of model share: partition functions, label free energies, and saving.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <variant>

#include "bindings/bindings.h"
#include "wakesleep/ais.h"
#include "wakesleep/dbm_estimate.h"
#include "wakesleep/dbn.h"
#include "wakesleep/exact.h"
#include "wakesleep/fingerprint.h"
#include "wakesleep/model_file.h"

namespace wakesleep::bindings {

// { type, groups, learnedSigma }, as TypeScript has checked it.
Units units_from(const val& units);
val units_to(const Units& units);
struct LogPartitionHandle {
  std::shared_ptr<void> model;
  std::shared_ptr<Dataset> data;
  std::variant<ExactLogPartition, AisLogPartition, BidirectionalAis, DbmLogSum, DbmAis> sum;
};

template <class M>
std::string fingerprint_of(const M& model) {
  return fingerprint(model);
}

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
