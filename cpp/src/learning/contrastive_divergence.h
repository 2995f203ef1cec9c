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
  void begin(const Phase& positive, const BitMatrix* kept, const GibbsSteps& steps) override;
  bool step() override;
  const Phase* next() override;
  const Scratch* reconstruction() const override { return &reconstruction_; }

 private:
  void draw_visible(math::RowRange some, const LayerStates& h);
  void draw_hidden(math::RowRange some);

  const TrainingOptions* options_;
  Conditionals conditionals_;
  const Phase* positive_ = nullptr;
  GibbsSteps steps_{};
  // The next step, whether its hidden layer is being drawn, and the first row that it has not come to.
  Index step_ = 0, row_ = 0;
  bool hidden_ = false;
  Phase negative_;
  Scratch reconstruction_;
  std::vector<float> words_buffer_;
  const float* words_ = nullptr;
  bool given_ = false;
};

}  // namespace wakesleep
