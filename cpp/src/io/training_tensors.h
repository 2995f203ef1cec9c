// What values training can have left in the tensors of a resumable file.
#pragma once

#include <cctype>
#include <limits>
#include <string>
#include <string_view>

#include "learning/optimizer.h"

namespace wakesleep::io {

struct ValueRange {
  float low, high;
};

// By a tensor's name, with a machine's prefix or without. Other tensors may hold every finite value.
inline ValueRange range_of(std::string_view name) {
  const auto is = [&](std::string_view role) {
    return name.starts_with(role) || name.find("." + std::string(role)) != name.npos;
  };
  constexpr auto most = static_cast<float>(most_magnitude);
  // A step whose outcome could be larger is refused as divergence (optimizer.h), and gradients are then as well.
  if (is("second_moment.")) return {0, most * most};
  if (is("velocity.") || is("first_moment.") || is("fast.") || is("activity")) return {-most, most};
  // Offsets are moving averages of means: those of a DBM's layers, which have numbers, of probabilities. A little more
  // than 1 is rounding.
  constexpr std::string_view offsets = "offsets.";
  if (!is(offsets)) return {std::numeric_limits<float>::lowest(), std::numeric_limits<float>::max()};
  const bool of_layer = std::isdigit(static_cast<unsigned char>(name.back())) != 0;
  return of_layer ? ValueRange{0, 1.0001f} : ValueRange{-most, most};
}

}  // namespace wakesleep::io
