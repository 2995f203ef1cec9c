#include "math/scalar.h"
#include "units/unit_type.h"

namespace wakesleep::units {
namespace {

class Softmax : public Type {
 public:
  Softmax() : Type({.name = "softmax", .kind = Kind::group, .low = 0, .high = 1, .sigma = false, .energy = true}) {}

  // b_k = log p_k, up to a number that is the same for the whole group.
  std::optional<double> bias_of_mean(double p) const override { return math::log(p); }

  void means(const Side& side, MatrixRef a, float inverse_temperature, const float*) const override {
    each_group(side.units,
               [&](std::size_t, Index first, Index size) { math::softmax_means(a, first, size, inverse_temperature); });
  }
  void sample(const Side& side, MatrixRef a, float inverse_temperature, const float*,
              const math::Draw& draw) const override {
    means(side, a, inverse_temperature, nullptr);
    sample_groups(side.units, MatrixView(a.data, a.rows, a.cols), draw);
  }
  // log sum_k e^(a_k / T) of each group.
  void add_log_partition(const Side& side, const MatrixView& a, float inverse_temperature, const float*, const float*,
                         Eigen::Ref<VectorD> out) const override {
    for (Index r = 0; r < a.rows(); ++r)
      each_group(side.units, [&](std::size_t, Index first, Index size) {
        out[r] += math::log_sum_exp(a.data() + r * a.cols() + first, size, inverse_temperature);
      });
  }
  double cost_of_log_partition() const override { return 10; }
  std::pair<double, double> bounds_of_mean(double) const override { return {0, 1}; }
};

}  // namespace

const Type& softmax() {
  static const Softmax type;
  return type;
}

}  // namespace wakesleep::units
