#include "wakesleep/rbm.h"

#include "bindings/chains.h"
#include "bindings/estimates.h"
#include "bindings/models.h"

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

bool documents(const Rbm& rbm) { return visible_layer(rbm).type->documents(); }

void check_visible(const Rbm& rbm, std::string name, val values, double first) {
  check_rows(name, visible_layer(rbm), values, first);
}
void check_hidden(const Rbm& rbm, std::string name, val values, double first) {
  check_rows(name, hidden_layer(rbm), values, first);
}
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

std::unique_ptr<TrainingHandle> start_training(Shared rbm, std::shared_ptr<Dataset> data, val options) {
  auto training = train(*rbm, *data, training_options(options));
  return std::make_unique<TrainingHandle>(rbm, std::move(data), std::move(training), mask_of(options));
}

std::unique_ptr<ChainsHandle> start_chains(Shared rbm, double count, double seed, val words) {
  const Index length = words_from(words, visible_layer(*rbm).type);
  auto handle = std::make_unique<ChainsHandle>();
  handle->rbm = std::move(rbm);
  handle->plain.emplace(*handle->rbm, static_cast<Index>(count), whole(seed), length);
  return handle;
}

std::unique_ptr<LogPartitionHandle> start_log_partition(Shared rbm, val words) {
  ExactLogPartition sum(*rbm, words_from(words, visible_layer(*rbm).type));
  return std::make_unique<LogPartitionHandle>(std::move(rbm), nullptr, std::move(sum));
}

// `data` is null or the data set whose means are the base rates, and whose examples chains start at.
std::unique_ptr<LogPartitionHandle> start_ais(Shared rbm, val options, std::shared_ptr<Dataset> data) {
  const AisOptions ais = ais_options(options, visible_layer(*rbm).type);
  const VectorD rates = data ? data->mean() : VectorD();
  const VectorD* base = data ? &rates : nullptr;
  if (options["reverse"].as<bool>()) {
    BidirectionalAis both(*rbm, ais, base, data.get());
    return std::make_unique<LogPartitionHandle>(std::move(rbm), std::move(data), std::move(both));
  }
  AisLogPartition sum(*rbm, ais, base);
  return std::make_unique<LogPartitionHandle>(std::move(rbm), std::move(data), std::move(sum));
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

AisOptions ais_options(const val& options, const units::Type* visible) {
  AisOptions ais;
  ais.runs = static_cast<Index>(options["runs"].as<double>());
  ais.betas = static_cast<Index>(options["betas"].as<double>());
  ais.schedule = options["schedule"].as<std::string>() == "late" ? BetaSchedule::late : BetaSchedule::linear;
  ais.seed = whole(options["seed"].as<double>());
  ais.words = words_from(options["words"], visible);
  ais.start_steps = static_cast<Index>(options["startSteps"].as<double>());
  return ais;
}

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
      .function("documents", &documents)
      .function("checkVisible", &guard<check_visible>::call)
      .function("checkHidden", &guard<check_hidden>::call)
      .function("checkData", &guard<check_data_set>::call)
      .function("parameters", &guard<parameters>::call)
      .function("setParameters", &guard<set_parameters>::call)
      .function("freeEnergy", &guard<free_energy>::call)
      .function("hiddenMeans", &guard<hidden_means>::call)
      .function("visibleMeans", &guard<visible_means>::call)
      .function("classify", &guard<classify>::call)
      .function("meanField", &guard<mean_field>::call)
      .function("meanLogLikelihood", &guard<log_likelihood>::call)
      .function("train", &guard<start_training>::call)
      .function("chains", &guard<start_chains>::call)
      .function("logPartition", &guard<start_log_partition>::call)
      .function("ais", &guard<start_ais>::call)
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
