#include "bindings/estimates.h"

#include <string>
#include <utility>

#include "bindings/options.h"
#include "bindings/seed.h"
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

// `data` is what the machine itself sees.
ComputationPointer begin_log_partition(const std::shared_ptr<Rbm>& rbm, const LogPartitionOptions& o,
                                       const Shared& data) {
  if (o.method == LogPartitionMethod::exact)
    return computation(rbm, ExactLogPartition(*rbm, o.words.value_or(0)), [](const ExactLogPartition& ended) {
      return object_of({ended.log_z(), ended.log_z(), ended.log_z()});
    });
  const auto begin = [rbm, o, data](const VectorD* base) {
    if (o.reverse)
      return computation(std::pair(rbm, data), BidirectionalAis(*rbm, o, base, data.get()),
                         [](const BidirectionalAis& ended) { return both_ways(ended); });
    return computation(rbm, AisLogPartition(*rbm, o, base),
                       [](const AisLogPartition& ended) { return object_of(ended.estimate()); });
  };
  if (!data) return begin(nullptr);
  return computation_after(std::pair(rbm, data), ColumnStatistics(*data, false),
                           [begin](const ColumnStatistics& ended) { return begin(&ended.mean()); });
}

}  // namespace

ComputationPointer start_pseudo_likelihood(std::shared_ptr<Rbm> rbm, val x, val options) {
  PseudoLikelihoodOptions given{.stochastic = options["stochastic"].as<bool>(), .seed = {}};
  if (given.stochastic) given.seed = seed_or_next(options["seed"], *rbm);
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
  const BoundOptions given{static_cast<Index>(options["samples"].as<double>()), seed_or_next(options["seed"], *dbn),
                           options["labels"].as<bool>()};
  VariationalBound bound(*dbn, examples_from(x, static_cast<double>(dbn->visible())), options["logZ"].as<double>(),
                         given);
  return computation(std::move(dbn), std::move(bound), [](const VariationalBound& ended) {
    const Bound found = ended.result();
    val out = object_of(ended.average());
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
  if (found.effective_samples) out.set("effectiveSamples", *found.effective_samples);
  return out;
}

ComputationPointer start_log_partition(std::shared_ptr<Rbm> rbm, val options) {
  words_from(options["words"], *rbm);
  const auto given = with_seed(read_options<LogPartitionOptions>(options).accepted(), *rbm);
  return begin_log_partition(rbm, given, dataset_of(options, "data"));
}

ComputationPointer start_log_partition_of_top(std::shared_ptr<Dbn> dbn, val options) {
  words_from(options["words"], dbn->top());
  const auto given = with_seed(read_options<LogPartitionOptions>(options).accepted(), *dbn);
  const std::shared_ptr<Rbm> top{dbn, &dbn->rbm(dbn->depth() - 1)};
  if (!given.data) return begin_log_partition(top, given, nullptr);
  return computation_after(std::pair(dbn, dataset_of(options, "data")), TopExamples(*dbn, *given.data),
                           [top, given](const TopExamples& ended) {
                             return begin_log_partition(top, given, std::make_shared<Dataset>(ended.result()));
                           });
}

}  // namespace wakesleep::bindings
