#include "learning/new_rung.h"

#include <algorithm>
#include <cmath>

#include "math/scalar.h"

namespace wakesleep {
namespace {

constexpr Index least_sweeps = 20, most_sweeps = 5120;
constexpr double relaxation_multiple = 20;  // of the autocorrelation time, until chains have forgotten
constexpr double between_samples = 2;       // of the integrated one

// Over the second half of the sweeps.
double late_mean(const std::vector<bool>& swaps, Index chains) {
  const auto row = static_cast<std::size_t>(chains);
  const std::size_t sweeps = swaps.size() / row, first = sweeps / 2 * row;
  const auto accepted = std::count(swaps.begin() + static_cast<std::ptrdiff_t>(first), swaps.end(), true);
  return static_cast<double>(accepted) / static_cast<double>(swaps.size() - first);
}

}  // namespace

// The integrated time with Sokal's window: the first t that is at least 6 times the sum so far; the slowest decay is
// that of the autocorrelation C(t) = e^(-t / slowest) while it is above 0.05.
RelaxationTimes relaxation_times(const std::vector<bool>& swaps, Index chains) {
  const auto row = static_cast<std::size_t>(chains);
  const std::size_t sweeps = swaps.size() / row;
  std::vector<signed char> level(swaps.size());
  for (std::size_t i = 0; i < swaps.size(); ++i) {
    const signed char before = i < row ? 1 : level[i - row];
    level[i] = static_cast<signed char>(swaps[i] ? -before : before);
  }
  RelaxationTimes times{0.5, 0};
  for (std::size_t t = 1; t <= sweeps / 2; ++t) {
    long sum = 0;
    for (std::size_t i = t * row; i < level.size(); ++i) sum += level[i] * level[i - t * row];
    const double c = static_cast<double>(sum) / static_cast<double>((sweeps - t) * row);
    if (c > 0.05) times.slowest = std::max(times.slowest, c < 1 ? -static_cast<double>(t) / math::log(c) : 1e9);
    times.integrated += c;
    if (static_cast<double>(t) >= 6 * times.integrated) break;
  }
  times.integrated = std::max(times.integrated, 0.5);
  return times;
}

void NewRung::begin(const Rbm& model, const Rbm& last, const LayerStates& chains, const LayerStates& samples,
                    const VectorD& free_energies, Index k, double least_acceptance, std::uint64_t seed) {
  model_ = &model;
  last_ = &last;
  old_ = &samples;
  old_free_energies_ = &free_energies;
  k_ = k;
  least_acceptance_ = least_acceptance;
  seed_ = seed;
  sweeps_ = 0;
  chains_ = chains;
  reservoir_ = samples;
  reservoir_free_energies_ = free_energies;
  for (LayerStates& half : collected_) half.resize(samples.binary, samples.rows(), samples.cols());
  down_.resize(2 * samples.rows());
  swaps_.clear();
  next_check_ = least_sweeps;
  rows_ = 0;
  stage_ = Stage::relaxing;
}

void NewRung::sweep() {
  const Population samples{&reservoir_, &reservoir_free_energies_};
  exchange_.propose(*model_, *last_, chains_, samples, seed_, sweeps_);
  exchange_.swap(chains_, samples, seed_, sweeps_);
  const std::uint64_t first = sweeps_ * static_cast<std::uint64_t>(k_);
  for (Index i = 0; i < k_; ++i) {
    const std::uint64_t place = first + static_cast<std::uint64_t>(i);
    exchange_.move(*model_, chains_, i == 0, {seed_, Stream::ladder_hidden, place},
                   {seed_, Stream::ladder_visible, place});
  }
  ++sweeps_;
}

void NewRung::relaxed() {
  swaps_.insert(swaps_.end(), exchange_.swapped().begin(), exchange_.swapped().end());
  const auto sweeps = static_cast<Index>(sweeps_);
  if (sweeps < next_check_) return;
  times_ = relaxation_times(swaps_, chains_.rows());
  acceptance_ = late_mean(swaps_, chains_.rows());
  if (acceptance_ < least_acceptance_) {
    stage_ = Stage::failed;
  } else if (static_cast<double>(sweeps) >= relaxation_multiple * std::max(times_.integrated, times_.slowest)) {
    stage_ = Stage::collecting;
    until_collected_ = static_cast<Index>(std::ceil(between_samples * times_.integrated));
  } else if (2 * sweeps > most_sweeps) {
    stage_ = Stage::failed;
  } else {
    next_check_ = 2 * sweeps;
  }
}

void NewRung::collect() {
  if (--until_collected_ > 0) return;
  const Index of_each = old_->rows();
  for (Index r = 0; r < chains_.rows() && rows_ < 2 * of_each; ++r, ++rows_)
    collected_[rows_ / of_each].copy_row(chains_, r, rows_ % of_each);
  until_collected_ = static_cast<Index>(std::ceil(between_samples * times_.integrated));
  if (rows_ < 2 * of_each) return;
  rows_ = 0;
  stage_ = Stage::model_of_old;
}

bool NewRung::step() {
  switch (stage_) {
    case Stage::relaxing:
      sweep();
      relaxed();
      return true;
    case Stage::collecting:
      sweep();
      collect();
      return true;
    case Stage::model_of_old:
      energies_.of_visible(*model_, *old_);
      up_ = energies_.values() - *old_free_energies_;
      stage_ = Stage::model_of_new;
      return true;
    case Stage::model_of_new: {
      const Index of_each = old_->rows();
      const LayerStates& half = collected_[rows_ / of_each];
      energies_.of_visible(*last_, half);
      down_.segment(rows_, of_each) = energies_.values();
      energies_.of_visible(*model_, half);
      down_.segment(rows_, of_each) -= energies_.values();
      rows_ += of_each;
      if (rows_ < 2 * of_each) return true;
      ratio_ = bennett_ratio(up_, down_);
      of_chains_.of_visible(*model_, chains_);
      stage_ = Stage::complete;
      return true;
    }
    case Stage::none:
    case Stage::complete:
    case Stage::failed:
      return false;
  }
  return false;
}

}  // namespace wakesleep
