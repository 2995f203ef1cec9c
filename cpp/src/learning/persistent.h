// The negative phase from chains that go on for ever (PCD, Tieleman 2008), which fast weights may drive on (fast
// persistent CD, Tieleman and Hinton 2009): the chains run with W + F, F learns at a rate of its own and decays with
// every batch, and so what the chains visit is made unlikely at once.
#pragma once

#include "learning/conditionals.h"
#include "learning/rule.h"

namespace wakesleep {

class Persistent : public LearningRule {
 public:
  // The chains, hidden states, are in rbm.training_state().chains, the fast weights in .fast.
  Persistent(Rbm& rbm, const TrainingOptions& options);
  void begin(const Phase& positive, const BitMatrix* kept, const GibbsSteps& steps) override;
  bool step() override;
  const Phase* next() override;
  void end() override;
  void know_labels(const VectorD& shares) override { label_shares_ = shares; }
  bool learns() const override { return options_->method == Method::fpcd; }
  void learn(const Gradient& gradient) override;
  Index chains() const override { return rbm_->training_state().chains.rows(); }

 private:
  void restart(LayerStates& states, std::uint64_t place);
  void hold_labels(LayerStates& v, std::uint64_t step);
  Index label_at(double quantile) const;

  Rbm* rbm_;
  const TrainingOptions* options_;
  VectorD label_shares_;
  ParameterSet driven_;     // parameters and fast weights together
  ParameterSet next_fast_;  // the fast weights that the batch in hand has learned
  bool learned_ = false;
  Conditionals conditionals_;
  GibbsSteps steps_{};
  // The next step, whether its hidden layer is being drawn, and the first chain that it has not come to.
  Index step_ = 0, row_ = 0;
  bool hidden_ = false;
  Phase negative_;  // its hidden states are the chains on their way
  LayerStates starts_;
  Scratch start_means_;
  bool given_ = false;
};

// Hidden states for chains to start from: drawn at an input of zero (Gaussian units: about their biases), unless there
// are as many already.
void start_chains(Rbm& rbm, Index rows, std::uint64_t seed);
// Counts of words: the chains' documents are as long as those of the first batch, in turn, unless they have a length
// already.
void start_words(Rbm& rbm, const LayerStates& batch);

}  // namespace wakesleep
