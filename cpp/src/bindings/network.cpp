// Feed-forward nets.
#include "wakesleep/network.h"

#include <string>
#include <vector>

#include "bindings/computation.h"
#include "bindings/model.h"
#include "bindings/training.h"
#include "models/network_examples.h"
#include "wakesleep/inference.h"
#include "wakesleep/network_inference.h"
#include "wakesleep/network_training.h"

namespace wakesleep::bindings {
namespace {

using Shared = std::shared_ptr<Network>;

// units: an array of names, one for each layer above the inputs; empty: the usual ones.
ComputationPointer create(val layers, val units, double code, double seed) {
  NetworkShape shape{layers_from(layers), {}, static_cast<Index>(code)};
  for (const std::string& name : emscripten::vecFromJSArray<std::string>(units))
    shape.activations.push_back(activation(name, "units[" + std::to_string(shape.activations.size()) + "]"));
  return created(Network(std::move(shape), whole(seed), Undrawn{}));
}

val units(const Network& net) {
  val out = val::array();
  for (const Activation one : net.shape().activations) out.call<void>("push", std::string(name_of(one)));
  return out;
}
int code(const Network& net) { return static_cast<int>(net.code()); }
int labels(const Network& net) { return static_cast<int>(net.labels()); }

ExampleRows rows_from(const Network& net, const val& x) { return examples_from(x, static_cast<double>(net.visible())); }

ComputationPointer start_up(Shared net, val x, int layer) {
  return computation(net, units_up(*net, rows_from(*net, x), layer), only_tensor);
}
ComputationPointer start_decoding(Shared net, val code) {
  return computation(net, decoded(*net, matrix_from(code, static_cast<double>(net->units(net->code())))), only_tensor);
}

// { labels, probabilities }
ComputationPointer start_classification(Shared net, val x) {
  return computation(net, classification(*net, rows_from(*net, x)), [](const RowMap& ended) {
    val out = val::object();
    out.set("labels", labels_array(labels_of(ended)));
    out.set("probabilities", tensor(ended.results()[1]));
    return out;
  });
}

// What an options object says of these two, of which the table knows the words.
NetworkTrainingOptions loss_and_targets(const val& options) {
  return read_options(options, NetworkTrainingOptions()).accepted();
}

// { loss, squaredError, crossEntropy?, errors?, count }
ComputationPointer start_evaluation(Shared net, std::shared_ptr<Dataset> data, val options) {
  const NetworkTrainingOptions given = loss_and_targets(options);
  NetworkEvaluation evaluation(*net, *data, loss_of(net->shape(), given.loss), targets_of(net->shape(), given.targets));
  return computation(net, std::move(evaluation), [](const NetworkEvaluation& ended) {
    const NetworkErrors found = ended.result();
    val out = val::object();
    out.set("loss", found.loss);
    out.set("squaredError", found.squared_error);
    if (found.cross_entropy) out.set("crossEntropy", *found.cross_entropy);
    if (found.errors) out.set("errors", static_cast<double>(*found.errors));
    out.set("count", static_cast<double>(found.count));
    return out;
  });
}

// The targets are those of a training with these options.
void check_data_set(const Network& net, std::string name, const Dataset& data, val options) {
  const NetworkTrainingOptions given = loss_and_targets(options);
  check_targets(net.shape(), data, loss_of(net.shape(), given.loss), targets_of(net.shape(), given.targets), name);
}

}  // namespace

EMSCRIPTEN_BINDINGS(wakesleep_network) {
  trained_class<Network>("Network", "SharedNetwork")
      .class_function("create", &guard<create>::call)
      .function("layers", &guard<layers<Network>>::call)
      .function("units", &guard<units>::call)
      .function("code", &code)
      .function("labels", &labels)
      .function("up", &guard<start_up>::call)
      .function("decode", &guard<start_decoding>::call)
      .function("classify", &guard<start_classification>::call)
      .function("evaluate", &guard<start_evaluation>::call)
      .function("train", &guard<start_training<Network, options_for<NetworkTrainingOptions, Network>>>::call)
      .function("checkData", &guard<check_data_set>::call)
      .function("check", &guard<check_training<Network, options_for<NetworkTrainingOptions, Network>>>::call);
}

}  // namespace wakesleep::bindings
