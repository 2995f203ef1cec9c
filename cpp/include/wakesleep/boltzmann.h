// The Boltzmann machine in full (Hinton and Sejnowski 1983, "Optimal perceptual inference"; Ackley, Hinton and
// Sejnowski 1985, "A learning algorithm for Boltzmann machines"): binary units s_i, 0 or 1, and symmetric weights
// between any two of them,
//   E(s) = -sum_i b_i s_i - sum_{i<j} s_i W_ij s_j,   p(s) = exp(-E(s) / T) / Z,
//   p(s_i = 1 | all others) = sigmoid((b_i + sum_j W_ij s_j) / T).
// At temperature 0 it is a Hopfield network (Hopfield 1982). A restricted one is one whose connections are those
// between visible and hidden units.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "wakesleep/matrix.h"
#include "wakesleep/random.h"

namespace wakesleep {

// Two units that are connected.
using Connection = std::pair<Index, Index>;

// Of every unit with every other.
std::vector<Connection> all_connections(Index units);
// Of every visible unit with every hidden one: those of a restricted machine.
std::vector<Connection> restricted_connections(Index visible, Index hidden);

// Where a training goes on.
struct BoltzmannTrainingState {
  std::uint64_t steps = 0;
  Matrix chains;  // of PCD: chains x units
};

class BoltzmannMachine {
 public:
  static constexpr Index most_units = 1024;
  struct Shape {
    Index visible = 0, hidden = 0;
  };

  // Units are numbered, visible ones first. Each weight is drawn from a normal distribution of deviation
  // `weight_scale`; biases are 0. std::out_of_range for no visible units, more than most_units in all, a connection of
  // a unit that there is not, of a unit with itself, or given twice, and a scale that is negative or above 1000.
  BoltzmannMachine(Shape shape, const std::vector<Connection>& connections, std::uint64_t seed,
                   double weight_scale = 0.01);

  Index visible() const { return shape_.visible; }
  Index hidden() const { return shape_.hidden; }
  Index units() const { return biases_.size(); }
  std::uint64_t seed() const { return seed_; }
  std::uint64_t next_seed() { return calls_.next_seed(seed_); }

  // Those that are connected with a unit, in order.
  const std::vector<Index>& neighbours(Index unit) const { return neighbours_[static_cast<std::size_t>(unit)]; }
  bool connected(Index i, Index j) const;
  // The greedy colouring in the order of the units: each takes the lowest colour that none of its neighbours has. No
  // two units of a colour are connected, so that these are independent given the others, and are updated at once.
  const std::vector<Index>& colours() const { return colours_; }
  Index colour_count() const { return colour_count_; }
  // All units, those of the lowest colour first: the order of a step of Gibbs sampling.
  const std::vector<Index>& order() const { return order_; }

  // W, units x units, symmetric with a diagonal of 0; and b.
  const Matrix& weights() const { return weights_; }
  const Vector& biases() const { return biases_; }
  // std::out_of_range for other shapes, numbers that are not finite, a W that is not symmetric, a diagonal that is not
  // 0 and a weight between units that are not connected; nothing is changed then.
  void set_parameters(const Matrix& weights, const Vector& biases);
  // Of both directions. std::out_of_range for units that are not connected, or a value that is not finite.
  void set_weight(Index i, Index j, float value);
  void set_bias(Index i, float value);

  // Hopfield's weights (1982) for patterns of 0 and 1, a row each: with x = 2 s - 1, sum_patterns x_i x_j / units on
  // what is connected, for units of -1 and 1; of this machine's units 0 and 1 it takes W_ij = 4 and b_i = -2 sum_j
  // times that. std::out_of_range for other widths, no rows and other values.
  void store(const Matrix& patterns);

  // b_i + sum_j W_ij s_j, in double precision, the neighbours in order.
  double input(Index unit, const float* states) const;
  double energy(const float* states) const;
  // Of each row. std::out_of_range for other widths and for states that are not 0 or 1.
  VectorD energies(const Matrix& states) const;

  const BoltzmannTrainingState& training_state() const { return training_state_; }
  BoltzmannTrainingState& mutable_training_state() { return training_state_; }

 private:
  void check_unit(const char* name, Index unit) const;
  void colour();

  Shape shape_;
  std::uint64_t seed_;
  RandomCalls calls_;
  std::vector<std::vector<Index>> neighbours_;
  std::vector<Index> colours_, order_;
  Index colour_count_ = 0;
  Matrix weights_;
  Vector biases_;
  BoltzmannTrainingState training_state_;
};

// std::out_of_range unless each row has `width` values, all of them 0 or 1, and there is a row. `name` stands in
// messages.
void check_binary_rows(const char* name, const Matrix& rows, Index width);

// Units that are held at a value: a mask, not 0 where one is held, and the values there, 0 or 1. Both empty for none;
// sampling takes a mask without values, too, which holds the units of every chain where they begin.
struct BoltzmannClamp {
  Vector mask, values;
};

// Units that no clamp holds, in order. std::out_of_range for a clamp of another length, or values that are not 0 or 1
// where the mask is not 0.
std::vector<Index> free_units(const BoltzmannMachine& machine, const BoltzmannClamp& clamp);

struct BoltzmannSamplingOptions {
  // Each updates every free unit once, in the machine's order. 1 to 1,000,000.
  Index steps = 1;
  // Of the last step: 0, or 1e-6 to 1e6. At 0 a unit goes where its input is positive or negative, and stays where it
  // is 0: the energy falls until nothing changes, and the sampling ends there.
  double temperature = 1;
  // Of the first, for simulated annealing; those between fall or rise by the same factor at each step.
  std::optional<double> start_temperature{};
  std::uint64_t seed = 1;
  // The place of the random numbers: whose stream they are, and the number of the first step in it.
  Stream stream{120};
  std::uint64_t first_step = 0;
};

// Gibbs sampling in chains, one a row of states. The machine must outlive it.
class BoltzmannSampling {
 public:
  // states: chains x units of 0 and 1; units that the clamp holds are put at its values. std::out_of_range for what is
  // outside what the options allow, and for an annealing to or from a temperature of 0.
  BoltzmannSampling(const BoltzmannMachine& machine, Matrix states, const BoltzmannClamp& clamp,
                    const BoltzmannSamplingOptions& options);
  // A slice; false when nothing was left to do.
  bool step();
  double done() const { return static_cast<double>(taken_) / static_cast<double>(options_.steps); }
  const Matrix& states() const { return states_; }
  // Fewer than were asked for where nothing changed at a temperature of 0.
  Index steps_taken() const { return taken_; }
  bool settled() const { return settled_; }

 private:
  double temperature() const;
  void sweep();

  const BoltzmannMachine* machine_;
  Matrix states_;
  BoltzmannSamplingOptions options_;
  std::vector<Index> order_;
  std::vector<char> changed_;
  Index taken_ = 0;
  bool settled_ = false;
};

// Fair coins, rows x units. std::out_of_range for rows that are not 1 to 1,048,576.
Matrix fair_coins(const BoltzmannMachine& machine, Index rows, std::uint64_t seed, std::uint64_t step = 0);

struct BoltzmannMeanFieldOptions {
  Index steps = 1000;       // at most, 1 to 1,000,000: each updates every free unit once, in the machine's order
  double tolerance = 1e-6;  // ends where no mean changed by more in a step; 0 or above
  double temperature = 1;   // 1e-6 to 1e6
};

// The naive mean field m_i = sigmoid((b_i + sum_j W_ij m_j) / T), a unit after the other from means of 1/2, by which
// the bound never falls.
class BoltzmannMeanField {
 public:
  // std::out_of_range for what is outside what the options allow. The machine must outlive it.
  BoltzmannMeanField(const BoltzmannMachine& machine, const BoltzmannClamp& clamp,
                     const BoltzmannMeanFieldOptions& options);
  bool step();
  double done() const;
  const VectorD& means() const { return means_; }
  // -<E> / T + entropy, which log Z, of the free units where some are held, is never below.
  double bound() const;
  Index steps_taken() const { return taken_; }
  double change() const { return change_; }  // the largest of the last step

 private:
  double input(Index unit) const;

  const BoltzmannMachine* machine_;
  BoltzmannMeanFieldOptions options_;
  std::vector<Index> order_;
  VectorD means_;
  Index taken_ = 0;
  double change_ = 1;
};

}  // namespace wakesleep
