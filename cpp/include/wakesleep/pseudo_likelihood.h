// Pseudo-likelihood (Besag 1975, "Statistical analysis of non-lattice data"): the product of each visible unit's
// probability given all the others, in which Z cancels. Not comparable with a likelihood, but between states of one
// model's training.
//
//   log PL(v) = sum_i log p(v_i | v_-i),   for Bernoulli units p(v_i | v_-i) = sigmoid(F(v with i flipped) - F(v)),
//
// with a label as one more term, log p(y | v), and y among the others of every visible unit. A value between 0 and 1
// counts as a probability: its term is the cross entropy v log p + (1 - v) log(1 - p). Of other visible units:
//
//   softmax             a term for each group: the state that is on, given the other groups
//   replicated_softmax  a term for each word of the document, given the other words, one word less than it has:
//                       p(word k) ~ exp(-F(the others and one k))
//   gaussian, relu      a term for each unit, the logarithm of the density exp(-F(v)) over its integral in v_i,
//                       by quadrature
//
// Densities have the unit of the data: standardise them or not, and their logarithms differ by a constant.
#pragma once

#include <cstdint>
#include <optional>

#include "wakesleep/average.h"
#include "wakesleep/rbm.h"

namespace wakesleep {

// x: rows x width (with its label columns, of which one is on), values that the visible units can have or average to;
// std::out_of_range otherwise, for a model without a distribution (Rbm::interaction_norm), and where a density reaches
// over more than 40,000 standard deviations of its unit. std::invalid_argument for noisy-relu units, which have no
// energy.
VectorD log_pseudo_likelihood(const Rbm& rbm, const MatrixView& x);
// The number of terms times one of them (one word of a document), drawn at random for each row: an estimate without
// bias of the above. Row r takes the random number of row `first` + r.
VectorD stochastic_log_pseudo_likelihood(const Rbm& rbm, const MatrixView& x, std::uint64_t seed,
                                         std::uint64_t first = 0);

struct PseudoLikelihoodOptions {
  bool stochastic = false;  // one unit an example, which of Bernoulli units costs no more than two free energies
  std::optional<std::uint64_t> seed{};  // of which unit; empty: the model's
};

// Over the examples, which a model with label units needs labels of: std::out_of_range otherwise. The model must
// outlive it.
DatasetAverage pseudo_likelihood(const Rbm& rbm, ExampleRows examples, const PseudoLikelihoodOptions& options = {});

}  // namespace wakesleep
