#include <cmath>
#include <stdexcept>

#include "math/normal.h"
#include "math/scalar.h"
#include "units/unit_type.h"

namespace wakesleep::units {
namespace {

class Gaussian : public Type {
 public:
  const char* name() const override { return "gaussian"; }

  void check_units(const std::string& name, const Units& units, Index) const override {
    if (!units.groups.empty())
      throw std::out_of_range("groups are for softmax units, and the " + name + " are gaussian");
  }
  void check_values(const char* name, const Side& side, const MatrixView& x) const override {
    for (Index r = 0; r < x.rows(); ++r)
      for (Index i = 0; i < side.count; ++i)
        if (!std::isfinite(x(r, i))) refuse_value(name, "be finite", r, i, x(r, i));
  }

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
};

}  // namespace

const Type& gaussian() {
  static const Gaussian type;
  return type;
}

}  // namespace wakesleep::units
