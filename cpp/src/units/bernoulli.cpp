#include "math/scalar.h"
#include "units/unit_type.h"

namespace wakesleep::units {
namespace {

class Bernoulli : public Type {
 public:
  Bernoulli()
      : Type({.name = "bernoulli", .kind = Kind::two_valued, .low = 0, .high = 1, .sigma = false, .energy = true}) {}

  // Its log-odds: b = log(p / (1 - p)) (Hinton 2012, section 8.1).
  std::optional<double> bias_of_mean(double p) const override { return math::log(p / (1 - p)); }

  void means(const Side& side, MatrixRef a, float inverse_temperature, const float*) const override {
    math::bernoulli_means(a, side.count, inverse_temperature);
  }
  void sample(const Side& side, MatrixRef a, float inverse_temperature, const float*,
              const math::Draw& draw) const override {
    math::sample_bernoulli(a, side.count, inverse_temperature, draw);
  }
  // log(1 + e^(a / T)).
  void add_log_partition(const Side& side, const MatrixView& a, float inverse_temperature, const float*, const float*,
                         Eigen::Ref<VectorD> out) const override {
    for (Index r = 0; r < a.rows(); ++r)
      out[r] += math::sum_softplus(a.data() + r * a.cols(), nullptr, side.count, inverse_temperature);
  }
  double cost_of_log_partition() const override { return 10; }
  std::pair<double, double> bounds_of_mean(double) const override { return {0, 1}; }
};

}  // namespace

const Type& bernoulli() {
  static const Bernoulli type;
  return type;
}

}  // namespace wakesleep::units
