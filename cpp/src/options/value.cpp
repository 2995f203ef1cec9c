#include "options/value.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace wakesleep::options {
namespace {

// The fewest digits that give the same number back; an exponent without zeros before it, as JavaScript has it.
std::string shortest(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number < 0 ? "-Infinity" : "Infinity";
  char text[32];
  constexpr double whole_numbers_end = 1e15;
  if (number == std::floor(number) && std::abs(number) < whole_numbers_end) {
    std::snprintf(text, sizeof text, "%.0f", number);
    return text;
  }
  for (int digits = 1; digits <= 17; ++digits) {
    std::snprintf(text, sizeof text, "%.*g", digits, number);
    if (std::strtod(text, nullptr) == number) break;
  }
  std::string result(text);
  const std::size_t exponent = result.find('e');
  if (exponent != std::string::npos)
    while (result[exponent + 2] == '0') result.erase(exponent + 2, 1);
  return result;
}

}  // namespace

std::string text_of(double number) {
  std::string text = shortest(number);
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
  if (const auto* number = std::get_if<double>(&value)) return shortest(*number);
  if (const auto* word = std::get_if<std::string>(&value)) return *word;
  return {};
}

}  // namespace wakesleep::options
