// Angles of faces by a Gaussian process on their pixels, or on what a network makes of them.
#include "cli/gp.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <sstream>
#include <stdexcept>

#include "cli/commands.h"
#include "cli/data_options.h"
#include "cli/needs.h"
#include "cli/number_checks.h"
#include "cli/output_file.h"
#include "cli/report.h"
#include "regression/learned_kernel.h"
#include "regression/rotated_faces.h"
#include "wakesleep/fingerprint.h"

namespace wakesleep::cli {
namespace {

// Patches less the means of the unlabelled ones and over their standard deviations, and angles less the mean of those
// that are learned from.
struct Split {
  Matrix training, judged;
  VectorD training_angles, judged_angles;
  double mean_angle;
  std::string description;
};

struct Gp {
  explicit Gp(CLI::App& app) {
    app.add_option("what", what, "fit (a Gaussian process, judged on other persons) or tune (a network for it)")
        ->check(CLI::IsMember({"fit", "tune"}))
        ->required();
    app.add_option("--features", features,
                   "Model file of a DBN or a feed-forward net, whose highest layer the process sees; unless given, it "
                   "sees the pixels")
        ->check(not_empty());
    app.add_flag("--scales", scales, "fit: a length scale for each pixel or feature, not one for all");
    tuning = {app.add_option("--epochs", options.epochs, "tune: epochs, those of the checkpoint among them")
                  ->check(whole_from(0)),
              app.add_option("--batch-size", options.batch_size, "tune: patches whose likelihood is one step")
                  ->check(whole_from(2))
                  ->capture_default_str(),
              app.add_option("--learning-rate", options.learning_rate, "tune: Adam's, of the network")
                  ->check(finite_above(0))
                  ->capture_default_str(),
              app.add_option("--final-learning-rate", final_rate, "tune: reached linearly in the last epoch")
                  ->check(finite_above(0)),
              app.add_option("--kernel-learning-rate", kernel_rate, "tune: Adam's, of the kernel's logarithms")
                  ->check(finite_above(0))
                  ->capture_default_str(),
              app.add_option("--seed", options.seed, "tune: seed of the order of the patches")->capture_default_str(),
              app.add_option("--checkpoint", checkpoint,
                             "tune: file to save everything to after epochs, from which it goes on when it is there")
                  ->check(not_empty())};
    app.add_option("--out", out, "fit: file for the JSON object; tune: the network's model file, needed")
        ->check(not_empty());
    json_given = app.add_flag("--json", as_json, "fit: one JSON object in place of lines of text");
    const auto data = [&](CLI::Option* option) { option->group("Data"); };
    data(app.add_option("--folder", folder, "Where the Olivetti faces are; $WAKESLEEP_DATA unless given")
             ->check(not_empty()));
    data(app.add_option("--data-seed", data_seed, "Seed of the patches")->capture_default_str());
    data(app.add_option("--count", count, "Patches with angles")->check(whole_from(2))->capture_default_str());
    data(app.add_option("--test-count", test_count, "Patches of the test's persons")
             ->check(whole_from(1))
             ->capture_default_str());
    data(app.add_option("--unlabelled", unlabelled, "Patches whose means and deviations standardise all")
             ->check(whole_from(2))
             ->capture_default_str());
    data(app.add_option(
                "--hold-back", held_back,
                "Judges on the patches with angles of so many of the 30 training persons, the last, and learns "
                "from the others'; tune tells the error on them after every fifth epoch. 0: on the test's persons")
             ->check(CLI::Range(Index{0}, RotatedFaces::training_persons - 1))
             ->capture_default_str());
    show_examples(app, {"wakesleep gp fit", "wakesleep gp fit --features faces.dbn --hold-back 6",
                        "wakesleep gp tune --features faces.dbn --out tuned.net"});
  }

  void run() {
    if (what == "fit") {
      for (const CLI::Option* option : tuning) refuse_without(option, false, "tune");
      if (!out.empty() && !as_json) throw std::invalid_argument("--out needs --json");
      return fit();
    }
    refuse_without(json_given, false, "fit");
    if (scales) throw std::invalid_argument("--scales needs fit");
    if (features.empty() || out.empty()) throw std::invalid_argument("tune needs --features and --out");
    tune();
  }

 private:
  Split read() const {
    const std::string from = data_folder(folder, "the folder of the Olivetti faces");
    std::fprintf(stderr, "reading %s/olivetti\n", io::printable(from).c_str());
    const Dataset all = rotated_faces(from, FacePart::unlabelled, unlabelled, data_seed).patches;
    const VectorD mean = all.mean(), deviation = all.deviation();
    const auto values = [&](const Dataset& patches) {
      return patches.standardised(mean, deviation).rows(0, patches.count());
    };
    const RotatedFaces labelled = rotated_faces(from, FacePart::labelled, count, data_seed);
    const Matrix x = values(labelled.patches);
    const Index kept = first_patch_of_last_persons(count, held_back);
    if (kept < 2) throw std::out_of_range("--hold-back must leave two patches at least of " + std::to_string(count));
    Split split{x.topRows(kept),
                x.bottomRows(count - kept),
                labelled.angles.head(kept),
                labelled.angles.tail(count - kept),
                0,
                ""};
    if (held_back == 0) {
      const RotatedFaces test = rotated_faces(from, FacePart::test, test_count, data_seed);
      split.judged = values(test.patches);
      split.judged_angles = test.angles;
    }
    split.mean_angle = split.training_angles.mean();
    split.training_angles.array() -= split.mean_angle;
    split.description = std::to_string(kept) + " patches of rotated Olivetti faces, judged on " +
                        std::to_string(split.judged.rows()) + " of " +
                        (held_back ? std::to_string(held_back) + " persons held back" : "the test's persons") +
                        ", seed " + std::to_string(data_seed);
    return split;
  }

  // What a model makes of patches.
  static Network net_of(const Model& model, const std::string& path) {
    if (const Dbn* dbn = std::get_if<Dbn>(&model)) return feature_net(*dbn);
    if (const Network* net = std::get_if<Network>(&model)) return *net;
    throw std::invalid_argument(path + " is no DBN or feed-forward net but of kind " + kind_of(model));
  }
  static void check_fits(const Network& net, const Split& split, const std::string& path) {
    if (net.visible() != split.training.cols())
      throw std::out_of_range(path + " has " + std::to_string(net.visible()) + " inputs, and a patch " +
                              std::to_string(split.training.cols()) + " pixels");
  }

  void fit() const {
    if (!out.empty()) try_output("--out", out);
    Split split = read();
    if (!features.empty()) {
      const Network net = net_of(read_model(features), features);
      check_fits(net, split, features);
      split.training = net.output(view(split.training));
      split.judged = net.output(view(split.judged));
    }
    const MatrixD x = split.training.cast<double>(), queries = split.judged.cast<double>();
    const VectorD& y = split.training_angles;
    Report report(as_json);
    report.text("data", split.description, split.description);
    GaussianKernel kernel = fit_kernel(x, y, GaussianKernel(x, y));
    if (scales) kernel = fit_kernel(x, y, kernel.with_scales(x.cols()), {.steps = 100, .rate = 0.05});
    const auto n = static_cast<double>(y.size());
    report.figures("logLikelihood", "log p of the angles learned from: %.4f nats an angle",
                   {{"", log_marginal_likelihood(x, y, kernel, false).value / n}});
    report.figures("kernel", "amplitude %.3f, noise %.3f degrees",
                   {{"amplitude", kernel.amplitude()}, {"noise", kernel.noise()}});
    const GaussianProcess process(x, y, kernel);
    const VectorD mean = process.mean(queries), variance = process.variance(queries);
    const VectorD errors = (split.judged_angles - mean).array() - split.mean_angle;
    const double within = (errors.array().abs() < variance.array().sqrt()).cast<double>().mean();
    report.figures("withinDeviation", "%.1f %% of the errors are within the predicted standard deviation",
                   {{"", 100 * within}});
    report.figures("rootMeanSquaredError", "root mean squared error: %.2f degrees",
                   {{"", std::sqrt(errors.squaredNorm() / static_cast<double>(errors.size()))}});
    report.end(out);
  }

  // Of the kernel, in a checkpoint: its numbers one after the other, each as it reads back to the bit.
  static constexpr const char *kernel_note = "kernel", *settings_note = "tuning";
  static std::string text_of(const LearnedKernel& kernel) {
    std::string text = std::to_string(kernel.optimizer.moment_steps);
    const auto add = [&](const Vector& values) {
      for (const float value : values) {
        char number[32];
        std::snprintf(number, sizeof number, " %.9g", static_cast<double>(value));
        text += number;
      }
    };
    add(kernel.kernel.logs());
    for (const auto* kept : {&kernel.optimizer.first_moment, &kernel.optimizer.second_moment})
      for (const Vector& values : *kept) add(values);
    return text;
  }
  static LearnedKernel kernel_from(const std::string& text, const std::string& path) {
    std::istringstream in(text);
    std::uint64_t steps = 0;
    Vector numbers[3] = {Vector(3), Vector(3), Vector(3)};
    in >> steps;
    for (Vector& of : numbers)
      for (float& value : of) in >> value;
    if (!in) throw std::invalid_argument(path + " is no checkpoint of gp tune");
    LearnedKernel kernel{GaussianKernel(numbers[0])};
    kernel.optimizer.first_moment = {numbers[1]};
    kernel.optimizer.second_moment = {numbers[2]};
    kernel.optimizer.moment_steps = steps;
    return kernel;
  }

  // What must be the same for a checkpoint to go on.
  std::string settings(const std::string& data, const std::string& began) const {
    std::ostringstream text;
    text << data << "; from " << began << ", batches of " << options.batch_size << ", seed " << options.seed
         << ", epochs " << options.epochs << ", learning rates " << options.learning_rate << " to "
         << options.final_learning_rate.value_or(options.learning_rate) << ", of the kernel " << kernel_rate;
    return text.str();
  }

  void tune() {
    try_output("--out", out);
    if (!checkpoint.empty()) {
      try_output("--checkpoint", checkpoint);
      refuse_same_file("--out", out, "--checkpoint", checkpoint);
      refuse_same_file("--features", features, "--checkpoint", checkpoint);
    }
    if (final_rate > 0) options.final_learning_rate = final_rate;
    const Split split = read();
    const Model began = read_model(features);
    Network net = net_of(began, features);
    check_fits(net, split, features);
    net.training_state() = {};
    const std::string asked = settings(split.description, fingerprint(began));
    std::optional<LearnedKernel> kernel;
    if (!checkpoint.empty() && std::filesystem::exists(checkpoint)) {
      const std::vector<std::uint8_t> bytes = read_model_file(checkpoint);
      const auto notes = model_notes(bytes);
      const auto note = [&](const char* name) {
        const auto at = notes.find(name);
        return at == notes.end() ? std::string() : at->second;
      };
      if (note(settings_note) != asked)
        throw std::invalid_argument("the checkpoint " + checkpoint + " is of " + note(settings_note) + ", and not of " +
                                    asked);
      net = std::get<Network>(open_model(checkpoint, bytes));
      kernel = kernel_from(note(kernel_note), checkpoint);
    } else {
      const MatrixD outputs = net.output(view(split.training)).cast<double>();
      kernel.emplace(
          LearnedKernel{fit_kernel(outputs, split.training_angles, GaussianKernel(outputs, split.training_angles))});
    }
    options.schedule_start = 0;
    options.epochs -= std::min(options.epochs, net.training_state().epoch);
    KernelTraining training(net, *kernel, split.training, split.training_angles, options, kernel_rate);
    const auto save = [&](const std::string& path, bool resumable) {
      write_file(path, save_model(net, {.half = false,
                                        .resumable = resumable,
                                        .notes = {{settings_note, asked}, {kernel_note, text_of(*kernel)}}}));
    };
    ProgressLine line;
    double last_checkpoint = 0;
    const Interruptible interruptible;
    while (!interruptible.signal() && training.step()) {
      const Progress now = training.progress();
      char text[200];
      std::snprintf(text, sizeof text, "epoch %llu, log p %.4f nats an angle, noise %.2f degrees",
                    static_cast<unsigned long long>(now.epoch + (now.epoch_ended ? 0 : 1)), training.likelihood(),
                    kernel->kernel.noise());
      line.show(now.done, text);
      if (!now.epoch_ended) continue;
      std::string report(text);
      if (held_back && (now.epoch % epochs_between == 0 || now.done == 1)) {
        std::snprintf(text, sizeof text, ", held back: error %.2f degrees",
                      error_held_back(net, kernel->kernel, split));
        report += text;
      }
      line.finish(report);
      constexpr double seconds_between = 20;
      if (checkpoint.empty() || line.seconds() - last_checkpoint < seconds_between) continue;
      save(checkpoint, true);
      last_checkpoint = line.seconds();
    }
    if (!checkpoint.empty()) save(checkpoint, true);
    if (const int signal = interruptible.signal()) {
      if (checkpoint.empty()) save(out, false);
      line.finish("interrupted: what was learned is in " + (checkpoint.empty() ? out : checkpoint));
      throw Interrupted{signal};
    }
    save(out, false);
    std::printf("%s: %.1f s, fingerprint %s\n", io::printable(out).c_str(), line.seconds(), fingerprint(net).c_str());
  }

  // Root mean squared, of the process on the net as it is.
  static constexpr std::uint64_t epochs_between = 5;
  static double error_held_back(const Network& net, const GaussianKernel& kernel, const Split& split) {
    const MatrixD x = net.output(view(split.training)).cast<double>();
    const MatrixD queries = net.output(view(split.judged)).cast<double>();
    const VectorD errors = split.judged_angles - GaussianProcess(x, split.training_angles, kernel).mean(queries);
    return std::sqrt((errors.array() - split.mean_angle).square().mean());
  }

  static LearningOptions usual() {
    LearningOptions usual;
    usual.learning_rate = 1e-3;
    usual.epochs = 50;
    usual.weight_decay = 0;
    return usual;
  }

  std::string what, features, folder, out, checkpoint;
  LearningOptions options = usual();
  double final_rate = 0, kernel_rate = 0.01;
  std::vector<CLI::Option*> tuning;
  CLI::Option* json_given = nullptr;
  std::uint64_t data_seed = 1;
  Index count = usual_count(FacePart::labelled), test_count = usual_count(FacePart::test),
        unlabelled = usual_count(FacePart::unlabelled), held_back = 0;
  bool as_json = false, scales = false;
};

}  // namespace

std::function<void()> add_gp(CLI::App& app) {
  const auto gp = std::make_shared<Gp>(*app.add_subcommand(
      "gp", "Regression by a Gaussian process: angles of rotated faces, from pixels or from a network's features"));
  return [gp] { gp->run(); };
}

}  // namespace wakesleep::cli
