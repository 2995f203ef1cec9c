// What a type of units is: one interface, one file a type. All that any other part of the engine has to know of a type
// is asked here: some facts, what follows from them alone, and the mathematics that a type's own file gives. A file's
// functions work on the first `count` columns of matrices that may be wider (label units stand behind the visible
// ones).
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "math/sampling.h"
#include "math/thread_pool.h"
#include "wakesleep/layer_states.h"
#include "wakesleep/units.h"

namespace wakesleep::units {

// The units of one side, and their own parameters.
struct Side {
  const Units& units;
  Index count;
  const float* bias;
  const float* variance = nullptr;  // sigma^2, of types that have standard deviations
};

// How the states of a side are made up. How states are listed, which values data may have, how a state is drawn from
// means, and what has a probability given all the rest, follow from it.
enum class Kind {
  two_valued,  // every unit is at the lower or the upper of two values
  group,       // groups of units, of which one is 1 and the others 0
  counts,  // how often each unit was drawn, as many times as the document has words: the sum over the units is given
  real,    // every unit is anywhere between two bounds, with a density
};

struct Facts {
  const char* name;
  Kind kind;
  float low, high;  // the bounds of a unit's states, and so of their means; infinite where there are none
  bool sigma;   // a standard deviation a unit: E has (s - b)^2 / (2 sigma^2), and s / sigma^2 enters the interaction
  bool energy;  // false: the units are the conditional of no energy
};

inline constexpr float most_real_value = 1e12f;

class Type {
 public:
  explicit Type(const Facts& facts) : facts_(facts) {}
  virtual ~Type() = default;

  const char* name() const { return facts_.name; }
  Kind kind() const { return facts_.kind; }
  float low() const { return facts_.low; }
  float high() const { return facts_.high; }
  // What data, and values that a caller gives, may be: within the bounds, and not so large that energies of many such
  // units would leave the range of floats: 2^20 units at the least sigma have 2^20 10^24 / (2 sigma^2) < 10^35.
  float least_value() const { return std::max(low(), -most_real_value); }
  float most_value() const { return std::min(high(), most_real_value); }
  bool has_sigma() const { return facts_.sigma; }
  bool has_energy() const { return facts_.energy; }

  // Whether states are 0 or 1 and kept as bits.
  bool binary() const { return kind() == Kind::group || logistic(); }
  // Whether every unit is a bit of its own with p(1) = sigmoid(a / T): the kernels of math/conditional.h draw it.
  bool logistic() const { return kind() == Kind::two_valued && low() == 0 && high() == 1; }
  // Whether the units are divided into groups, which Units::groups tells.
  bool has_groups() const { return kind() == Kind::group; }
  // Whether a row is a document, whose words (the sum of its counts) multiply the biases of the other side.
  bool documents() const { return kind() == Kind::counts; }
  // Whether states stay within bounds whatever the input is: two sides that do not need a normalisable model.
  bool bounded() const { return low() > -infinity && high() < infinity; }
  // Whether the units are normal given the other side, so that the integral over two such sides has a closed form.
  bool normal() const { return has_sigma() && low() == -infinity && high() == infinity; }
  // Whether values between the states are means, from which states can be drawn.
  bool draws_from_means() const { return kind() == Kind::two_valued || kind() == Kind::group; }
  // Whether the values of an image move one by one, and freely or within a box, as activation maximisation moves them.
  bool moves_freely() const { return kind() == Kind::two_valued || normal(); }

  // Throws unless the units can be divided as `units` says: std::invalid_argument for parameters that the type does not
  // have, or lacks; std::out_of_range for those that do not fit. `name`: what the units are called in the message.
  void check_units(const std::string& name, const Units& units, Index count) const;
  // Throws std::out_of_range for a value that no unit of the type can have, or whose mean it cannot be, naming its row
  // (counted from `first_row`) and column.
  void check_values(const std::string& name, const Side& side, const MatrixView& x, Index first_row = 0) const;
  // Whether all values between the bounds fit, whatever the other units have: groups add up to 1, and counts are whole.
  bool values_are_an_interval() const { return kind() == Kind::two_valued || kind() == Kind::real; }
  // Whether a unit can be in this state, and in words which it can be in ("must ...").
  bool is_state(float value) const;
  std::string states_in_words() const;

  // The number of states of a side; 0 where there are more than `most`, or they cannot be counted.
  std::uint64_t count_states(const Units& units, Index count, std::uint64_t most) const;
  // Puts the side into state `number` modulo the number of its states, which `number` is divided by. The first unit or
  // group is the lowest digit. Throws std::out_of_range for states that cannot be counted.
  void set_state(const Side& side, std::uint64_t& number, LayerStates& states, Index row) const;

  // States in place of values that may be their means: drawn, where the type draws from means; the values themselves,
  // where they are states. `states` has its shape, and x may be its real values.
  void draw_from_means(const Side& side, const MatrixView& x, const math::Place& place, LayerStates& states) const;

  // The mean over `count` values that add up to `sum`, half an example away from means that only an infinite bias has
  // (of units that are on in all the data, or in none).
  double mean_of(double sum, double count) const;
  // The mean of the data as the base rate of annealing, away from the same means by a thousandth.
  double base_rate(double mean) const;
  // The bias at which a unit without input has this mean; nothing where there is no closed form.
  virtual std::optional<double> bias_of_mean(double mean) const = 0;

  // In place: inputs a become means. size[r]: the words of row r, for documents.
  virtual void means(const Side& side, MatrixRef a, float inverse_temperature, const float* size) const = 0;
  // Inputs become samples, in place; for binary types in draw.states, and the inputs become means.
  virtual void sample(const Side& side, MatrixRef a, float inverse_temperature, const float* size,
                      const math::Draw& draw) const = 0;
  // out[r] += log of the sum or integral over the states s of exp((a s - own terms) / T). bias_scale[r]: what the
  // biases were multiplied with in a (null: 1).
  virtual void add_log_partition(const Side& side, const MatrixView& a, float inverse_temperature, const float* size,
                                 const float* bias_scale, Eigen::Ref<VectorD> out) const = 0;
  // What add_log_partition takes for a unit, about, in multiplications.
  virtual double cost_of_log_partition() const = 0;
  // out[r] += the energy of the states but for the interaction.
  virtual void add_energy(const Side& side, const MatrixView& states, const float* bias_scale, VectorD& out) const;
  // Bounds of the mean at temperature 1 of a unit with input a.
  virtual std::pair<double, double> bounds_of_mean(double a) const = 0;

 protected:
  static constexpr float infinity = std::numeric_limits<float>::infinity();

 private:
  std::string values_in_words() const;

  Facts facts_;
};

// The most words that a document, and so one of its counts, can have.
inline constexpr float most_words = 1e6f;

const Type& type_of(UnitType type);
// The group of label units that may stand behind the visible ones.
const Type& label_units();
// "a, b or c": the names of the types of which this holds.
std::string types_where(bool (Type::*holds)() const);

// A float as messages have it, by 7 digits.
std::string value_text(double value);
// std::out_of_range naming the row and the column.
[[noreturn]] void refuse_value(const std::string& name, const std::string& allowed, Index row, Index column,
                               float value);
// std::invalid_argument: what is asked for is made of energies, which the type does not have.
[[noreturn]] void refuse_without_energy(const Type& type);

// One unit of each group on, with the probabilities in p. Groups have random numbers of their own.
void sample_groups(const Units& units, const MatrixView& p, const math::Draw& draw);

// Calls f(number of the group, its first unit, its size).
template <class F>
void each_group(const Units& units, F&& f) {
  Index first = 0;
  for (std::size_t g = 0; g < units.groups.size(); ++g) {
    f(g, first, units.groups[g]);
    first += units.groups[g];
  }
}

// a(r, i) becomes f(r, i, a(r, i)), in double precision.
template <class F>
void each(const Side& side, MatrixRef a, F&& f) {
  math::parallel_for(a.rows, 50.0 * static_cast<double>(side.count), [&](Index r) {
    float* row = a.data + r * a.cols;
    for (Index i = 0; i < side.count; ++i) row[i] = static_cast<float>(f(r, i, static_cast<double>(row[i])));
  });
}

}  // namespace wakesleep::units
