#include "wakesleep/variational_bound.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

#include "math/products.h"
#include "math/sampling.h"
#include "math/slices.h"
#include "math/thread_pool.h"
#include "wakesleep/random.h"

namespace wakesleep {
namespace {

// bias + states W or states W', states as bits or as values.
template <class States>
void inputs_of(const States& states, const math::Operand& W, const Vector& bias, Matrix& inputs) {
  inputs.resize(states.rows(), bias.size());
  math::fill_rows(bias, inputs);
  math::Workspace workspace;
  math::add_product(states, W, inputs, workspace);
}

// log of the probability that Bernoulli units with these inputs have these values.
double log_probability(const float* values, const float* inputs, Index units) {
  double sum = 0;
  for (Index i = 0; i < units; ++i) sum += static_cast<double>(values[i]) * static_cast<double>(inputs[i]);
  return sum - math::sum_softplus(inputs, nullptr, units);
}

// Means of units from their inputs, samples of them, and the entropy of each row: sum of softplus(a) - a sigmoid(a).
struct Posterior {
  Matrix inputs, means;
  BitMatrix bits;
  Matrix values;
  VectorD entropy;

  void read() {
    means = inputs;
    math::bernoulli_means(means, means.cols(), 1);
    entropy.resize(means.rows());
    math::parallel_for(means.rows(), [&](Index r) {
      entropy[r] = -log_probability(means.data() + r * means.cols(), inputs.data() + r * means.cols(), means.cols());
    });
  }
  void sample(const math::Place& place) {
    bits.resize(means.rows(), means.cols());
    math::sample_means(view(means), means.cols(), {&bits, place});
    values.resize(means.rows(), means.cols());
    for (Index r = 0; r < values.rows(); ++r)
      for (Index i = 0; i < values.cols(); ++i) values(r, i) = bits.get(r, i) ? 1.0f : 0.0f;
  }
};

// Multiplications of one sample of one example.
double work_of(const Dbn& dbn) {
  double weights = 0;
  for (Index l = 0; l < dbn.depth(); ++l) weights += static_cast<double>(dbn.rbm(l).W().size());
  return 2 * weights;
}

BoundOptions checked(const BoundOptions& options) {
  if (options.samples < 2 || options.samples > 10'000)
    throw std::out_of_range("samples must be 2 to 10,000, not " + std::to_string(options.samples));
  return options;
}

}  // namespace

MatrixD sampled_bounds(const Dbn& dbn, const MatrixView& x, const BoundOptions& options, const SampleRange& range,
                       std::uint64_t first) {
  checked(options);
  const Index rows = x.rows(), depth = dbn.depth(), visible = dbn.visible(), labels = x.cols() - visible;
  for (Index l = 0; l < depth; ++l)
    if (!dbn.rbm(l).is_bernoulli()) throw std::invalid_argument("the variational bound is for Bernoulli units in every layer");
  check_examples("x", x, visible, visible + dbn.labels());
  MatrixD result(rows, range.count);
  if (depth == 1) {
    const VectorD free_energy = dbn.top().free_energy(x);
    for (Index s = 0; s < range.count; ++s) result.col(s) = -free_energy;
    return result;
  }
  const Matrix image = x.leftCols(visible);
  Matrix below(rows, 0), of_top(rows, dbn.top().visible() + labels);
  of_top.rightCols(labels) = x.rightCols(labels);
  std::vector<Posterior> layers(static_cast<std::size_t>(depth - 1));
  inputs_of(view(image), dbn.rbm(0).W(), dbn.rbm(0).c(), layers[0].inputs);
  layers[0].read();
  for (Index s = 0; s < range.count; ++s) {
    auto sum = result.col(s);
    sum.setZero();
    for (Index l = 0; l + 1 < depth; ++l) {
      const Rbm& rbm = dbn.rbm(l);
      Posterior& above = layers[static_cast<std::size_t>(l)];
      if (l > 0) {
        inputs_of(layers[static_cast<std::size_t>(l - 1)].bits, rbm.W(), rbm.c(), above.inputs);
        above.read();
      }
      const auto step = (first * static_cast<std::uint64_t>(options.samples) + static_cast<std::uint64_t>(range.begin + s)) *
                            static_cast<std::uint64_t>(depth) +
                        static_cast<std::uint64_t>(l);
      above.sample({options.seed, Stream::posterior, step});
      inputs_of(above.bits, {rbm.W(), true}, rbm.b(), below);
      const Matrix& values = l == 0 ? image : layers[static_cast<std::size_t>(l - 1)].values;
      math::parallel_for(rows, [&](Index r) {
        const Index units = values.cols();
        sum[r] += log_probability(values.data() + r * units, below.data() + r * units, units) + above.entropy[r];
      });
    }
    of_top.leftCols(dbn.top().visible()) = layers.back().values;
    sum -= dbn.top().free_energy(view(of_top));
  }
  return result;
}

VariationalBound::VariationalBound(const Dbn& dbn, const Dataset& data, double log_z, const BoundOptions& options)
    : state_(std::make_shared<State>()),
      average_(data, {dbn.visible(), dbn.labels()}, data.count(),
               math::rows_a_slice(work_of(dbn) * static_cast<double>(checked(options).samples)),
               [&dbn, log_z, options, state = state_](const Matrix& x, Index first) -> VectorD {
                 const Index rows = x.rows(), samples = options.samples;
                 if (state->drawn == 0) state->samples.resize(rows, samples);
                 const Index at_once = math::rows_a_slice(work_of(dbn) * static_cast<double>(rows));
                 const SampleRange range{state->drawn, std::min(at_once, samples - state->drawn)};
                 state->samples.middleCols(range.begin, range.count) =
                     sampled_bounds(dbn, view(x), options, range, static_cast<std::uint64_t>(first));
                 state->drawn += range.count;
                 if (state->drawn < samples) return {};
                 state->drawn = 0;
                 const auto n = static_cast<double>(samples);
                 VectorD means(rows);
                 for (Index r = 0; r < rows; ++r) {
                   double sum = 0, squares = 0;
                   for (Index s = 0; s < samples; ++s) sum += state->samples(r, s);
                   for (Index s = 0; s < samples; ++s) {
                     const double from_mean = state->samples(r, s) - sum / n;
                     squares += from_mean * from_mean;
                   }
                   means[r] = sum / n - log_z;
                   state->variance += squares / (n - 1) / n;
                 }
                 return means;
               }) {
  if (!std::isfinite(log_z)) throw std::out_of_range("log Z must be finite, not " + std::to_string(log_z));
}

Bound VariationalBound::result() const {
  const Average average = average_.result();
  return {average, std::sqrt(state_->variance) / static_cast<double>(average.count)};
}

Bound variational_bound(const Dbn& dbn, const Dataset& data, double log_z, const BoundOptions& options) {
  VariationalBound bound(dbn, data, log_z, options);
  while (bound.step()) {
  }
  return bound.result();
}

Dataset top_examples(const Dbn& dbn, const Dataset& data, Index most_rows) {
  const Index rows = std::min(most_rows, data.count());
  std::vector<std::uint32_t> which;
  for (Index r = 0; r < rows; ++r)
    which.push_back(static_cast<std::uint32_t>(static_cast<std::uint64_t>(r) * static_cast<std::uint64_t>(data.count()) /
                                               static_cast<std::uint64_t>(rows)));
  Matrix x(rows, data.width());
  data.read(which, x);
  const Matrix means = dbn.up(view(x), dbn.depth() - 1);
  return Dataset::from_floats({means.data(), static_cast<std::size_t>(means.size())}, rows, means.cols());
}

}  // namespace wakesleep
