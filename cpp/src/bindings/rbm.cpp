#include "wakesleep/rbm.h"

#include "bindings/chains.h"
#include "bindings/classification.h"
#include "bindings/estimates.h"
#include "bindings/model.h"
#include "bindings/training.h"
#include "bindings/units.h"
#include "models/layer.h"
#include "wakesleep/exact.h"

namespace wakesleep::bindings {
namespace {

using Shared = std::shared_ptr<Rbm>;

ComputationPointer create(double visible, double hidden, double labels, double seed, val visible_units,
                          val hidden_units) {
  const RbmShape shape{static_cast<Index>(visible), static_cast<Index>(hidden), static_cast<Index>(labels),
                       units_from("visibleUnits", visible_units), units_from("hiddenUnits", hidden_units)};
  return created(Rbm(shape, whole(seed), Undrawn{}));
}

int visible(const Rbm& rbm) { return static_cast<int>(rbm.visible()); }
int hidden_units(const Rbm& rbm) { return static_cast<int>(rbm.hidden()); }
val visible_units(const Rbm& rbm) { return units_to(rbm.shape().visible_units); }
val types_of_hidden_units(const Rbm& rbm) { return units_to(rbm.shape().hidden_units); }

void check_data_set(const Rbm& rbm, std::string name, const Dataset& data) {
  check_data(name, data, rbm.shape().visible_units, rbm.visible(), rbm.labels());
}

ComputationPointer start_free_energies(Shared rbm, val x, val labels) {
  return computation(rbm, free_energies(*rbm, labelled_from(x, rbm->visible(), labels), !labels.isNull()), only_column);
}

ComputationPointer start_hidden_means(Shared rbm, val x) {
  return computation(rbm, hidden_means(*rbm, examples_from(x, static_cast<double>(rbm->visible()))), only_tensor);
}

ComputationPointer start_visible_means(Shared rbm, val h) {
  return computation(rbm, visible_means(*rbm, matrix_from(h, static_cast<double>(rbm->hidden()))), only_tensor);
}

SampleOptions sample_options(Rbm& rbm, const val& options) {
  return {seed_or_next(options["seed"], rbm), options["temperature"].as<double>()};
}

ComputationPointer start_hidden_samples(Shared rbm, val x, val options) {
  return computation(
      rbm, hidden_samples(*rbm, examples_from(x, static_cast<double>(rbm->visible())), sample_options(*rbm, options)),
      only_tensor);
}

ComputationPointer start_visible_samples(Shared rbm, val h, val options) {
  SampleOptions given = sample_options(*rbm, options);
  given.words = words_from(options["words"], *rbm).value_or(0);
  return computation(rbm, visible_samples(*rbm, matrix_from(h, static_cast<double>(rbm->hidden())), given),
                     only_tensor);
}

ComputationPointer start_log_likelihood(Shared rbm, const Dataset& data, double log_z, bool with_labels) {
  return computation(rbm, log_likelihood(*rbm, data, log_z, with_labels),
                     [](const LikelihoodAverage& ended) { return object_of(ended); });
}

}  // namespace

EMSCRIPTEN_BINDINGS(wakesleep_rbm) {
  trained_class<Rbm>("Rbm", "SharedRbm")
      .class_function("create", &guard<create>::call)
      .function("visible", &visible)
      .function("hiddenUnits", &hidden_units)
      .function("labels", &label_units<Rbm>)
      .function("visibleUnits", &visible_units)
      .function("typesOfHiddenUnits", &types_of_hidden_units)
      .function("checkData", &guard<check_data_set>::call)
      .function("freeEnergy", &guard<start_free_energies>::call)
      .function("hiddenMeans", &guard<start_hidden_means>::call)
      .function("visibleMeans", &guard<start_visible_means>::call)
      .function("sampleHidden", &guard<start_hidden_samples>::call)
      .function("sampleVisible", &guard<start_visible_samples>::call)
      .function("classify", &guard<start_classification<Rbm>>::call)
      .function("calibrate", &guard<start_calibration<Rbm>>::call)
      .function("labelMeanField", &guard<start_label_mean_field<Rbm>>::call)
      .function("reconstruct", &guard<start_reconstruction<Rbm>>::call)
      .function("logLikelihood", &guard<start_log_likelihood>::call)
      .function("train", &guard<start_training<Rbm, options_for<TrainingOptions, Rbm>>>::call)
      .function("check", &guard<check_training<Rbm, options_for<TrainingOptions, Rbm>>>::call)
      .function("chains", &guard<start_chains<Rbm>>::call)
      .function("logPartition", &guard<start_log_partition>::call)
      .function("pseudoLikelihood", &guard<start_pseudo_likelihood>::call)
      .function("freeEnergyGap", &guard<start_free_energy_gap>::call);
}

}  // namespace wakesleep::bindings
