#include "math/choice.h"

#include <algorithm>
#include <span>
#include <utility>

namespace wakesleep::math {
namespace {

constexpr double least_additions = 2e5;
// Clocks of a page without isolation go in steps of 0.1 ms (Chromium) or 1 ms (Firefox): a window in which each variant
// has worked for several steps, whose errors cancel, measures to some per cent.
constexpr double nanoseconds_a_window = 4e6;
constexpr int least_windows = 5;
// A browser compiles a function well once it has run for a while, each variant's at its own time; the best window of
// each is of code that is compiled well.
constexpr double least_nanoseconds = 250e6;
constexpr double clearly_faster = 0.97;

}  // namespace

Choice::Choice(const char* kernel, std::vector<std::string> names) : kernel_(kernel), names_(std::move(names)) {}

Choice::Turn Choice::begin(double additions) {
  if (chosen_ >= 0 || additions < least_additions) return {std::max(chosen_, 0), false};
  // At random, because products of several shapes follow each other in a fixed order (xorshift, Marsaglia 2003).
  turn_ ^= turn_ << 13;
  turn_ ^= turn_ >> 17;
  turn_ ^= turn_ << 5;
  return {static_cast<int>(turn_ % names_.size()), true};
}

void Choice::end(const Turn& turn, double additions, double nanoseconds) {
  if (!turn.timed) return;
  Tally& now = tallies_[static_cast<std::size_t>(turn.variant)];
  now.nanoseconds += nanoseconds;
  now.additions += additions;
  all_nanoseconds_ += nanoseconds;
  const std::span tallies = std::span(tallies_).first(names_.size());
  if (std::ranges::all_of(tallies, [](const Tally& one) { return one.nanoseconds >= nanoseconds_a_window; })) {
    for (Tally& one : tallies) {
      const double rate = one.nanoseconds / one.additions;
      one = {0, 0, one.best > 0 ? std::min(one.best, rate) : rate};
    }
    ++windows_;
  }
  if (windows_ < least_windows || all_nanoseconds_ < least_nanoseconds) return;
  const auto best = std::ranges::min_element(tallies, {}, &Tally::best);
  chosen_ = best->best < clearly_faster * tallies[0].best ? static_cast<int>(best - tallies.begin()) : 0;
}

Choice::Run::Run(Choice& choice, double additions)
    : choice_(choice), additions_(additions), turn_(choice.begin(additions)) {
  if (turn_.timed) start_ = std::chrono::steady_clock::now();
}

Choice::Run::~Run() {
  if (!turn_.timed) return;
  const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start_;
  choice_.end(turn_, additions_, took.count());
}

void Choice::fix(int variant) {
  tallies_ = {};
  windows_ = 0;
  all_nanoseconds_ = 0;
  chosen_ = variant;
}

Kernel Choice::describe() const {
  Kernel result{kernel_, {}, chosen_};
  for (std::size_t i = 0; i < names_.size(); ++i) result.variants.push_back({names_[i], tallies_[i].best});
  return result;
}

}  // namespace wakesleep::math
