#include "math/normal.h"
#include "math/scalar.h"
#include "units/unit_type.h"

namespace wakesleep::units {
namespace {

class Gaussian : public Type {
 public:
  Gaussian()
      : Type({.name = "gaussian",
              .kind = Kind::real,
              .low = -infinity,
              .high = infinity,
              .sigma = true,
              .energy = true}) {}

  std::optional<double> bias_of_mean(double mean) const override { return mean; }

  void means(const Side&, MatrixRef, float, const float*) const override {}  // the mean is the input
  void sample(const Side& side, MatrixRef a, float inverse_temperature, const float*,
              const math::Draw& draw) const override {
    math::add_normals({a.data, a.cols}, a.rows, side.count, {side.variance, 0}, 1 / inverse_temperature, draw.place);
  }
  // 1/2 log(2 pi sigma^2 T) + (a^2 - b^2) / (2 sigma^2 T).
  void add_log_partition(const Side& side, const MatrixView& a, float inverse_temperature, const float*,
                         const float* bias_scale, Eigen::Ref<VectorD> out) const override {
    const auto beta = static_cast<double>(inverse_temperature);
    double of_scale = 0;
    for (Index i = 0; i < side.count; ++i)
      of_scale += 0.5 * (math::log_two_pi + math::log(static_cast<double>(side.variance[i]) / beta));
    for (Index r = 0; r < a.rows(); ++r) {
      double sum = 0;
      for (Index i = 0; i < side.count; ++i) {
        const double b = static_cast<double>(side.bias[i]) * (bias_scale ? static_cast<double>(bias_scale[r]) : 1);
        const auto x = static_cast<double>(a(r, i));
        sum += (x - b) * (x + b) / static_cast<double>(side.variance[i]);
      }
      out[r] += of_scale + 0.5 * beta * sum;
    }
  }
  double cost_of_log_partition() const override { return 10; }
  // (s - b)^2 / (2 sigma^2).
  void add_energy(const Side& side, const MatrixView& states, const float* bias_scale, VectorD& out) const override {
    for (Index r = 0; r < states.rows(); ++r) {
      double sum = 0;
      for (Index i = 0; i < side.count; ++i) {
        const double b = static_cast<double>(side.bias[i]) * (bias_scale ? static_cast<double>(bias_scale[r]) : 1);
        const double from_bias = static_cast<double>(states(r, i)) - b;
        sum += from_bias * from_bias / static_cast<double>(side.variance[i]);
      }
      out[r] += 0.5 * sum;
    }
  }
  std::pair<double, double> bounds_of_mean(double a) const override { return {a, a}; }
};

}  // namespace

const Type& gaussian() {
  static const Gaussian type;
  return type;
}

}  // namespace wakesleep::units
