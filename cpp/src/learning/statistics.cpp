#include "learning/statistics.h"

#include <bit>

#include "math/bits.h"
#include "math/transpose.h"

namespace wakesleep {

void Statistics::add(const Phase& phase, float sign, Gradient& out) {
  const Index rows = phase.rows(), hidden = out.c.size(), width = out.b.size();
  const bool same = phase.weights.empty();
  scaled_.resize(rows, hidden);
  for (Index r = 0; r < rows; ++r) {
    const float scale = sign * phase.weight(r);
    float* to = scaled_.row(r);
    if (!phase.of_means) math::unpack(phase.h_states.row(r), hidden, to);
    const float* h = phase.of_means ? phase.h.row(r) : to;
    for (Index j = 0; j < hidden; ++j) out.c[j] += to[j] = scale * h[j];
  }
  if (phase.v.binary) {
    math::transpose(phase.v.bits, v_bits_transposed_);
    math::add_product(v_bits_transposed_, view(scaled_), out.W, workspace_);
    const float scale = same ? sign * phase.weight(0) : 0;
    for (Index i = 0; i < width; ++i) {
      int on = 0;
      float sum = 0;
      for (Index w = 0; w < v_bits_transposed_.words_per_row(); ++w) {
        std::uint64_t rows_on = v_bits_transposed_.row(i)[w];
        if (same) {
          on += std::popcount(rows_on);
        } else {
          for (; rows_on; rows_on &= rows_on - 1) sum += sign * phase.weight(w * 64 + std::countr_zero(rows_on));
        }
      }
      out.b[i] += same ? scale * static_cast<float>(on) : sum;
    }
  } else {
    math::transpose(view(phase.v.real), v_transposed_);
    math::add_product(view(v_transposed_), view(scaled_), out.W, workspace_);
    for (Index r = 0; r < rows; ++r) {
      const float scale = sign * phase.weight(r);
      for (Index i = 0; i < width; ++i) out.b[i] += scale * phase.v.real(r, i);
    }
  }
}

bool Statistics::can_count(const Phase& positive, const Phase& negative) {
  const auto whole = [](const Phase& phase) {
    return !phase.of_means && phase.v.binary && phase.weights.empty() && phase.total == 1;
  };
  return whole(positive) && whole(negative);
}

void Statistics::count(const Phase& positive, const Phase& negative, Gradient& out) {
  out.counted = true;
  out.counts.set(positive.v.bits, positive.h_states, negative.v.bits, negative.h_states);
  out.b.setZero(positive.v.bits.cols());
  out.c.setZero(positive.h_states.cols());
  out.counts.mean_v(out.b.data());
  out.counts.mean_h(out.c.data());
}

}  // namespace wakesleep
