// Makes models of what a file says and has.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "io/model_description.h"
#include "io/model_tensors.h"
#include "models/dbn_tensors.h"
#include "models/familiarity_tensors.h"

namespace wakesleep::io {

inline std::string layer_prefix(std::size_t layer) { return "layers." + std::to_string(layer) + "."; }
inline Index machines_of(const Rbm&) { return 1; }
inline Index machines_of(const Dbn& dbn) { return dbn.depth(); }
inline constexpr const char* pretraining_prefix = "pretraining.";

class Opener {
 public:
  Opener(const Safetensors& file, ModelDescription description) : reader_(file), description_(std::move(description)) {}

  const ModelDescription& description() const { return description_; }
  bool has(const std::string& tensor) const { return reader_.has(tensor); }

  // All of the file.
  Model open() {
    Model model = description_.kind->open(*this);
    std::visit([&](auto& opened) { read_familiarity(opened); }, model);
    reader_.finish();
    return model;
  }

  // One of its layers, whose machine's record has number `record`.
  Rbm rbm(std::size_t layer, std::size_t record, const std::string& prefix);
  // Its machines' records begin with number `first`.
  Dbn stack(const std::string& prefix, std::size_t first);
  // The recognition weights of a stack that has its own, and what of its training as one is there.
  void read_recognition(Dbn& dbn);
  // By the file's first record. `arguments` are those of the constructor, which go on with the seed and the parameters.
  template <class Kind, class... Arguments>
  Kind model(const TensorList& tensors, const Arguments&... arguments) {
    return model<Kind>(description_.machines[0], tensors, arguments...);
  }

 private:
  template <class Kind, class... Arguments>
  Kind model(const MachineRecord& record, const TensorList& tensors, const Arguments&... arguments) {
    std::remove_cvref_t<decltype(std::declval<Kind>().parameters())> parameters;
    reader_.parameters(tensors, parameters);
    Kind model = made<Kind>(arguments..., record.seed, std::move(parameters));
    resume(record, model, model.training_state());
    if constexpr (requires { model.random_calls; }) model.random_calls.made = record.random_calls;
    return model;
  }

  template <class Kind, class State>
  void resume(const MachineRecord& record, Kind& model, State& state) {
    state.epoch = record.epoch;
    state.batch = record.batch;
    state.step = record.step;
    state.optimizer.moment_steps = record.moment_steps;
    if (description_.resumable) visit_state(model, reader_);
  }

  template <class Kind>
  void read_familiarity(Kind& model) {
    if constexpr (requires { model.familiarity(); }) {
      reader_.prefix = "";
      Familiarity read;
      if (model.labels() == 0 ||
          !reader_.floats(familiarity_tensors(model.labels(), machines_of(model)), familiarity_arrays(read)))
        return;
      checked([&] { model.set_familiarity(std::move(read)); });
    }
  }

  // The limits of sizes and values are the model's own.
  template <class F>
  decltype(auto) checked(F&& f) {
    try {
      return f();
    } catch (const std::logic_error& error) {
      refuse_model_file(reader_.prefix + (reader_.prefix.empty() ? "" : " ") + error.what());
    }
  }
  template <class Kind, class... Arguments>
  Kind made(Arguments&&... arguments) {
    return checked([&] { return Kind(std::forward<Arguments>(arguments)...); });
  }

  TensorReader reader_;
  ModelDescription description_;
};

}  // namespace wakesleep::io
