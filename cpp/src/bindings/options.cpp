#include "bindings/options.h"

#include <algorithm>
#include <utility>

#include "io/describe.h"

namespace wakesleep::bindings {
namespace {

using options::Foreign;
using options::Type;
using options::Value;

// An array of numbers; those that are not finite stay, and are refused by their place.
Value numbers_of(const val& array) {
  if (array.typeOf().as<std::string>() != "object" || array.isNull() || !array["length"].isNumber())
    return Foreign{described(array)};
  const bool finite =
      val::global("Array")["prototype"]["every"].call<bool>("call", array, val::global("Number")["isFinite"]);
  for (std::size_t i = 0, length = finite ? 0 : length_of(array); i < length; ++i)
    if (const val entry = array[i]; !entry.isNumber())
      return Foreign{"one whose entry " + std::to_string(i) + " is " + described(entry)};
  return vector_from<float>(array);
}

Value value_of(const val& value, Type type) {
  if (type == Type::numbers) return numbers_of(value);
  if (type == Type::dataset && value.instanceof(val::module_property("Dataset")))
    return static_cast<const Dataset*>(value.as<std::shared_ptr<Dataset>>().get());
  if (value.isTrue() || value.isFalse()) return value.isTrue();
  if (value.isNumber()) return value.as<double>();
  if (value.isString()) return value.as<std::string>();
  return Foreign{described(value)};
}

}  // namespace

options::Entries entries_of(const val& object, const std::vector<options::Row>& rows,
                            const std::vector<std::string>& apart, const std::string& what) {
  options::Entries entries;
  for (const auto& name : emscripten::vecFromJSArray<std::string>(val::global("Object").call<val>("keys", object))) {
    const val value = object[name];
    if (value.isUndefined() || std::find(apart.begin(), apart.end(), name) != apart.end()) continue;
    entries.emplace_back(name, value_of(value, rows[options::row_of(rows, name, what)].type));
  }
  return entries;
}

std::shared_ptr<Dataset> dataset_of(const val& object, const char* name) {
  const val found = object[name];
  return found.isUndefined() ? nullptr : found.as<std::shared_ptr<Dataset>>();
}

val problems(std::vector<Refusal> list, const std::vector<Refusal>& more) {
  list.insert(list.end(), more.begin(), more.end());
  val out = val::array();
  for (auto refusal = list.begin(); refusal != list.end(); ++refusal) {
    if (std::find(list.begin(), refusal, *refusal) != refusal) continue;
    val one = val::object();
    if (!refusal->option.empty()) one.set("option", refusal->option);
    one.set("message", refusal->message);
    out.call<void>("push", one);
  }
  return out;
}

EMSCRIPTEN_BINDINGS(wakesleep_options) { emscripten::function("describe", &io::describe); }

}  // namespace wakesleep::bindings
