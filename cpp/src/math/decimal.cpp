#include "math/decimal.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

namespace wakesleep::math {
namespace {

// A whole number below 2^1280: numerators and denominators of all doubles, times ten.
class Whole {
 public:
  explicit Whole(std::uint64_t value) {
    words_[0] = static_cast<std::uint32_t>(value);
    words_[1] = static_cast<std::uint32_t>(value >> 32);
  }
  void multiply(std::uint32_t by) {
    std::uint64_t carry = 0;
    for (std::uint32_t& word : words_) {
      carry += std::uint64_t{word} * by;
      word = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
  }
  void double_it(int times) {
    for (; times > 0; --times) multiply(2);
  }
  void add(const Whole& other) {
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      carry += std::uint64_t{words_[i]} + other.words_[i];
      words_[i] = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
  }
  // Of one that is no larger.
  void subtract(const Whole& other) {
    std::uint32_t borrow = 0;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      const std::uint64_t less = std::uint64_t{words_[i]} - other.words_[i] - borrow;
      words_[i] = static_cast<std::uint32_t>(less);
      borrow = static_cast<std::uint32_t>(less >> 63);
    }
  }
  // Below 0, 0 or above 0.
  int compare(const Whole& other) const {
    for (std::size_t i = words_.size(); i-- > 0;)
      if (words_[i] != other.words_[i]) return words_[i] < other.words_[i] ? -1 : 1;
    return 0;
  }

 private:
  std::array<std::uint32_t, 40> words_{};
};

// 0.d1 d2 d3 ... times 10^exponent.
struct Decimal {
  std::string digits;
  int exponent = 0;
};

// Rounds up the last digit.
void increment(Decimal& of) {
  while (!of.digits.empty() && of.digits.back() == '9') of.digits.pop_back();
  if (of.digits.empty()) {
    of.digits = "1";
    ++of.exponent;
  } else {
    ++of.digits.back();
  }
}

// The digits of a positive finite number: `most` of them, or where that is 0 the fewest that no other double is nearer
// to (Burger and Dybvig 1996, "Printing floating-point numbers quickly and accurately", without their estimate of the
// exponent). The number is rest / whole, and half the way to its neighbours is reach / whole.
Decimal digits_of(double number, int most) {
  const auto bits = std::bit_cast<std::uint64_t>(number);
  const int stored = static_cast<int>(bits >> 52);
  const std::uint64_t fraction = bits & 0x000fffffffffffffu;
  const std::uint64_t significand = stored ? fraction | 0x0010000000000000u : fraction;
  const int exponent = (stored ? stored : 1) - 1075;
  const bool even = significand % 2 == 0;
  // The neighbour below a power of two is half as far away; such a number counts its reach in halves.
  const int nearer = fraction == 0 && stored > 1 ? 1 : 0;
  Whole rest(significand), whole(1), below(1), above(1);
  rest.double_it(1 + nearer);
  whole.double_it(1 + nearer);
  above.double_it(nearer);
  for (Whole* one : {&rest, &below, &above}) one->double_it(exponent);
  whole.double_it(-exponent);

  Decimal result;
  // Whether rest and what is added to it pass `whole`; for an even significand the bound itself reads as the number.
  const auto passes = [&](const Whole& added) {
    Whole sum = rest;
    sum.add(added);
    const int compared = sum.compare(whole);
    return compared > 0 || (compared == 0 && even);
  };
  const auto too_large = [&] { return most ? rest.compare(whole) >= 0 : passes(above); };
  const auto ten_times = [&] {
    for (Whole* one : {&rest, &below, &above}) one->multiply(10);
  };
  for (; too_large(); ++result.exponent) whole.multiply(10);
  for (ten_times(); !too_large(); ten_times()) --result.exponent;
  for (;;) {
    char digit = '0';
    for (; rest.compare(whole) >= 0; ++digit) rest.subtract(whole);
    result.digits += digit;
    const int to_below = rest.compare(below);
    const bool low = to_below < 0 || (to_below == 0 && even), high = passes(above);
    if (most ? static_cast<int>(result.digits.size()) == most : low || high) {
      Whole twice = rest;
      twice.double_it(1);
      const int half = twice.compare(whole);
      const bool nearer_up = half > 0 || (half == 0 && (digit - '0') % 2 == 1);
      if (most ? nearer_up : high && (!low || nearer_up)) increment(result);
      break;
    }
    ten_times();
  }
  while (result.digits.size() > 1 && result.digits.back() == '0') result.digits.pop_back();
  return result;
}

// Without an exponent where the number is at least 10^-4 and below 10^whole_places.
std::string text_of(bool negative, const Decimal& decimal, int whole_places) {
  const auto& [digits, exponent] = decimal;
  std::string text = negative ? "-" : "";
  if (exponent <= -4 || exponent > whole_places) {
    text += digits[0];
    if (digits.size() > 1) text += '.' + digits.substr(1);
    const int power = exponent - 1;
    return text + (power < 0 ? "e-" : "e+") + std::to_string(power < 0 ? -power : power);
  }
  if (exponent <= 0) return text + "0." + std::string(static_cast<std::size_t>(-exponent), '0') + digits;
  const auto point = static_cast<std::size_t>(exponent);
  if (digits.size() <= point) return text + digits + std::string(point - digits.size(), '0');
  return text + digits.substr(0, point) + '.' + digits.substr(point);
}

std::string text_of(double number, int most) {
  if (std::isnan(number)) return "NaN";
  const bool negative = std::signbit(number);
  if (std::isinf(number)) return negative ? "-Infinity" : "Infinity";
  if (number == 0) return negative ? "-0" : "0";
  const Decimal decimal = digits_of(std::abs(number), most);
  constexpr int whole_numbers = 15;
  return text_of(negative, decimal, most ? most : std::max(whole_numbers, static_cast<int>(decimal.digits.size())));
}

}  // namespace

std::string shortest_text(double number) { return text_of(number, 0); }
std::string rounded_text(double number, int digits) { return text_of(number, digits); }

}  // namespace wakesleep::math
