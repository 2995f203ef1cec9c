#include <cstdio>

#include "cli/kinds.h"
#include "wakesleep/dbm_estimate.h"
#include "wakesleep/dbm_training.h"
#include "wakesleep/inference.h"

namespace wakesleep::cli {
namespace {

constexpr const char* pretraining = "pretraining";

void add_flags(CLI::App& command, OptionFlags& flags) {
  flags.add(command, "dbm", options::table<DbmTrainingOptions>().rows(), "Joint training of a DBM");
  flags.add(command, "dbm", options::table<TrainingOptions>().rows(),
            "Pretraining of a DBM, one value or a list with one a layer", pretraining);
}

std::unique_ptr<Training> train(Model& model, const Dataset& examples, Learning& given) {
  Dbm& dbm = std::get<Dbm>(model);
  const DbmTrainingState& state = dbm.training_state();
  auto options = given.options_after<DbmTrainingOptions>(state.epoch);
  given.notes[pretraining] = given.no_pretraining ? "false" : "true";
  if (given.no_pretraining) return wakesleep::train(dbm, examples, options);
  options.pretraining = given.options_of_rbms(static_cast<std::size_t>(dbm.depth()), pretraining, options.seed);
  if (state.pretraining) count_down(options.pretraining, *state.pretraining);
  return wakesleep::train(dbm, examples, options);
}

// The bound on the log-likelihood, whose log Z comes exactly or by annealed importance sampling.
void evaluate(const Model& model, const Dataset& examples, const Estimates& given) {
  if (!given.log_likelihood) return;
  const Dbm& dbm = std::get<Dbm>(model);
  LogPartition log_z{};
  if (given.method == "exact") {
    log_z.log_z = with_flags([&] { return exact_log_partition(dbm); });
    std::printf("log Z: %.6f\n", log_z.log_z);
  } else {
    const VectorD rates = examples.mean();
    if (given.reverse) {
      BidirectionalDbmAis both(dbm, given.ais, &rates, &examples);
      to_the_end(both, "AIS");
      print_log_partition(both);
      log_z = both.forward().estimate();
    } else {
      DbmAis sum(dbm, given.ais, &rates);
      to_the_end(sum, "AIS");
      log_z = sum.estimate();
      print_log_partition("AIS", log_z);
    }
  }
  for (const bool with_labels : {true, false})
    if (!with_labels || (dbm.labels() && examples.has_labels()))
      print_likelihood("variational bound of the mean log-likelihood",
                       average_bound(dbm, examples, log_z.log_z, with_labels), log_z);
}

}  // namespace

const Kind dbm_kind{.title = "deep Boltzmann machine",
                    .add_flags = add_flags,
                    .make = [](const NewModel& given) -> Model { return Dbm(given.layers, given.labels, given.seed); },
                    .train = train,
                    .estimates = {"--log-likelihood"},
                    .by_log_z = "--log-likelihood",
                    .evaluate = evaluate,
                    .sample = sample_by_chains<Dbm>};

}  // namespace wakesleep::cli
