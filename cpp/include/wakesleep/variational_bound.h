// A lower bound of a DBN's log p(v), and with labels of log p(v, y).
//
// With q(h_1, .., h_(L-1) | v) = q(h_1 | v) q(h_2 | h_1) .., each factorial, the upward pass of the net,
//
//   log p(v) >= E_q[log p(v | h_1) + log p(h_1 | h_2) + .. - F_top(h_(L-1))] - log Z_top + H(q)
//
// (Hinton, Osindero and Teh 2006, section 4; Salakhutdinov and Murray 2008, equation 18). Expectations over the hidden
// states are means over samples of them; the entropy of each layer is exact given the sample below. A net of one RBM
// has no hidden layer below its top, and the bound is log p(v) itself.
//
// A value of v between 0 and 1 counts as a probability: the bound is then one of the mean log p of the images sampled
// from it.
//
// The visible units of the first layer and the hidden ones of the last may be of any type with an energy (of Gaussian
// and relu visible units p(v) is a density, of counts of words the probability of the document as a sequence); those
// between are Bernoulli units.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "wakesleep/average.h"
#include "wakesleep/dbn.h"
#include "wakesleep/row_map.h"

namespace wakesleep {

struct BoundOptions {
  Index samples = 10;                   // of the hidden states, for each example; 2 .. 10,000
  std::optional<std::uint64_t> seed{};  // empty: the net's
  bool with_labels = true;              // of log p(v, y), for examples with labels where the net has label units
};

struct Bound {
  Average average;           // over the examples
  double monte_carlo_error;  // the part of the error that more samples would lessen: the standard error given these
                             // examples
};

// The bound by some samples of the hidden states, of all those that `options` asks for, without the term log Z_top:
// rows x count. x: rows x visible, or with the columns of the labels; values that the visible units can have or average
// to. Blocks of rows that differ in `first` take different random numbers. std::invalid_argument for units that are not
// as above.
struct SampleRange {
  Index begin, count;
};
MatrixD sampled_bounds(const Dbn& dbn, const MatrixView& x, const BoundOptions& options, const SampleRange& range,
                       std::uint64_t first = 0);

class VariationalBound {
 public:
  // log_z: that of the net's top RBM. std::out_of_range for an option, or data that do not fit. The net must outlive
  // this.
  VariationalBound(const Dbn& dbn, ExampleRows examples, double log_z, const BoundOptions& options = {});
  // Moved, but not copied: copies would share their samples.
  VariationalBound(VariationalBound&&) = default;
  VariationalBound& operator=(VariationalBound&&) = default;
  bool step() { return average_.step(); }  // some rows, or samples of a row; false when nothing was left to do
  double done() const { return average_.done(); }
  Bound result() const;  // valid once step() has returned false
  const LikelihoodAverage& average() const { return average_; }

 private:
  struct State {
    MatrixD samples;      // of the present rows, as far as they have been drawn
    Index drawn = 0;      // of each
    double variance = 0;  // sum over the examples of the variance of each one's mean
  };
  std::shared_ptr<State> state_;
  LikelihoodAverage average_;
};

Bound variational_bound(const Dbn& dbn, const Dataset& data, double log_z, const BoundOptions& options = {});

// What the top RBM sees of some of the examples, at most `most_rows`, evenly spread: upward means, without labels.
// Their means are base rates for annealing its log Z, and they are where chains may start. std::out_of_range when the
// data do not fit.
Dataset top_examples(const Dbn& dbn, const Dataset& data, Index most_rows = 200);

// The same, some examples a step. The net must outlive it.
class TopExamples {
 public:
  TopExamples(const Dbn& dbn, const Dataset& data, Index most_rows = 200);
  bool step() { return means_.step(); }  // false when nothing was left to do
  double done() const { return means_.done(); }
  Dataset result() const;  // valid once step() has returned false

 private:
  RowMap means_;
};

}  // namespace wakesleep
