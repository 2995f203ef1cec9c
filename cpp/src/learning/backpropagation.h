// What a feed-forward net loses on a batch, by which direction it would lose less, and how the loss curves. A batch is
// worked on in blocks of rows, whose sums go on from block to block, so that its memory does not grow with it.
#pragma once

#include <algorithm>
#include <vector>

#include "models/network_layers.h"

namespace wakesleep {

// Examples of a batch. What is left out of hidden layer l stands in kept[l - 1], one row an example.
struct NetworkBatch {
  MatrixView inputs, targets;
  const std::vector<BitMatrix>* kept = nullptr;  // null: nothing is left out
  float stays = 1;                               // chance to stay of the units that may be left out
  Index rows() const { return inputs.rows(); }
};

// Whether units of this kind may be left out.
inline bool may_drop(Activation activation) {
  return activation == Activation::sigmoid || activation == Activation::relu;
}
// What stays is divided by the chance to stay; the rest becomes 0. Row r of x takes row first + r.
void drop(const BitMatrix& kept, Index first, float stays, MatrixRef x);

class Backpropagation {
 public:
  Backpropagation(const NetworkShape& shape, Loss loss) : shape_(&shape), loss_(loss) {}

  // Sums over rows, which are added one after the other.
  struct Found {
    double loss = 0, squared_error = 0;
    Index wrong = 0;  // rows whose largest output is not their largest target
  };
  // Adds those of a batch.
  void add(const NetworkParameters& at, const NetworkBatch& batch, Found& found) {
    for (Index first = 0; first < batch.rows(); first += rows_a_block)
      forward(at, batch, first, std::min(rows_a_block, batch.rows() - first), &found);
  }
  // With `descent`, which has the shapes of the parameters: minus the gradient of the mean loss. Of the lowest `frozen`
  // layers it is left as it is. With `see`, called for each block with the number of a hidden layer and its states.
  template <class See>
  Found run(const NetworkParameters& at, const NetworkBatch& batch, NetworkParameters* descent, Index frozen,
            See&& see);
  Found run(const NetworkParameters& at, const NetworkBatch& batch, NetworkParameters* descent, Index frozen = 0) {
    return run(at, batch, descent, frozen, [](Index, const MatrixView&) {});
  }

  // product = G v of the mean loss, G the Gauss-Newton matrix J' H J: J the derivative of the outputs' inputs by the
  // parameters, H the (positive) curvature of the loss by those (Schraudolph 2002). What is frozen has no part.
  void curvature(const NetworkParameters& at, const NetworkBatch& batch, const NetworkParameters& v, Index frozen,
                 NetworkParameters& product);
  // squares = the sum over rows of the squares of each row's gradient, for a preconditioner.
  void squared_gradients(const NetworkParameters& at, const NetworkBatch& batch, Index frozen,
                         NetworkParameters& squares);

  static constexpr Index rows_a_block = 1024;

 private:
  Index depth() const { return static_cast<Index>(shape_->activations.size()); }
  static std::size_t at(Index layer) { return static_cast<std::size_t>(layer); }
  Activation activation_of(Index layer) const { return shape_->activations[at(layer - 1)]; }
  // Rows of the batch, and the states of a layer that the last forward() left.
  MatrixView inputs(const NetworkBatch& batch, Index first, Index rows) const {
    return {batch.inputs.data() + first * batch.inputs.cols(), rows, batch.inputs.cols()};
  }
  MatrixView targets(const NetworkBatch& batch, Index first, Index rows) const {
    return {batch.targets.data() + first * batch.targets.cols(), rows, batch.targets.cols()};
  }
  MatrixView states(const NetworkBatch& batch, Index first, Index layer) const {
    return layer == 0 ? inputs(batch, first, states_[0].rows()) : view(states_[at(layer - 1)]);
  }
  float stays(const NetworkBatch& batch, Index layer) const {
    return batch.kept && may_drop(activation_of(layer)) ? batch.stays : 1;
  }
  void clear(NetworkParameters& sums, Index frozen) const;
  void forward(const NetworkParameters& at, const NetworkBatch& batch, Index first, Index rows, Found* found);
  // From errors_, of the inputs of the outputs, down to the lowest layer that learns. With `squared`, what is added is
  // the square of each row's part.
  void backward(const NetworkParameters& at, const NetworkBatch& batch, Index first, Index frozen,
                NetworkParameters& sums, bool squared = false);

  const NetworkShape* shape_;
  Loss loss_;
  std::vector<Scratch> states_;  // of layers 1, 2, ...
  Scratch errors_, below_, turned_, squares_;
  Scratch moved_, next_;  // derivatives of states along a direction
  math::Workspace workspace_;
};

template <class See>
Backpropagation::Found Backpropagation::run(const NetworkParameters& at, const NetworkBatch& batch,
                                            NetworkParameters* descent, Index frozen, See&& see) {
  Found found;
  if (descent) clear(*descent, frozen);
  const float scale = 1 / static_cast<float>(batch.rows());
  for (Index first = 0; first < batch.rows(); first += rows_a_block) {
    const Index rows = std::min(rows_a_block, batch.rows() - first);
    forward(at, batch, first, rows, &found);
    for (Index l = 1; l < depth(); ++l) see(l, states(batch, first, l));
    if (!descent) continue;
    output_errors(activation_of(depth()), loss_, states(batch, first, depth()), targets(batch, first, rows), scale,
                  errors_);
    backward(at, batch, first, frozen, *descent);
  }
  return found;
}

}  // namespace wakesleep
