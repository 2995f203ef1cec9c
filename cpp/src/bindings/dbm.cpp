#include "wakesleep/dbm.h"

#include <span>

#include "bindings/chains.h"
#include "bindings/estimates.h"
#include "bindings/models.h"
#include "bindings/training.h"
#include "bindings/units.h"
#include "models/layer.h"
#include "wakesleep/dbm_estimate.h"
#include "wakesleep/dbm_training.h"
#include "wakesleep/standardisation.h"

namespace wakesleep::bindings {
namespace {

using Shared = std::shared_ptr<Dbm>;

Shared create(val layers, double labels, double seed) {
  const auto sizes = vector_from<double>(layers);
  return std::make_shared<Dbm>(std::vector<Index>(sizes.begin(), sizes.end()), static_cast<Index>(labels), whole(seed));
}

val layers(const Dbm& dbm) {
  const auto& sizes = dbm.layers();
  const std::vector<double> numbers(sizes.begin(), sizes.end());
  return array_of("Float64Array", numbers.data(), numbers.size());
}

int label_units(const Dbm& dbm) { return static_cast<int>(dbm.labels()); }
double seed(const Dbm& dbm) { return number(dbm.seed()); }
double epochs(const Dbm& dbm) { return number(dbm.training_state().epoch); }

MeanFieldOptions mean_field_options(const val& options) {
  return {static_cast<Index>(options["meanFieldSteps"].as<double>()), options["meanFieldTolerance"].as<double>(),
          options["meanFieldDamping"].as<double>()};
}

// Arrays of W and b by layer, with U and d last where there are labels.
val parameters(const Dbm& dbm) {
  val out = val::object(), W = val::array(), b = val::array();
  for (const Matrix& each : dbm.parameters().W) W.call<void>("push", floats(each));
  for (const Vector& each : dbm.parameters().b) b.call<void>("push", floats(each));
  out.set("W", W);
  out.set("b", b);
  return out;
}

void set_parameters(Dbm& dbm, val W, val b) {
  DbmParameters given;
  for (Index l = 0; l + 1 < dbm.layer_count(); ++l)
    given.W.push_back(matrix_from(W[static_cast<int>(l)], static_cast<double>(dbm.W(l).cols())));
  for (Index l = 0; l < dbm.layer_count(); ++l) given.b.push_back(float_vector_from(b[static_cast<int>(l)]));
  dbm.set_parameters(std::move(given));
}

void check_data_set(const Dbm& dbm, std::string name, const Dataset& data) {
  check_data(name, data, {}, dbm.visible(), dbm.labels());
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

ComputationPointer start_log_sum(Shared dbm, val words) {
  words_from(words, *dbm);
  return computation(dbm, DbmLogSum(*dbm),
                     [](const DbmLogSum& ended) { return object_of({ended.log_z(), ended.log_z(), ended.log_z()}); });
}

ComputationPointer start_ais_of_dbm(Shared dbm, val options, std::shared_ptr<Dataset> data) {
  const AisOptions ais = ais_options(options, words_from(options["words"], *dbm));
  const auto begin = [dbm, ais](const VectorD* rates) {
    return computation(dbm, DbmAis(*dbm, ais, rates), [](const DbmAis& ended) { return object_of(ended.estimate()); });
  };
  if (!data) return begin(nullptr);
  return computation_after(dbm, ColumnStatistics(*data, false),
                           [begin](const ColumnStatistics& ended) { return begin(&ended.mean()); });
}

}  // namespace

EMSCRIPTEN_BINDINGS(wakesleep_dbm) {
  using namespace emscripten;
  class_<Dbm>("Dbm")
      .smart_ptr<Shared>("SharedDbm")
      .class_function("create", &guard<create>::call)
      .function("layers", &guard<layers>::call)
      .function("labels", &label_units)
      .function("seed", &seed)
      .function("epochs", &epochs)
      .function("parameters", &guard<parameters>::call)
      .function("setParameters", &guard<set_parameters>::call)
      .function("freeEnergy", &guard<start_free_energies>::call)
      .function("bound", &guard<start_bounds>::call)
      .function("hiddenMeans", &guard<start_hidden_means>::call)
      .function("checkData", &guard<check_data_set>::call)
      .function("classify", &guard<start_classification<Dbm>>::call)
      .function("labelMeanField", &guard<start_label_mean_field<Dbm>>::call)
      .function("reconstruct", &guard<start_reconstruction<Dbm>>::call)
      .function("train", &guard<start_training>::call)
      .function("check", &guard<check_training>::call)
      .function("chains", &guard<start_chains<Dbm>>::call)
      .function("logPartition", &guard<start_log_sum>::call)
      .function("ais", &guard<start_ais_of_dbm>::call)
      .function("fingerprint", &fingerprint_of<Dbm>)
      .function("save", &guard<save<Dbm>>::call);
}

}  // namespace wakesleep::bindings
