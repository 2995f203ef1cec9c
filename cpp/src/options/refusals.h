// What is wrong with options by themselves: values out of their row's range, and needs that are not met.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "options/tables.h"

namespace wakesleep::options {

// Why this cannot be the option's value; empty when it can.
std::optional<Refusal> refusal_of(const Row& row, const Value& value);

// Needs of the options that were given, by the values of all; both in the order of the rows.
std::vector<Refusal> unmet_needs(const std::vector<Row>& rows, const std::vector<Value>& values,
                                 const std::vector<bool>& given);

// Whether an option has an effect: all that it needs, whatever its value, is there.
bool has_effect(std::size_t row, const std::vector<Row>& rows, const std::vector<Value>& values);

// Everything, in the order of the table. An option counts as given where its entry in `given` is true, or its value
// differs from its preset.
template <class O>
std::vector<Refusal> refusals(const O& options, std::vector<bool> given = {}) {
  const Table<O>& t = table<O>();
  const std::vector<Value> values = t.values(options);
  given.resize(values.size());
  std::vector<Refusal> all;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] == t.rows()[i].preset) continue;
    given[i] = true;
    if (std::optional<Refusal> found = refusal_of(t.rows()[i], values[i])) all.push_back(std::move(*found));
  }
  for (const auto& relation : t.relations())
    if (std::optional<Refusal> found = relation(options)) all.push_back(std::move(*found));
  for (Refusal& found : unmet_needs(t.rows(), values, given)) all.push_back(std::move(found));
  return all;
}

}  // namespace wakesleep::options
