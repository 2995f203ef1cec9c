// What sampling and learning in sigmoid belief nets are checked against: posteriors, likelihoods and their gradients by
// summing over every state.
//
// The layers are a Markov chain, so the sum over all hidden states is done layer by layer, as forward and backward sums
// are: 2^(n + m) terms for neighbouring layers of n and m units.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "wakesleep/sbn.h"

namespace wakesleep {

inline constexpr Index most_enumerable_hidden_units = 25;

bool is_enumerable(const Sbn& net);
// std::out_of_range that says how many hidden units are too many.
void check_enumerable(const Sbn& net);

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
  bool step();          // a slice of some ms; false when nothing was left to do
  double done() const;  // 0 .. 1

  // Valid once step() has returned false.
  const VectorD& log_likelihood() const { return log_likelihood_; }  // in nats, one a row
  const MatrixD& mean(Index layer) const {
    return means_.at(static_cast<std::size_t>(layer));
  }  // rows x units, layer >= 1
  const MatrixD& gradient_W(Index layer) const { return gW_.at(static_cast<std::size_t>(layer)); }  // with_gradient
  const VectorD& gradient_b(Index layer) const { return gb_.at(static_cast<std::size_t>(layer)); }
  // Mean squared difference between the visible units and their means given the layer above, which has its posterior;
  // with the gradient only.
  double reconstruction_error() const { return error_; }

 private:
  // What is done for a range of the states of a layer.
  enum class Pass { above, see, weigh, up, means, visible_gradient };
  struct Stage {
    Pass pass;
    Index layer, first_row;         // the layer below those states; the group of rows
    std::uint64_t states, at_once;  // how many there are, and in a slice
  };

  void plan();
  void do_slice(const Stage& stage, std::uint64_t first, Index count);
  void see(const Stage& stage, std::uint64_t first, Index count);
  void weigh(const Stage& stage);
  void go_up(const Stage& stage, std::uint64_t first, Index count);
  void take_means(const Stage& stage);
  void add_visible_gradient(const Stage& stage, std::uint64_t first, Index count);
  Index rows_of(const Stage& stage) const { return std::min(group_, x_.rows() - stage.first_row); }

  const Sbn* net_;
  BitMatrix x_;
  bool with_gradient_;
  Index group_ = 1;  // rows that are worked on at once
  std::vector<Stage> plan_;
  std::size_t stage_ = 0;
  std::uint64_t next_ = 0, slices_ = 0, all_slices_ = 0;
  // p(s) of each hidden layer's states, and p(v | s) of the group's rows up to a factor a row, row after row.
  std::vector<StateProbabilities> prior_, seen_;
  std::vector<double> total_;  // p(v) up to the same factor
  std::vector<double> scratch_, p_, on_;
  VectorD log_likelihood_;
  std::vector<MatrixD> means_, gW_;
  std::vector<VectorD> gb_;
  double error_ = 0;
};

// Mean of log p(v) over the rows of x, exactly.
double exact_mean_log_likelihood(const Sbn& net, const MatrixView& x);

}  // namespace wakesleep
