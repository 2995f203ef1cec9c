// Options that were given where nothing would read them: no option is ignored in silence.
#pragma once

#include <CLI/CLI.hpp>
#include <stdexcept>
#include <string>

namespace wakesleep::cli {

// std::invalid_argument when the option was given without what it needs: "--runs needs --method ais".
inline void refuse_without(const CLI::Option* option, bool has, const std::string& needed) {
  if (option->count() && !has) throw std::invalid_argument(option->get_name() + " needs " + needed);
}

}  // namespace wakesleep::cli
