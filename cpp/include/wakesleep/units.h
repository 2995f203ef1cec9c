// The types of units, and what may stand on the two sides of a Boltzmann machine.
//
// Given the other side, a unit's total input is a = bias + (interaction), and at a temperature T
//   bernoulli           s in {0, 1}, p(s) ~ exp(a s / T)
//   gaussian            s real, p(s) = N(a, sigma^2 T). E has (s - b)^2 / (2 sigma^2), and the interaction has
//                       s / sigma^2 in the place of s (Cho, Ilin and Raiko 2011), so that the inputs that a unit gets
//                       from the other side, and its bias, are measured as the data are
//   softmax             groups of K units, of which one is on: p(k) ~ exp(a_k / T)
//   replicated_softmax  D words from one softmax over all units: counts that add up to D; the other side's biases are
//                       multiplied by D (Salakhutdinov and Hinton 2009, "Replicated softmax")
//   relu                s >= 0, p(s) ~ exp((a s - s^2 / 2) / T): a normal distribution cut off at zero
//   noisy_relu          s = max(0, a + N(0, T sigmoid(a / T))) (Nair and Hinton 2010). No energy has this conditional
//                       distribution, so noisy_relu units are for sampling and learning only.
//   spin                s in {-1, 1}, p(s) ~ exp(a s / T): an Ising spin
#pragma once

#include <string>
#include <vector>

#include "wakesleep/matrix.h"

namespace wakesleep {

enum class UnitType { bernoulli, gaussian, softmax, replicated_softmax, relu, noisy_relu, spin };

struct Units {
  UnitType type = UnitType::bernoulli;
  // softmax: the sizes of the groups, each at least 2, which add up to the units of the side.
  std::vector<Index> groups{};
  // gaussian: whether training moves the standard deviations, which start at 1.
  bool learned_sigma = false;
  bool operator==(const Units&) const = default;
};

std::vector<UnitType> all_unit_types();
// As it is written above, with hyphens: "replicated-softmax".
const char* name_of(UnitType type);
// std::out_of_range for a name that no type has, with a message that lists those there are, and begins with `what` is
// of that type.
UnitType unit_type(const std::string& name, const std::string& what = "units");

// Standard deviations are kept between these bounds, whatever learning asks for: sigma running to zero or to infinity
// is how Gaussian units usually fail.
inline constexpr float least_sigma = 1e-2f, most_sigma = 1e2f;

}  // namespace wakesleep
