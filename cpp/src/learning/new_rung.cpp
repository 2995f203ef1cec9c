#include "learning/new_rung.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "math/scalar.h"
#include "math/slices.h"

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

RelaxationTimes relaxation_times(const std::vector<bool>& swaps, Index chains) {
  Relaxation relaxation;
  relaxation.begin(swaps, chains);
  while (relaxation.step()) {
  }
  return relaxation.times();
}

void Relaxation::begin(const std::vector<bool>& swaps, Index chains) {
  chains_ = static_cast<std::size_t>(chains);
  level_.resize(swaps.size());
  for (std::size_t i = 0; i < swaps.size(); ++i) {
    const signed char before = i < chains_ ? 1 : level_[i - chains_];
    level_[i] = static_cast<signed char>(swaps[i] ? -before : before);
  }
  math::count_work(4.0 * static_cast<double>(swaps.size()));
  times_ = {0.5, 0};
  lag_ = 1;
}

// The integrated time with Sokal's window: the first lag that is at least 6 times the sum so far; the slowest decay is
// that of the autocorrelation C(t) = e^(-t / slowest) while it is above 0.05.
bool Relaxation::step() {
  const std::size_t sweeps = level_.size() / chains_;
  const math::SliceOfWork slice;
  while (lag_ != 0 && lag_ <= sweeps / 2) {
    if (slice.over()) return true;
    const std::size_t t = std::exchange(lag_, lag_ + 1);
    long sum = 0;
    for (std::size_t i = t * chains_; i < level_.size(); ++i) sum += level_[i] * level_[i - t * chains_];
    math::count_work(static_cast<double>(level_.size()));
    const double c = static_cast<double>(sum) / static_cast<double>((sweeps - t) * chains_);
    if (c > 0.05) times_.slowest = std::max(times_.slowest, c < 1 ? -static_cast<double>(t) / math::log(c) : 1e9);
    times_.integrated += c;
    if (static_cast<double>(t) >= 6 * times_.integrated) lag_ = 0;
  }
  lag_ = 0;
  times_.integrated = std::max(times_.integrated, 0.5);
  return false;
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
  begin_sweep();
}

void NewRung::begin_sweep() {
  exchange_.begin_proposal(*model_, *last_, chains_, {&reservoir_, &reservoir_free_energies_}, seed_, sweeps_);
  part_ = Part::proposal;
}

void NewRung::begin_move() {
  const std::uint64_t place = sweeps_ * static_cast<std::uint64_t>(k_) + static_cast<std::uint64_t>(gibbs_steps_);
  exchange_.begin_move(*model_, chains_, gibbs_steps_ == 0, {seed_, Stream::ladder_hidden, place},
                       {seed_, Stream::ladder_visible, place});
  part_ = Part::move;
}

// A slice of a sweep; whether it has ended.
bool NewRung::sweep() {
  if (part_ == Part::proposal) {
    if (exchange_.step_proposal()) return false;
    exchange_.swap(chains_, {&reservoir_, &reservoir_free_energies_}, seed_, sweeps_);
    gibbs_steps_ = 0;
    begin_move();
    return false;
  }
  if (exchange_.step_move()) return false;
  if (++gibbs_steps_ < k_) {
    begin_move();
    return false;
  }
  ++sweeps_;
  return true;
}

// After a sweep.
void NewRung::relaxed() {
  swaps_.insert(swaps_.end(), exchange_.swapped().begin(), exchange_.swapped().end());
  if (static_cast<Index>(sweeps_) < next_check_) return begin_sweep();
  relaxation_.begin(swaps_, chains_.rows());
  stage_ = Stage::checking;
}

void NewRung::check() {
  const auto sweeps = static_cast<Index>(sweeps_);
  const RelaxationTimes& times = relaxation_.times();
  acceptance_ = late_mean(swaps_, chains_.rows());
  if (acceptance_ < least_acceptance_) {
    stage_ = Stage::failed;
  } else if (static_cast<double>(sweeps) >= relaxation_multiple * std::max(times.integrated, times.slowest)) {
    stage_ = Stage::collecting;
    until_collected_ = static_cast<Index>(std::ceil(between_samples * times.integrated));
    begin_sweep();
  } else if (2 * sweeps > most_sweeps) {
    stage_ = Stage::failed;
  } else {
    next_check_ = 2 * sweeps;
    stage_ = Stage::relaxing;
    begin_sweep();
  }
}

// After a sweep, too.
void NewRung::collect() {
  if (--until_collected_ > 0) return begin_sweep();
  const Index of_each = old_->rows();
  for (Index r = 0; r < chains_.rows() && rows_ < 2 * of_each; ++r, ++rows_)
    collected_[rows_ / of_each].copy_row(chains_, r, rows_ % of_each);
  until_collected_ = static_cast<Index>(std::ceil(between_samples * relaxation_.times().integrated));
  if (rows_ < 2 * of_each) return begin_sweep();
  rows_ = 0;
  half_ = 0;
  stage_ = Stage::model_of_old;
}

// Of some rows more; whether those were the last.
bool NewRung::energies_of(const Rbm& rbm, const LayerStates& v, StateFreeEnergies& out) {
  const math::RowRange some = StateFreeEnergies::next_rows(rows_, rbm, v);
  out.of_visible(some, rbm, v);
  rows_ += some.count;
  if (rows_ < v.rows()) return false;
  rows_ = 0;
  return true;
}

bool NewRung::step() {
  const Index of_each = old_ ? old_->rows() : 0;
  switch (stage_) {
    case Stage::relaxing:
      if (sweep()) relaxed();
      return true;
    case Stage::checking:
      if (!relaxation_.step()) check();
      return true;
    case Stage::collecting:
      if (sweep()) collect();
      return true;
    case Stage::model_of_old:
      if (!energies_of(*model_, *old_, energies_)) return true;
      up_ = energies_.values() - *old_free_energies_;
      stage_ = Stage::last_of_new;
      return true;
    case Stage::last_of_new:
      if (!energies_of(*last_, collected_[half_], energies_)) return true;
      down_.segment(half_ * of_each, of_each) = energies_.values();
      stage_ = Stage::model_of_new;
      return true;
    case Stage::model_of_new:
      if (!energies_of(*model_, collected_[half_], energies_)) return true;
      of_collected_[half_] = energies_.values();
      down_.segment(half_ * of_each, of_each) -= energies_.values();
      stage_ = ++half_ < 2 ? Stage::last_of_new : Stage::model_of_chains;
      return true;
    case Stage::model_of_chains:
      if (!energies_of(*model_, chains_, of_chains_)) return true;
      ratio_.begin(up_, down_);
      stage_ = Stage::ratio;
      return true;
    case Stage::ratio:
      if (!ratio_.step()) stage_ = Stage::complete;
      return true;
    case Stage::none:
    case Stage::complete:
    case Stage::failed:
      return false;
  }
  return false;
}

}  // namespace wakesleep
