// Samples, posteriors and likelihoods of sigmoid belief nets, in slices (row_map.h). Nets must outlive them. Errors:
// those of the classes that they are made of, Sbn, PosteriorChains and ExactPosterior.
#pragma once

#include <memory>

#include "wakesleep/average.h"
#include "wakesleep/row_map.h"
#include "wakesleep/sbn.h"

namespace wakesleep {

// Ancestral samples. Results: the means of the visible units, and then the states of every layer, visible first: count
// x units each. They are drawn in groups, whose size follows from that of the net.
RowMap ancestral_samples(const Sbn& net, Index count, std::uint64_t seed);

struct PosteriorOptions {
  Index sweeps = 100;  // that count
  Index burn_in = 20;  // sweeps before them
  std::uint64_t seed = 1;
};
// Means of the units of every hidden layer given the visible ones, by Gibbs sampling: a result a layer, rows x units.
RowMap posterior_means(const Sbn& net, ExampleRows x, const PosteriorOptions& options = {});

// The same by summing over every hidden state, and log p(v).
class ExactPosteriorMeans {
 public:
  ExactPosteriorMeans(const Sbn& net, ExampleRows x);
  bool step() { return rows_.step(); }  // false when nothing was left to do
  double done() const { return rows_.done(); }
  // Valid once step() has returned false: a matrix a hidden layer, rows x units, and log p(v) of each row, rows x 1.
  const std::vector<Matrix>& results() const { return rows_.results(); }
  double mean_log_likelihood() const { return *sum_ / static_cast<double>(results().front().rows()); }

 private:
  std::shared_ptr<double> sum_;  // of log p(v)
  RowMap rows_;
};
// log p(v) over the examples, exactly.
LikelihoodAverage log_likelihood(const Sbn& net, ExampleRows x);

}  // namespace wakesleep
