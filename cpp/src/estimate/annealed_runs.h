// Runs on an annealing path from its one end to the other, a beta a step or several slices, whatever the model: a Path
// has options(), seed(), beta(k), walk() and move() as AisPath (ais_path.h), and starts at its base or at exact
// samples.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "estimate/enumerable.h"
#include "estimate/enumeration.h"
#include "math/slices.h"
#include "wakesleep/ais.h"

namespace wakesleep {

// All runs, in groups of which each makes a step in a slice.
template <class Path>
class PathGroups {
 public:
  // cost: of a step of a run, in multiplications. make(options, first): the path of a group, whose options have its
  // runs, from number `first` on.
  template <class Make>
  PathGroups(const AisOptions& options, double cost, const Make& make) : options_(options) {
    const Index most = math::rows_a_slice(cost);
    AisOptions of_group = options;
    for (Index first = 0; first == 0 || first < options.runs; first += of_group.runs) {
      of_group.runs = std::min(most, options.runs - first);
      groups_.push_back(make(of_group, first));
    }
    log_weights_.assign(static_cast<std::size_t>(options.runs), 0);
    next_ = groups_.size();
    start_at_base();
  }

  const AisOptions& options() const { return options_; }
  std::uint64_t seed() const { return groups_.front().seed(); }
  double log_z_base() const { return groups_.front().log_z_base(); }
  double beta(Index k) const { return groups_.front().beta(k); }
  void set_betas(const std::vector<double>& betas) {
    for (Path& group : groups_) group.set_betas(betas);
  }
  const std::vector<double>& log_weights() const { return log_weights_; }

  // Where the runs are before the first step: start(a group, the number of its first run).
  using Start = std::function<void(Path&, Index)>;
  void start_by(Start start) {
    start_ = std::move(start);
    started_ = 0;
  }
  void start_at_base() {
    start_by([](Path& group, Index) { group.start_at_base(); });
  }

  // A walk or a move of all runs, begun, and made a group a step() until it is over.
  void begin_walk(double from, double to, double at, std::uint64_t step) { begin({false, from, to, at, step}); }
  void begin_move(double at, std::uint64_t step) { begin({true, 0, 0, at, step}); }
  bool over() const { return next_ == groups_.size(); }
  void step() {
    Path& group = groups_[next_];
    if (next_ == started_) {
      start_(group, first_);
      ++started_;
    }
    if (present_.moves) {
      group.move(present_.at, present_.step);
    } else {
      group.walk(present_.from, present_.to, present_.at, present_.step);
      std::copy(group.log_weights().begin(), group.log_weights().end(), log_weights_.begin() + first_);
    }
    first_ += group.options().runs;
    ++next_;
  }

 private:
  struct Present {
    bool moves;
    double from, to, at;
    std::uint64_t step;
  };
  void begin(const Present& present) {
    present_ = present;
    next_ = 0;
    first_ = 0;
  }

  AisOptions options_;
  std::vector<Path> groups_;
  std::vector<double> log_weights_;
  Start start_;
  std::size_t started_ = 0;  // how many groups were
  Present present_{};
  std::size_t next_;  // the group of the present step, and its first run
  Index first_ = 0;
};

// From samples of the base to the model.
template <class Path>
class ForwardRuns {
 public:
  explicit ForwardRuns(PathGroups<Path> groups) : path(std::move(groups)) {}
  bool step() {
    if (path.over()) {
      const Index betas = path.options().betas;
      if (k_ == betas) return false;
      const double before = path.beta(k_), now = path.beta(k_ + 1);
      ++k_;
      path.begin_walk(before, now, k_ < betas ? now : 0, static_cast<std::uint64_t>(k_));
    }
    path.step();
    return true;
  }
  double done() const { return static_cast<double>(k_) / static_cast<double>(path.options().betas); }

  PathGroups<Path> path;

 private:
  Index k_ = 0;
};

// From the model, where exact samples or chains have brought them, to the base.
template <class Path>
class ReverseRuns {
 public:
  bool step() {
    if (samples_ && !drawn_) {
      if (samples_->step()) {
        start_done_ = samples_->done() * start_cost_;
      } else {
        path.start_by([this](Path& group, Index first) { group.start_at(*samples_, first); });
        drawn_ = true;
      }
      return true;
    }
    if (!path.over()) {
      path.step();
      return true;
    }
    if (chain_steps_ > 0) {
      // Past the numbers of the walk.
      path.begin_move(1, static_cast<std::uint64_t>(path.options().betas) + static_cast<std::uint64_t>(chain_steps_));
      --chain_steps_;
      ++start_done_;
    } else {
      if (k_ == 0) return false;
      const double above = path.beta(k_), now = path.beta(k_ - 1);
      --k_;
      path.begin_walk(now, above, now, static_cast<std::uint64_t>(k_) + 1);
    }
    path.step();
    return true;
  }
  double done() const {
    const auto betas = static_cast<double>(path.options().betas);
    return (start_done_ + betas - static_cast<double>(k_)) / (start_cost_ + betas);
  }

  PathGroups<Path> path;
  const ReverseStart start;

 protected:
  ReverseRuns(ReverseStart from, PathGroups<Path> groups)
      : path(std::move(groups)), start(from), k_(path.options().betas) {}
  // What starts are told by.
  ReverseRuns(const ReverseRuns&) = delete;
  ReverseRuns& operator=(const ReverseRuns&) = delete;

  // `machine` has the model's distribution, and lives as long as this. std::out_of_range unless it can be enumerated.
  void draw_exactly(const Rbm& machine, Index words = 0) {
    if (!is_enumerable(machine.shape()))
      throw std::out_of_range(too_many_states(machine) + ": a reverse estimate can start from chains");
    const Index runs = path.options().runs;
    samples_.emplace(machine, runs, path.seed(), Stream::reverse_start, words);
    // A state of the enumeration takes one product, a step of a run two.
    start_cost_ = static_cast<double>(samples_->states_in_all()) / (2 * static_cast<double>(runs));
  }
  // From the base on, unless the runs are put elsewhere.
  void run_chains() {
    chain_steps_ = path.options().start_steps.value_or(path.options().betas);
    start_cost_ = static_cast<double>(chain_steps_);
  }

 private:
  std::optional<ExactSamples> samples_;
  bool drawn_ = false;     // all of them
  double start_cost_ = 0;  // in steps of the walk
  double start_done_ = 0;
  Index chain_steps_ = 0;  // left
  Index k_;
};

}  // namespace wakesleep
