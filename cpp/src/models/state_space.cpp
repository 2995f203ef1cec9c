#include "models/state_space.h"

namespace wakesleep {

std::uint64_t count_states(const Layer& layer, std::uint64_t most) {
  std::uint64_t states = 1;
  const auto times = [&](Index choices) {
    const auto n = static_cast<std::uint64_t>(choices);
    states = states > most / n ? 0 : states * n;
    return states > 0;
  };
  if (layer.side.units.type == UnitType::bernoulli) {
    for (Index i = 0; i < layer.side.count; ++i)
      if (!times(2)) return 0;
  } else if (layer.side.units.type == UnitType::softmax) {
    for (const Index size : layer.side.units.groups)
      if (!times(size)) return 0;
  } else {
    return 0;
  }
  if (layer.labels) times(layer.labels);
  return states;
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
