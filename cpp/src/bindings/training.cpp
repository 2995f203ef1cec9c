#include "bindings/training.h"

namespace wakesleep::bindings {

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
  const auto set_losses = [&](const char* name, const std::optional<Losses>& found) {
    if (!found) return;
    val losses = val::object();
    losses.set("loss", found->loss);
    losses.set("squaredError", found->squared_error);
    if (found->errors) losses.set("errors", *found->errors);
    out.set(name, losses);
  };
  set_losses("losses", now.losses);
  set_losses("validation", now.validation_losses);
  if (now.free_energies) {
    val energies = val::object();
    energies.set("training", now.free_energies->training);
    energies.set("validation", now.free_energies->validation);
    out.set("freeEnergy", energies);
  }
  if (now.log_likelihoods) {
    val likelihoods = val::object();
    likelihoods.set("training", now.log_likelihoods->training);
    if (now.log_likelihoods->validation) likelihoods.set("validation", *now.log_likelihoods->validation);
    out.set("logLikelihood", likelihoods);
  }
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
  if (!now->ladder) return out;
  val ladder = val::object();
  ladder.set("rungs", static_cast<double>(now->ladder->rungs));
  ladder.set("acceptance", now->ladder->acceptance);
  ladder.set("relaxation", now->ladder->relaxation);
  ladder.set("refused", number(now->ladder->refused));
  ladder.set("logZ", now->ladder->log_z);
  ladder.set("logZError", now->ladder->log_z_error);
  out.set("ladder", ladder);
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
