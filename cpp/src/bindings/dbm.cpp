#include "wakesleep/dbm.h"

#include <span>

#include "bindings/chains.h"
#include "bindings/classification.h"
#include "bindings/estimates.h"
#include "bindings/model.h"
#include "bindings/training.h"
#include "wakesleep/dbm_estimate.h"
#include "wakesleep/dbm_training.h"
#include "wakesleep/standardisation.h"

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

ComputationPointer start_free_energies(Shared dbm, val x, val labels, val options) {
  ExampleRows rows = labelled_from(x, dbm->visible(), labels);
  return computation(dbm, free_energies(*dbm, std::move(rows), !labels.isNull(), mean_field_options(options)),
                     only_column);
}

ComputationPointer start_bounds(Shared dbm, val x, val labels, double log_z, val options) {
  ExampleRows rows = labelled_from(x, dbm->visible(), labels);
  return computation(dbm, bounds(*dbm, std::move(rows), !labels.isNull(), log_z, mean_field_options(options)),
                     only_column);
}

// An array of the means of the hidden layers.
ComputationPointer start_hidden_means(Shared dbm, val x, val options) {
  ExampleRows rows = examples_from(x, static_cast<double>(dbm->visible()));
  return computation(dbm, mean_field(*dbm, std::move(rows), mean_field_options(options)),
                     [depth = dbm->depth()](const RowMap& ended) {
                       return tensors(std::span(ended.results()).first(static_cast<std::size_t>(depth)));
                     });
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

ComputationPointer start_log_sum(Shared dbm, double) {
  return computation(dbm, DbmLogSum(*dbm),
                     [](const DbmLogSum& ended) { return object_of({ended.log_z(), ended.log_z(), ended.log_z()}); });
}

ComputationPointer start_ais_of_dbm(Shared dbm, val options, std::shared_ptr<Dataset> data) {
  const AisOptions ais = ais_options(options);
  const auto begin = [dbm, ais](const VectorD* rates) {
    return computation(dbm, DbmAis(*dbm, ais, rates), [](const DbmAis& ended) { return object_of(ended.estimate()); });
  };
  if (!data) return begin(nullptr);
  return computation_after(dbm, ColumnStatistics(*data, false),
                           [begin](const ColumnStatistics& ended) { return begin(&ended.mean()); });
}

}  // namespace

EMSCRIPTEN_BINDINGS(wakesleep_dbm) {
  trained_class<Dbm>("Dbm", "SharedDbm")
      .class_function("create", &guard<create>::call)
      .function("layers", &guard<layers<Dbm>>::call)
      .function("labels", &label_units<Dbm>)
      .function("freeEnergy", &guard<start_free_energies>::call)
      .function("bound", &guard<start_bounds>::call)
      .function("hiddenMeans", &guard<start_hidden_means>::call)
      .function("classify", &guard<start_classification<Dbm>>::call)
      .function("labelMeanField", &guard<start_label_mean_field<Dbm>>::call)
      .function("reconstruct", &guard<start_reconstruction<Dbm>>::call)
      .function("train", &guard<start_training>::call)
      .function("check", &guard<check_training>::call)
      .function("chains", &guard<start_chains<Dbm>>::call)
      .function("logPartition", &guard<start_log_sum>::call)
      .function("ais", &guard<start_ais_of_dbm>::call);
}

}  // namespace wakesleep::bindings
