// Why options, a model and data cannot be trained together.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace wakesleep {

struct Refusal {
  // In camelCase, as JavaScript has it; empty where the model or the data are meant.
  std::string option;
  std::string message;
  // A number or a shape outside what is allowed, which is std::out_of_range where it is thrown, or else things that do
  // not go together: std::invalid_argument.
  bool out_of_range = true;
  bool operator==(const Refusal&) const = default;
};

// What the errors have that name an option: its name in camelCase.
struct OfOption {
  std::string option;
};
struct OptionOutOfRange : std::out_of_range, OfOption {
  explicit OptionOutOfRange(const Refusal& refusal) : std::out_of_range(refusal.message), OfOption{refusal.option} {}
};
struct OptionMisuse : std::invalid_argument, OfOption {
  explicit OptionMisuse(const Refusal& refusal) : std::invalid_argument(refusal.message), OfOption{refusal.option} {}
};

// Throws the first as one of these two, if there is one.
void refuse(const std::vector<Refusal>& refusals);

}  // namespace wakesleep
