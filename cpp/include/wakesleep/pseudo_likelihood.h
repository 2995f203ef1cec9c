// Pseudo-likelihood (Besag 1975, "Statistical analysis of non-lattice data"): the product of each visible unit's probability
// given all the others, in which Z cancels. Not comparable with a likelihood, but between states of one model's training.
//
//   log PL(v) = sum_i log p(v_i | v_-i),   p(v_i | v_-i) = sigmoid(F(v with unit i flipped) - F(v)),
//
// with a label as one more term, log p(y | v), and y among the others of every visible unit. A value between 0 and 1 counts as
// a probability: its term is the cross entropy v log p + (1 - v) log(1 - p).
#pragma once

#include <cstdint>

#include "wakesleep/average.h"
#include "wakesleep/rbm.h"

namespace wakesleep {

// x: rows x width (with its label columns, of which one is on), values in [0, 1]; std::out_of_range otherwise.
VectorD log_pseudo_likelihood(const Rbm& rbm, const MatrixView& x);
// The number of terms times one of them, drawn at random for each row: an estimate without bias of the above. Row r takes the
// random number of row `first` + r.
VectorD stochastic_log_pseudo_likelihood(const Rbm& rbm, const MatrixView& x, std::uint64_t seed, std::uint64_t first = 0);

struct PseudoLikelihoodOptions {
  bool stochastic = false;  // one unit an example, which costs no more than two free energies
  std::uint64_t seed = 1;   // of which unit
};

// Over the data, which a model with label units needs labels of: std::out_of_range otherwise. Model and data must outlive it.
DatasetAverage pseudo_likelihood(const Rbm& rbm, const Dataset& data, const PseudoLikelihoodOptions& options = {});

}  // namespace wakesleep
