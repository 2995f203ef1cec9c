#include "units/unit_type.h"

#include <cmath>
#include <stdexcept>

namespace wakesleep {

const char* name_of(UnitType type) { return units::type_of(type).name(); }

UnitType unit_type(const std::string& name) {
  std::string known;
  for (const UnitType type : {UnitType::bernoulli, UnitType::gaussian, UnitType::softmax, UnitType::replicated_softmax,
                              UnitType::relu, UnitType::noisy_relu}) {
    if (name == name_of(type)) return type;
    known += (known.empty() ? "" : ", ") + std::string(name_of(type));
  }
  throw std::invalid_argument("units are one of " + known + ", not " + name);
}

namespace units {

const Type& type_of(UnitType type) {
  switch (type) {
    case UnitType::gaussian:
      return gaussian();
    case UnitType::softmax:
      return softmax();
    case UnitType::replicated_softmax:
      return replicated_softmax();
    case UnitType::relu:
      return relu();
    case UnitType::noisy_relu:
      return noisy_relu();
    case UnitType::bernoulli:
      break;
  }
  return bernoulli();
}

void Type::check_units(const std::string& name, const Units& units, Index) const {
  if (!units.groups.empty())
    throw std::out_of_range("groups are for softmax units, and the " + name + " are " + this->name());
  if (units.learned_sigma)
    throw std::out_of_range("a learned sigma is for gaussian units, and the " + name + " are " + this->name());
}

void Type::add_energy(const Side& side, const MatrixView& states, const float* bias_scale, VectorD& out) const {
  for (Index r = 0; r < states.rows(); ++r) {
    double sum = 0;
    for (Index i = 0; i < side.count; ++i) sum += static_cast<double>(side.bias[i]) * static_cast<double>(states(r, i));
    out[r] -= bias_scale ? static_cast<double>(bias_scale[r]) * sum : sum;
  }
}

void refuse_value(const char* name, const char* allowed, Index row, Index column, float value) {
  throw std::out_of_range(std::string(name) + " must " + allowed + ": row " + std::to_string(row) + ", column " +
                          std::to_string(column) + " is " +
                          (std::isnan(value)   ? "NaN"
                           : std::isinf(value) ? "infinite"
                                               : std::to_string(value)));
}

void refuse_without_energy() {
  throw std::invalid_argument(
      "noisy-relu units have no energy: they are for sampling and learning, and relu units for free energies and log "
      "Z");
}

}  // namespace units
}  // namespace wakesleep
