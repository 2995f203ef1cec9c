// The metadata of a model file has one entry, "wakesleep", a JSON text:
//
//   {"kind": "rbm",                              "dbn" for a deep belief net, "dbm" for a deep Boltzmann machine,
//                                                "sbn" for a sigmoid belief net
//    "version": 1,
//    "units": {"visible": "bernoulli", "hidden": "bernoulli"},   or ["gaussian", "bernoulli", ...], one a layer
//    "layers": [784, 500],                       visible units first
//    "labels": 10,                               size of the softmax group beside the (top) machine's visible units,
//                                                or 0
//    "training": {                               may be left out by other programs that write such files
//      "notes": {"data": "mnist", ...},          whatever the user wants kept
//      "machines": [{"seed": "1", "epoch": "10", "step": "6000"}],   one a machine (a whole sbn is one); 64 bits,
//                                                so decimal strings
//      "layer": 0,                               of a DBN: the layer that training has reached
//      "resumable": false}}                      true: machines also have "batch", and the tensors of momentum
//                                                and chains
//
// Units other than Bernoulli are the name of their type (units.h) or an object: {"type": "softmax", "groups": [10, 4]},
// {"type": "gaussian", "learnedSigma": true}. A side of Gaussian units has its standard deviations in "sigma_v" or
// "sigma_h".
//
// Tensors of an RBM: "W" [visible, hidden], "b" [visible], "c" [hidden], and with labels "U" [labels, hidden], "d"
// [labels]. A DBN has the same for each machine after "layers.0." and so on. A resumable file adds, for a machine whose
// training has begun, "velocity.W" and so on in the same shapes, and "chains" [chains, words]: the hidden states of the
// persistent chains, 64 to a word, the lowest bit first; or, where they are no bits, "real_chains" [chains, hidden];
// and "chain_words" [chains], the lengths of their documents, for replicated softmax. "velocity.sigma_v" and
// "velocity.sigma_h" go with standard deviations that are learned. Where the learning rule or the options need them:
// "fast.W" and so on (fast weights), "first_moment.W", "second_moment.W" and so on (Adam; the machine then also has
// "moment_steps"), "offsets.visible" [visible, with labels visible + labels] and "offsets.hidden" [hidden] (centering),
// "activity" [hidden] (the running mean of a sparsity target).
//
// A DBM has "layers.0.W" [units, units of the next], "layers.0.b" [units] and so on, the top with "b" alone, and with
// labels "U" [labels, units of the top] and "d" [labels]. Its "machines" has one entry, for all of it, and its training
// record "pretrained": whether pretraining is over. A resumable file adds "velocity.layers.0.W" and so on (or both
// moments), "chains.1" with the states of layer 1, and of 3, 5, .. (the label group is the layer after the top), and
// with centering "offsets.0" [units] and so on. While pretraining is under way, "machines" goes on with one entry for
// each of its RBMs, "layer" tells which is in training, and the RBMs' tensors stand after "pretraining.layers.0." and
// so on, as a DBN's do.
//
// A sigmoid belief net has for each layer l but the top one "layers.l.W" [units, units of the layer above] and for each
// layer "layers.l.b" [units]; with recognition weights, all of "layers.l.R" in the shape of W and "layers.l.c" [units
// of the layer above]. A resumable file adds "velocity.layers.0.W" and so on (or both moments), and of persistent Gibbs
// sampling "examples.1" [examples, words] and so on, the hidden states of every example in layer 1 and above.
//
// Every file keeps whole epochs and steps, so that a model which is opened and trained on goes on with its schedule and
// with fresh random numbers. Momentum, chains and the place in an epoch that has begun are only in a resumable one.
#include "wakesleep/model_file.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <deque>
#include <optional>
#include <stdexcept>

#include "io/half.h"
#include "io/json.h"
#include "io/safetensors.h"
#include "units/description.h"
#include "units/unit_type.h"
#include "wakesleep/errors.h"

namespace wakesleep {

namespace {

using io::Dtype;
using io::in_quotes;
using io::Json;

constexpr std::uint64_t format_version = 1;
constexpr const char* metadata_key = "wakesleep";
constexpr int description_levels = 4;
constexpr std::uint64_t most_units = std::uint64_t{1} << 20;
// A step is part of the random numbers' counter and has 56 bits there (random.h).
constexpr std::uint64_t most_steps = (std::uint64_t{1} << 56) - 1;

constexpr const char* pretraining_prefix = "pretraining.";

std::string machine_prefix(std::size_t layer) { return "layers." + std::to_string(layer) + "."; }
std::uint64_t number(Index value) { return static_cast<std::uint64_t>(value); }
std::size_t size(Index value) { return static_cast<std::size_t>(value); }

// What the training record has of a machine.
struct Counters {
  std::uint64_t seed = 1, epoch = 0, batch = 0, step = 0, moment_steps = 0, random_calls = 0;
};

// ---- Saving

// Collects the tensors of machines, which must outlive it, and keeps what had to be converted.
class Saver {
 public:
  explicit Saver(const SaveOptions& options) : options_(options) {}

  void add(const std::string& prefix, const Rbm& rbm) {
    add_parameters(prefix, rbm.shape(), rbm.W().data(), rbm.b().data(), rbm.c().data());
    add_vector(prefix + "sigma_v", rbm.sigma_v());
    add_vector(prefix + "sigma_h", rbm.sigma_h());
    const RbmTrainingState& state = rbm.training_state();
    machines_.push_back(
        {rbm.seed(), state.epoch, state.batch, state.step, state.optimizer.moment_steps, rbm.random_calls.made});
    if (units_.empty()) units_.push_back(rbm.shape().visible_units);
    units_.push_back(rbm.shape().hidden_units);
    if (options_.resumable) {
      add_optimizer(prefix, state.optimizer, [&](const std::string& name, const Pointers& of) {
        add_parameters(name, rbm.shape(), of[0], of[1], of[2]);
      });
      add_vector(prefix + "velocity.sigma_v", state.sigma_v_velocity);
      add_vector(prefix + "velocity.sigma_h", state.sigma_h_velocity);
      if (state.chains.rows() > 0 && state.chains.binary) add_chains(prefix + "chains", state.chains.bits);
      if (state.chains.rows() > 0 && !state.chains.binary)
        add_values(prefix + "real_chains", {number(state.chains.rows()), number(state.chains.cols())},
                   state.chains.real.data());
      add_vector(prefix + "chain_words", state.chain_words);
      if (!state.fast.empty())
        add_parameters(prefix + "fast.", rbm.shape(), state.fast.W.data(), state.fast.b.data(), state.fast.c.data());
      add_vector(prefix + "offsets.visible", state.visible_offset);
      add_vector(prefix + "offsets.hidden", state.hidden_offset);
      add_vector(prefix + "activity", state.activity);
    }
  }

  void add(const Dbm& dbm) {
    add_parameters("", dbm, pointers(dbm.parameters().W, dbm.parameters().b));
    const DbmTrainingState& state = dbm.training_state();
    machines_.push_back(
        {dbm.seed(), state.epoch, state.batch, state.step, state.optimizer.moment_steps, dbm.random_calls.made});
    units_.assign(2, Units{});
    pretrained_ = state.pretrained;
    if (!options_.resumable) return;
    add_optimizer("", state.optimizer,
                  [&](const std::string& name, const Pointers& of) { add_parameters(name, dbm, of); });
    for (std::size_t i = 0; i < state.chains.size(); ++i)
      add_chains("chains." + std::to_string(2 * i + 1), state.chains[i]);
    // (One that diverged in its first batch has those of the visible units alone, which the data tell.)
    if (state.offsets.size() == size(dbm.layer_count()))
      for (std::size_t l = 0; l < state.offsets.size(); ++l)
        add_values("offsets." + std::to_string(l), {number(dbm.units(static_cast<Index>(l)))}, state.offsets[l].data());
    if (!state.pretraining) return;
    for (Index l = 0; l < state.pretraining->depth(); ++l)
      add(pretraining_prefix + machine_prefix(size(l)), state.pretraining->rbm(l));
  }

  void add(const Sbn& net) {
    Pointers all;
    for (Index l = 0; l < net.depth(); ++l) all.push_back(net.W(l).data());
    for (Index l = 0; l <= net.depth(); ++l) all.push_back(net.b(l).data());
    for (Index l = 0; net.has_recognition() && l < net.depth(); ++l) all.push_back(net.R(l).data());
    for (Index l = 0; net.has_recognition() && l < net.depth(); ++l) all.push_back(net.c(l).data());
    add_parameters("", net, all);
    const SbnTrainingState& state = net.training_state();
    machines_.push_back(
        {net.seed(), state.epoch, state.batch, state.step, state.optimizer.moment_steps, net.random_calls.made});
    units_.assign(2, Units{});
    if (!options_.resumable) return;
    add_optimizer("", state.optimizer,
                  [&](const std::string& name, const Pointers& of) { add_parameters(name, net, of); });
    for (std::size_t l = 1; l < state.kept.size(); ++l) add_chains("examples." + std::to_string(l), state.kept[l]);
  }

  // training_layer: nullptr but for what is trained layer by layer.
  std::vector<std::uint8_t> finish(const char* kind, const std::vector<Index>& layers, Index labels,
                                   const Index* training_layer) {
    io::JsonWriter json;
    json.begin_object().key("kind").string(kind).key("version").whole(format_version);
    json.key("units");
    write_units(json);
    json.key("layers").begin_list();
    for (const Index units : layers) json.whole(number(units));
    json.end_list().key("labels").whole(number(labels));

    json.key("training").begin_object().key("notes").begin_object();
    for (const auto& [key, value] : options_.notes) json.key(key).string(value);
    json.end_object().key("machines").begin_list();
    for (const Counters& machine : machines_) {
      json.begin_object().key("seed").string(std::to_string(machine.seed));
      json.key("epoch").string(std::to_string(machine.epoch)).key("step").string(std::to_string(machine.step));
      if (options_.resumable) json.key("batch").string(std::to_string(machine.batch));
      if (options_.resumable && machine.moment_steps > 0)
        json.key("moment_steps").string(std::to_string(machine.moment_steps));
      if (options_.resumable && machine.random_calls > 0)
        json.key("random_calls").string(std::to_string(machine.random_calls));
      json.end_object();
    }
    json.end_list();
    if (training_layer) json.key("layer").whole(number(*training_layer));
    if (pretrained_) json.key("pretrained").boolean(*pretrained_);
    json.key("resumable").boolean(options_.resumable).end_object().end_object();
    file_.metadata[metadata_key] = json.text();
    return io::write_safetensors(file_);
  }

 private:
  // The values of tensors, in the order in which optimizers know them.
  using Pointers = std::vector<const float*>;
  template <class... Lists>
  static Pointers pointers(const Lists&... lists) {
    Pointers all;
    const auto add = [&](const auto& list) {
      for (const auto& tensor : list) all.push_back(tensor.data());
    };
    (add(lists), ...);
    return all;
  }

  template <class Add>
  void add_optimizer(const std::string& prefix, const OptimizerState& state, Add&& add) {
    if (!state.velocity.empty()) add(prefix + "velocity.", pointers(state.velocity));
    if (!state.first_moment.empty()) add(prefix + "first_moment.", pointers(state.first_moment));
    if (!state.second_moment.empty()) add(prefix + "second_moment.", pointers(state.second_moment));
  }

  void add_parameters(const std::string& prefix, const RbmShape& shape, const float* W, const float* b,
                      const float* c) {
    const std::uint64_t visible = number(shape.visible), hidden = number(shape.hidden), labels = number(shape.labels);
    add_values(prefix + "W", {visible, hidden}, W);
    add_values(prefix + "b", {visible}, b);
    add_values(prefix + "c", {hidden}, c);
    if (labels == 0) return;
    add_values(prefix + "U", {labels, hidden}, W + shape.visible * shape.hidden);
    add_values(prefix + "d", {labels}, b + shape.visible);
  }

  void add_parameters(const std::string& prefix, const Dbm& dbm, const Pointers& of) {
    const std::size_t first_b = of.size() - size(dbm.layer_count());
    for (Index l = 0; l < dbm.depth(); ++l)
      add_values(prefix + machine_prefix(size(l)) + "W", {number(dbm.units(l)), number(dbm.units(l + 1))}, of[size(l)]);
    for (Index l = 0; l <= dbm.depth(); ++l)
      add_values(prefix + machine_prefix(size(l)) + "b", {number(dbm.units(l))}, of[first_b + size(l)]);
    if (dbm.labels() == 0) return;
    add_values(prefix + "U", {number(dbm.labels()), number(dbm.units(dbm.depth()))}, of[first_b - 1]);
    add_values(prefix + "d", {number(dbm.labels())}, of.back());
  }

  void add_parameters(const std::string& prefix, const Sbn& net, const Pointers& of) {
    const std::size_t between = size(net.depth());
    for (std::size_t l = 0; l <= between; ++l) {
      const std::string name = prefix + machine_prefix(l);
      const std::uint64_t units = number(net.units(static_cast<Index>(l)));
      add_values(name + "b", {units}, of[between + l]);
      if (l == between) continue;
      const std::uint64_t above = number(net.units(static_cast<Index>(l) + 1));
      add_values(name + "W", {units, above}, of[l]);
      if (of.size() < 4 * between) continue;
      add_values(name + "R", {units, above}, of[2 * between + 1 + l]);
      add_values(name + "c", {above}, of[3 * between + 1 + l]);
    }
  }

  void add_vector(const std::string& name, const Vector& values) {
    if (values.size() > 0) add_values(name, {number(values.size())}, values.data());
  }

  // By side for a single machine and wherever all hidden units are Bernoulli, which is what readers of version 1 knew
  // first; by layer else.
  void write_units(io::JsonWriter& json) const {
    const Units bernoulli;
    const bool by_side = units_.size() == 2 || std::all_of(units_.begin() + 1, units_.end(),
                                                           [&](const Units& hidden) { return hidden == bernoulli; });
    if (by_side) {
      json.begin_object().key("visible");
      write_units(json, units_[0]);
      json.key("hidden");
      write_units(json, units_[1]);
      json.end_object();
      return;
    }
    json.begin_list();
    for (const Units& units : units_) write_units(json, units);
    json.end_list();
  }
  static void write_units(io::JsonWriter& json, const Units& units) {
    const units::Description described = units::description_of(units);
    const bool learned = described.learned_sigma.value_or(false);
    if (!described.groups && !learned) {
      json.string(described.type);
      return;
    }
    json.begin_object().key("type").string(described.type);
    if (learned) json.key("learnedSigma").boolean(true);
    if (described.groups) {
      json.key("groups").begin_list();
      for (const double size : *described.groups) json.whole(static_cast<std::uint64_t>(size));
      json.end_list();
    }
    json.end_object();
  }

  void add_values(const std::string& name, std::vector<std::uint64_t> shape, const float* values) {
    std::size_t count = 1;
    for (const std::uint64_t length : shape) count *= static_cast<std::size_t>(length);
    for (std::size_t i = 0; i < count; ++i) {
      if (!std::isfinite(values[i])) throw std::out_of_range(name + " holds a value that is not finite");
    }
    if (!options_.half) {
      add_tensor(name, Dtype::f32, std::move(shape), values, count * sizeof(float));
      return;
    }
    std::vector<std::uint16_t>& halves = halves_.emplace_back(count);
    try {
      for (std::size_t i = 0; i < count; ++i) halves[i] = io::half_from_float(values[i]);
    } catch (const std::out_of_range&) {
      throw std::out_of_range(name + " holds a value beyond float16's range of -65504 to 65504: save it as float32");
    }
    add_tensor(name, Dtype::f16, std::move(shape), halves.data(), count * sizeof(std::uint16_t));
  }

  void add_chains(const std::string& name, const BitMatrix& chains) {
    const std::uint64_t rows = number(chains.rows()), words = number(chains.words_per_row());
    add_tensor(name, Dtype::u64, {rows, words}, chains.row(0),
               size(chains.rows() * chains.words_per_row()) * sizeof(std::uint64_t));
  }

  void add_tensor(const std::string& name, Dtype dtype, std::vector<std::uint64_t> shape, const void* data,
                  std::size_t bytes) {
    file_.tensors.push_back({name, dtype, std::move(shape), {static_cast<const std::uint8_t*>(data), bytes}});
  }

  const SaveOptions& options_;
  io::Safetensors file_;
  std::deque<std::vector<std::uint16_t>> halves_;
  std::vector<Counters> machines_;
  std::vector<Units> units_;  // of each layer
  std::optional<bool> pretrained_;
};

void check_options(const SaveOptions& options) {
  if (options.half && options.resumable) {
    throw std::invalid_argument(
        "a resumable file keeps every bit, so it is float32: half and resumable exclude each other");
  }
}

// ---- Opening

[[noreturn]] void fail(const std::string& message) { throw Error(ErrorCode::format, "model file: " + message); }

// One value in the description; `where` names it in messages.
const Json& member(const Json& object, const char* key, const std::string& where) {
  if (object.kind != Json::Kind::object) fail(where + " is not an object");
  const Json* found = object.find(key);
  if (!found) fail(where + " has no " + in_quotes(key));
  return *found;
}

const std::string& string(const Json& value, const std::string& where) {
  if (value.kind != Json::Kind::string) fail(where + " is not a string");
  return value.string;
}

std::uint64_t whole_number(const Json& value, const std::string& where, std::uint64_t most) {
  if (value.kind != Json::Kind::whole || value.whole > most) {
    fail(where + " is not a whole number from 0 to " + std::to_string(most));
  }
  return value.whole;
}

std::uint64_t decimal(const Json& object, const char* key, const std::string& where, std::uint64_t most) {
  const std::string name = where + "'s " + key;
  const auto value = io::parse_decimal(string(member(object, key, where), name));
  if (!value || *value > most) fail(name + " is not a decimal number, as a string, from 0 to " + std::to_string(most));
  return *value;
}

struct Machine : Counters {
  RbmShape shape;
};

enum class Kind { rbm, dbn, dbm, sbn };
const std::map<std::string, Kind> kinds{{"rbm", Kind::rbm}, {"dbn", Kind::dbn}, {"dbm", Kind::dbm}, {"sbn", Kind::sbn}};

struct Description {
  Kind kind = Kind::rbm;
  std::vector<Index> layers;
  std::vector<Machine> machines;  // one for each two layers
  Counters whole;                 // of a model that is trained as one
  bool pretrained = false;
  bool pretraining = false;  // the machines are those of a DBM's pretraining
  bool resumable = false;
  Index training_layer = 0;
  std::map<std::string, std::string> notes;

  bool trained_as_one() const { return kind == Kind::dbm || kind == Kind::sbn; }
};

Units read_units(const Json& value, const std::string& where) {
  units::Description described;
  const bool plain = value.kind == Json::Kind::string;
  described.type = plain ? value.string : string(member(value, "type", where), where + "' type");
  if (const Json* learned = plain ? nullptr : value.find("learnedSigma")) {
    if (learned->kind != Json::Kind::boolean) fail(where + "' learnedSigma is neither true nor false");
    described.learned_sigma = learned->boolean;
  }
  if (const Json* groups = plain ? nullptr : value.find("groups")) {
    if (groups->kind != Json::Kind::list) fail(where + "' groups is not a list");
    described.groups.emplace();
    for (const Json& size : groups->values)
      described.groups->push_back(static_cast<double>(whole_number(size, "a size in groups", most_units)));
  }
  try {
    return units::units_from(where, described);
  } catch (const std::logic_error& error) {
    fail(error.what());
  }
}

// After read_layers, which knows how many there are.
void read_units(const Json& about, Description& description) {
  const Json& units = member(about, "units", "the description");
  std::vector<Machine>& machines = description.machines;
  if (units.kind != Json::Kind::list) {
    machines.front().shape.visible_units = read_units(member(units, "visible", "units"), "visible units");
    const Units hidden = read_units(member(units, "hidden", "units"), "hidden units");
    if (machines.size() > 1 && hidden != Units{})
      fail("units of several layers that are not Bernoulli are a list, one a layer");
    machines.front().shape.hidden_units = hidden;
    return;
  }
  if (units.values.size() != machines.size() + 1) fail("units is not a list of one entry a layer");
  for (std::size_t i = 0; i < machines.size(); ++i) {
    machines[i].shape.visible_units = read_units(units.values[i], "units of layer " + std::to_string(i));
    machines[i].shape.hidden_units = read_units(units.values[i + 1], "units of layer " + std::to_string(i + 1));
  }
}

// What is trained as one has no other units.
void check_bernoulli(const Description& description) {
  for (const Machine& machine : description.machines)
    for (const Units& units : {machine.shape.visible_units, machine.shape.hidden_units})
      if (units != Units{})
        fail("units are " + in_quotes(name_of(units.type)) + ", but this kind of model is of 'bernoulli' alone");
}

void read_layers(const Json& about, Description& description) {
  const Json& layers = member(about, "layers", "the description");
  const std::size_t count = layers.values.size();
  const bool rbm = description.kind == Kind::rbm;
  const std::size_t least = description.kind == Kind::dbm ? 3 : 2;
  if (layers.kind != Json::Kind::list || count < least || (rbm && count > 2)) {
    fail(rbm ? "layers is not a list of two sizes"
             : std::string("layers is not a list of at least ") + (least == 3 ? "three" : "two") + " sizes");
  }
  std::vector<Index>& sizes = description.layers;
  for (const Json& layer : layers.values)
    sizes.push_back(static_cast<Index>(whole_number(layer, "a size in layers", most_units)));
  for (std::size_t i = 0; i + 1 < sizes.size(); ++i) {
    description.machines.emplace_back().shape = {.visible = sizes[i], .hidden = sizes[i + 1]};
  }
  const std::uint64_t most_labels = description.kind == Kind::sbn ? 0 : most_units;
  description.machines.back().shape.labels =
      static_cast<Index>(whole_number(member(about, "labels", "the description"), "labels", most_labels));
}

void read_training(const Json& training, Description& description) {
  const Json& resumable = member(training, "resumable", "training");
  if (resumable.kind != Json::Kind::boolean) fail("training's resumable is neither true nor false");
  description.resumable = resumable.boolean;

  const Json& notes = member(training, "notes", "training");
  if (notes.kind != Json::Kind::object) fail("notes is not an object");
  for (const auto& [key, place] : notes.keys) {
    description.notes.emplace(key, string(notes.values[place], "the note " + in_quotes(key)));
  }

  const bool dbm = description.kind == Kind::dbm, whole = description.trained_as_one();
  if (dbm) {
    const Json& pretrained = member(training, "pretrained", "training");
    if (pretrained.kind != Json::Kind::boolean) fail("training's pretrained is neither true nor false");
    description.pretrained = pretrained.boolean;
  }
  const Json& machines = member(training, "machines", "training");
  const std::vector<Json>& records = machines.values;
  const std::size_t own = whole ? 1 : 0;
  description.pretraining = dbm && description.resumable && !description.pretrained && records.size() > 1;
  const std::size_t expected = own + (whole && !description.pretraining ? 0 : description.machines.size());
  if (machines.kind != Json::Kind::list || records.size() != expected) {
    fail("training's machines is not a list of one entry a machine, of which there are " + std::to_string(expected));
  }
  for (std::size_t i = 0; i < records.size(); ++i) {
    const std::string where = "machine " + std::to_string(i);
    Counters& machine = i < own ? description.whole : description.machines[i - own];
    machine.seed = decimal(records[i], "seed", where, ~std::uint64_t{0});
    machine.epoch = decimal(records[i], "epoch", where, most_steps);
    machine.step = decimal(records[i], "step", where, most_steps);
    if (!description.resumable) continue;
    machine.batch = decimal(records[i], "batch", where, most_steps);
    if (records[i].find("moment_steps")) machine.moment_steps = decimal(records[i], "moment_steps", where, most_steps);
    if (records[i].find("random_calls")) machine.random_calls = decimal(records[i], "random_calls", where, most_steps);
  }
  if (description.kind == Kind::dbn || description.pretraining) {
    description.training_layer =
        static_cast<Index>(whole_number(member(training, "layer", "training"), "training's layer",
                                        description.machines.size() - (description.pretraining ? 1 : 0)));
  }
}

Description read_description(const io::Safetensors& file) {
  const auto text = file.metadata.find(metadata_key);
  if (text == file.metadata.end())
    fail("this is a safetensors file of another program: its metadata has no 'wakesleep'");
  const Json about = io::parse_json(text->second, "model file: the description", description_levels);

  Description description;
  const std::uint64_t version = whole_number(member(about, "version", "the description"), "version", ~std::uint64_t{0});
  if (version > format_version) {
    fail("version " + std::to_string(version) + " is newer than this program, which reads up to " +
         std::to_string(format_version));
  }
  if (version == 0) fail("there is no version 0");
  const std::string& kind = string(member(about, "kind", "the description"), "kind");
  const auto known = kinds.find(kind);
  if (known == kinds.end()) fail("kind " + in_quotes(kind) + " is unknown; known are 'rbm', 'dbn', 'dbm' and 'sbn'");
  description.kind = known->second;
  read_layers(about, description);
  read_units(about, description);
  if (description.trained_as_one()) check_bernoulli(description);
  if (const Json* training = about.find("training")) read_training(*training, description);
  return description;
}

// Hands out the tensors of a file, each once.
class Opener {
 public:
  explicit Opener(const io::Safetensors& file) {
    for (const io::Tensor& tensor : file.tensors) left_.emplace(tensor.name, &tensor);
  }

  Rbm machine(const std::string& prefix, const Machine& machine, bool resumable) {
    const RbmShape& shape = machine.shape;
    Parameters parameters = take_parameters(prefix, shape);
    Rbm rbm = make_rbm(prefix, machine, std::move(parameters));
    take_sigma(prefix, rbm);
    RbmTrainingState& state = rbm.training_state();
    state.epoch = machine.epoch;
    state.batch = machine.batch;
    state.step = machine.step;
    rbm.random_calls.made = machine.random_calls;
    if (!resumable) return rbm;
    take_optimizer(prefix, "W", machine.moment_steps, state.optimizer, [&](const std::string& name) {
      const Parameters kept = take_parameters(name, shape);
      return flat(std::vector{kept.W}, std::vector{kept.b, kept.c});
    });
    if (units::type_of(machine.shape.hidden_units.type).binary()) {
      if (has(prefix + "chains")) state.chains.bits = take_chains(prefix + "chains", rbm.hidden());
    } else if (has(prefix + "real_chains")) {
      take_real_chains(prefix + "real_chains", rbm, state.chains);
    }
    take_vector(prefix + "chain_words", state.chains.rows(), state.chain_words);
    for (const float words : state.chain_words)
      if (!(words >= 0 && words <= 1e6f))
        fail("tensor " + in_quotes(prefix + "chain_words") + " holds a length that no document has");
    take_vector(prefix + "velocity.sigma_v", rbm.sigma_v().size(), state.sigma_v_velocity);
    take_vector(prefix + "velocity.sigma_h", rbm.sigma_h().size(), state.sigma_h_velocity);
    take_set(prefix + "fast.", shape, state.fast);
    take_vector(prefix + "offsets.visible", rbm.width(), state.visible_offset);
    take_vector(prefix + "offsets.hidden", rbm.hidden(), state.hidden_offset);
    if ((state.visible_offset.size() == 0) != (state.hidden_offset.size() == 0))
      fail(prefix + "offsets.visible and " + prefix + "offsets.hidden are there together or not at all");
    take_vector(prefix + "activity", rbm.hidden(), state.activity);
    return rbm;
  }

  Dbm dbm(const Description& description) {
    const std::vector<Index>& layers = description.layers;
    const Index labels = description.machines.back().shape.labels;
    DbmParameters parameters = take_parameters("", layers, labels);
    OptimizerState optimizer;
    if (description.resumable)
      take_optimizer("", machine_prefix(0) + "W", description.whole.moment_steps, optimizer,
                     [&](const std::string& name) {
                       const DbmParameters kept = take_parameters(name, layers, labels);
                       return flat(kept.W, kept.b);
                     });
    std::optional<Dbn> pretraining;
    if (description.pretraining) pretraining = stack(pretraining_prefix, description);
    Dbm dbm = make_dbm(layers, labels, description.whole.seed, std::move(parameters));
    DbmTrainingState& state = dbm.training_state();
    state.epoch = description.whole.epoch;
    state.batch = description.whole.batch;
    state.step = description.whole.step;
    dbm.random_calls.made = description.whole.random_calls;
    state.pretrained = description.pretrained;
    state.pretraining = std::move(pretraining);
    state.optimizer = std::move(optimizer);
    if (description.resumable && has("chains.1")) take_chains(dbm, state);
    if (description.resumable && has("offsets.0")) {
      for (Index l = 0; l < dbm.layer_count(); ++l) {
        const io::Tensor& tensor = take("offsets." + std::to_string(l), {number(dbm.units(l))});
        copy(tensor, state.offsets.emplace_back(dbm.units(l)).data());
      }
    }
    return dbm;
  }

  Dbn stack(const std::string& prefix, const Description& description) {
    std::vector<Rbm> rbms;
    for (std::size_t i = 0; i < description.machines.size(); ++i)
      rbms.push_back(machine(prefix + machine_prefix(i), description.machines[i], description.resumable));
    try {
      Dbn dbn(std::move(rbms));
      dbn.training_layer = description.training_layer;
      return dbn;
    } catch (const std::out_of_range& error) {
      fail(error.what());
    }
  }

  Sbn sbn_net(const Description& description) {
    const std::vector<Index>& layers = description.layers;
    const bool recognises = has(machine_prefix(0) + "R");
    SbnTensors own = take_sbn("", layers, recognises);
    SbnTrainingState state{description.whole.epoch, description.whole.batch, description.whole.step, {}, {}};
    if (description.resumable) {
      take_optimizer("", machine_prefix(0) + "W", description.whole.moment_steps, state.optimizer,
                     [&](const std::string& name) {
                       const SbnTensors kept = take_sbn(name, layers, has(name + machine_prefix(0) + "R"));
                       return flat(kept.W, kept.b, kept.R, kept.c);
                     });
      if (has("examples.1")) take_examples(layers, state.kept);
    }
    try {
      Sbn net(layers, description.whole.seed, std::move(own.W), std::move(own.b));
      if (recognises) net.set_recognition(std::move(own.R), std::move(own.c));
      net.training_state() = std::move(state);
      net.random_calls.made = description.whole.random_calls;
      return net;
    } catch (const std::out_of_range& error) {
      fail(error.what());
    }
  }

  void finish() const {
    if (!left_.empty()) fail("tensor " + in_quotes(left_.begin()->first) + " does not belong to this kind of model");
  }

 private:
  struct Parameters {
    Matrix W;
    Vector b, c;
  };

  struct SbnTensors {
    std::vector<Matrix> W, R;
    std::vector<Vector> b, c;
  };

  // As optimizers keep them.
  template <class... Lists>
  static std::vector<Vector> flat(const Lists&... lists) {
    std::vector<Vector> all;
    const auto add = [&](const auto& list) {
      for (const auto& tensor : list) all.emplace_back(Eigen::Map<const Vector>(tensor.data(), tensor.size()));
    };
    (add(lists), ...);
    return all;
  }

  // take(prefix): all tensors after it, which are there when `first` is.
  template <class Take>
  void take_optimizer(const std::string& prefix, const std::string& first, std::uint64_t moment_steps,
                      OptimizerState& state, Take&& take) {
    const std::string of_first = prefix + "first_moment.", of_second = prefix + "second_moment.";
    if (has(prefix + "velocity." + first)) state.velocity = take(prefix + "velocity.");
    if (has(of_first + first) != has(of_second + first))
      fail(prefix + "first_moment and " + prefix + "second_moment are there together or not at all");
    if (!has(of_first + first)) return;
    state.first_moment = take(of_first);
    state.second_moment = take(of_second);
    state.moment_steps = moment_steps;
    for (const Vector& squares : state.second_moment)
      if (squares.size() > 0 && squares.minCoeff() < 0)
        fail("the tensors of " + prefix + "second_moment have values below 0");
  }

  static Index values_in(const io::Tensor& tensor, std::size_t side) { return static_cast<Index>(tensor.shape[side]); }
  bool has(const std::string& name) const { return left_.count(name) > 0; }

  const io::Tensor& take(const std::string& name) {
    const auto found = left_.find(name);
    if (found == left_.end()) fail("tensor " + in_quotes(name) + " is missing");
    const io::Tensor& tensor = *found->second;
    left_.erase(found);
    return tensor;
  }

  const io::Tensor& take(const std::string& name, const std::vector<std::uint64_t>& shape) {
    const io::Tensor& tensor = take(name);
    if (tensor.shape != shape) {
      fail("tensor " + in_quotes(name) + " has shape " + io::shape_text(tensor.shape) +
           ", but layers and labels ask for " + io::shape_text(shape));
    }
    if (tensor.dtype != Dtype::f32 && tensor.dtype != Dtype::f16) {
      fail("tensor " + in_quotes(name) + " is " + io::name_of(tensor.dtype) + ", but its values are F32 or F16");
    }
    return tensor;
  }

  // Memory is asked for only when every tensor is known to be there in its full length.
  Parameters take_parameters(const std::string& prefix, const RbmShape& shape) {
    const std::uint64_t visible = number(shape.visible), hidden = number(shape.hidden), labels = number(shape.labels);
    const io::Tensor& W = take(prefix + "W", {visible, hidden});
    const io::Tensor& b = take(prefix + "b", {visible});
    const io::Tensor& c = take(prefix + "c", {hidden});
    const io::Tensor* U = labels > 0 ? &take(prefix + "U", {labels, hidden}) : nullptr;
    const io::Tensor* d = labels > 0 ? &take(prefix + "d", {labels}) : nullptr;
    Parameters result{Matrix(shape.visible + shape.labels, shape.hidden), Vector(shape.visible + shape.labels),
                      Vector(shape.hidden)};
    copy(W, result.W.data());
    copy(b, result.b.data());
    copy(c, result.c.data());
    if (U) copy(*U, result.W.data() + shape.visible * shape.hidden);
    if (d) copy(*d, result.b.data() + shape.visible);
    return result;
  }

  DbmParameters take_parameters(const std::string& prefix, const std::vector<Index>& layers, Index labels) {
    std::vector<const io::Tensor*> W, b;
    for (std::size_t l = 0; l < layers.size(); ++l) {
      const std::string name = prefix + machine_prefix(l);
      if (l + 1 < layers.size()) W.push_back(&take(name + "W", {number(layers[l]), number(layers[l + 1])}));
      b.push_back(&take(name + "b", {number(layers[l])}));
    }
    if (labels > 0) {
      W.push_back(&take(prefix + "U", {number(labels), number(layers.back())}));
      b.push_back(&take(prefix + "d", {number(labels)}));
    }
    DbmParameters result;
    for (const io::Tensor* tensor : W)
      copy(*tensor,
           result.W.emplace_back(static_cast<Index>(tensor->shape[0]), static_cast<Index>(tensor->shape[1])).data());
    for (const io::Tensor* tensor : b)
      copy(*tensor, result.b.emplace_back(static_cast<Index>(tensor->shape[0])).data());
    return result;
  }

  // Memory is asked for only when every tensor is known to be there in its full length.
  SbnTensors take_sbn(const std::string& prefix, const std::vector<Index>& layers, bool recognises) {
    const std::size_t upper = layers.size() - 1;
    std::vector<const io::Tensor*> of_W, of_b, of_R, of_c;
    for (std::size_t l = 0; l <= upper; ++l) {
      const std::string name = prefix + machine_prefix(l);
      const std::uint64_t units = number(layers[l]);
      of_b.push_back(&take(name + "b", {units}));
      if (l == upper) break;
      const std::uint64_t above = number(layers[l + 1]);
      of_W.push_back(&take(name + "W", {units, above}));
      if (!recognises) continue;
      of_R.push_back(&take(name + "R", {units, above}));
      of_c.push_back(&take(name + "c", {above}));
    }
    const auto matrices = [](const std::vector<const io::Tensor*>& tensors) {
      std::vector<Matrix> out;
      for (const io::Tensor* tensor : tensors)
        copy(*tensor, out.emplace_back(values_in(*tensor, 0), values_in(*tensor, 1)).data());
      return out;
    };
    const auto vectors = [](const std::vector<const io::Tensor*>& tensors) {
      std::vector<Vector> out;
      for (const io::Tensor* tensor : tensors) copy(*tensor, out.emplace_back(values_in(*tensor, 0)).data());
      return out;
    };
    return {matrices(of_W), matrices(of_R), vectors(of_b), vectors(of_c)};
  }

  void take_examples(const std::vector<Index>& layers, SbnStates& kept) {
    kept.emplace_back();
    for (std::size_t l = 1; l < layers.size(); ++l) {
      const std::string name = "examples." + std::to_string(l);
      kept.push_back(take_chains(name, layers[l]));
      if (kept[l].rows() != kept[1].rows())
        fail("tensor " + in_quotes(name) + " has " + std::to_string(kept[l].rows()) + " rows, and 'examples.1' " +
             std::to_string(kept[1].rows()));
    }
  }

  void take_set(const std::string& prefix, const RbmShape& shape, ParameterSet& set) {
    if (!has(prefix + "W")) return;
    Parameters parameters = take_parameters(prefix, shape);
    set = {std::move(parameters.W), std::move(parameters.b), std::move(parameters.c)};
  }

  void take_vector(const std::string& name, Index size, Vector& values) {
    if (!has(name)) return;
    const io::Tensor& tensor = take(name, {number(size)});
    values.resize(size);
    copy(tensor, values.data());
  }

  static void copy(const io::Tensor& tensor, float* values) {
    const std::uint8_t* bytes = tensor.bytes.data();
    const std::size_t count = tensor.bytes.size() / static_cast<std::size_t>(io::size_of(tensor.dtype));
    if (tensor.dtype == Dtype::f32) {
      if (count > 0) std::memcpy(values, bytes, count * sizeof(float));
    } else {
      for (std::size_t i = 0; i < count; ++i) {
        std::uint16_t half;
        std::memcpy(&half, bytes + 2 * i, sizeof half);
        values[i] = io::float_from_half(half);
      }
    }
    for (std::size_t i = 0; i < count; ++i) {
      if (!std::isfinite(values[i])) fail("tensor " + in_quotes(tensor.name) + " holds a value that is not finite");
    }
  }

  void take_sigma(const std::string& prefix, Rbm& rbm) {
    Vector visible, hidden;
    const auto take_all = [&](const char* name, Index size, Vector& values) {
      if (size > 0 && !has(prefix + name)) fail("tensor " + in_quotes(prefix + name) + " is missing");
      take_vector(prefix + name, size, values);
    };
    take_all("sigma_v", rbm.sigma_v().size(), visible);
    take_all("sigma_h", rbm.sigma_h().size(), hidden);
    try {
      rbm.set_sigma(std::move(visible), std::move(hidden));
    } catch (const std::out_of_range& error) {
      fail(error.what());
    }
  }

  void take_real_chains(const std::string& name, const Rbm& rbm, LayerStates& chains) {
    const io::Tensor& tensor = take(name);
    if (tensor.dtype != Dtype::f32 || tensor.shape.size() != 2 || tensor.shape[0] == 0 ||
        tensor.shape[1] != number(rbm.hidden()))
      fail("tensor " + in_quotes(name) + " is " + io::shape_text(tensor.shape) + " of " + io::name_of(tensor.dtype) +
           ", but real chains are rows of " + std::to_string(rbm.hidden()) + " values of F32");
    chains.resize(false, static_cast<Index>(tensor.shape[0]), rbm.hidden());
    copy(tensor, chains.real.data());
  }

  BitMatrix take_chains(const std::string& name, Index units) {
    const io::Tensor& tensor = take(name);
    const std::uint64_t words = number((units + 63) / 64);
    if (tensor.dtype != Dtype::u64 || tensor.shape.size() != 2 || tensor.shape[0] == 0 || tensor.shape[1] != words) {
      fail("tensor " + in_quotes(name) + " is " + io::shape_text(tensor.shape) + " of " + io::name_of(tensor.dtype) +
           ", but chains are rows of " + std::to_string(words) + " words of U64");
    }
    BitMatrix chains(static_cast<Index>(tensor.shape[0]), units);
    std::memcpy(chains.row(0), tensor.bytes.data(), tensor.bytes.size());
    if (units % 64 == 0) return chains;
    for (Index r = 0; r < chains.rows(); ++r) {
      if (chains.row(r)[words - 1] >> (units % 64)) fail("tensor " + in_quotes(name) + " has bits past its last unit");
    }
    return chains;
  }

  void take_chains(const Dbm& dbm, DbmTrainingState& state) {
    for (Index l = 1; l < dbm.layer_count(); l += 2) {
      const std::string name = "chains." + std::to_string(l);
      const BitMatrix& chains = state.chains.emplace_back(take_chains(name, dbm.units(l)));
      if (chains.rows() != state.chains[0].rows())
        fail("tensor " + in_quotes(name) + " has " + std::to_string(chains.rows()) + " rows, and 'chains.1' " +
             std::to_string(state.chains[0].rows()));
      if (l <= dbm.depth()) continue;
      for (Index r = 0; r < chains.rows(); ++r) {
        int on = 0;
        for (Index w = 0; w < chains.words_per_row(); ++w) on += std::popcount(chains.row(r)[w]);
        if (on != 1)
          fail("tensor " + in_quotes(name) + " has " + std::to_string(on) + " labels on in row " + std::to_string(r));
      }
    }
  }

  static Dbm make_dbm(const std::vector<Index>& layers, Index labels, std::uint64_t seed, DbmParameters parameters) {
    try {
      return Dbm(layers, labels, seed, std::move(parameters));
    } catch (const std::out_of_range& error) {
      fail(error.what());
    }
  }

  // The limits on sizes are the model's own.
  static Rbm make_rbm(const std::string& prefix, const Machine& machine, Parameters parameters) {
    try {
      return Rbm(machine.shape, machine.seed, std::move(parameters.W), std::move(parameters.b),
                 std::move(parameters.c));
    } catch (const std::out_of_range& error) {
      fail(prefix + (prefix.empty() ? "" : " ") + error.what());
    }
  }

  std::map<std::string, const io::Tensor*> left_;
};

}  // namespace

std::vector<std::uint8_t> save_model(const Rbm& rbm, const SaveOptions& options) {
  check_options(options);
  Saver saver(options);
  saver.add("", rbm);
  return saver.finish("rbm", {rbm.visible(), rbm.hidden()}, rbm.labels(), nullptr);
}

std::vector<std::uint8_t> save_model(const Dbn& dbn, const SaveOptions& options) {
  check_options(options);
  Saver saver(options);
  for (Index layer = 0; layer < dbn.depth(); ++layer) saver.add(machine_prefix(size(layer)), dbn.rbm(layer));
  return saver.finish("dbn", dbn.layers(), dbn.labels(), &dbn.training_layer);
}

std::vector<std::uint8_t> save_model(const Dbm& dbm, const SaveOptions& options) {
  check_options(options);
  Saver saver(options);
  saver.add(dbm);
  const std::optional<Dbn>& pretraining = dbm.training_state().pretraining;
  return saver.finish("dbm", dbm.layers(), dbm.labels(),
                      options.resumable && pretraining ? &pretraining->training_layer : nullptr);
}

std::vector<std::uint8_t> save_model(const Sbn& net, const SaveOptions& options) {
  check_options(options);
  Saver saver(options);
  saver.add(net);
  return saver.finish("sbn", net.layers(), 0, nullptr);
}

Model open_model(std::span<const std::uint8_t> bytes) {
  const io::Safetensors file = io::parse_safetensors(bytes);
  const Description description = read_description(file);
  Opener opener(file);
  const auto open = [&]() -> Model {
    switch (description.kind) {
      case Kind::rbm:
        return opener.machine("", description.machines[0], description.resumable);
      case Kind::dbn:
        return opener.stack("", description);
      case Kind::dbm:
        return opener.dbm(description);
      case Kind::sbn:
        return opener.sbn_net(description);
    }
    fail("its kind cannot be opened");
  };
  Model model = open();
  opener.finish();
  return model;
}

std::map<std::string, std::string> model_notes(std::span<const std::uint8_t> bytes) {
  return read_description(io::parse_safetensors(bytes)).notes;
}

}  // namespace wakesleep
