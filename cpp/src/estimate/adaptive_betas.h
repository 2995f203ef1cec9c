// Betas of annealed importance sampling by equal progress: a first pass of a tenth of the betas, evenly spread,
// measures how fast the distribution changes on the way.
#pragma once

#include "estimate/ais_path.h"
#include "estimate/annealed_runs.h"

namespace wakesleep {

class AdaptiveBetas {
 public:
  // Of the options' schedule, which is `adaptive`. The rest as of AisLogPartition, and checked.
  AdaptiveBetas(const Rbm& rbm, const AisOptions& options, const VectorD* base_rates);
  // One beta of some runs; false when nothing was left to do.
  bool step();
  Index steps() const { return path_.options().betas; }  // in all
  Index done() const { return k_; }
  // As many as the options have betas, and one: 0 first, 1 last. Once step() has returned false.
  std::vector<double> betas() const;

 private:
  Index wanted_;
  PathGroups<AisPath> path_;
  Index k_ = 0;
  std::vector<double> before_;   // the log weights before the present step
  std::vector<double> lengths_;  // standard deviations of each step's log weights over the runs
};

// Whether the options ask for it.
inline bool adapts(const AisOptions& options) { return options.schedule == BetaSchedule::adaptive; }

}  // namespace wakesleep
