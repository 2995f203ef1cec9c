#include <cstdio>
#include <stdexcept>

#include "cli/kinds.h"
#include "wakesleep/network_training.h"

namespace wakesleep::cli {
namespace {

void add_flags(CLI::App& command, OptionFlags& flags) {
  flags.add(command, "network", options::table<NetworkTrainingOptions>().rows(), "Learning of feed-forward nets");
}

Model make(const NewModel& given) {
  if (given.labels)
    throw std::invalid_argument("--labels is for Boltzmann machines: a net has its outputs in --layers");
  NetworkShape shape{given.layers, {}, given.code};
  for (const std::string& name : given.activations) shape.activations.push_back(activation(name, "--activations"));
  return Network(shape, given.seed);
}

std::unique_ptr<Training> train(Model& model, const Dataset& examples, Learning& given) {
  Network& net = std::get<Network>(model);
  return wakesleep::train(net, examples, given.options_after<NetworkTrainingOptions>(net.training_state().epoch));
}

void evaluate(const Model& model, const Dataset& examples, const Estimates&) {
  const Network& net = std::get<Network>(model);
  const Targets targets = targets_of(net.shape());
  if (targets == Targets::labels && !examples.has_labels()) return;
  NetworkEvaluation evaluation(net, examples, loss_of(net.shape()), targets);
  to_the_end(evaluation, "evaluation");
  const NetworkErrors found = evaluation.result();
  if (found.cross_entropy) std::printf("cross entropy: %.6f an example\n", *found.cross_entropy);
  std::printf("squared error: %.6f an example\n", found.squared_error);
}

Matrix sample(const Model&, const Sampling&, ProgressLine&) {
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
                        .sample = sample};

}  // namespace wakesleep::cli
