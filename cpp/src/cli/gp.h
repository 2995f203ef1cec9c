#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace wakesleep::cli {

// As those of commands.h.
std::function<void()> add_gp(CLI::App& app);

}  // namespace wakesleep::cli
