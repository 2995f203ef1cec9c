#include "wakesleep/model_file.h"

#include <stdexcept>

#include "io/model_description.h"
#include "io/model_tensors.h"
#include "models/dbm_tensors.h"
#include "models/rbm_tensors.h"
#include "models/sbn_tensors.h"
#include "wakesleep/errors.h"

namespace wakesleep {
namespace {

using io::Kind;
using io::MachineRecord;
using io::ModelDescription;

std::string layer_prefix(std::size_t layer) { return "layers." + std::to_string(layer) + "."; }
constexpr const char* pretraining_prefix = "pretraining.";

// ---- Saving

template <class Model>
MachineRecord record_of(const Model& model) {
  const auto& state = model.training_state();
  return {model.seed(), state.epoch, state.batch, state.step, state.optimizer.moment_steps, model.random_calls.made};
}

class Saver {
 public:
  Saver(Kind kind, const SaveOptions& options) : writer_(options.half) {
    if (options.half && options.resumable)
      throw std::invalid_argument(
          "a resumable file keeps every bit, so it is float32: half and resumable exclude each other");
    description_.kind = kind;
    description_.notes = options.notes;
    description_.resumable = options.resumable;
  }

  template <class Model>
  void add(const Model& model, const std::string& prefix = "") {
    writer_.prefix = prefix;
    writer_.floats(parameter_tensors(model), model.parameters());
    if (description_.resumable) visit_state(model, writer_);
    description_.machines.push_back(record_of(model));
  }
  void add(const Dbn& stack, const std::string& prefix) {
    for (Index l = 0; l < stack.depth(); ++l) add(stack.rbm(l), prefix + layer_prefix(static_cast<std::size_t>(l)));
    description_.training_layer = stack.training_layer;
  }

  std::vector<std::uint8_t> bytes(const std::vector<Index>& layers, Index labels, std::vector<Units> units) {
    description_.layers = layers;
    description_.labels = labels;
    description_.units = std::move(units);
    io::Safetensors file;
    file.tensors = std::move(writer_.tensors);
    write_description(description_, file);
    return write_safetensors(file);
  }

  ModelDescription& description() { return description_; }

 private:
  ModelDescription description_;
  io::TensorWriter writer_;
};

// ---- Opening

class Opener {
 public:
  Opener(const io::Safetensors& file, ModelDescription description)
      : reader_(file), description_(std::move(description)) {}

  Model open() {
    Model model = open_kind();
    reader_.finish();
    return model;
  }

 private:
  Model open_kind() {
    const std::vector<Index>& layers = description_.layers;
    const MachineRecord& record = description_.machines[0];
    switch (description_.kind) {
      case Kind::rbm:
        return rbm(description_.shape(0), record, "");
      case Kind::dbn:
        return stack("", 0);
      case Kind::dbm: {
        Dbm dbm = model<Dbm, DbmParameters>(parameter_tensors(layers, description_.labels), record, layers,
                                            description_.labels, record.seed);
        dbm.training_state().pretrained = description_.pretrained.value_or(false);
        if (description_.in_pretraining()) dbm.training_state().pretraining = stack(pretraining_prefix, 1);
        return dbm;
      }
      case Kind::sbn:
        return model<Sbn, SbnParameters>(parameter_tensors(layers, reader_.has(layer_prefix(0) + "R")), record, layers,
                                         record.seed);
    }
    throw std::logic_error("a kind of model that cannot be opened");
  }

  Rbm rbm(const RbmShape& shape, const MachineRecord& record, const std::string& prefix) {
    reader_.prefix = prefix;
    return model<Rbm, ParameterSet>(parameter_tensors(shape), record, shape, record.seed);
  }

  // Its machines' records begin with number `first`.
  Dbn stack(const std::string& prefix, std::size_t first) {
    std::vector<Rbm> rbms;
    for (std::size_t l = 0; l + 1 < description_.layers.size(); ++l)
      rbms.push_back(rbm(description_.shape(l), description_.machines[first + l], prefix + layer_prefix(l)));
    reader_.prefix = prefix;
    Dbn dbn = made<Dbn>(std::move(rbms));
    dbn.training_layer = description_.training_layer.value_or(0);
    return dbn;
  }

  // `arguments` are those of the constructor, which ends with the parameters.
  template <class Model, class Parameters, class... Arguments>
  Model model(const TensorList& tensors, const MachineRecord& record, const Arguments&... arguments) {
    Parameters parameters;
    reader_.parameters(tensors, parameters);
    Model model = made<Model>(arguments..., std::move(parameters));
    auto& state = model.training_state();
    state.epoch = record.epoch;
    state.batch = record.batch;
    state.step = record.step;
    state.optimizer.moment_steps = record.moment_steps;
    model.random_calls.made = record.random_calls;
    if (description_.resumable) visit_state(model, reader_);
    return model;
  }

  // The limits of sizes and values are the model's own.
  template <class Model, class... Arguments>
  Model made(Arguments&&... arguments) {
    try {
      return Model(std::forward<Arguments>(arguments)...);
    } catch (const std::out_of_range& error) {
      io::refuse_model_file(reader_.prefix + (reader_.prefix.empty() ? "" : " ") + error.what());
    }
  }

  io::TensorReader reader_;
  ModelDescription description_;
};

}  // namespace

std::vector<std::uint8_t> save_model(const Rbm& rbm, const SaveOptions& options) {
  Saver saver(Kind::rbm, options);
  saver.add(rbm);
  const RbmShape& shape = rbm.shape();
  return saver.bytes({shape.visible, shape.hidden}, shape.labels, {shape.visible_units, shape.hidden_units});
}

std::vector<std::uint8_t> save_model(const Dbn& dbn, const SaveOptions& options) {
  Saver saver(Kind::dbn, options);
  saver.add(dbn, "");
  std::vector<Units> units{dbn.rbm(0).shape().visible_units};
  for (Index l = 0; l < dbn.depth(); ++l) units.push_back(dbn.rbm(l).shape().hidden_units);
  return saver.bytes(dbn.layers(), dbn.labels(), std::move(units));
}

std::vector<std::uint8_t> save_model(const Dbm& dbm, const SaveOptions& options) {
  Saver saver(Kind::dbm, options);
  saver.add(dbm);
  const DbmTrainingState& state = dbm.training_state();
  saver.description().pretrained = state.pretrained;
  if (options.resumable && state.pretraining) saver.add(*state.pretraining, pretraining_prefix);
  return saver.bytes(dbm.layers(), dbm.labels(), std::vector<Units>(dbm.layers().size()));
}

std::vector<std::uint8_t> save_model(const Sbn& net, const SaveOptions& options) {
  Saver saver(Kind::sbn, options);
  saver.add(net);
  return saver.bytes(net.layers(), 0, std::vector<Units>(net.layers().size()));
}

const std::string& kind_of(const Model& model) { return io::name_of(static_cast<Kind>(model.index())); }

Model open_model(std::span<const std::uint8_t> bytes) {
  const io::Safetensors file = io::parse_safetensors(bytes);
  return Opener(file, read_description(file)).open();
}

std::map<std::string, std::string> model_notes(std::span<const std::uint8_t> bytes) {
  return read_description(io::parse_safetensors(bytes)).notes;
}

}  // namespace wakesleep
