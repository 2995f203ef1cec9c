#include "bindings/units.h"

#include <cmath>
#include <stdexcept>

#include "models/layer.h"
#include "units/description.h"

namespace wakesleep::bindings {
namespace {

units::Description described(const std::string& name, const val& units) {
  if (units.isUndefined()) return {name_of(Units{}.type)};
  if (units.isString()) return {units.as<std::string>()};
  if (units.isNull() || units.typeOf().as<std::string>() != "object")
    throw std::invalid_argument(name + " must be a type of units or an object");
  for (const auto& key : emscripten::vecFromJSArray<std::string>(val::global("Object").call<val>("keys", units)))
    if (key != "type" && key != "groups" && key != "learnedSigma" && !units[key].isUndefined())
      throw std::invalid_argument(name + " has no entry '" + key + "'; known are type, groups, learnedSigma");
  units::Description out;
  const val type = units["type"], groups = units["groups"], learned = units["learnedSigma"];
  if (!type.isUndefined() && !type.isString()) throw std::invalid_argument(name + ".type must be a string");
  out.type = type.isUndefined() ? name_of(Units{}.type) : type.as<std::string>();
  if (!groups.isUndefined()) {
    if (!groups.isArray()) throw std::invalid_argument(name + ".groups must be an array of numbers of states");
    out.groups.emplace();
    for (const val& size : emscripten::vecFromJSArray<val>(groups)) {
      if (!size.isNumber()) throw std::invalid_argument(name + ".groups must be an array of numbers of states");
      out.groups->push_back(size.as<double>());
    }
  }
  if (!learned.isUndefined()) {
    if (!learned.isTrue() && !learned.isFalse())
      throw std::invalid_argument(name + ".learnedSigma must be true or false");
    out.learned_sigma = learned.isTrue();
  }
  return out;
}

}  // namespace

Units units_from(const std::string& name, const val& units) { return units::units_from(name, described(name, units)); }

val units_to(const Units& units) {
  const units::Description about = units::description_of(units);
  val out = val::object();
  out.set("type", about.type);
  if (about.groups) out.set("groups", val::array(*about.groups));
  if (about.learned_sigma) out.set("learnedSigma", *about.learned_sigma);
  return out;
}

namespace {

std::optional<Index> words_of(const val& words, bool documents) {
  if (!documents) {
    if (!words.isUndefined())
      throw std::invalid_argument("words are for " + units::types_where(&units::Type::documents) +
                                  " units, whose documents have a length");
    return std::nullopt;
  }
  const std::string allowed = "words must be a whole number from 1 to 1,000,000, the length of a document";
  if (!words.isNumber()) throw std::invalid_argument(allowed);
  const double count = words.as<double>();
  if (!(count >= 1 && count <= static_cast<double>(units::most_words)) || count != std::floor(count))
    throw std::out_of_range(allowed + ", not " + units::value_text(count));
  return static_cast<Index>(count);
}

}  // namespace

std::optional<Index> words_from(const val& words, const Rbm& rbm) {
  return words_of(words, visible_layer(rbm).type->documents());
}
std::optional<Index> words_from(const val& words, const Dbn& dbn) { return words_from(words, dbn.rbm(0)); }
std::optional<Index> words_from(const val& words, const Dbm&) { return words_of(words, false); }

}  // namespace wakesleep::bindings
