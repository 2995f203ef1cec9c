// A learning rule says where the model's side of the gradient comes from: given the positive phase, it supplies the
// negative one.
#pragma once

#include <memory>

#include "learning/gradient.h"
#include "learning/phase.h"
#include "wakesleep/rbm.h"
#include "wakesleep/training.h"

namespace wakesleep {

// Where the random numbers of a batch's Gibbs steps stand: the positive phase's at `first`, those of step i at first +
// i + 1.
struct Place {
  std::uint64_t first;
  Index k;  // steps
  std::uint64_t of_step(Index i) const { return first + static_cast<std::uint64_t>(i) + 1; }
  std::uint64_t last() const { return of_step(k - 1); }
};

class LearningRule {
 public:
  virtual ~LearningRule() = default;
  // Draws the negative phase of this batch. With dropout, `kept` are the hidden units kept, row by row; null else.
  virtual void draw(const Phase& positive, const BitMatrix* kept, const Place& place) = 0;
  // Its parts, one after the other, whose rows count as much together as those of the positive phase; null after the
  // last.
  virtual const Phase* next() = 0;
  // Means of the first visible units after one step from the data, where the rule takes one; null else.
  virtual const Scratch* reconstruction() const { return nullptr; }
  // What the rule makes of the gradient, beside what the optimizer does.
  virtual bool learns() const { return false; }
  virtual void learn(const Gradient&) {}
  virtual double swap_rate() const { return -1; }
  // How many rows of chains keep hidden units of their own with dropout.
  virtual Index chains() const { return 0; }
};

// Rbm and options outlive the rule. std::out_of_range where the rule cannot be applied to this machine.
std::unique_ptr<LearningRule> make_rule(Rbm& rbm, const TrainingOptions& options);

}  // namespace wakesleep
