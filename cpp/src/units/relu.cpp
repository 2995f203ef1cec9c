#include <algorithm>
#include <cmath>

#include "math/normal.h"
#include "math/scalar.h"
#include "units/unit_type.h"

namespace wakesleep::units {
namespace {

class Relu : public Type {
 public:
  Relu() : Type({.name = "relu", .kind = Kind::real, .low = 0, .high = infinity, .sigma = false, .energy = true}) {}

  // The function `means` has no inverse in closed form, so biases are not set from the data.
  std::optional<double> bias_of_mean(double) const override { return std::nullopt; }

  // a + sqrt(T) phi(a / sqrt(T)) / Phi(a / sqrt(T)).
  void means(const Side& side, MatrixRef a, float inverse_temperature, const float*) const override {
    const double root = std::sqrt(1 / static_cast<double>(inverse_temperature));
    each(side, a, [&](Index, Index, double x) { return x + root * math::normal_hazard(x / root); });
  }
  void sample(const Side& side, MatrixRef a, float inverse_temperature, const float*,
              const math::Draw& draw) const override {
    const double root = std::sqrt(1 / static_cast<double>(inverse_temperature));
    each(side, a, [&](Index r, Index i, double x) {
      return root *
             math::truncated_normal(x / root, draw.place, static_cast<std::uint32_t>(r), static_cast<std::uint32_t>(i));
    });
  }
  // 1/2 log(2 pi T) + a^2 / (2 T) + log Phi(a / sqrt(T)).
  void add_log_partition(const Side& side, const MatrixView& a, float inverse_temperature, const float*, const float*,
                         Eigen::Ref<VectorD> out) const override {
    const auto beta = static_cast<double>(inverse_temperature);
    const double root = std::sqrt(beta), of_scale = 0.5 * (math::log_two_pi - math::log(beta));
    for (Index r = 0; r < a.rows(); ++r)
      for (Index i = 0; i < side.count; ++i) {
        const double x = root * static_cast<double>(a(r, i));
        out[r] += of_scale + 0.5 * x * x + math::log_normal_cdf(x);
      }
  }
  // The logarithm of a normal distribution function takes some hundreds.
  double cost_of_log_partition() const override { return 500; }
  // s^2 / 2 - b s.
  void add_energy(const Side& side, const MatrixView& states, const float* bias_scale, VectorD& out) const override {
    Type::add_energy(side, states, bias_scale, out);
    for (Index r = 0; r < states.rows(); ++r)
      for (Index i = 0; i < side.count; ++i) {
        const auto s = static_cast<double>(states(r, i));
        out[r] += 0.5 * s * s;
      }
  }
  // A normal distribution that is cut off at zero has its mean above the larger of its input and 0, by 0.8 at most.
  std::pair<double, double> bounds_of_mean(double a) const override {
    const double least = std::max(a, 0.0);
    return {least, least + 0.8};
  }
};

}  // namespace

const Type& relu() {
  static const Relu type;
  return type;
}

}  // namespace wakesleep::units
