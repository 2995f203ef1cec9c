#include <algorithm>
#include <cstdio>

#include "cli/commands.h"
#include "wakesleep/dbm_estimate.h"

namespace wakesleep::cli {

void add_dbm_options(CLI::App& command, DbmOptions& options) {
  DbmTrainingOptions& joint = options.joint;
  const auto add = [&](const char* name, auto& value, const char* help) {
    return command.add_option(name, value, help)->capture_default_str()->group("Deep Boltzmann machines");
  };
  joint.schedule_start = 0;
  command
      .add_flag("--no-pretraining", options.no_pretraining,
                "Joint training from the start; usually with --joint-centering")
      ->group("Deep Boltzmann machines");
  command
      .add_flag("--joint-centering", joint.centering,
                "Joint training with centered states (Montavon and Mueller 2012; Melchior, Fischer and Wiskott 2016)")
      ->group("Deep Boltzmann machines");
  add("--joint-centering-rate", joint.centering_rate,
      "Part of a mini-batch's means in the running means of the offsets, 0 to 1");
  add("--joint-epochs", joint.epochs,
      "Epochs of joint training (Salakhutdinov and Hinton 2009); the others are pretraining's");
  add("--joint-batch-size", joint.batch_size, "Examples a mini-batch");
  add("--joint-learning-rate", joint.learning_rate, "Learning rate");
  add("--joint-final-learning-rate", options.final_learning_rate,
      "Reached linearly in the last epoch; negative: no change");
  add("--joint-momentum", joint.momentum, "Momentum");
  add("--joint-weight-decay", joint.weight_decay, "L2 on the weights");
  add("--joint-k", joint.k, "Gibbs steps of the persistent chains a mini-batch");
  add("--joint-chains", options.chains, "Persistent chains; 0: as many as the batch size");
  add("--mean-field-steps", joint.mean_field.iterations, "Mean-field iterations a mini-batch, at most");
  add("--mean-field-tolerance", joint.mean_field.tolerance, "An example is done when no mean of it moves further");
  add("--mean-field-damping", joint.mean_field.damping, "Part of the old means that an iteration keeps, below 1");
}

DbmTrainingOptions DbmOptions::rest(const Dbm& dbm, std::vector<TrainingOptions> pretraining) const {
  const DbmTrainingState& state = dbm.training_state();
  DbmTrainingOptions result = joint;
  if (final_learning_rate >= 0) result.final_learning_rate = final_learning_rate;
  if (chains != 0) result.chains = chains;
  result.epochs -= std::min(result.epochs, state.epoch);
  if (no_pretraining) return result;
  result.seed = joint.seed;
  result.data_states = pretraining[0].data_states;
  if (state.pretraining)
    for (Index l = 0; l < state.pretraining->depth(); ++l) {
      TrainingOptions& of_layer = pretraining[static_cast<std::size_t>(l)];
      of_layer.epochs -= std::min(of_layer.epochs, state.pretraining->rbm(l).training_state().epoch);
    }
  result.pretraining = std::move(pretraining);
  return result;
}

void DbmOptions::add_notes(std::map<std::string, std::string>& notes) const {
  const auto number = [](double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%g", value);
    return std::string(text);
  };
  if (no_pretraining) notes.clear();
  notes["pretraining"] = no_pretraining ? "no" : "yes";
  notes["centering"] = joint.centering ? "yes" : "no";
  if (joint.centering) notes["centeringRate"] = number(joint.centering_rate);
  notes["jointEpochs"] = std::to_string(joint.epochs);
  notes["jointBatchSize"] = std::to_string(joint.batch_size);
  notes["jointLearningRate"] = number(joint.learning_rate);
  notes["jointFinalLearningRate"] = number(final_learning_rate);
  notes["jointMomentum"] = number(joint.momentum);
  notes["jointWeightDecay"] = number(joint.weight_decay);
  notes["jointK"] = std::to_string(joint.k);
  notes["jointChains"] = std::to_string(chains);
  notes["meanFieldSteps"] = std::to_string(joint.mean_field.iterations);
}

void print_bound(const Dbm& dbm, const Dataset& examples, const AisOptions* ais) {
  double log_z = 0;
  if (ais) {
    const VectorD rates = examples.mean();
    DbmAis sum(dbm, *ais, &rates);
    while (sum.step()) {
    }
    const LogPartition estimate = sum.estimate();
    log_z = estimate.log_z;
    std::printf("log Z by AIS: %.4f, three standard errors of Z: %.4f to %.4f\n", log_z, estimate.low, estimate.high);
  } else {
    log_z = exact_log_partition(dbm);
    std::printf("log Z: %.6f\n", log_z);
  }
  std::printf("mean variational bound on the log-likelihood%s: %.6f\n",
              dbm.labels() && examples.has_labels() ? ", labels included" : "", mean_bound(dbm, examples, log_z));
}

}  // namespace wakesleep::cli
