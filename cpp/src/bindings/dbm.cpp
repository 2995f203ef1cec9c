#include "wakesleep/dbm.h"

#include "bindings/chains.h"
#include "bindings/classification.h"
#include "bindings/log_partition.h"
#include "bindings/model.h"
#include "bindings/training.h"
#include "wakesleep/dbm_training.h"

namespace wakesleep::bindings {
namespace {

using Shared = std::shared_ptr<Dbm>;

Shared create(val layers, double labels, double seed) {
  return std::make_shared<Dbm>(layers_from(layers), static_cast<Index>(labels), whole(seed));
}

MeanFieldOptions mean_field_options(const val& options) {
  return {static_cast<Index>(options["meanFieldSteps"].as<double>()), options["meanFieldTolerance"].as<double>(),
          options["meanFieldDamping"].as<double>()};
}

val free_energy(const Dbm& dbm, val x, double columns, val options) {
  const Matrix rows = matrix_from(x, columns);
  return floats(dbm.free_energy(view(rows), mean_field_options(options)));
}

val bound(const Dbm& dbm, val x, double columns, double log_z, val options) {
  const Matrix rows = matrix_from(x, columns);
  const VectorD result = (-dbm.free_energy(view(rows), mean_field_options(options))).array() - log_z;
  return floats(result);
}

// The means of the hidden layers, an array of them.
val hidden_means(const Dbm& dbm, val x, double columns, val options) {
  const Matrix rows = matrix_from(x, columns);
  const std::vector<Matrix> means = dbm.mean_field(view(rows), mean_field_options(options));
  val out = val::array();
  for (Index l = 1; l <= dbm.depth(); ++l) out.call<void>("push", floats(means[static_cast<std::size_t>(l)]));
  return out;
}

val visible_means(const Dbm& dbm, val h) {
  const Matrix rows = matrix_from(h, static_cast<double>(dbm.units(1)));
  return floats(dbm.mean_v_from_h(view(rows)));
}

val mean_field(const Dbm& dbm, val x, int iterations) {
  const Matrix rows = matrix_from(x, static_cast<double>(dbm.visible()));
  return floats(dbm.mean_field(view(rows), {iterations, 0, 0}).back());
}

// options: those of joint training, and `pretraining`, an array of TrainingOptions.
DbmTrainingOptions joint_options(const val& options) {
  const auto number_of = [&](const char* name) { return options[name].as<double>(); };
  DbmTrainingOptions out;
  for (const val& one : emscripten::vecFromJSArray<val>(options["pretraining"]))
    out.pretraining.push_back(training_options(one));
  out.epochs = whole(number_of("epochs"));
  out.batch_size = static_cast<Index>(number_of("batchSize"));
  out.learning_rate = number_of("learningRate");
  if (number_of("finalLearningRate") >= 0) out.final_learning_rate = number_of("finalLearningRate");
  out.momentum = number_of("momentum");
  out.weight_decay = number_of("weightDecay");
  out.k = static_cast<Index>(number_of("k"));
  if (number_of("chains") > 0) out.chains = static_cast<Index>(number_of("chains"));
  out.mean_field = mean_field_options(options);
  out.centering = options["centering"].as<bool>();
  out.centering_rate = number_of("centeringRate");
  out.data_states = options["dataStates"].as<std::string>() == "sampled" ? States::sampled : States::mean;
  out.visible_bias_from_data = options["visibleBiasFromData"].as<bool>();
  out.seed = whole(number_of("seed"));
  return out;
}

std::unique_ptr<TrainingHandle> start_training(Shared dbm, std::shared_ptr<Dataset> data, val options) {
  auto training = train(*dbm, *data, joint_options(options));
  return training_handle(dbm, {data}, std::move(training), &joint_options);
}

val check_training(const Dbm& dbm, const Dataset& data, val options) {
  return refusals(check(dbm, data, joint_options(options)));
}

std::unique_ptr<ChainsHandle> start_chains(Shared dbm, double count, double seed, double) {
  auto handle = std::make_unique<ChainsHandle>();
  handle->dbm = std::move(dbm);
  handle->boltzmann.emplace(*handle->dbm, static_cast<Index>(count), whole(seed));
  return handle;
}

}  // namespace

EMSCRIPTEN_BINDINGS(wakesleep_dbm) {
  trained_class<Dbm>("Dbm", "SharedDbm")
      .class_function("create", &guard<create>::call)
      .function("layers", &guard<layers<Dbm>>::call)
      .function("labels", &label_units<Dbm>)
      .function("freeEnergy", &guard<free_energy>::call)
      .function("bound", &guard<bound>::call)
      .function("hiddenMeans", &guard<hidden_means>::call)
      .function("visibleMeans", &guard<visible_means>::call)
      .function("classify", &guard<classify<Dbm>>::call)
      .function("meanField", &guard<mean_field>::call)
      .function("train", &guard<start_training>::call)
      .function("check", &guard<check_training>::call)
      .function("chains", &guard<start_chains>::call)
      .function("logPartition", &guard<dbm_log_partition>::call)
      .function("ais", &guard<dbm_ais>::call);
}

}  // namespace wakesleep::bindings
