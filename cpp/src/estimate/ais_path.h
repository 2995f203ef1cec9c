// The annealing path of an RBM, and runs that stand somewhere on it, side by side. Both directions walk it.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "estimate/enumeration.h"
#include "models/layer.h"
#include "wakesleep/ais.h"

namespace wakesleep {

class AisPath {
 public:
  // Of the options' runs, which have been checked (annealing.h), and the first of which has this number: runs of a
  // number have random numbers of their own.
  AisPath(const Rbm& rbm, const AisOptions& options, const VectorD* base_rates, Stream hidden, Stream visible,
          Index first = 0);
  // What a step of a run takes, in multiplications.
  static double cost(const Rbm& rbm);

  const Rbm& rbm() const { return *rbm_; }
  const AisOptions& options() const { return options_; }
  std::uint64_t seed() const { return seed_; }
  double log_z_base() const { return log_z_base_; }
  double beta(Index k) const;
  // In place of those of the options' schedule: as many and one, from 0 to 1.
  void set_betas(std::vector<double> betas) { betas_ = std::move(betas); }

  // Puts the runs at samples of the base.
  void start_at_base();
  // Puts them at these visible states (values between 0 and 1 are sampled) with labels at random.
  void start_at(const Matrix& x);
  // Puts them at exact samples of the model, or at samples given exact samples of its hidden units: those from `first`
  // on.
  void start_at(const ExactSamples& samples, Index first = 0);

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
  std::vector<double> betas_;  // empty: by the schedule
  std::uint64_t seed_;
  Stream of_hidden_, of_visible_;
  std::uint32_t first_;
  Vector base_;  // b_A, of the visible units and the labels
  double log_z_base_ = 0;
  bool plain_;  // Bernoulli units on both sides
  LayerStates v_, h_;
  Scratch pre_, scaled_, labels_;
  Vector bias_, hidden_bias_;
  std::vector<float> words_;  // one a run
  std::vector<double> log_weights_;
  LayerSampler sampler_;
};

}  // namespace wakesleep
