// Small models made by formula in which every parameter shows: with all its neighbours at their middle a unit's log
// odds are `tilt` or -tilt, so that a bias that is off moves its distribution, and weights are `coupling` or somewhat
// less with either sign, so that a temperature that is off moves what units have to do with each other.
#pragma once

#include "wakesleep/dbm.h"
#include "wakesleep/rbm.h"
#include "wakesleep/sbn.h"

namespace wakesleep::test {

inline Matrix balanced_weights(Index below, Index above, double coupling) {
  Matrix W(below, above);
  for (Index i = 0; i < below; ++i)
    for (Index j = 0; j < above; ++j)
      W(i, j) = static_cast<float>(coupling * ((i + j) % 2 ? -1 : 1) / (1 + 0.2 * double(i) + 0.3 * double(j)));
  return W;
}
// Takes the input of neighbours at their middle from the tilt.
inline Vector balanced_biases(Index units, const Vector& of_middle, double tilt) {
  Vector b(units);
  for (Index i = 0; i < units; ++i) b[i] = static_cast<float>(i % 2 ? -tilt : tilt) - of_middle[i];
  return b;
}
// Of label units the middle is an equal chance for each.
inline Vector from_labels(const Matrix& U) { return U.colwise().mean().transpose(); }

inline Rbm balanced_rbm(Index visible, Index hidden, Index labels, double coupling, double tilt) {
  Matrix W(visible + labels, hidden);
  const Matrix of_visible = balanced_weights(visible, hidden, coupling), U = balanced_weights(labels, hidden, coupling);
  W << of_visible, U;
  Vector c_middle = 0.5f * of_visible.colwise().sum().transpose();
  if (labels) c_middle += from_labels(U);
  Rbm rbm({visible, hidden, labels}, 1);
  rbm.set_parameters(W, balanced_biases(visible + labels, 0.5f * W.rowwise().sum(), tilt),
                     balanced_biases(hidden, c_middle, tilt));
  return rbm;
}

inline Dbm balanced_dbm(const std::vector<Index>& layers, Index labels, double coupling, double tilt) {
  Dbm dbm(layers, labels, 1);
  DbmParameters p = dbm.parameters();
  const std::size_t depth = layers.size() - 1;
  std::vector<Vector> middle;
  for (const Vector& b : p.b) middle.push_back(Vector::Zero(b.size()));
  for (std::size_t l = 0; l < depth; ++l) {
    p.W[l] = balanced_weights(layers[l], layers[l + 1], coupling);
    middle[l] += 0.5f * p.W[l].rowwise().sum();
    middle[l + 1] += 0.5f * p.W[l].colwise().sum().transpose();
  }
  if (labels) {
    p.W[depth] = balanced_weights(labels, layers.back(), coupling);
    middle[depth + 1] += 0.5f * p.W[depth].rowwise().sum();
    middle[depth] += from_labels(p.W[depth]);
  }
  for (std::size_t l = 0; l < p.b.size(); ++l) p.b[l] = balanced_biases(p.b[l].size(), middle[l], tilt);
  dbm.set_parameters(p);
  return dbm;
}

// Of a belief net the neighbours that a unit's log odds hang on are those above it.
inline Sbn balanced_net(const std::vector<Index>& layers, double coupling, double tilt) {
  Sbn net(layers, 1);
  std::vector<Matrix> W;
  std::vector<Vector> b;
  for (std::size_t l = 0; l < layers.size(); ++l) {
    Vector middle = Vector::Zero(layers[l]);
    if (l + 1 < layers.size()) {
      W.push_back(balanced_weights(layers[l], layers[l + 1], coupling));
      middle = 0.5f * W.back().rowwise().sum();
    }
    b.push_back(balanced_biases(layers[l], middle, tilt));
  }
  net.set_parameters({W, b});
  return net;
}

}  // namespace wakesleep::test
