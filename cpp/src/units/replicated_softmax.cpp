#include <algorithm>

#include "math/scalar.h"
#include "math/thread_pool.h"
#include "units/unit_type.h"

namespace wakesleep::units {
namespace {

class ReplicatedSoftmax : public Type {
 public:
  ReplicatedSoftmax()
      : Type({.name = "replicated-softmax",
              .kind = Kind::counts,
              .low = 0,
              .high = most_words,
              .sigma = false,
              .energy = true}) {}

  // b_k = log(mean count of word k). Adding one number to all biases changes nothing, so the counts need not be divided
  // by the length of a document.
  std::optional<double> bias_of_mean(double mean) const override { return math::log(mean); }

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
    // The buffer is kept, so that training allocates nothing. It is named through a reference, because within the
    // parallel pieces `kept` would be each thread's own.
    thread_local Scratch kept;
    kept.resize(a.rows, side.count);
    Scratch& sums_of_rows = kept;
    math::parallel_for(a.rows, 20.0 * static_cast<double>(side.count), [&](Index r) {
      float *p = a.data + r * a.cols, *sums = sums_of_rows.row(r);
      // Counts take the place of the probabilities.
      std::copy_n(p, side.count, sums);
      for (Index i = 1; i < side.count; ++i) sums[i] += sums[i - 1];
      std::fill_n(p, side.count, 0.0f);
      const auto words = static_cast<std::uint32_t>(size[r]);
      for (std::uint32_t w = 0; w < words; w += 4) {
        const auto random = math::words_at(draw.place, words_of_document + w / 4, static_cast<std::uint32_t>(r));
        for (std::uint32_t i = 0; i < 4 && w + i < words; ++i) {
          auto word = std::upper_bound(sums, sums + side.count - 1, math::uniform_of(random[i] >> 8)) - sums;
          // As math::chosen_of: what rounding leaves of 1 is no chance of the last words.
          while (word > 0 && sums[word] - sums[word - 1] < 0x1p-25f) --word;
          p[word] += 1;
        }
      }
    });
  }
  // D log sum_k e^(a_k / T): all sequences of D words.
  void add_log_partition(const Side& side, const MatrixView& a, float inverse_temperature, const float* size,
                         const float*, Eigen::Ref<VectorD> out) const override {
    for (Index r = 0; r < a.rows(); ++r)
      out[r] +=
          static_cast<double>(size[r]) * math::log_sum_exp(a.data() + r * a.cols(), side.count, inverse_temperature);
  }
  double cost_of_log_partition() const override { return 10; }
  // Counts stay below the length of the document.
  std::pair<double, double> bounds_of_mean(double) const override { return {low(), high()}; }
};

}  // namespace

const Type& replicated_softmax() {
  static const ReplicatedSoftmax type;
  return type;
}

}  // namespace wakesleep::units
