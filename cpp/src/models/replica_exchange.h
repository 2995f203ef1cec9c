// Chains of a model that meet samples of another one near it, and change places with them by Metropolis' rule: together
// they stay distributed as the product of both models (replica exchange, Hukushima and Nemoto 1996). Of hidden units
// that are summed out, and so with free energies F, a chain x and a sample y are exchanged with the probability
//
//   min(1, exp(F_model(x) + F_other(y) - F_model(y) - F_other(x))).
#pragma once

#include <vector>

#include "models/state_free_energies.h"

namespace wakesleep {

// Visible states, rows x width, with the free energies under a model.
struct Population {
  LayerStates* v;
  VectorD* free_energies;
};

class ReplicaExchange {
 public:
  // Each chain of `model` meets a sample of `other`, chosen without replacement by the numbers of this seed and place.
  // Nothing moves yet. There are at least as many samples as chains; those have their free energies under `other`.
  void propose(const Rbm& model, const Rbm& other, const LayerStates& chains, const Population& samples,
               std::uint64_t seed, std::uint64_t place);
  // The mean probability that a pair is exchanged, over chains that were drawn from a model under which they have these
  // free energies, and which are weighed as if `model` had drawn them.
  double acceptance(const VectorD& drawn_under) const;
  // Exchanges the pairs; returns how many.
  Index swap(LayerStates& chains, const Population& samples, std::uint64_t seed, std::uint64_t place);
  // Which chains were, the last time.
  const std::vector<bool>& swapped() const { return swapped_; }
  // A Gibbs step of the chains: h given v, v given h. The first after swap() knows the inputs of h already.
  void move(const Rbm& model, LayerStates& chains, bool after_swap, const math::Place& hidden,
            const math::Place& visible);

  // Free energies of the chains before the swap.
  const VectorD& of_model() const { return here_.values(); }
  const VectorD& of_other() const { return below_.values(); }

 private:
  StateFreeEnergies here_, there_, below_;
  LayerStates met_, h_;
  std::vector<std::uint32_t> which_;
  std::vector<double> gaps_;  // what the probability is the exponential of
  std::vector<bool> swapped_;
  LayerSampler sampler_;
};

}  // namespace wakesleep
