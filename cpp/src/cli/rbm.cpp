#include <cstdio>
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

void evaluate(const Model& model, const Dataset& examples, const Estimates& given) {
  const Rbm& rbm = std::get<Rbm>(model);
  std::printf("mean free energy: %.4f\n", mean_free_energy(rbm, examples, examples.count()));
  if (given.free_energy_gap) {
    if (given.part == "training") throw std::invalid_argument("--free-energy-gap needs --part test or held-back");
    const FreeEnergyGap found = free_energy_gap(rbm, read_data(given.data, Part::training).examples, examples);
    std::printf("free-energy gap to the training part: %.4f, standard error %.4f\n", found.gap, found.error);
  }
  if (given.pseudo_likelihood) {
    DatasetAverage estimate =
        pseudo_likelihood(rbm, examples, {.stochastic = given.stochastic, .seed = given.ais.seed});
    to_the_end(estimate, "pseudo-likelihood");
    print("mean log pseudo-likelihood", estimate.result());
  }
  if (given.log_likelihood) {
    const LogPartition log_z = print_log_partition(rbm, examples, given);
    // Of images with their labels, and of the images alone.
    for (const bool with_labels : {true, false})
      if (!with_labels || (rbm.labels() && examples.has_labels()))
        print_likelihood("mean log-likelihood", log_likelihood(rbm, examples, log_z.log_z, with_labels), log_z);
  }
}

}  // namespace

const Kind rbm_kind{.title = "restricted Boltzmann machine",
                    .add_flags = add_flags,
                    .make = make,
                    .train = train,
                    .estimates = {"--log-likelihood", "--pseudo-likelihood", "--free-energy-gap"},
                    .by_log_z = "--log-likelihood",
                    .evaluate = evaluate,
                    .sample = sample_by_chains<Rbm>};

}  // namespace wakesleep::cli
