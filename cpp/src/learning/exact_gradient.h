// The negative phase without sampling: every state of the smaller side with its probability, and the means of the other
// side.
#pragma once

#include <string>
#include <vector>

#include "learning/conditionals.h"
#include "learning/rule.h"

namespace wakesleep {

class ExactGradient : public LearningRule {
 public:
  static constexpr std::uint64_t most_states = std::uint64_t{1} << 16;

  ExactGradient(const Rbm& rbm, const TrainingOptions& options);
  // A side must have at most that many states, and counts of words have a partition function for every length.
  static std::string why_not(const RbmShape& shape);
  void begin(const Phase& positive, const BitMatrix* kept, const GibbsSteps& steps) override;
  bool step() override;
  const Phase* next() override;

 private:
  Conditionals conditionals_;
  bool over_hidden_;
  std::uint64_t states_, weighed_ = 0, next_ = 0;
  std::vector<double> probabilities_;
  LayerStates some_;
  VectorD log_weights_;
  Phase negative_;
  double total_ = 1;
};

}  // namespace wakesleep
