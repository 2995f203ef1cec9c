#include "units/unit_type.h"

namespace wakesleep::units {
namespace {

class Bernoulli : public Type {
 public:
  const char* name() const override { return "bernoulli"; }
  bool binary() const override { return true; }
  bool bounded() const override { return true; }

  void check_values(const char* name, const Side& side, const MatrixView& x) const override {
    for (Index r = 0; r < x.rows(); ++r)
      for (Index i = 0; i < side.count; ++i)
        // The comparison is written so that NaN fails it.
        if (!(x(r, i) >= 0 && x(r, i) <= 1)) refuse_value(name, "lie in [0, 1]", r, i, x(r, i));
  }

  void means(const Side& side, MatrixRef a, float inverse_temperature, const float*) const override {
    math::bernoulli_means(a, side.count, inverse_temperature);
  }
  void sample(const Side& side, MatrixRef a, float inverse_temperature, const float*,
              const math::Draw& draw) const override {
    math::sample_bernoulli(a, side.count, inverse_temperature, draw);
  }
  void add_log_partition(const Side& side, const MatrixView& a, float inverse_temperature, const float*, const float*,
                         Eigen::Ref<VectorD> out) const override {
    for (Index r = 0; r < a.rows(); ++r)
      out[r] += math::sum_softplus(a.data() + r * a.cols(), nullptr, side.count, inverse_temperature);
  }
};

}  // namespace

const Type& bernoulli() {
  static const Bernoulli type;
  return type;
}

}  // namespace wakesleep::units
