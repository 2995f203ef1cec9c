#include "models/state_space.h"

#include <bit>

#include "math/scalar.h"

namespace wakesleep {

std::uint64_t count_states(const Units& units, Index count, Index labels, std::uint64_t most) {
  std::uint64_t states = 1;
  const auto times = [&](Index choices) {
    const auto n = static_cast<std::uint64_t>(choices);
    states = states > most / n ? 0 : states * n;
    return states > 0;
  };
  if (units.type == UnitType::bernoulli) {
    for (Index i = 0; i < count; ++i)
      if (!times(2)) return 0;
  } else if (units.type == UnitType::softmax) {
    for (const Index size : units.groups)
      if (!times(size)) return 0;
  } else {
    return 0;
  }
  if (labels) times(labels);
  return states;
}

void LogWeights::of(const Layer& own, const Layer& other, const BitMatrix& states, const math::Operand& W, Index words,
                    VectorD& out) {
  inputs_.resize(states.rows(), other.width());
  math::fill_rows(*other.bias, inputs_);
  math::add_product(states, W, inputs_, workspace_);
  words_.assign(static_cast<std::size_t>(states.rows()), static_cast<float>(words));
  // Hidden biases count once a word.
  const double times = words > 0 ? static_cast<double>(words) : 1;
  out.resize(states.rows());
  for (Index r = 0; r < states.rows(); ++r) {
    double sum = 0;
    for (Index i = 0; i < own.width(); i += 64)
      for (std::uint64_t on = states.row(r)[i / 64]; on; on &= on - 1)
        sum += static_cast<double>((*own.bias)[i + std::countr_zero(on)]);
    out[r] = times * sum;
  }
  other.type->add_log_partition(other.side, view(inputs_), 1, words_.data(), nullptr, out);
  for (Index r = 0; other.labels && r < states.rows(); ++r)
    out[r] += math::log_sum_exp(inputs_.row(r) + other.side.count, other.labels);
}

void set_states(const Layer& layer, std::uint64_t first, Index count, BitMatrix& states) {
  const Index units = layer.side.count;
  states.resize(count, layer.width());
  for (Index r = 0; r < count; ++r) {
    std::uint64_t state = first + static_cast<std::uint64_t>(r);
    if (layer.side.units.groups.empty()) {
      states.row(r)[0] = state & ((std::uint64_t{1} << units) - 1);
      state >>= units;
    }
    Index at = 0;
    for (const Index size : layer.side.units.groups) {
      const auto choices = static_cast<std::uint64_t>(size);
      states.set(r, at + static_cast<Index>(state % choices), true);
      state /= choices;
      at += size;
    }
    if (layer.labels) states.set(r, units + static_cast<Index>(state), true);
  }
}

}  // namespace wakesleep
