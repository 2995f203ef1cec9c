// The negative phase by k steps of Gibbs sampling that start at the data (CD-k, Hinton 2002), or by k steps from means
// to means (mean-field CD, Welling and Hinton 2002).
#pragma once

#include "learning/conditionals.h"
#include "learning/rule.h"

namespace wakesleep {

class ContrastiveDivergence : public LearningRule {
 public:
  ContrastiveDivergence(const Rbm& rbm, const TrainingOptions& options) : options_(&options), conditionals_(rbm) {
    conditionals_.scale_inputs(options.input_scales);
  }
  void draw(const Phase& positive, const BitMatrix* kept, const GibbsSteps& steps) override;
  const Phase* next() override;
  const Scratch* reconstruction() const override { return &reconstruction_; }

 private:
  const TrainingOptions* options_;
  Conditionals conditionals_;
  Phase negative_;
  Scratch reconstruction_;
  std::vector<float> words_;
  bool given_ = false;
};

}  // namespace wakesleep
