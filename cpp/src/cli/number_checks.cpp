#include "cli/number_checks.h"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>

#include "io/json.h"

namespace wakesleep::cli {
namespace {

template <class Number>
bool reads(const std::string& text, Number& value) {
  const char* end = text.data() + text.size();
  const auto [read, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && read == end;
}

std::string instead_of(const std::string& wanted, const std::string& text) {
  return "must be " + wanted + ", not " + io::in_quotes(text);
}

CLI::Validator finite_numbers(const std::string& wanted, double above) {
  return {[=](std::string& text) {
            double value = 0;
            const bool is_one = reads(text, value) && std::isfinite(value) && value > above;
            return is_one ? std::string() : instead_of(wanted, text);
          },
          ""};
}

}  // namespace

CLI::Validator whole_from(std::int64_t lowest) {
  return {[=](std::string& text) {
            std::int64_t value = 0;
            const bool is_one = reads(text, value) && value >= lowest;
            return is_one ? std::string()
                          : instead_of("a whole number of " + std::to_string(lowest) + " or more", text);
          },
          ""};
}

CLI::Validator finite() { return finite_numbers("a finite number", -std::numeric_limits<double>::infinity()); }
CLI::Validator finite_above(double bound) {
  return finite_numbers("a finite number above " + CLI::detail::to_string(bound), bound);
}

CLI::Validator above_0_or_fraction() {
  return {[](std::string& text) {
            const std::size_t line = text.find('/');
            double over = 0, under = 1;
            const bool read =
                reads(text.substr(0, line), over) && (line == text.npos || reads(text.substr(line + 1), under));
            const double value = over / under;
            if (!read || !std::isfinite(value) || value <= 0)
              return instead_of("a finite number above 0 or a fraction like 1/255", text);
            char digits[32];
            std::snprintf(digits, sizeof digits, "%.17g", value);
            text = digits;
            return std::string();
          },
          ""};
}

CLI::Validator not_empty() {
  return {[](std::string& text) { return text.empty() ? std::string("must not be empty") : std::string(); }, ""};
}

}  // namespace wakesleep::cli
