// Annealed importance sampling: partition functions of models that are too large to enumerate.
//
// Salakhutdinov and Murray 2008, "On the quantitative analysis of deep belief networks", section 3. Between a base-rate
// model A, which has visible biases b_A and no weights, and the RBM stand the distributions
//   p*_beta(v) = exp((1 - beta) b_A'v + beta b'v) prod_j (1 + exp(beta (c_j + v'W_j))),   0 <= beta <= 1,
// (of units of other types what stands for that: their own terms between both biases, and their own sums at the scaled
// input), and each run multiplies the ratios p*_beta_k(v) / p*_beta_(k-1)(v) on its way: their mean estimates Z / Z_A
// without bias, so that log Z is too low rather than too high.
//
// A run the other way, from a sample of the model down to the base, meets the reciprocal ratios, whose mean estimates
// Z_A / Z without bias: log Z from it is too high rather than too low, and the two hold the truth between them (Burda,
// Grosse and Salakhutdinov 2015, "Accurate and conservative estimates of MRF log-likelihood using reverse annealing";
// Grosse, Ghahramani and Adams 2015, "Sandwiching the marginal likelihood using bidirectional Monte Carlo").
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "wakesleep/dataset.h"
#include "wakesleep/log_partition_options.h"
#include "wakesleep/rbm.h"

namespace wakesleep {

struct LogPartition {
  // In nats: log Z, and log(Z - 3 s), log(Z + 3 s), s the estimated standard error of Z; `low` is -infinity where 3 s >
  // Z. A reverse estimate has the same of 1 / Z: there `high` may be infinite.
  double log_z, low, high;
  // s / Z (or that of 1 / Z), which is the standard error of log Z while it is small; 0 for an exact sum.
  double error = 0;
  // (sum of w)^2 / sum of w^2 over the runs' weights w, 1 .. runs (Kish 1965): as many equal weights would estimate Z
  // as well. Modes that no run has reached do not show in it. Empty for an exact sum.
  std::optional<double> effective_samples{};
};

class AisLogPartition {
 public:
  // base_rates: the means of the data (of the images; labels start uniform), where the base is made of them.
  // std::out_of_range for an option, or base rates that do not fit. The model must outlive this.
  AisLogPartition(const Rbm& rbm, const AisOptions& options, const VectorD* base_rates = nullptr);
  AisLogPartition(AisLogPartition&&) noexcept;
  AisLogPartition& operator=(AisLogPartition&&) noexcept;
  ~AisLogPartition();
  // One beta of all runs; false when nothing was left to do.
  bool step();
  double done() const;
  LogPartition estimate() const;  // valid once step() has returned false
  // log of each run's product of ratios; with log_z_base, what the estimate is made of.
  const std::vector<double>& log_weights() const;
  double log_z_base() const;

 private:
  class Work;
  std::unique_ptr<Work> work_;
};

// Where the runs of a reverse estimate start. `exact`: at exact samples of the model, by enumeration: the estimate is
// an upper bound of log Z in expectation. `chains`: where Gibbs chains have come, which is no bound but a check, as
// good as the chains.
enum class ReverseStart { exact, chains };

class ReverseAis {
 public:
  // Exact where the model can be enumerated, else chains that start at examples of `starts`, evenly spread, or else at
  // the base. Errors as those of AisLogPartition; std::out_of_range when `starts` do not fit. The model must outlive
  // this.
  ReverseAis(const Rbm& rbm, const AisOptions& options, const VectorD* base_rates = nullptr,
             const Dataset* starts = nullptr);
  // The same with the start chosen. std::out_of_range for an exact start of a model that cannot be enumerated.
  ReverseAis(const Rbm& rbm, const AisOptions& options, ReverseStart start, const VectorD* base_rates = nullptr,
             const Dataset* starts = nullptr);
  ReverseAis(ReverseAis&&) noexcept;
  ReverseAis& operator=(ReverseAis&&) noexcept;
  ~ReverseAis();
  // One block of the enumeration, one step of the chains, or one beta of all runs; false when nothing was left to do.
  bool step();
  double done() const;
  ReverseStart start() const;
  LogPartition estimate() const;                   // valid once step() has returned false
  const std::vector<double>& log_weights() const;  // of the ratios upwards, as those forward
  double log_z_base() const;

 private:
  class Work;
  std::unique_ptr<Work> work_;
};

// What is wrong when the intervals of the two directions are disjoint, or their estimates more than a nat apart, and
// what helps; empty when they agree. AIS by itself shows no sign of the modes that its runs have missed: the runs that
// stay in one of two far modes agree with each other, and their log Z is too low by the logarithm of the other's share.
// Log-likelihoods from it flatter the model.
std::string disagreement(const LogPartition& forward, const LogPartition& reverse, ReverseStart start);

// Both directions, one after the other.
template <class Forward, class Reverse>
class BothDirections {
 public:
  template <class M>
  BothDirections(const M& model, const AisOptions& options, const VectorD* base_rates = nullptr,
                 const Dataset* starts = nullptr)
      : forward_(model, options, base_rates), reverse_(model, options, base_rates, starts) {}
  bool step() { return forward_.step() || reverse_.step(); }
  double done() const { return (forward_.done() + reverse_.done()) / 2; }
  // Valid once step() has returned false.
  const Forward& forward() const { return forward_; }
  const Reverse& reverse() const { return reverse_; }
  std::string warning() const { return disagreement(forward_.estimate(), reverse_.estimate(), reverse_.start()); }

 private:
  Forward forward_;
  Reverse reverse_;
};
using BidirectionalAis = BothDirections<AisLogPartition, ReverseAis>;

}  // namespace wakesleep
