#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <stdexcept>

#include "cli/commands.h"
#include "wakesleep/fingerprint.h"
#include "wakesleep/sbn_exact.h"
#include "wakesleep/sbn_training.h"

namespace wakesleep::cli {
namespace {

const std::map<std::string, SbnMethod> methods{{"wake-sleep", SbnMethod::wake_sleep},
                                               {"gibbs", SbnMethod::gibbs},
                                               {"exact", SbnMethod::exact},
                                               {"observed", SbnMethod::observed},
                                               {"cd", SbnMethod::cd}};

struct TrainSbn {
  explicit TrainSbn(CLI::App& command) {
    const std::string learning = "Learning";
    command.add_option("--layers", layers, "Units of each layer, visible first, comma-separated; 2 to 16 layers")
        ->delimiter(',')
        ->required();
    command.add_option("--seed", seed, "Of the weights and of the training")->capture_default_str();
    command.add_option("--out", out, "Model file to write")->required();
    command.add_option("--checkpoint", checkpoint, "Goes on from this file if it exists, and writes it at the end");
    command.add_flag("--half", half, "float16 tensors");
    command.add_option("--epochs", options.epochs, "Epochs in all; what a checkpoint has had counts")
        ->capture_default_str()
        ->group(learning);
    command.add_option("--batch-size", options.batch_size, "Examples a mini-batch, 1 to 65536")
        ->capture_default_str()
        ->group(learning);
    command.add_option("--learning-rate", options.learning_rate, "Learning rate, above 0 and at most 100")
        ->capture_default_str()
        ->group(learning);
    command.add_option("--weight-decay", options.weight_decay, "L2 on the weights, 0 to 100")
        ->capture_default_str()
        ->group(learning);
    command
        .add_option(
            "--method", method,
            "wake-sleep (Hinton, Dayan, Frey and Neal 1995); gibbs: the posterior by Gibbs sampling (Neal 1992); "
            "exact: "
            "the posterior by enumeration, at most 16 hidden units; observed: data that hold the states of all layers; "
            "cd: contrastive divergence, which does not learn such a net")
        ->check(CLI::IsMember(methods))
        ->capture_default_str()
        ->group(learning);
    command.add_option("--sweeps", options.sweeps, "gibbs and cd: sweeps a mini-batch, 1 to 10,000")
        ->capture_default_str()
        ->group(learning);
    command
        .add_option("--persistent", options.persistent,
                    "gibbs: hidden states of an example go on where they were (true), or start anew (false)")
        ->capture_default_str()
        ->group(learning);
    add_data_options(command, data);
  }

  std::map<std::string, std::string> notes(const std::string& description) const {
    return {{"data", description},
            {"epochs", std::to_string(options.epochs)},
            {"batchSize", std::to_string(options.batch_size)},
            {"learningRate", CLI::detail::to_string(options.learning_rate)},
            {"weightDecay", CLI::detail::to_string(options.weight_decay)},
            {"method", method},
            {"sweeps", std::to_string(options.sweeps)},
            {"persistent", options.persistent ? "true" : "false"},
            {"trainingSeed", std::to_string(seed)}};
  }

  Sbn start() const {
    if (checkpoint.empty() || !std::filesystem::exists(checkpoint)) return Sbn(layers, seed);
    std::fprintf(stderr, "going on from %s\n", checkpoint.c_str());
    Model model = read_model(checkpoint);
    if (!std::holds_alternative<Sbn>(model))
      throw std::invalid_argument(checkpoint + " holds a model of another kind, which train trains");
    return std::get<Sbn>(std::move(model));
  }

  void run() {
    const Data training = read_data(data, Part::training);
    Sbn net = start();
    SbnTrainingOptions now = options;
    now.method = methods.at(method);
    now.seed = seed;
    now.epochs -= std::min(now.epochs, net.training_state().epoch);
    std::fprintf(stderr, "%s: %ld examples of %ld values\n", training.description.c_str(),
                 static_cast<long>(training.examples.count()), static_cast<long>(training.examples.width()));
    const std::unique_ptr<Training> session = wakesleep::train(net, training.examples, now);
    ProgressLine line;
    while (session->step()) {
      const Progress p = session->progress();
      char text[200];
      std::snprintf(text, sizeof text, "epoch %llu, error %.5f, %.0f examples/s",
                    static_cast<unsigned long long>(p.epoch + (p.epoch_ended ? 0 : 1)), p.reconstruction_error,
                    static_cast<double>(p.examples) / line.seconds());
      line.show(p.done, text);
      if (p.epoch_ended && now.epochs <= 100) line.finish(text);
    }
    const auto kept = notes(training.description);
    if (!checkpoint.empty()) write_file(checkpoint, save_model(net, {.half = false, .resumable = true, .notes = kept}));
    write_file(out, save_model(net, {.half = half, .resumable = false, .notes = kept}));
    std::printf("%s: %.1f s, fingerprint %s\n", out.c_str(), line.seconds(), fingerprint(net).c_str());
  }

  SbnTrainingOptions options;
  DataOptions data;
  std::vector<Index> layers;
  std::uint64_t seed = 1;
  std::string method = "wake-sleep", out, checkpoint;
  bool half = false;
};

}  // namespace

std::function<void()> add_train_sbn(CLI::App& app) {
  const auto train = std::make_shared<TrainSbn>(*app.add_subcommand("train-sbn", "Train a sigmoid belief net"));
  return [train] { train->run(); };
}

}  // namespace wakesleep::cli
