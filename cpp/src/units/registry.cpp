// The list of all types of units: a new one has its row here and its place in UnitType (wakesleep/units.h).
#include <array>
#include <stdexcept>

#include "units/unit_type.h"

namespace wakesleep {
namespace units {

// Each is defined in the file of its name.
const Type& bernoulli();
const Type& gaussian();
const Type& softmax();
const Type& replicated_softmax();
const Type& relu();
const Type& noisy_relu();
const Type& spin();

namespace {

struct Row {
  UnitType type;
  const Type& (*of)();
};

constexpr std::array rows{
    Row{UnitType::bernoulli, bernoulli}, Row{UnitType::gaussian, gaussian},
    Row{UnitType::softmax, softmax},     Row{UnitType::replicated_softmax, replicated_softmax},
    Row{UnitType::relu, relu},           Row{UnitType::noisy_relu, noisy_relu},
    Row{UnitType::spin, spin},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (static_cast<std::size_t>(rows[i].type) != i) return false;
  return true;
}
static_assert(in_order(), "rows stand in the order of UnitType, by which they are looked up");

}  // namespace

const Type& type_of(UnitType type) { return rows[static_cast<std::size_t>(type)].of(); }

const Type& label_units() { return softmax(); }

std::string types_where(bool (Type::*holds)() const) {
  std::string names, last;
  for (const Row& row : rows) {
    if (!(row.of().*holds)()) continue;
    if (!last.empty()) names += (names.empty() ? "" : ", ") + last;
    last = row.of().name();
  }
  return names.empty() ? last : names + " or " + last;
}

}  // namespace units

const char* name_of(UnitType type) { return units::type_of(type).name(); }

std::vector<UnitType> all_unit_types() {
  std::vector<UnitType> types;
  for (const units::Row& row : units::rows) types.push_back(row.type);
  return types;
}

UnitType unit_type(const std::string& name, const std::string& what) {
  std::string known;
  for (const UnitType type : all_unit_types()) {
    if (name == name_of(type)) return type;
    known += (known.empty() ? "" : ", ") + std::string(name_of(type));
  }
  throw std::out_of_range(what + " are '" + name + "', which is not known: there are " + known);
}

}  // namespace wakesleep
