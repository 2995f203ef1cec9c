#include "wakesleep/dbn.h"

#include "bindings/chains.h"
#include "bindings/classification.h"
#include "bindings/estimates.h"
#include "bindings/model.h"
#include "bindings/training.h"
#include "bindings/units.h"
#include "models/layer.h"
#include "wakesleep/network.h"
#include "wakesleep/up_down.h"

namespace wakesleep::bindings {
namespace {

using Shared = std::shared_ptr<Dbn>;

// units: an array, one a layer.
ComputationPointer create(val layers, double labels, double seed, val units) {
  std::vector<Units> of_layers;
  for (const val& one : emscripten::vecFromJSArray<val>(units))
    of_layers.push_back(units_from("units[" + std::to_string(of_layers.size()) + "]", one));
  return created(Dbn(layers_from(layers), static_cast<Index>(labels), whole(seed), of_layers, Undrawn{}));
}

// A view of one layer's machine: a pointer that keeps the whole net alive.
std::shared_ptr<Rbm> rbm(Shared dbn, int layer) { return {dbn, &dbn->rbm(layer)}; }

void check_data_set(const Dbn& dbn, std::string name, const Dataset& data) {
  check_data(name, data, dbn.rbm(0).shape().visible_units, dbn.visible(), dbn.labels());
}

ComputationPointer start_up(Shared dbn, val x, int layer) {
  return computation(dbn, means_up(*dbn, examples_from(x, static_cast<double>(dbn->visible())), layer), only_tensor);
}

// { W, b, c, ... } of a machine, and R where the net has recognition weights of its own.
val parameters_of_layer(const Dbn& dbn, int layer) {
  val out = parameters(dbn.rbm(layer));
  if (!dbn.has_recognition() || layer + 1 == dbn.depth()) return out;
  TensorList R{recognition_tensors(dbn)[static_cast<std::size_t>(layer)]};
  R[0].layer = -1;
  out.set("R", named_tensors(R, arrays(dbn.recognition()))["R"]);
  return out;
}

// options: those of all layers, and `layers`, an array of what differs in some.
Given<std::vector<TrainingOptions>> training_options(const Dbn& dbn, const val& options) {
  const auto& rows = options::table<TrainingOptions>().rows();
  const options::Entries of_all = entries_of(options, rows, {"layers"});
  const val layers = options["layers"];
  const Index differing = layers.isUndefined() ? 0 : static_cast<Index>(length_of(layers));
  Given<std::vector<TrainingOptions>> given;
  for (Index l = 0; l < dbn.depth(); ++l) {
    options::Entries entries = of_all;
    if (l < differing) {
      const auto own = entries_of(layers[static_cast<int>(l)], rows, {}, "layers[" + std::to_string(l) + "]");
      entries.insert(entries.end(), own.begin(), own.end());
    }
    given.options.push_back(seeded<TrainingOptions>(dbn.rbm(0).seed()));
    for (Refusal& found : options::read(entries, given.options.back())) given.refusals.push_back(std::move(found));
  }
  return given;
}

bool by_up_down(const val& options) { return options["method"].strictlyEquals(val("up-down")); }

// What greedy training has beside the options of its layers.
void check_up_down(bool start_from_transpose) {
  if (start_from_transpose)
    refuse({{"startFromTranspose", "startFromTranspose is for greedy training, and not for method 'up-down'", false}});
}

std::unique_ptr<TrainingHandle> start_dbn_training(Shared dbn, std::shared_ptr<Dataset> data, val options,
                                                   bool start_from_transpose) {
  if (by_up_down(options)) {
    check_up_down(start_from_transpose);
    return start_training<Dbn, options_for<UpDownOptions, Dbn>>(dbn, data, options);
  }
  const auto read = [dbn](const val& given) { return training_options(*dbn, given); };
  auto training = train(*dbn, *data, read(options).accepted(), start_from_transpose);
  return training_handle(dbn, {data}, std::move(training), read);
}

val check_dbn_training(const Dbn& dbn, const Dataset& data, val options, bool start_from_transpose) {
  if (by_up_down(options)) {
    check_up_down(start_from_transpose);
    return check_training<Dbn, options_for<UpDownOptions, Dbn>>(dbn, data, options);
  }
  const auto given = training_options(dbn, options);
  return problems(given.refusals, check(dbn, data, given.options, start_from_transpose));
}

std::shared_ptr<Network> to_classifier(const Dbn& dbn, double classes, double seed) {
  return std::make_shared<Network>(classifier(dbn, static_cast<Index>(classes), whole(seed)));
}
std::shared_ptr<Network> to_autoencoder(const Dbn& dbn, double seed) {
  return std::make_shared<Network>(autoencoder(dbn, whole(seed)));
}

}  // namespace

EMSCRIPTEN_BINDINGS(wakesleep_dbn) {
  model_class<Dbn>("Dbn", "SharedDbn")
      .class_function("create", &guard<create>::call)
      .function("layers", &guard<layers<Dbn>>::call)
      .function("labels", &label_units<Dbn>)
      .function("seed", &seed<Dbn>)
      .function("rbm", &guard<rbm>::call)
      .function("parameters", &guard<parameters_of_layer>::call)
      .function("checkData", &guard<check_data_set>::call)
      .function("up", &guard<start_up>::call)
      .function("classify", &guard<start_classification<Dbn>>::call)
      .function("calibrate", &guard<start_calibration<Dbn>>::call)
      .function("labelMeanField", &guard<start_label_mean_field<Dbn>>::call)
      .function("reconstruct", &guard<start_reconstruction<Dbn>>::call)
      .function("train", &guard<start_dbn_training>::call)
      .function("check", &guard<check_dbn_training>::call)
      .function("chains", &guard<start_chains<Dbn>>::call)
      .function("bound", &guard<start_bound>::call)
      .function("summedFeatures", &guard<start_summed_features>::call)
      .function("maximise", &guard<start_maximisation>::call)
      .function("logPartition", &guard<start_log_partition_of_top>::call)
      .function("toClassifier", &guard<to_classifier>::call)
      .function("toAutoencoder", &guard<to_autoencoder>::call);
}

}  // namespace wakesleep::bindings
