#include "options/value.h"

#include <cmath>

#include "math/decimal.h"

namespace wakesleep::options {
std::string text_of(double number) {
  std::string text = math::shortest_text(number);
  constexpr double smallest_grouped = 10'000;
  if (std::abs(number) < smallest_grouped || text.find_first_not_of("-0123456789") != std::string::npos) return text;
  for (std::size_t at = text.size(); at > 3 && text[at - 4] != '-'; at -= 3) text.insert(at - 3, ",");
  return text;
}

std::string text_of(const Value& value) {
  if (const auto* number = std::get_if<double>(&value)) return text_of(*number);
  if (const auto* word = std::get_if<std::string>(&value)) return '"' + *word + '"';
  if (const auto* foreign = std::get_if<Foreign>(&value)) return foreign->description;
  if (const auto* list = std::get_if<std::vector<float>>(&value)) return "a list of " + std::to_string(list->size());
  if (std::holds_alternative<const Dataset*>(value)) return "a data set";
  return is_given(value) ? plain_text_of(value) : "nothing";
}

std::string plain_text_of(const Value& value) {
  if (const auto* truth = std::get_if<bool>(&value)) return *truth ? "true" : "false";
  if (const auto* number = std::get_if<double>(&value)) return math::shortest_text(*number);
  if (const auto* word = std::get_if<std::string>(&value)) return *word;
  return {};
}

}  // namespace wakesleep::options
