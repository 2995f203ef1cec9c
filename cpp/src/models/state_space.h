// The states of a side, numbered, where they can be counted and are not too many: what enumeration runs over.
#pragma once

#include <cstdint>

#include "models/layer.h"

namespace wakesleep {

// log of the sum or integral over the other layer of exp(-E), for each row of states of `own`. words: of a replicated
// softmax on the other side, the length of its documents; 0 else. W: own.width() x other.width(), or its transpose.
class LogWeights {
 public:
  void of(const Layer& own, const Layer& other, const LayerStates& states, const math::Operand& W, Index words,
          VectorD& out);

 private:
  Scratch inputs_;
  std::vector<float> words_;
  VectorD energy_;
  math::Workspace workspace_;
};

// How many there are; 0 where a side has more than `most`, or units whose states cannot be counted.
std::uint64_t count_states(const Units& units, Index count, Index labels, std::uint64_t most);
inline std::uint64_t count_states(const Layer& layer, std::uint64_t most) {
  return count_states(layer.side.units, layer.side.count, layer.labels, most);
}
// States first .. first + count - 1 as rows x layer.width(). The units or groups are a number's digits, the first one
// lowest and the label highest.
void set_states(const Layer& layer, std::uint64_t first, Index count, LayerStates& states);

}  // namespace wakesleep
