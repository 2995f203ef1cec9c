// The metadata of a model file has one entry, "wakesleep", a JSON text:
//
//   {"kind": "rbm",                              "dbn" for a deep belief net, "sbn" for a sigmoid belief net
//    "version": 1,
//    "units": {"visible": "bernoulli", "hidden": "bernoulli"},
//    "layers": [784, 500],                       visible units first
//    "labels": 10,                               size of the softmax group beside the (top) machine's visible units, or 0
//    "training": {                               may be left out by other programs that write such files
//      "notes": {"data": "mnist", ...},          whatever the user wants kept
//      "machines": [{"seed": "1", "epoch": "10", "step": "6000"}],   one a machine (a whole sbn is one); 64 bits, so decimal
//      strings "layer": 0,                               of a DBN: the layer that training has reached "resumable": false}}
//      true: machines also have "batch", and the tensors of momentum and chains
//
// Tensors of an RBM: "W" [visible, hidden], "b" [visible], "c" [hidden], and with labels "U" [labels, hidden], "d" [labels].
// A DBN has the same for each machine after "layers.0." and so on. A resumable file adds, for a machine whose training has
// begun, "velocity.W" and so on in the same shapes, and "chains" [chains, words]: the hidden states of the persistent chains,
// 64 to a word, the lowest bit first.
//
// A sigmoid belief net has for each layer l but the top one "layers.l.W" [units, units of the layer above] and for each layer
// "layers.l.b" [units]; with recognition weights, all of "layers.l.R" in the shape of W and "layers.l.c" [units of the layer
// above]. What a resumable file adds is the place in an epoch.
//
// Every file keeps whole epochs and steps, so that a model which is opened and trained on goes on with its schedule and with
// fresh random numbers. Momentum, chains and the place in an epoch that has begun are only in a resumable one.
#include "wakesleep/model_file.h"

#include <cmath>
#include <cstring>
#include <deque>
#include <stdexcept>

#include "io/half.h"
#include "io/json.h"
#include "io/safetensors.h"
#include "wakesleep/errors.h"

namespace wakesleep {

namespace {

using io::Dtype;
using io::in_quotes;
using io::Json;

constexpr std::uint64_t format_version = 1;
constexpr const char* metadata_key = "wakesleep";
constexpr int description_depth = 4;
constexpr std::uint64_t most_units = std::uint64_t{1} << 20;
// A step is part of the random numbers' counter and has 56 bits there (random.h).
constexpr std::uint64_t most_steps = (std::uint64_t{1} << 56) - 1;

std::string machine_prefix(std::size_t layer) { return "layers." + std::to_string(layer) + "."; }
std::uint64_t number(Index value) { return static_cast<std::uint64_t>(value); }
std::size_t size(Index value) { return static_cast<std::size_t>(value); }

// What a file says of a machine's training.
struct Record {
  std::uint64_t seed = 1, epoch = 0, batch = 0, step = 0;
};

// ---- Saving

// Collects the tensors of machines, which must outlive it, and keeps what had to be converted.
class Saver {
 public:
  explicit Saver(const SaveOptions& options) : options_(options) {}

  void add(const std::string& prefix, const Rbm& rbm) {
    add_parameters(prefix, rbm.shape(), rbm.W(), rbm.b(), rbm.c());
    const RbmTrainingState& state = rbm.training_state();
    machines_.push_back({rbm.seed(), state.epoch, state.batch, state.step});
    if (options_.resumable) {
      if (state.W_velocity.size() > 0) {
        add_parameters(prefix + "velocity.", rbm.shape(), state.W_velocity, state.b_velocity, state.c_velocity);
      }
      if (state.chains.rows() > 0) add_chains(prefix + "chains", state.chains);
    }
  }

  void add(const SigmoidBeliefNet& net) {
    for (Index l = 0; l < net.depth(); ++l) {
      const std::string prefix = machine_prefix(size(l));
      const std::uint64_t units = number(net.units(l));
      add_values(prefix + "b", {units}, net.b(l).data());
      if (l + 1 == net.depth()) continue;
      const std::uint64_t above = number(net.units(l + 1));
      add_values(prefix + "W", {units, above}, net.W(l).data());
      if (!net.has_recognition()) continue;
      add_values(prefix + "R", {units, above}, net.R(l).data());
      add_values(prefix + "c", {above}, net.c(l).data());
    }
    const BeliefTrainingState& state = net.training_state();
    machines_.push_back({net.seed(), state.epoch, state.batch, state.step});
  }

  // training_layer: nullptr but for a DBN.
  std::vector<std::uint8_t> finish(const char* kind, const std::vector<Index>& layers, Index labels,
                                   const Index* training_layer) {
    io::JsonWriter json;
    json.begin_object().key("kind").string(kind).key("version").whole(format_version);
    json.key("units").begin_object().key("visible").string("bernoulli").key("hidden").string("bernoulli").end_object();
    json.key("layers").begin_list();
    for (const Index units : layers) json.whole(number(units));
    json.end_list().key("labels").whole(number(labels));

    json.key("training").begin_object().key("notes").begin_object();
    for (const auto& [key, value] : options_.notes) json.key(key).string(value);
    json.end_object().key("machines").begin_list();
    for (const Record& record : machines_) {
      json.begin_object().key("seed").string(std::to_string(record.seed));
      json.key("epoch").string(std::to_string(record.epoch)).key("step").string(std::to_string(record.step));
      if (options_.resumable) json.key("batch").string(std::to_string(record.batch));
      json.end_object();
    }
    json.end_list();
    if (training_layer) json.key("layer").whole(number(*training_layer));
    json.key("resumable").boolean(options_.resumable).end_object().end_object();
    file_.metadata[metadata_key] = json.text();
    return io::write_safetensors(file_);
  }

 private:
  void add_parameters(const std::string& prefix, const RbmShape& shape, const Matrix& W, const Vector& b, const Vector& c) {
    const std::uint64_t visible = number(shape.visible), hidden = number(shape.hidden), labels = number(shape.labels);
    add_values(prefix + "W", {visible, hidden}, W.data());
    add_values(prefix + "b", {visible}, b.data());
    add_values(prefix + "c", {hidden}, c.data());
    if (labels == 0) return;
    add_values(prefix + "U", {labels, hidden}, W.data() + shape.visible * shape.hidden);
    add_values(prefix + "d", {labels}, b.data() + shape.visible);
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

  void add_tensor(const std::string& name, Dtype dtype, std::vector<std::uint64_t> shape, const void* data, std::size_t bytes) {
    file_.tensors.push_back({name, dtype, std::move(shape), {static_cast<const std::uint8_t*>(data), bytes}});
  }

  const SaveOptions& options_;
  io::Safetensors file_;
  std::deque<std::vector<std::uint16_t>> halves_;
  std::vector<Record> machines_;
};

void check_options(const SaveOptions& options) {
  if (options.half && options.resumable) {
    throw std::invalid_argument("a resumable file keeps every bit, so it is float32: half and resumable exclude each other");
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

struct Machine : Record {
  RbmShape shape;
};

enum class Kind { rbm, dbn, sbn };
const std::map<std::string, Kind> kinds{{"rbm", Kind::rbm}, {"dbn", Kind::dbn}, {"sbn", Kind::sbn}};

struct Description {
  Kind kind = Kind::rbm;
  std::vector<Index> layers;
  std::vector<Machine> machines;
  bool resumable = false;
  Index training_layer = 0;
  std::map<std::string, std::string> notes;
};

void check_units(const Json& about) {
  const Json& units = member(about, "units", "the description");
  for (const char* side : {"visible", "hidden"}) {
    const std::string where = std::string(side) + " units";
    const std::string& type = string(member(units, side, "units"), where);
    if (type != "bernoulli") fail(where + " are " + in_quotes(type) + "; only 'bernoulli' is known");
  }
}

void read_layers(const Json& about, Description& description) {
  const Json& layers = member(about, "layers", "the description");
  const std::size_t count = layers.values.size();
  if (layers.kind != Json::Kind::list || count < 2 || (description.kind == Kind::rbm && count > 2)) {
    fail(description.kind == Kind::rbm ? "layers is not a list of two sizes" : "layers is not a list of at least two sizes");
  }
  std::vector<Index>& sizes = description.layers;
  for (const Json& layer : layers.values)
    sizes.push_back(static_cast<Index>(whole_number(layer, "a size in layers", most_units)));
  for (std::size_t i = 0; i + 1 < sizes.size(); ++i) {
    Machine& machine = description.machines.emplace_back();
    machine.shape = {.visible = sizes[i], .hidden = sizes[i + 1]};
    if (description.kind == Kind::sbn) break;
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

  const Json& machines = member(training, "machines", "training");
  const std::vector<Json>& records = machines.values;
  if (machines.kind != Json::Kind::list || records.size() != description.machines.size()) {
    fail("training's machines is not a list of one entry a machine, of which there are " +
         std::to_string(description.machines.size()));
  }
  for (std::size_t i = 0; i < records.size(); ++i) {
    const std::string where = "machine " + std::to_string(i);
    Machine& machine = description.machines[i];
    machine.seed = decimal(records[i], "seed", where, ~std::uint64_t{0});
    machine.epoch = decimal(records[i], "epoch", where, most_steps);
    machine.step = decimal(records[i], "step", where, most_steps);
    if (description.resumable) machine.batch = decimal(records[i], "batch", where, most_steps);
  }
  if (description.kind == Kind::dbn) {
    description.training_layer =
        static_cast<Index>(whole_number(member(training, "layer", "training"), "training's layer", records.size()));
  }
}

Description read_description(const io::Safetensors& file) {
  const auto text = file.metadata.find(metadata_key);
  if (text == file.metadata.end()) fail("this is a safetensors file of another program: its metadata has no 'wakesleep'");
  const Json about = io::parse_json(text->second, "model file: the description", description_depth);

  Description description;
  const std::uint64_t version = whole_number(member(about, "version", "the description"), "version", ~std::uint64_t{0});
  if (version > format_version) {
    fail("version " + std::to_string(version) + " is newer than this program, which reads up to " +
         std::to_string(format_version));
  }
  if (version == 0) fail("there is no version 0");
  const std::string& kind = string(member(about, "kind", "the description"), "kind");
  const auto known = kinds.find(kind);
  if (known == kinds.end()) fail("kind " + in_quotes(kind) + " is unknown; known are 'rbm', 'dbn' and 'sbn'");
  description.kind = known->second;
  check_units(about);
  read_layers(about, description);
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
    RbmTrainingState& state = rbm.training_state();
    state.epoch = machine.epoch;
    state.batch = machine.batch;
    state.step = machine.step;
    if (resumable && has(prefix + "velocity.W")) {
      Parameters velocity = take_parameters(prefix + "velocity.", shape);
      state.W_velocity = std::move(velocity.W);
      state.b_velocity = std::move(velocity.b);
      state.c_velocity = std::move(velocity.c);
    }
    if (resumable && has(prefix + "chains")) state.chains = take_chains(prefix + "chains", rbm.hidden());
    return rbm;
  }

  // Memory is asked for only when every tensor is known to be there in its full length.
  SigmoidBeliefNet belief_net(const std::vector<Index>& layers, const Machine& machine) {
    const std::size_t upper = layers.size() - 1;
    const bool recognises = has(machine_prefix(0) + "R");
    std::vector<const io::Tensor*> of_W, of_b, of_R, of_c;
    for (std::size_t l = 0; l <= upper; ++l) {
      const std::string prefix = machine_prefix(l);
      const std::uint64_t units = number(layers[l]);
      of_b.push_back(&take(prefix + "b", {units}));
      if (l == upper) break;
      const std::uint64_t above = number(layers[l + 1]);
      of_W.push_back(&take(prefix + "W", {units, above}));
      if (!recognises) continue;
      of_R.push_back(&take(prefix + "R", {units, above}));
      of_c.push_back(&take(prefix + "c", {above}));
    }
    std::vector<Matrix> W, R;
    std::vector<Vector> b, c;
    for (const io::Tensor* tensor : of_b) copy(*tensor, b.emplace_back(values_in(*tensor, 0)).data());
    for (const io::Tensor* tensor : of_W) copy(*tensor, W.emplace_back(values_in(*tensor, 0), values_in(*tensor, 1)).data());
    for (const io::Tensor* tensor : of_R) copy(*tensor, R.emplace_back(values_in(*tensor, 0), values_in(*tensor, 1)).data());
    for (const io::Tensor* tensor : of_c) copy(*tensor, c.emplace_back(values_in(*tensor, 0)).data());
    try {
      SigmoidBeliefNet net(layers, machine.seed, std::move(W), std::move(b));
      if (recognises) net.set_recognition(std::move(R), std::move(c));
      net.training_state() = {machine.epoch, machine.batch, machine.step};
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
      fail("tensor " + in_quotes(name) + " has shape " + io::shape_text(tensor.shape) + ", but layers and labels ask for " +
           io::shape_text(shape));
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

  // The limits on sizes are the model's own.
  static Rbm make_rbm(const std::string& prefix, const Machine& machine, Parameters parameters) {
    try {
      return Rbm(machine.shape, machine.seed, std::move(parameters.W), std::move(parameters.b), std::move(parameters.c));
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

std::vector<std::uint8_t> save_model(const SigmoidBeliefNet& net, const SaveOptions& options) {
  check_options(options);
  Saver saver(options);
  saver.add(net);
  return saver.finish("sbn", net.layers(), 0, nullptr);
}

Model open_model(std::span<const std::uint8_t> bytes) {
  const io::Safetensors file = io::parse_safetensors(bytes);
  const Description description = read_description(file);
  Opener opener(file);
  if (description.kind == Kind::sbn) {
    SigmoidBeliefNet net = opener.belief_net(description.layers, description.machines[0]);
    opener.finish();
    return net;
  }
  if (description.kind == Kind::rbm) {
    Rbm rbm = opener.machine("", description.machines[0], description.resumable);
    opener.finish();
    return rbm;
  }
  std::vector<Rbm> rbms;
  for (std::size_t i = 0; i < description.machines.size(); ++i) {
    rbms.push_back(opener.machine(machine_prefix(i), description.machines[i], description.resumable));
  }
  opener.finish();
  try {
    Dbn dbn(std::move(rbms));
    dbn.training_layer = description.training_layer;
    return dbn;
  } catch (const std::out_of_range& error) {
    fail(error.what());
  }
}

std::map<std::string, std::string> model_notes(std::span<const std::uint8_t> bytes) {
  return read_description(io::parse_safetensors(bytes)).notes;
}

}  // namespace wakesleep
