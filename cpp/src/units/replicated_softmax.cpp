#include <algorithm>
#include <cmath>

#include "math/scalar.h"
#include "math/thread_pool.h"
#include "units/unit_type.h"

namespace wakesleep::units {
namespace {

class ReplicatedSoftmax : public Type {
 public:
  const char* name() const override { return "replicated-softmax"; }
  // Counts stay below the length of the document.
  bool bounded() const override { return true; }

  bool values_are_an_interval() const override { return false; }
  void check_values(const char* name, const Side& side, const MatrixView& x) const override {
    constexpr float most = 1e6f;
    for (Index r = 0; r < x.rows(); ++r)
      for (Index i = 0; i < side.count; ++i)
        if (!(x(r, i) >= 0 && x(r, i) <= most) || x(r, i) != std::floor(x(r, i)))
          refuse_value(name, "be counts of words, whole and 0 to 1,000,000", r, i, x(r, i));
  }

  void means(const Side& side, MatrixRef a, float inverse_temperature, const float* size) const override {
    math::softmax_means(a, 0, side.count, inverse_temperature);
    for (Index r = 0; r < a.rows; ++r)
      for (Index i = 0; i < side.count; ++i) a.data[r * a.cols + i] *= size[r];
  }
  void sample(const Side& side, MatrixRef a, float inverse_temperature, const float* size,
              const math::Draw& draw) const override {
    // Apart from the counters of other uses of a place.
    constexpr std::uint32_t words_of_document = 0xC0000000u;
    math::softmax_means(a, 0, side.count, inverse_temperature);
    // Kept, so that training allocates nothing; of the caller, whose memory the other threads write to.
    thread_local Scratch kept;
    kept.resize(a.rows, side.count);
    Scratch& sums_of_rows = kept;
    math::parallel_for(a.rows, [&](Index r) {
      float *p = a.data + r * a.cols, *sums = sums_of_rows.row(r);
      // Counts take the place of the probabilities.
      std::copy_n(p, side.count, sums);
      for (Index i = 1; i < side.count; ++i) sums[i] += sums[i - 1];
      std::fill_n(p, side.count, 0.0f);
      const auto words = static_cast<std::uint32_t>(size[r]);
      for (std::uint32_t w = 0; w < words; w += 4) {
        const auto random = math::words_at(draw.place, words_of_document + w / 4, static_cast<std::uint32_t>(r));
        for (std::uint32_t i = 0; i < 4 && w + i < words; ++i) {
          const float uniform = static_cast<float>(random[i] >> 8) * 0x1p-24f;
          p[std::upper_bound(sums, sums + side.count - 1, uniform) - sums] += 1;
        }
      }
    });
  }
  // Over all sequences of D words.
  void add_log_partition(const Side& side, const MatrixView& a, float inverse_temperature, const float* size,
                         const float*, Eigen::Ref<VectorD> out) const override {
    for (Index r = 0; r < a.rows(); ++r)
      out[r] +=
          static_cast<double>(size[r]) * math::log_sum_exp(a.data() + r * a.cols(), side.count, inverse_temperature);
  }
};

}  // namespace

const Type& replicated_softmax() {
  static const ReplicatedSoftmax type;
  return type;
}

}  // namespace wakesleep::units
