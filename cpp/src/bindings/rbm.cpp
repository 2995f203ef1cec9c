#include "wakesleep/rbm.h"

#include "bindings/chains.h"
#include "bindings/estimates.h"
#include "bindings/models.h"
#include "bindings/training.h"
#include "bindings/units.h"
#include "models/layer.h"
#include "wakesleep/exact.h"

namespace wakesleep::bindings {
namespace {

using Shared = std::shared_ptr<Rbm>;

Shared create(double visible, double hidden, double labels, double seed, val visible_units, val hidden_units) {
  const RbmShape shape{static_cast<Index>(visible), static_cast<Index>(hidden), static_cast<Index>(labels),
                       units_from("visibleUnits", visible_units), units_from("hiddenUnits", hidden_units)};
  return std::make_shared<Rbm>(shape, whole(seed));
}

int visible(const Rbm& rbm) { return static_cast<int>(rbm.visible()); }
int hidden_units(const Rbm& rbm) { return static_cast<int>(rbm.hidden()); }
int label_units(const Rbm& rbm) { return static_cast<int>(rbm.labels()); }
double seed(const Rbm& rbm) { return number(rbm.seed()); }
double epochs(const Rbm& rbm) { return number(rbm.training_state().epoch); }

val visible_units(const Rbm& rbm) { return units_to(rbm.shape().visible_units); }
val types_of_hidden_units(const Rbm& rbm) { return units_to(rbm.shape().hidden_units); }

void check_data_set(const Rbm& rbm, std::string name, const Dataset& data) {
  check_data(name, data, rbm.shape().visible_units, rbm.visible(), rbm.labels());
}

// W and b with the rows and entries of the label units last.
val parameters(const Rbm& rbm) {
  val out = val::object();
  out.set("W", floats(rbm.W()));
  out.set("b", floats(rbm.b()));
  out.set("c", floats(rbm.c()));
  out.set("sigmaV", floats(rbm.sigma_v()));
  out.set("sigmaH", floats(rbm.sigma_h()));
  return out;
}

void set_parameters(Rbm& rbm, val W, val b, val c, val sigma_v, val sigma_h) {
  // Both are checked before anything is changed.
  Rbm before = rbm;
  before.set_sigma(float_vector_from(sigma_v), float_vector_from(sigma_h));
  before.set_parameters(matrix_from(W, static_cast<double>(rbm.hidden())), float_vector_from(b), float_vector_from(c));
  rbm = std::move(before);
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

ComputationPointer start_log_likelihood(Shared rbm, const Dataset& data, double log_z) {
  return computation(rbm, log_likelihood(*rbm, data, log_z),
                     [](const DatasetAverage& ended) { return val(ended.result().mean); });
}

std::unique_ptr<TrainingHandle> start_training(Shared rbm, std::shared_ptr<Dataset> data, val options) {
  auto training = train(*rbm, *data, training_options(options));
  return training_handle(rbm, {data, mask_of(options)}, std::move(training), &training_options);
}

val check_training(const Rbm& rbm, const Dataset& data, val options) {
  return refusals(check(rbm, data, training_options(options)));
}

}  // namespace

EMSCRIPTEN_BINDINGS(wakesleep_rbm) {
  using namespace emscripten;
  class_<Rbm>("Rbm")
      .smart_ptr<Shared>("SharedRbm")
      .class_function("create", &guard<create>::call)
      .function("visible", &visible)
      .function("hiddenUnits", &hidden_units)
      .function("labels", &label_units)
      .function("seed", &seed)
      .function("epochs", &epochs)
      .function("visibleUnits", &visible_units)
      .function("typesOfHiddenUnits", &types_of_hidden_units)
      .function("checkData", &guard<check_data_set>::call)
      .function("parameters", &guard<parameters>::call)
      .function("setParameters", &guard<set_parameters>::call)
      .function("freeEnergy", &guard<start_free_energies>::call)
      .function("hiddenMeans", &guard<start_hidden_means>::call)
      .function("visibleMeans", &guard<start_visible_means>::call)
      .function("classify", &guard<start_classification<Rbm>>::call)
      .function("labelMeanField", &guard<start_label_mean_field<Rbm>>::call)
      .function("reconstruct", &guard<start_reconstruction<Rbm>>::call)
      .function("logLikelihood", &guard<start_log_likelihood>::call)
      .function("train", &guard<start_training>::call)
      .function("check", &guard<check_training>::call)
      .function("chains", &guard<start_chains<Rbm>>::call)
      .function("logPartition", &guard<start_log_partition>::call)
      .function("ais", &guard<start_ais>::call)
      .function("pseudoLikelihood", &guard<start_pseudo_likelihood>::call)
      .function("freeEnergyGap", &guard<start_free_energy_gap>::call)
      .function("fingerprint", &fingerprint_of<Rbm>)
      .function("save", &guard<save<Rbm>>::call);
}

}  // namespace wakesleep::bindings
