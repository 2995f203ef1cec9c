#include <cstdio>
#include <memory>

#include "cli/commands.h"
#include "cli/data_options.h"
#include "cli/needs.h"
#include "cli/number_checks.h"
#include "cli/output_file.h"
#include "cli/report.h"
#include "compare/logistic_components.h"
#include "compare/nearest_neighbours.h"
#include "compare/principal_components.h"

namespace wakesleep::cli {
namespace {

struct Compare {
  explicit Compare(CLI::App& command) {
    command
        .add_option("method", method,
                    "pca (principal components), logistic-pca (Schein, Saul and Ungar 2003; "
                    "of all of MNIST it takes a quarter of an hour and more) or nearest-neighbours")
        ->check(CLI::IsMember({"pca", "logistic-pca", "nearest-neighbours"}))
        ->required();
    data.add_with_part(command);
    components_given = command.add_option("--components", components, "Numbers a code of pca and logistic-pca has")
                           ->check(whole_from(1))
                           ->capture_default_str();
    neighbours_given = command.add_option("--neighbours", neighbours, "How many of the nearest training examples vote")
                           ->check(whole_from(1))
                           ->capture_default_str();
    CLI::Option* json = command.add_flag("--json", as_json, "One JSON object in place of lines of text");
    command.add_option("--out", out, "File for the JSON object, instead of the standard output")
        ->check(not_empty())
        ->needs(json);
    show_examples(command, {"wakesleep compare pca --data mnist --components 30",
                            "wakesleep compare nearest-neighbours --data mnist --neighbours 3"});
  }

  void run() const {
    if (!out.empty()) try_output("--out", out);
    refuse_without(components_given, method != "nearest-neighbours", "pca or logistic-pca");
    refuse_without(neighbours_given, method == "nearest-neighbours", "nearest-neighbours");
    const DataOptions& options = data.given();
    const Part part = data.part_of(options, true);
    const Data training = read_data(options, Part::training), judged = read_data(options, part);
    Report report(as_json);
    report.text("trainedOn", training.description, "learns from " + training.description);
    report.text("data", judged.description, "is judged on " + judged.description);
    if (method == "nearest-neighbours") {
      recognise(training.examples, judged.examples, report);
    } else {
      const double error = method == "pca" ? by_pca(training.examples, judged.examples)
                                           : by_logistic_pca(training.examples, judged.examples, report);
      report.figures("squaredError", "squared error: %.4f an example", {{"", error}});
    }
    report.end(out);
  }

  double by_pca(const Dataset& training, const Dataset& judged) const {
    return squared_error(principal_components(training, components), judged);
  }

  double by_logistic_pca(const Dataset& training, const Dataset& judged, Report& report) const {
    LogisticComponents found(training, components);
    ProgressLine line;
    while (found.step()) line.show(found.done(), "loss " + std::to_string(found.loss()));
    report.figures("loss", "cross entropy of the examples that it learns from: %.4f nats an example",
                   {{"", found.loss()}});
    return found.squared_error(judged);
  }

  void recognise(const Dataset& training, const Dataset& judged, Report& report) const {
    if (!judged.has_labels()) throw std::invalid_argument("nearest-neighbours recognises labels, and there are none");
    const Matrix queries = judged.rows(0, judged.count());
    const Neighbours found = nearest_neighbours(view(queries), training, neighbours);
    double errors = 0;
    for (std::size_t i = 0; i < found.labels.size(); ++i) errors += found.labels[i] != judged.labels()[i];
    const auto all = static_cast<double>(judged.count());
    report.figures("recognition", "%.0f errors of %.0f, %.2f %%",
                   {{"errors", errors}, {"of", all}, {"percent", 100 * errors / all}});
  }

  std::string method, out;
  DataFlags data;
  CLI::Option *components_given = nullptr, *neighbours_given = nullptr;
  Index components = 30, neighbours = 3;
  bool as_json = false;
};

}  // namespace

std::function<void()> add_compare(CLI::App& app) {
  const auto compare = std::make_shared<Compare>(
      *app.add_subcommand("compare", "What needs no network: principal components and nearest neighbours"));
  return [compare] { compare->run(); };
}

}  // namespace wakesleep::cli
