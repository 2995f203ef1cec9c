// Options from what a user gave: entries of a command line or of a JavaScript object.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "options/refusals.h"

namespace wakesleep::options {

using Entries = std::vector<std::pair<std::string, Value>>;

// The number of the row; throws OptionMisuse with the names that are known where there is none. `what` the entries are
// of: "options".
std::size_t row_of(const std::vector<Row>& rows, const std::string& name, const std::string& what);

// Puts the entries into `onto`, later ones over earlier ones, and tells what is wrong with them: first the values, in
// the order of the entries, each of which is left out, then what does not go together. Empty values were not given.
template <class O>
std::vector<Refusal> read(const Entries& entries, O& onto) {
  const Table<O>& t = table<O>();
  std::vector<Refusal> all;
  std::vector<bool> given(t.rows().size());
  for (const auto& [name, value] : entries) {
    const std::size_t i = row_of(t.rows(), name, "options");
    if (!is_given(value)) continue;
    if (std::optional<Refusal> found = refusal_of(t.rows()[i], value)) {
      all.push_back(std::move(*found));
      continue;
    }
    t.put(i, value, onto);
    given[i] = true;
  }
  for (Refusal& found : conflicts(onto, given)) all.push_back(std::move(found));
  return all;
}

// A value as text has it: 0.05, on, pcd. Text that is none stays text, which refusal_of() then refuses.
Value parse(const Row& row, const std::string& text);

}  // namespace wakesleep::options
