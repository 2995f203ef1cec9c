// What a small Boltzmann machine is, by sums over all its states.
#pragma once

#include <vector>

#include "wakesleep/boltzmann.h"

namespace wakesleep {

// Units that are not held may be at most so many.
inline constexpr Index most_units_of_sums = 24, most_units_of_probabilities = 16, most_units_of_mixing = 12;

// log Z and the moments of the units, of all states that agree with a clamp. The machine must outlive it.
class BoltzmannSums {
 public:
  // std::out_of_range for more than most_units_of_sums free units, or a temperature that is not 1e-6 to 1e6.
  BoltzmannSums(const BoltzmannMachine& machine, const BoltzmannClamp& clamp, double temperature = 1);
  bool step();
  double done() const { return static_cast<double>(next_) / static_cast<double>(blocks()); }
  // log of the sum of exp(-E / T).
  double log_z() const;
  // p(s_i = 1), and units x units of p(s_i = 1 and s_j = 1), whose diagonal has those again.
  VectorD means() const { return moments().diagonal(); }
  MatrixD moments() const;

 private:
  std::uint64_t blocks() const { return std::uint64_t{1} << high_; }
  void add_block();

  const BoltzmannMachine* machine_;
  double temperature_;
  std::vector<Index> free_;
  VectorD held_;  // the held units' values, 0 elsewhere
  Index low_, high_;
  // -E / T of the states of the lowest free units where all others are 0, and their sums with a block's.
  std::vector<double> energies_, weights_;
  double largest_, total_ = 0;
  MatrixD sums_;
  std::uint64_t next_ = 0;
};

// p of every state that agrees with the clamp: bit k of a state's number is the k-th free unit. std::out_of_range for
// more than most_units_of_probabilities free units and such temperatures.
VectorD boltzmann_probabilities(const BoltzmannMachine& machine, const BoltzmannClamp& clamp, double temperature = 1);

struct BoltzmannMixingOptions {
  Index steps = 100;  // 1 to 100,000
  double temperature = 1;
};

// How Gibbs sampling approaches equilibrium, exactly: the probabilities of all states after each step, and not those of
// chains.
class BoltzmannMixing {
 public:
  // start: the states that all chains begin with, units long; empty for fair coins. std::out_of_range for more than
  // most_units_of_mixing free units. The machine must outlive it.
  BoltzmannMixing(const BoltzmannMachine& machine, const Vector& start, const BoltzmannClamp& clamp,
                  const BoltzmannMixingOptions& options);
  bool step();
  double done() const { return static_cast<double>(taken_) / static_cast<double>(distances_.size() - 1); }
  // Total variation from equilibrium before the first step and after each: steps + 1.
  const VectorD& distances() const { return distances_; }
  // Autocorrelation of each unit in equilibrium by lag in steps: (steps + 1) x units; 0 for units that are held.
  const MatrixD& autocorrelations() const { return autocorrelations_; }
  // 1 + 2 sum_t autocorrelation(t) over those lags, for each unit: how many steps are worth an independent sample.
  VectorD times() const;

 private:
  void record();

  std::vector<Index> free_;
  std::vector<Index> order_;     // which of the free units is updated, one after the other
  VectorD equilibrium_, state_;  // probabilities
  MatrixD chances_;              // free units x states: p(s_i = 1 | the others)
  MatrixD expected_;             // free units x states: E[s_i after the steps taken | the state before]
  VectorD distances_;
  MatrixD autocorrelations_;
  Index taken_ = 0;
};

// log p(v) of rows of visible states, and the gradient of its mean.
class BoltzmannLikelihood {
 public:
  // x: rows x visible of 0 and 1. std::out_of_range for other rows, and for more than most_units_of_sums units.
  BoltzmannLikelihood(const BoltzmannMachine& machine, Matrix x);
  bool step();
  double done() const { return static_cast<double>(row_ + 1) / static_cast<double>(x_.rows() + 1); }
  const VectorD& log_likelihood() const { return log_likelihood_; }
  // <s_i s_j> with the data less that of the model; on the diagonal the gradient by the biases.
  MatrixD gradient() const { return data_ / static_cast<double>(x_.rows()) - model_; }

 private:
  BoltzmannClamp clamp() const;

  const BoltzmannMachine* machine_;
  Matrix x_;
  Index row_ = -1;  // that of the model
  BoltzmannSums sums_;
  double log_z_ = 0;
  VectorD log_likelihood_;
  MatrixD data_, model_;
};

}  // namespace wakesleep
