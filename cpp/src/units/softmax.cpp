#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include "math/scalar.h"
#include "math/thread_pool.h"
#include "units/unit_type.h"

namespace wakesleep::units {
namespace {

// Calls f(number of the group, its first unit, its size).
template <class F>
void each_group(const Side& side, F&& f) {
  Index first = 0;
  for (std::size_t g = 0; g < side.units.groups.size(); ++g) {
    f(g, first, side.units.groups[g]);
    first += side.units.groups[g];
  }
}

class Softmax : public Type {
 public:
  const char* name() const override { return "softmax"; }
  bool binary() const override { return true; }
  bool bounded() const override { return true; }

  void check_units(const std::string& name, const Units& units, Index count) const override {
    if (units.learned_sigma)
      throw std::out_of_range("a learned sigma is for gaussian units, and the " + name + " are softmax");
    if (units.groups.empty()) throw std::out_of_range("softmax units need their groups: the number of states of each");
    Index sum = 0;
    for (const Index size : units.groups) {
      if (size < 2 || size > count)
        throw std::out_of_range("a softmax group has 2 states or more, and at most all " + std::to_string(count) +
                                " units of its side, not " + std::to_string(size));
      sum += size;
      if (sum > count) break;
    }
    if (sum != count)
      throw std::out_of_range("the softmax groups of the " + name + " must add up to its " + std::to_string(count) +
                              " units");
  }
  bool values_are_an_interval() const override { return false; }
  void check_values(const char* name, const Side& side, const MatrixView& x) const override {
    for (Index r = 0; r < x.rows(); ++r)
      each_group(side, [&](std::size_t, Index first, Index size) {
        float sum = 0;
        for (Index i = first; i < first + size; ++i) {
          if (!(x(r, i) >= 0 && x(r, i) <= 1)) refuse_value(name, "lie in [0, 1]", r, i, x(r, i));
          sum += x(r, i);
        }
        if (std::abs(sum - 1) > 1e-3f)
          throw std::out_of_range(std::string(name) + " must add up to 1 over each softmax group: row " +
                                  std::to_string(r) + ", columns " + std::to_string(first) + " to " +
                                  std::to_string(first + size - 1) + " add up to " + std::to_string(sum));
      });
  }

  void means(const Side& side, MatrixRef a, float inverse_temperature, const float*) const override {
    each_group(side,
               [&](std::size_t, Index first, Index size) { math::softmax_means(a, first, size, inverse_temperature); });
  }
  void sample(const Side& side, MatrixRef a, float inverse_temperature, const float*,
              const math::Draw& draw) const override {
    // Apart from the counters of other uses of a place.
    constexpr std::uint32_t groups = 0xC0000000u;
    means(side, a, inverse_temperature, nullptr);
    math::parallel_for(a.rows, [&](Index r) {
      each_group(side, [&](std::size_t g, Index first, Index size) {
        const auto words =
            math::words_at(draw.place, groups + static_cast<std::uint32_t>(g), static_cast<std::uint32_t>(r));
        const float uniform = static_cast<float>(words[0] >> 8) * 0x1p-24f;
        const float* p = a.data + r * a.cols + first;
        Index chosen = 0;
        for (float sum = p[0]; chosen + 1 < size && uniform >= sum; sum += p[chosen]) ++chosen;
        for (Index k = 0; k < size; ++k) draw.states->set(r, first + k, k == chosen);
      });
    });
  }
  void add_log_partition(const Side& side, const MatrixView& a, float inverse_temperature, const float*, const float*,
                         Eigen::Ref<VectorD> out) const override {
    for (Index r = 0; r < a.rows(); ++r)
      each_group(side, [&](std::size_t, Index first, Index size) {
        out[r] += math::log_sum_exp(a.data() + r * a.cols() + first, size, inverse_temperature);
      });
  }
};

}  // namespace

const Type& softmax() {
  static const Softmax type;
  return type;
}

}  // namespace wakesleep::units
