#include "wakesleep/dbm.h"

#include <span>

#include "bindings/chains.h"
#include "bindings/classification.h"
#include "bindings/estimates.h"
#include "bindings/model.h"
#include "bindings/training.h"
#include "bindings/units.h"
#include "models/layer.h"
#include "wakesleep/dbm_estimate.h"
#include "wakesleep/dbm_training.h"
#include "wakesleep/standardisation.h"

namespace wakesleep::bindings {
namespace {

using Shared = std::shared_ptr<Dbm>;

ComputationPointer create(val layers, double labels, double seed) {
  return created(Dbm(layers_from(layers), static_cast<Index>(labels), whole(seed), Undrawn{}));
}

MeanFieldOptions mean_field_options(const val& options) { return read_options<MeanFieldOptions>(options).accepted(); }

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

// options: those of joint training, and `pretraining`: options of all RBMs, an array with one each, or false. Unless
// given, pretraining has its presets, or with centering there is none.
Given<DbmTrainingOptions> training_options(const Dbm& dbm, const val& options) {
  Given<DbmTrainingOptions> given{seeded<DbmTrainingOptions>(dbm.seed()), {}};
  const auto entries = entries_of(options, options::table<DbmTrainingOptions>().rows(), {"pretraining"});
  given.refusals = options::read(entries, given.options);
  const val pretraining = options["pretraining"];
  const auto add = [&](const val& of_rbm, const std::string& what) {
    const auto of_layer = entries_of(of_rbm, options::table<TrainingOptions>().rows(), {}, what);
    given.options.pretraining.push_back(seeded<TrainingOptions>(dbm.seed()));
    for (Refusal& found : options::read(of_layer, given.options.pretraining.back()))
      given.refusals.push_back(std::move(found));
  };
  if (pretraining.isArray()) {
    for (int l = 0; l < pretraining["length"].as<int>(); ++l)
      add(pretraining[l], "pretraining[" + std::to_string(l) + "]");
  } else if (!pretraining.isUndefined() && !pretraining.isFalse()) {
    add(pretraining, "pretraining");
  } else if (pretraining.isUndefined() && !given.options.centering) {
    add(val::object(), "pretraining");
  }
  return given;
}

ComputationPointer start_log_partition_of_dbm(Shared dbm, val options) {
  words_from(options["words"], *dbm);
  const auto given = with_seed(read_options<LogPartitionOptions>(options).accepted(), *dbm);
  if (given.method == LogPartitionMethod::exact)
    return computation(dbm, DbmLogSum(*dbm),
                       [](const DbmLogSum& ended) { return object_of({ended.log_z(), ended.log_z(), ended.log_z()}); });
  const auto data = dataset_of(options, "data");
  const auto begin = [dbm, given, data](const VectorD* rates) {
    if (given.reverse)
      return computation(std::pair(dbm, data), BidirectionalDbmAis(*dbm, given, rates, data.get()),
                         [](const BidirectionalDbmAis& ended) { return both_ways(ended); });
    return computation(dbm, DbmAis(*dbm, given, rates),
                       [](const DbmAis& ended) { return object_of(ended.estimate()); });
  };
  if (!given.data) return begin(nullptr);
  return computation_after(std::pair(dbm, data), ColumnStatistics(*given.data, false),
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
      .function("checkData", &guard<check_data_set>::call)
      .function("classify", &guard<start_classification<Dbm>>::call)
      .function("labelMeanField", &guard<start_label_mean_field<Dbm>>::call)
      .function("reconstruct", &guard<start_reconstruction<Dbm>>::call)
      .function("train", &guard<start_training<Dbm, training_options>>::call)
      .function("check", &guard<check_training<Dbm, training_options>>::call)
      .function("chains", &guard<start_chains<Dbm>>::call)
      .function("logPartition", &guard<start_log_partition_of_dbm>::call);
}

}  // namespace wakesleep::bindings
