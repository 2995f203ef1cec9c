// What is known of an option, but for the member that holds it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "options/value.h"

namespace wakesleep::options {

enum class Type { number, integer, boolean, word, numbers, dataset };

struct Bounds {
  std::optional<double> above{}, at_least{}, below{}, at_most{};
};

// What an option needs: another one that has one of these values, or is above a number, or else is given. Where `when`
// or `when_above` is there, only while the option itself has one of those values, or is above that number.
struct Need {
  std::string option;
  std::vector<Value> is{};
  std::optional<double> above{};
  std::vector<Value> when{};
  std::optional<double> when_above{};
};

struct Row {
  std::string name;  // in camelCase
  Bounds bounds{};
  std::vector<std::string> words{};  // in the order of their enumeration
  std::vector<Need> needs{};
  bool fixed = false;         // holds for a whole training: it is what states, an order or a plan come from
  std::string_view help{};    // a literal: a sentence without its full stop
  std::string_view source{};  // a literal: a paper and its section
  bool models_own = false;    // unless given, JavaScript has the model's own, or another table holds
  Type type{};                // follows from the member
  Value preset{};             // of an options object that nobody has touched; empty: not given
};

// What a value of the option must be: "a whole number from 1 to 10,000".
std::string allowed(const Row& row);

}  // namespace wakesleep::options
