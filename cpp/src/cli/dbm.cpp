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

LogPartition log_partition(const Dbm& dbm, const Dataset& examples, const EstimateOptions& options, bool reverse,
                           Report& report) {
  if (!options.by_ais()) {
    DbmLogSum sum = with_flags([&] { return DbmLogSum(dbm); });
    to_the_end(sum, "log Z");
    report.figures("logZ", "log Z: %.6f", {{"logZ", sum.log_z()}});
    return {sum.log_z(), sum.log_z(), sum.log_z()};
  }
  const VectorD rates = examples.mean();
  if (reverse) {
    BidirectionalDbmAis both(dbm, options.ais, &rates, &examples);
    to_the_end(both, "AIS");
    tell_annealed(report, both);
    return both.forward().estimate();
  }
  DbmAis sum(dbm, options.ais, &rates);
  to_the_end(sum, "AIS");
  tell_one_direction(report, sum.estimate());
  return sum.estimate();
}

void evaluate(const Model& model, const Dataset& examples, const Estimates& given, Report& report) {
  if (!given.log_likelihood) return;
  const Dbm& dbm = std::get<Dbm>(model);
  const LogPartition log_z = log_partition(dbm, examples, given.options, given.reverse, report);
  for (const bool with_labels : {true, false})
    if (!with_labels || (dbm.labels() && examples.has_labels()))
      tell_likelihood(report, "bound", "variational bound of the mean log-likelihood",
                      average_bound(dbm, examples, log_z.log_z, with_labels), log_z);
}

Matrix hidden(const Model& model, const Dataset& examples, const Transformation& given, Report&) {
  return all_rows(mean_field(std::get<Dbm>(model), examples), "hidden means",
                  static_cast<std::size_t>(given.layer - 1));
}
Matrix free_energy(const Model& model, const Dataset& examples, const Transformation& given, Report&) {
  return all_rows(free_energies(std::get<Dbm>(model), examples, given.with_labels), "free energies");
}
Matrix bound(const Model& model, const Dataset& examples, const Transformation& given, Report& report) {
  const Dbm& dbm = std::get<Dbm>(model);
  const LogPartition log_z = log_partition(dbm, examples, given.options, false, report);
  return all_rows(bounds(dbm, examples, given.with_labels, log_z.log_z), "bounds");
}

}  // namespace

const Kind dbm_kind{
    .title = "deep Boltzmann machine",
    .add_flags = add_flags,
    .make = [](const NewModel& given) -> Model { return Dbm(given.layers, given.labels, given.seed); },
    .train = train,
    .estimates = {"--log-likelihood"},
    .by_log_z = "--log-likelihood",
    .evaluate = evaluate,
    .results = {{"hidden", false, hidden}, {"free-energy", true, free_energy}, {"bound", true, bound, {.log_z = true}}},
    .sample = sample_by_chains<Dbm>};

}  // namespace wakesleep::cli
