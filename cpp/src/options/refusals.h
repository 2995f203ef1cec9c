// What is wrong with options by themselves: values out of their row's range, and needs that are not met.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "options/table.h"

namespace wakesleep::options {

// Why this cannot be the option's value; empty when it can.
std::optional<Refusal> refusal_of(const Row& row, const Value& value);

// Needs of the options that were given, by the values of all; both in the order of the rows.
std::vector<Refusal> unmet_needs(const std::vector<Row>& rows, const std::vector<Value>& values,
                                 const std::vector<bool>& given);

// Whether an option has an effect: all that it needs, whatever its value, is there.
bool has_effect(std::size_t row, const std::vector<Row>& rows, const std::vector<Value>& values);

// What does not go together, when these options were given.
template <class O>
std::vector<Refusal> conflicts(const O& options, const std::vector<bool>& given) {
  const Table<O>& t = table<O>();
  std::vector<Refusal> all;
  for (const auto& relation : t.relations())
    if (std::optional<Refusal> found = relation(options)) all.push_back(std::move(*found));
  for (Refusal& found : unmet_needs(t.rows(), t.values(options), given)) all.push_back(std::move(found));
  return all;
}

// Everything: values first, in the order of the table. An option counts as given when it differs from its preset.
template <class O>
std::vector<Refusal> refusals(const O& options) {
  const std::vector<Row>& rows = table<O>().rows();
  std::vector<Refusal> all;
  std::vector<bool> given(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Value value = table<O>().value(i, options);
    given[i] = value != rows[i].preset;
    if (!given[i]) continue;
    if (std::optional<Refusal> found = refusal_of(rows[i], value)) all.push_back(std::move(*found));
  }
  for (Refusal& found : conflicts(options, given)) all.push_back(std::move(found));
  return all;
}

// The refusal of a change on the way.
Refusal refusal_of_change(const std::string& option);

// Changes of what is fixed while a training lasts.
template <class O>
std::vector<Refusal> refusals_of_change(const O& from, const O& to) {
  const Table<O>& t = table<O>();
  std::vector<Refusal> all;
  for (std::size_t i = 0; i < t.rows().size(); ++i)
    if (t.rows()[i].fixed && t.value(i, from) != t.value(i, to)) all.push_back(refusal_of_change(t.rows()[i].name));
  return all;
}

}  // namespace wakesleep::options
