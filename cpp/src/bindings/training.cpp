#include "bindings/training.h"

namespace wakesleep::bindings {

TrainingOptions training_options(const val& options) {
  const auto number = [&](const char* name) { return options[name].as<double>(); };
  const auto text = [&](const char* name) { return options[name].as<std::string>(); };
  const auto states = [&](const char* name) { return text(name) == "sampled" ? States::sampled : States::mean; };
  const auto method = [&] {
    const std::string name = text("method");
    if (name == "pcd") return Method::pcd;
    if (name == "fpcd") return Method::fpcd;
    if (name == "pt") return Method::pt;
    if (name == "mean-field") return Method::mean_field;
    if (name == "exact") return Method::exact;
    return Method::cd;
  };
  const auto objective = [&] {
    const std::string name = text("objective");
    if (name == "discriminative") return Objective::discriminative;
    return name == "hybrid" ? Objective::hybrid : Objective::generative;
  };
  TrainingOptions out;
  out.epochs = whole(number("epochs"));
  out.batch_size = static_cast<Index>(number("batchSize"));
  out.learning_rate = number("learningRate");
  const auto if_at_least = [&](auto& member, const char* name, double least) {
    if (number(name) >= least) member = number(name);
  };
  if_at_least(out.final_learning_rate, "finalLearningRate", 0);
  out.learning_rate_schedule =
      text("learningRateSchedule") == "exponential" ? RateSchedule::exponential : RateSchedule::linear;
  out.optimizer = text("optimizer") == "adam" ? OptimizerKind::adam : OptimizerKind::sgd;
  out.momentum = number("momentum");
  out.initial_momentum = number("initialMomentum");
  out.initial_momentum_epochs = whole(number("initialMomentumEpochs"));
  out.beta1 = number("beta1");
  out.beta2 = number("beta2");
  out.epsilon = number("epsilon");
  if_at_least(out.sigma_learning_rate, "sigmaLearningRate", 0);
  out.weight_decay = number("weightDecay");
  out.l1 = number("l1");
  out.method = method();
  out.k = static_cast<Index>(number("k"));
  if (number("finalK") > 0) out.final_k = static_cast<Index>(number("finalK"));
  if (number("chains") > 0) out.chains = static_cast<Index>(number("chains"));
  out.clamped_chains = number("clampedChains");
  out.restarts = number("restarts");
  if_at_least(out.fast_learning_rate, "fastLearningRate", 0);
  out.fast_decay = number("fastDecay");
  out.temperatures = static_cast<Index>(number("temperatures"));
  out.data_states = states("dataStates");
  out.visible_states = states("visibleStates");
  out.hidden_states = states("hiddenStates");
  out.up_states = states("upStates");
  out.visible_bias_from_data = options["visibleBiasFromData"].as<bool>();
  out.centering = options["centering"].as<bool>();
  out.centering_rate = number("centeringRate");
  out.sparsity_target = number("sparsityTarget");
  out.sparsity_cost = number("sparsityCost");
  out.sparsity_decay = number("sparsityDecay");
  out.dropout = number("dropout");
  out.objective = objective();
  out.generative_weight = number("generativeWeight");
  out.weights = vector_from<float>(options["weights"]);
  out.mask = mask_of(options).get();
  out.missing_steps = static_cast<Index>(number("missingSteps"));
  out.seed = whole(number("seed"));
  return out;
}

std::shared_ptr<Dataset> mask_of(const val& options) {
  const val mask = options["mask"];
  return mask.isNull() ? nullptr : mask.as<std::shared_ptr<Dataset>>();
}

val refusals(const std::vector<Refusal>& list) {
  val out = val::array();
  for (const Refusal& refusal : list) {
    val one = val::object();
    if (!refusal.option.empty()) one.set("option", refusal.option);
    one.set("message", refusal.message);
    out.call<void>("push", one);
  }
  return out;
}

namespace {

bool step(TrainingHandle& handle) { return handle.training->step(); }
bool prepare(TrainingHandle& handle) { return handle.training->prepare(); }
bool validate(TrainingHandle& handle) { return handle.training->validate(); }
bool epoch_ended(const TrainingHandle& handle) { return handle.training->progress().epoch_ended; }
void change(TrainingHandle& handle, val options) { handle.change(options); }

void set_validation(TrainingHandle& handle, std::shared_ptr<Dataset> validation) {
  handle.training->set_validation(*validation);
  handle.data.push_back(std::move(validation));
}

val progress(const TrainingHandle& handle) {
  const Progress now = handle.training->progress();
  val out = val::object();
  out.set("layer", static_cast<double>(now.layer));
  out.set("epoch", number(now.epoch));
  out.set("batch", number(now.batch));
  out.set("batches", number(now.batches));
  out.set("examples", number(now.examples));
  out.set("reconstructionError", now.reconstruction_error);
  out.set("done", now.done);
  out.set("epochEnded", now.epoch_ended);
  if (!now.free_energies) return out;
  val energies = val::object();
  energies.set("training", now.free_energies->training);
  energies.set("validation", now.free_energies->validation);
  out.set("freeEnergy", energies);
  return out;
}

// undefined before the first batch.
val statistics(const TrainingHandle& handle) {
  const std::optional<TrainingStatistics> now = handle.training->statistics();
  if (!now) return val::undefined();
  val out = val::object();
  out.set("weightNorm", now->weight_norm);
  out.set("updateNorm", now->update_norm);
  out.set("updateRatio", now->update_ratio);
  out.set("deadUnits", static_cast<double>(now->dead_units));
  out.set("saturatedUnits", static_cast<double>(now->saturated_units));
  out.set("meanActivity", now->mean_activity);
  if (now->swap_rate) out.set("swapRate", *now->swap_rate);
  return out;
}

}  // namespace

EMSCRIPTEN_BINDINGS(wakesleep_training) {
  using namespace emscripten;
  class_<TrainingHandle>("Training")
      .function("prepare", &guard<prepare>::call)
      .function("step", &guard<step>::call)
      .function("progress", &guard<progress>::call)
      .function("statistics", &guard<statistics>::call)
      .function("epochEnded", &guard<epoch_ended>::call)
      .function("change", &guard<change>::call)
      .function("setValidation", &guard<set_validation>::call)
      .function("validate", &guard<validate>::call);
}

}  // namespace wakesleep::bindings
