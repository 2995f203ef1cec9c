// Runs on an annealing path from its one end to the other, a beta a step, whatever the model: a Path has options(),
// seed(), beta(k), walk() and move() as AisPath (ais_path.h), and starts at its base or at exact samples.
#pragma once

#include <optional>
#include <stdexcept>
#include <utility>

#include "estimate/enumerable.h"
#include "estimate/enumeration.h"
#include "wakesleep/ais.h"

namespace wakesleep {

// From samples of the base to the model.
template <class Path>
class ForwardRuns {
 public:
  template <class... OfPath>
  explicit ForwardRuns(OfPath&&... of_path) : path(std::forward<OfPath>(of_path)...) {
    path.start_at_base();
  }
  bool step() {
    const Index betas = path.options().betas;
    if (k_ == betas) return false;
    const double before = path.beta(k_), now = path.beta(k_ + 1);
    ++k_;
    path.walk(before, now, k_ < betas ? now : 0, static_cast<std::uint64_t>(k_));
    return true;
  }
  double done() const { return static_cast<double>(k_) / static_cast<double>(path.options().betas); }

  Path path;

 private:
  Index k_ = 0;
};

// From the model, where exact samples or chains have brought them, to the base.
template <class Path>
class ReverseRuns {
 public:
  bool step() {
    if (samples_) {
      if (samples_->step()) {
        start_done_ = samples_->done() * start_cost_;
      } else {
        path.start_at(*samples_);
        samples_.reset();
      }
      return true;
    }
    if (chain_steps_ > 0) {
      // Past the numbers of the walk.
      path.move(1, static_cast<std::uint64_t>(path.options().betas) + static_cast<std::uint64_t>(chain_steps_));
      --chain_steps_;
      ++start_done_;
      return true;
    }
    if (k_ == 0) return false;
    const double above = path.beta(k_), now = path.beta(k_ - 1);
    --k_;
    path.walk(now, above, now, static_cast<std::uint64_t>(k_) + 1);
    return true;
  }
  double done() const {
    const auto betas = static_cast<double>(path.options().betas);
    return (start_done_ + betas - static_cast<double>(k_)) / (start_cost_ + betas);
  }

  Path path;
  const ReverseStart start;

 protected:
  template <class... OfPath>
  explicit ReverseRuns(ReverseStart from, OfPath&&... of_path)
      : path(std::forward<OfPath>(of_path)...), start(from), k_(path.options().betas) {}

  // `machine` has the model's distribution, and lives as long as this. std::out_of_range unless it can be enumerated.
  void draw_exactly(const Rbm& machine, Index words = 0) {
    if (!is_enumerable(machine.shape()))
      throw std::out_of_range(too_many_states(machine) + ": a reverse estimate can start from chains");
    const Index runs = path.options().runs;
    samples_.emplace(machine, runs, path.seed(), Stream::reverse_start, words);
    // A state of the enumeration takes one product, a step of a run two.
    start_cost_ = samples_->blocks() * 1024 / (2 * static_cast<double>(runs));
  }
  // From the base on, unless the runs are put elsewhere.
  void run_chains() {
    chain_steps_ = path.options().start_steps.value_or(path.options().betas);
    start_cost_ = static_cast<double>(chain_steps_);
    path.start_at_base();
  }

 private:
  std::optional<ExactSamples> samples_;  // while they are being drawn
  double start_cost_ = 0;                // in steps of the walk
  double start_done_ = 0;
  Index chain_steps_ = 0;  // left
  Index k_;
};

}  // namespace wakesleep
