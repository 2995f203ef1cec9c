#include <algorithm>
#include <cmath>

#include "math/normal.h"
#include "math/scalar.h"
#include "math/thread_pool.h"
#include "units/unit_type.h"

namespace wakesleep::units {
namespace {

// Copies of a Bernoulli unit with biases lower by 0.5, 1.5, 2.5, ...: their sum has a mean near softplus(a) and a
// variance near sigmoid(a), which max(0, a + N(0, sigmoid(a))) stands in for.
class NoisyRelu : public Type {
 public:
  NoisyRelu()
      : Type({.name = "noisy-relu", .kind = Kind::real, .low = 0, .high = infinity, .sigma = false, .energy = false}) {}

  // The function `means` has no inverse in closed form, so biases are not set from the data.
  std::optional<double> bias_of_mean(double) const override { return std::nullopt; }

  // The mean of max(0, N(a, s^2)) is a Phi(a / s) + s phi(a / s), where s^2 = T sigmoid(a / T).
  void means(const Side& side, MatrixRef a, float inverse_temperature, const float*) const override {
    each(side, a, [&](Index, Index, double x) {
      const double s = deviation(x, inverse_temperature), cdf = math::exp(math::log_normal_cdf(x / s));
      return cdf * (x + s * math::normal_hazard(x / s));
    });
  }
  void sample(const Side& side, MatrixRef a, float inverse_temperature, const float*,
              const math::Draw& draw) const override {
    // The buffer is kept, so that training allocates nothing. It is named through a reference, because within the
    // parallel pieces `kept` would be each thread's own.
    thread_local Scratch kept;
    kept.resize(a.rows, side.count);
    Scratch& variance = kept;
    math::parallel_for(a.rows, 50.0 * static_cast<double>(side.count), [&](Index r) {
      for (Index i = 0; i < side.count; ++i) {
        const double s = deviation(static_cast<double>(a.data[r * a.cols + i]), inverse_temperature);
        variance(r, i) = static_cast<float>(s * s);
      }
    });
    math::add_normals({a.data, a.cols}, a.rows, side.count, {variance.data(), side.count}, 1, draw.place);
    each(side, a, [](Index, Index, double x) { return x > 0 ? x : 0; });
  }
  void add_log_partition(const Side&, const MatrixView&, float, const float*, const float*,
                         Eigen::Ref<VectorD>) const override {
    refuse_without_energy(*this);
  }
  double cost_of_log_partition() const override { refuse_without_energy(*this); }
  void add_energy(const Side&, const MatrixView&, const float*, VectorD&) const override {
    refuse_without_energy(*this);
  }
  std::pair<double, double> bounds_of_mean(double) const override { refuse_without_energy(*this); }

 private:
  static double deviation(double a, float inverse_temperature) {
    const auto beta = static_cast<double>(inverse_temperature);
    // Bounded, so that a / s stays finite.
    return std::sqrt(1 / (beta * (1 + math::exp(std::min(-beta * a, 60.0)))));
  }
};

}  // namespace

const Type& noisy_relu() {
  static const NoisyRelu type;
  return type;
}

}  // namespace wakesleep::units
