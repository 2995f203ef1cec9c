// Stacked tempering (Fernandez-de-Cossio-Diaz, Roussel, Cocco and Monasson 2024, "Accelerated sampling with stacked
// restricted Boltzmann machines"): every RBM of a stack has chains of its own, and hidden states of one are exchanged
// with visible states of the next. Upper machines see their data as fewer and nearer clusters, between which they move
// freely, and hand the moves down. Each machine keeps its own distribution: a pair h of machine l and v of machine l +
// 1 is exchanged with the probability
//
//   min(1, exp(F_l(h) + F_l+1(v) - F_l(v) - F_l+1(h))),
//
// F_l of hidden states, the visible units summed out, and F_l+1 of visible ones, the hidden units summed out; what was
// summed out is then drawn anew. Labels stay with their machine.
#pragma once

#include <vector>

#include "models/state_free_energies.h"
#include "wakesleep/dbn.h"

namespace wakesleep {

class StackedChains {
 public:
  // Chains first .. first + count - 1 of each machine, that start as GibbsChains do. The net must outlive them.
  // std::invalid_argument for units without an energy, and for counts of words.
  StackedChains(const Dbn& dbn, Index count, std::uint64_t seed, Index first = 0);
  // What a step of a chain takes, in multiplications.
  static double cost(const Dbn& dbn);
  // Exchanges of all neighbours, from the bottom up, and a Gibbs step of every machine.
  void step();
  std::uint64_t steps() const { return steps_; }
  const LayerStates& v(Index machine) const { return v_[static_cast<std::size_t>(machine)]; }
  const LayerStates& h(Index machine) const { return h_[static_cast<std::size_t>(machine)]; }
  // Means of the bottom machine's visible units in the last step.
  const Matrix& mean_v() const { return mean_v_; }
  // The share of the exchanges between a machine and the next that were accepted so far.
  double swap_rate(Index machine) const;
  // Puts the chains of a machine at these states, h still to be drawn.
  void start_at(Index machine, const LayerStates& v);

 private:
  math::Place place_of(Stream stream, std::size_t machine, std::uint64_t step) const;
  void swap_neighbours(std::size_t machine);
  void draw_hidden(std::size_t machine, std::uint64_t place);
  void draw_visible(std::size_t machine, std::uint64_t place);

  const Dbn* dbn_;
  std::uint64_t seed_, steps_ = 0;
  std::uint32_t first_;
  std::vector<LayerStates> v_, h_;
  std::vector<std::uint64_t> accepted_;  // one a pair of neighbours
  Matrix mean_v_;
  LayerSampler sampler_;
  StateFreeEnergies below_now_, below_then_, above_now_, above_then_;
  LayerStates as_h_, as_v_;
};

}  // namespace wakesleep
