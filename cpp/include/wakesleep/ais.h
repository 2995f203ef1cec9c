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

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "wakesleep/dataset.h"
#include "wakesleep/exact.h"
#include "wakesleep/log_partition_options.h"
#include "wakesleep/rbm.h"

namespace wakesleep {

class LayerSampler;

// log Z in nats, and log(Z - 3 s), log(Z + 3 s), s the estimated standard error of Z; `low` is -infinity where 3 s > Z.
// Of a reverse estimate the same of 1 / Z: there `high` may be infinite.
struct LogPartition {
  double log_z, low, high;
};

// The annealing path, and runs that stand somewhere on it, side by side. Both directions walk it.
class AisPath {
 public:
  AisPath(const Rbm& rbm, const AisOptions& options, const VectorD* base_rates, Stream hidden, Stream visible);

  const Rbm& rbm() const { return *rbm_; }
  const AisOptions& options() const { return options_; }
  double log_z_base() const { return log_z_base_; }
  double beta(Index k) const;

  // Puts the runs at samples of the base.
  void start_at_base();
  // Puts them at these visible states (values between 0 and 1 are sampled) with labels at random.
  void start_at(const Matrix& x);
  // Puts them at exact samples of the model, or at samples given exact samples of its hidden units.
  void start_at(const ExactSamples& samples);

  // Adds log p*_to(v) - log p*_from(v) to every run's log weight, and then, where `at` is above 0, does one step of
  // Gibbs sampling at that beta with the random numbers of `step`. A step leaves its distribution as it is and is its
  // own reverse.
  void walk(double from, double to, double at, std::uint64_t step);
  void move(double at, std::uint64_t step);

  const std::vector<double>& log_weights() const { return log_weights_; }

 private:
  void read_hidden_inputs();
  void draw(double at, std::uint64_t step);
  void draw_visible(double at, std::uint64_t step);
  // The same for units of any type: b at beta, what is left of p*_beta when the hidden units are summed out.
  void bias_at(double at);
  void add_log_weights(double at, double sign);
  void draw_units(double at, std::uint64_t step);
  void draw_visible_units(double at, std::uint64_t step);

  const Rbm* rbm_;
  AisOptions options_;
  Stream of_hidden_, of_visible_;
  Vector base_;  // b_A, of the visible units and the labels
  double log_z_base_ = 0;
  bool plain_;  // Bernoulli units on both sides
  LayerStates v_, h_;
  Scratch pre_, scaled_, labels_;
  Vector bias_, hidden_bias_;
  std::vector<float> words_;  // one a run
  std::vector<double> log_weights_;
  std::shared_ptr<LayerSampler> sampler_;
};

class AisLogPartition {
 public:
  // b_A are the log-odds of `base_rates`, the means of the data (of the images; labels start uniform); without it, the
  // model's own visible biases. std::out_of_range for an option, or base rates that do not fit. The model must outlive
  // this.
  AisLogPartition(const Rbm& rbm, const AisOptions& options, const VectorD* base_rates = nullptr);
  // One beta of all runs; false when nothing was left to do.
  bool step();
  double done() const;
  LogPartition estimate() const;  // valid once step() has returned false
  // log of each run's product of ratios; with log_z_base, what the estimate is made of.
  const std::vector<double>& log_weights() const { return path_.log_weights(); }
  double log_z_base() const { return path_.log_z_base(); }

 private:
  AisPath path_;
  Index k_ = 0;
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
  // One block of the enumeration, one step of the chains, or one beta of all runs; false when nothing was left to do.
  bool step();
  double done() const;
  ReverseStart start() const { return start_; }
  LogPartition estimate() const;  // valid once step() has returned false
  const std::vector<double>& log_weights() const {
    return path_.log_weights();
  }  // of the ratios upwards, as those forward
  double log_z_base() const { return path_.log_z_base(); }

 private:
  AisPath path_;
  ReverseStart start_;
  std::optional<ExactSamples> samples_;  // while they are being drawn
  double start_cost_ = 0;                // in steps of the walk
  double start_done_ = 0;
  Index chain_steps_ = 0;  // left
  Index k_;
};

// What is wrong when the two directions lie more than a nat apart; empty when they agree. AIS by itself shows no sign
// of the modes that its runs have missed, and log-likelihoods from a log Z that is too low flatter the model.
std::string disagreement(const LogPartition& forward, const LogPartition& reverse, ReverseStart start);

// Both directions, one after the other.
class BidirectionalAis {
 public:
  BidirectionalAis(const Rbm& rbm, const AisOptions& options, const VectorD* base_rates = nullptr,
                   const Dataset* starts = nullptr)
      : forward_(rbm, options, base_rates), reverse_(rbm, options, base_rates, starts) {}
  bool step() { return forward_.step() || reverse_.step(); }
  double done() const { return (forward_.done() + reverse_.done()) / 2; }
  // Valid once step() has returned false.
  const AisLogPartition& forward() const { return forward_; }
  const ReverseAis& reverse() const { return reverse_; }
  std::string warning() const { return disagreement(forward_.estimate(), reverse_.estimate(), reverse_.start()); }

 private:
  AisLogPartition forward_;
  ReverseAis reverse_;
};

}  // namespace wakesleep
