#include "units/description.h"

#include <cmath>
#include <stdexcept>

#include "units/unit_type.h"

namespace wakesleep::units {
namespace {

void check_parameters(const std::string& name, const Type& type, bool groups, bool learned_sigma) {
  const auto refuse = [&](const std::string& why) { throw std::invalid_argument(why); };
  if (groups && !type.has_groups())
    refuse("groups are for " + types_where(&Type::has_groups) + " units, and " + name + " are " + type.name());
  if (learned_sigma && !type.has_sigma())
    refuse("learnedSigma is for " + types_where(&Type::has_sigma) + " units, and " + name + " are " + type.name());
  if (!groups && type.has_groups())
    refuse(std::string(type.name()) + " units need their groups, the number of states of each, and " + name +
           " have none");
}

constexpr double most_states = 1 << 20;

}  // namespace

Units units_from(const std::string& name, const Description& description) {
  Units units;
  units.type = unit_type(description.type, name);
  check_parameters(name, type_of(units.type), description.groups.has_value(), description.learned_sigma.has_value());
  units.learned_sigma = description.learned_sigma.value_or(false);
  for (const double size : description.groups.value_or(std::vector<double>{})) {
    if (!(size >= 2 && size <= most_states) || size != std::floor(size))
      throw std::out_of_range("groups[" + std::to_string(units.groups.size()) + "] of " + name +
                              " must be a whole number of states, 2 to 2^20, not " + value_text(size));
    units.groups.push_back(static_cast<Index>(size));
  }
  return units;
}

Description description_of(const Units& units) {
  const Type& type = type_of(units.type);
  Description description{type.name()};
  if (type.has_groups()) description.groups.emplace(units.groups.begin(), units.groups.end());
  if (type.has_sigma()) description.learned_sigma = units.learned_sigma;
  return description;
}

void Type::check_units(const std::string& name, const Units& units, Index count) const {
  check_parameters(name, *this, !units.groups.empty(), units.learned_sigma);
  if (!has_groups()) return;
  Index sum = 0;
  for (std::size_t g = 0; g < units.groups.size(); ++g) {
    const Index size = units.groups[g];
    if (size < 2 || size > count)
      throw std::out_of_range("groups[" + std::to_string(g) + "] of the " + name +
                              " must be 2 states or more, and at most all " + std::to_string(count) + " units, not " +
                              std::to_string(size));
    sum += size;
    if (sum > count) break;
  }
  if (sum != count)
    throw std::out_of_range("the " + std::string(this->name()) + " groups of the " + name + " must add up to its " +
                            std::to_string(count) + " units");
}

}  // namespace wakesleep::units
