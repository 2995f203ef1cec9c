#include <stdexcept>

#include "cli/kinds.h"
#include "wakesleep/exact.h"
#include "wakesleep/free_energy_gap.h"
#include "wakesleep/inference.h"
#include "wakesleep/pseudo_likelihood.h"

namespace wakesleep::cli {
namespace {

void add_flags(CLI::App& command, OptionFlags& flags) {
  flags.add(command, "rbm", options::table<TrainingOptions>().rows(), "Learning, one value or a list with one a layer");
}

Model make(const NewModel& given) {
  if (given.layers.size() != 2)
    throw std::out_of_range("--model rbm has two layers, not " + std::to_string(given.layers.size()));
  RbmShape shape{given.layers[0], given.layers[1], given.labels};
  if (!given.units.empty()) shape.visible_units = given.units[0], shape.hidden_units = given.units[1];
  return Rbm(shape, given.seed);
}

std::unique_ptr<Training> train(Model& model, const Dataset& examples, Learning& given) {
  Rbm& rbm = std::get<Rbm>(model);
  TrainingOptions options = given.options_of_rbms(1)[0];
  count_down(options.epochs, rbm.training_state().epoch);
  return wakesleep::train(rbm, examples, options);
}

void evaluate(const Model& model, const Dataset& examples, const Estimates& given, Report& report) {
  const Rbm& rbm = std::get<Rbm>(model);
  report.figures("meanFreeEnergy", "mean free energy: %.4f", {{"", mean_free_energy(rbm, examples, examples.count())}});
  if (given.free_energy_gap) {
    if (given.part == Part::training || (given.part == Part::test && !given.data.images.empty()))
      throw std::invalid_argument(
          "--free-energy-gap needs examples beside the training part: --part held-back or, of sets that have one, "
          "test");
    const FreeEnergyGap found = free_energy_gap(rbm, read_data(given.data, Part::training).examples, examples);
    report.figures("freeEnergyGap", "free-energy gap to the training part: %.4f, standard error %.4f",
                   {{"gap", found.gap}, {"error", found.error}});
  }
  if (given.pseudo_likelihood) {
    DatasetAverage estimate =
        pseudo_likelihood(rbm, examples, {.stochastic = given.stochastic, .seed = given.options.ais.seed});
    to_the_end(estimate, "pseudo-likelihood");
    tell(report, "pseudoLikelihood", "mean log pseudo-likelihood: %.6f, standard error %.6f", estimate.result());
  }
  if (given.log_likelihood) {
    const LogPartition log_z = log_partition(rbm, examples, given.options, given.reverse, report);
    // Of images with their labels, and of the images alone.
    for (const bool with_labels : {true, false})
      if (!with_labels || (rbm.labels() && examples.has_labels()))
        tell_likelihood(report, "logLikelihood", "mean log-likelihood",
                        wakesleep::log_likelihood(rbm, examples, log_z.log_z, with_labels), log_z);
  }
}

Matrix hidden(const Model& model, const Dataset& examples, const Transformation&, Report&) {
  return all_rows(hidden_means(std::get<Rbm>(model), examples), "hidden means");
}
Matrix free_energy(const Model& model, const Dataset& examples, const Transformation& given, Report&) {
  return all_rows(free_energies(std::get<Rbm>(model), examples, given.with_labels), "free energies");
}
// log p = -F - log Z.
Matrix log_likelihood(const Model& model, const Dataset& examples, const Transformation& given, Report& report) {
  const LogPartition log_z = log_partition(std::get<Rbm>(model), examples, given.options, false, report);
  return (-free_energy(model, examples, given, report).cast<double>().array() - log_z.log_z).cast<float>();
}

}  // namespace

const Kind rbm_kind{.title = "restricted Boltzmann machine",
                    .add_flags = add_flags,
                    .make = make,
                    .train = train,
                    .estimates = {"--log-likelihood", "--pseudo-likelihood", "--free-energy-gap"},
                    .by_log_z = "--log-likelihood",
                    .evaluate = evaluate,
                    .results = {{"hidden", false, hidden},
                                {"free-energy", true, free_energy},
                                {"log-likelihood", true, log_likelihood, {.log_z = true}}},
                    .sample = sample_by_chains<Rbm>};

}  // namespace wakesleep::cli
