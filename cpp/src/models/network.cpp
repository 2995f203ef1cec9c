#include "wakesleep/network.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "models/layer.h"
#include "models/network_layers.h"
#include "models/network_tensors.h"

namespace wakesleep {
namespace {

constexpr Index most_units = Index{1} << 20;
constexpr Index most_weights = Index{1} << 27;
constexpr const char* names[] = {"sigmoid", "relu", "linear", "softmax"};

std::size_t at(Index layer) { return static_cast<std::size_t>(layer); }

NetworkShape checked(NetworkShape shape) {
  shape = completed(std::move(shape));
  check(shape);
  return shape;
}

}  // namespace

float first_deviation(const NetworkShape& shape, Index layer) {
  const auto below = static_cast<double>(shape.layers[at(layer)]),
             above = static_cast<double>(shape.layers[at(layer) + 1]);
  const bool rectified = shape.activations[at(layer)] == Activation::relu;
  return static_cast<float>(std::sqrt(2 / (rectified ? below : below + above)));
}

std::vector<Activation> all_activations() {
  return {Activation::sigmoid, Activation::relu, Activation::linear, Activation::softmax};
}

const char* name_of(Activation activation) { return names[static_cast<std::size_t>(activation)]; }

Activation activation(const std::string& name, const std::string& what) {
  std::string known;
  for (const Activation one : all_activations()) {
    if (name == name_of(one)) return one;
    known += (known.empty()                     ? "'"
              : one == all_activations().back() ? " or '"
                                                : ", '") +
             std::string(name_of(one)) + "'";
  }
  throw std::out_of_range(what + " must be " + known + ", not '" + name + "'");
}

NetworkShape completed(NetworkShape shape) {
  if (!shape.activations.empty() || shape.layers.size() < 2) return shape;
  const std::size_t depth = shape.layers.size() - 1;
  shape.activations.assign(depth, Activation::sigmoid);
  if (shape.code == 0) {
    shape.activations.back() = Activation::softmax;
  } else if (shape.code > 0 && at(shape.code) < depth) {
    shape.activations[at(shape.code - 1)] = Activation::linear;
  }
  return shape;
}

void check(const NetworkShape& shape) {
  const auto refuse = [](const std::string& what, const std::string& came) {
    throw std::out_of_range(what + ", not " + came);
  };
  const auto count = static_cast<Index>(shape.layers.size());
  if (count < 2 || count > Network::most_layers)
    refuse("layers must be 2 to " + std::to_string(Network::most_layers) + " sizes, inputs first",
           std::to_string(count));
  for (std::size_t l = 0; l < shape.layers.size(); ++l)
    if (shape.layers[l] < 1 || shape.layers[l] > most_units)
      refuse("layers[" + std::to_string(l) + "] must be 1 to " + std::to_string(most_units) + " units",
             std::to_string(shape.layers[l]));
  for (std::size_t l = 0; l + 1 < shape.layers.size(); ++l)
    if (shape.layers[l] > most_weights / shape.layers[l + 1])
      throw std::out_of_range("between layers of " + std::to_string(shape.layers[l]) + " and " +
                              std::to_string(shape.layers[l + 1]) +
                              " units there are more than the most weights allowed, " + std::to_string(most_weights));
  if (shape.activations.size() + 1 != shape.layers.size())
    refuse("units must be one type for each of the " + std::to_string(count - 1) + " layers above the inputs",
           std::to_string(shape.activations.size()));
  for (std::size_t l = 0; l < shape.activations.size(); ++l)
    if (shape.activations[l] == Activation::softmax && shape.layers[l + 1] < 2)
      throw std::out_of_range("layers[" + std::to_string(l + 1) + "] is a softmax, which needs at least 2 units");
  if (shape.code == 0) return;
  if (count < 3 || shape.code < 0 || shape.code > count - 2)
    refuse("code must be 0 or the number of a hidden layer, 1 to " + std::to_string(count - 2),
           std::to_string(shape.code));
  if (shape.layers.back() != shape.layers.front())
    refuse("an autoencoder must have as many outputs as inputs, " + std::to_string(shape.layers.front()),
           std::to_string(shape.layers.back()));
  if (const Index width = shape.layers[at(shape.code)]; width > shape.layers.front())
    throw std::out_of_range("a code of " + std::to_string(width) + " units is wider than its input of " +
                            std::to_string(shape.layers.front()));
}

Network::Network(NetworkShape shape, std::uint64_t seed) : Network(std::move(shape), seed, Undrawn{}) {
  FirstWeights(*this).finish();
}

Network::Network(NetworkShape shape, std::uint64_t seed, Undrawn) : shape_(checked(std::move(shape))), seed_(seed) {
  for (std::size_t l = 0; l < shape_.activations.size(); ++l) {
    parameters_.W.emplace_back(shape_.layers[l], shape_.layers[l + 1]);
    parameters_.b.push_back(Vector::Zero(shape_.layers[l + 1]));
  }
}

Network::Network(NetworkShape shape, std::uint64_t seed, NetworkParameters parameters)
    : shape_(checked(std::move(shape))), seed_(seed) {
  set_parameters(std::move(parameters));
}

void Network::set_parameters(NetworkParameters parameters) {
  check_count("W", parameters.W.size(), depth());
  check_count("b", parameters.b.size(), depth());
  check_arrays(parameter_tensors(*this), parameters);
  parameters_ = std::move(parameters);
  training_ = {};
}

Matrix Network::up(const MatrixView& x, Index to, Index from) const {
  if (to < 1 || to > depth() || from < 0 || from >= to)
    throw std::out_of_range("layer must be 1 to " + std::to_string(depth()) +
                            " and above the layer that is given, not " + std::to_string(to) + " given " +
                            std::to_string(from));
  check_columns(from == 0 ? "x" : "the layer that is given", x, units(from), units(from));
  Scratch states[2];
  math::Workspace workspace;
  for (Index l = from; l < to; ++l) {
    Scratch& above = states[(l - from) % 2];
    layer_inputs(l == from ? x : view(states[(l - from + 1) % 2]), W(l), b(l), above, workspace);
    activate(activation_of(l + 1), above);
  }
  return view(states[(to - from + 1) % 2]);
}

}  // namespace wakesleep
