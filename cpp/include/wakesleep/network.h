// The feed-forward net: layers of units, layer 0 the inputs, each computed from the one below,
//
//   y_l = f_l(b_l + y_(l-1) W_l),
//
// by logistic sigmoids, rectification max(0, x), the identity, or a softmax over the layer. It starts from random
// weights, or is unrolled from a deep belief net (Hinton and Salakhutdinov 2006, "Reducing the dimensionality of data
// with neural networks"), and learns by backpropagation (network_training.h).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "wakesleep/dbn.h"
#include "wakesleep/first_weights.h"
#include "wakesleep/matrix.h"
#include "wakesleep/training_state.h"

namespace wakesleep {

enum class Activation { sigmoid, relu, linear, softmax };

std::vector<Activation> all_activations();
const char* name_of(Activation activation);  // as it is written above
// std::out_of_range for a name that none has, with a message that lists those there are and begins with `what`.
Activation activation(const std::string& name, const std::string& what = "units");

struct NetworkShape {
  std::vector<Index> layers{};            // units of each, the inputs first: 2 to 32 layers
  std::vector<Activation> activations{};  // of each layer above the inputs
  // The layer that is an autoencoder's code: 1 to layers - 2. Such a net has as many outputs as inputs, and learns to
  // give out what comes in. 0: no autoencoder.
  Index code = 0;
  bool operator==(const NetworkShape&) const = default;
};

// With the usual activations where there are none: sigmoids, a softmax at the top; of an autoencoder a linear code and
// sigmoids everywhere else.
NetworkShape completed(NetworkShape shape);
// std::out_of_range unless there are 2 to 32 layers of 1 to 2^20 units, at most 2^27 weights from one to the next, an
// activation for each layer above the inputs, at least 2 units in a softmax, and of an autoencoder as many outputs as
// inputs and a code that is no wider.
void check(const NetworkShape& shape);

// Lowest layer first. W[l]: units of layer l x units of layer l + 1; b[l]: units of layer l + 1.
struct NetworkParameters {
  std::vector<Matrix> W{};
  std::vector<Vector> b{};
  bool empty() const { return W.empty(); }
};

// What is needed to go on with training where it stopped.
struct NetworkTrainingState {
  std::uint64_t epoch = 0;     // whole epochs done
  std::uint64_t batch = 0;     // batches done of the epoch that has begun
  std::uint64_t step = 0;      // batches done in all: the position of the random numbers
  OptimizerState optimizer{};  // of all W and all b, each from the lowest layer up
  // Of early stopping: the parameters after the epoch with the lowest validation loss, and {that loss, how many epochs
  // have ended since, the epoch that was last looked at}. Both empty without; a net that was stopped has the best
  // parameters itself.
  NetworkParameters best{};
  Vector patience{};
  // Of Hessian-free learning: {the damping}, and where the next search for a direction starts. Empty without.
  Vector damping{};
  NetworkParameters direction{};
};

class Network {
 public:
  static constexpr Index most_layers = 32;

  // Biases zero. Weights into rectified units from N(0, 2 / n), n the units below (He et al. 2015); into others from
  // N(0, 2 / (n + m)), m the units above (Glorot and Bengio 2010).
  explicit Network(NetworkShape shape, std::uint64_t seed = 1);
  Network(NetworkShape shape, std::uint64_t seed, Undrawn);
  // With these parameters, which set_parameters describes.
  Network(NetworkShape shape, std::uint64_t seed, NetworkParameters parameters);

  const NetworkShape& shape() const { return shape_; }
  Index depth() const { return static_cast<Index>(shape_.activations.size()); }  // layers above the inputs
  const std::vector<Index>& layers() const { return shape_.layers; }
  Index units(Index layer) const { return shape_.layers.at(static_cast<std::size_t>(layer)); }
  Index visible() const { return shape_.layers.front(); }  // inputs
  Index outputs() const { return shape_.layers.back(); }
  Index code() const { return shape_.code; }
  // Of layer 1 .. depth().
  Activation activation_of(Index layer) const { return shape_.activations.at(static_cast<std::size_t>(layer - 1)); }
  // Of a classifier, whose outputs are a softmax, how many they are; 0 for other nets.
  Index labels() const { return shape_.code == 0 && shape_.activations.back() == Activation::softmax ? outputs() : 0; }
  std::uint64_t seed() const { return seed_; }

  const NetworkParameters& parameters() const { return parameters_; }
  const Matrix& W(Index layer) const { return parameters_.W.at(static_cast<std::size_t>(layer)); }
  const Vector& b(Index layer) const { return parameters_.b.at(static_cast<std::size_t>(layer)); }
  // std::out_of_range when a shape is wrong or a value is not finite; nothing is changed then. Forgets the training
  // state.
  void set_parameters(NetworkParameters parameters);

  // Units of layer `to` (1 .. depth()) given those of layer `from` (0 .. to - 1): rows x units.
  Matrix up(const MatrixView& x, Index to, Index from = 0) const;
  Matrix output(const MatrixView& x) const { return up(x, depth()); }

  NetworkTrainingState& training_state() { return training_; }
  const NetworkTrainingState& training_state() const { return training_; }

  // For the learning rules, which write in place.
  NetworkParameters& mutable_parameters() { return parameters_; }

 private:
  NetworkShape shape_;
  std::uint64_t seed_;
  NetworkParameters parameters_;
  NetworkTrainingState training_;
};

// The upward weights of a layer of a DBN, and the biases of the units above: what infers layer `layer` + 1 from layer
// `layer`. An input enters divided by its variance, where it has one, and label units by their mean weight.
struct Upward {
  Matrix W;  // units of the layer x units of the one above
  Vector c;
};
Upward upward(const Dbn& dbn, Index layer);

// A classifier: the layers of a DBN, and a softmax of `classes` units on them. For a DBN with label units, whose number
// `classes` then has to be (or 0), these units' weights and biases are the softmax's; for others they are random, as
// those of Network. The DBN's Bernoulli units become sigmoids, Gaussian ones linear, rectified ones rectified, a single
// softmax group a softmax. std::out_of_range for other numbers of classes, std::invalid_argument for units that are
// none of these.
Network classifier(const Dbn& dbn, Index classes = 0, std::uint64_t seed = 1);
// An autoencoder: the layers of a DBN up to its top, which becomes the code, and down again by the same weights,
// untied. Hidden layers as above; the visible units too, with the same errors. std::out_of_range for a top that is
// wider than the visible layer.
Network autoencoder(const Dbn& dbn, std::uint64_t seed = 1);

}  // namespace wakesleep
