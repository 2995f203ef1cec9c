#include <stdexcept>

#include "cli/kinds.h"
#include "wakesleep/inference.h"
#include "wakesleep/up_down.h"

namespace wakesleep::cli {
namespace {

const std::string greedy = "dbn", up_down = "dbn --method up-down";

void add_flags(CLI::App& command, OptionFlags& flags) {
  flags.add(command, greedy, options::table<TrainingOptions>().rows(),
            "Learning, one value or a list with one a layer");
  flags.add(command, up_down, options::table<UpDownOptions>().rows(), "Up-down learning of a DBN, usually with --from");
}
std::string options_of(const OptionFlags& flags) { return flags.text("method") == "up-down" ? up_down : greedy; }

std::unique_ptr<Training> train(Model& model, const Dataset& examples, Learning& given) {
  Dbn& dbn = std::get<Dbn>(model);
  if (options_of(given.flags) == up_down) {
    if (given.start_from_transpose || !given.weights.empty() || !given.mask.empty())
      throw std::invalid_argument("--start-from-transpose, --weights and --mask are for the greedy training of a DBN");
    return wakesleep::train(dbn, examples, given.options_after<UpDownOptions>(dbn.up_down_state().epoch));
  }
  std::vector<TrainingOptions> all = given.options_of_rbms(static_cast<std::size_t>(dbn.depth()));
  count_down(all, dbn);
  if (given.start_from_transpose) given.notes["startFromTranspose"] = "true";
  return wakesleep::train(dbn, examples, all, given.start_from_transpose);
}

LogPartition log_z_of_top(const Dbn& dbn, const Dataset& examples, EstimateOptions options, bool reverse,
                          Report& report) {
  options.ais.seed = options.ais.seed.value_or(dbn.seed());
  return log_partition(dbn.top(), top_examples(dbn, examples), options, reverse, report);
}

BoundOptions bound_options(const EstimateOptions& options, bool with_labels) {
  return {.samples = options.samples, .seed = options.ais.seed, .with_labels = with_labels};
}

void evaluate(const Model& model, const Dataset& examples, const Estimates& given, Report& report) {
  if (!given.bound) return;
  const Dbn& dbn = std::get<Dbn>(model);
  const LogPartition log_z = log_z_of_top(dbn, examples, given.options, given.reverse, report);
  for (const bool with_labels : {true, false}) {
    if (with_labels && !(dbn.labels() && examples.has_labels())) continue;
    VariationalBound estimate(dbn, examples, log_z.log_z, bound_options(given.options, with_labels));
    to_the_end(estimate, "bound");
    tell_likelihood(report, "bound", "lower bound of the mean log-likelihood", estimate.average(), log_z);
    report.figures(with_labels ? "monteCarloErrorWithLabels" : "monteCarloError", "of that error, by the samples: %.6f",
                   {{"", estimate.result().monte_carlo_error}});
  }
}

Matrix hidden(const Model& model, const Dataset& examples, const Transformation& given, Report&) {
  return all_rows(means_up(std::get<Dbn>(model), examples, given.layer), "hidden means");
}
Matrix bound(const Model& model, const Dataset& examples, const Transformation& given, Report& report) {
  const Dbn& dbn = std::get<Dbn>(model);
  const LogPartition log_z = log_z_of_top(dbn, examples, given.options, false, report);
  return all_rows(bounds(dbn, examples, given.with_labels, log_z.log_z, bound_options(given.options, true)), "bounds");
}

}  // namespace

const Kind dbn_kind{
    .title = "deep belief net",
    .add_flags = add_flags,
    .options_of = options_of,
    .make = [](const NewModel& given) -> Model { return Dbn(given.layers, given.labels, given.seed, given.units); },
    .train = train,
    .estimates = {"--bound"},
    .by_log_z = "--bound",
    .evaluate = evaluate,
    .results = {{"hidden", false, hidden}, {"bound", true, bound, {.log_z = true, .samples = true}}},
    .sample = sample_by_chains<Dbn>};

}  // namespace wakesleep::cli
