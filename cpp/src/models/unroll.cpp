// Feed-forward nets from deep belief nets.
#include <algorithm>
#include <stdexcept>

#include "models/layer.h"
#include "models/network_layers.h"
#include "wakesleep/network.h"

namespace wakesleep {
namespace {

// What units compute without noise: their means, and of rectified ones the likeliest state, as Nair and Hinton (2010)
// use them.
Activation activation_of(const Layer& layer, const std::string& where) {
  if (layer.type->logistic()) return Activation::sigmoid;
  if (layer.type->normal()) return Activation::linear;
  if (layer.type->kind() == units::Kind::real && layer.type->low() == 0) return Activation::relu;
  if (layer.type->has_groups() && layer.side.units.groups.size() == 1) return Activation::softmax;
  throw std::invalid_argument(std::string("a net can't be unrolled from ") + layer.type->name() + " units (" + where +
                              "): its layers are sigmoid, linear, rectified, or a single softmax");
}

// The rows that units enter the interaction by: those of units with a variance are over it.
void over_variances(const Layer& from, Matrix& W) {
  if (!from.side.variance) return;
  for (Index i = 0; i < W.rows(); ++i) W.row(i) /= from.side.variance[i];
}

NetworkShape shape_of(const Dbn& dbn) {
  NetworkShape shape;
  shape.layers = dbn.layers();
  if (const Layer visible = visible_layer(dbn.rbm(0)); visible.type->documents())
    throw std::invalid_argument(std::string("a net can't be unrolled from visible ") + visible.type->name() +
                                " units: the hidden biases go with the length of a document");
  for (Index l = 0; l < dbn.depth(); ++l)
    shape.activations.push_back(activation_of(hidden_layer(dbn.rbm(l)), "layer " + std::to_string(l + 1)));
  return shape;
}

NetworkParameters upward_parameters(const Dbn& dbn) {
  NetworkParameters parameters;
  for (Index l = 0; l < dbn.depth(); ++l) {
    Upward up = upward(dbn, l);
    parameters.W.push_back(std::move(up.W));
    parameters.b.push_back(std::move(up.c));
  }
  return parameters;
}

}  // namespace

Upward upward(const Dbn& dbn, Index layer) {
  const Rbm& rbm = dbn.rbm(layer);
  Upward up{dbn.R(layer).topRows(rbm.visible()), rbm.c()};
  over_variances(visible_layer(rbm), up.W);
  // One label unit is always on. (Label after label: Eigen's means have an order of their own in every build.)
  const float share = 1 / static_cast<float>(std::max<Index>(rbm.labels(), 1));
  for (Index y = 0; y < rbm.labels(); ++y)
    for (Index j = 0; j < rbm.hidden(); ++j) up.c[j] += share * rbm.W()(rbm.visible() + y, j);
  return up;
}

Network classifier(const Dbn& dbn, Index classes, std::uint64_t seed) {
  const Index labels = dbn.labels();
  if (labels > 0 && classes != 0 && classes != labels)
    throw std::out_of_range("classes must be the DBN's label units, " + std::to_string(labels) + ", not " +
                            std::to_string(classes));
  if (labels == 0 && classes < 2)
    throw std::out_of_range("classes must be at least 2 for a DBN without label units, not " + std::to_string(classes));
  NetworkShape shape = shape_of(dbn);
  shape.layers.push_back(labels > 0 ? labels : classes);
  shape.activations.push_back(Activation::softmax);
  check(shape);
  NetworkParameters parameters = upward_parameters(dbn);
  if (labels > 0) {
    const Rbm& top = dbn.top();
    Matrix W = top.W().bottomRows(labels).transpose();
    over_variances(hidden_layer(top), W);
    parameters.W.push_back(std::move(W));
    parameters.b.emplace_back(top.b().tail(labels));
  } else {
    parameters.W.emplace_back(Matrix::Zero(shape.layers.end()[-2], classes));
    parameters.b.emplace_back(Vector::Zero(classes));
  }
  Network net(std::move(shape), seed, std::move(parameters));
  if (labels == 0) FirstWeights(net, net.depth() - 1).finish();
  return net;
}

Network autoencoder(const Dbn& dbn, std::uint64_t seed) {
  NetworkShape shape = shape_of(dbn);
  shape.code = dbn.depth();
  for (Index l = dbn.depth() - 1; l >= 0; --l) {
    shape.layers.push_back(dbn.rbm(l).visible());
    shape.activations.push_back(l > 0 ? shape.activations[static_cast<std::size_t>(l - 1)]
                                      : activation_of(visible_layer(dbn.rbm(0)), "the visible layer"));
  }
  check(shape);
  NetworkParameters parameters = upward_parameters(dbn);
  for (Index l = dbn.depth() - 1; l >= 0; --l) {
    const Rbm& rbm = dbn.rbm(l);
    Matrix W = rbm.W().topRows(rbm.visible()).transpose();
    over_variances(hidden_layer(rbm), W);
    parameters.W.push_back(std::move(W));
    parameters.b.emplace_back(rbm.b().head(rbm.visible()));
  }
  return {std::move(shape), seed, std::move(parameters)};
}

}  // namespace wakesleep
