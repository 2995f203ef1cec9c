#include "wakesleep/infinite_net.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "math/scalar.h"
#include "wakesleep/exact.h"

namespace wakesleep {
namespace {

void check_plain(const Rbm& rbm) {
  if (rbm.labels()) throw std::out_of_range("an RBM that is unrolled must have no label units");
  for (const Units& units : {rbm.shape().visible_units, rbm.shape().hidden_units})
    if (units != Units{})
      throw std::out_of_range("an RBM that is unrolled must have Bernoulli units, not " +
                              std::string(name_of(units.type)));
}

void check_small(const Rbm& rbm) {
  check_plain(rbm);
  if (rbm.visible() + rbm.hidden() > most_enumerable_units)
    throw std::out_of_range("an RBM whose states are enumerated may have " + std::to_string(most_enumerable_units) +
                            " units on both sides together, and this one has " + std::to_string(rbm.visible()) +
                            " and " + std::to_string(rbm.hidden()));
}

void check_depth(Index depth, Index most) {
  if (depth < 1 || depth > most)
    throw std::out_of_range("depth must be 1 to " + std::to_string(most) + ", not " + std::to_string(depth));
}

// The same machine seen from its hidden side.
Rbm turned(const Rbm& rbm) {
  return Rbm({rbm.hidden(), rbm.visible()}, rbm.seed(), {rbm.W().transpose(), rbm.c(), rbm.b()});
}

// Layers 0, 2, ... are copies of the visible side.
bool is_visible(Index layer) { return layer % 2 == 0; }

}  // namespace

Sbn unroll(const Rbm& rbm, Index depth) {
  check_plain(rbm);
  check_depth(depth, Sbn::most_layers - 1);
  std::vector<Index> layers;
  std::vector<Matrix> W;
  std::vector<Vector> b;
  const Matrix transposed = rbm.W().transpose();
  for (Index l = 0; l <= depth; ++l) {
    layers.push_back(is_visible(l) ? rbm.visible() : rbm.hidden());
    b.push_back(is_visible(l) ? rbm.b() : rbm.c());
    if (l < depth) W.push_back(is_visible(l) ? rbm.W() : transposed);
  }
  b.back().setZero();
  return Sbn(layers, rbm.seed(), {std::move(W), std::move(b)});
}

StateProbabilities exact_distribution(const Rbm& rbm) {
  check_small(rbm);
  StateProbabilities p;
  const Index states = Index{1} << rbm.visible();
  constexpr Index at_once = 1024;
  for (Index first = 0; first < states; first += at_once) {
    Matrix v(std::min(at_once, states - first), rbm.visible());
    for (Index r = 0; r < v.rows(); ++r)
      for (Index i = 0; i < v.cols(); ++i) v(r, i) = static_cast<float>(((first + r) >> i) & 1);
    const VectorD energies = rbm.free_energy(view(v));
    p.insert(p.end(), energies.begin(), energies.end());
  }
  const double lowest = *std::min_element(p.begin(), p.end());
  double sum = 0;
  for (double& energy : p) sum += energy = math::exp(lowest - energy);
  for (double& probability : p) probability /= sum;
  return p;
}

StateProbabilities unrolled_distribution(const Rbm& rbm, Index depth, UnrolledTop top) {
  check_small(rbm);
  check_depth(depth, 10'000);
  const Index units = is_visible(depth) ? rbm.visible() : rbm.hidden();
  // Of the undirected pair at the top the upper layer has the RBM's own distribution, and generates the other from it.
  StateProbabilities p = top == UnrolledTop::fair_coins ? factorial_distribution(Vector::Zero(units))
                                                        : exact_distribution(is_visible(depth) ? rbm : turned(rbm));
  const Matrix transposed = rbm.W().transpose();
  for (Index l = depth - 1; l >= 0; --l)
    p = distribution_below(p, is_visible(l) ? rbm.W() : transposed, is_visible(l) ? rbm.b() : rbm.c());
  return p;
}

double divergence(const StateProbabilities& p, const StateProbabilities& q) {
  if (p.size() != q.size())
    throw std::out_of_range("distributions must be over as many states: " + std::to_string(p.size()) + " and " +
                            std::to_string(q.size()));
  double sum = 0;
  for (std::size_t s = 0; s < p.size(); ++s)
    if (p[s] > 0) sum += p[s] * (math::log(p[s]) - math::log(q[s]));
  return sum;
}

}  // namespace wakesleep
