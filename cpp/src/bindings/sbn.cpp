// Sigmoid belief nets.
#include "wakesleep/sbn.h"

#include "bindings/model.h"
#include "bindings/training.h"
#include "wakesleep/sbn_exact.h"
#include "wakesleep/sbn_gibbs.h"
#include "wakesleep/sbn_training.h"

namespace wakesleep::bindings {
namespace {

using Shared = std::shared_ptr<Sbn>;

Shared create(val layers, double seed) { return std::make_shared<Sbn>(layers_from(layers), whole(seed)); }

void set_weight(Sbn& net, int layer, int child, int parent, double value) {
  net.set_weight(layer, child, parent, static_cast<float>(value));
}
void set_bias(Sbn& net, int layer, int unit, double value) { net.set_bias(layer, unit, static_cast<float>(value)); }

// { means, states }: states an array, one a layer.
val sample(const Sbn& net, double count, double seed, double group) {
  const SbnSamples samples = net.sample(static_cast<Index>(count), whole(seed), whole(group));
  val out = val::object(), states = val::array();
  for (Index l = 0; l < net.layer_count(); ++l)
    states.call<void>("push", floats(samples.states[static_cast<std::size_t>(l)]));
  out.set("means", floats(samples.means));
  out.set("states", states);
  return out;
}

struct PosteriorHandle {
  Shared net;
  PosteriorChains chains;
};

std::unique_ptr<PosteriorHandle> start_posterior(Shared net, val x, double seed, double group) {
  const Matrix rows = matrix_from(x, static_cast<double>(net->visible()));
  PosteriorChains chains(*net, view(rows), whole(seed), whole(group));
  return std::make_unique<PosteriorHandle>(std::move(net), std::move(chains));
}
void sweep(PosteriorHandle& handle, double count) { handle.chains.sweep(static_cast<Index>(count)); }
void forget(PosteriorHandle& handle) { handle.chains.forget(); }
val mean(const PosteriorHandle& handle, int layer) { return floats(handle.chains.mean(layer)); }

struct ExactPosteriorHandle {
  Shared net;
  ExactPosterior sum;
};

std::unique_ptr<ExactPosteriorHandle> start_exact_posterior(Shared net, val x) {
  const Matrix rows = matrix_from(x, static_cast<double>(net->visible()));
  ExactPosterior sum(*net, view(rows));
  return std::make_unique<ExactPosteriorHandle>(std::move(net), std::move(sum));
}
bool step_exact(ExactPosteriorHandle& handle) { return handle.sum.step(); }
val exact_mean(const ExactPosteriorHandle& handle, int layer) { return floats(handle.sum.mean(layer)); }
val log_likelihood(const ExactPosteriorHandle& handle) {
  const VectorD& values = handle.sum.log_likelihood();
  return array_of("Float64Array", values.data(), static_cast<std::size_t>(values.size()));
}

SbnTrainingOptions sbn_options(const val& options) {
  const auto number = [&](const char* name) { return options[name].as<double>(); };
  const auto method = options["method"].as<std::string>();
  SbnTrainingOptions out;
  out.epochs = whole(number("epochs"));
  out.batch_size = static_cast<Index>(number("batchSize"));
  out.learning_rate = number("learningRate");
  out.weight_decay = number("weightDecay");
  out.method = method == "gibbs"      ? SbnMethod::gibbs
               : method == "exact"    ? SbnMethod::exact
               : method == "observed" ? SbnMethod::observed
               : method == "cd"       ? SbnMethod::cd
                                      : SbnMethod::wake_sleep;
  out.sweeps = static_cast<Index>(number("sweeps"));
  out.persistent = options["persistent"].as<bool>();
  out.visible_bias_from_data = options["visibleBiasFromData"].as<bool>();
  out.seed = whole(number("seed"));
  return out;
}

std::unique_ptr<TrainingHandle> start_training(Shared net, std::shared_ptr<Dataset> data, val options) {
  auto training = train(*net, *data, sbn_options(options));
  return training_handle(net, {data}, std::move(training), &sbn_options);
}

val check_training(const Sbn& net, const Dataset& data, val options) {
  return refusals(check(net, data, sbn_options(options)));
}

}  // namespace

EMSCRIPTEN_BINDINGS(wakesleep_sbn) {
  using namespace emscripten;
  trained_class<Sbn>("Sbn", "SharedSbn")
      .class_function("create", &guard<create>::call)
      .function("layers", &guard<layers<Sbn>>::call)
      .function("setWeight", &guard<set_weight>::call)
      .function("setBias", &guard<set_bias>::call)
      .function("sample", &guard<sample>::call)
      .function("posterior", &guard<start_posterior>::call)
      .function("exactPosterior", &guard<start_exact_posterior>::call)
      .function("train", &guard<start_training>::call)
      .function("check", &guard<check_training>::call);
  class_<PosteriorHandle>("SbnPosterior")
      .function("sweep", &guard<sweep>::call)
      .function("forget", &guard<forget>::call)
      .function("mean", &guard<mean>::call);
  class_<ExactPosteriorHandle>("SbnExactPosterior")
      .function("step", &guard<step_exact>::call)
      .function("mean", &guard<exact_mean>::call)
      .function("logLikelihood", &guard<log_likelihood>::call);
}

}  // namespace wakesleep::bindings
