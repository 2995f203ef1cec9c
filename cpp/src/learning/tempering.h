// Parallel tempering (Desjardins et al. 2010; Cho, Raiko and Ilin 2010): every chain has replicas at lower inverse
// temperatures, where Gibbs sampling moves freely, and neighbours change places by Metropolis' rule. The replicas at
// inverse temperature 1 are the negative phase.
#pragma once

#include "learning/conditionals.h"
#include "learning/rule.h"

namespace wakesleep {

// A Gibbs step of all replicas and the swaps after it leave the product of exp(-beta_t E) / Z_t over the temperatures
// as it is.
class TemperedChains {
 public:
  // `h`: hidden states of the replicas, temperatures x chains rows, a temperature's after those of the higher inverse
  // one. words: of a replicated softmax, the length of the document of each row; null else.
  TemperedChains(const Rbm& rbm, LayerStates& h, Index temperatures, std::uint64_t seed);
  void step(std::uint64_t place, const float* words = nullptr) {
    begin(place, words);
    while (step()) {
    }
  }
  // The same in slices: begun, and some rows of a layer a step(); false when nothing was left to do. A step that is not
  // over may be left for another.
  void begin(std::uint64_t place, const float* words);
  bool step();
  void stop() { stage_ = Stage::over; }
  const LayerStates& v() const { return v_; }  // rows as in h
  const std::vector<float>& inverse_temperatures() const { return inverse_; }
  // The share of the last step's proposed swaps that were accepted.
  double swap_rate() const { return swap_rate_; }

 private:
  enum class Stage { visible, hidden, swaps, over };
  void swap_neighbours(std::uint64_t place);

  Conditionals conditionals_;
  LayerStates* h_;
  std::uint64_t seed_;
  std::vector<float> inverse_;
  LayerStates v_;
  Scratch inputs_;
  std::vector<double> energies_;
  double swap_rate_ = 0;
  Stage stage_ = Stage::over;
  Index row_ = 0;
  std::uint64_t place_ = 0;
  const float* words_ = nullptr;
};

class Tempering : public LearningRule {
 public:
  Tempering(Rbm& rbm, const TrainingOptions& options);
  void begin(const Phase& positive, const BitMatrix* kept, const GibbsSteps& steps) override;
  bool step() override;
  const Phase* next() override;
  void end() override;
  std::optional<double> swap_rate() const override { return swap_rate_; }

 private:
  Rbm* rbm_;
  Index count_;
  LayerStates replicas_;
  TemperedChains chains_;
  Conditionals conditionals_;
  GibbsSteps steps_{};
  Index step_ = 0, row_ = 0;  // row_: the next of the hidden means of the negative phase
  double swap_rate_ = 0;
  Phase negative_;
  bool given_ = false;
};

}  // namespace wakesleep
