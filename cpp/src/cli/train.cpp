#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <stdexcept>

#include "cli/commands.h"
#include "cli/number_checks.h"
#include "cli/option_flags.h"
#include "cli/output_file.h"
#include "io/json.h"
#include "units/description.h"
#include "wakesleep/dbm_training.h"
#include "wakesleep/exact.h"
#include "wakesleep/fingerprint.h"
#include "wakesleep/idx.h"
#include "wakesleep/sbn_training.h"
#include "wakesleep/training.h"

namespace wakesleep::cli {
namespace {

using Notes = std::map<std::string, std::string>;

const std::string of_pretraining = "pretraining";

// Numbers in a text file, apart by white space.
std::vector<float> read_numbers(const std::string& path) {
  const std::vector<std::uint8_t> bytes = read_file(path);
  std::istringstream text(std::string(bytes.begin(), bytes.end()));
  std::vector<float> numbers;
  for (float x; text >> x;) numbers.push_back(x);
  if (!text.eof())
    throw std::invalid_argument(path + " holds something that is not a number after " + std::to_string(numbers.size()));
  if (numbers.empty()) throw std::invalid_argument(path + " holds no numbers");
  return numbers;
}

// The options of each layer that had an effect there, whether they were given or not: `epochs`, or with a prefix
// `pretrainingEpochs`. The seed of the training stands beside the model's own.
template <class O>
void add_notes(const std::vector<O>& of_layers, const std::string& prefix, Notes& notes) {
  const auto& table = options::table<O>();
  for (std::size_t i = 0; i < table.rows().size(); ++i) {
    std::vector<std::string> texts;
    for (const O& o : of_layers)
      texts.push_back(options::has_effect(i, table.rows(), table.values(o)) ? plain_text_of(table.value(i, o)) : "");
    const bool same = std::all_of(texts.begin(), texts.end(), [&](const auto& text) { return text == texts[0]; });
    std::string text = texts[0];
    for (std::size_t l = 1; l < texts.size() && !same; ++l) text += ',' + texts[l];
    std::string name = table.rows()[i].name == "seed" ? "trainingSeed" : table.rows()[i].name;
    if (!prefix.empty()) name = prefix + static_cast<char>(std::toupper(name[0])) + name.substr(1);
    if (!text.empty()) notes[name] = text;
  }
}

// What is left of them.
void count_down(std::uint64_t& epochs, std::uint64_t had) { epochs -= std::min(epochs, had); }

struct Train {
  explicit Train(CLI::App& command) {
    add_data_options(command, data);
    command
        .add_option("--layers", layers, "Units of each layer, visible first: two for an RBM, more for the other models")
        ->delimiter(',')
        ->check(whole_from(1))
        ->required();
    command
        .add_option("--model", kind,
                    "rbm (restricted Boltzmann machine), dbn (deep belief net), dbm (deep Boltzmann machine) or sbn "
                    "(sigmoid belief net). Unless given: the checkpoint's, or rbm for two layers and dbn for more")
        ->check(CLI::IsMember({"rbm", "dbn", "dbm", "sbn"}));
    std::string types;
    for (const UnitType type : all_unit_types()) types += (types.empty() ? "" : ", ") + std::string(name_of(type));
    command
        .add_option("--units", units,
                    "Types of the layers' units, visible first, of " + types +
                        "; gaussian:learned has standard deviations that are learned, softmax:10:4 groups of 10 and 4 "
                        "states. Unless given: all bernoulli")
        ->delimiter(',');
    labels_given =
        command.add_option("--labels", labels, "Size of the softmax group of label units at the top; 0: none")
            ->check(whole_from(0));
    command.add_flag(
        "--start-from-transpose", start_from_transpose,
        "DBN: a layer as wide as the one two below starts from the transpose of the one below (Hinton, Osindero and "
        "Teh 2006)");
    command
        .add_option("--weights", weights,
                    "Text file with a number for each example, 0 or more: how much it counts. Apart by white space")
        ->check(not_empty());
    command
        .add_option("--mask", mask,
                    "IDX file of bytes in the data's shape: 0 where a value is missing, which is then drawn given the "
                    "others before each batch. For RBMs")
        ->check(not_empty());
    command.add_flag("--no-pretraining", no_pretraining,
                     "DBM: joint training from the start; usually with --centering");
    command
        .add_option("--out", out,
                    "Model file to write at the end, and on SIGINT or SIGTERM (Ctrl+C) when there is no --checkpoint")
        ->required()
        ->check(not_empty());
    command.add_flag("--half", half, "Write float16");
    command
        .add_option(
            "--checkpoint", checkpoint,
            "File to save everything to: after epochs, every 20 s at most, at the end, and on SIGINT or SIGTERM "
            "(Ctrl+C). Training goes on from it when it is there, and the epochs that it has had count among "
            "--epochs")
        ->check(not_empty());
    command.add_option("--batches", most_batches, "Stop after this many mini-batches; 0: none before the end");
    command.add_flag(
        "--statistics", statistics,
        "With each epoch: norms of weights and of the last update, hidden units that are dead (mean activity below "
        "0.01) or saturated (above 0.99), their mean activity, and for pt the share of accepted swaps");
    const auto& rbm = options::table<TrainingOptions>().rows();
    flags.add(command, {"rbm", "dbn"}, rbm, "Learning, one value or a list with one a layer");
    flags.add(command, {"dbm"}, options::table<DbmTrainingOptions>().rows(), "Joint training of a DBM");
    flags.add(command, {"sbn"}, options::table<SbnTrainingOptions>().rows(), "Learning of sigmoid belief nets");
    flags.add(command, {"dbm"}, rbm, "Pretraining of a DBM, one value or a list with one a layer", of_pretraining);
  }

  void run() {
    try_output("--out", out);
    if (!checkpoint.empty()) {
      try_output("--checkpoint", checkpoint);
      refuse_same_file("--out", out, "--checkpoint", checkpoint);
    }
    const Data training = read_data(data, Part::training);
    std::optional<Dataset> held_back;
    if (data.hold_back > 0) held_back = read_data(data, Part::held_back).examples;
    if (!weights.empty()) weights_of_examples = read_numbers(weights);
    if (!mask.empty()) known = dataset_from_idx(read_idx_file(mask), {}).thresholded(std::numeric_limits<float>::min());
    Model model = start(training.description);
    std::fprintf(stderr, "%s: %ld examples of %ld values\n", io::printable(training.description).c_str(),
                 static_cast<long>(training.examples.count()), static_cast<long>(training.examples.width()));
    notes["data"] = training.description;
    const std::unique_ptr<Training> session = std::visit([&](auto& m) { return begin(m, training.examples); }, model);
    ProgressLine line;
    double last_checkpoint = 0, epoch_start = 0;
    std::uint64_t batches = 0;
    const Interruptible interruptible;
    while (!interruptible.signal() && (most_batches == 0 || batches < most_batches) && session->step()) {
      ++batches;
      const Progress p = session->progress();
      const bool all_layers = std::holds_alternative<Sbn>(model) || p.layer + 1 == static_cast<Index>(layers.size());
      const std::string stage = all_layers ? "all layers" : "layer " + std::to_string(p.layer + 1);
      char text[200];
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
        save_checkpoint(model);
        last_checkpoint = line.seconds();
      }
    }
    const bool saved = !checkpoint.empty() && save_checkpoint(model);
    if (const int signal = interruptible.signal()) {
      if (!saved) save(model, out, {.half = half, .resumable = false, .notes = notes});
      line.finish("interrupted: what was learned is in " + (saved ? checkpoint : out));
      throw Interrupted{signal};
    }
    save(model, out, {.half = half, .resumable = false, .notes = notes});
    std::printf("%s: %.1f s, fingerprint %s\n", io::printable(out).c_str(), line.seconds(),
                std::visit([](const auto& m) { return fingerprint(m); }, model).c_str());
  }

  bool save_checkpoint(const Model& model) const {
    try {
      save(model, checkpoint, {.half = false, .resumable = true, .notes = notes});
      return true;
    } catch (const std::exception& error) {
      std::fprintf(stderr, "wakesleep: training goes on without a checkpoint: %s\n",
                   io::printable(error.what()).c_str());
      return false;
    }
  }

  Model start(const std::string& description) {
    const bool resumed = !checkpoint.empty() && std::filesystem::exists(checkpoint);
    const std::vector<std::uint8_t> bytes = resumed ? read_model_file(checkpoint) : std::vector<std::uint8_t>();
    Model model = resumed ? open_model(checkpoint, bytes) : new_model();
    const std::string& found = kind_of(model);
    if (resumed) check_checkpoint(model, found, model_notes(bytes), description);
    flags.check(found);
    if (start_from_transpose && found != "dbn") throw std::invalid_argument("--start-from-transpose is for DBNs");
    if (no_pretraining && found != "dbm") throw std::invalid_argument("--no-pretraining is for DBMs");
    if ((!weights.empty() || !mask.empty()) && (found == "sbn" || no_pretraining))
      throw std::invalid_argument("--weights and --mask are for RBMs, DBNs and the pretraining of DBMs");
    return model;
  }

  // std::invalid_argument for what was given and is otherwise in the checkpoint.
  void check_checkpoint(const Model& model, const std::string& found, const Notes& noted,
                        const std::string& description) const {
    const auto same = [&](const std::string& flag, const std::string& given, const std::string& kept) {
      if (given != kept)
        throw std::invalid_argument(flag + " is " + given + ", but the checkpoint " + checkpoint + " has " +
                                    io::printable(kept));
    };
    const auto joined = [](const auto& items, const auto& text_of) {
      std::string text;
      for (const auto& item : items) text += (text.empty() ? "" : ",") + text_of(item);
      return text;
    };
    const auto number = [](auto value) { return std::to_string(value); };
    if (!kind.empty()) same("--model", kind, found);
    same("--layers", joined(layers, number),
         joined(std::visit([](const auto& m) { return layers_of(m); }, model), number));
    if (labels_given->count()) same("--labels", number(labels), number(labels_of(model)));
    if (!units.empty()) {
      std::vector<Units> given;
      for (const std::string& text : units) given.push_back(parse_units(text));
      const std::vector<Units> kept = units_of(model);
      same("--units", joined(units, [](const std::string& text) { return text; }),
           given == kept ? joined(units, [](const std::string& text) { return text; }) : joined(kept, text_of_units));
    }
    const std::uint64_t seed = std::visit([](const auto& m) { return seed_of(m); }, model);
    same("--seed", number(given_seed()), number(seed));
    const auto note = [&](const char* name) {
      const auto at = noted.find(name);
      return at == noted.end() ? std::string() : at->second;
    };
    if (const std::string kept = note("data"); !kept.empty()) same("the data", io::printable(description), kept);
    if (const std::string kept = note("pretraining"); no_pretraining && !kept.empty() && kept != "false")
      throw std::invalid_argument("--no-pretraining was given, but the checkpoint " + checkpoint + " has pretraining");
  }

  static std::vector<Index> layers_of(const Rbm& rbm) { return {rbm.visible(), rbm.hidden()}; }
  template <class Deep>
  static std::vector<Index> layers_of(const Deep& model) {
    return model.layers();
  }
  static std::uint64_t seed_of(const Dbn& dbn) { return dbn.rbm(0).seed(); }
  template <class M>
  static std::uint64_t seed_of(const M& model) {
    return model.seed();
  }
  // As --units takes them.
  static std::string text_of_units(const Units& units) {
    const units::Description described = units::description_of(units);
    std::string text = described.type;
    if (described.groups)
      for (const double size : *described.groups) text += ':' + std::to_string(static_cast<Index>(size));
    return described.learned_sigma.value_or(false) ? text + ":learned" : text;
  }
  static std::vector<Units> units_of(const Model& model) {
    std::vector<Units> all;
    if (const auto* rbm = std::get_if<Rbm>(&model)) all = {rbm->shape().visible_units, rbm->shape().hidden_units};
    if (const auto* dbn = std::get_if<Dbn>(&model)) {
      all = {dbn->rbm(0).shape().visible_units};
      for (Index l = 0; l < dbn->depth(); ++l) all.push_back(dbn->rbm(l).shape().hidden_units);
    }
    if (all.empty()) all.resize(std::visit([](const auto& m) { return layers_of(m); }, model).size());
    return all;
  }

  // Of the model, and of its training.
  std::uint64_t given_seed() const {
    const auto& rows = options::table<TrainingOptions>().rows();
    TrainingOptions o;
    refuse(options::read(flags.entries({rows[options::row_of(rows, "seed", "options")]}, 0, layers.size() - 1), o));
    return o.seed;
  }

  Model new_model() const {
    const std::uint64_t seed = given_seed();
    std::vector<Units> types;
    for (const std::string& text : units) types.push_back(parse_units(text));
    if (!types.empty() && types.size() != layers.size())
      throw std::out_of_range("--units takes one type for each of " + std::to_string(layers.size()) + " layers, not " +
                              std::to_string(types.size()));
    if (kind == "dbm" || kind == "sbn") {
      if (!types.empty())
        throw std::invalid_argument("--units is for RBMs and DBNs: a " + kind + " has Bernoulli units");
      if (kind == "dbm") return Dbm(layers, labels, seed);
      if (labels) throw std::invalid_argument("--labels is for Boltzmann machines");
      return Sbn(layers, seed);
    }
    if (kind == "dbn" || (kind.empty() && layers.size() != 2)) return Dbn(layers, labels, seed, types);
    if (layers.size() != 2) throw std::out_of_range("--model rbm has two layers, not " + std::to_string(layers.size()));
    if (types.empty()) types.resize(2);
    return Rbm({layers[0], layers[1], labels, types[0], types[1]}, seed);
  }

  // What was given for a layer, put into `preset`.
  template <class O>
  O options_of(O preset, std::size_t layer, std::size_t depth, const std::string& prefix = "") const {
    preset.schedule_start = 0;
    refuse(options::read(flags.entries(options::table<O>().rows(), layer, depth, prefix), preset));
    return preset;
  }
  std::vector<TrainingOptions> options_of_layers(const TrainingOptions& preset, const std::string& prefix = "") {
    std::vector<TrainingOptions> all;
    for (std::size_t l = 0; l + 1 < layers.size(); ++l) all.push_back(options_of(preset, l, layers.size() - 1, prefix));
    add_notes(all, prefix, notes);
    if (!weights.empty()) notes["weights"] = weights;
    if (!mask.empty()) notes["mask"] = mask;
    return all;
  }
  TrainingOptions with_files() const {
    TrainingOptions o;
    o.weights = weights_of_examples;
    if (known) o.mask = &*known;
    return o;
  }

  std::unique_ptr<Training> begin(Rbm& rbm, const Dataset& examples) {
    TrainingOptions o = options_of_layers(with_files())[0];
    count_down(o.epochs, rbm.training_state().epoch);
    return wakesleep::train(rbm, examples, o);
  }
  std::unique_ptr<Training> begin(Dbn& dbn, const Dataset& examples) {
    std::vector<TrainingOptions> all = options_of_layers(with_files());
    for (Index l = 0; l < dbn.depth(); ++l)
      count_down(all[static_cast<std::size_t>(l)].epochs, dbn.rbm(l).training_state().epoch);
    if (start_from_transpose) notes["startFromTranspose"] = "true";
    return wakesleep::train(dbn, examples, all, start_from_transpose);
  }
  std::unique_ptr<Training> begin(Dbm& dbm, const Dataset& examples) {
    DbmTrainingOptions o = options_of(DbmTrainingOptions(), 0, 1);
    add_notes<DbmTrainingOptions>({o}, "", notes);
    count_down(o.epochs, dbm.training_state().epoch);
    notes["pretraining"] = no_pretraining ? "false" : "true";
    if (no_pretraining) return wakesleep::train(dbm, examples, o);
    TrainingOptions preset = with_files();
    preset.seed = o.seed;
    o.pretraining = options_of_layers(preset, of_pretraining);
    if (const auto& stack = dbm.training_state().pretraining)
      for (Index l = 0; l < stack->depth(); ++l)
        count_down(o.pretraining[static_cast<std::size_t>(l)].epochs, stack->rbm(l).training_state().epoch);
    return wakesleep::train(dbm, examples, o);
  }
  std::unique_ptr<Training> begin(Sbn& net, const Dataset& examples) {
    SbnTrainingOptions o = options_of(SbnTrainingOptions(), 0, 1);
    add_notes<SbnTrainingOptions>({o}, "", notes);
    count_down(o.epochs, net.training_state().epoch);
    return wakesleep::train(net, examples, o);
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
    const std::optional<double> free_energy = session.mean_free_energy(held_back, held_back.count());
    if (!free_energy) return "";
    std::snprintf(text, sizeof text, ", held back: free energy %.3f", *free_energy);
    std::string report(text);
    if (session.machine() ? session.machine()->labels() : labels_of(model)) {
      const Recognition r = recognise(model, held_back);
      std::snprintf(text, sizeof text, ", errors %.2f %%",
                    100.0 * static_cast<double>(r.errors) / static_cast<double>(held_back.count()));
      report += text;
    }
    return report;
  }

  OptionFlags flags;
  DataOptions data;
  std::string kind, out, checkpoint, weights, mask;
  std::vector<Index> layers;
  std::vector<std::string> units;
  CLI::Option* labels_given = nullptr;
  Index labels = 0;
  std::uint64_t most_batches = 0;
  bool half = false, statistics = false, start_from_transpose = false, no_pretraining = false;
  Notes notes;
  std::vector<float> weights_of_examples;
  std::optional<Dataset> known;
};

}  // namespace

std::function<void()> add_train(CLI::App& app) {
  const auto train = std::make_shared<Train>(*app.add_subcommand("train", "Train a model"));
  return [train] { train->run(); };
}

}  // namespace wakesleep::cli
