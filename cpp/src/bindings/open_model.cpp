#include <variant>

#include "bindings/bindings.h"
#include "wakesleep/model_file.h"

namespace wakesleep::bindings {
namespace {

// { kind, model, notes }: the notes an array of keys and values in turn.
val open(val bytes) {
  const auto copy = vector_from<std::uint8_t>(bytes);
  Model opened = open_model(copy);
  val out = val::object(), notes = val::array();
  for (const auto& [key, text] : model_notes(copy)) {
    notes.call<void>("push", key);
    notes.call<void>("push", text);
  }
  out.set("notes", notes);
  out.set("kind", kind_of(opened));
  std::visit([&](auto& model) { out.set("model", std::make_shared<std::decay_t<decltype(model)>>(std::move(model))); },
             opened);
  return out;
}

}  // namespace

EMSCRIPTEN_BINDINGS(wakesleep_open_model) { emscripten::function("openModel", &guard<open>::call); }

}  // namespace wakesleep::bindings
