#pragma once

#include "wakesleep/random.h"

namespace wakesleep {

// Streams of random numbers of sigmoid belief nets, 70 to 79: units given those above, the same by the recognition
// weights, hidden units given all others.
struct SbnStream {
  static constexpr Stream down{70}, up{71}, gibbs{72};
};

}  // namespace wakesleep
