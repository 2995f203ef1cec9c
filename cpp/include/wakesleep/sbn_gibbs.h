// Gibbs sampling of a sigmoid belief net's hidden units given the visible ones (Neal 1992, section 3).
#pragma once

#include <cstdint>
#include <memory>

#include "wakesleep/sbn.h"

namespace wakesleep {

// One chain for each row of visible states, which are held. A unit's conditional has a term of its own parents and one
// of its children, in which their other parents take part, and so explain away:
//
//   log p(s_j = 1 | rest) / p(s_j = 0 | rest) = b_j + sum_k W_jk s_k
//                                             + sum_i [log p(s_i | s_j = 1, ...) - log p(s_i | s_j = 0, ...)].
class PosteriorChains {
 public:
  // The hidden units start as a sample of the net's own, whatever is seen. x: chains x visible, 0 or 1, at most 2^20
  // chains. The net must outlive the chains. `group`, below 2^20, gives chains random numbers of their own where many
  // chains of a seed are run in groups, as long as each makes less than 2^32 sweeps.
  PosteriorChains(const Sbn& net, const MatrixView& x, std::uint64_t seed, std::uint64_t group = 0);
  ~PosteriorChains();
  PosteriorChains(PosteriorChains&&) noexcept;

  Index chains() const;
  std::uint64_t sweeps() const;
  // Puts a hidden layer (1 or above) into these states: chains x units or 1 x units (for all chains), 0 or 1.
  void set_states(Index layer, const MatrixView& states);
  // Every hidden unit once, layer 1 first, one after the other; `count` times.
  void sweep(Index count);
  // The same in slices of some milliseconds: step() returns false when nothing was left to do. In between chains may
  // stand at different sweeps, and only these two are called.
  void begin_sweeps(Index count);
  bool step();
  const BitMatrix& states(Index layer) const;

  // Means of the units of a hidden layer over the sweeps since forget(): of each unit's p(s_j = 1 | rest) as it was
  // drawn, which has the mean of its states and less variance. std::invalid_argument when there were none.
  Matrix mean(Index layer) const;
  void forget();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace wakesleep
