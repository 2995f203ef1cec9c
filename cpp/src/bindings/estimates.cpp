#include "bindings/estimates.h"

namespace wakesleep::bindings {
namespace {

using Shared = std::shared_ptr<Dataset>;

Shared examples_from(Shared data, const val& values, Index width) {
  if (data) return data;
  const auto floats = vector_from<float>(values);
  return std::make_shared<Dataset>(Dataset::from_floats(floats, static_cast<Index>(floats.size()) / width, width));
}

template <class Work>
Estimate hold(std::shared_ptr<void> model, std::vector<Shared> data, Work&& work) {
  return std::make_unique<EstimateHandle>(EstimateHandle{std::move(model), std::move(data), std::forward<Work>(work)});
}

std::vector<Index> units_from(const val& units) {
  const auto numbers = vector_from<std::uint32_t>(units);
  return {numbers.begin(), numbers.end()};
}

bool step(EstimateHandle& handle) {
  return std::visit([](auto& work) { return work.step(); }, handle.work);
}
double done(const EstimateHandle& handle) {
  return std::visit([](const auto& work) { return work.done(); }, handle.work);
}

val result_of(const DatasetAverage& work) {
  const Average found = work.result();
  val out = val::object();
  out.set("mean", found.mean);
  out.set("error", found.error);
  return out;
}
val result_of(const FreeEnergyGapEstimate& work) {
  const FreeEnergyGap found = work.result();
  val out = val::object();
  out.set("gap", found.gap);
  out.set("error", found.error);
  out.set("training", found.training.mean);
  out.set("validation", found.validation.mean);
  return out;
}
val result_of(const VariationalBound& work) {
  const Bound found = work.result();
  val out = val::object();
  out.set("mean", found.average.mean);
  out.set("error", found.average.error);
  out.set("monteCarloError", found.monte_carlo_error);
  return out;
}
val result_of(const ActivationMaximisation& work) { return floats(work.images()); }

val result(const EstimateHandle& handle) {
  return std::visit([](const auto& work) { return result_of(work); }, handle.work);
}

}  // namespace

Estimate start_pseudo_likelihood(std::shared_ptr<Rbm> rbm, Shared data, val values, val options) {
  const Shared examples = examples_from(std::move(data), values, rbm->visible());
  const PseudoLikelihoodOptions given{options["stochastic"].as<bool>(), whole(options["seed"].as<double>())};
  return hold(rbm, {examples}, pseudo_likelihood(*rbm, *examples, given));
}

Estimate start_free_energy_gap(std::shared_ptr<Rbm> rbm, Shared training, Shared validation) {
  FreeEnergyGapEstimate estimate(*rbm, *training, *validation);
  return hold(std::move(rbm), {std::move(training), std::move(validation)}, std::move(estimate));
}

Estimate start_bound(std::shared_ptr<Dbn> dbn, Shared data, val values, val options) {
  const Shared examples = examples_from(std::move(data), values, dbn->visible());
  const BoundOptions given{static_cast<Index>(options["samples"].as<double>()), whole(options["seed"].as<double>())};
  return hold(dbn, {examples}, VariationalBound(*dbn, *examples, options["logZ"].as<double>(), given));
}

val summed(const Dbn& dbn, int layer, val units) { return floats(summed_features(dbn, layer, units_from(units))); }

Estimate start_maximisation(std::shared_ptr<Dbn> dbn, int layer, val units, val options) {
  MaximisationOptions given;
  given.iterations = static_cast<Index>(options["iterations"].as<double>());
  given.rate = options["rate"].as<double>();
  given.response = options["response"].as<std::string>() == "mean" ? Response::mean : Response::input;
  given.norm = options["norm"].as<double>();
  return hold(dbn, {}, ActivationMaximisation(*dbn, layer, units_from(units), given));
}

Shared examples_of_top(const Dbn& dbn, const Dataset& data) {
  return std::make_shared<Dataset>(top_examples(dbn, data));
}

EMSCRIPTEN_BINDINGS(wakesleep_estimates) {
  using namespace emscripten;
  class_<EstimateHandle>("Estimate")
      .function("step", &guard<step>::call)
      .function("done", &done)
      .function("result", &guard<result>::call);
}

}  // namespace wakesleep::bindings
