// The negative phase without sampling: every state of the smaller side with its probability, and the means of the other
// side.
#pragma once

#include <vector>

#include "learning/conditionals.h"
#include "learning/rule.h"

namespace wakesleep {

class ExactGradient : public LearningRule {
 public:
  static constexpr std::uint64_t most_states = std::uint64_t{1} << 16;

  // std::out_of_range unless a side has at most that many states, and for documents, since every length of a document
  // has a partition function of its own. std::invalid_argument for units without an energy.
  explicit ExactGradient(const Rbm& rbm);
  void draw(const Phase& positive, const BitMatrix* kept, const Place& place) override;
  const Phase* next() override;

 private:
  Conditionals conditionals_;
  bool over_hidden_;
  std::uint64_t states_, next_ = 0;
  std::vector<double> probabilities_;
  LayerStates some_;
  VectorD log_weights_;
  Phase negative_;
  double total_ = 1;
};

}  // namespace wakesleep
