#include "wakesleep/rbm.h"

#include "bindings/chains.h"
#include "bindings/classification.h"
#include "bindings/estimates.h"
#include "bindings/log_partition.h"
#include "bindings/model.h"
#include "bindings/training.h"
#include "bindings/units.h"

namespace wakesleep::bindings {
namespace {

using Shared = std::shared_ptr<Rbm>;

Shared create(double visible, double hidden, double labels, double seed, val visible_units, val hidden_units) {
  const RbmShape shape{static_cast<Index>(visible), static_cast<Index>(hidden), static_cast<Index>(labels),
                       units_from(visible_units), units_from(hidden_units)};
  return std::make_shared<Rbm>(shape, whole(seed));
}

int visible(const Rbm& rbm) { return static_cast<int>(rbm.visible()); }
int hidden_units(const Rbm& rbm) { return static_cast<int>(rbm.hidden()); }

val visible_units(const Rbm& rbm) { return units_to(rbm.shape().visible_units); }
val types_of_hidden_units(const Rbm& rbm) { return units_to(rbm.shape().hidden_units); }

val free_energy(const Rbm& rbm, val x, double columns) {
  const Matrix rows = matrix_from(x, columns);
  return floats(rbm.free_energy(view(rows)));
}

val hidden_means(const Rbm& rbm, val x, double columns) {
  const Matrix rows = matrix_from(x, columns);
  return floats(rbm.mean_h_from_v(view(rows)));
}

val visible_means(const Rbm& rbm, val h) {
  const Matrix rows = matrix_from(h, static_cast<double>(rbm.hidden()));
  const Matrix means = rbm.mean_v_from_h(view(rows)).leftCols(rbm.visible());
  return floats(means);
}

SampleOptions sample_options(const val& options) {
  return {whole(options["seed"].as<double>()), options["temperature"].as<double>(),
          static_cast<Index>(options["words"].as<double>()), whole(options["group"].as<double>())};
}

val sample_hidden(const Rbm& rbm, val x, val options) {
  const Matrix rows = matrix_from(x, static_cast<double>(rbm.visible()));
  return floats(rbm.sample_h_from_v(view(rows), sample_options(options)));
}

val sample_visible(const Rbm& rbm, val h, val options) {
  const Matrix rows = matrix_from(h, static_cast<double>(rbm.hidden()));
  const Matrix states = rbm.sample_v_from_h(view(rows), sample_options(options)).leftCols(rbm.visible());
  return floats(states);
}

val mean_field(const Rbm& rbm, val x, int iterations) {
  const Matrix rows = matrix_from(x, static_cast<double>(rbm.visible()));
  return floats(rbm.label_mean_field(view(rows), iterations));
}

double log_likelihood(const Rbm& rbm, const Dataset& data, double log_z) {
  return mean_log_likelihood(rbm, data, log_z);
}

std::unique_ptr<TrainingHandle> start_training(Shared rbm, std::shared_ptr<Dataset> data, val options) {
  auto training = train(*rbm, *data, training_options(options));
  return training_handle(rbm, {data, mask_of(options)}, std::move(training), &training_options);
}

val check_training(const Rbm& rbm, const Dataset& data, val options) {
  return refusals(check(rbm, data, training_options(options)));
}

std::unique_ptr<ChainsHandle> start_chains(Shared rbm, double count, double seed, double words) {
  auto handle = std::make_unique<ChainsHandle>();
  handle->rbm = std::move(rbm);
  handle->plain.emplace(*handle->rbm, static_cast<Index>(count), whole(seed), static_cast<Index>(words));
  return handle;
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
      .function("freeEnergy", &guard<free_energy>::call)
      .function("hiddenMeans", &guard<hidden_means>::call)
      .function("visibleMeans", &guard<visible_means>::call)
      .function("sampleHidden", &guard<sample_hidden>::call)
      .function("sampleVisible", &guard<sample_visible>::call)
      .function("classify", &guard<classify<Rbm>>::call)
      .function("meanField", &guard<mean_field>::call)
      .function("meanLogLikelihood", &guard<log_likelihood>::call)
      .function("train", &guard<start_training>::call)
      .function("check", &guard<check_training>::call)
      .function("chains", &guard<start_chains>::call)
      .function("logPartition", &guard<rbm_log_partition>::call)
      .function("ais", &guard<rbm_ais>::call)
      .function("pseudoLikelihood", &guard<start_pseudo_likelihood>::call)
      .function("freeEnergyGap", &guard<start_free_energy_gap>::call);
}

}  // namespace wakesleep::bindings
