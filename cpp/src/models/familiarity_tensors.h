// The tensors of what a model knows of familiar images.
#pragma once

#include <tuple>

#include "models/tensors.h"
#include "wakesleep/familiarity.h"

namespace wakesleep {

inline TensorList familiarity_tensors(Index labels, Index machines) {
  constexpr Index units = Familiarity::units;
  const Index statistics = familiarity_statistics(machines), inputs = 1 + statistics + labels;
  return with_prefix("familiar.", of_training({{"ink", {2}, 0},
                                               {"expected", {labels, statistics * Familiarity::terms}, 1},
                                               {"W", {inputs, units}, 2},
                                               {"b", {units}, 3},
                                               {"w", {units}, 4},
                                               {"threshold", {1}, 5}}));
}

template <class Kept>
  requires std::is_same_v<std::remove_const_t<Kept>, Familiarity>
auto familiarity_arrays(Kept& f) {
  return std::tie(f.ink, f.expected, f.W, f.b, f.w, f.threshold);
}

}  // namespace wakesleep
