// Units as a user, a file or a command line describes them: by names and numbers that may not fit.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "wakesleep/units.h"

namespace wakesleep::units {

struct Description {
  std::string type;
  std::optional<std::vector<double>> groups{};  // the number of states of each
  std::optional<bool> learned_sigma{};
};

// `name`: what the units are called in a message. std::out_of_range for a type that is not known and numbers that no
// group has, std::invalid_argument for what the type does not have, or lacks. (Whether the groups add up to the units
// of a side is for Type::check_units.)
Units units_from(const std::string& name, const Description& description);
// What there is to say of the units beside their type: groups where the type has them, learned_sigma where it has
// standard deviations.
Description description_of(const Units& units);

}  // namespace wakesleep::units
