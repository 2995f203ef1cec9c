#include "io/json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <stdexcept>

#include "math/decimal.h"
#include "wakesleep/errors.h"

namespace wakesleep::io {

namespace {

constexpr std::size_t most_values = std::size_t{1} << 16;
constexpr std::size_t most_quoted = 64;

[[noreturn]] void fail(const std::string& message) { throw Error(ErrorCode::format, message); }

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

// Reads one value after the other, deeper by itself: most_levels bounds how deep.
class Parser {
 public:
  Parser(std::string_view text, const std::string& what, int most_levels)
      : text_(text), what_(what), most_levels_(most_levels) {}

  Json whole_text() {
    Json root = value(0);
    skip_space();
    if (at_ < text_.size()) refuse();
    return root;
  }

 private:
  [[noreturn]] void refuse() const { fail(what_ + ": not valid JSON (at byte " + std::to_string(at_ + 1) + ")"); }
  char next() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool is_digit() const { return next() >= '0' && next() <= '9'; }
  bool take(char c) {
    if (next() != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!take(c)) refuse();
  }
  void skip_space() {
    while (next() == ' ' || next() == '\t' || next() == '\n' || next() == '\r') ++at_;
  }

  Json value(int levels) {
    if (++count_ > most_values) fail(what_ + ": more than " + std::to_string(most_values) + " values");
    skip_space();
    Json out;
    switch (next()) {
      case '{':
      case '[':
        if (levels == most_levels_) fail(what_ + ": values are nested deeper than " + std::to_string(most_levels_));
        out.kind = next() == '{' ? Json::Kind::object : Json::Kind::list;
        entries(levels + 1, out);
        return out;
      case '"':
        out.kind = Json::Kind::string;
        out.string = string();
        return out;
      case 't':
      case 'f':
        out.kind = Json::Kind::boolean;
        out.boolean = next() == 't';
        word(out.boolean ? "true" : "false");
        return out;
      case 'n':
        word("null");
        return out;
    }
    number(out);
    return out;
  }

  void entries(int levels, Json& out) {
    const bool object = out.kind == Json::Kind::object;
    const char end = object ? '}' : ']';
    ++at_;
    skip_space();
    if (take(end)) return;
    do {
      skip_space();
      if (object) {
        const auto [place, added] = out.keys.emplace(string(), out.values.size());
        if (!added) fail(what_ + ": the key " + in_quotes(place->first) + " is there twice");
        skip_space();
        expect(':');
      }
      out.values.push_back(value(levels));
      skip_space();
    } while (take(','));
    expect(end);
  }

  void word(std::string_view expected) {
    for (const char c : expected) expect(c);
  }

  std::string string() {
    expect('"');
    std::string out;
    while (!take('"')) {
      if (take('\\')) {
        escape(out);
        continue;
      }
      const std::size_t length = utf8_length(text_.substr(std::min(at_, text_.size())));
      if (length == 0 || static_cast<unsigned char>(next()) < 0x20) refuse();
      out += text_.substr(at_, length);
      at_ += length;
    }
    return out;
  }

  void escape(std::string& out) {
    constexpr std::string_view letters = "\"\\/bfnrt", meant = "\"\\/\b\f\n\r\t";
    if (const std::size_t letter = letters.find(next()); letter != letters.npos) {
      ++at_;
      out += meant[letter];
      return;
    }
    std::uint32_t point = unit_of_utf16();
    constexpr std::uint32_t high = 0xd800, low = 0xdc00, after = 0xe000;
    if (point >= low && point < after) refuse();
    if (point >= high && point < low) {
      expect('\\');
      const std::uint32_t second = unit_of_utf16();
      if (second < low || second >= after) refuse();
      point = 0x10000 + ((point - high) << 10) + (second - low);
    }
    append_utf8(point, out);
  }

  // What follows the backslash of \u1234.
  std::uint32_t unit_of_utf16() {
    expect('u');
    std::uint32_t unit = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      constexpr std::string_view digits = "0123456789abcdefABCDEF";
      const std::size_t digit = digits.find(next());
      if (digit == digits.npos) refuse();
      unit = unit * 16 + static_cast<std::uint32_t>(digit < 16 ? digit : digit - 6);
    }
    return unit;
  }

  static void append_utf8(std::uint32_t point, std::string& out) {
    const auto add = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
    if (point < 0x80) return add(point);
    if (point < 0x800) {
      add(0xc0 | point >> 6);
    } else {
      if (point < 0x10000) {
        add(0xe0 | point >> 12);
      } else {
        add(0xf0 | point >> 18);
        add(0x80 | (point >> 12 & 0x3f));
      }
      add(0x80 | (point >> 6 & 0x3f));
    }
    add(0x80 | (point & 0x3f));
  }

  std::size_t digits() {
    const std::size_t first = at_;
    while (is_digit()) ++at_;
    if (at_ == first) refuse();
    return at_ - first;
  }

  void number(Json& out) {
    const std::size_t first = at_;
    out.kind = Json::Kind::other_number;
    take('-');
    // How many digits the number has before its point, which no number of 64 bits has more than 309 of.
    std::int64_t places = 0;
    if (next() == '0') {
      ++at_;
    } else {
      places = static_cast<std::int64_t>(digits());
    }
    if (const auto natural = parse_decimal(text_.substr(first, at_ - first))) {
      out.kind = Json::Kind::whole;
      out.whole = *natural;
    }
    if (take('.')) {
      out.kind = Json::Kind::other_number;
      digits();
    }
    if (take('e') || take('E')) {
      out.kind = Json::Kind::other_number;
      const bool small = take('-');
      if (!small) take('+');
      const std::size_t exponent = at_;
      digits();
      const auto power = parse_decimal(text_.substr(exponent, at_ - exponent)).value_or(most_text);
      places += (small ? -1 : 1) * static_cast<std::int64_t>(std::min(power, most_text));
    }
    if (places > 309) refuse();
    out.string = text_.substr(first, at_ - first);
  }

  static constexpr std::uint64_t most_text = std::uint64_t{1} << 32;  // longer than any text

  std::string_view text_;
  const std::string& what_;
  int most_levels_;
  std::size_t at_ = 0, count_ = 0;
};

}  // namespace

const Json* Json::find(std::string_view key) const {
  const auto found = keys.find(key);
  return found == keys.end() ? nullptr : &values[found->second];
}

Json parse_json(std::string_view text, const std::string& what, int most_levels) {
  if (const std::size_t at = text.find('\0'); at != text.npos) {
    fail(what + ": not valid JSON (a zero byte at " + std::to_string(at) + ")");
  }
  return Parser(text, what, most_levels).whole_text();
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

JsonWriter& JsonWriter::number(float value) {
  separate();
  std::array<char, 32> digits;
  if (std::isfinite(value))
    text_.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
  else
    text_ += "null";
  return *this;
}
JsonWriter& JsonWriter::number(double value) {
  separate();
  text_ += std::isfinite(value) ? math::shortest_text(value) : "null";
  return *this;
}

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
