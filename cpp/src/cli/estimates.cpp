#include "cli/estimates.h"

#include <stdexcept>

#include "cli/number_checks.h"
#include "wakesleep/exact.h"

namespace wakesleep::cli {

void EstimateOptions::add(CLI::App& command) {
  command
      .add_option("--method", method,
                  "How log Z (of a DBN's top) is found: exact (a side of at most 25 units, or two Gaussian sides; of a "
                  "DBM its odd or even layers) or ais (annealed importance sampling)")
      ->check(CLI::IsMember({"exact", "ais"}))
      ->capture_default_str();
  command.add_option("--runs", ais.runs, "AIS: independent runs")->check(whole_from(1))->capture_default_str();
  command.add_option("--betas", ais.betas, "AIS: intermediate distributions")
      ->check(whole_from(1))
      ->capture_default_str();
  command
      .add_option_function<std::string>(
          "--schedule",
          [this](const std::string& word) {
            ais.schedule = word == "late" ? BetaSchedule::late : BetaSchedule::linear;
          },
          "AIS: how the betas are spread, linear or late (Salakhutdinov and Murray 2008)")
      ->check(CLI::IsMember({"linear", "late"}))
      ->default_str("linear");
  command.add_option("--samples", samples, "Bound of a DBN: samples of the hidden states an example")
      ->check(whole_from(1))
      ->capture_default_str();
  command.add_option("--seed", ais.seed, "Seed of every random number in an estimate")->capture_default_str();
}

void tell(Report& report, const std::string& key, const char* format, const Average& found) {
  report.figures(key, format, {{"mean", found.mean}, {"error", found.error}});
}

void tell_annealed(Report& report, const LogPartition& found) {
  report.figures("logZ", "log Z by AIS: %.4f, three standard errors of Z: %.4f to %.4f",
                 {{"logZ", found.log_z}, {"low", found.low}, {"high", found.high}});
}

double log_partition(const Rbm& rbm, const Dataset& examples, const EstimateOptions& options, bool reverse,
                     Report& report) {
  if (!options.by_ais()) {
    if (reverse) throw std::invalid_argument("--reverse needs --method ais");
    ExactLogPartition sum(rbm);
    to_the_end(sum, "log Z");
    report.figures("logZ", "log Z: %.6f", {{"logZ", sum.log_z()}});
    return sum.log_z();
  }
  const VectorD rates = examples.mean();
  if (!reverse) {
    AisLogPartition sum(rbm, options.ais, &rates);
    to_the_end(sum, "AIS");
    tell_annealed(report, sum.estimate());
    return sum.estimate().log_z;
  }
  BidirectionalAis both(rbm, options.ais, &rates, &examples);
  to_the_end(both, "AIS");
  tell_annealed(report, both.forward().estimate());
  const LogPartition back = both.reverse().estimate();
  report.figures("logZReverse",
                 both.reverse().start() == ReverseStart::exact
                     ? "log Z by reverse AIS, in expectation an upper bound, from exact samples: %.4f, three standard "
                       "errors of Z: %.4f to %.4f"
                     : "log Z by reverse AIS, a check from chains: %.4f, three standard errors of Z: %.4f to %.4f",
                 {{"logZ", back.log_z}, {"low", back.low}, {"high", back.high}});
  if (const std::string warning = both.warning(); !warning.empty())
    report.text("warning", warning, "warning: " + warning + ".");
  return both.forward().estimate().log_z;
}

}  // namespace wakesleep::cli
