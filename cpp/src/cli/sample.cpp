#include <cstdio>
#include <memory>
#include <stdexcept>

#include "cli/data_files.h"
#include "cli/kinds.h"
#include "cli/needs.h"
#include "cli/number_checks.h"
#include "cli/results.h"
#include "io/json.h"

namespace wakesleep::cli {
namespace {

struct Sample {
  explicit Sample(CLI::App& command) {
    command.add_option("model", model, "Model file")->required();
    out.add(command, "File to write, a row a sample")->required();
    command
        .add_option(
            "--of", what,
            "A list of images (the means of the visible units in the last step; of a DBN those that come straight down "
            "from the means below its top), means (given the states of the layer above), states (which are "
            "samples of p(v)) and labels")
        ->delimiter(',')
        ->check(CLI::IsMember({"images", "means", "states", "labels"}))
        ->capture_default_str();
    command.add_option("--chains", given.chains, "Samples to draw")->check(whole_from(1))->capture_default_str();
    steps_given =
        command
            .add_option("--steps", given.steps,
                        "Gibbs steps from a random start; a directed net is sampled from its top down, without")
            ->check(whole_from(1))
            ->capture_default_str();
    CLI::Option* held = command.add_option("--label", label, "Label to hold; free unless given")->check(whole_from(0));
    command.add_flag("--each-label", each_label, "As many samples with each label held, one label after the other")
        ->excludes(held);
    CLI::Option* clamp =
        command
            .add_option(
                "--clamp", values,
                "File of states to hold visible units in, one row for all samples or one each: IDX, .npy or CSV")
            ->check(not_empty());
    CLI::Option* clamp_mask =
        command
            .add_option("--clamp-mask", mask, "File in the same shape: which of them are held, those that are not 0")
            ->check(not_empty())
            ->needs(clamp);
    clamp->needs(clamp_mask);
    CLI::Option* ladder = command.add_flag("--ladder", given.on_ladder,
                                           "RBM trained by --method ptt, in a checkpoint: chains at equilibrium, which "
                                           "climb the ladder of past models from "
                                           "one that is sampled exactly; a step is a sweep over all rungs");
    command
        .add_flag("--stacked", given.stacked,
                  "DBN: its bottom RBM's own distribution, by chains of every RBM that are exchanged with the next's "
                  "(stacked tempering)")
        ->excludes(ladder);
    temperature_given = command.add_option("--temperature", given.temperature, "Temperature, above 0")
                            ->check(finite_above(0))
                            ->capture_default_str();
    command.add_option("--seed", given.seed, "Seed")->capture_default_str();
    show_examples(command, {"wakesleep sample digits.rbm --chains 20 --steps 100 --out samples.png",
                            "wakesleep sample own.dbn --label 7 --chains 20 --steps 100 --out sevens.png",
                            "wakesleep sample digits.rbm --chains 5 --steps 100 \\\n"
                            "    --clamp half.csv --clamp-mask mask.csv --out completed.png",
                            "wakesleep sample bars.dbm --of states --out states.npy"});
  }

  void run() {
    const Model opened = read_model(model);
    const Kind& own = *kinds[opened.index()];
    for (const CLI::Option* one : {steps_given, temperature_given})
      refuse_without(one, own.has_chains, "a model with Markov chains, not a " + std::string(own.title));
    out.check(what.size(), layers_of(opened).front());
    for (const std::string& one : what)
      if (one == "labels" && labels_of(opened) == 0)
        throw std::invalid_argument("--of labels: this model has no label units");
    hold_labels(labels_of(opened));
    if (!values.empty()) {
      given.clamp_values = all_of(values);
      given.clamp_mask = all_of(mask);
    }
    ProgressLine line;
    const ChainSamples samples = own.sample(opened, given, line);
    std::vector<Result> results;
    for (const std::string& one : what)
      results.push_back({one, one == "images"   ? samples.images
                              : one == "means"  ? samples.means
                              : one == "states" ? samples.states
                                                : column(samples.labels)});
    out.write(results);
    line.finish(io::printable(out.path()) + ": " + std::to_string(given.chains) + " samples");
  }

  void hold_labels(Index labels) {
    if (label >= 0) given.labels = {label};
    if (!each_label) return;
    if (labels == 0) throw std::invalid_argument("--each-label: this model has no label units");
    if (given.chains % labels != 0)
      throw std::out_of_range("--chains must be a multiple of the " + std::to_string(labels) +
                              " labels for --each-label, not " + std::to_string(given.chains));
    for (Index chain = 0; chain < given.chains; ++chain)
      given.labels.push_back(static_cast<int>(chain * labels / given.chains));
  }

  static Matrix all_of(const std::string& path) {
    const Dataset read = read_examples(path, std::nullopt).data;
    return read.rows(0, read.count());
  }

  const CLI::Option *steps_given = nullptr, *temperature_given = nullptr;
  std::string model, values, mask;
  int label = -1;  // none: free
  bool each_label = false;
  std::vector<std::string> what = {"images"};
  ResultFile out{"--out", true};
  Sampling given;
};

}  // namespace

std::function<void()> add_sample(CLI::App& app) {
  const auto sample = std::make_shared<Sample>(*app.add_subcommand("sample", "Draw from a model"));
  return [sample] { sample->run(); };
}

}  // namespace wakesleep::cli
