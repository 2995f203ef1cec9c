#include "wakesleep/dbn.h"

#include "bindings/chains.h"
#include "bindings/classification.h"
#include "bindings/estimates.h"
#include "bindings/model.h"
#include "bindings/training.h"
#include "bindings/units.h"

namespace wakesleep::bindings {
namespace {

using Shared = std::shared_ptr<Dbn>;

// units: an array, one a layer.
Shared create(val layers, double labels, double seed, val units) {
  std::vector<Units> of_layers;
  for (const val& one : emscripten::vecFromJSArray<val>(units)) of_layers.push_back(units_from(one));
  return std::make_shared<Dbn>(layers_from(layers), static_cast<Index>(labels), whole(seed), of_layers);
}

double seed_of_lowest(const Dbn& dbn) { return number(dbn.rbm(0).seed()); }

// A view of one layer's machine: a pointer that keeps the whole net alive.
std::shared_ptr<Rbm> rbm(Shared dbn, int layer) { return {dbn, &dbn->rbm(layer)}; }

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

}  // namespace

EMSCRIPTEN_BINDINGS(wakesleep_dbn) {
  model_class<Dbn>("Dbn", "SharedDbn")
      .class_function("create", &guard<create>::call)
      .function("layers", &guard<layers<Dbn>>::call)
      .function("labels", &label_units<Dbn>)
      .function("seed", &seed_of_lowest)
      .function("rbm", &guard<rbm>::call)
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
      .function("ais", &guard<start_ais_of_top>::call);
}

}  // namespace wakesleep::bindings
