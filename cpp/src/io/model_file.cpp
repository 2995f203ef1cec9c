#include "wakesleep/model_file.h"

#include <stdexcept>

#include "io/opener.h"
#include "models/all_tensors.h"
#include "models/familiarity_tensors.h"

namespace wakesleep {
namespace {

template <class State>
io::MachineRecord record_of(std::uint64_t seed, const State& state, std::uint64_t calls) {
  return {.seed = seed,
          .epoch = state.epoch,
          .batch = state.batch,
          .step = state.step,
          .moment_steps = state.optimizer.moment_steps,
          .random_calls = calls};
}

// Feed-forward nets have no random calls.
template <class Kind>
std::uint64_t calls_of(const Kind& model) {
  if constexpr (requires { model.random_calls; }) return model.random_calls.made;
  return 0;
}

class Saver {
 public:
  Saver(const ModelView& model, const SaveOptions& options) : writer_(options.half) {
    if (options.half && options.resumable)
      throw std::invalid_argument(
          "a resumable file keeps every bit, so it is float32: half and resumable exclude each other");
    description_.kind = io::file_kinds[model.index()];
    description_.layers = layers_of(model);
    description_.labels = labels_of(model);
    description_.units = units_of(model);
    description_.notes = options.notes;
    description_.resumable = options.resumable;
    model.visit([&](const auto& m) {
      add(m, "");
      add_familiarity(m);
    });
  }

  std::vector<std::uint8_t> bytes() {
    io::Safetensors file;
    file.tensors = std::move(writer_.tensors);
    write_description(description_, file);
    return write_safetensors(file);
  }

 private:
  template <class Kind>
  void add(const Kind& model, const std::string& prefix) {
    if constexpr (requires { model.shape().activations; }) {
      description_.activations = model.shape().activations;
      description_.code = model.code();
    }
    writer_.prefix = prefix;
    writer_.floats(parameter_tensors(model), model.parameters());
    if (description_.resumable) visit_state(model, writer_);
    description_.machines.push_back(record_of(model.seed(), model.training_state(), calls_of(model)));
    if constexpr (requires { model.training_state().pretraining; }) {
      const auto& state = model.training_state();
      description_.pretrained = state.pretrained;
      if (description_.resumable && state.pretraining) add(*state.pretraining, io::pretraining_prefix);
    }
  }
  void add(const Dbn& stack, const std::string& prefix) {
    for (Index l = 0; l < stack.depth(); ++l) add(stack.rbm(l), prefix + io::layer_prefix(static_cast<std::size_t>(l)));
    description_.training_layer = stack.training_layer;
    if (!stack.has_recognition()) return;
    writer_.prefix = prefix;
    writer_.floats(recognition_tensors(stack), stack.recognition());
    if (description_.resumable) visit_state(stack, writer_);
    description_.machines.push_back(record_of(stack.seed(), stack.up_down_state(), 0));
  }

  template <class Kind>
  void add_familiarity(const Kind& model) {
    if constexpr (requires { model.familiarity(); }) {
      writer_.prefix = "";
      if (const Familiarity* const known = model.familiarity())
        writer_.exact_floats(familiarity_tensors(model.labels(), io::machines_of(model)), familiarity_arrays(*known));
    }
  }

  io::ModelDescription description_;
  io::TensorWriter writer_;
};

}  // namespace

const std::vector<std::string>& kind_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const io::FileKind* kind : io::file_kinds) all.emplace_back(kind->name);
    return all;
  }();
  return names;
}

const std::string& kind_of(const ModelView& model) { return kind_names()[model.index()]; }

std::vector<std::uint8_t> save_model(const ModelView& model, const SaveOptions& options) {
  return Saver(model, options).bytes();
}

Model open_model(std::span<const std::uint8_t> bytes) {
  const io::Safetensors file = io::parse_safetensors(bytes);
  return io::Opener(file, read_description(file)).open();
}

std::map<std::string, std::string> model_notes(std::span<const std::uint8_t> bytes) {
  return read_description(io::parse_safetensors(bytes)).notes;
}

}  // namespace wakesleep
