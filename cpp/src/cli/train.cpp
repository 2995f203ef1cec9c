#include <cmath>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>

#include "cli/commands.h"
#include "wakesleep/exact.h"
#include "wakesleep/fingerprint.h"
#include "wakesleep/training.h"
#include "wakesleep/transposed_start.h"

namespace wakesleep::cli {
namespace {

// An option that may differ by layer: one value for all, or one a layer, comma-separated.
template <class T>
class PerLayer {
 public:
  PerLayer(CLI::App& command, const char* name, T value, const char* help) : values_{value} {
    option_ = command.add_option(name, values_, help)
                  ->delimiter(',')
                  ->capture_default_str()
                  ->group("Learning, one value or one a layer");
  }
  T at(std::size_t layer, std::size_t layers) const {
    if (values_.size() != 1 && values_.size() != layers)
      throw std::out_of_range(option_->get_name() + " takes one value or one for each of " + std::to_string(layers) +
                              " layers, not " + std::to_string(values_.size()));
    return values_[values_.size() == 1 ? 0 : layer];
  }
  std::string text() const {
    std::string joined;
    for (const T& value : values_) joined += (joined.empty() ? "" : ",") + CLI::detail::to_string(value);
    return joined;
  }

 private:
  std::vector<T> values_;
  CLI::Option* option_;
};

const std::map<std::string, States> state_names{{"sampled", States::sampled}, {"mean", States::mean}};

struct Train {
  explicit Train(CLI::App& command)
      : epochs(command, "--epochs", 10, "Epochs in all; what a checkpoint has had counts"),
        batch_size(command, "--batch-size", 100, "Examples a mini-batch"),
        learning_rate(command, "--learning-rate", 0.05, "Learning rate"),
        final_learning_rate(command, "--final-learning-rate", -1, "Reached linearly in the last epoch; negative: no change"),
        momentum(command, "--momentum", 0.9, "Momentum"),
        initial_momentum(command, "--initial-momentum", 0.5, "Momentum of the first epochs"),
        initial_momentum_epochs(command, "--initial-momentum-epochs", 0, "How many epochs those are"),
        weight_decay(command, "--weight-decay", 2e-4, "L2 on the weights"),
        method(command, "--method", "cd", "cd (contrastive divergence) or pcd (persistent)"),
        k(command, "--k", 1, "Gibbs steps a mini-batch"),
        chains(command, "--chains", 0, "Persistent chains; 0: as many as the batch size"),
        clamped_chains(command, "--clamped-chains", 0,
                       "Share of the persistent chains, 0 to 1, with a label held, each label in turn"),
        restarts(command, "--restarts", 0, "Chance that a persistent chain starts anew before a batch, 0 to 1"),
        data_states(command, "--data-states", "mean", "Grey data: mean (as they are) or sampled (to bits, anew every epoch)"),
        visible_states(command, "--visible-states", "sampled", "Visible states of the negative phase: sampled or mean"),
        hidden_states(command, "--hidden-states", "mean", "Hidden states in the statistics: sampled or mean"),
        up_states(command, "--up-states", "mean", "What a trained layer hands to the next: sampled or mean") {
    add_data_options(command, data);
    command.add_option("--layers", layers, "Units of each layer, visible first: two for an RBM, more for a DBN or a DBM")
        ->delimiter(',')
        ->required();
    command
        .add_option("--model", kind, "What more than two layers make: dbn (deep belief net) or dbm (deep Boltzmann machine)")
        ->check(CLI::IsMember({"dbn", "dbm"}))
        ->capture_default_str();
    add_dbm_options(command, of_dbm);
    command.add_option("--labels", labels, "Size of the softmax group of label units at the top; 0: none");
    command.add_flag(
        "--start-from-transpose", start_from_transpose,
        "DBN: a layer as wide as the one two below starts from the transpose of the one below (Hinton, Osindero and "
        "Teh 2006)");
    command.add_option("--seed", seed, "Seed of the weights and of every random number in training")->capture_default_str();
    command.add_option("--out", out, "Model file to write")->required();
    command.add_flag("--half", half, "Write float16");
    command.add_option("--checkpoint", checkpoint,
                       "File to save everything to after each epoch; training goes on from it when it is there");
    command.add_option("--batches", most_batches, "Stop after this many mini-batches");
  }

  TrainingOptions options(std::size_t layer, std::size_t layers_in_all) const {
    const auto states = [&](const PerLayer<std::string>& option, const char* name) {
      const std::string text = option.at(layer, layers_in_all);
      const auto found = state_names.find(text);
      if (found == state_names.end()) throw std::invalid_argument(std::string(name) + " is sampled or mean, not " + text);
      return found->second;
    };
    const auto at = [&](const auto& option) { return option.at(layer, layers_in_all); };
    TrainingOptions o;
    o.epochs = at(epochs);
    o.batch_size = at(batch_size);
    o.learning_rate = at(learning_rate);
    o.final_learning_rate = at(final_learning_rate);
    o.schedule_start = 0;
    o.momentum = at(momentum);
    o.initial_momentum = at(initial_momentum);
    o.initial_momentum_epochs = at(initial_momentum_epochs);
    o.weight_decay = at(weight_decay);
    const std::string rule = at(method);
    if (rule != "cd" && rule != "pcd") throw std::invalid_argument("--method is cd or pcd, not " + rule);
    o.method = rule == "cd" ? Method::cd : Method::pcd;
    o.k = at(k);
    o.chains = at(chains);
    o.clamped_chains = at(clamped_chains);
    o.restarts = at(restarts);
    o.data_states = states(data_states, "--data-states");
    o.visible_states = states(visible_states, "--visible-states");
    o.hidden_states = states(hidden_states, "--hidden-states");
    o.up_states = states(up_states, "--up-states");
    o.seed = seed;
    return o;
  }

  std::map<std::string, std::string> notes(const std::string& description) const {
    std::map<std::string, std::string> all = learning_notes();
    if (kind == "dbm") of_dbm.add_notes(all);
    all["data"] = description;
    all["trainingSeed"] = std::to_string(seed);
    return all;
  }

  std::map<std::string, std::string> learning_notes() const {
    return {{"epochs", epochs.text()},
            {"batchSize", batch_size.text()},
            {"learningRate", learning_rate.text()},
            {"finalLearningRate", final_learning_rate.text()},
            {"momentum", momentum.text()},
            {"weightDecay", weight_decay.text()},
            {"method", method.text()},
            {"k", k.text()},
            {"chains", chains.text()},
            {"clampedChains", clamped_chains.text()},
            {"restarts", restarts.text()},
            {"dataStates", data_states.text()},
            {"visibleStates", visible_states.text()},
            {"hiddenStates", hidden_states.text()},
            {"upStates", up_states.text()},
            {"startFromTranspose", start_from_transpose ? "true" : "false"}};
  }

  void run() {
    const Data training = read_data(data, Part::training);
    std::optional<Dataset> held_back;
    if (data.hold_back > 0) held_back = read_data(data, Part::held_back).examples;
    Model model = start();
    if (start_from_transpose && std::holds_alternative<Rbm>(model))
      throw std::invalid_argument("--start-from-transpose is for DBNs");
    std::vector<TrainingOptions> all;
    const std::size_t depth = layers.size() - 1;
    for (std::size_t l = 0; l < depth; ++l) {
      TrainingOptions o = options(l, depth);
      if (!std::holds_alternative<Dbm>(model)) {
        const Rbm& rbm =
            std::holds_alternative<Rbm>(model) ? std::get<Rbm>(model) : std::get<Dbn>(model).rbm(static_cast<Index>(l));
        o.epochs -= std::min<std::uint64_t>(o.epochs, rbm.training_state().epoch);
      }
      all.push_back(o);
    }
    std::fprintf(stderr, "%s: %ld examples of %ld values\n", training.description.c_str(),
                 static_cast<long>(training.examples.count()), static_cast<long>(training.examples.width()));
    const std::unique_ptr<Training> session = begin(model, training.examples, all);
    ProgressLine line;
    double last_checkpoint = 0, epoch_start = 0;
    std::uint64_t batches = 0;
    while ((most_batches == 0 || batches < most_batches) && session->step()) {
      ++batches;
      const Progress p = session->progress();
      char text[200];
      std::snprintf(text, sizeof text, "layer %ld, epoch %llu, error %.5f, %.0f examples/s", static_cast<long>(p.layer + 1),
                    static_cast<unsigned long long>(p.epoch + (p.epoch_ended ? 0 : 1)), p.reconstruction_error,
                    static_cast<double>(p.examples) / line.seconds());
      line.show(p.done, text);
      if (!p.epoch_ended) continue;
      std::string report(text);
      std::snprintf(text, sizeof text, ", %.1f s", line.seconds() - epoch_start);
      epoch_start = line.seconds();
      report += text;
      if (held_back) report += held_back_report(model, *held_back, *session);
      line.finish(report);
      if (!checkpoint.empty() && line.seconds() - last_checkpoint > 20) {
        save(model, checkpoint, {.half = false, .resumable = true, .notes = notes(training.description)});
        last_checkpoint = line.seconds();
      }
    }
    if (!checkpoint.empty()) save(model, checkpoint, {.half = false, .resumable = true, .notes = notes(training.description)});
    save(model, out, {.half = half, .resumable = false, .notes = notes(training.description)});
    std::printf("%s: %.1f s, fingerprint %s\n", out.c_str(), line.seconds(),
                std::visit([](const auto& m) { return fingerprint(m); }, model).c_str());
  }

  std::unique_ptr<Training> begin(Model& model, const Dataset& examples, const std::vector<TrainingOptions>& all) {
    if (auto* rbm = std::get_if<Rbm>(&model)) return wakesleep::train(*rbm, examples, all[0]);
    if (auto* dbn = std::get_if<Dbn>(&model)) return wakesleep::train(*dbn, examples, all, start_from_transpose);
    Dbm& dbm = std::get<Dbm>(model);
    of_dbm.joint.seed = seed;
    return wakesleep::train(dbm, examples, of_dbm.rest(dbm, all));
  }

  Model start() const {
    if (!checkpoint.empty() && std::filesystem::exists(checkpoint)) {
      std::fprintf(stderr, "going on from %s\n", checkpoint.c_str());
      Model model = read_model(checkpoint);
      if (std::holds_alternative<SigmoidBeliefNet>(model))
        throw std::invalid_argument(checkpoint + " holds a sigmoid belief net, which train-sbn trains");
      return model;
    }
    if (layers.size() == 2 && kind != "dbm") return Rbm({layers[0], layers[1], labels}, seed);
    if (kind == "dbm") return Dbm(layers, labels, seed);
    return Dbn(layers, labels, seed);
  }

  static void save(const Model& model, const std::string& path, const SaveOptions& options) {
    write_file(path, std::visit([&](const auto& m) { return save_model(m, options); }, model));
  }

  static std::string held_back_report(const Model& model, const Dataset& held_back, const Training& session) {
    char text[100];
    const double free_energy = session.mean_free_energy(held_back, 2000);
    if (std::isnan(free_energy)) return "";
    std::snprintf(text, sizeof text, ", held back: free energy %.3f", free_energy);
    std::string report(text);
    if (session.machine() ? session.machine()->labels() : labels_of(model)) {
      const Recognition r = std::visit([&](const auto& m) { return recognise(m, held_back); }, model);
      std::snprintf(text, sizeof text, ", errors %.2f %%",
                    100.0 * static_cast<double>(r.errors) / static_cast<double>(held_back.count()));
      report += text;
    }
    return report;
  }

  PerLayer<std::uint64_t> epochs;
  PerLayer<Index> batch_size;
  PerLayer<double> learning_rate, final_learning_rate, momentum, initial_momentum;
  PerLayer<std::uint64_t> initial_momentum_epochs;
  PerLayer<double> weight_decay;
  PerLayer<std::string> method;
  PerLayer<Index> k, chains;
  PerLayer<double> clamped_chains, restarts;
  PerLayer<std::string> data_states, visible_states, hidden_states, up_states;
  DataOptions data;
  DbmOptions of_dbm;
  std::string kind = "dbn";
  std::vector<Index> layers;
  Index labels = 0;
  std::uint64_t seed = 1, most_batches = 0;
  std::string out, checkpoint;
  bool half = false, start_from_transpose = false;
};

}  // namespace

std::function<void()> add_train(CLI::App& app) {
  const auto train = std::make_shared<Train>(*app.add_subcommand("train", "Train an RBM or, layer by layer, a DBN or a DBM"));
  return [train] { train->run(); };
}

}  // namespace wakesleep::cli
