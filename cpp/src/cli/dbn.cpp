#include "cli/kinds.h"
#include "wakesleep/inference.h"

namespace wakesleep::cli {
namespace {

void add_flags(CLI::App& command, OptionFlags& flags) {
  flags.add(command, "dbn", options::table<TrainingOptions>().rows(), "Learning, one value or a list with one a layer");
}

std::unique_ptr<Training> train(Model& model, const Dataset& examples, Learning& given) {
  Dbn& dbn = std::get<Dbn>(model);
  std::vector<TrainingOptions> all = given.options_of_rbms(static_cast<std::size_t>(dbn.depth()));
  count_down(all, dbn);
  if (given.start_from_transpose) given.notes["startFromTranspose"] = "true";
  return wakesleep::train(dbn, examples, all, given.start_from_transpose);
}

double log_z_of_top(const Dbn& dbn, const Dataset& examples, const EstimateOptions& options, bool reverse,
                    Report& report) {
  return log_partition(dbn.top(), top_examples(dbn, examples), options, reverse, report);
}

BoundOptions bound_options(const EstimateOptions& options) {
  return {.samples = options.samples, .seed = options.ais.seed};
}

void evaluate(const Model& model, const Dataset& examples, const Estimates& given, Report& report) {
  if (!given.bound) return;
  const Dbn& dbn = std::get<Dbn>(model);
  const double log_z = log_z_of_top(dbn, examples, given.options, given.reverse, report);
  VariationalBound estimate(dbn, examples, log_z, bound_options(given.options));
  to_the_end(estimate, "bound");
  const Bound found = estimate.result();
  report.figures(
      "bound",
      dbn.labels() && examples.has_labels()
          ? "lower bound of the mean log-likelihood, labels included: %.6f, standard error %.6f\n"
            "of that error, by the samples: %.6f"
          : "lower bound of the mean log-likelihood: %.6f, standard error %.6f\n"
            "of that error, by the samples: %.6f",
      {{"mean", found.average.mean}, {"error", found.average.error}, {"monteCarloError", found.monte_carlo_error}});
}

Matrix hidden(const Model& model, const Dataset& examples, const Transformation& given, Report&) {
  return all_rows(means_up(std::get<Dbn>(model), examples, given.layer), "hidden means");
}
Matrix bound(const Model& model, const Dataset& examples, const Transformation& given, Report& report) {
  const Dbn& dbn = std::get<Dbn>(model);
  const double log_z = log_z_of_top(dbn, examples, given.options, false, report);
  return all_rows(bounds(dbn, examples, given.with_labels, log_z, bound_options(given.options)), "bounds");
}

}  // namespace

const Kind dbn_kind{
    .title = "deep belief net",
    .add_flags = add_flags,
    .make = [](const NewModel& given) -> Model { return Dbn(given.layers, given.labels, given.seed, given.units); },
    .train = train,
    .estimates = {"--bound"},
    .evaluate = evaluate,
    .results = {{"hidden", false, hidden}, {"bound", true, bound}},
    .sample = sample_by_chains<Dbn>};

}  // namespace wakesleep::cli
