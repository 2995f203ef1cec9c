// The statistics of learning: sums over the rows of a phase of v_i h_j, v_i and h_j.
#pragma once

#include "learning/gradient.h"
#include "learning/phase.h"
#include "math/products.h"

namespace wakesleep {

class Statistics {
 public:
  // out += sign * statistics.
  void add(const Phase& phase, float sign, Gradient& out);
  // Whether the statistics of both are whole numbers that can be counted, and out = positive - negative then.
  static bool can_count(const Phase& positive, const Phase& negative);
  static void count(const Phase& positive, const Phase& negative, Gradient& out);

 private:
  Scratch scaled_, v_transposed_;
  BitMatrix v_bits_transposed_;
  math::Workspace workspace_;
};

}  // namespace wakesleep
