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

void evaluate(const Model& model, const Dataset& examples, const Estimates& given, Report& report) {
  if (!given.log_likelihood) return;
  tell_likelihood(report, "logLikelihood", "mean log-likelihood",
                  wakesleep::log_likelihood(std::get<Sbn>(model), examples));
}

Matrix hidden(const Model& model, const Dataset& examples, const Transformation& given, Report&) {
  return all_rows(posterior_means(std::get<Sbn>(model), examples,
                                  {.seed = given.options.ais.seed.value_or(std::get<Sbn>(model).seed())}),
                  "posterior means", static_cast<std::size_t>(given.layer - 1));
}
Matrix log_likelihood(const Model& model, const Dataset& examples, const Transformation&, Report&) {
  ExactPosteriorMeans sums(std::get<Sbn>(model), examples);
  to_the_end(sums, "log-likelihoods");
  return sums.results().back();
}

ChainSamples sample(const Model& model, const Sampling& given, ProgressLine&) {
  if (given.on_ladder || given.stacked)
    throw std::invalid_argument("--ladder is for RBMs that were trained by --method ptt, and --stacked for DBNs");
  if (!given.labels.empty() || given.clamp_mask.size())
    throw std::invalid_argument("this kind of model is sampled from its top down: --label and --clamp hold nothing");
  const std::vector<Matrix> found = ancestral_samples(std::get<Sbn>(model), given.chains, given.seed).finish();
  return {.means = found[0], .states = found[1], .images = found[0], .hidden = found[2], .labels = {}};
}

}  // namespace

const Kind sbn_kind{.title = "sigmoid belief net",
                    .by_rbms = false,
                    .add_flags = add_flags,
                    .make = [](const NewModel& given) -> Model { return Sbn(given.layers, given.seed); },
                    .train = train,
                    .estimates = {"--log-likelihood"},
                    .evaluate = evaluate,
                    .results = {{"hidden", false, hidden, {.draws = true}}, {"log-likelihood", false, log_likelihood}},
                    .has_chains = false,
                    .sample = sample};

}  // namespace wakesleep::cli
