// Chains of a machine that was trained by parallel trajectory tempering, at equilibrium: its past models, the rungs of
// its ladder, have chains of their own, and neighbours are exchanged. The first rung has no weights and is sampled
// exactly, again with every sweep, and what comes up from it has forgotten where it was.
#pragma once

#include <vector>

#include "models/replica_exchange.h"

namespace wakesleep {

class LadderChains {
 public:
  // `count` chains of the machine, 1 .. 1000, and as many of each rung. They start at the first rung and climb, a rung
  // in two sweeps. The machine must outlive them. std::invalid_argument for one that has no ladder.
  LadderChains(const Rbm& rbm, Index count, std::uint64_t seed);

  Index chains() const { return levels_.front().v.rows(); }
  // Sweeps to come, after those of the climb.
  void advance(std::uint64_t sweeps) { left_ += sweeps, asked_ += sweeps; }
  // One level of a sweep: an exchange with the level below and a Gibbs step. False when nothing was left to do.
  bool step();
  double done() const;  // 0 .. 1 of what was asked for so far
  bool climbing() const { return top_ + 1 < levels_.size(); }
  Index levels() const { return static_cast<Index>(levels_.size()); }  // the rungs, and the machine itself
  // Visible states of a level, the machine's the last; chains x width.
  const LayerStates& v(Index level) const { return levels_.at(static_cast<std::size_t>(level)).v; }
  const LayerStates& v() const { return levels_.back().v; }
  // The share of the exchanges with the level below that were accepted so far, all but those of the climb.
  double swap_rate(Index level) const;

 private:
  struct Level {
    LayerStates v;
    VectorD free_energies;
    std::uint64_t accepted = 0, proposed = 0;
  };
  void visit();
  void read(std::size_t level, Rbm& machine) const;

  const Rbm* rbm_;
  std::uint64_t seed_;
  Rbm below_, here_;  // machines of the levels below and at the one that is visited
  std::vector<Level> levels_;
  std::size_t top_ = 0, level_ = 0;  // the highest level that has chains; the next to be visited
  int sweeps_at_top_ = 0;
  std::uint64_t visits_ = 0, of_climb_ = 0;  // of levels
  std::uint64_t left_ = 0, asked_ = 0;       // sweeps
  ReplicaExchange exchange_;
  StateFreeEnergies energies_;
  LayerSampler sampler_;
};

}  // namespace wakesleep
