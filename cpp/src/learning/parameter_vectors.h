// The parameters of a net as one long vector, of the layers from `frozen` up. Sums are in double precision and in a
// fixed order.
#pragma once

#include "wakesleep/network.h"

namespace wakesleep {

// f(values of a, values of b, their number, whether they are weights) for each tensor.
template <class A, class B, class F>
void each_pair(A& a, B& b, Index frozen, F&& f) {
  for (std::size_t l = static_cast<std::size_t>(frozen); l < a.W.size(); ++l) {
    f(a.W[l].data(), b.W[l].data(), a.W[l].size(), true);
    f(a.b[l].data(), b.b[l].data(), a.b[l].size(), false);
  }
}

// Functions of their own: the searches call them from many places.
double dot(const NetworkParameters& a, const NetworkParameters& b, Index frozen);
// to = scale to + factor x.
void combine(NetworkParameters& to, double scale, double factor, const NetworkParameters& x, Index frozen);
void copy(const NetworkParameters& from, NetworkParameters& to, Index frozen);

}  // namespace wakesleep
