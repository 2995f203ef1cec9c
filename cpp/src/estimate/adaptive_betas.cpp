#include "estimate/adaptive_betas.h"

#include <algorithm>
#include <cmath>

namespace wakesleep {
namespace {

// Part of the betas that is spread evenly, wherever nothing seemed to change.
constexpr double evenly = 0.1;

AisOptions first_pass(AisOptions options) {
  options.schedule = BetaSchedule::linear;
  options.betas = std::clamp<Index>(options.betas / 10, 1, 1000);
  return options;
}

}  // namespace

AdaptiveBetas::AdaptiveBetas(const Rbm& rbm, const AisOptions& options, const VectorD* base_rates)
    : wanted_(options.betas),
      path_(first_pass(options), AisPath::cost(rbm), [&](const AisOptions& of_group, Index first) {
        return AisPath(rbm, of_group, base_rates, Stream::adaptive_hidden, Stream::adaptive_visible, first);
      }) {}

bool AdaptiveBetas::step() {
  if (path_.over()) {
    if (k_ == steps()) return false;
    const double before = path_.beta(k_), now = path_.beta(k_ + 1);
    ++k_;
    before_ = path_.log_weights();
    path_.begin_walk(before, now, k_ < steps() ? now : 0, static_cast<std::uint64_t>(k_));
  }
  path_.step();
  if (!path_.over()) return true;
  const std::vector<double>& then = path_.log_weights();
  const auto runs = static_cast<double>(then.size());
  double sum = 0, squares = 0;
  for (std::size_t r = 0; r < then.size(); ++r) sum += then[r] - before_[r];
  for (std::size_t r = 0; r < then.size(); ++r) {
    const double from_mean = then[r] - before_[r] - sum / runs;
    squares += from_mean * from_mean;
  }
  lengths_.push_back(std::sqrt(squares / (runs - 1)));
  return true;
}

std::vector<double> AdaptiveBetas::betas() const {
  double all = 0;
  for (const double length : lengths_) all += length;
  const auto pieces = static_cast<double>(lengths_.size());
  // The share of the way that a piece is: 1 in all.
  const auto share = [&](std::size_t piece) {
    return all > 0 ? (1 - evenly) * lengths_[piece] / all + evenly / pieces : 1 / pieces;
  };
  std::vector<double> betas{0};
  std::size_t piece = 0;
  double below = 0;  // where the piece begins
  for (Index i = 1; i < wanted_; ++i) {
    const double at = static_cast<double>(i) / static_cast<double>(wanted_);
    while (piece + 1 < lengths_.size() && below + share(piece) <= at) below += share(piece++);
    betas.push_back((static_cast<double>(piece) + std::min(1.0, (at - below) / share(piece))) / pieces);
  }
  betas.push_back(1);
  return betas;
}

}  // namespace wakesleep
