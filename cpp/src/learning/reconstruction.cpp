#include "learning/reconstruction.h"

#include <algorithm>

#include "math/bits.h"

namespace wakesleep {

double reconstruction_error(const LayerStates& data, const Scratch& means, Index visible, Scratch& unpacked) {
  const Index rows = std::min(data.rows(), reconstructed_rows);
  constexpr Index partials = 16;
  unpacked.resize(1, visible);
  double sum = 0;
  for (Index r = 0; r < rows; ++r) {
    const float *x = data.binary ? unpacked.data() : data.real.row(r), *mean = means.row(r);
    if (data.binary) math::unpack(data.bits.row(r), visible, unpacked.data());
    float sums[partials] = {};
    const auto add = [&](Index i, Index l) {
      const float difference = x[i + l] - mean[i + l];
      sums[l] += difference * difference;
    };
    Index i = 0;
    for (; i + partials <= visible; i += partials)
      for (Index l = 0; l < partials; ++l) add(i, l);
    for (Index l = 0; i + l < visible; ++l) add(i, l);
    for (const float partial : sums) sum += static_cast<double>(partial);
  }
  return sum / static_cast<double>(rows * visible);
}

}  // namespace wakesleep
