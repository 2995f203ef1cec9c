#include "wakesleep/dbn.h"

#include "bindings/chains.h"
#include "bindings/estimates.h"
#include "bindings/models.h"
#include "bindings/training.h"
#include "bindings/units.h"
#include "models/layer.h"

namespace wakesleep::bindings {
namespace {

using Shared = std::shared_ptr<Dbn>;

// units: an array, one a layer.
Shared create(val layers, double labels, double seed, val units) {
  const auto sizes = vector_from<double>(layers);
  std::vector<Units> of_layers;
  for (const val& one : emscripten::vecFromJSArray<val>(units))
    of_layers.push_back(units_from("units[" + std::to_string(of_layers.size()) + "]", one));
  return std::make_shared<Dbn>(std::vector<Index>(sizes.begin(), sizes.end()), static_cast<Index>(labels), whole(seed),
                               of_layers);
}

val layers(const Dbn& dbn) {
  const auto sizes = dbn.layers();
  const std::vector<double> numbers(sizes.begin(), sizes.end());
  return array_of("Float64Array", numbers.data(), numbers.size());
}

int label_units(const Dbn& dbn) { return static_cast<int>(dbn.labels()); }
double seed(const Dbn& dbn) { return number(dbn.rbm(0).seed()); }

// A view of one layer's machine: a pointer that keeps the whole net alive.
std::shared_ptr<Rbm> rbm(Shared dbn, int layer) { return {dbn, &dbn->rbm(layer)}; }

void check_data_set(const Dbn& dbn, std::string name, const Dataset& data) {
  check_data(name, data, dbn.rbm(0).shape().visible_units, dbn.visible(), dbn.labels());
}

ComputationPointer start_up(Shared dbn, val x, int layer) {
  return computation(dbn, means_up(*dbn, examples_from(x, static_cast<double>(dbn->visible())), layer), only_tensor);
}

// options: an array, one for all layers or one a layer.
std::vector<TrainingOptions> layer_options(const val& options) {
  std::vector<TrainingOptions> each;
  for (const val& one : emscripten::vecFromJSArray<val>(options)) each.push_back(training_options(one));
  return each;
}

std::unique_ptr<TrainingHandle> start_training(Shared dbn, std::shared_ptr<Dataset> data, val options,
                                               bool start_from_transpose) {
  auto training = train(*dbn, *data, layer_options(options), start_from_transpose);
  return training_handle(dbn, {data}, std::move(training), &layer_options);
}

val check_training(const Dbn& dbn, const Dataset& data, val options, bool start_from_transpose) {
  return refusals(check(dbn, data, layer_options(options), start_from_transpose));
}

// { rbm }, { dbn }, { dbm } or { sbn }, and the notes as an array of keys and values in turn.
val open(val bytes) {
  const auto copy = vector_from<std::uint8_t>(bytes);
  Model model = open_model(copy);
  val out = val::object(), notes = val::array();
  for (const auto& [key, text] : model_notes(copy)) {
    notes.call<void>("push", key);
    notes.call<void>("push", text);
  }
  out.set("notes", notes);
  if (auto* rbm = std::get_if<Rbm>(&model)) out.set("rbm", std::make_shared<Rbm>(std::move(*rbm)));
  if (auto* dbn = std::get_if<Dbn>(&model)) out.set("dbn", std::make_shared<Dbn>(std::move(*dbn)));
  if (auto* dbm = std::get_if<Dbm>(&model)) out.set("dbm", std::make_shared<Dbm>(std::move(*dbm)));
  if (auto* sbn = std::get_if<Sbn>(&model)) out.set("sbn", std::make_shared<Sbn>(std::move(*sbn)));
  return out;
}

}  // namespace

EMSCRIPTEN_BINDINGS(wakesleep_dbn) {
  using namespace emscripten;
  class_<Dbn>("Dbn")
      .smart_ptr<Shared>("SharedDbn")
      .class_function("create", &guard<create>::call)
      .function("layers", &guard<layers>::call)
      .function("labels", &label_units)
      .function("seed", &seed)
      .function("rbm", &guard<rbm>::call)
      .function("checkData", &guard<check_data_set>::call)
      .function("up", &guard<start_up>::call)
      .function("classify", &guard<start_classification<Dbn>>::call)
      .function("labelMeanField", &guard<start_label_mean_field<Dbn>>::call)
      .function("reconstruct", &guard<start_reconstruction<Dbn>>::call)
      .function("train", &guard<start_training>::call)
      .function("check", &guard<check_training>::call)
      .function("chains", &guard<start_chains<Dbn>>::call)
      .function("bound", &guard<start_bound>::call)
      .function("summedFeatures", &guard<start_summed_features>::call)
      .function("maximise", &guard<start_maximisation>::call)
      .function("logPartition", &guard<start_log_partition_of_top>::call)
      .function("ais", &guard<start_ais_of_top>::call)
      .function("fingerprint", &fingerprint_of<Dbn>)
      .function("save", &guard<save<Dbn>>::call);
  function("openModel", &guard<open>::call);
}

}  // namespace wakesleep::bindings
