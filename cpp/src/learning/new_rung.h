// A rung on its way into a ladder: chains of the model are exchanged with the samples of the last rung until they have
// forgotten where they came from, and then collected, every so often, as samples of the new one: as many as the last
// rung has for the estimate of log Z, and as many again that the model will learn from. They must not be the same: what
// a model learns from gains energy, and reweighting from it finds log Z too low.
//
// The time after which a chain has forgotten is that of its exchanges: a chain that has come from the rung below is at
// the level -1, and at +1 after its next exchange, and so on, and the autocorrelation of that walk says how long a
// round trip takes (Béreux et al. 2026, after Alvarez Baños et al. 2010).
#pragma once

#include "learning/bennett.h"
#include "models/replica_exchange.h"

namespace wakesleep {

// Autocorrelation times of the levels, in sweeps. swaps: whether each chain was exchanged, sweep by sweep.
struct RelaxationTimes {
  double integrated, slowest;
};
RelaxationTimes relaxation_times(const std::vector<bool>& swaps, Index chains);

class NewRung {
 public:
  // The machines outlive this, and stay as they are until it is done. chains: the model's, to start from; samples: of
  // the last rung, with their free energies under it. k: Gibbs steps a sweep. least_acceptance: below which it fails.
  // The random numbers are those of the seed.
  void begin(const Rbm& model, const Rbm& last, const LayerStates& chains, const LayerStates& samples,
             const VectorD& free_energies, Index k, double least_acceptance, std::uint64_t seed);
  // A sweep, or a slice of what follows; false when nothing was left to do.
  bool step();
  bool failed() const { return stage_ == Stage::failed; }
  bool complete() const { return stage_ == Stage::complete; }
  void clear() { stage_ = Stage::none; }

  // Once it is done and has not failed.
  const Rbm& model() const { return *model_; }
  const LayerStates& samples() const { return collected_[0]; }
  const LayerStates& samples_to_learn_from() const { return collected_[1]; }
  const LayerStates& chains() const { return chains_; }
  const VectorD& chain_free_energies() const { return of_chains_.values(); }
  const BennettRatio& ratio() const { return ratio_; }
  double acceptance() const { return acceptance_; }
  double relaxation() const { return times_.integrated; }

 private:
  enum class Stage { none, relaxing, collecting, model_of_old, model_of_new, complete, failed };
  void sweep();
  void relaxed();
  void collect();

  const Rbm *model_ = nullptr, *last_ = nullptr;
  const LayerStates* old_ = nullptr;
  const VectorD* old_free_energies_ = nullptr;
  Index k_ = 1;
  double least_acceptance_ = 0;
  std::uint64_t seed_ = 0, sweeps_ = 0;
  Stage stage_ = Stage::none;
  ReplicaExchange exchange_;
  LayerStates chains_, reservoir_, collected_[2];
  VectorD reservoir_free_energies_, up_, down_;
  StateFreeEnergies energies_, of_chains_;
  std::vector<bool> swaps_;
  Index next_check_ = 0, until_collected_ = 0, rows_ = 0;
  RelaxationTimes times_{};
  double acceptance_ = 0;
  BennettRatio ratio_;
};

}  // namespace wakesleep
