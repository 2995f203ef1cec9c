#include "models/state_space.h"

#include <algorithm>
#include <bit>

#include "math/scalar.h"

namespace wakesleep {

std::uint64_t count_states(const Units& units, Index count, Index labels, std::uint64_t most) {
  const std::uint64_t states = units::type_of(units.type).count_states(units, count, most);
  const auto times = static_cast<std::uint64_t>(std::max<Index>(1, labels));
  return states > most / times ? 0 : states * times;
}

void LogWeights::of(const Layer& own, const Layer& other, const LayerStates& states, const math::Operand& W,
                    Index words, VectorD& out) {
  inputs_.resize(states.rows(), other.width());
  math::fill_rows(*other.bias, inputs_);
  words_.assign(static_cast<std::size_t>(states.rows()), static_cast<float>(words));
  // Hidden biases count once a word.
  const double times = words > 0 ? static_cast<double>(words) : 1;
  out.resize(states.rows());
  if (states.binary) {
    math::add_product(states.bits, W, inputs_, workspace_);
    for (Index r = 0; r < states.rows(); ++r) {
      double sum = 0;
      for (Index i = 0; i < own.width(); i += 64)
        for (std::uint64_t on = states.bits.row(r)[i / 64]; on; on &= on - 1)
          sum += static_cast<double>((*own.bias)[i + std::countr_zero(on)]);
      out[r] = times * sum;
    }
  } else {
    math::add_product(view(states.real), W, inputs_, workspace_);
    energy_.setZero(states.rows());
    own.type->add_energy(own.side, view(states.real), nullptr, energy_);
    for (Index r = 0; r < states.rows(); ++r) {
      for (Index i = own.side.count; i < own.width(); ++i)
        energy_[r] -= static_cast<double>((*own.bias)[i]) * static_cast<double>(states.real(r, i));
      out[r] = -times * energy_[r];
    }
  }
  other.type->add_log_partition(other.side, view(inputs_), 1, words_.data(), nullptr, out);
  for (Index r = 0; other.labels && r < states.rows(); ++r)
    out[r] += math::log_sum_exp(inputs_.row(r) + other.side.count, other.labels);
}

void set_states(const Layer& layer, std::uint64_t first, Index count, LayerStates& states) {
  states.resize(layer.binary(), count, layer.width());
  for (Index r = 0; r < count; ++r) {
    std::uint64_t state = first + static_cast<std::uint64_t>(r);
    layer.type->set_state(layer.side, state, states, r);
    for (Index y = 0; y < layer.labels; ++y)
      states.set(r, layer.side.count + y, static_cast<std::uint64_t>(y) == state ? 1.0f : 0.0f);
  }
}

}  // namespace wakesleep
