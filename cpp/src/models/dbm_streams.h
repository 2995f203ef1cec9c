#pragma once

#include "wakesleep/random.h"

namespace wakesleep {

// Streams of random numbers of deep Boltzmann machines: 60 to 69.
struct DbmStream {
  static constexpr Stream chain{60}, start{61}, training{62}, ais{63};
};

}  // namespace wakesleep
