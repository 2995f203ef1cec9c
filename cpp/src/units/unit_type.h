// What a type of units is: one interface, one file a type. A file's functions work on the first `count` columns of
// matrices that may be wider (label units stand behind the visible ones).
#pragma once

#include <string>

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
  const float* variance = nullptr;  // sigma^2 of Gaussian units
};

class Type {
 public:
  virtual ~Type() = default;
  virtual const char* name() const = 0;
  // Whether states are kept as bits.
  virtual bool binary() const { return false; }
  // False for units that are not the conditional of any energy.
  virtual bool has_energy() const { return true; }
  // Whether states stay within fixed bounds, whatever the input: two sides without need a normalisable model.
  virtual bool bounded() const { return false; }
  // Throws std::out_of_range unless the units can be divided as `units` says.
  virtual void check_units(const std::string& name, const Units& units, Index count) const;
  // Throws std::out_of_range for a value that no unit of the type can have, or whose mean it cannot be.
  virtual void check_values(const char* name, const Side& side, const MatrixView& x) const = 0;

  // Whether they are those between two bounds, for each unit whatever the others have.
  virtual bool values_are_an_interval() const { return true; }

  // In place: inputs a become means. size[r]: the words of row r, for replicated softmax.
  virtual void means(const Side& side, MatrixRef a, float inverse_temperature, const float* size) const = 0;
  // Inputs become samples, in place; for binary types in draw.states, and the inputs become means.
  virtual void sample(const Side& side, MatrixRef a, float inverse_temperature, const float* size,
                      const math::Draw& draw) const = 0;
  // out[r] += log of the sum or integral over the states s of exp((a s - own terms) / T). bias_scale[r]: what the
  // biases were multiplied with in a (null: 1).
  virtual void add_log_partition(const Side& side, const MatrixView& a, float inverse_temperature, const float* size,
                                 const float* bias_scale, Eigen::Ref<VectorD> out) const = 0;
  // out[r] += the energy of the states but for the interaction.
  virtual void add_energy(const Side& side, const MatrixView& states, const float* bias_scale, VectorD& out) const;
};

const Type& type_of(UnitType type);

const Type& bernoulli();
const Type& gaussian();
const Type& softmax();
const Type& replicated_softmax();
const Type& relu();
const Type& noisy_relu();

// Shared by the types: std::out_of_range naming the row and the column.
[[noreturn]] void refuse_value(const char* name, const char* allowed, Index row, Index column, float value);
// std::invalid_argument: what is asked for is made of energies, which noisy-relu units do not have.
[[noreturn]] void refuse_without_energy();

// a(r, i) becomes f(r, i, a(r, i)), in double precision.
template <class F>
void each(const Side& side, MatrixRef a, F&& f) {
  math::parallel_for(a.rows, [&](Index r) {
    float* row = a.data + r * a.cols;
    for (Index i = 0; i < side.count; ++i) row[i] = static_cast<float>(f(r, i, static_cast<double>(row[i])));
  });
}

}  // namespace wakesleep::units
