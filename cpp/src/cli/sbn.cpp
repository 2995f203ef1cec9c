#include <stdexcept>

#include "cli/kinds.h"
#include "wakesleep/sbn_inference.h"
#include "wakesleep/sbn_training.h"

namespace wakesleep::cli {
namespace {

void add_flags(CLI::App& command, OptionFlags& flags) {
  flags.add(command, "sbn", options::table<SbnTrainingOptions>().rows(), "Learning of sigmoid belief nets");
}

std::unique_ptr<Training> train(Model& model, const Dataset& examples, Learning& given) {
  Sbn& net = std::get<Sbn>(model);
  return wakesleep::train(net, examples, given.options_after<SbnTrainingOptions>(net.training_state().epoch));
}

void evaluate(const Model& model, const Dataset& examples, const Estimates& given) {
  if (given.log_likelihood) print_likelihood("mean log-likelihood", log_likelihood(std::get<Sbn>(model), examples));
}

Matrix sample(const Model& model, const Sampling& given, ProgressLine&) {
  if (given.label >= 0) throw std::invalid_argument("this kind of model has no label units to hold");
  return ancestral_samples(std::get<Sbn>(model), given.chains, given.seed).finish().at(given.show == "states" ? 1 : 0);
}

}  // namespace

const Kind sbn_kind{.title = "sigmoid belief net",
                    .by_rbms = false,
                    .add_flags = add_flags,
                    .make = [](const NewModel& given) -> Model { return Sbn(given.layers, given.seed); },
                    .train = train,
                    .estimates = {"--log-likelihood"},
                    .evaluate = evaluate,
                    .sample = sample};

}  // namespace wakesleep::cli
