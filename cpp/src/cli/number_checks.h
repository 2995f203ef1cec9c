// What options take: a number in a range and nothing that only looks like one, a text that is not empty. The messages
// name the range.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>

namespace wakesleep::cli {

// lowest, lowest + 1 and so on.
CLI::Validator whole_from(std::int64_t lowest);
// Neither NaN nor infinite.
CLI::Validator finite();
CLI::Validator finite_above(double bound);
// A finite number above 0, which may be written as a fraction, 1/255; to transform() an option with.
CLI::Validator above_0_or_fraction();
CLI::Validator not_empty();

}  // namespace wakesleep::cli
