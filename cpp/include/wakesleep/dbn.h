// The deep belief net (Hinton, Osindero and Teh 2006): RBMs trained one on top of the other; the top one keeps its
// undirected weights and holds the labels, the ones below generate downwards and recognise upwards,
//
//   p(x_l | x_l+1) = sigmoid(b_l + x_l+1 W_l'),   q(x_l+1 | x_l) = sigmoid(c_l + x_l R_l),
//
// where R_l is W_l until up-down learning (up_down.h) unties the two.
#pragma once

#include <cstdint>
#include <vector>

#include "wakesleep/rbm.h"

namespace wakesleep {

// What is needed to go on with up-down learning where it stopped.
struct UpDownState {
  std::uint64_t epoch = 0;     // whole epochs done
  std::uint64_t batch = 0;     // batches done of the epoch that has begun
  std::uint64_t step = 0;      // batches done in all: the position of the random numbers
  OptimizerState optimizer{};  // of W, b and c of each machine in turn, lowest first, and then of each R
};

class Dbn {
 public:
  // layers: visible units first, at least two entries. labels: 0, or the size of the softmax group at the top RBM.
  // units: their types, one a layer; empty: all Bernoulli.
  Dbn(const std::vector<Index>& layers, Index labels, std::uint64_t seed = 1, const std::vector<Units>& units = {});
  Dbn(const std::vector<Index>& layers, Index labels, std::uint64_t seed, const std::vector<Units>& units, Undrawn);
  // From trained machines, which must fit: hidden of one = visible of the next, labels only in the last.
  explicit Dbn(std::vector<Rbm> rbms);

  Index depth() const { return static_cast<Index>(rbms_.size()); }  // number of RBMs
  const Rbm& rbm(Index layer) const { return rbms_.at(static_cast<std::size_t>(layer)); }
  Rbm& rbm(Index layer) { return rbms_.at(static_cast<std::size_t>(layer)); }
  const Rbm& top() const { return rbms_.back(); }
  Index visible() const { return rbms_.front().visible(); }
  Index labels() const { return top().labels(); }
  std::vector<Index> layers() const;
  std::uint64_t seed() const { return rbms_.front().seed(); }
  std::uint64_t next_seed() { return rbm(0).next_seed(); }  // the bottom machine's, whose seed is that of the net

  // Whether the machines below the top have recognition weights of their own. W and b of such a machine generate its
  // visible units, R and c recognise its hidden ones.
  bool has_recognition() const { return !recognition_.empty(); }
  const std::vector<Matrix>& recognition() const { return recognition_; }
  // visible x hidden; where it has none of its own, the machine's W.
  const Matrix& R(Index layer) const {
    return has_recognition() && layer + 1 < depth() ? recognition_.at(static_cast<std::size_t>(layer)) : rbm(layer).W();
  }
  // One for each machine but the top, lowest first. std::out_of_range unless each is visible x hidden of its machine
  // and finite; std::invalid_argument for a net without a machine below the top, or with other than Bernoulli units.
  void set_recognition(std::vector<Matrix> R);
  // R = W for a net whose recognition weights are tied. The training state of the machines by themselves goes, but for
  // the epochs and steps that they have had.
  void untie_recognition();

  // Means of the units of a layer (0: x itself, depth(): the top's hidden units), each from the means below.
  Matrix up(const MatrixView& x, Index layer) const;
  // From states or means of the top RBM's visible units down to means of the image, each layer's from the means above:
  // an image is to show what the top holds, not the noise of one sample on the way.
  Matrix down(const MatrixView& top_visible) const;

  MatrixD label_free_energy(const MatrixView& x) const;  // rows x labels, at the top RBM, of the upward means

  // Gives an RBM the weights of the one below, transposed, and its biases in exchange: W' and b = c, c = b of the one
  // below. The two then define the same distribution over the layer they share, which makes the variational bound
  // (variational_bound.h) as tight as it was before there was a second layer (Hinton, Osindero and Teh 2006, section
  // 4). Label units start with weights and biases of zero. Forgets the layer's training state. std::out_of_range unless
  // 1 <= layer < depth(), and the layer has as many hidden units as the one below visible ones.
  void start_layer_from_transpose(Index layer);
  bool may_start_from_transpose(Index layer) const;  // whether it would not throw

  // As an RBM's.
  const Familiarity* familiarity() const { return familiarity_.get(changes()); }
  void set_familiarity(std::optional<Familiarity> familiarity);
  std::uint64_t changes() const;

  // The layer that greedy training has reached; depth() when every layer has had its turn.
  Index training_layer = 0;
  UpDownState& up_down_state() { return up_down_; }
  const UpDownState& up_down_state() const { return up_down_; }

  // For up-down learning, which writes in place.
  Matrix& mutable_R(Index layer) { return ++changes_, recognition_.at(static_cast<std::size_t>(layer)); }

 private:
  std::vector<Rbm> rbms_;
  std::vector<Matrix> recognition_;
  UpDownState up_down_;
  KeptFamiliarity familiarity_;
  std::uint64_t changes_ = 0;  // of the recognition weights
};

// argmin of each row: the label with the lowest free energy.
std::vector<int> best_labels(const MatrixD& free_energy);
// softmax(-F) of each row.
Matrix label_probabilities(const MatrixD& free_energy);

}  // namespace wakesleep
