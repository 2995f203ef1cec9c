#include <cstdio>
#include <fstream>
#include <memory>
#include <stdexcept>

#include "cli/commands.h"
#include "wakesleep/ais.h"
#include "wakesleep/belief_exact.h"
#include "wakesleep/exact.h"

namespace wakesleep::cli {
namespace {

template <class M>
Recognition recognise_rows(const M& model, const Dataset& data) {
  Recognition result;
  constexpr Index at_once = 500;
  for (Index first = 0; first < data.count(); first += at_once) {
    const Matrix x = data.rows(first, std::min(at_once, data.count() - first));
    for (const int label : best_labels(model.label_free_energy(view(x)))) {
      if (data.has_labels() && label != data.labels()[result.predictions.size()]) ++result.errors;
      result.predictions.push_back(label);
    }
  }
  return result;
}

struct Evaluate {
  explicit Evaluate(CLI::App& command) {
    command.add_option("model", model, "Model file")->required();
    add_data_options(command, data);
    command.add_option("--part", part, "test, held-back (with --hold-back) or training")
        ->check(CLI::IsMember({"test", "held-back", "training"}))
        ->capture_default_str();
    command.add_option("--predictions", predictions, "File for the predicted labels, one a line");
    command.add_flag("--log-likelihood", log_likelihood,
                     "Mean log-likelihood of an RBM, or of a small sigmoid belief net, in nats an example");
    command
        .add_option("--method", method,
                    "Of its log Z: exact (a side of at most 25 units) or ais (annealed importance sampling)")
        ->check(CLI::IsMember({"exact", "ais"}))
        ->capture_default_str();
    command.add_option("--runs", ais.runs, "Of AIS: independent runs")->capture_default_str();
    command.add_option("--betas", ais.betas, "Of AIS: intermediate distributions")->capture_default_str();
    command
        .add_option("--schedule", schedule, "Of AIS: how the betas are spread, linear or late (Salakhutdinov and Murray 2008)")
        ->check(CLI::IsMember({"linear", "late"}))
        ->capture_default_str();
    command.add_option("--seed", ais.seed, "Of AIS")->capture_default_str();
  }

  void run() const {
    const Model opened = read_model(model);
    const Data read = read_data(data, part == "test" ? Part::test : part == "training" ? Part::training : Part::held_back);
    const Dataset& examples = read.examples;
    std::printf("%s\n", read.description.c_str());
    if (labels_of(opened)) {
      const Recognition r = std::visit([&](const auto& m) { return recognise(m, examples); }, opened);
      if (examples.has_labels())
        std::printf("recognition by free energy: %ld errors of %ld, %.2f %%\n", static_cast<long>(r.errors),
                    static_cast<long>(examples.count()),
                    100.0 * static_cast<double>(r.errors) / static_cast<double>(examples.count()));
      if (!predictions.empty()) {
        std::ofstream file(predictions);
        for (const int label : r.predictions) file << label << '\n';
      }
    } else if (!predictions.empty()) {
      throw std::invalid_argument("this model has no label units, so there are no predictions");
    }
    const Matrix x = examples.rows(0, std::min<Index>(examples.count(), 2000));
    std::visit(
        [&](const auto& m) {
          if constexpr (requires { m.reconstruct(view(x), 1, 1); }) {
            const Matrix back = m.reconstruct(view(x), 1, 1);
            std::printf("reconstruction error: %.5f a unit\n", static_cast<double>((back - x).array().square().mean()));
          }
        },
        opened);
    if (const auto* rbm = std::get_if<Rbm>(&opened)) {
      std::printf("mean free energy: %.4f\n", mean_free_energy(*rbm, examples, examples.count()));
      if (log_likelihood) {
        double log_z = 0;
        if (method == "exact") {
          log_z = exact_log_partition(*rbm);
          std::printf("log Z: %.6f\n", log_z);
        } else {
          const LogPartition estimate = anneal(*rbm, examples);
          log_z = estimate.log_z;
          std::printf("log Z by AIS: %.4f, three standard errors of Z: %.4f to %.4f\n", log_z, estimate.low, estimate.high);
        }
        std::printf("mean log-likelihood: %.6f\n", mean_log_likelihood(*rbm, examples, log_z));
      }
    } else if (const auto* net = std::get_if<SigmoidBeliefNet>(&opened)) {
      if (!log_likelihood) return;
      const Matrix all = examples.rows(0, examples.count());
      std::printf("mean log-likelihood, exact: %.6f\n", exact_mean_log_likelihood(*net, view(all)));
    } else if (log_likelihood) {
      throw std::invalid_argument("the log-likelihood is for RBMs and sigmoid belief nets");
    }
  }

  LogPartition anneal(const Rbm& rbm, const Dataset& examples) const {
    AisOptions options = ais;
    options.schedule = schedule == "late" ? BetaSchedule::late : BetaSchedule::linear;
    const VectorD rates = examples.mean();
    AisLogPartition sum(rbm, options, &rates);
    while (sum.step()) {
    }
    return sum.estimate();
  }

  std::string model, part = "test", predictions, method = "exact", schedule = "linear";
  AisOptions ais;
  DataOptions data;
  bool log_likelihood = false;
};

}  // namespace

Recognition recognise(const Dbn& dbn, const Dataset& data) { return recognise_rows(dbn, data); }
Recognition recognise(const Rbm& rbm, const Dataset& data) { return recognise_rows(rbm, data); }
Recognition recognise(const SigmoidBeliefNet&, const Dataset&) {
  throw std::invalid_argument("a sigmoid belief net has no label units");
}

std::function<void()> add_evaluate(CLI::App& app) {
  const auto evaluate =
      std::make_shared<Evaluate>(*app.add_subcommand("evaluate", "Recognition, reconstruction and likelihood of a model"));
  return [evaluate] { evaluate->run(); };
}

}  // namespace wakesleep::cli
