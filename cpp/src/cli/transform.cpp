#include <algorithm>
#include <cctype>
#include <cstdio>
#include <memory>
#include <stdexcept>

#include "cli/kinds.h"
#include "cli/model_input.h"
#include "cli/needs.h"
#include "cli/number_checks.h"
#include "cli/results.h"
#include "io/json.h"

namespace wakesleep::cli {
namespace {

// free-energy as freeEnergy, and of rows with their labels freeEnergyWithLabels.
std::string key_of(const std::string& name, bool with_labels) {
  std::string key;
  for (std::size_t i = 0; i < name.size(); ++i)
    key += name[i] == '-' ? static_cast<char>(std::toupper(static_cast<unsigned char>(name[++i]))) : name[i];
  return with_labels ? key + "WithLabels" : key;
}

struct Transform {
  explicit Transform(CLI::App& command) : input(command) {
    out.add(command, "File to write, a row an example")->required();
    std::string help =
        "A list of results: hidden (means of hidden units; of feed-forward nets the units of any layer above "
        "the inputs), probabilities (of the labels), free-energy, log-likelihood in nats, and bound (a lower one of "
        "it).";
    std::vector<std::string> known;
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      help += (i ? "; " : " ") + kind_names()[i] + ":";
      for (const RowResult& result : kinds[i]->results) {
        help += std::string(&result == &kinds[i]->results.front() ? " " : ", ") + result.name;
        if (std::find(known.begin(), known.end(), result.name) == known.end()) known.emplace_back(result.name);
      }
    }
    command.add_option("--of", what, help)->delimiter(',')->check(CLI::IsMember(known))->capture_default_str();
    layer_given =
        command.add_option("--layer", given.layer, "Whose hidden units: 1 is the lowest. Unless given, the highest")
            ->check(whole_from(1));
    with_labels_given = command.add_flag(
        "--with-labels", given.with_labels,
        "Free energies, likelihoods and bounds of examples with their labels, in place of sums over all "
        "labels");
    given.options.add(command);
    show_examples(command,
                  {"wakesleep transform digits.rbm --out features.npy",
                   "wakesleep transform own.dbn --images digits.csv --scale 1/255 --layer 1 --out features.csv",
                   "wakesleep transform bars.dbm --of hidden,bound --out bars.json"});
  }

  void run() {
    std::vector<const RowResult*> asked;
    const ModelAndData read = input.read([&](const Model& model) {
      const Kind& own = *kinds[model.index()];
      for (const std::string& name : what) asked.push_back(&result_of(own, name));
      refuse_unused(own, asked);
    });
    const Dataset& examples = read.data.examples;
    const std::vector<Index> layers = layers_of(read.model);
    const auto depth = static_cast<Index>(layers.size()) - 1;
    if (!layer_given->count()) given.layer = depth;
    if (given.layer > depth)
      throw std::out_of_range("--layer is " + std::to_string(given.layer) + ", and the model has " +
                              std::to_string(depth) + (depth == 1 ? " hidden layer" : " hidden layers"));
    if (given.with_labels && (labels_of(read.model) == 0 || !examples.has_labels()))
      throw std::invalid_argument("--with-labels: " + std::string(examples.has_labels() ? "the model has no label units"
                                                                                        : "the examples have none"));
    out.check(asked.size(), layers[static_cast<std::size_t>(given.layer)]);
    std::vector<Result> results;
    Report report(false, true);
    for (const RowResult* one : asked)
      results.push_back(
          {key_of(one->name, given.with_labels && one->of_labels), one->rows(read.model, examples, given, report)});
    out.write(results);
    std::fprintf(stderr, "%s: %ld rows, %s\n", io::printable(out.path()).c_str(), static_cast<long>(examples.count()),
                 io::printable(read.data.description).c_str());
  }

  // What none of the results depends on.
  void refuse_unused(const Kind& own, const std::vector<const RowResult*>& asked) const {
    EstimateOptions::Uses uses;
    bool hidden = false, of_labels = false;
    for (const RowResult* one : asked) {
      uses.log_z |= one->uses.log_z;
      uses.samples |= one->uses.samples;
      uses.draws |= one->uses.draws;
      hidden |= one->name == std::string("hidden");
      of_labels |= one->of_labels;
    }
    std::string by_log_z;
    for (const RowResult& result : own.results)
      if (result.uses.log_z) by_log_z = std::string(": --of ") + result.name;
    refuse_without(layer_given, hidden, "--of hidden");
    refuse_without(with_labels_given, of_labels, "--of a free energy, a likelihood or a bound");
    given.options.refuse_unused(uses, by_log_z);
  }

  static const RowResult& result_of(const Kind& kind, const std::string& name) {
    std::string has;
    for (const RowResult& result : kind.results) {
      if (result.name == name) return result;
      has += (has.empty() ? "" : ", ") + std::string(result.name);
    }
    throw std::invalid_argument("--of " + name + " is not for a " + kind.title + ", which has " + has);
  }

  ModelInput input;
  ResultFile out{"--out", true};
  std::vector<std::string> what = {"hidden"};
  CLI::Option *layer_given = nullptr, *with_labels_given = nullptr;
  Transformation given;
};

}  // namespace

std::function<void()> add_transform(CLI::App& app) {
  const auto transform = std::make_shared<Transform>(
      *app.add_subcommand("transform", "Hidden means, free energies and likelihoods of each example"));
  return [transform] { transform->run(); };
}

}  // namespace wakesleep::cli
