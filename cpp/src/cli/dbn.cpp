#include <cstdio>
#include <stdexcept>

#include "cli/kinds.h"
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

void evaluate(const Model& model, const Dataset& examples, const Estimates& given) {
  if (!given.bound) return;
  const Dbn& dbn = std::get<Dbn>(model);
  Estimates of_top = given;
  of_top.ais.seed = given.ais.seed.value_or(dbn.seed());
  const LogPartition log_z = print_log_partition(dbn.top(), top_examples(dbn, examples), of_top);
  for (const bool with_labels : {true, false}) {
    if (with_labels && !(dbn.labels() && examples.has_labels())) continue;
    VariationalBound estimate(dbn, examples, log_z.log_z,
                              {.samples = given.samples, .seed = given.ais.seed, .with_labels = with_labels});
    to_the_end(estimate, "bound");
    print_likelihood("lower bound of the mean log-likelihood", estimate.average(), log_z);
    std::printf("of that error, by the samples: %.6f\n", estimate.result().monte_carlo_error);
  }
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
    .sample = sample_by_chains<Dbn>};

}  // namespace wakesleep::cli
