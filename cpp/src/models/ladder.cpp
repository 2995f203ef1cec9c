#include "models/ladder.h"

#include <algorithm>

#include "math/scalar.h"
#include "models/layer.h"
#include "models/rbm_tensors.h"

namespace wakesleep {
namespace {

template <class F>
void each_part(const Rbm& rbm, F&& f) {
  const ParameterSet& p = rbm.parameters();
  Index at = 0;
  each_array(p, [&](const auto& array) {
    f(at, array.data(), array.size());
    at += array.size();
  });
}

Vector without(const Vector& values, Index i) {
  Vector rest(values.size() - 1);
  rest << values.head(i), values.tail(values.size() - i - 1);
  return rest;
}

void append(float value, Vector& values) {
  values.conservativeResize(values.size() + 1);
  values[values.size() - 1] = value;
}

}  // namespace

void read_rung(const LadderState& ladder, Index rung, Rbm& rbm) {
  const float* from = ladder.rungs.row(rung).data();
  const auto take = [&](auto& to) {
    std::copy_n(from, to.size(), to.data());
    from += to.size();
  };
  take(rbm.mutable_W());
  take(rbm.mutable_b());
  take(rbm.mutable_c());
  Vector sigma_v = rbm.sigma_v(), sigma_h = rbm.sigma_h();
  if (sigma_v.size() == 0 && sigma_h.size() == 0) return;
  take(sigma_v);
  take(sigma_h);
  rbm.set_sigma(std::move(sigma_v), std::move(sigma_h));
}

void append_rung(const Rbm& rbm, double log_z_step, double variance, double acceptance, double relaxation,
                 LadderState& ladder) {
  const Index rung = ladder.count();
  ladder.rungs.conservativeResize(rung + 1, parameter_count(rbm.shape()));
  each_part(rbm, [&](Index at, const float* values, Index count) {
    std::copy_n(values, count, ladder.rungs.row(rung).data() + at);
  });
  append(static_cast<float>(log_z_step), ladder.log_z_steps);
  append(static_cast<float>(variance), ladder.variances);
  append(static_cast<float>(acceptance), ladder.acceptances);
  append(static_cast<float>(relaxation), ladder.relaxations);
}

void thin(Index most, LadderState& ladder) {
  while (ladder.count() > most && ladder.count() > 2) {
    const auto over = [&](Index i) { return ladder.acceptances[i] * ladder.acceptances[i + 1]; };
    Index best = 1;
    for (Index i = 2; i + 1 < ladder.count(); ++i)
      if (over(i) > over(best)) best = i;
    ladder.acceptances[best + 1] = over(best);
    ladder.log_z_steps[best + 1] += ladder.log_z_steps[best];
    ladder.variances[best + 1] += ladder.variances[best];
    for (Vector* values : {&ladder.acceptances, &ladder.log_z_steps, &ladder.variances, &ladder.relaxations})
      *values = without(*values, best);
    const Index last = ladder.count() - 1;
    for (Index i = best; i < last; ++i) ladder.rungs.row(i) = ladder.rungs.row(i + 1);
    ladder.rungs.conservativeResize(last, ladder.rungs.cols());
  }
}

double ladder_log_z(const LadderState& ladder) { return ladder.log_z_steps.cast<double>().sum(); }
double ladder_variance(const LadderState& ladder) { return ladder.variances.cast<double>().sum(); }

double log_z_without_weights(const Rbm& rbm) {
  VectorD sum = VectorD::Zero(1);
  for (const Layer& layer : {visible_layer(rbm), hidden_layer(rbm)}) {
    const Matrix inputs = layer.bias->head(layer.side.count).transpose();
    layer.type->add_log_partition(layer.side, view(inputs), 1, nullptr, nullptr, sum);
  }
  if (rbm.labels()) sum[0] += math::log_sum_exp(rbm.b().data() + rbm.visible(), rbm.labels());
  return sum[0];
}

}  // namespace wakesleep
