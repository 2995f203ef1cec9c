#include "math/scalar.h"
#include "units/unit_type.h"

namespace wakesleep::units {
namespace {

// A Bernoulli unit with input 2a, whose states 0 and 1 are called -1 and 1.
class Spin : public Type {
 public:
  Spin() : Type({.name = "spin", .kind = Kind::two_valued, .low = -1, .high = 1, .sigma = false, .energy = true}) {}

  // b = atanh(m).
  std::optional<double> bias_of_mean(double m) const override { return 0.5 * math::log((1 + m) / (1 - m)); }

  // tanh(a / T).
  void means(const Side& side, MatrixRef a, float inverse_temperature, const float*) const override {
    double_inputs(side, a);
    math::bernoulli_means(a, side.count, inverse_temperature);
    each(side, a, [](Index, Index, double p) { return 2 * p - 1; });
  }
  void sample(const Side& side, MatrixRef a, float inverse_temperature, const float*,
              const math::Draw& draw) const override {
    // The buffer is kept, so that training allocates nothing. It is named through a reference, because within the
    // parallel pieces `kept` would be each thread's own.
    thread_local BitMatrix kept;
    kept.resize(a.rows, side.count);
    const BitMatrix& up = kept;
    double_inputs(side, a);
    math::sample_bernoulli(a, side.count, inverse_temperature, {&kept, draw.place});
    each(side, a, [&](Index r, Index i, double) { return up.get(r, i) ? 1 : -1; });
  }
  // log(2 cosh(a / T)) = log(1 + e^(2a / T)) - a / T.
  void add_log_partition(const Side& side, const MatrixView& a, float inverse_temperature, const float*, const float*,
                         Eigen::Ref<VectorD> out) const override {
    for (Index r = 0; r < a.rows(); ++r) {
      const float* inputs = a.data() + r * a.cols();
      double sum = 0;
      for (Index i = 0; i < side.count; ++i) sum += static_cast<double>(inputs[i]);
      out[r] += math::sum_softplus(inputs, inputs, side.count, inverse_temperature) -
                static_cast<double>(inverse_temperature) * sum;
    }
  }
  double cost_of_log_partition() const override { return 10; }
  std::pair<double, double> bounds_of_mean(double) const override { return {-1, 1}; }

 private:
  static void double_inputs(const Side& side, MatrixRef a) {
    each(side, a, [](Index, Index, double x) { return 2 * x; });
  }
};

}  // namespace

const Type& spin() {
  static const Spin type;
  return type;
}

}  // namespace wakesleep::units
