#include "learning/start_from_data.h"

#include <algorithm>
#include <span>
#include <vector>

#include "learning/conditionals.h"
#include "math/scalar.h"

namespace wakesleep {
namespace {

// Means of an upper layer's units, and of labels, come from at most this many examples.
constexpr Index most_examples = 10000;

// f(rows, batch) for batches of examples that are evenly spread over the data; gives how many they are together.
template <class F>
Index each_batch(ExampleSource& source, F&& f) {
  constexpr std::size_t at_once = 100;
  const Index count = std::min(source.count(), most_examples);
  std::vector<std::uint32_t> which;
  for (Index r = 0; r < count; ++r) which.push_back(static_cast<std::uint32_t>(r * source.count() / count));
  LayerStates batch;
  for (std::size_t first = 0; first < which.size(); first += at_once) {
    const std::span<const std::uint32_t> some{which.data() + first, std::min(at_once, which.size() - first)};
    source.read(some, 0, batch);
    f(some, batch);
  }
  return count;
}

// Sums of the visible and label units, and how many examples know each.
struct VisibleSums {
  VectorD sum, known;
};

VisibleSums visible_sums(const Rbm& rbm, ExampleSource& source, MissingValues* missing) {
  VisibleSums of{VectorD::Zero(rbm.width()), VectorD::Zero(rbm.width())};
  each_batch(source, [&](std::span<const std::uint32_t> some, const LayerStates& batch) {
    if (missing) return missing->add_known(some, batch, of.sum, of.known);
    for (Index r = 0; r < batch.rows(); ++r)
      for (Index i = 0; i < rbm.width(); ++i) of.sum[i] += static_cast<double>(batch.get(r, i));
    of.known.array() += static_cast<double>(batch.rows());
  });
  return of;
}

UnitType type_of(const Rbm& rbm, Index i) {
  return i < rbm.visible() ? rbm.shape().visible_units.type : UnitType::softmax;
}

// Means of units that are 0 or 1 are kept from both by half an example.
double mean_of(const Rbm& rbm, const VisibleSums& of, Index i) {
  const UnitType type = type_of(rbm, i);
  const bool binary = type == UnitType::bernoulli || type == UnitType::softmax;
  if (!binary) return of.known[i] > 0 ? of.sum[i] / of.known[i] : 0.0;
  return of.known[i] > 0 ? std::clamp(of.sum[i], 0.5, of.known[i] - 0.5) / of.known[i] : 0.5;
}

// So that without weights the model has the data's means. Words that are never used count as half a one.
void start_biases(Rbm& rbm, const VisibleSums& of) {
  for (Index i = 0; i < rbm.width(); ++i) {
    const double p = mean_of(rbm, of, i);
    float& b = rbm.mutable_b()[i];
    switch (type_of(rbm, i)) {
      case UnitType::bernoulli:
        b = static_cast<float>(math::log(p / (1 - p)));
        break;
      case UnitType::gaussian:
        b = static_cast<float>(p);
        break;
      case UnitType::softmax:
        b = static_cast<float>(math::log(p));
        break;
      case UnitType::replicated_softmax:
        b = static_cast<float>(math::log(std::max(of.sum[i], 0.5) / std::max(of.known[i], 1.0)));
        break;
      default:
        break;
    }
  }
}

// c less W'mu and b less W lambda, where the offsets are there.
void move_biases_to_offsets(Rbm& rbm, const Vector& mu, const Vector& lambda) {
  const auto enters = [](const Vector& offset, const Vector& variance, Index i) {
    return static_cast<double>(offset[i]) / (i < variance.size() ? static_cast<double>(variance[i]) : 1);
  };
  const Matrix& W = rbm.W();
  VectorD of_b = VectorD::Zero(rbm.width()), of_c = VectorD::Zero(rbm.hidden());
  for (Index i = 0; i < W.rows(); ++i)
    for (Index j = 0; j < W.cols(); ++j) {
      const auto w = static_cast<double>(W(i, j));
      if (mu.size()) of_c[j] += w * enters(mu, rbm.variance_v(), i);
      if (lambda.size()) of_b[i] += w * enters(lambda, rbm.variance_h(), j);
    }
  for (Index j = 0; j < of_c.size(); ++j) rbm.mutable_c()[j] -= static_cast<float>(of_c[j]);
  for (Index i = 0; i < of_b.size(); ++i) rbm.mutable_b()[i] -= static_cast<float>(of_b[i]);
}

Vector hidden_means(const Rbm& rbm, ExampleSource& source) {
  VectorD sum = VectorD::Zero(rbm.hidden());
  Conditionals conditionals(rbm);
  Scratch h;
  const Index rows = each_batch(source, [&](std::span<const std::uint32_t>, const LayerStates& batch) {
    conditionals.hidden(batch, &h, nullptr, {});
    for (Index r = 0; r < h.rows(); ++r)
      for (Index j = 0; j < h.cols(); ++j) sum[j] += static_cast<double>(h(r, j));
  });
  return (sum / static_cast<double>(rows)).cast<float>();
}

}  // namespace

void start_at_log_odds(const Dataset& data, Vector& b) {
  const VectorD means = data.mean();
  const auto n = static_cast<double>(data.count());
  for (Index i = 0; i < b.size(); ++i) {
    const double p = std::clamp(means[i] * n, 0.5, n - 0.5) / n;
    b[i] = static_cast<float>(math::log(p / (1 - p)));
  }
}

void start_from_data(Rbm& rbm, ExampleSource& source, MissingValues* missing, const TrainingOptions& options) {
  RbmTrainingState& state = rbm.training_state();
  const bool biases = state.step == 0 && options.visible_bias_from_data && rbm.b().isZero(0);
  const bool offsets = options.centering && state.visible_offset.size() == 0;
  if (!biases && !offsets) return;
  const VisibleSums of = visible_sums(rbm, source, missing);
  if (biases) start_biases(rbm, of);
  if (!offsets) return;
  state.visible_offset.resize(rbm.width());
  for (Index i = 0; i < rbm.width(); ++i) state.visible_offset[i] = static_cast<float>(mean_of(rbm, of, i));
  // An untrained centred machine starts with the biases of its own coordinates: c~ = 0 and b~ at the log-odds.
  const bool untrained = biases && rbm.c().isZero(0);
  if (untrained) move_biases_to_offsets(rbm, state.visible_offset, Vector());
  state.hidden_offset = hidden_means(rbm, source);
  if (untrained) move_biases_to_offsets(rbm, Vector(), state.hidden_offset);
}

}  // namespace wakesleep
