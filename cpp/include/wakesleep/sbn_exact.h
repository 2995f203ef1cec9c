// What sampling and learning in sigmoid belief nets are checked against: posteriors, likelihoods and their gradients by
// summing over every state.
//
// The layers are a Markov chain, so the sum over all hidden states is done layer by layer, as forward and backward sums
// are: 2^(n + m) terms for neighbouring layers of n and m units.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "wakesleep/sbn.h"

namespace wakesleep {

inline constexpr Index most_enumerable_hidden_units = 25;

bool is_enumerable(const Sbn& net);
// std::out_of_range that says how many hidden units are too many, and ends with `instead`.
void check_enumerable(const Sbn& net, const std::string& instead = "");

// The probability of each of the 2^units states of a layer, in which unit i is bit i of the state's number.
using StateProbabilities = std::vector<double>;
// Those of independent units with these biases.
StateProbabilities factorial_distribution(const Vector& biases);
// From the distribution of the parents to that of their children: the sum over parents t of p(t) p(s | t), where unit i
// of s is on with sigmoid(b_i + sum_j W_ij t_j). W: children x parents.
StateProbabilities distribution_below(const StateProbabilities& above, const Matrix& W, const Vector& b);

// log p(v) and p(h = 1 | v) of each row of x, and on request the gradient of the mean log p(v) of all rows, exactly.
class ExactPosterior {
 public:
  // std::out_of_range for more than most_enumerable_hidden_units hidden units in all, and for values of x (rows x
  // visible) that are not 0 or 1. The net must outlive this. Memory: up to 24 bytes for each state of the largest
  // hidden layer.
  ExactPosterior(const Sbn& net, const MatrixView& x, bool with_gradient = false);
  // For up to `most_rows` rows, which restart() gives.
  ExactPosterior(const Sbn& net, Index most_rows, bool with_gradient = false);
  ExactPosterior(ExactPosterior&&) noexcept;
  ExactPosterior& operator=(ExactPosterior&&) noexcept;
  ~ExactPosterior();
  // Begins anew with other rows (rows x visible), of the net as it is now, and asks for no more memory.
  void restart(const BitMatrix& x);
  bool step();          // a slice of some ms; false when nothing was left to do
  double done() const;  // 0 .. 1

  // Valid once step() has returned false.
  Eigen::Map<const VectorD> log_likelihood() const;   // in nats, one a row
  Eigen::Map<const MatrixD> mean(Index layer) const;  // rows x units, layer >= 1
  const MatrixD& gradient_W(Index layer) const;       // with_gradient
  const VectorD& gradient_b(Index layer) const;
  // Mean squared difference between the visible units and their means given the layer above, which has its posterior;
  // with the gradient only.
  double reconstruction_error() const;

 private:
  class Work;
  std::unique_ptr<Work> work_;
};

// Mean of log p(v) over the rows of x, exactly.
double exact_mean_log_likelihood(const Sbn& net, const MatrixView& x);

}  // namespace wakesleep
