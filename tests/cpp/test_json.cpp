#include <doctest/doctest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "io/json.h"
#include "wakesleep/errors.h"

using namespace wakesleep;
using io::Json;
using io::parse_json;
using Kind = io::Json::Kind;

namespace {

void check_refused(const std::string& text, const std::string& message) {
  CAPTURE(text);
  CHECK_THROWS_WITH_AS(parse_json(text, "the text", 3), doctest::Contains(message.c_str()), Error);
}

// What another implementation takes for UTF-8.
bool is_utf8_elsewhere(const std::string& text) { return nlohmann::json::accept("\"" + text + "\""); }

}  // namespace

TEST_CASE("a JSON text becomes values of its kinds, in its order") {
  const Json json =
      parse_json(R"( {"b": [null, true, 7, -7, 1.5, 18446744073709551615], "a": "\u00e9\n\ud83d\ude00", "c": {}} )",
                 "the text", 2);
  REQUIRE(json.kind == Kind::object);
  REQUIRE(json.values.size() == 3);
  const Json* list = json.find("b");
  REQUIRE(list == &json.values[0]);
  REQUIRE(list->values.size() == 6);
  CHECK(list->values[0].kind == Kind::null);
  CHECK(list->values[1].boolean);
  CHECK(list->values[2].kind == Kind::whole);
  CHECK(list->values[2].whole == 7);
  CHECK(list->values[3].kind == Kind::other_number);
  CHECK(list->values[4].kind == Kind::other_number);
  CHECK(list->values[5].whole == std::numeric_limits<std::uint64_t>::max());
  CHECK(json.find("a")->string == "é\n😀");
  CHECK(json.find("c")->kind == Kind::object);
  CHECK(json.find("d") == nullptr);
  CHECK(list->find("a") == nullptr);
}

TEST_CASE("what is not one JSON value is refused") {
  for (const char* text : {"",
                           " ",
                           "{} {}",
                           "[1,]",
                           "[1 2]",
                           "{1:2}",
                           "nul",
                           "'a'",
                           "01",
                           "+1",
                           "1.",
                           ".5",
                           "\"\\x\"",
                           "\"\\ud800\"",
                           "\"\t\"",
                           "[1] // no",
                           "1e999",
                           "-",
                           "1e",
                           "1e+",
                           "[1",
                           "{\"a\":1",
                           "\"a",
                           "\"\\u12\"",
                           "\"\\udc00\"",
                           "\"\\ud800\\u0041\"",
                           "\xef\xbb\xbf[]",
                           "tru",
                           "1 2",
                           "\"\xff\"",
                           "{\"a\"}",
                           "NaN"}) {
    check_refused(text, "the text: not valid JSON (at byte");
  }
  check_refused(std::string("1\0", 2), "a zero byte at 1");
  check_refused("[[[[1]]]]", "nested deeper than 3");
  check_refused(R"({"a":1,"b":2,"a":1})", "the key 'a' is there twice");
}

TEST_CASE("texts with escapes and numbers of every form are read as another implementation reads them") {
  for (const char* text : {R"(["\u0000\u007f\u0080\u07ff\u0800\uffff\ud800\udc00\udbff\udfff\"\\\/\b\f\n\r\t"])",
                           R"([" \u00E9 ", "\uaBcD", "", "é😀"])"}) {
    CAPTURE(text);
    const auto elsewhere = nlohmann::json::parse(text);
    const Json here = parse_json(text, "the text", 3);
    REQUIRE(here.values.size() == elsewhere.size());
    for (std::size_t i = 0; i < elsewhere.size(); ++i) CHECK(here.values[i].string == elsewhere[i]);
  }
  const Json numbers =
      parse_json(" [0, -0, 10, 1.0, 1e2, 1E-2, 18446744073709551616, 1e300, 0.1e-400, 1e-999] ", "the text", 3);
  for (std::size_t i = 0; i < numbers.values.size(); ++i)
    CHECK(numbers.values[i].kind == (i == 0 || i == 2 ? Kind::whole : Kind::other_number));
}

TEST_CASE("an object may have a key of the object around it, and a list the same value twice") {
  CHECK_NOTHROW(parse_json(R"([{"a":{"a":1}},{"a":1}])", "the text", 3));
}

TEST_CASE("what is written is read as it was, every character of ASCII among it") {
  std::string every;
  for (char c = 1; c < 127; ++c) every += c;
  every += "\x7f é 😀 \xf4\x8f\xbf\xbf";
  io::JsonWriter json;
  json.begin_object().key(every).begin_list().string(every).whole(~std::uint64_t{0}).boolean(false).boolean(true);
  json.begin_list().end_list().begin_object().end_object().end_list().key("").string("").end_object();
  const nlohmann::json expected = {
      {every, {every, ~std::uint64_t{0}, false, true, nlohmann::json::array(), nlohmann::json::object()}}, {"", ""}};
  CHECK(nlohmann::json::parse(json.text()) == expected);
  CHECK(parse_json(json.text(), "the text", 3).find(every)->values[0].string == every);
}

TEST_CASE("numbers are written as the shortest text that reads as the same, and as null where they are none") {
  constexpr double infinite = std::numeric_limits<double>::infinity();
  io::JsonWriter json;
  json.begin_list().number(0.1f).number(0.1).number(0.1f + 0.2f).number(-2.0).number(1e30).number(infinite);
  json.number(std::numeric_limits<float>::quiet_NaN()).end_list();
  CHECK(json.text() == "[0.1,0.1,0.3,-2,1e+30,null,null]");
}

TEST_CASE("a text that is not UTF-8 is not written") {
  io::JsonWriter json;
  CHECK_THROWS_WITH_AS(json.string("ab\xff"), doctest::Contains("the text 'ab?' is not valid UTF-8"),
                       std::invalid_argument);
  CHECK_THROWS_AS(json.key("\xc3"), std::invalid_argument);
}

TEST_CASE(
    "every sequence of two bytes, and of the critical third and fourth ones, is UTF-8 or not as another program says") {
  const std::string_view edges = "\x20\x7f\x80\x8f\x90\x9f\xa0\xbf\xc0\xff";
  for (int first = 0x80; first < 0x100; ++first) {
    REQUIRE_FALSE(io::is_utf8(std::string(1, static_cast<char>(first))));
    for (int second = 0x20; second < 0x100; ++second) {
      if (second == '"' || second == '\\') continue;
      const std::string two{static_cast<char>(first), static_cast<char>(second)};
      REQUIRE(io::is_utf8(two) == is_utf8_elsewhere(two));
      for (const char third : edges) {
        REQUIRE(io::is_utf8(two + third) == is_utf8_elsewhere(two + third));
        for (const char fourth : edges)
          REQUIRE(io::is_utf8(two + third + fourth) == is_utf8_elsewhere(two + third + fourth));
      }
    }
  }
}

TEST_CASE("text in quotes is short and printable") {
  CHECK(io::in_quotes("é'\x1b\n") ==
        "'é'?"
        "?'");
  CHECK(io::in_quotes("\xff\xc3") ==
        "'?"
        "?'");
  CHECK(io::in_quotes(std::string(64, 'x')) == "'" + std::string(64, 'x') + "'");
  CHECK(io::in_quotes(std::string(65, 'x')) == "'" + std::string(64, 'x') + "...'");
  CHECK(io::in_quotes(std::string(63, 'x') + "é") == "'" + std::string(63, 'x') + "...'");  // not half of the é
}

TEST_CASE("decimal numbers have digits only and fit 64 bits") {
  CHECK(io::parse_decimal("0") == 0u);
  CHECK(io::parse_decimal("18446744073709551615") == ~std::uint64_t{0});
  for (const char* bad : {"", "-1", "+1", " 1", "1 ", "0x1", "1.0", "1e3", "18446744073709551616"}) {
    CAPTURE(bad);
    CHECK_FALSE(io::parse_decimal(bad).has_value());
  }
}

TEST_CASE("text for a terminal has no controls") {
  CHECK(io::printable("é, plain") == "é, plain");
  CHECK(io::printable("a\x1b[31m\nb\x7f\t") == "a\\x1b[31m\\nb\\x7f\\x09");
  CHECK(io::printable("\xff\xc3") == "\\xff\\xc3");
  CHECK(io::printable("\xc2\x9b"
                      "1m") == "\\xc2\\x9b1m");  // CSI in one character
  CHECK(io::printable("\xe2\x80\xae"
                      "abc") == "\\xe2\\x80\\xaeabc");  // right to left
  CHECK(io::in_quotes("\xc2\x9b"
                      "1m\xe2\x80\xae\xe2\x81\xa6") == "'?1m?\?'");
}
