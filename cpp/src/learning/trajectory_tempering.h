// Parallel trajectory tempering (Béreux, Decelle, Furtlehner and Seoane 2026, "Equilibrium training of energy-based
// models with parallel trajectory tempering"): past models of the same training are the rungs of a ladder, whose first
// has no weights and is sampled exactly. The chains of the model are exchanged with samples of the last rung before
// each batch, and so stay at equilibrium. Where too few of these exchanges would be accepted the model becomes a rung
// itself; where an update has left none, it is taken back and the learning rate halved, which doubles again when some
// hundred batches have gone well. Bennett's acceptance ratio
// between rungs adds up to log Z, which is known all along.
#pragma once

#include <optional>

#include "learning/conditionals.h"
#include "learning/new_rung.h"
#include "learning/rule.h"

namespace wakesleep {

class TrajectoryTempering : public LearningRule {
 public:
  static std::string why_not(const RbmShape& shape);
  // The ladder is in rbm.training_state().ladder.
  TrajectoryTempering(Rbm& rbm, const TrainingOptions& options) : rbm_(&rbm), options_(&options) {}
  bool prepare(std::uint64_t step) override;
  bool due() const override { return due_ != Due::nothing; }
  bool settle(std::uint64_t step) override;
  double rate_scale() const override;
  void begin(const Phase& positive, const BitMatrix* kept, const GibbsSteps& steps) override;
  bool step() override;
  const Phase* next() override;
  void end() override;
  std::optional<double> swap_rate() const override { return swap_rate_; }
  std::optional<LadderStatistics> ladder(bool fresh) const override;

 private:
  // What is due before the batch.
  enum class Due { unknown, nothing, rung, refusal, ladder };
  // A ladder that grows from W = 0 to the machine's own weights, in steps whose length follows what is accepted.
  struct Building {
    LadderState ladder;
    double scale = 0, stride = 1;  // of W, at the last rung; and to the next
    Rbm next;
    std::uint64_t rungs_tried = 0;
  };

  LadderState& state() const { return rbm_->training_state().ladder; }
  Index chain_count() const { return options_->chains.value_or(options_->batch_size); }
  bool fits() const;
  void load(const LadderState& ladder);
  void propose(std::uint64_t step);
  void decide(std::uint64_t step);
  void begin_building(std::uint64_t step);
  bool build(std::uint64_t step);
  void add_rung(LadderState& ladder) const;
  void refuse();

  Rbm* rbm_;
  const TrainingOptions* options_;
  std::optional<Rbm> last_;  // rung
  VectorD samples_free_energies_, reservoir_free_energies_, drawn_under_;
  ReplicaExchange exchange_;
  NewRung new_rung_;
  std::optional<Building> building_;
  Due due_ = Due::unknown;
  bool loaded_ = false;
  double acceptance_ = 1;
  std::optional<double> swap_rate_;
  // Of the batch in hand: the chains and the reservoir on their way to the next one.
  GibbsSteps steps_{};
  Index step_ = 0;
  LayerStates next_reservoir_;
  VectorD next_reservoir_free_energies_;
  Index accepted_ = 0;
  StateFreeEnergies of_negative_;
  LayerSampler sampler_;
  Phase negative_;
  bool given_ = false;
  // log Z at a position of the machine's life.
  struct Estimate {
    std::uint64_t step;
    double log_z, error;
  };
  mutable std::optional<Estimate> estimate_;
  mutable StateFreeEnergies of_samples_, of_chains_;
};

}  // namespace wakesleep
