#include <cmath>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <stdexcept>

#include "cli/commands.h"
#include "wakesleep/exact.h"
#include "wakesleep/fingerprint.h"
#include "wakesleep/idx.h"
#include "wakesleep/training.h"

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
  bool given() const { return option_->count() > 0; }
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

const std::map<std::string, Method> method_names{{"cd", Method::cd},
                                                 {"pcd", Method::pcd},
                                                 {"fpcd", Method::fpcd},
                                                 {"pt", Method::pt},
                                                 {"mean-field", Method::mean_field},
                                                 {"exact", Method::exact}};
const std::map<std::string, Objective> objective_names{{"generative", Objective::generative},
                                                       {"discriminative", Objective::discriminative},
                                                       {"hybrid", Objective::hybrid}};
const std::map<std::string, OptimizerKind> optimizer_names{{"sgd", OptimizerKind::sgd}, {"adam", OptimizerKind::adam}};
const std::map<std::string, RateSchedule> schedule_names{{"linear", RateSchedule::linear},
                                                         {"exponential", RateSchedule::exponential}};
const std::map<std::string, bool> switch_names{{"on", true}, {"off", false}};

template <class T>
T named(const std::map<std::string, T>& names, const char* option, const std::string& text) {
  const auto found = names.find(text);
  if (found != names.end()) return found->second;
  std::string allowed;
  for (const auto& [name, value] : names) allowed += (allowed.empty() ? "" : ", ") + name;
  throw std::invalid_argument(std::string(option) + " is one of " + allowed + ", not " + text);
}

// Numbers in a text file, apart by white space.
std::vector<float> read_numbers(const std::string& path) {
  const std::vector<std::uint8_t> bytes = read_file(path);
  std::istringstream text(std::string(bytes.begin(), bytes.end()));
  std::vector<float> numbers;
  for (float x; text >> x;) numbers.push_back(x);
  if (!text.eof())
    throw std::invalid_argument(path + " holds something that is not a number after " + std::to_string(numbers.size()));
  return numbers;
}

struct Train {
  explicit Train(CLI::App& command)
      : epochs(command, "--epochs", 10, "Epochs in all; what a checkpoint has had counts. 0 to 10^6"),
        batch_size(command, "--batch-size", 100, "Examples a mini-batch, 1 to 65536"),
        learning_rate(command, "--learning-rate", 0.05, "Learning rate, above 0 and at most 100"),
        final_learning_rate(command, "--final-learning-rate", -1, "Reached in the last epoch; negative: no change"),
        learning_rate_schedule(command, "--learning-rate-schedule", "linear",
                               "The way there by epochs: linear (equal steps) or exponential (equal ratios)"),
        optimizer(command, "--optimizer", "sgd", "sgd (with momentum) or adam (Kingma and Ba 2015)"),
        momentum(command, "--momentum", 0.9, "Momentum of sgd, 0 to below 1"),
        initial_momentum(command, "--initial-momentum", 0.5, "Momentum of the first epochs (Hinton 2012, section 9)"),
        initial_momentum_epochs(command, "--initial-momentum-epochs", 0, "How many epochs those are"),
        beta1(command, "--beta1", 0.9, "adam: what stays of the gradient's mean after a batch; its square below beta2"),
        beta2(command, "--beta2", 0.999, "adam: what stays of the mean of its squares"),
        epsilon(command, "--epsilon", 1e-8, "adam: added to their root, 1e-12 to 1"),
        sigma_learning_rate(
            command, "--sigma-learning-rate", -1,
            "Of the logarithms of learned standard deviations, 0 to 100; negative: the learning rate (Cho, Ilin and "
            "Raiko 2011)"),
        weight_decay(command, "--weight-decay", 2e-4, "L2 on the weights, 0 to 100 (Hinton 2012, section 10)"),
        l1(command, "--l1", 0, "L1 on the weights, 0 to 100"),
        method(command, "--method", "cd",
               "cd (contrastive divergence, Hinton 2002), pcd (persistent, Tieleman 2008), fpcd (with fast weights, "
               "Tieleman and "
               "Hinton 2009), pt (parallel tempering, Desjardins et al. 2010), mean-field (Welling and Hinton 2002), "
               "exact (by "
               "enumeration, for a side of at most 16 units)"),
        k(command, "--k", 1, "Gibbs steps a mini-batch, 1 to 10,000"),
        final_k(command, "--final-k", 0, "Reached linearly in the last epoch; 0: k stays"),
        chains(command, "--chains", 0, "Persistent chains; 0: as many as the batch size"),
        clamped_chains(command, "--clamped-chains", 0,
                       "Share of the persistent chains, 0 to 1, with a label held, each label in turn"),
        restarts(command, "--restarts", 0, "Chance that a persistent chain starts anew before a batch, 0 to 1"),
        fast_learning_rate(command, "--fast-learning-rate", -1,
                           "fpcd: of the fast weights; negative: the learning rate"),
        fast_decay(command, "--fast-decay", 0.95, "fpcd: what stays of the fast weights after a batch, 0 to 1"),
        temperatures(command, "--temperatures", 10,
                     "pt: replicas of a chain, 2 to 100, at inverse temperatures evenly from 1 down to 0"),
        data_states(command, "--data-states", "mean",
                    "Grey data: mean (as they are) or sampled (to bits, anew every epoch)"),
        visible_states(command, "--visible-states", "sampled", "Visible states of the negative phase: sampled or mean"),
        hidden_states(command, "--hidden-states", "mean", "Hidden states in the statistics: sampled or mean"),
        up_states(command, "--up-states", "mean", "What a trained layer hands to the next: sampled or mean"),
        visible_bias_from_data(
            command, "--visible-bias-from-data", "on",
            "Visible biases of an untrained model start at the log-odds of the data (Hinton 2012, section 8): "
            "on or off"),
        centering(command, "--centering", "off",
                  "Both sides less their mean activity (Melchior, Fischer and Wiskott 2016): on or off"),
        centering_rate(command, "--centering-rate", 0.01, "How fast the means follow each batch's, 0 to 1"),
        sparsity_target(command, "--sparsity-target", 0,
                        "Mean activity that hidden units are drawn to, 0 to below 1 (Hinton 2012, section 11)"),
        sparsity_cost(command, "--sparsity-cost", 0, "How strongly, 0 to 1000"),
        sparsity_decay(command, "--sparsity-decay", 0.9, "What stays of the mean activity after a batch, 0 to below 1"),
        dropout(command, "--dropout", 0,
                "Chance that a hidden unit is left out for an example, 0 to below 1 (Srivastava et al. 2014)"),
        objective(command, "--objective", "generative",
                  "generative (log p(v, y)), discriminative (log p(y | v)) or hybrid (both), for models with labels "
                  "(Larochelle "
                  "and Bengio 2008)"),
        generative_weight(command, "--generative-weight", 0.01,
                          "hybrid: what the generative one is multiplied by, 0 to 1000"),
        missing_steps(command, "--missing-steps", 1, "--mask: Gibbs steps that fill in what is missing, 1 to 10,000") {
    add_data_options(command, data);
    command
        .add_option("--layers", layers, "Units of each layer, visible first: two for an RBM, more for a DBN or a DBM")
        ->delimiter(',')
        ->required();
    command
        .add_option("--model", kind,
                    "What more than two layers make: dbn (deep belief net) or dbm (deep Boltzmann machine)")
        ->check(CLI::IsMember({"dbn", "dbm"}))
        ->capture_default_str();
    add_dbm_options(command, of_dbm);
    command
        .add_option(
            "--units", units,
            "Types of the layers' units, visible first: bernoulli, gaussian, gaussian:learned (standard deviations are "
            "learned), softmax:10:4 (groups of 10 and 4 states), replicated-softmax, relu, noisy-relu. Unless given: "
            "all "
            "bernoulli")
        ->delimiter(',');
    command.add_option("--labels", labels, "Size of the softmax group of label units at the top; 0: none");
    command.add_flag(
        "--start-from-transpose", start_from_transpose,
        "DBN: a layer as wide as the one two below starts from the transpose of the one below (Hinton, Osindero and "
        "Teh 2006)");
    command.add_option("--weights", weights,
                       "Text file with a number for each example, 0 or more: how much it counts. Apart by white space");
    command.add_option(
        "--mask", mask,
        "IDX file of bytes in the data's shape: 0 where a value is missing, which is then drawn given the others "
        "before each batch. For RBMs");
    command.add_option("--seed", seed, "Seed of the weights and of every random number in training")
        ->capture_default_str();
    command.add_option("--out", out, "Model file to write")->required();
    command.add_flag("--half", half, "Write float16");
    command.add_option("--checkpoint", checkpoint,
                       "File to save everything to after each epoch; training goes on from it when it is there");
    command.add_option("--batches", most_batches, "Stop after this many mini-batches");
    command.add_flag(
        "--statistics", statistics,
        "With each epoch: norms of weights and of the last update, hidden units that are dead (mean activity below "
        "0.01) or saturated (above 0.99), their mean activity, and for pt the share of accepted swaps");
  }

  TrainingOptions options(std::size_t layer, std::size_t layers_in_all) const {
    const auto at = [&](const auto& option) { return option.at(layer, layers_in_all); };
    const auto choice = [&](const auto& names, const PerLayer<std::string>& option, const char* name) {
      return named(names, name, at(option));
    };
    TrainingOptions o;
    o.epochs = at(epochs);
    o.batch_size = at(batch_size);
    o.learning_rate = at(learning_rate);
    if (at(final_learning_rate) >= 0) o.final_learning_rate = at(final_learning_rate);
    o.learning_rate_schedule = choice(schedule_names, learning_rate_schedule, "--learning-rate-schedule");
    o.schedule_start = 0;
    o.optimizer = choice(optimizer_names, optimizer, "--optimizer");
    o.momentum = at(momentum);
    o.initial_momentum = at(initial_momentum);
    o.initial_momentum_epochs = at(initial_momentum_epochs);
    o.beta1 = at(beta1);
    o.beta2 = at(beta2);
    o.epsilon = at(epsilon);
    if (at(sigma_learning_rate) >= 0) o.sigma_learning_rate = at(sigma_learning_rate);
    o.weight_decay = at(weight_decay);
    o.l1 = at(l1);
    o.method = choice(method_names, method, "--method");
    o.k = at(k);
    if (at(final_k) != 0) o.final_k = at(final_k);
    if (at(chains) != 0) o.chains = at(chains);
    o.clamped_chains = at(clamped_chains);
    o.restarts = at(restarts);
    if (at(fast_learning_rate) >= 0) o.fast_learning_rate = at(fast_learning_rate);
    o.fast_decay = at(fast_decay);
    o.temperatures = at(temperatures);
    o.data_states = choice(state_names, data_states, "--data-states");
    o.visible_states = choice(state_names, visible_states, "--visible-states");
    o.hidden_states = choice(state_names, hidden_states, "--hidden-states");
    o.up_states = choice(state_names, up_states, "--up-states");
    o.visible_bias_from_data = choice(switch_names, visible_bias_from_data, "--visible-bias-from-data");
    o.centering = choice(switch_names, centering, "--centering");
    o.centering_rate = at(centering_rate);
    o.sparsity_target = at(sparsity_target);
    o.sparsity_cost = at(sparsity_cost);
    o.sparsity_decay = at(sparsity_decay);
    o.dropout = at(dropout);
    o.objective = choice(objective_names, objective, "--objective");
    o.generative_weight = at(generative_weight);
    o.missing_steps = at(missing_steps);
    o.seed = seed;
    return o;
  }

  // Options that were given, and those that models have always told of.
  std::map<std::string, std::string> notes(const std::string& description) const {
    std::map<std::string, std::string> all = learning_notes();
    if (kind == "dbm") of_dbm.add_notes(all);
    all["data"] = description;
    all["trainingSeed"] = std::to_string(seed);
    return all;
  }

  std::map<std::string, std::string> learning_notes() const {
    std::map<std::string, std::string> notes{{"epochs", epochs.text()},
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
    const auto note = [&](const char* name, const auto& option) {
      if (option.given()) notes[name] = option.text();
    };
    note("sigmaLearningRate", sigma_learning_rate);
    note("learningRateSchedule", learning_rate_schedule);
    note("optimizer", optimizer);
    note("initialMomentum", initial_momentum);
    note("initialMomentumEpochs", initial_momentum_epochs);
    note("beta1", beta1);
    note("beta2", beta2);
    note("epsilon", epsilon);
    note("l1", l1);
    note("finalK", final_k);
    note("fastLearningRate", fast_learning_rate);
    note("fastDecay", fast_decay);
    note("temperatures", temperatures);
    note("visibleBiasFromData", visible_bias_from_data);
    note("centering", centering);
    note("centeringRate", centering_rate);
    note("sparsityTarget", sparsity_target);
    note("sparsityCost", sparsity_cost);
    note("sparsityDecay", sparsity_decay);
    note("dropout", dropout);
    note("objective", objective);
    note("generativeWeight", generative_weight);
    note("missingSteps", missing_steps);
    if (!weights.empty()) notes["weights"] = weights;
    if (!mask.empty()) notes["mask"] = mask;
    return notes;
  }

  void run() {
    const Data training = read_data(data, Part::training);
    std::optional<Dataset> held_back;
    if (data.hold_back > 0) held_back = read_data(data, Part::held_back).examples;
    Model model = start();
    if (start_from_transpose && std::holds_alternative<Rbm>(model))
      throw std::invalid_argument("--start-from-transpose is for DBNs");
    std::vector<float> of_examples;
    if (!weights.empty()) of_examples = read_numbers(weights);
    std::optional<Dataset> known;
    if (!mask.empty())
      known = dataset_from_idx(read_file_gunzipped(mask), {}).thresholded(std::numeric_limits<float>::min());
    std::vector<TrainingOptions> all;
    const std::size_t depth = layers.size() - 1;
    for (std::size_t l = 0; l < depth; ++l) {
      TrainingOptions o = options(l, depth);
      if (!std::holds_alternative<Dbm>(model)) {
        const Rbm& rbm =
            std::holds_alternative<Rbm>(model) ? std::get<Rbm>(model) : std::get<Dbn>(model).rbm(static_cast<Index>(l));
        o.epochs -= std::min<std::uint64_t>(o.epochs, rbm.training_state().epoch);
      }
      o.weights = of_examples;
      if (known) o.mask = &*known;
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
      const std::string stage =
          p.layer == static_cast<Index>(depth) ? std::string("all layers") : "layer " + std::to_string(p.layer + 1);
      std::snprintf(text, sizeof text, "%s, epoch %llu, error %.5f, %.0f examples/s", stage.c_str(),
                    static_cast<unsigned long long>(p.epoch + (p.epoch_ended ? 0 : 1)), p.reconstruction_error,
                    static_cast<double>(p.examples) / line.seconds());
      line.show(p.done, text);
      if (!p.epoch_ended) continue;
      std::string report(text);
      std::snprintf(text, sizeof text, ", %.1f s", line.seconds() - epoch_start);
      epoch_start = line.seconds();
      report += text;
      if (const auto now = session->statistics(); statistics && now) report += statistics_report(*now);
      if (held_back) report += held_back_report(model, *held_back, *session);
      line.finish(report);
      if (!checkpoint.empty() && line.seconds() - last_checkpoint > 20) {
        save(model, checkpoint, {.half = false, .resumable = true, .notes = notes(training.description)});
        last_checkpoint = line.seconds();
      }
    }
    if (!checkpoint.empty())
      save(model, checkpoint, {.half = false, .resumable = true, .notes = notes(training.description)});
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
      if (std::holds_alternative<Sbn>(model))
        throw std::invalid_argument(checkpoint + " holds a sigmoid belief net, which train-sbn trains");
      return model;
    }
    std::vector<Units> types;
    for (const std::string& text : units) types.push_back(parse_units(text));
    if (!types.empty() && types.size() != layers.size())
      throw std::out_of_range("--units takes one type for each of " + std::to_string(layers.size()) + " layers, not " +
                              std::to_string(types.size()));
    if (kind == "dbm") {
      if (!types.empty()) throw std::invalid_argument("--units is for RBMs and DBNs: a DBM has Bernoulli units");
      return Dbm(layers, labels, seed);
    }
    if (layers.size() != 2) return Dbn(layers, labels, seed, types);
    if (types.empty()) types.resize(2);
    return Rbm({layers[0], layers[1], labels, types[0], types[1]}, seed);
  }

  static void save(const Model& model, const std::string& path, const SaveOptions& options) {
    write_file(path, std::visit([&](const auto& m) { return save_model(m, options); }, model));
  }

  static std::string statistics_report(const TrainingStatistics& s) {
    char text[300];
    std::snprintf(text, sizeof text, ", |W| %.4g, |update| %.3g (%.2g of it), dead %ld, saturated %ld, activity %.3f",
                  s.weight_norm, s.update_norm, s.update_ratio, static_cast<long>(s.dead_units),
                  static_cast<long>(s.saturated_units), s.mean_activity);
    std::string report(text);
    if (!s.swap_rate) return report;
    std::snprintf(text, sizeof text, ", swaps %.2f", *s.swap_rate);
    return report + text;
  }

  static std::string held_back_report(const Model& model, const Dataset& held_back, const Training& session) {
    char text[100];
    const std::optional<double> free_energy = session.mean_free_energy(held_back, 2000);
    if (!free_energy) return "";
    std::snprintf(text, sizeof text, ", held back: free energy %.3f", *free_energy);
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
  PerLayer<double> learning_rate, final_learning_rate;
  PerLayer<std::string> learning_rate_schedule, optimizer;
  PerLayer<double> momentum, initial_momentum;
  PerLayer<std::uint64_t> initial_momentum_epochs;
  PerLayer<double> beta1, beta2, epsilon, sigma_learning_rate, weight_decay, l1;
  PerLayer<std::string> method;
  PerLayer<Index> k, final_k, chains;
  PerLayer<double> clamped_chains, restarts, fast_learning_rate, fast_decay;
  PerLayer<Index> temperatures;
  PerLayer<std::string> data_states, visible_states, hidden_states, up_states, visible_bias_from_data, centering;
  PerLayer<double> centering_rate, sparsity_target, sparsity_cost, sparsity_decay, dropout;
  PerLayer<std::string> objective;
  PerLayer<double> generative_weight;
  PerLayer<Index> missing_steps;
  DataOptions data;
  DbmOptions of_dbm;
  std::string kind = "dbn";
  std::vector<Index> layers;
  std::vector<std::string> units;
  Index labels = 0;
  std::uint64_t seed = 1, most_batches = 0;
  std::string out, checkpoint, weights, mask;
  bool half = false, statistics = false, start_from_transpose = false;
};

}  // namespace

std::function<void()> add_train(CLI::App& app) {
  const auto train =
      std::make_shared<Train>(*app.add_subcommand("train", "Train an RBM or, layer by layer, a DBN or a DBM"));
  return [train] { train->run(); };
}

}  // namespace wakesleep::cli
