#include "cli/estimates.h"

#include <cmath>
#include <stdexcept>

#include "cli/needs.h"
#include "cli/number_checks.h"
#include "wakesleep/exact.h"

namespace wakesleep::cli {

void EstimateOptions::add(CLI::App& command) {
  method_given_ =
      command
          .add_option(
              "--method", method,
              "How log Z (of a DBN's top) is found: exact (a side of at most 25 units, or two Gaussian sides; of a "
              "DBM its odd or even layers) or ais (annealed importance sampling)")
          ->check(CLI::IsMember({"exact", "ais"}))
          ->capture_default_str();
  of_ais_.push_back(
      command.add_option("--runs", ais.runs, "AIS: independent runs")->check(whole_from(1))->capture_default_str());
  of_ais_.push_back(command.add_option("--betas", ais.betas, "AIS: intermediate distributions")
                        ->check(whole_from(1))
                        ->capture_default_str());
  of_ais_.push_back(command
                        .add_option_function<std::string>(
                            "--schedule",
                            [this](const std::string& word) {
                              ais.schedule = word == "late"       ? BetaSchedule::late
                                             : word == "adaptive" ? BetaSchedule::adaptive
                                                                  : BetaSchedule::linear;
                            },
                            "AIS: how the betas are spread, linear, late (Salakhutdinov and Murray 2008), or of RBMs "
                            "adaptive: by equal progress, which a first pass of a tenth of them measures")
                        ->check(CLI::IsMember({"linear", "late", "adaptive"}))
                        ->default_str("linear"));
  ais.base = AisBase::data;
  of_ais_.push_back(
      command
          .add_option_function<std::string>(
              "--base",
              [this](const std::string& word) {
                ais.base = word == "biases" ? AisBase::biases : word == "uniform" ? AisBase::uniform : AisBase::data;
              },
              "AIS: what the runs start from, the means of the examples (data), the model's visible biases, or a "
              "uniform base, which prefers no state")
          ->check(CLI::IsMember({"biases", "data", "uniform"}))
          ->default_str("data"));
  samples_given_ = command.add_option("--samples", samples, "Bound of a DBN: samples of the hidden states an example")
                       ->check(whole_from(1))
                       ->capture_default_str();
  seed_given_ =
      command.add_option("--seed", ais.seed, "Seed of every random number in an estimate; unless given, the model's");
}

void EstimateOptions::refuse_unused(const Uses& uses, const std::string& estimates) const {
  refuse_without(method_given_, uses.log_z, "an estimate that log Z is for" + estimates);
  for (const CLI::Option* one : of_ais_) {
    refuse_without(one, uses.log_z, "an estimate that log Z is for" + estimates + ", and --method ais");
    refuse_without(one, by_ais(), "--method ais");
  }
  refuse_without(samples_given_, uses.samples, "the bound of a DBN");
  refuse_without(seed_given_, uses.draws || uses.samples || (uses.log_z && by_ais()),
                 "an estimate with random numbers");
}

void tell(Report& report, const std::string& key, const char* format, const Average& found) {
  report.figures(key, format, {{"mean", found.mean}, {"error", found.error}});
}

void tell_likelihood(Report& report, const std::string& key, const std::string& name, LikelihoodAverage estimate,
                     const LogPartition& log_z) {
  to_the_end(estimate, name);
  const Average found = estimate.result();
  const std::string of = key + (estimate.of_labels() ? "WithLabels" : "");
  std::string format = name + (estimate.of_labels() ? " of (v, y)" : " of v") + ": %.6f, standard error %.6f";
  Report::Figures figures{{"mean", found.mean}, {"error", std::hypot(found.error, log_z.error)}};
  if (log_z.effective_samples) {
    format += " (of the examples %.6f, of log Z %.6f)";
    figures.insert(figures.end(), {{"errorOfExamples", found.error}, {"errorOfLogZ", log_z.error}});
  }
  report.figures(of, format.c_str(), figures);
  if (!estimate.grey()) return;
  const std::string note =
      "Grey values are means: this is no likelihood, but a lower bound of that of images drawn from them.";
  report.text(of + "Note", note, "(" + note + ")");
}

void tell_annealed(Report& report, const LogPartition& found) {
  report.figures("logZ", "log Z by AIS: %.4f, three standard errors of Z: %.4f to %.4f, effective sample size %.1f",
                 {{"logZ", found.log_z},
                  {"low", found.low},
                  {"high", found.high},
                  {"effectiveSamples", *found.effective_samples}});
}

void tell_one_direction(Report& report, const LogPartition& found) {
  tell_annealed(report, found);
  const std::string note =
      "The interval can't show modes that no run has reached; evaluate --reverse looks for them from the other end.";
  report.text("logZNote", note, "(" + note + ")");
}

void tell_reverse(Report& report, const LogPartition& found, ReverseStart start, const std::string& warning) {
  report.figures(
      "logZReverse",
      start == ReverseStart::exact
          ? "log Z by reverse AIS, in expectation an upper bound, from exact samples: %.4f, three standard errors of "
            "Z: "
            "%.4f to %.4f, effective sample size %.1f"
          : "log Z by reverse AIS, a check from chains: %.4f, three standard errors of Z: %.4f to %.4f, effective "
            "sample size %.1f",
      {{"logZ", found.log_z},
       {"low", found.low},
       {"high", found.high},
       {"effectiveSamples", *found.effective_samples}});
  if (!warning.empty()) report.text("warning", warning, "warning: " + warning + ".");
}

LogPartition log_partition(const Rbm& rbm, const Dataset& examples, const EstimateOptions& options, bool reverse,
                           Report& report) {
  if (!options.by_ais()) {
    ExactLogPartition sum = with_flags([&] { return ExactLogPartition(rbm); });
    to_the_end(sum, "log Z");
    report.figures("logZ", "log Z: %.6f", {{"logZ", sum.log_z()}});
    return {sum.log_z(), sum.log_z(), sum.log_z()};
  }
  const VectorD rates = examples.mean();
  if (!reverse) {
    AisLogPartition sum(rbm, options.ais, &rates);
    to_the_end(sum, "AIS");
    tell_one_direction(report, sum.estimate());
    return sum.estimate();
  }
  BidirectionalAis both(rbm, options.ais, &rates, &examples);
  to_the_end(both, "AIS");
  tell_annealed(report, both);
  return both.forward().estimate();
}

}  // namespace wakesleep::cli
