#pragma once

#include "wakesleep/random.h"

namespace wakesleep {

// Streams of random numbers of up-down learning, 90 and 91: the passes up and down. Its chain has those of an RBM.
struct UpDownStream {
  static constexpr Stream up{90}, down{91};
};

}  // namespace wakesleep
