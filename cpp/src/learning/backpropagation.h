// What a feed-forward net loses on a batch, by which direction it would lose less, and how the loss curves. A batch is
// worked on in blocks of rows, whose sums go on from block to block, so that its memory does not grow with it.
#pragma once

#include <functional>
#include <optional>
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
  using See = std::function<void(Index layer, const MatrixView& states)>;

  // A pass over a batch: what follows begins one, and step() makes a part of it, which is one layer of a block of rows;
  // false when nothing was left. What it was begun with must stay until then.

  // Adds to `found`. With `descent`, which has the shapes of the parameters: minus the gradient of the mean loss. Of
  // the lowest `frozen` layers it is left as it is. With `see`, called for each block with the number of a hidden layer
  // and its states.
  void begin(const NetworkParameters& at, const NetworkBatch& batch, Found& found, NetworkParameters* descent,
             Index frozen, const See& see = {});
  // product = G v of the mean loss, G the Gauss-Newton matrix J' H J: J the derivative of the outputs' inputs by the
  // parameters, H the (positive) curvature of the loss by those (Schraudolph 2002). What is frozen has no part.
  void begin_curvature(const NetworkParameters& at, const NetworkBatch& batch, const NetworkParameters& v, Index frozen,
                       NetworkParameters& product);
  // squares = the sum over rows of the squares of each row's gradient, for a preconditioner.
  void begin_squared_gradients(const NetworkParameters& at, const NetworkBatch& batch, Index frozen,
                               NetworkParameters& squares);
  bool step();
  void finish() {
    while (step()) {
    }
  }

  // All at once.
  void add(const NetworkParameters& at, const NetworkBatch& batch, Found& found) {
    begin(at, batch, found, nullptr, 0);
    finish();
  }
  Found run(const NetworkParameters& at, const NetworkBatch& batch, NetworkParameters* descent, Index frozen = 0) {
    Found found;
    begin(at, batch, found, descent, frozen);
    finish();
    return found;
  }
  void curvature(const NetworkParameters& at, const NetworkBatch& batch, const NetworkParameters& v, Index frozen,
                 NetworkParameters& product) {
    begin_curvature(at, batch, v, frozen, product);
    finish();
  }
  void squared_gradients(const NetworkParameters& at, const NetworkBatch& batch, Index frozen,
                         NetworkParameters& squares) {
    begin_squared_gradients(at, batch, frozen, squares);
    finish();
  }

  // Blocks have at most as many rows, and their ends include all multiples of it.
  static constexpr Index rows_a_block = 1024;

 private:
  enum class Stage { up, along, back };
  // `sums` is what is added to: nothing, or a descent, a product or squares. `v`: of a product.
  struct Pass {
    const NetworkParameters* at;
    NetworkBatch batch;
    Found* found;
    NetworkParameters* sums;
    const NetworkParameters* v;
    bool squares;
    Index frozen;
    Index first = 0, rows = 0;  // the block
    Stage stage = Stage::up;
    Index layer = 0;  // whose states, or errors, come next
  };

  Index depth() const { return static_cast<Index>(shape_->activations.size()); }
  static std::size_t at(Index layer) { return static_cast<std::size_t>(layer); }
  Activation activation_of(Index layer) const { return shape_->activations[at(layer - 1)]; }
  // Rows of the batch, and the states of a layer that the pass upwards left.
  MatrixView inputs() const;
  MatrixView targets() const;
  MatrixView states(Index layer) const { return layer == 0 ? inputs() : view(states_[at(layer - 1)]); }
  float stays(Index layer) const {
    return pass_->batch.kept && may_drop(activation_of(layer)) ? pass_->batch.stays : 1;
  }
  void begin(Pass pass);
  void begin_block();
  void end_block();
  void up(Index layer);
  void count_found();
  // Derivatives along v of a layer's states.
  void along(Index layer);
  // Errors of the outputs' inputs, of which those of the layers below are made.
  void begin_back();
  // With squares, what is added is the square of each row's part.
  void back(Index layer);

  const NetworkShape* shape_;
  Loss loss_;
  std::optional<Pass> pass_;  // while there is one
  See see_;
  std::vector<Scratch> states_;  // of layers 1, 2, ...
  Scratch errors_, below_, turned_, squares_;
  Scratch moved_, next_;  // derivatives of states along a direction
  math::Workspace workspace_;
};

}  // namespace wakesleep
