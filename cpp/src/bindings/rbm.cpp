#include "wakesleep/rbm.h"

#include "bindings/chains.h"
#include "bindings/models.h"

namespace wakesleep::bindings {
namespace {

using Shared = std::shared_ptr<Rbm>;

Shared create(double visible, double hidden, double labels, double seed) {
  const RbmShape shape{static_cast<Index>(visible), static_cast<Index>(hidden), static_cast<Index>(labels)};
  return std::make_shared<Rbm>(shape, whole(seed));
}

int visible(const Rbm& rbm) { return static_cast<int>(rbm.visible()); }
int hidden_units(const Rbm& rbm) { return static_cast<int>(rbm.hidden()); }
int label_units(const Rbm& rbm) { return static_cast<int>(rbm.labels()); }
double seed(const Rbm& rbm) { return number(rbm.seed()); }
double epochs(const Rbm& rbm) { return number(rbm.training_state().epoch); }

// W and b with the rows and entries of the label units last.
val parameters(const Rbm& rbm) {
  val out = val::object();
  out.set("W", floats(rbm.W()));
  out.set("b", floats(rbm.b()));
  out.set("c", floats(rbm.c()));
  return out;
}

void set_parameters(Rbm& rbm, val W, val b, val c) {
  rbm.set_parameters(matrix_from(W, static_cast<double>(rbm.hidden())), float_vector_from(b), float_vector_from(c));
}

val free_energy(const Rbm& rbm, val x, double columns) {
  const Matrix rows = matrix_from(x, columns);
  return floats(rbm.free_energy(view(rows)));
}

val hidden(const Rbm& rbm, val x, double columns) {
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

double log_likelihood(const Rbm& rbm, const Dataset& data, double log_z) { return mean_log_likelihood(rbm, data, log_z); }

std::unique_ptr<TrainingHandle> start_training(Shared rbm, std::shared_ptr<Dataset> data, val options) {
  auto training = train(*rbm, *data, training_options(options));
  return std::make_unique<TrainingHandle>(rbm, std::move(data), std::move(training));
}

std::unique_ptr<ChainsHandle> start_chains(Shared rbm, double count, double seed) {
  auto handle = std::make_unique<ChainsHandle>();
  handle->rbm = std::move(rbm);
  handle->plain.emplace(*handle->rbm, static_cast<Index>(count), whole(seed));
  return handle;
}

std::unique_ptr<LogPartitionHandle> start_log_partition(Shared rbm) {
  ExactLogPartition sum(*rbm);
  return std::make_unique<LogPartitionHandle>(std::move(rbm), std::move(sum));
}

// `data` is null or the data set whose means are the base rates.
std::unique_ptr<LogPartitionHandle> start_ais(Shared rbm, val options, std::shared_ptr<Dataset> data) {
  const VectorD rates = data ? data->mean() : VectorD();
  AisLogPartition sum(*rbm, ais_options(options), data ? &rates : nullptr);
  return std::make_unique<LogPartitionHandle>(std::move(rbm), std::move(sum));
}

bool step_log_partition(LogPartitionHandle& handle) {
  return std::visit([](auto& sum) { return sum.step(); }, handle.sum);
}
double log_partition_done(const LogPartitionHandle& handle) {
  return std::visit([](const auto& sum) { return sum.done(); }, handle.sum);
}
val log_partition_result(const LogPartitionHandle& handle) {
  LogPartition result{};
  std::visit(
      [&](const auto& sum) {
        if constexpr (requires { sum.estimate(); }) {
          result = sum.estimate();
        } else {
          result.log_z = result.low = result.high = sum.log_z();
        }
      },
      handle.sum);
  val out = val::object();
  out.set("logZ", result.log_z);
  out.set("low", result.low);
  out.set("high", result.high);
  return out;
}

}  // namespace

AisOptions ais_options(const val& options) {
  AisOptions ais;
  ais.runs = static_cast<Index>(options["runs"].as<double>());
  ais.betas = static_cast<Index>(options["betas"].as<double>());
  ais.schedule = options["schedule"].as<std::string>() == "late" ? BetaSchedule::late : BetaSchedule::linear;
  ais.seed = whole(options["seed"].as<double>());
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
      .function("parameters", &guard<parameters>::call)
      .function("setParameters", &guard<set_parameters>::call)
      .function("freeEnergy", &guard<free_energy>::call)
      .function("hidden", &guard<hidden>::call)
      .function("visibleMeans", &guard<visible_means>::call)
      .function("classify", &guard<classify>::call)
      .function("meanField", &guard<mean_field>::call)
      .function("meanLogLikelihood", &guard<log_likelihood>::call)
      .function("train", &guard<start_training>::call)
      .function("chains", &guard<start_chains>::call)
      .function("logPartition", &guard<start_log_partition>::call)
      .function("ais", &guard<start_ais>::call)
      .function("fingerprint", &fingerprint_of<Rbm>)
      .function("save", &guard<save<Rbm>>::call);
  class_<LogPartitionHandle>("LogPartition")
      .function("step", &guard<step_log_partition>::call)
      .function("done", &log_partition_done)
      .function("result", &guard<log_partition_result>::call);
}

}  // namespace wakesleep::bindings
