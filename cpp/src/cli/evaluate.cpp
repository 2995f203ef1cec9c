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
    command.add_option("--seed", ais.seed, "Of every random number in an estimate")->capture_default_str();
  }

  void run() const {
    if (!predictions.empty()) try_output("--predictions", predictions);
    const Model opened = read_model(model);
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
    std::visit(
        [&](const auto& m) {
          if constexpr (requires { reconstruction_error(m, examples); })
            std::printf("reconstruction error: %.5f a unit\n", reconstruction_error(m, examples).finish().mean);
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
      if (log_likelihood) print_bound(*dbm, examples, method == "ais" ? &annealing : nullptr);
    } else {
      if (bound || pseudo_likelihood || free_energy_gap)
        throw std::invalid_argument(
            "--bound, --pseudo-likelihood and --free-energy-gap are not for sigmoid belief nets, which "
            "have --log-likelihood");
      if (log_likelihood)
        print_likelihood("mean log-likelihood", wakesleep::log_likelihood(std::get<Sbn>(opened), examples));
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
      const double log_z = log_partition(rbm, examples);
      // Of images with their labels, and of the images alone.
      for (const bool with_labels : {true, false})
        if (!with_labels || (rbm.labels() && examples.has_labels()))
          print_likelihood("mean log-likelihood", wakesleep::log_likelihood(rbm, examples, log_z, with_labels));
    }
  }

  void evaluate_bound(const Dbn& dbn, const Dataset& examples) const {
    const double log_z = log_partition(dbn.top(), top_examples(dbn, examples));
    for (const bool with_labels : {true, false}) {
      if (with_labels && !(dbn.labels() && examples.has_labels())) continue;
      VariationalBound estimate(dbn, examples, log_z,
                                {.samples = samples, .seed = ais.seed, .with_labels = with_labels});
      to_the_end(estimate, "bound");
      print_likelihood("lower bound of the mean log-likelihood", estimate.average());
      std::printf("of that error, by the samples: %.6f\n", estimate.result().monte_carlo_error);
    }
  }

  // log Z, told with what is known of its error.
  double log_partition(const Rbm& rbm, const Dataset& examples) const {
    if (method == "exact") {
      if (reverse) throw std::invalid_argument("--reverse needs --method ais");
      ExactLogPartition sum(rbm);
      to_the_end(sum, "log Z");
      std::printf("log Z: %.6f\n", sum.log_z());
      return sum.log_z();
    }
    const AisOptions options = ais_options();
    const VectorD rates = examples.mean();
    const auto print_estimate = [](const char* name, const LogPartition& found) {
      std::printf("log Z by %s: %.4f, three standard errors of Z: %.4f to %.4f\n", name, found.log_z, found.low,
                  found.high);
    };
    if (!reverse) {
      AisLogPartition sum(rbm, options, &rates);
      to_the_end(sum, "AIS");
      print_estimate("AIS", sum.estimate());
      return sum.estimate().log_z;
    }
    BidirectionalAis both(rbm, options, &rates, &examples);
    to_the_end(both, "AIS");
    print_estimate("AIS", both.forward().estimate());
    print_estimate(both.reverse().start() == ReverseStart::exact
                       ? "reverse AIS, in expectation an upper bound, from exact samples"
                       : "reverse AIS, a check from chains",
                   both.reverse().estimate());
    if (const std::string warning = both.warning(); !warning.empty()) std::printf("warning: %s.\n", warning.c_str());
    return both.forward().estimate().log_z;
  }

  AisOptions ais_options() const {
    AisOptions options = ais;
    options.schedule = schedule == "late" ? BetaSchedule::late : BetaSchedule::linear;
    return options;
  }

  static void print(const char* name, const Average& found) {
    std::printf("%s: %.6f, standard error %.6f\n", name, found.mean, found.error);
  }

  template <class Estimate>
  static void to_the_end(Estimate& estimate, const char* name) {
    ProgressLine line;
    while (estimate.step()) line.show(estimate.done(), name);
    char text[100];
    std::snprintf(text, sizeof text, "%s: %.1f s", name, line.seconds());
    line.finish(text);
  }

  std::string model, part = "test", predictions, method = "exact", schedule = "linear";
  AisOptions ais;
  DataOptions data;
  Index samples = BoundOptions{}.samples;
  bool log_likelihood = false, bound = false, pseudo_likelihood = false, free_energy_gap = false;
  bool reverse = false, stochastic = false;
};

}  // namespace

void print_likelihood(const std::string& name, LikelihoodAverage average) {
  const Average found = average.finish();
  std::printf("%s of %s: %.6f, standard error %.6f\n", name.c_str(), average.of_labels() ? "(v, y)" : "v", found.mean,
              found.error);
  if (average.grey())
    std::printf(
        "(Grey values are means: this is no likelihood, but a lower bound of that of images drawn from them.)\n");
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
