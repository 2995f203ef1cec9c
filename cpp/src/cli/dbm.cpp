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

double log_partition(const Dbm& dbm, const Dataset& examples, const EstimateOptions& options, Report& report) {
  if (!options.by_ais()) {
    DbmLogSum sum(dbm);
    to_the_end(sum, "log Z");
    report.figures("logZ", "log Z: %.6f", {{"logZ", sum.log_z()}});
    return sum.log_z();
  }
  const VectorD rates = examples.mean();
  DbmAis sum(dbm, options.ais, &rates);
  to_the_end(sum, "AIS");
  tell_annealed(report, sum.estimate());
  return sum.estimate().log_z;
}

void evaluate(const Model& model, const Dataset& examples, const Estimates& given, Report& report) {
  if (!given.log_likelihood) return;
  const Dbm& dbm = std::get<Dbm>(model);
  const double log_z = log_partition(dbm, examples, given.options, report);
  report.figures("bound",
                 dbm.labels() && examples.has_labels()
                     ? "mean variational bound on the log-likelihood, labels included: %.6f"
                     : "mean variational bound on the log-likelihood: %.6f",
                 {{"mean", mean_bound(dbm, examples, log_z)}});
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
  const double log_z = log_partition(dbm, examples, given.options, report);
  return all_rows(bounds(dbm, examples, given.with_labels, log_z), "bounds");
}

}  // namespace

const Kind dbm_kind{.title = "deep Boltzmann machine",
                    .add_flags = add_flags,
                    .make = [](const NewModel& given) -> Model { return Dbm(given.layers, given.labels, given.seed); },
                    .train = train,
                    .estimates = {"--log-likelihood"},
                    .evaluate = evaluate,
                    .results = {{"hidden", false, hidden}, {"free-energy", true, free_energy}, {"bound", true, bound}},
                    .sample = sample_by_chains<Dbm>};

}  // namespace wakesleep::cli
