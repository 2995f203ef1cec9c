// Why options, a model and data cannot be trained together.
#pragma once

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

// Throws the first, if there is one.
void refuse(const std::vector<Refusal>& refusals);

}  // namespace wakesleep
