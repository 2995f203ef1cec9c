#include "io/json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "wakesleep/errors.h"

namespace wakesleep::io {

namespace {

constexpr std::size_t most_values = std::size_t{1} << 16;
constexpr std::size_t most_quoted = 64;

[[noreturn]] void fail(const std::string& message) { throw Error(ErrorCode::format, message); }

// Takes the parser's events (nlohmann's SAX interface; true means: go on) and refuses what the parser lets pass. Only
// this and the parser itself come from the library: its document type would double the size of a small WebAssembly
// module.
class Builder {
 public:
  Builder(const std::string& what, int most_levels)
      : what_(what), most_levels_(static_cast<std::size_t>(most_levels)) {}
  Json take() { return std::move(root_); }

  bool null() {
    add(Json::Kind::null);
    return true;
  }
  bool boolean(bool value) {
    add(Json::Kind::boolean).boolean = value;
    return true;
  }
  bool number_unsigned(std::uint64_t value) {
    Json& added = add(Json::Kind::whole);
    added.whole = value;
    added.number = static_cast<double>(value);
    return true;
  }
  bool number_integer(std::int64_t value) {
    add(Json::Kind::other_number).number = static_cast<double>(value);
    return true;
  }
  bool number_float(double value, const std::string&) {
    add(Json::Kind::other_number).number = value;
    return true;
  }
  bool string(std::string& value) {
    add(Json::Kind::string).string = std::move(value);
    return true;
  }
  bool binary(nlohmann::json::binary_t&) { return false; }  // not in JSON
  bool start_object(std::size_t) { return open(Json::Kind::object); }
  bool start_array(std::size_t) { return open(Json::Kind::list); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(std::string& name) {
    Json& object = *open_.back();
    const auto [place, added] = object.keys.emplace(std::move(name), object.values.size());
    if (!added) fail(what_ + ": the key " + in_quotes(place->first) + " is there twice");
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception&) {
    fail(what_ + ": not valid JSON (at byte " + std::to_string(position) + ")");
  }

 private:
  Json& add(Json::Kind kind) {
    if (++count_ > most_values) fail(what_ + ": more than " + std::to_string(most_values) + " values");
    Json& value = open_.empty() ? root_ : open_.back()->values.emplace_back();
    value.kind = kind;
    return value;
  }
  bool open(Json::Kind kind) {
    if (open_.size() == most_levels_) fail(what_ + ": values are nested deeper than " + std::to_string(most_levels_));
    open_.push_back(&add(kind));
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  const std::string& what_;
  std::size_t most_levels_, count_ = 0;
  Json root_;
  std::vector<Json*> open_;  // these stay where they are, because only the innermost grows
};

// The length of the UTF-8 sequence (RFC 3629) that text starts with; 0 when it starts with none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const unsigned first = byte(0), second = byte(1);
  const std::size_t length = first < 0x80   ? 1
                             : first < 0xc2 ? 0
                             : first < 0xe0 ? 2
                             : first < 0xf0 ? 3
                             : first < 0xf5 ? 4
                                            : 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  // Longer than needed, a surrogate, or past U+10FFFF.
  if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second >= 0xa0)) return 0;
  if ((first == 0xf0 && second < 0x90) || (first == 0xf4 && second >= 0x90)) return 0;
  return text.empty() ? 0 : length;
}

// One character, or a byte that is part of none. Controls steer a terminal, those from U+0080 on as well, and those of
// direction make a text look like another.
bool is_printable(std::string_view character) {
  if (utf8_length(character) != character.size()) return false;
  if (character.size() == 1) return character[0] >= 0x20 && character[0] != 0x7f;
  if (character.size() == 2) return character < "\xc2\x80" || character > "\xc2\x9f";
  const auto within = [&](std::string_view low, std::string_view high) {
    return character >= low && character <= high;
  };
  return !within("\u200e", "\u200f") && !within("\u2028", "\u202e") && !within("\u2066", "\u2069");
}

}  // namespace

const Json* Json::find(std::string_view key) const {
  const auto found = keys.find(key);
  return found == keys.end() ? nullptr : &values[found->second];
}

Json parse_json(std::string_view text, const std::string& what, int most_levels) {
  // The parser takes a zero byte for the end of the text.
  if (const std::size_t at = text.find('\0'); at != text.npos) {
    fail(what + ": not valid JSON (a zero byte at " + std::to_string(at) + ")");
  }
  Builder builder(what, most_levels);
  nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
  return builder.take();
}

void JsonWriter::separate() {
  if (text_.empty()) return;
  const char last = text_.back();
  if (last != '{' && last != '[' && last != ':') text_ += ',';
}

void JsonWriter::quote(std::string_view value) {
  if (!is_utf8(value)) throw std::invalid_argument("the text " + in_quotes(value) + " is not valid UTF-8");
  constexpr char digits[] = "0123456789abcdef";
  text_ += '"';
  for (const char c : value) {
    if (c == '"' || c == '\\') {
      text_ += '\\';
      text_ += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      text_ += "\\u00";
      text_ += digits[c >> 4];
      text_ += digits[c & 15];
    } else {
      text_ += c;
    }
  }
  text_ += '"';
}

JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  quote(name);
  text_ += ':';
  return *this;
}

JsonWriter& JsonWriter::string(std::string_view value) {
  separate();
  quote(value);
  return *this;
}

JsonWriter& JsonWriter::whole(std::uint64_t value) {
  separate();
  text_ += std::to_string(value);
  return *this;
}

template <class Number>
JsonWriter& JsonWriter::shortest(Number value) {
  separate();
  std::array<char, 32> digits;
  if (std::isfinite(value))
    text_.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
  else
    text_ += "null";
  return *this;
}

JsonWriter& JsonWriter::number(float value) { return shortest(value); }
JsonWriter& JsonWriter::number(double value) { return shortest(value); }

JsonWriter& JsonWriter::boolean(bool value) {
  separate();
  text_ += value ? "true" : "false";
  return *this;
}

JsonWriter& JsonWriter::begin_object() {
  separate();
  text_ += '{';
  return *this;
}

JsonWriter& JsonWriter::end_object() {
  text_ += '}';
  return *this;
}

JsonWriter& JsonWriter::begin_list() {
  separate();
  text_ += '[';
  return *this;
}

JsonWriter& JsonWriter::end_list() {
  text_ += ']';
  return *this;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string in_quotes(std::string_view text) {
  const bool cut = text.size() > most_quoted;
  if (cut) {
    std::size_t end = most_quoted;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;  // not inside a UTF-8 sequence
    text = text.substr(0, end);
  }
  std::string result = "'";
  while (!text.empty()) {
    const std::size_t length = std::max<std::size_t>(utf8_length(text), 1);
    const bool shown = is_printable(text.substr(0, length));
    if (shown) {
      result += text.substr(0, length);
    } else {
      result += '?';
    }
    text.remove_prefix(length);
  }
  return result + (cut ? "...'" : "'");
}

std::string printable(std::string_view text) {
  constexpr char digits[] = "0123456789abcdef";
  std::string result;
  while (!text.empty()) {
    const std::size_t length = std::max<std::size_t>(utf8_length(text), 1);
    if (text[0] == '\n') {
      result += "\\n";
    } else if (is_printable(text.substr(0, length))) {
      result += text.substr(0, length);
    } else {
      for (const char c : text.substr(0, length)) {
        result += "\\x";
        result += digits[static_cast<unsigned char>(c) >> 4];
        result += digits[c & 15];
      }
    }
    text.remove_prefix(length);
  }
  return result;
}

std::optional<std::uint64_t> parse_decimal(std::string_view text) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [read, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || read != end) return std::nullopt;
  return value;
}

}  // namespace wakesleep::io
