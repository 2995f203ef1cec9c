#include <stdexcept>

#include "cli/kinds.h"
#include "wakesleep/network_inference.h"
#include "wakesleep/network_training.h"

namespace wakesleep::cli {
namespace {

void add_flags(CLI::App& command, OptionFlags& flags) {
  flags.add(command, "network", options::table<NetworkTrainingOptions>().rows(), "Learning of feed-forward nets");
}

Model make(const NewModel& given) {
  if (given.labels)
    throw std::invalid_argument("--label-units is for Boltzmann machines: a net has its outputs in --layers");
  NetworkShape shape{given.layers, {}, given.code};
  for (const std::string& name : given.activations) shape.activations.push_back(activation(name, "--activations"));
  return Network(shape, given.seed);
}

std::unique_ptr<Training> train(Model& model, const Dataset& examples, Learning& given) {
  Network& net = std::get<Network>(model);
  return wakesleep::train(net, examples, given.options_after<NetworkTrainingOptions>(net.training_state().epoch));
}

void evaluate(const Model& model, const Dataset& examples, const Estimates&, Report& report) {
  const Network& net = std::get<Network>(model);
  const Targets targets = targets_of(net.shape());
  if (targets == Targets::labels && !examples.has_labels()) return;
  NetworkEvaluation evaluation(net, examples, loss_of(net.shape()), targets);
  to_the_end(evaluation, "evaluation");
  const NetworkErrors found = evaluation.result();
  if (found.cross_entropy)
    report.figures("crossEntropy", "cross entropy: %.6f an example", {{"", *found.cross_entropy}});
  report.figures("squaredError", "squared error: %.6f an example", {{"", found.squared_error}});
}

Matrix states(const Model& model, const Dataset& examples, const Transformation& given, Report&) {
  return all_rows(units_up(std::get<Network>(model), examples, given.layer), "states");
}
Matrix probabilities(const Model& model, const Dataset& examples, const Transformation&, Report&) {
  return all_rows(classification(std::get<Network>(model), examples), "probabilities", 1);
}

ChainSamples sample(const Model&, const Sampling&, ProgressLine&) {
  throw std::invalid_argument("a feed-forward net has no distribution to draw from");
}

}  // namespace

const Kind network_kind{.title = "feed-forward net",
                        .by_rbms = false,
                        .validates = true,
                        .recognises_by = "the largest output",
                        .add_flags = add_flags,
                        .make = make,
                        .train = train,
                        .estimates = {},
                        .evaluate = evaluate,
                        .results = {{"hidden", false, states}, {"probabilities", false, probabilities}},
                        .has_chains = false,
                        .sample = sample};

}  // namespace wakesleep::cli
