#include "options/refusals.h"

#include <algorithm>
#include <cmath>

namespace wakesleep {

void refuse(const std::vector<Refusal>& refusals) {
  if (refusals.empty()) return;
  if (refusals[0].out_of_range) throw OptionOutOfRange(refusals[0]);
  throw OptionMisuse(refusals[0]);
}

namespace options {
namespace {

// Of values 'a', 'b' or 'c'.
std::string listed(const std::vector<std::string>& items) {
  std::string text;
  for (std::size_t i = 0; i < items.size(); ++i)
    text += (i == 0 ? "" : i + 1 == items.size() ? " or " : ", ") + items[i];
  return text;
}

std::string quoted(const std::string& word) { return '\'' + word + '\''; }

std::string whole(double number) { return number > 1e15 ? "2^53 - 1" : text_of(number); }

std::string allowed_number(const Bounds& b) {
  std::string text = "a finite number";
  if (b.at_least) text += " of at least " + text_of(*b.at_least);
  if (b.above) text += " above " + text_of(*b.above);
  const std::string joint = b.at_least || b.above ? " and " : " ";
  if (b.at_most) text += joint + "at most " + text_of(*b.at_most);
  if (b.below) text += joint + "below " + text_of(*b.below);
  return text;
}

bool holds(const Bounds& b, double x) {
  return std::isfinite(x) && !(b.above && !(x > *b.above)) && !(b.at_least && !(x >= *b.at_least)) &&
         !(b.below && !(x < *b.below)) && !(b.at_most && !(x <= *b.at_most));
}

bool is_one_of(const std::vector<Value>& values, const Value& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}
bool is_above(double bound, const Value& value) {
  const auto* number = std::get_if<double>(&value);
  return number && *number > bound;
}

std::size_t place_of(const std::string& option, const std::vector<Row>& rows) {
  std::size_t place = 0;
  while (rows.at(place).name != option) ++place;
  return place;
}

bool applies(const Need& need, const Value& own) {
  return (need.when.empty() || is_one_of(need.when, own)) && (!need.when_above || is_above(*need.when_above, own));
}

bool met(const Need& need, const Value& other) {
  if (!need.is.empty()) return is_one_of(need.is, other);
  return need.above ? is_above(*need.above, other) : is_given(other);
}

// "learningRateSchedule 'exponential' needs finalLearningRate above 0", "chains needs method 'pcd' or 'pt', not 'cd'".
Refusal refusal_of(const Row& row, const Need& need, const Value& own, const Value& other) {
  std::string text = row.name;
  if (!need.when.empty()) text += ' ' + quoted(plain_text_of(own));
  text += " needs " + need.option;
  if (need.above) text += " above " + text_of(*need.above);
  std::vector<std::string> words;
  for (const Value& value : need.is)
    if (const auto* word = std::get_if<std::string>(&value)) words.push_back(quoted(*word));
  if (!words.empty()) text += ' ' + listed(words) + ", not " + quoted(plain_text_of(other));
  return {row.name, text, false};
}

}  // namespace

std::string allowed(const Row& row) {
  switch (row.type) {
    case Type::number:
      return allowed_number(row.bounds);
    case Type::integer:
      return "a whole number from " + whole(*row.bounds.at_least) + " to " + whole(*row.bounds.at_most);
    case Type::boolean:
      return "true or false";
    case Type::word: {
      std::vector<std::string> words;
      for (const std::string& word : row.words) words.push_back(quoted(word));
      return listed(words);
    }
    case Type::numbers:
      return "an array of numbers";
    case Type::dataset:
      return "a data set of this engine";
  }
  return {};
}

std::optional<Refusal> refusal_of(const Row& row, const Value& value) {
  const auto refused = [&](bool out_of_range) {
    return Refusal{row.name, row.name + " must be " + allowed(row) + ", not " + text_of(value), out_of_range};
  };
  switch (row.type) {
    case Type::number:
    case Type::integer: {
      const auto* number = std::get_if<double>(&value);
      if (!number) return refused(false);
      const bool fits = holds(row.bounds, *number) && (row.type == Type::number || *number == std::floor(*number));
      return fits ? std::optional<Refusal>() : refused(true);
    }
    case Type::boolean:
      return std::holds_alternative<bool>(value) ? std::optional<Refusal>() : refused(false);
    case Type::word: {
      const auto* word = std::get_if<std::string>(&value);
      if (!word) return refused(false);
      const bool known = std::find(row.words.begin(), row.words.end(), *word) != row.words.end();
      return known ? std::optional<Refusal>() : refused(true);
    }
    case Type::numbers: {
      const auto* list = std::get_if<std::vector<float>>(&value);
      if (!list) return refused(false);
      for (std::size_t i = 0; i < list->size(); ++i)
        if (const auto number = static_cast<double>((*list)[i]); !holds(row.bounds, number))
          return Refusal{row.name, row.name + '[' + std::to_string(i) + "] must be " + allowed_number(row.bounds) +
                                       ", not " + text_of(number)};
      return {};
    }
    case Type::dataset:
      return std::holds_alternative<const Dataset*>(value) ? std::optional<Refusal>() : refused(false);
  }
  return {};
}

bool has_effect(std::size_t row, const std::vector<Row>& rows, const std::vector<Value>& values) {
  return std::all_of(rows[row].needs.begin(), rows[row].needs.end(), [&](const Need& need) {
    return !need.when.empty() || need.when_above || met(need, values[place_of(need.option, rows)]);
  });
}

std::vector<Refusal> unmet_needs(const std::vector<Row>& rows, const std::vector<Value>& values,
                                 const std::vector<bool>& given) {
  std::vector<Refusal> all;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!given[i]) continue;
    for (const Need& need : rows[i].needs) {
      const std::size_t other = place_of(need.option, rows);
      if (!applies(need, values[i]) || met(need, values[other])) continue;
      all.push_back(refusal_of(rows[i], need, values[i], values[other]));
      break;
    }
  }
  return all;
}

Refusal refusal_of_change(const std::string& option) {
  return {option, option + " can only be chosen at the beginning of a training", false};
}

}  // namespace options
}  // namespace wakesleep
