// A learning rule says where the model's side of the gradient comes from: given the positive phase, it supplies the
// negative one.
#pragma once

#include <optional>

#include "learning/gradient.h"
#include "learning/phase.h"
#include "wakesleep/rbm.h"
#include "wakesleep/training.h"
#include "wakesleep/training_options.h"

namespace wakesleep {

// The Gibbs steps of a batch, and where their random numbers stand: the positive phase's at `first`, those of step i at
// first + i + 1.
struct GibbsSteps {
  std::uint64_t first;
  Index k;  // steps
  std::uint64_t of_step(Index i) const { return first + static_cast<std::uint64_t>(i) + 1; }
};

class LearningRule {
 public:
  virtual ~LearningRule() = default;
  // A slice of what must come before the batch at this position of the machine's life; false when nothing was left to
  // do. The machine and its training state stay as they are.
  virtual bool prepare(std::uint64_t) { return false; }
  // Once that is done: whether settle() will change what the model keeps.
  virtual bool due() const { return false; }
  // Comes before the positive phase of that batch. Whether the machine's parameters were set back: what the optimizer
  // keeps of past gradients must then go.
  virtual bool settle(std::uint64_t) { return false; }
  // What the rule multiplies learning rates by.
  virtual double rate_scale() const { return 1; }
  // Begins the negative phase of this batch. With dropout, `kept` are the hidden units kept, row by row; null else.
  // Both must outlive the batch. Nothing that a model keeps is changed before end(), so that a batch may be begun anew.
  virtual void begin(const Phase& positive, const BitMatrix* kept, const GibbsSteps& steps) = 0;
  // A slice of drawing it; false when nothing was left to do.
  virtual bool step() = 0;
  // Its parts, one after the other, whose rows count as much together as those of the positive phase; null after the
  // last.
  virtual const Phase* next() = 0;
  // Once the parts have been taken: what the next batch goes on from is kept.
  virtual void end() {}
  // All of it at once, before its parts are taken.
  void draw(const Phase& positive, const BitMatrix* kept, const GibbsSteps& steps) {
    begin(positive, kept, steps);
    while (step()) {
    }
    end();
  }
  // Means of the first visible units after one step from the data, where the rule takes one; null else.
  virtual const Scratch* reconstruction() const { return nullptr; }
  // What the rule makes of the gradient, beside what the optimizer does.
  virtual bool learns() const { return false; }
  virtual void learn(const Gradient&) {}  // before end(), where learns()
  // The share of accepted swaps in the last batch, where there are swaps.
  virtual std::optional<double> swap_rate() const { return std::nullopt; }
  // How the ladder stands, of a rule that has one. Unless it is to be `fresh`, its log Z may be some batches old.
  virtual std::optional<LadderStatistics> ladder(bool) const { return std::nullopt; }
  // The shares of the labels among the examples, which sum to 1, told before the first batch of a machine with labels.
  // Unless told they are equal.
  virtual void know_labels(const VectorD&) {}
  // How many rows of chains keep hidden units of their own with dropout.
  virtual Index chains() const { return 0; }
};

}  // namespace wakesleep
