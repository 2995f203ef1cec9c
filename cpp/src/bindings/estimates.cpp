#include "bindings/estimates.h"

#include <string>

#include "bindings/units.h"
#include "wakesleep/exact.h"
#include "wakesleep/features.h"
#include "wakesleep/free_energy_gap.h"
#include "wakesleep/pseudo_likelihood.h"
#include "wakesleep/standardisation.h"
#include "wakesleep/variational_bound.h"

namespace wakesleep::bindings {
namespace {

using Shared = std::shared_ptr<Dataset>;

std::vector<Index> units_from(const val& units) {
  const auto numbers = vector_from<std::uint32_t>(units);
  return {numbers.begin(), numbers.end()};
}

val both_ways(const BidirectionalAis& ended) {
  val out = object_of(ended.forward().estimate()), reverse = object_of(ended.reverse().estimate());
  reverse.set("start", std::string(ended.reverse().start() == ReverseStart::exact ? "exact" : "chains"));
  out.set("reverse", reverse);
  if (const std::string warning = ended.warning(); !warning.empty()) out.set("warning", warning);
  return out;
}

ComputationPointer begin_ais(const std::shared_ptr<Rbm>& rbm, const AisOptions& ais, bool reverse, const Shared& data,
                             const VectorD* base) {
  if (reverse) return computation(std::pair(rbm, data), BidirectionalAis(*rbm, ais, base, data.get()), both_ways);
  return computation(rbm, AisLogPartition(*rbm, ais, base),
                     [](const AisLogPartition& ended) { return object_of(ended.estimate()); });
}

}  // namespace

ComputationPointer start_pseudo_likelihood(std::shared_ptr<Rbm> rbm, val x, val options) {
  const PseudoLikelihoodOptions given{options["stochastic"].as<bool>(), whole(options["seed"].as<double>())};
  return computation(rbm, pseudo_likelihood(*rbm, examples_from(x, static_cast<double>(rbm->visible())), given),
                     [](const DatasetAverage& ended) {
                       const Average found = ended.result();
                       val out = val::object();
                       out.set("mean", found.mean);
                       out.set("error", found.error);
                       return out;
                     });
}

ComputationPointer start_free_energy_gap(std::shared_ptr<Rbm> rbm, Shared training, Shared validation) {
  return computation(rbm, FreeEnergyGapEstimate(*rbm, *training, *validation), [](const FreeEnergyGapEstimate& ended) {
    const FreeEnergyGap found = ended.result();
    val out = val::object();
    out.set("gap", found.gap);
    out.set("error", found.error);
    out.set("training", found.training.mean);
    out.set("validation", found.validation.mean);
    return out;
  });
}

ComputationPointer start_bound(std::shared_ptr<Dbn> dbn, val x, val options) {
  const BoundOptions given{static_cast<Index>(options["samples"].as<double>()), whole(options["seed"].as<double>())};
  VariationalBound bound(*dbn, examples_from(x, static_cast<double>(dbn->visible())), options["logZ"].as<double>(),
                         given);
  return computation(std::move(dbn), std::move(bound), [](const VariationalBound& ended) {
    const Bound found = ended.result();
    val out = val::object();
    out.set("mean", found.average.mean);
    out.set("error", found.average.error);
    out.set("monteCarloError", found.monte_carlo_error);
    return out;
  });
}

ComputationPointer start_summed_features(std::shared_ptr<Dbn> dbn, int layer, val units) {
  return computation(dbn, SummedFeatures(*dbn, layer, units_from(units)),
                     [](const SummedFeatures& ended) { return tensor(ended.images()); });
}

ComputationPointer start_maximisation(std::shared_ptr<Dbn> dbn, int layer, val units, val options) {
  MaximisationOptions given;
  given.iterations = static_cast<Index>(options["iterations"].as<double>());
  given.rate = options["rate"].as<double>();
  given.response = options["response"].as<std::string>() == "mean" ? Response::mean : Response::input;
  given.norm = options["norm"].as<double>();
  return computation(dbn, ActivationMaximisation(*dbn, layer, units_from(units), given),
                     [](const ActivationMaximisation& ended) { return tensor(ended.images()); });
}

val object_of(const LogPartition& found) {
  val out = val::object();
  out.set("logZ", found.log_z);
  out.set("low", found.low);
  out.set("high", found.high);
  return out;
}

AisOptions ais_options(const val& options, std::optional<Index> words) {
  AisOptions ais;
  ais.runs = static_cast<Index>(options["runs"].as<double>());
  ais.betas = static_cast<Index>(options["betas"].as<double>());
  ais.schedule = options["schedule"].as<std::string>() == "late" ? BetaSchedule::late : BetaSchedule::linear;
  ais.seed = whole(options["seed"].as<double>());
  ais.words = words;
  if (const double steps = options["startSteps"].as<double>(); steps >= 0) ais.start_steps = static_cast<Index>(steps);
  return ais;
}

ComputationPointer start_log_partition(std::shared_ptr<Rbm> rbm, val words) {
  const Index length = words_from(words, *rbm).value_or(0);
  return computation(rbm, ExactLogPartition(*rbm, length), [](const ExactLogPartition& ended) {
    return object_of({ended.log_z(), ended.log_z(), ended.log_z()});
  });
}

ComputationPointer start_ais(std::shared_ptr<Rbm> rbm, val options, Shared data) {
  const AisOptions ais = ais_options(options, words_from(options["words"], *rbm));
  const bool reverse = options["reverse"].as<bool>();
  if (!data) return begin_ais(rbm, ais, reverse, data, nullptr);
  return computation_after(rbm, ColumnStatistics(*data, false),
                           [rbm, ais, reverse, data](const ColumnStatistics& ended) {
                             return begin_ais(rbm, ais, reverse, data, &ended.mean());
                           });
}

namespace {
std::shared_ptr<Rbm> top_of(const std::shared_ptr<Dbn>& dbn) { return {dbn, &dbn->rbm(dbn->depth() - 1)}; }
}  // namespace

ComputationPointer start_log_partition_of_top(std::shared_ptr<Dbn> dbn, val words) {
  return start_log_partition(top_of(dbn), words);
}

ComputationPointer start_ais_of_top(std::shared_ptr<Dbn> dbn, val options, Shared data) {
  if (!data) return start_ais(top_of(dbn), options, nullptr);
  return computation_after(dbn, TopExamples(*dbn, *data), [dbn, options](const TopExamples& ended) {
    return start_ais(top_of(dbn), options, std::make_shared<Dataset>(ended.result()));
  });
}

}  // namespace wakesleep::bindings
