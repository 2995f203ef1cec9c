// Sigmoid belief nets.
#include "wakesleep/sbn.h"

#include <span>

#include "bindings/chains.h"
#include "bindings/computation.h"
#include "bindings/model.h"
#include "bindings/training.h"
#include "models/layer.h"
#include "wakesleep/sbn_inference.h"
#include "wakesleep/sbn_training.h"

namespace wakesleep::bindings {
namespace {

using Shared = std::shared_ptr<Sbn>;

ComputationPointer create(val layers, double seed) { return created(Sbn(layers_from(layers), whole(seed), Undrawn{})); }

void set_weight(Sbn& net, int layer, int child, int parent, double value) {
  net.set_weight(layer, child, parent, static_cast<float>(value));
}
void set_bias(Sbn& net, int layer, int unit, double value) { net.set_bias(layer, unit, static_cast<float>(value)); }

ExampleRows rows_from(const Sbn& net, const val& x) { return examples_from(x, static_cast<double>(net.visible())); }

// { means, states }: states an array, one a layer.
ComputationPointer start_samples(Shared net, double count, val seed) {
  return computation(net, ancestral_samples(*net, static_cast<Index>(count), seed_or_next(seed, *net)),
                     [](const RowMap& ended) {
                       val out = val::object();
                       out.set("means", tensor(ended.results().front()));
                       out.set("states", tensors(std::span(ended.results()).subspan(1)));
                       return out;
                     });
}

ComputationPointer start_posterior(Shared net, val x, double sweeps, double burn_in, val seed) {
  const PosteriorOptions options{static_cast<Index>(sweeps), static_cast<Index>(burn_in), seed_or_next(seed, *net)};
  return computation(net, posterior_means(*net, rows_from(*net, x), options), all_tensors);
}

// { means, logLikelihood, meanLogLikelihood }: means an array, one a hidden layer.
ComputationPointer start_exact_posterior(Shared net, val x) {
  return computation(net, ExactPosteriorMeans(*net, rows_from(*net, x)), [](const ExactPosteriorMeans& ended) {
    const std::span results(ended.results());
    val out = val::object();
    out.set("means", tensors(results.first(results.size() - 1)));
    out.set("logLikelihood", tensor_of_column(results.back()));
    out.set("meanLogLikelihood", ended.mean_log_likelihood());
    return out;
  });
}

ComputationPointer start_log_likelihood(Shared net, val x) {
  return computation(net, log_likelihood(*net, rows_from(*net, x)),
                     [](const LikelihoodAverage& ended) { return object_of(ended); });
}

// observed: whether examples hold the states of all layers.
void check_data_set(const Sbn& net, std::string name, const Dataset& data, bool observed) {
  check_data(name, data, {}, observed ? net.visible() + net.hidden() : net.visible(), 0);
}

}  // namespace

EMSCRIPTEN_BINDINGS(wakesleep_sbn) {
  trained_class<Sbn>("Sbn", "SharedSbn")
      .class_function("create", &guard<create>::call)
      .function("layers", &guard<layers<Sbn>>::call)
      .function("setWeight", &guard<set_weight>::call)
      .function("setBias", &guard<set_bias>::call)
      .function("sample", &guard<start_samples>::call)
      .function("posterior", &guard<start_posterior>::call)
      .function("exactPosterior", &guard<start_exact_posterior>::call)
      .function("logLikelihood", &guard<start_log_likelihood>::call)
      .function("train", &guard<start_training<Sbn, options_for<SbnTrainingOptions, Sbn>>>::call)
      .function("checkData", &guard<check_data_set>::call)
      .function("check", &guard<check_training<Sbn, options_for<SbnTrainingOptions, Sbn>>>::call);
}

}  // namespace wakesleep::bindings
