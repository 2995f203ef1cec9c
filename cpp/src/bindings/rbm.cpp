#include "wakesleep/rbm.h"

#include "bindings/chains.h"
#include "bindings/estimates.h"
#include "bindings/models.h"
#include "bindings/training.h"

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
int label_units(const Rbm& rbm) { return static_cast<int>(rbm.labels()); }
double seed(const Rbm& rbm) { return number(rbm.seed()); }
double epochs(const Rbm& rbm) { return number(rbm.training_state().epoch); }

// W and b with the rows and entries of the label units last.
val visible_units(const Rbm& rbm) { return units_to(rbm.shape().visible_units); }
val types_of_hidden_units(const Rbm& rbm) { return units_to(rbm.shape().hidden_units); }

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

val classify(const Rbm& rbm, val x) {
  const Matrix rows = matrix_from(x, static_cast<double>(rbm.visible()));
  return classification(rbm.label_free_energy(view(rows)));
}

val mean_field(const Rbm& rbm, val x, int iterations) {
  const Matrix rows = matrix_from(x, static_cast<double>(rbm.visible()));
  return floats(rbm.label_mean_field(view(rows), iterations));
}

double log_likelihood(const Rbm& rbm, const Dataset& data, double log_z) {
  return mean_log_likelihood(rbm, data, log_z);
}

Given<TrainingOptions> training_options(const Rbm& rbm, const val& options) {
  return read_options(options, seeded<TrainingOptions>(rbm.seed()));
}

std::unique_ptr<TrainingHandle> start_training(Shared rbm, std::shared_ptr<Dataset> data, val options) {
  const auto read = [rbm](const val& given) { return training_options(*rbm, given); };
  auto training = train(*rbm, *data, read(options).accepted());
  return training_handle(rbm, {data, dataset_of(options, "mask")}, std::move(training), read);
}

val check_training(const Rbm& rbm, const Dataset& data, val options) {
  const auto given = training_options(rbm, options);
  return problems(given.refusals, check(rbm, data, given.options));
}

std::unique_ptr<ChainsHandle> start_chains(Shared rbm, double count, double seed, double words) {
  auto handle = std::make_unique<ChainsHandle>();
  handle->rbm = std::move(rbm);
  handle->plain.emplace(*handle->rbm, static_cast<Index>(count), whole(seed), static_cast<Index>(words));
  return handle;
}

std::unique_ptr<LogPartitionHandle> start_log_partition(Shared rbm, val options) {
  const auto given = read_options(options, seeded<LogPartitionOptions>(rbm->seed())).accepted();
  std::shared_ptr<Dataset> data = dataset_of(options, "data");
  const VectorD rates = data ? data->mean() : VectorD();
  const VectorD* base = data ? &rates : nullptr;
  const auto handle = [&](auto&& sum) {
    return std::make_unique<LogPartitionHandle>(rbm, data, std::forward<decltype(sum)>(sum));
  };
  if (given.method == LogPartitionMethod::exact) return handle(ExactLogPartition(*rbm, given.words.value_or(0)));
  if (given.reverse) return handle(BidirectionalAis(*rbm, given, base, data.get()));
  return handle(AisLogPartition(*rbm, given, base));
}

bool step_log_partition(LogPartitionHandle& handle) {
  return std::visit([](auto& sum) { return sum.step(); }, handle.sum);
}
double log_partition_done(const LogPartitionHandle& handle) {
  return std::visit([](const auto& sum) { return sum.done(); }, handle.sum);
}
val object_of(const LogPartition& found) {
  val out = val::object();
  out.set("logZ", found.log_z);
  out.set("low", found.low);
  out.set("high", found.high);
  return out;
}
template <class Sum>
val result_of(const Sum& sum) {
  if constexpr (requires { sum.estimate(); }) {
    return object_of(sum.estimate());
  } else {
    return object_of({sum.log_z(), sum.log_z(), sum.log_z()});
  }
}
val result_of(const BidirectionalAis& sum) {
  val out = result_of(sum.forward()), reverse = object_of(sum.reverse().estimate());
  reverse.set("start", std::string(sum.reverse().start() == ReverseStart::exact ? "exact" : "chains"));
  out.set("reverse", reverse);
  if (const std::string warning = sum.warning(); !warning.empty()) out.set("warning", warning);
  return out;
}
val log_partition_result(const LogPartitionHandle& handle) {
  return std::visit([](const auto& sum) { return result_of(sum); }, handle.sum);
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
      .function("parameters", &guard<parameters>::call)
      .function("setParameters", &guard<set_parameters>::call)
      .function("freeEnergy", &guard<free_energy>::call)
      .function("hiddenMeans", &guard<hidden_means>::call)
      .function("visibleMeans", &guard<visible_means>::call)
      .function("classify", &guard<classify>::call)
      .function("meanField", &guard<mean_field>::call)
      .function("meanLogLikelihood", &guard<log_likelihood>::call)
      .function("train", &guard<start_training>::call)
      .function("check", &guard<check_training>::call)
      .function("chains", &guard<start_chains>::call)
      .function("logPartition", &guard<start_log_partition>::call)
      .function("pseudoLikelihood", &guard<start_pseudo_likelihood>::call)
      .function("freeEnergyGap", &guard<start_free_energy_gap>::call)
      .function("fingerprint", &fingerprint_of<Rbm>)
      .function("save", &guard<save<Rbm>>::call);
  class_<LogPartitionHandle>("LogPartition")
      .function("step", &guard<step_log_partition>::call)
      .function("done", &log_partition_done)
      .function("result", &guard<log_partition_result>::call);
}

}  // namespace wakesleep::bindings
