// The value of an option, whichever its type: as a C++ member, a command line or a JavaScript object has it.
#pragma once

#include <string>
#include <variant>
#include <vector>

namespace wakesleep {
class Dataset;
}

namespace wakesleep::options {

// What no option can be, in words: "an array of 3".
struct Foreign {
  std::string description;
  bool operator==(const Foreign&) const = default;
};

// Empty: not given. Whole numbers are numbers too: none is above 2^53.
using Value = std::variant<std::monostate, bool, double, std::string, std::vector<float>, const Dataset*, Foreign>;

inline bool is_given(const Value& value) { return value.index() != 0; }

// As people write it: 0.05, 1e-12, 65,536.
std::string text_of(double number);
// As a message says what came: true, 0.05, "late", "an array of 3".
std::string text_of(const Value& value);
// As a command line has it, and the notes of a model: true, 0.05, 65536, late. Empty for data sets and lists.
std::string plain_text_of(const Value& value);

}  // namespace wakesleep::options
