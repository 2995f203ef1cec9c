#include "io/csv.h"

// Emscripten's library reads no floating-point numbers as parse_csv needs them, without a locale.
#ifndef __EMSCRIPTEN__

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "io/json.h"
#include "wakesleep/errors.h"

namespace wakesleep::io {
namespace {

[[noreturn]] void fail(const std::string& message) { throw Error(ErrorCode::format, "CSV: " + message); }

constexpr bool is_space(char sign) { return sign == ' ' || sign == '\t' || sign == '\r'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// Text up to `sign`, which is taken away with it.
std::string_view take_until(std::string_view& text, char sign) {
  const std::size_t end = std::min(text.find(sign), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

// What stands between the numbers of a file whose first line of them is this.
char separator_of(std::string_view line) {
  const bool comma = line.find(',') != line.npos, semicolon = line.find(';') != line.npos;
  if (comma && semicolon) fail("a line has commas and semicolons; numbers have a decimal point, not a decimal comma");
  return comma ? ',' : semicolon ? ';' : line.find('\t') != line.npos ? '\t' : ' ';
}

// f(field) for each field of a line.
template <class F>
void each_field(std::string_view line, char separator, F&& f) {
  while (true) {
    const bool last = line.find(separator) == line.npos;
    f(trimmed(take_until(line, separator)));
    if (last) return;
    if (separator == ' ') line = trimmed(line);
  }
}

// The number that a field is. Not-a-number and infinity are numbers here, which data sets refuse.
std::optional<float> number_in(std::string_view field) {
  if (field.starts_with('+') && !field.starts_with("+-")) field.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error != std::errc() || end != field.data() + field.size()) return std::nullopt;
  return static_cast<float>(value);
}

bool names_columns(std::string_view line, char separator) {
  bool any_number = false, any_name = false;
  each_field(line, separator, [&](std::string_view field) {
    const bool number = number_in(field).has_value();
    any_number = any_number || number;
    any_name = any_name || (!number && !field.empty());
  });
  return any_name && !any_number;
}

}  // namespace

NumberArray parse_csv(std::span<const std::uint8_t> bytes) {
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  std::vector<float> values;
  std::optional<char> separator;
  std::size_t rows = 0, columns = 0, number = 0;
  bool had_names = false;
  while (!text.empty()) {
    const std::string_view line = trimmed(take_until(text, '\n'));
    ++number;
    if (line.empty() || line.starts_with('#')) continue;
    const std::string where = "line " + std::to_string(number);
    if (!separator) separator = separator_of(line);
    if (rows == 0 && !had_names && names_columns(line, *separator)) {
      had_names = true;
      // Names may stand apart by other signs than the numbers.
      separator.reset();
      continue;
    }
    std::size_t found = 0;
    each_field(line, *separator, [&](std::string_view field) {
      ++found;
      const auto value = number_in(field);
      if (!value)
        fail(where + ", column " + std::to_string(found) + ": " +
             (field.empty() ? "there is nothing" : in_quotes(field) + " is not a number"));
      values.push_back(*value);
    });
    if (rows == 0) columns = found;
    if (found != columns)
      fail(where + " has " + std::to_string(found) + " numbers, where the lines before have " +
           std::to_string(columns));
    ++rows;
  }
  if (rows == 0) fail("there are no numbers");
  return {{static_cast<Index>(rows), static_cast<Index>(columns)}, std::move(values)};
}

}  // namespace wakesleep::io

#endif
