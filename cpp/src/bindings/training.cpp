#include "bindings/models.h"

namespace wakesleep::bindings {

TrainingOptions training_options(const val& options) {
  const auto number = [&](const char* name) { return options[name].as<double>(); };
  const auto states = [&](const char* name) {
    return options[name].as<std::string>() == "sampled" ? States::sampled : States::mean;
  };
  TrainingOptions out;
  out.epochs = whole(number("epochs"));
  out.batch_size = static_cast<Index>(number("batchSize"));
  out.learning_rate = number("learningRate");
  out.final_learning_rate = number("finalLearningRate");
  out.momentum = number("momentum");
  out.initial_momentum = number("initialMomentum");
  out.initial_momentum_epochs = whole(number("initialMomentumEpochs"));
  out.weight_decay = number("weightDecay");
  out.method = options["method"].as<std::string>() == "pcd" ? Method::pcd : Method::cd;
  out.k = static_cast<Index>(number("k"));
  out.chains = static_cast<Index>(number("chains"));
  out.clamped_chains = number("clampedChains");
  out.restarts = number("restarts");
  out.data_states = states("dataStates");
  out.visible_states = states("visibleStates");
  out.hidden_states = states("hiddenStates");
  out.up_states = states("upStates");
  out.visible_bias_from_data = options["visibleBiasFromData"].as<bool>();
  out.seed = whole(number("seed"));
  return out;
}

val progress_of(const Progress& now) {
  val out = val::object();
  out.set("layer", static_cast<double>(now.layer));
  out.set("epoch", number(now.epoch));
  out.set("batch", number(now.batch));
  out.set("batches", number(now.batches));
  out.set("examples", number(now.examples));
  out.set("reconstructionError", now.reconstruction_error);
  out.set("done", now.done);
  out.set("epochEnded", now.epoch_ended);
  return out;
}

namespace {

bool step(TrainingHandle& handle) { return handle.training->step(); }
val progress(const TrainingHandle& handle) { return progress_of(handle.training->progress()); }

bool epoch_ended(const TrainingHandle& handle) { return handle.training->progress().epoch_ended; }

double mean_free_energy(const TrainingHandle& handle, const Dataset& data) {
  return handle.training->mean_free_energy(data, data.count());
}

}  // namespace

EMSCRIPTEN_BINDINGS(wakesleep_training) {
  using namespace emscripten;
  class_<TrainingHandle>("Training")
      .function("step", &guard<step>::call)
      .function("progress", &guard<progress>::call)
      .function("epochEnded", &guard<epoch_ended>::call)
      .function("meanFreeEnergy", &guard<mean_free_energy>::call);
}

}  // namespace wakesleep::bindings
