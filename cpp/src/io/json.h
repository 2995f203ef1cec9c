// JSON as this project reads and writes it: strict, and bounded in nesting and in number of values, because files may
// be hostile.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wakesleep::io {

struct Json {
  // whole: 0 .. 2^64 - 1, written without sign, point and exponent.
  enum class Kind { null, boolean, whole, other_number, string, list, object };

  Kind kind = Kind::null;
  bool boolean = false;
  std::uint64_t whole = 0;
  std::string string;                                    // UTF-8; of a number its text
  std::vector<Json> values;                              // of a list; of an object, in the order of the text
  std::map<std::string, std::size_t, std::less<>> keys;  // of an object: where in `values` each one's value is

  const Json* find(std::string_view key) const;  // nullptr unless this is an object that has the key
};

// `what` starts the messages. Error(format) for anything but one valid JSON value; a key that is there twice, values
// nested deeper than `most_levels` and more than 65536 values are refused too.
Json parse_json(std::string_view text, const std::string& what, int most_levels);

// Builds a JSON text from start to end. std::invalid_argument for a string that is not UTF-8.
class JsonWriter {
 public:
  JsonWriter& key(std::string_view name);
  JsonWriter& string(std::string_view value);
  JsonWriter& whole(std::uint64_t value);
  // The shortest text that reads as the same number; null for what is not finite, which JSON has no word for.
  JsonWriter& number(float value);
  JsonWriter& number(double value);
  JsonWriter& boolean(bool value);
  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_list();
  JsonWriter& end_list();
  const std::string& text() const { return text_; }

 private:
  void separate();  // from the value before
  void quote(std::string_view value);

  std::string text_;
};

bool is_utf8(std::string_view text);

// Text of a file as a message may show it: in quotes, printable, at most 64 bytes.
std::string in_quotes(std::string_view text);

// Text of a file or an argument in one line for a terminal: line ends as \n, other controls and invalid UTF-8 as \x1b.
std::string printable(std::string_view text);

// A number 0 .. 2^64 - 1 written in decimal digits only. JavaScript's and Python's JSON numbers are not all 64 bits
// wide, so files keep such numbers as strings.
std::optional<std::uint64_t> parse_decimal(std::string_view text);

}  // namespace wakesleep::io
