// Sigmoid belief nets.
#include "wakesleep/sbn.h"
#include "bindings/models.h"
#include "wakesleep/sbn_exact.h"
#include "wakesleep/sbn_gibbs.h"
#include "wakesleep/sbn_training.h"

namespace wakesleep::bindings {
namespace {

using Shared = std::shared_ptr<Sbn>;

Shared create(val layers, double seed) {
  const auto sizes = vector_from<double>(layers);
  return std::make_shared<Sbn>(std::vector<Index>(sizes.begin(), sizes.end()), whole(seed));
}

val layers(const Sbn& net) {
  const std::vector<double> numbers(net.layers().begin(), net.layers().end());
  return array_of("Float64Array", numbers.data(), numbers.size());
}

double seed(const Sbn& net) { return number(net.seed()); }
double epochs(const Sbn& net) { return number(net.training_state().epoch); }

// Arrays of W and b, lowest layer first, and of R and c where the net has them.
val parameters(const Sbn& net) {
  val out = val::object(), W = val::array(), b = val::array(), R = val::array(), c = val::array();
  for (Index l = 0; l < net.layer_count(); ++l) {
    b.call<void>("push", floats(net.b(l)));
    if (l == net.depth()) continue;
    W.call<void>("push", floats(net.W(l)));
    if (!net.has_recognition()) continue;
    R.call<void>("push", floats(net.R(l)));
    c.call<void>("push", floats(net.c(l)));
  }
  out.set("W", W);
  out.set("b", b);
  if (net.has_recognition()) {
    out.set("R", R);
    out.set("c", c);
  }
  return out;
}

// The arrays have the right lengths: that was checked.
std::vector<Matrix> matrices_from(const Sbn& net, const val& arrays) {
  std::vector<Matrix> out;
  for (Index l = 0; l < net.depth(); ++l)
    out.push_back(matrix_from(arrays[static_cast<unsigned>(l)], static_cast<double>(net.units(l + 1))));
  return out;
}
std::vector<Vector> vectors_from(const val& arrays, Index count) {
  std::vector<Vector> out;
  for (Index l = 0; l < count; ++l) out.push_back(float_vector_from(arrays[static_cast<unsigned>(l)]));
  return out;
}

void set_parameters(Sbn& net, val W, val b) {
  net.set_parameters(matrices_from(net, W), vectors_from(b, net.layer_count()));
}
void set_recognition(Sbn& net, val R, val c) {
  net.set_recognition(matrices_from(net, R), vectors_from(c, net.depth()));
}
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

struct SbnTrainingHandle {
  Shared net;
  std::shared_ptr<Dataset> data;
  std::unique_ptr<SbnTraining> training;
};

std::unique_ptr<SbnTrainingHandle> start_training(Shared net, std::shared_ptr<Dataset> data, val options) {
  auto training = train(*net, *data, sbn_options(options));
  return std::make_unique<SbnTrainingHandle>(std::move(net), std::move(data), std::move(training));
}
bool step_training(SbnTrainingHandle& handle) { return handle.training->step(); }
val progress(const SbnTrainingHandle& handle) { return progress_of(handle.training->progress()); }
bool epoch_ended(const SbnTrainingHandle& handle) { return handle.training->progress().epoch_ended; }

}  // namespace

EMSCRIPTEN_BINDINGS(wakesleep_sbn) {
  using namespace emscripten;
  class_<Sbn>("Sbn")
      .smart_ptr<Shared>("SharedSbn")
      .class_function("create", &guard<create>::call)
      .function("layers", &guard<layers>::call)
      .function("seed", &seed)
      .function("epochs", &epochs)
      .function("parameters", &guard<parameters>::call)
      .function("setParameters", &guard<set_parameters>::call)
      .function("setRecognition", &guard<set_recognition>::call)
      .function("setWeight", &guard<set_weight>::call)
      .function("setBias", &guard<set_bias>::call)
      .function("sample", &guard<sample>::call)
      .function("posterior", &guard<start_posterior>::call)
      .function("exactPosterior", &guard<start_exact_posterior>::call)
      .function("train", &guard<start_training>::call)
      .function("fingerprint", &fingerprint_of<Sbn>)
      .function("save", &guard<save<Sbn>>::call);
  class_<PosteriorHandle>("SbnPosterior")
      .function("sweep", &guard<sweep>::call)
      .function("forget", &guard<forget>::call)
      .function("mean", &guard<mean>::call);
  class_<ExactPosteriorHandle>("SbnExactPosterior")
      .function("step", &guard<step_exact>::call)
      .function("mean", &guard<exact_mean>::call)
      .function("logLikelihood", &guard<log_likelihood>::call);
  class_<SbnTrainingHandle>("SbnTraining")
      .function("step", &guard<step_training>::call)
      .function("progress", &guard<progress>::call)
      .function("epochEnded", &epoch_ended);
}

}  // namespace wakesleep::bindings
