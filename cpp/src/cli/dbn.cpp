#include <cstdio>

#include "cli/kinds.h"

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

void evaluate(const Model& model, const Dataset& examples, const Estimates& given) {
  if (!given.bound) return;
  const Dbn& dbn = std::get<Dbn>(model);
  VariationalBound estimate(dbn, examples, print_log_partition(dbn.top(), top_examples(dbn, examples), given),
                            {.samples = given.samples, .seed = given.ais.seed});
  to_the_end(estimate, "bound");
  const Bound found = estimate.result();
  print("lower bound of the mean log-likelihood", found.average);
  std::printf("of that error, by the samples: %.6f\n", found.monte_carlo_error);
}

}  // namespace

const Kind dbn_kind{
    .title = "deep belief net",
    .add_flags = add_flags,
    .make = [](const NewModel& given) -> Model { return Dbn(given.layers, given.labels, given.seed, given.units); },
    .train = train,
    .estimates = {"--bound"},
    .evaluate = evaluate,
    .sample = sample_by_chains<Dbn>};

}  // namespace wakesleep::cli
