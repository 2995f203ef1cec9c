#include <algorithm>
#include <memory>
#include <stdexcept>

#include "cli/kinds.h"
#include "cli/model_input.h"
#include "cli/needs.h"
#include "cli/number_checks.h"
#include "cli/output_file.h"
#include "cli/results.h"
#include "wakesleep/inference.h"
#include "wakesleep/network_inference.h"

namespace wakesleep::cli {
namespace {

struct Evaluate {
  explicit Evaluate(CLI::App& command) : input(command) {
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
    asked.options.add(command);
    command.add_flag("--reverse", asked.reverse,
                     "AIS: backwards, too, from exact samples (an upper bound) or else from chains (a check)");
    start_steps = command
                      .add_option("--start-steps", asked.options.ais.start_steps,
                                  "Of --reverse from chains: Gibbs steps before it begins; negative: as many as betas")
                      ->capture_default_str();
    stochastic = command.add_flag("--stochastic", asked.stochastic,
                                  "Of --pseudo-likelihood: one random unit an example in place of all");
    CLI::Option* json = command.add_flag("--json", as_json, "One JSON object in place of lines of text");
    command.add_option("--out", out, "File for the JSON object, instead of the standard output")
        ->check(not_empty())
        ->needs(json);
    predictions.add(command, "File for the predicted labels, a row an example");
    show_examples(command, {"wakesleep evaluate digits.rbm --pseudo-likelihood",
                            "wakesleep evaluate digits.rbm --log-likelihood --method ais --runs 20 --betas 500",
                            "wakesleep evaluate own.dbn --images digits.csv --scale 1/255 --labels labels.csv --json",
                            "wakesleep evaluate own.dbn --images digits.csv --scale 1/255 --predictions found.csv",
                            "wakesleep evaluate bars.dbm --log-likelihood"});
  }

  void run() {
    if (asked.reverse && !asked.options.by_ais()) throw std::invalid_argument("--reverse needs --method ais");
    refuse_without(start_steps, asked.reverse, "--reverse");
    refuse_without(stochastic, asked.pseudo_likelihood, "--pseudo-likelihood");
    if (!predictions.given()) predictions.check_absent();
    const ModelAndData read =
        input.read([&](const Model& model) { refuse_others(*kinds[model.index()]); }, asked.free_energy_gap);
    const Dataset& examples = read.data.examples;
    const Kind& own = *kinds[read.model.index()];
    if (!out.empty()) try_output("--out", out);
    asked.data = read.options;
    asked.part = read.part;
    if (predictions.given()) predictions.check(1, 1);
    Report report(as_json);
    report.text("data", read.data.description, read.data.description);
    report.figures("examples", nullptr, {{"", static_cast<double>(examples.count())}});
    if (labels_of(read.model)) {
      const Recognition r = recognise(read.model, examples);
      const auto errors = static_cast<double>(r.errors), all = static_cast<double>(examples.count());
      if (examples.has_labels())
        report.figures("recognition",
                       ("recognition by " + std::string(own.recognises_by) + ": %.0f errors of %.0f, %.2f %%").c_str(),
                       {{"errors", errors}, {"of", all}, {"percent", 100 * errors / all}});
      if (predictions.given()) predictions.write({{"label", column(r.predictions)}});
    } else if (predictions.given()) {
      throw std::invalid_argument("this model has no label units, so there are no predictions");
    }
    std::visit(
        [&](const auto& m) {
          if constexpr (requires { reconstruction_error(m, examples); })
            report.figures("reconstructionError", "reconstruction error: %.5f a unit",
                           {{"", reconstruction_error(m, examples).finish().mean}});
        },
        read.model);
    own.evaluate(read.model, examples, asked, report);
    report.end(out);
  }

  // Estimates that this kind of model does not have, and options that none of the others reads.
  void refuse_others(const Kind& own) const {
    for (const CLI::Option* flag : estimates) {
      const auto& has = own.estimates;
      if (!flag->count() || std::find(has.begin(), has.end(), flag->get_name()) != has.end()) continue;
      std::string list;
      for (std::size_t i = 0; i < has.size(); ++i)
        list += (i == 0 ? "" : i + 1 == has.size() ? " and " : ", ") + has[i];
      throw std::invalid_argument(flag->get_name() + " is not for a " + own.title + ", which has " + list);
    }
    if (asked.reverse && (own.by_log_z.empty() || !given(own.by_log_z)))
      throw std::invalid_argument("--reverse is for log Z" +
                                  (own.by_log_z.empty()
                                       ? ", which no estimate for a " + std::string(own.title) + " needs"
                                       : ": give " + own.by_log_z + ", too"));
    asked.options.refuse_unused({.log_z = !own.by_log_z.empty() && given(own.by_log_z),
                                 .samples = asked.bound,
                                 .draws = asked.pseudo_likelihood && asked.stochastic},
                                own.by_log_z.empty() ? "" : ": " + own.by_log_z);
  }

  bool given(const std::string& flag) const {
    return std::any_of(estimates.begin(), estimates.end(),
                       [&](const CLI::Option* one) { return one->get_name() == flag && one->count() > 0; });
  }

  ModelInput input;
  ResultFile predictions{"--predictions", false};
  Estimates asked;
  bool as_json = false;
  std::string out;
  std::vector<const CLI::Option*> estimates;
  const CLI::Option *start_steps = nullptr, *stochastic = nullptr;
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
