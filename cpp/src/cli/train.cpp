#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>

#include "cli/data_files.h"
#include "cli/kinds.h"
#include "cli/model_input.h"
#include "cli/needs.h"
#include "cli/number_checks.h"
#include "cli/output_file.h"
#include "io/json.h"
#include "io/model_description.h"
#include "units/description.h"
#include "wakesleep/fingerprint.h"

namespace wakesleep::cli {
namespace {

struct Train {
  explicit Train(CLI::App& command) : command_(&command) {
    data.add(command);
    command
        .add_option("--layers", layers,
                    "Units of each layer, visible first: two for an RBM, more for the other models. Needed without "
                    "--from")
        ->delimiter(',')
        ->check(whole_from(1));
    command
        .add_option("--from", from,
                    "Model file to begin with, in place of a new model; epochs that it has had count among --epochs")
        ->check(not_empty());
    std::string known;
    for (std::size_t i = 0; i < kinds.size(); ++i)
      known += (i ? ", " : "") + kind_names()[i] + " (" + kinds[i]->title + ")";
    command
        .add_option("--model", kind, known + ". Unless given: the checkpoint's, or rbm for two layers and dbn for more")
        ->check(CLI::IsMember(kind_names()));
    std::string types;
    for (const UnitType type : all_unit_types()) types += (types.empty() ? "" : ", ") + std::string(name_of(type));
    command
        .add_option("--units", units,
                    "Types of the layers' units, visible first, of " + types +
                        "; gaussian:learned has standard deviations that are learned, softmax:10:4 groups of 10 and 4 "
                        "states. Unless given: all bernoulli")
        ->delimiter(',');
    command
        .add_option("--activations", activations,
                    "Feed-forward net: units of each layer above the inputs, sigmoid, relu, linear or softmax. Unless "
                    "given: sigmoid, and softmax at the top or linear in the code")
        ->delimiter(',');
    code_given = command
                     .add_option("--code", code,
                                 "Feed-forward net: the number of the layer that is an autoencoder's code; 0: none")
                     ->check(whole_from(0));
    labels_given =
        command.add_option("--label-units", labels, "Size of the softmax group of label units at the top; 0: none")
            ->check(whole_from(0));
    command.add_flag(
        "--start-from-transpose", learning.start_from_transpose,
        "DBN: a layer as wide as the one two below starts from the transpose of the one below (Hinton, Osindero and "
        "Teh 2006)");
    command
        .add_option("--weights", learning.weights,
                    "File with a number for each example, 0 or more: how much it counts. IDX, .npy or CSV")
        ->check(not_empty());
    command
        .add_option("--mask", learning.mask,
                    "File in the data's shape: 0 where a value is missing, which is then drawn given the others before "
                    "each batch. For RBMs. IDX, .npy or CSV")
        ->check(not_empty());
    command.add_flag("--no-pretraining", learning.no_pretraining,
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
    command.add_option("--report-every", report_every, "A line after every so many epochs")
        ->check(whole_from(1))
        ->capture_default_str();
    command.add_flag("--statistics", statistics,
                     "With each of these lines: norms of weights and of the last update, hidden units that are dead "
                     "(mean activity below 0.01) or saturated (above 0.99), their mean activity, for pt and ptt the "
                     "share of accepted swaps, and for ptt the rungs, the expected share of swaps with the last one, "
                     "its autocorrelation time, refused updates and log Z");
    const auto group = [&](const char* name, const std::vector<const char*>& flags) {
      for (const char* flag : flags) command.get_option(flag)->group(name);
    };
    group("Data", {"--weights", "--mask"});
    group("Model", {"--layers", "--from", "--model", "--units", "--activations", "--code", "--label-units",
                    "--start-from-transpose", "--no-pretraining"});
    group("Files and reports", {"--out", "--half", "--checkpoint", "--batches", "--report-every", "--statistics"});
    for (const Kind* one : kinds) one->add_flags(command, learning.flags);
    show_examples(command, {"wakesleep train --data mnist --layers 784,500 --epochs 10 --out digits.rbm",
                            "wakesleep train --images digits.csv --scale 1/255 --labels labels.csv \\\n"
                            "    --layers 784,200,100 --label-units 10 --hold-back 20 --out own.dbn",
                            "wakesleep train --images measured.csv --standardise --layers 3,8 \\\n"
                            "    --units gaussian,bernoulli --learning-rate 0.01 --out measured.rbm",
                            "wakesleep train --data bars-and-stripes --model dbm --layers 9,8,4 --epochs 50 \\\n"
                            "    --out bars.dbm",
                            "wakesleep train --images digits.csv --scale 1/255 --labels labels.csv --model network \\\n"
                            "    --layers 784,100,10 --dropout 0.5 --hold-back 20 --patience 3 --out own.net"});
  }

  // What the library refuses is told in the words of the command line.
  void run() {
    try {
      train();
    } catch (const OptionOutOfRange& error) {
      throw std::out_of_range(learning.flags.in_flags(error.what()));
    } catch (const OptionMisuse& error) {
      throw std::invalid_argument(learning.flags.in_flags(error.what()));
    }
  }

  void train() {
    try_output("--out", out);
    if (!checkpoint.empty()) {
      try_output("--checkpoint", checkpoint);
      refuse_same_file("--out", out, "--checkpoint", checkpoint);
      if (!from.empty()) refuse_same_file("--from", from, "--checkpoint", checkpoint);
    }
    const DataOptions& asked = data.given();
    const Data training = read_data(asked, Part::training);
    std::optional<Dataset> held_back;
    if (asked.hold_back > 0) held_back = read_data(asked, Part::held_back).examples;
    if (!learning.weights.empty()) learning.weights_of_examples = read_weights(learning.weights);
    if (!learning.mask.empty())
      learning.known = read_examples(learning.mask, std::nullopt).data.thresholded(std::numeric_limits<float>::min());
    Model model = start(training.description);
    const Kind& own = *kinds[model.index()];
    std::fprintf(stderr, "%s: %ld examples of %ld values\n", io::printable(training.description).c_str(),
                 static_cast<long>(training.examples.count()), static_cast<long>(training.examples.width()));
    check_fits(training, units_of(model).front());
    learning.notes["data"] = training.description;
    learning.notes[data_note] = data.record();
    const std::unique_ptr<Training> session = own.train(model, training.examples, learning);
    if (held_back && own.validates) session->set_validation(*held_back);
    ProgressLine line;
    double last_checkpoint = 0, epoch_start = 0;
    std::uint64_t batches = 0;
    const Interruptible interruptible;
    while (!interruptible.signal() && (most_batches == 0 || batches < most_batches) && session->step()) {
      ++batches;
      const Progress p = session->progress();
      const bool all_layers = !own.by_rbms || p.layer + 1 == static_cast<Index>(layers.size());
      const std::string stage = all_layers ? "all layers" : "layer " + std::to_string(p.layer + 1);
      char text[200];
      std::snprintf(text, sizeof text, "%s, epoch %llu, error %.5f, %.0f examples/s", stage.c_str(),
                    static_cast<unsigned long long>(p.epoch + (p.epoch_ended ? 0 : 1)), p.reconstruction_error,
                    static_cast<double>(p.examples) / line.seconds());
      line.show(p.done, text);
      if (!p.epoch_ended) continue;
      if (!checkpoint.empty() && line.seconds() - last_checkpoint > 20) {
        save_checkpoint(model);
        last_checkpoint = line.seconds();
      }
      if (p.epoch % report_every != 0 && p.done < 1) continue;
      std::string report(text);
      if (p.losses) report += losses_report(*p.losses);
      std::snprintf(text, sizeof text, ", %.1f s", line.seconds() - epoch_start);
      epoch_start = line.seconds();
      report += text;
      report += likelihood_report(*session, held_back);
      if (const auto now = session->statistics(); statistics && now) report += statistics_report(*now);
      if (held_back) report += held_back_report(model, *held_back, *session);
      line.finish(report);
    }
    if (batches == 0 && !interruptible.signal()) {
      const std::uint64_t had = session->progress().epoch;
      line.finish("nothing was trained: " +
                  (had ? "the model has had " + std::to_string(had) + " epochs, which count among --epochs"
                       : std::string("--epochs asks for none")));
    }
    const bool saved = !checkpoint.empty() && save_checkpoint(model);
    if (const int signal = interruptible.signal()) {
      if (!saved) save(model, out, {.half = half, .resumable = false, .notes = learning.notes});
      line.finish("interrupted: what was learned is in " + (saved ? checkpoint : out));
      throw Interrupted{signal};
    }
    save(model, out, {.half = half, .resumable = false, .notes = learning.notes});
    std::printf("%s: %.1f s, fingerprint %s\n", io::printable(out).c_str(), line.seconds(), fingerprint(model).c_str());
  }

  bool save_checkpoint(const Model& model) const {
    try {
      save(model, checkpoint, {.half = false, .resumable = true, .notes = learning.notes});
      return true;
    } catch (const std::exception& error) {
      std::fprintf(stderr, "wakesleep: training goes on without a checkpoint: %s\n",
                   io::printable(error.what()).c_str());
      return false;
    }
  }

  Model start(const std::string& description) {
    const bool resumed = !checkpoint.empty() && std::filesystem::exists(checkpoint);
    const std::string& file = resumed ? checkpoint : from;
    if (layers.empty() && file.empty()) throw std::invalid_argument("--layers is required, or --from");
    const std::vector<std::uint8_t> bytes = file.empty() ? std::vector<std::uint8_t>() : read_model_file(file);
    Model model = file.empty() ? new_model() : open_model(file, bytes);
    const std::string& found = kind_of(model);
    if (layers.empty()) layers = layers_of(model);
    if (!file.empty()) check_shape(model, found, (resumed ? "the checkpoint " : "") + file);
    if (resumed) {
      check_checkpoint(model, model_notes(bytes), description);
    } else if (!from.empty()) {
      learning.notes["from"] = fingerprint(model);
    }
    const Kind& own = *kinds[model.index()];
    learning.flags.check(own.options_of ? own.options_of(learning.flags) : found);
    if (learning.start_from_transpose && found != "dbn")
      throw std::invalid_argument("--start-from-transpose is for DBNs");
    if (learning.no_pretraining && found != "dbm") throw std::invalid_argument("--no-pretraining is for DBMs");
    for (const CLI::Option* option : command_->get_options())
      if (option->get_name().starts_with("--pretraining-"))
        refuse_without(option, !learning.no_pretraining, "the pretraining that --no-pretraining leaves out");
    if ((!learning.weights.empty() || !learning.mask.empty()) && (!own.by_rbms || learning.no_pretraining))
      throw std::invalid_argument("--weights and --mask are for RBMs, DBNs and the pretraining of DBMs");
    return model;
  }

  // std::invalid_argument for what was given and is otherwise in the file.
  static void check_same(const std::string& flag, const std::string& given, const std::string& kept,
                         const std::string& file) {
    if (given != kept)
      throw std::invalid_argument(flag + " is " + given + ", but " + file + " has " + io::printable(kept));
  }
  void check_shape(const Model& model, const std::string& found, const std::string& file) const {
    const auto same = [&](const std::string& flag, const std::string& given, const std::string& kept) {
      check_same(flag, given, kept, file);
    };
    const auto joined = [](const auto& items, const auto& text_of) {
      std::string text;
      for (const auto& item : items) text += (text.empty() ? "" : ",") + text_of(item);
      return text;
    };
    const auto number = [](auto value) { return std::to_string(value); };
    const auto as_it_is = [](const std::string& text) { return text; };
    if (!kind.empty()) same("--model", kind, found);
    same("--layers", joined(layers, number), joined(layers_of(model), number));
    if (labels_given->count()) same("--label-units", number(labels), number(labels_of(model)));
    const auto* net = std::get_if<Network>(&model);
    if (code_given->count()) same("--code", number(code), number(net ? net->code() : 0));
    if (!activations.empty())
      same("--activations", joined(activations, as_it_is),
           net ? joined(net->shape().activations, [](Activation one) { return std::string(name_of(one)); }) : "none");
    if (units.empty()) return;
    std::vector<Units> given;
    for (const std::string& text : units) given.push_back(parse_units(text));
    const std::vector<Units> kept = units_of(model);
    same("--units", joined(units, as_it_is), given == kept ? joined(units, as_it_is) : joined(kept, text_of_units));
  }
  void check_checkpoint(const Model& model, const std::map<std::string, std::string>& noted,
                        const std::string& description) {
    const std::string file = "the checkpoint " + checkpoint;
    const auto note = [&](const char* name) {
      const auto at = noted.find(name);
      return at == noted.end() ? std::string() : at->second;
    };
    // A model that began with a file has that one's seed.
    const std::string seed = note("from").empty()
                                 ? std::to_string(ModelView(model).visit([](const auto& m) { return m.seed(); }))
                                 : note("trainingSeed");
    check_same("--seed", std::to_string(given_seed()), seed, file);
    if (const std::string kept = note("data"); !kept.empty())
      check_same("the data", io::printable(description), kept, file);
    if (const std::string kept = note("pretraining"); learning.no_pretraining && !kept.empty() && kept != "false")
      throw std::invalid_argument("--no-pretraining was given, but " + file + " has pretraining");
    const std::string began = note("from");
    if (!from.empty()) {
      const std::string given = fingerprint(open_model(from, read_model_file(from)));
      if (given != began)
        throw std::invalid_argument("--from " + from + " has the fingerprint " + given + ", but " + file +
                                    " began with " + (began.empty() ? "a new model" : io::printable(began)));
    }
    if (!began.empty()) learning.notes["from"] = began;
  }

  // As --units takes them.
  static std::string text_of_units(const Units& units) {
    const units::Description described = units::description_of(units);
    std::string text = described.type;
    if (described.groups)
      for (const double size : *described.groups) text += ':' + std::to_string(static_cast<Index>(size));
    return described.learned_sigma.value_or(false) ? text + ":learned" : text;
  }

  // Of the model, and of its training.
  std::uint64_t given_seed() const {
    const auto& rows = options::table<TrainingOptions>().rows();
    const std::vector<options::Row> seed{rows[options::row_of(rows, "seed", "options")]};
    TrainingOptions o;
    learning.flags.refuse(options::read(learning.flags.entries(seed, 0, layers.size() - 1), o));
    return o.seed;
  }

  Model new_model() const {
    NewModel given{.layers = layers,
                   .labels = labels,
                   .units = {},
                   .seed = given_seed(),
                   .activations = activations,
                   .code = code};
    for (const std::string& text : units) given.units.push_back(parse_units(text));
    if (!units.empty() && units.size() != layers.size())
      throw std::out_of_range("--units takes one type for each of " + std::to_string(layers.size()) + " layers, not " +
                              std::to_string(units.size()));
    const std::string name = !kind.empty() ? kind : layers.size() == 2 ? "rbm" : "dbn";
    const auto& names = kind_names();
    const auto number = static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
    if (!units.empty() && !io::file_kinds[number]->any_units)
      throw std::invalid_argument("--units is for RBMs and DBNs: a " + name + " has Bernoulli units");
    if ((!activations.empty() || code) && !io::file_kinds[number]->activations)
      throw std::invalid_argument("--activations and --code are for feed-forward nets");
    if (labels && !io::file_kinds[number]->labels)
      throw std::invalid_argument("--label-units is for Boltzmann machines");
    return kinds[number]->make(given);
  }

  static void save(const Model& model, const std::string& path, const SaveOptions& options) {
    write_file(path, save_model(model, options));
  }

  static std::string statistics_report(const TrainingStatistics& s) {
    char text[300];
    std::snprintf(text, sizeof text, ", |W| %.4g, |update| %.3g (%.2g of it), dead %ld, saturated %ld, activity %.3f",
                  s.weight_norm, s.update_norm, s.update_ratio, static_cast<long>(s.dead_units),
                  static_cast<long>(s.saturated_units), s.mean_activity);
    std::string report(text);
    if (!s.swap_rate) return report;
    std::snprintf(text, sizeof text, ", swaps %.2f", *s.swap_rate);
    report += text;
    if (!s.ladder) return report;
    std::snprintf(text, sizeof text, ", rungs %ld (acceptance %.2f, relaxation %.1f), refused %llu, log Z %.3f +- %.3f",
                  static_cast<long>(s.ladder->rungs), s.ladder->acceptance, s.ladder->relaxation,
                  static_cast<unsigned long long>(s.ladder->refused), s.ladder->log_z, s.ladder->log_z_error);
    return report + text;
  }

  // Of the end of an epoch, by a learning rule that knows log Z.
  static std::string likelihood_report(Training& session, const std::optional<Dataset>& held_back) {
    const std::optional<double> log_z = session.log_z();
    if (!log_z) return "";
    while (session.validate()) {
    }
    const std::optional<LogLikelihoods> found = session.progress().log_likelihoods;
    if (!found) return "";
    char text[100];
    std::snprintf(text, sizeof text, ", log p %.3f", found->training);
    std::string report(text);
    if (!held_back) return report;
    const std::optional<double> free_energy = session.mean_free_energy(*held_back, held_back->count());
    std::snprintf(text, sizeof text, ", held back %.3f", -free_energy.value_or(0) - *log_z);
    return report + text;
  }

  static std::string losses_report(const Losses& losses) {
    char text[100];
    std::snprintf(text, sizeof text, ", loss %.5f", losses.loss);
    std::string report(text);
    if (!losses.errors) return report;
    std::snprintf(text, sizeof text, ", errors %.2f %%", 100 * *losses.errors);
    return report + text;
  }

  static std::string held_back_report(const Model& model, const Dataset& held_back, Training& session) {
    char text[100];
    while (session.validate()) {
    }
    if (const auto losses = session.progress().validation_losses) return ", held back" + losses_report(*losses);
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

  const CLI::App* command_;
  Learning learning;
  DataFlags data;
  std::string kind, from, out, checkpoint;
  std::vector<Index> layers;
  std::vector<std::string> units, activations;
  CLI::Option *labels_given = nullptr, *code_given = nullptr;
  Index labels = 0, code = 0;
  std::uint64_t most_batches = 0, report_every = 1;
  bool half = false, statistics = false;
};

}  // namespace

std::vector<TrainingOptions> Learning::options_of_rbms(std::size_t rbms, const std::string& prefix,
                                                       std::uint64_t seed) {
  TrainingOptions preset;
  preset.seed = seed;
  preset.weights = weights_of_examples;
  if (known) preset.mask = &*known;
  std::vector<TrainingOptions> all;
  for (std::size_t l = 0; l < rbms; ++l) all.push_back(options_of(preset, l, rbms, prefix));
  note(all, prefix);
  if (!weights.empty()) notes["weights"] = weights;
  if (!mask.empty()) notes["mask"] = mask;
  return all;
}

void Learning::note(const std::string& option, const std::vector<std::string>& of_layers, const std::string& prefix) {
  const bool same =
      std::all_of(of_layers.begin(), of_layers.end(), [&](const auto& text) { return text == of_layers[0]; });
  std::string text = of_layers[0];
  for (std::size_t l = 1; l < of_layers.size() && !same; ++l) text += ',' + of_layers[l];
  std::string name = option == "seed" ? "trainingSeed" : option;
  if (!prefix.empty()) name = prefix + static_cast<char>(std::toupper(name[0])) + name.substr(1);
  if (!text.empty()) notes[name] = text;
}

std::function<void()> add_train(CLI::App& app) {
  const auto train = std::make_shared<Train>(*app.add_subcommand("train", "Train a model"));
  return [train] { train->run(); };
}

}  // namespace wakesleep::cli
