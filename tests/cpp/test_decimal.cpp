#include <doctest/doctest.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>

#include "math/decimal.h"
#include "wakesleep/random.h"

using namespace wakesleep;

TEST_CASE("numbers are written as printf would, and in the fewest digits that read as the same") {
  CHECK(math::shortest_text(0) == "0");
  CHECK(math::shortest_text(-0.0) == "-0");
  CHECK(math::shortest_text(0.1) == "0.1");
  CHECK(math::shortest_text(-1234.5) == "-1234.5");
  CHECK(math::shortest_text(999999999999999) == "999999999999999");
  CHECK(math::shortest_text(1e15) == "1e+15");
  CHECK(math::shortest_text(123456789012345680.0) == "1.2345678901234568e+17");
  CHECK(math::shortest_text(1e-4) == "0.0001");
  CHECK(math::shortest_text(1e-5) == "1e-5");
  CHECK(math::shortest_text(5e-324) == "5e-324");
  CHECK(math::shortest_text(0x1p-25) == "2.9802322387695312e-8");  // between two texts it is the even one
  CHECK(math::shortest_text(std::numeric_limits<double>::max()) == "1.7976931348623157e+308");
  CHECK(math::shortest_text(std::numeric_limits<double>::quiet_NaN()) == "NaN");
  CHECK(math::shortest_text(-std::numeric_limits<double>::infinity()) == "-Infinity");
  CHECK(math::rounded_text(2.5, 1) == "2");
  CHECK(math::rounded_text(99.96, 3) == "100");
  CHECK(math::rounded_text(1234567, 2) == "1.2e+6");
  Random random(8, Stream::patterns);
  for (int i = 0; i < 3000; ++i) {
    const std::uint64_t high = random.bits();
    double x = std::bit_cast<double>(high << 32 | random.bits());
    if (i % 3 == 1) x = static_cast<double>(static_cast<std::int64_t>(high) - (std::int64_t{1} << 31)) / 1000;
    if (i % 3 == 2) x = std::ldexp(1, static_cast<int>(high % 2098) - 1074);
    if (!std::isfinite(x)) continue;
    const std::string text = math::shortest_text(x);
    CHECK(std::strtod(text.c_str(), nullptr) == x);
    char digits[40];
    *std::to_chars(digits, digits + sizeof digits, x, std::chars_format::scientific).ptr = '\0';
    const auto significant = [](std::string all) {
      std::string kept;
      for (const char c : all.substr(0, all.find('e')))
        if (c != '.' && c != '-' && (c != '0' || !kept.empty())) kept += c;
      while (!kept.empty() && kept.back() == '0') kept.pop_back();
      return kept;
    };
    CHECK(significant(text) == significant(digits));
    for (const int most : {1, 2, 7, 17}) {
      std::snprintf(digits, sizeof digits, "%.*g", most, x);
      std::string expected = digits;
      if (const std::size_t e = expected.find('e'); e != expected.npos && expected[e + 2] == '0')
        expected.erase(e + 2, 1);
      CHECK(math::rounded_text(x, most) == expected);
    }
  }
}
