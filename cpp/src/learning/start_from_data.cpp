#include "learning/start_from_data.h"

#include <algorithm>
#include <span>
#include <vector>

#include "learning/conditionals.h"

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

const units::Type& type_of(const Rbm& rbm, Index i) {
  return i < rbm.visible() ? *visible_layer(rbm).type : units::label_units();
}

double mean_of(const Rbm& rbm, const VisibleSums& of, Index i) {
  return type_of(rbm, i).mean_of(of.sum[i], of.known[i]);
}

// So that without weights the model has the data's means.
void start_biases(Rbm& rbm, const VisibleSums& of) {
  for (Index i = 0; i < rbm.width(); ++i)
    if (const auto bias = type_of(rbm, i).bias_of_mean(mean_of(rbm, of, i)))
      rbm.mutable_b()[i] = static_cast<float>(*bias);
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
  const units::Type& type = units::type_of(Units{}.type);
  const VectorD means = data.mean();
  const auto n = static_cast<double>(data.count());
  for (Index i = 0; i < b.size(); ++i) b[i] = static_cast<float>(*type.bias_of_mean(type.mean_of(means[i] * n, n)));
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
