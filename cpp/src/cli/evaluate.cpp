#include <cmath>
#include <cstdio>
#include <memory>
#include <stdexcept>

#include "cli/commands.h"
#include "cli/number_checks.h"
#include "cli/output_file.h"
#include "io/json.h"
#include "wakesleep/ais.h"
#include "wakesleep/chains.h"
#include "wakesleep/exact.h"
#include "wakesleep/free_energy_gap.h"
#include "wakesleep/inference.h"
#include "wakesleep/pseudo_likelihood.h"
#include "wakesleep/sbn_inference.h"
#include "wakesleep/variational_bound.h"

namespace wakesleep::cli {
namespace {

struct Evaluate {
  explicit Evaluate(CLI::App& command) {
    command.add_option("model", model, "Model file")->required();
    add_data_options(command, data);
    command.add_option("--part", part, "test, held-back (with --hold-back) or training")
        ->check(CLI::IsMember({"test", "held-back", "training"}))
        ->capture_default_str();
    command.add_option("--predictions", predictions, "File for the predicted labels, one a line")->check(not_empty());
    command.add_flag(
        "--log-likelihood", log_likelihood,
        "Mean log-likelihood of an RBM or a small sigmoid belief net, or its bound of a DBM, in nats an example");
    command.add_flag(
        "--bound", bound,
        "Of a DBN: a lower bound of the mean log-likelihood (Hinton, Osindero and Teh 2006), in nats an example");
    command.add_flag("--pseudo-likelihood", pseudo_likelihood,
                     "Of an RBM: mean log pseudo-likelihood (Besag 1975), in nats an example");
    command.add_flag(
        "--free-energy-gap", free_energy_gap,
        "Of an RBM: mean free energy of the examples less that of the training part (Hinton 2012, section 6)");
    command
        .add_option("--method", method,
                    "Of log Z (of a DBN's top): exact (a side of at most 25 units, or two Gaussian sides; of a DBM its "
                    "odd or even "
                    "layers) or ais (annealed importance sampling)")
        ->check(CLI::IsMember({"exact", "ais"}))
        ->capture_default_str();
    command.add_option("--runs", ais.runs, "Of AIS: independent runs")->check(whole_from(1))->capture_default_str();
    command.add_option("--betas", ais.betas, "Of AIS: intermediate distributions")
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
    command.add_flag("--reverse", reverse,
                     "Of AIS: backwards, too, from exact samples (an upper bound) or else from chains (a check)");
    command
        .add_option("--start-steps", ais.start_steps,
                    "Of --reverse from chains: Gibbs steps before it begins; negative: as many as betas")
        ->capture_default_str();
    command.add_option("--samples", samples, "Of --bound: samples of the hidden states an example")
        ->check(whole_from(1))
        ->capture_default_str();
    command.add_flag("--stochastic", stochastic, "Of --pseudo-likelihood: one random unit an example in place of all");
    command.add_option("--seed", ais.seed, "Of every random number in an estimate; unless given, the model's");
  }

  void run() const {
    if (!predictions.empty()) try_output("--predictions", predictions);
    if (reverse && method != "ais") throw std::invalid_argument("--reverse needs --method ais");
    const Model opened = read_model(model);
    const bool by_energy = std::holds_alternative<Rbm>(opened) || std::holds_alternative<Dbm>(opened);
    if (reverse && !(by_energy && log_likelihood) && !(std::holds_alternative<Dbn>(opened) && bound))
      throw std::invalid_argument(
          "--reverse is for log Z of an RBM or a DBM, with --log-likelihood, or of a DBN's top, with --bound");
    if (part == "held-back" && data.hold_back == 0)
      throw std::invalid_argument("--part held-back needs --hold-back, with what the training held back");
    const Data read = read_data(data, part == "test"       ? Part::test
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
    const Matrix x = examples.rows(0, std::min<Index>(examples.count(), 2000));
    std::visit(
        [&](const auto& m) {
          if constexpr (requires { reconstructions(m, x); }) {
            const Matrix back = reconstruct(m, view(x));
            std::printf("reconstruction error: %.5f a unit\n", static_cast<double>((back - x).array().square().mean()));
          }
        },
        opened);
    if (const auto* rbm = std::get_if<Rbm>(&opened)) {
      if (bound) throw std::invalid_argument("--bound is for DBNs");
      evaluate(*rbm, examples);
    } else if (const auto* dbn = std::get_if<Dbn>(&opened)) {
      if (log_likelihood || pseudo_likelihood || free_energy_gap)
        throw std::invalid_argument(
            "--log-likelihood, --pseudo-likelihood and --free-energy-gap are for RBMs; a DBN has --bound");
      if (bound) evaluate_bound(*dbn, examples);
    } else if (const auto* dbm = std::get_if<Dbm>(&opened)) {
      if (bound || pseudo_likelihood || free_energy_gap)
        throw std::invalid_argument(
            "--bound, --pseudo-likelihood and --free-energy-gap are not for DBMs, whose bound is what "
            "--log-likelihood gives");
      const AisOptions annealing = ais_options();
      if (log_likelihood) print_bound(*dbm, examples, method == "ais" ? &annealing : nullptr, reverse);
    } else {
      if (bound || pseudo_likelihood || free_energy_gap)
        throw std::invalid_argument(
            "--bound, --pseudo-likelihood and --free-energy-gap are not for sigmoid belief nets, which "
            "have --log-likelihood");
      if (log_likelihood)
        std::printf("mean log-likelihood, exact: %.6f\n",
                    wakesleep::log_likelihood(std::get<Sbn>(opened), examples).finish().mean);
    }
  }

  void evaluate(const Rbm& rbm, const Dataset& examples) const {
    std::printf("mean free energy: %.4f\n", mean_free_energy(rbm, examples, examples.count()));
    if (free_energy_gap) {
      if (part == "training") throw std::invalid_argument("--free-energy-gap needs --part test or held-back");
      const FreeEnergyGap found = wakesleep::free_energy_gap(rbm, read_data(data, Part::training).examples, examples);
      std::printf("free-energy gap to the training part: %.4f, standard error %.4f\n", found.gap, found.error);
    }
    if (pseudo_likelihood) {
      DatasetAverage estimate =
          wakesleep::pseudo_likelihood(rbm, examples, {.stochastic = stochastic, .seed = ais.seed});
      to_the_end(estimate, "pseudo-likelihood");
      print("mean log pseudo-likelihood", estimate.result());
    }
    if (log_likelihood) {
      const LogPartition log_z = log_partition(rbm, examples, ais_options());
      print("mean log-likelihood", wakesleep::log_likelihood(rbm, examples, log_z.log_z).finish(), log_z);
    }
  }

  void evaluate_bound(const Dbn& dbn, const Dataset& examples) const {
    AisOptions options = ais_options();
    options.seed = options.seed.value_or(dbn.rbm(0).seed());
    const LogPartition log_z = log_partition(dbn.top(), top_examples(dbn, examples), options);
    VariationalBound estimate(dbn, examples, log_z.log_z, {.samples = samples, .seed = ais.seed});
    to_the_end(estimate, "bound");
    const Bound found = estimate.result();
    print("lower bound of the mean log-likelihood", found.average, log_z);
    std::printf("of that error, by the samples: %.6f\n", found.monte_carlo_error);
  }

  // log Z, told with what is known of its error.
  LogPartition log_partition(const Rbm& rbm, const Dataset& examples, const AisOptions& options) const {
    if (method == "exact") {
      ExactLogPartition sum = with_flags([&] { return ExactLogPartition(rbm); });
      to_the_end(sum, "log Z");
      std::printf("log Z: %.6f\n", sum.log_z());
      return {sum.log_z(), sum.log_z(), sum.log_z()};
    }
    const VectorD rates = examples.mean();
    if (!reverse) {
      AisLogPartition sum(rbm, options, &rates);
      to_the_end(sum, "AIS");
      print_log_partition("AIS", sum.estimate());
      return sum.estimate();
    }
    BidirectionalAis both(rbm, options, &rates, &examples);
    to_the_end(both, "AIS");
    print_log_partition(both);
    return both.forward().estimate();
  }

  AisOptions ais_options() const {
    AisOptions options = ais;
    options.schedule = schedule == "late" ? BetaSchedule::late : BetaSchedule::linear;
    options.base = base == "biases" ? AisBase::biases : base == "uniform" ? AisBase::uniform : AisBase::data;
    return options;
  }

  static void print(const char* name, const Average& found) {
    std::printf("%s: %.6f, standard error %.6f\n", name, found.mean, found.error);
  }
  // Of an average that log Z is in: log Z's error is that of all examples alike.
  static void print(const char* name, const Average& found, const LogPartition& log_z) {
    if (!log_z.effective_samples) return print(name, found);
    std::printf("%s: %.6f, standard error %.6f (of the examples %.6f, of log Z %.6f)\n", name, found.mean,
                std::hypot(found.error, log_z.error), found.error, log_z.error);
  }

  template <class Estimate>
  static void to_the_end(Estimate& estimate, const char* name) {
    ProgressLine line;
    while (estimate.step()) line.show(estimate.done(), name);
    char text[100];
    std::snprintf(text, sizeof text, "%s: %.1f s", name, line.seconds());
    line.finish(text);
  }

  std::string model, part = "test", predictions, method = "exact", schedule = "linear", base = "data";
  AisOptions ais;
  DataOptions data;
  Index samples = BoundOptions{}.samples;
  bool log_likelihood = false, bound = false, pseudo_likelihood = false, free_energy_gap = false;
  bool reverse = false, stochastic = false;
};

}  // namespace

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
