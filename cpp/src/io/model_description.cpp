#include "io/model_description.h"

#include <algorithm>
#include <stdexcept>

#include "io/json.h"
#include "units/description.h"
#include "wakesleep/errors.h"

namespace wakesleep::io {
namespace {

constexpr std::uint64_t format_version = 1;
constexpr const char* metadata_key = "wakesleep";
constexpr int description_levels = 4;
constexpr std::uint64_t most_units = std::uint64_t{1} << 20;
// A step is part of the random numbers' counter and has 56 bits there (random.h).
constexpr std::uint64_t most_steps = (std::uint64_t{1} << 56) - 1;

[[noreturn]] void fail(const std::string& fault) { refuse_model_file(fault); }

// ---- Writing

void write_units(JsonWriter& json, const Units& units) {
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

// By side for a single machine and wherever all hidden units are Bernoulli, which is what readers of version 1 knew
// first; by layer else.
void write_units(JsonWriter& json, const std::vector<Units>& units) {
  const Units bernoulli;
  const bool by_side = units.size() == 2 || std::all_of(units.begin() + 1, units.end(),
                                                        [&](const Units& hidden) { return hidden == bernoulli; });
  if (by_side) {
    json.begin_object().key("visible");
    write_units(json, units[0]);
    json.key("hidden");
    write_units(json, units[1]);
    json.end_object();
    return;
  }
  json.begin_list();
  for (const Units& of_layer : units) write_units(json, of_layer);
  json.end_list();
}

void write_machine(JsonWriter& json, const MachineRecord& machine, bool resumable) {
  const auto decimal = [&](const char* key, std::uint64_t value) { json.key(key).string(std::to_string(value)); };
  json.begin_object();
  decimal("seed", machine.seed);
  decimal("epoch", machine.epoch);
  decimal("step", machine.step);
  if (resumable) decimal("batch", machine.batch);
  if (resumable && machine.moment_steps > 0) decimal("moment_steps", machine.moment_steps);
  if (resumable && machine.random_calls > 0) decimal("random_calls", machine.random_calls);
  json.end_object();
}

// ---- Reading

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

bool boolean(const Json& object, const char* key, const std::string& where) {
  const Json& value = member(object, key, where);
  if (value.kind != Json::Kind::boolean) fail(where + "'s " + key + " is neither true nor false");
  return value.boolean;
}

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

// Layers are known by then.
void read_units(const Json& about, ModelDescription& description) {
  const Json& units = member(about, "units", "the description");
  const std::size_t layers = description.layers.size();
  if (units.kind == Json::Kind::list) {
    if (units.values.size() != layers) fail("units is not a list of one entry a layer");
    for (std::size_t l = 0; l < layers; ++l)
      description.units.push_back(read_units(units.values[l], "units of layer " + std::to_string(l)));
  } else {
    description.units.push_back(read_units(member(units, "visible", "units"), "visible units"));
    const Units hidden = read_units(member(units, "hidden", "units"), "hidden units");
    if (layers > 2 && hidden != Units{}) fail("units of several layers that are not Bernoulli are a list, one a layer");
    description.units.resize(layers, hidden);
  }
  if (description.kind->any_units) return;
  for (const Units& of_layer : description.units)
    if (of_layer != Units{})
      fail("units are " + in_quotes(name_of(of_layer.type)) + ", but this kind of model is of 'bernoulli' alone");
}

void read_activations(const Json& about, ModelDescription& description) {
  const Json& activations = member(about, "activations", "the description");
  if (activations.kind != Json::Kind::list || activations.values.size() + 1 != description.layers.size())
    fail("activations is not a list of one entry for each layer above the inputs");
  for (const Json& one : activations.values) try {
      description.activations.push_back(activation(string(one, "an activation"), "activations"));
    } catch (const std::out_of_range& error) {
      fail(error.what());
    }
  description.code =
      static_cast<Index>(whole_number(member(about, "code", "the description"), "code", description.layers.size() - 1));
}

void read_layers(const Json& about, ModelDescription& description) {
  const Json& layers = member(about, "layers", "the description");
  const std::size_t count = layers.values.size(), least = description.kind->least_layers;
  if (layers.kind != Json::Kind::list || count < least || count > description.kind->most_layers)
    fail(description.kind->most_layers == 2
             ? "layers is not a list of two sizes"
             : std::string("layers is not a list of at least ") + (least == 3 ? "three" : "two") + " sizes");
  for (const Json& layer : layers.values)
    description.layers.push_back(static_cast<Index>(whole_number(layer, "a size in layers", most_units)));
  const std::uint64_t most_labels = description.kind->labels ? most_units : 0;
  description.labels =
      static_cast<Index>(whole_number(member(about, "labels", "the description"), "labels", most_labels));
}

MachineRecord read_machine(const Json& record, const std::string& where, bool resumable) {
  MachineRecord machine;
  machine.seed = decimal(record, "seed", where, ~std::uint64_t{0});
  machine.epoch = decimal(record, "epoch", where, most_steps);
  machine.step = decimal(record, "step", where, most_steps);
  if (!resumable) return machine;
  machine.batch = decimal(record, "batch", where, most_steps);
  if (record.find("moment_steps")) machine.moment_steps = decimal(record, "moment_steps", where, most_steps);
  if (record.find("random_calls")) machine.random_calls = decimal(record, "random_calls", where, most_steps);
  return machine;
}

void read_training(const Json& training, ModelDescription& description) {
  const bool resumable = description.resumable = boolean(training, "resumable", "training");
  const Json& notes = member(training, "notes", "training");
  if (notes.kind != Json::Kind::object) fail("notes is not an object");
  for (const auto& [key, place] : notes.keys)
    description.notes.emplace(key, string(notes.values[place], "the note " + in_quotes(key)));
  if (description.kind->pretraining) description.pretrained = boolean(training, "pretrained", "training");

  const Json& machines = member(training, "machines", "training");
  const std::vector<Json>& records = machines.values;
  const std::size_t rbms = description.layers.size() - 1;
  const bool in_pretraining =
      description.kind->pretraining && resumable && !*description.pretrained && records.size() > 1;
  const bool stack_as_one = description.kind->stack && records.size() == rbms + 1;
  const std::size_t expected = stack_as_one || in_pretraining ? rbms + 1 : description.kind->stack ? rbms : 1;
  if (machines.kind != Json::Kind::list || records.size() != expected)
    fail("training's machines is not a list of one entry a machine, of which there are " + std::to_string(expected));
  description.machines.clear();
  for (std::size_t i = 0; i < expected; ++i)
    description.machines.push_back(read_machine(records[i], "machine " + std::to_string(i), resumable));
  if (description.kind->stack || in_pretraining)
    description.training_layer = static_cast<Index>(
        whole_number(member(training, "layer", "training"), "training's layer", in_pretraining ? rbms - 1 : rbms));
}

}  // namespace

void refuse_model_file(const std::string& fault) { throw Error(ErrorCode::format, "model file: " + fault); }

RbmShape ModelDescription::shape(std::size_t layer) const {
  return {layers[layer], layers[layer + 1], layer + 2 == layers.size() ? labels : 0, units[layer], units[layer + 1]};
}

void write_description(const ModelDescription& description, Safetensors& file) {
  JsonWriter json;
  json.begin_object().key("kind").string(description.kind->name).key("version").whole(format_version);
  if (description.kind->activations) {
    json.key("activations").begin_list();
    for (const Activation one : description.activations) json.string(name_of(one));
    json.end_list().key("code").whole(static_cast<std::uint64_t>(description.code));
  } else {
    json.key("units");
    write_units(json, description.units);
  }
  json.key("layers").begin_list();
  for (const Index units : description.layers) json.whole(static_cast<std::uint64_t>(units));
  json.end_list().key("labels").whole(static_cast<std::uint64_t>(description.labels));

  json.key("training").begin_object().key("notes").begin_object();
  for (const auto& [key, value] : description.notes) json.key(key).string(value);
  json.end_object().key("machines").begin_list();
  for (const MachineRecord& machine : description.machines) write_machine(json, machine, description.resumable);
  json.end_list();
  if (description.training_layer) json.key("layer").whole(static_cast<std::uint64_t>(*description.training_layer));
  if (description.pretrained) json.key("pretrained").boolean(*description.pretrained);
  json.key("resumable").boolean(description.resumable).end_object().end_object();
  file.metadata[metadata_key] = json.text();
}

ModelDescription read_description(const Safetensors& file) {
  const auto text = file.metadata.find(metadata_key);
  if (text == file.metadata.end())
    fail("this is a safetensors file of another program: its metadata has no 'wakesleep'");
  const Json about = parse_json(text->second, "model file: the description", description_levels);

  ModelDescription description;
  const std::uint64_t version = whole_number(member(about, "version", "the description"), "version", ~std::uint64_t{0});
  if (version > format_version)
    fail("version " + std::to_string(version) + " is newer than this program, which reads up to " +
         std::to_string(format_version));
  if (version == 0) fail("there is no version 0");
  const std::string& kind = string(member(about, "kind", "the description"), "kind");
  std::string known;
  for (std::size_t i = 0; i < file_kinds.size(); ++i) {
    if (kind == file_kinds[i]->name) description.kind = file_kinds[i];
    known += (i == 0 ? "" : i + 1 == file_kinds.size() ? " and " : ", ") + in_quotes(file_kinds[i]->name);
  }
  if (!description.kind) fail("kind " + in_quotes(kind) + " is unknown; known are " + known);
  read_layers(about, description);
  description.kind->activations ? read_activations(about, description) : read_units(about, description);
  description.machines.resize(description.kind->stack ? description.layers.size() - 1 : 1);
  if (const Json* training = about.find("training")) read_training(*training, description);
  return description;
}

}  // namespace wakesleep::io
