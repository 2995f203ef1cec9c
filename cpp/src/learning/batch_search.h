// Learning from a batch by several evaluations of its loss: searches in conjugate directions, and Hessian-free
// optimisation. A search moves a net only when it has ended.
#pragma once

#include <functional>
#include <memory>

#include "learning/backpropagation.h"

namespace wakesleep {

// The mean loss of a batch and half the squared weights times their decay, of the layers that learn.
struct BatchObjective {
  Backpropagation* backpropagation;
  NetworkBatch batch;
  Index frozen;
  double decay;
  std::function<void(Index layer, const MatrixView& states)> see;  // what the first evaluation shows hidden layers to

  // With `descent`: minus the gradient. `found`, of the first evaluation: the sums over the rows.
  double at(const NetworkParameters& parameters, NetworkParameters* descent,
            Backpropagation::Found* found = nullptr) const;
  // product = (G + damping + decay) v; biases do not decay.
  void curvature(const NetworkParameters& parameters, const NetworkParameters& v, double damping,
                 NetworkParameters& product) const;
};

class BatchSearch {
 public:
  virtual ~BatchSearch() = default;
  virtual void begin(const BatchObjective& objective) = 0;
  // One evaluation or product; false when nothing was left to do.
  virtual bool step() = 0;
  // Once step() has returned false: moves the parameters. How far the weights went: the root of the sum of squares.
  virtual double finish() = 0;
  // What the batch lost before.
  const Backpropagation::Found& found() const { return found_; }

 protected:
  Backpropagation::Found found_;
};

// Of net, which outlives the search.
std::unique_ptr<BatchSearch> conjugate_gradients(Network& net, const NetworkTrainingOptions& options);
std::unique_ptr<BatchSearch> hessian_free(Network& net, const NetworkTrainingOptions& options);

}  // namespace wakesleep
