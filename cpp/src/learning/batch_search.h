// Learning from a batch by several evaluations of its loss: searches in conjugate directions, and Hessian-free
// optimisation. A search moves a net only when it has ended.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "learning/backpropagation.h"

namespace wakesleep {

// The mean loss of a batch and half the squared weights times their decay, of the layers that learn.
struct BatchObjective {
  Backpropagation* backpropagation;
  NetworkBatch batch;
  Index frozen;
  double decay;
  std::function<void(Index layer, const MatrixView& states)> see;  // what the first evaluation shows hidden layers to

  // Begins a pass that evaluates it; `found` gets the sums over the rows. With `descent`: minus the gradient.
  void begin(const NetworkParameters& parameters, NetworkParameters* descent, Backpropagation::Found& found,
             bool first = false) const;
  // Its value, once the pass is over, and the decay's part of the gradient.
  double value(const NetworkParameters& parameters, NetworkParameters* descent,
               const Backpropagation::Found& found) const;
  // What a product with G lacks of (G + damping + decay) v; biases do not decay.
  void add_damping(const NetworkParameters& v, double damping, NetworkParameters& product) const;
};

class BatchSearch {
 public:
  virtual ~BatchSearch() = default;
  virtual void begin(const BatchObjective& objective) = 0;
  // A slice of an evaluation or product, or what follows from it; false when nothing was left to do.
  bool step();
  // Once step() has returned false: moves the parameters. How far the weights went: the root of the sum of squares.
  virtual double finish() = 0;
  // What the batch lost before.
  const Backpropagation::Found& found() const { return found_; }

 protected:
  // Takes what the pass has found that the last call began, and begins the next; false when there is none.
  virtual bool go_on() = 0;

  std::optional<BatchObjective> objective_;
  Backpropagation::Found found_;
};

// Of net, which outlives the search.
std::unique_ptr<BatchSearch> conjugate_gradients(Network& net, const NetworkTrainingOptions& options);
std::unique_ptr<BatchSearch> hessian_free(Network& net, const NetworkTrainingOptions& options);

}  // namespace wakesleep
