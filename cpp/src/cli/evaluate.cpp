#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <stdexcept>

#include "cli/kinds.h"
#include "cli/number_checks.h"
#include "cli/output_file.h"
#include "io/json.h"
#include "wakesleep/exact.h"
#include "wakesleep/inference.h"

namespace wakesleep::cli {
namespace {

struct Evaluate {
  explicit Evaluate(CLI::App& command) {
    command.add_option("model", model, "Model file")->required();
    add_data_options(command, asked.data);
    command.add_option("--part", asked.part, "test, held-back (with --hold-back) or training")
        ->check(CLI::IsMember({"test", "held-back", "training"}))
        ->capture_default_str();
    command.add_option("--predictions", predictions, "File for the predicted labels, one a line")->check(not_empty());
    estimates = {
        command.add_flag("--log-likelihood", asked.log_likelihood,
                         "Mean log-likelihood in nats an example, exact where it is not by log Z; of a DBM its bound"),
        command.add_flag(
            "--bound", asked.bound,
            "Of a DBN: a lower bound of the mean log-likelihood (Hinton, Osindero and Teh 2006), in nats an example"),
        command.add_flag("--pseudo-likelihood", asked.pseudo_likelihood,
                         "Of an RBM: mean log pseudo-likelihood (Besag 1975), in nats an example"),
        command.add_flag(
            "--free-energy-gap", asked.free_energy_gap,
            "Of an RBM: mean free energy of the examples less that of the training part (Hinton 2012, section 6)")};
    command
        .add_option("--method", asked.method,
                    "Of log Z (of a DBN's top): exact (a side of at most 25 units, or two Gaussian sides; of a DBM its "
                    "odd or even "
                    "layers) or ais (annealed importance sampling)")
        ->check(CLI::IsMember({"exact", "ais"}))
        ->capture_default_str();
    command.add_option("--runs", asked.ais.runs, "Of AIS: independent runs")
        ->check(whole_from(1))
        ->capture_default_str();
    command.add_option("--betas", asked.ais.betas, "Of AIS: intermediate distributions")
        ->check(whole_from(1))
        ->capture_default_str();
    command
        .add_option("--schedule", schedule,
                    "Of AIS: how the betas are spread, linear or late (Salakhutdinov and Murray 2008)")
        ->check(CLI::IsMember({"linear", "late"}))
        ->capture_default_str();
    command
        .add_option("--base", base,
                    "Of AIS: what the runs start from, the means of the examples (data), the model's visible biases, "
                    "or a uniform base, which prefers no state")
        ->check(CLI::IsMember({"biases", "data", "uniform"}))
        ->capture_default_str();
    command.add_flag("--reverse", asked.reverse,
                     "Of AIS: backwards, too, from exact samples (an upper bound) or else from chains (a check)");
    command
        .add_option("--start-steps", asked.ais.start_steps,
                    "Of --reverse from chains: Gibbs steps before it begins; negative: as many as betas")
        ->capture_default_str();
    command.add_option("--samples", asked.samples, "Of --bound: samples of the hidden states an example")
        ->check(whole_from(1))
        ->capture_default_str();
    command.add_flag("--stochastic", asked.stochastic,
                     "Of --pseudo-likelihood: one random unit an example in place of all");
    command.add_option("--seed", asked.ais.seed, "Of every random number in an estimate; unless given, the model's");
  }

  void run() {
    if (!predictions.empty()) try_output("--predictions", predictions);
    asked.ais.schedule = schedule == "late" ? BetaSchedule::late : BetaSchedule::linear;
    asked.ais.base = base == "biases" ? AisBase::biases : base == "uniform" ? AisBase::uniform : AisBase::data;
    if (asked.reverse && asked.method != "ais") throw std::invalid_argument("--reverse needs --method ais");
    const Model opened = read_model(model);
    const Kind& own = *kinds[opened.index()];
    refuse_others(own);
    if (asked.reverse && (own.by_log_z.empty() || !given(own.by_log_z)))
      throw std::invalid_argument("--reverse is for log Z" +
                                  (own.by_log_z.empty()
                                       ? ", which no estimate for a " + std::string(own.title) + " needs"
                                       : ": give " + own.by_log_z + ", too"));
    const std::string& part = asked.part;
    if (part == "held-back" && asked.data.hold_back == 0)
      throw std::invalid_argument("--part held-back needs --hold-back, with what the training held back");
    const Data read = read_data(asked.data, part == "test"       ? Part::test
                                            : part == "training" ? Part::training
                                                                 : Part::held_back);
    const Dataset& examples = read.examples;
    std::printf("%s\n", io::printable(read.description).c_str());
    if (labels_of(opened)) {
      const Recognition r = recognise(opened, examples);
      if (examples.has_labels())
        std::printf("recognition by free energy: %ld errors of %ld, %.2f %%\n", static_cast<long>(r.errors),
                    static_cast<long>(examples.count()),
                    100.0 * static_cast<double>(r.errors) / static_cast<double>(examples.count()));
      if (!predictions.empty()) {
        std::string lines;
        for (const int label : r.predictions) lines += std::to_string(label) + '\n';
        write_file(predictions, lines);
      }
    } else if (!predictions.empty()) {
      throw std::invalid_argument("this model has no label units, so there are no predictions");
    }
    std::visit(
        [&](const auto& m) {
          if constexpr (requires { reconstruction_error(m, examples); })
            std::printf("reconstruction error: %.5f a unit\n", reconstruction_error(m, examples).finish().mean);
        },
        opened);
    own.evaluate(opened, examples, asked);
  }

  // Estimates that this kind of model does not have.
  void refuse_others(const Kind& own) const {
    for (const CLI::Option* flag : estimates) {
      const auto& has = own.estimates;
      if (!flag->count() || std::find(has.begin(), has.end(), flag->get_name()) != has.end()) continue;
      std::string list;
      for (std::size_t i = 0; i < has.size(); ++i)
        list += (i == 0 ? "" : i + 1 == has.size() ? " and " : ", ") + has[i];
      throw std::invalid_argument(flag->get_name() + " is not for a " + own.title + ", which has " + list);
    }
  }

  bool given(const std::string& flag) const {
    return std::any_of(estimates.begin(), estimates.end(),
                       [&](const CLI::Option* one) { return one->get_name() == flag && one->count() > 0; });
  }

  std::string model, predictions, schedule = "linear", base = "data";
  Estimates asked;
  std::vector<const CLI::Option*> estimates;
};

}  // namespace

void print(const char* name, const Average& found) {
  std::printf("%s: %.6f, standard error %.6f\n", name, found.mean, found.error);
}

void print_likelihood(const std::string& name, LikelihoodAverage average, const LogPartition& log_z) {
  const Average found = average.finish();
  std::printf("%s of %s: %.6f, standard error %.6f", name.c_str(), average.of_labels() ? "(v, y)" : "v", found.mean,
              std::hypot(found.error, log_z.error));
  if (log_z.effective_samples) std::printf(" (of the examples %.6f, of log Z %.6f)", found.error, log_z.error);
  std::printf("\n");
  if (average.grey())
    std::printf(
        "(Grey values are means: this is no likelihood, but a lower bound of that of images drawn from them.)\n");
}

void print_log_partition(const char* method, const LogPartition& found) {
  std::printf("log Z by %s: %.4f, three standard errors of Z: %.4f to %.4f, effective sample size %.1f\n", method,
              found.log_z, found.low, found.high, *found.effective_samples);
}

LogPartition print_log_partition(const Rbm& rbm, const Dataset& examples, const Estimates& given) {
  if (given.method == "exact") {
    ExactLogPartition sum = with_flags([&] { return ExactLogPartition(rbm); });
    to_the_end(sum, "log Z");
    std::printf("log Z: %.6f\n", sum.log_z());
    return {sum.log_z(), sum.log_z(), sum.log_z()};
  }
  const VectorD rates = examples.mean();
  if (!given.reverse) {
    AisLogPartition sum(rbm, given.ais, &rates);
    to_the_end(sum, "AIS");
    print_log_partition("AIS", sum.estimate());
    return sum.estimate();
  }
  BidirectionalAis both(rbm, given.ais, &rates, &examples);
  to_the_end(both, "AIS");
  print_log_partition(both);
  return both.forward().estimate();
}

Recognition recognise(const Model& model, const Dataset& data) {
  return std::visit(
      [&](const auto& m) -> Recognition {
        if constexpr (requires { classification(m, data); }) {
          RowMap labels = classification(m, data);
          labels.finish();
          Recognition result{labels_of(labels)};
          for (std::size_t i = 0; data.has_labels() && i < result.predictions.size(); ++i)
            if (result.predictions[i] != data.labels()[i]) ++result.errors;
          return result;
        }
        throw std::invalid_argument("this model has no label units");
      },
      model);
}

std::function<void()> add_evaluate(CLI::App& app) {
  const auto evaluate = std::make_shared<Evaluate>(
      *app.add_subcommand("evaluate", "Recognition, reconstruction and likelihood of a model"));
  return [evaluate] { evaluate->run(); };
}

}  // namespace wakesleep::cli
