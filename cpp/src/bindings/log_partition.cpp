#include "bindings/log_partition.h"

namespace wakesleep::bindings {
namespace {

AisOptions ais_options(const val& options) {
  AisOptions ais;
  ais.runs = static_cast<Index>(options["runs"].as<double>());
  ais.betas = static_cast<Index>(options["betas"].as<double>());
  ais.schedule = options["schedule"].as<std::string>() == "late" ? BetaSchedule::late : BetaSchedule::linear;
  ais.seed = whole(options["seed"].as<double>());
  ais.words = static_cast<Index>(options["words"].as<double>());
  ais.start_steps = static_cast<Index>(options["startSteps"].as<double>());
  return ais;
}

bool step(LogPartitionHandle& handle) {
  return std::visit([](auto& sum) { return sum.step(); }, handle.sum);
}
double done(const LogPartitionHandle& handle) {
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
val result(const LogPartitionHandle& handle) {
  return std::visit([](const auto& sum) { return result_of(sum); }, handle.sum);
}

}  // namespace

LogPartitionWork rbm_log_partition(std::shared_ptr<Rbm> rbm, double words) {
  ExactLogPartition sum(*rbm, static_cast<Index>(words));
  return std::make_unique<LogPartitionHandle>(std::move(rbm), nullptr, std::move(sum));
}

LogPartitionWork rbm_ais(std::shared_ptr<Rbm> rbm, val options, std::shared_ptr<Dataset> data) {
  const AisOptions ais = ais_options(options);
  const VectorD rates = data ? data->mean() : VectorD();
  const VectorD* base = data ? &rates : nullptr;
  if (options["reverse"].as<bool>()) {
    BidirectionalAis both(*rbm, ais, base, data.get());
    return std::make_unique<LogPartitionHandle>(std::move(rbm), std::move(data), std::move(both));
  }
  AisLogPartition sum(*rbm, ais, base);
  return std::make_unique<LogPartitionHandle>(std::move(rbm), std::move(data), std::move(sum));
}

LogPartitionWork dbm_log_partition(std::shared_ptr<Dbm> dbm, double) {
  DbmLogSum sum(*dbm);
  return std::make_unique<LogPartitionHandle>(std::move(dbm), nullptr, std::move(sum));
}

LogPartitionWork dbm_ais(std::shared_ptr<Dbm> dbm, val options, std::shared_ptr<Dataset> data) {
  const VectorD rates = data ? data->mean() : VectorD();
  DbmAis sum(*dbm, ais_options(options), data ? &rates : nullptr);
  return std::make_unique<LogPartitionHandle>(std::move(dbm), std::move(data), std::move(sum));
}

EMSCRIPTEN_BINDINGS(wakesleep_log_partition) {
  using namespace emscripten;
  class_<LogPartitionHandle>("LogPartition")
      .function("step", &guard<step>::call)
      .function("done", &done)
      .function("result", &guard<result>::call);
}

}  // namespace wakesleep::bindings
