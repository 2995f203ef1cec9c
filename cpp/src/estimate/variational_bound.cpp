#include "wakesleep/variational_bound.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

#include "math/decimal.h"
#include "math/products.h"
#include "math/sampling.h"
#include "math/slices.h"
#include "math/thread_pool.h"
#include "models/layer.h"
#include "wakesleep/inference.h"
#include "wakesleep/random.h"

namespace wakesleep {
namespace {

// bias + states W or states W'.
void inputs_of(const BitMatrix& states, const math::Operand& W, const Vector& bias, Matrix& inputs) {
  inputs.resize(states.rows(), bias.size());
  math::fill_rows(bias, inputs);
  math::Workspace workspace;
  math::add_product(states, W, inputs, workspace);
}

// log of the probability, or of its density, that a layer's units with these inputs have these values: as units that
// have the inputs for biases, and nothing else around them. size: of counts, the words.
double log_probability(const Layer& layer, const float* values, const float* inputs, const float* size = nullptr) {
  units::Side side = layer.side;
  side.bias = inputs;
  VectorD energy = VectorD::Zero(1), log_z = VectorD::Zero(1);
  layer.type->add_energy(side, MatrixView(values, 1, side.count), nullptr, energy);
  layer.type->add_log_partition(side, MatrixView(inputs, 1, side.count), 1, size, nullptr, log_z);
  return -energy[0] - log_z[0];
}

// Means of Bernoulli units from their inputs, samples of them, and the entropy of each row: sum of softplus(a) - a
// sigmoid(a).
struct Posterior {
  Matrix inputs, means;
  BitMatrix bits;
  Matrix values;
  VectorD entropy;

  void read(const Layer& layer) {
    means = inputs;
    math::bernoulli_means(means, means.cols(), 1);
    entropy.resize(means.rows());
    math::parallel_for(means.rows(), 20.0 * static_cast<double>(means.cols()), [&](Index r) {
      entropy[r] = -log_probability(layer, means.data() + r * means.cols(), inputs.data() + r * means.cols());
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
double cost_of(const Dbn& dbn) {
  double weights = 0;
  for (Index l = 0; l < dbn.depth(); ++l) weights += static_cast<double>(dbn.rbm(l).W().size());
  return 2 * weights;
}

BoundOptions checked(const BoundOptions& options) {
  if (options.samples < 2 || options.samples > 10'000)
    throw std::out_of_range("samples must be 2 to 10,000, not " + std::to_string(options.samples));
  return options;
}

// The posteriors are sampled as Bernoulli units; the image and the top's hidden units may be others.
void check_layers(const Dbn& dbn) {
  for (Index l = 0; l < dbn.depth(); ++l) check_energy(dbn.rbm(l));
  for (Index l = 0; l + 1 < dbn.depth(); ++l)
    if (const units::Type& type = *hidden_layer(dbn.rbm(l)).type; !type.logistic())
      throw std::invalid_argument(
          "the variational bound takes samples of Bernoulli units from every layer between the visible one and the "
          "last, and "
          "those of layer " +
          std::to_string(l + 1) + " are " + type.name());
}

}  // namespace

MatrixD sampled_bounds(const Dbn& dbn, const MatrixView& x, const BoundOptions& options, const SampleRange& range,
                       std::uint64_t first) {
  checked(options);
  const Index rows = x.rows(), depth = dbn.depth(), visible = dbn.visible(), labels = x.cols() - visible;
  check_layers(dbn);
  Layer bottom = visible_layer(dbn.rbm(0));
  bottom.labels = dbn.labels();
  check_states("x", bottom, x, true);
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
  std::vector<float> buffer;
  const float* const words = words_of(bottom, view(image), buffer);
  Scratch from_image;
  LayerSampler().inputs(hidden_layer(dbn.rbm(0)), bottom, view(image), dbn.R(0), words, from_image);
  layers[0].inputs = view(from_image);
  layers[0].read(hidden_layer(dbn.rbm(0)));
  for (Index s = 0; s < range.count; ++s) {
    auto sum = result.col(s);
    sum.setZero();
    for (Index l = 0; l + 1 < depth; ++l) {
      const Rbm& rbm = dbn.rbm(l);
      Posterior& above = layers[static_cast<std::size_t>(l)];
      if (l > 0) {
        inputs_of(layers[static_cast<std::size_t>(l - 1)].bits, dbn.R(l), rbm.c(), above.inputs);
        above.read(hidden_layer(rbm));
      }
      const auto step =
          (first * static_cast<std::uint64_t>(options.samples) + static_cast<std::uint64_t>(range.begin + s)) *
              static_cast<std::uint64_t>(depth) +
          static_cast<std::uint64_t>(l);
      above.sample({options.seed.value_or(dbn.rbm(0).seed()), Stream::posterior, step});
      inputs_of(above.bits, {rbm.W(), true}, rbm.b(), below);
      const Matrix& values = l == 0 ? image : layers[static_cast<std::size_t>(l - 1)].values;
      const Layer of_values = visible_layer(rbm);
      math::parallel_for(rows, 20.0 * static_cast<double>(values.cols()), [&](Index r) {
        const Index units = values.cols();
        sum[r] += log_probability(of_values, values.data() + r * units, below.data() + r * units,
                                  l == 0 && words ? words + r : nullptr) +
                  above.entropy[r];
      });
    }
    of_top.leftCols(dbn.top().visible()) = layers.back().values;
    sum -= dbn.top().free_energy(view(of_top));
  }
  return result;
}

// The bounds of one slice's rows after the other's.
class SampledBounds {
 public:
  SampledBounds(const Dbn& dbn, double log_z, const BoundOptions& options)
      : dbn_(&dbn), log_z_(log_z), options_(checked(options)) {
    if (!std::isfinite(log_z)) throw std::out_of_range("log Z must be finite, not " + math::shortest_text(log_z));
  }
  Index rows_at_once() const { return math::rows_a_group(cost_of(*dbn_) * static_cast<double>(options_.samples)); }
  // Some samples of each row; nothing while not all are drawn.
  VectorD step(const MatrixView& x, Index first) {
    const Index rows = x.rows(), all = options_.samples;
    if (drawn_ == 0) samples_.resize(rows, all);
    const Index at_once = math::rows_a_group(cost_of(*dbn_) * static_cast<double>(rows));
    const SampleRange range{drawn_, std::min(at_once, all - drawn_)};
    samples_.middleCols(range.begin, range.count) =
        sampled_bounds(*dbn_, x, options_, range, static_cast<std::uint64_t>(first));
    drawn_ += range.count;
    if (drawn_ < all) return {};
    drawn_ = 0;
    const auto n = static_cast<double>(all);
    VectorD means(rows);
    for (Index r = 0; r < rows; ++r) {
      double sum = 0, squares = 0;
      for (Index s = 0; s < all; ++s) sum += samples_(r, s);
      for (Index s = 0; s < all; ++s) {
        const double from_mean = samples_(r, s) - sum / n;
        squares += from_mean * from_mean;
      }
      means[r] = sum / n - log_z_;
      variance_ += squares / (n - 1) / n;
    }
    return means;
  }
  double variance() const { return variance_; }

 private:
  const Dbn* dbn_;
  double log_z_;
  BoundOptions options_;
  MatrixD samples_;      // of the present rows, as far as they have been drawn
  Index drawn_ = 0;      // of each
  double variance_ = 0;  // sum over the examples of the variance of each one's mean
};

VariationalBound::VariationalBound(const Dbn& dbn, ExampleRows examples, double log_z, const BoundOptions& options)
    : sampled_(std::make_shared<SampledBounds>(dbn, log_z, options)),
      average_(std::move(examples), {dbn.visible(), options.with_labels ? dbn.labels() : 0}, sampled_->rows_at_once(),
               dbn.rbm(0).shape().visible_units,
               [sampled = sampled_](const Matrix& x, Index first) { return sampled->step(view(x), first); }) {}

RowMap bounds(const Dbn& dbn, ExampleRows x, bool with_labels, double log_z, const BoundOptions& options) {
  const auto sampled = std::make_shared<SampledBounds>(dbn, log_z, options);
  return {std::move(x),
          {dbn.visible(), with_labels ? dbn.labels() : 0},
          sampled->rows_at_once(),
          [sampled](const MatrixView& rows, Index first) -> std::vector<Matrix> {
            const VectorD bounds_of_rows = sampled->step(rows, first);
            if (bounds_of_rows.size() == 0) return {};
            return {Matrix(bounds_of_rows.cast<float>())};
          }};
}

Bound VariationalBound::result() const {
  const Average average = average_.result();
  return {average, std::sqrt(sampled_->variance()) / static_cast<double>(average.count)};
}

Bound variational_bound(const Dbn& dbn, const Dataset& data, double log_z, const BoundOptions& options) {
  VariationalBound bound(dbn, data, log_z, options);
  while (bound.step()) {
  }
  return bound.result();
}

namespace {

Dataset spread(const Dataset& data, Index most_rows) {
  const auto count = static_cast<std::uint64_t>(data.count()),
             rows = static_cast<std::uint64_t>(std::min(most_rows, data.count()));
  std::vector<std::uint32_t> which;
  for (std::uint64_t r = 0; r < rows; ++r) which.push_back(static_cast<std::uint32_t>(r * count / rows));
  return data.subset(which);
}

}  // namespace

TopExamples::TopExamples(const Dbn& dbn, const Dataset& data, Index most_rows)
    : means_(means_up(dbn, spread(data, most_rows), dbn.depth() - 1)) {}

Dataset TopExamples::result() const {
  const Matrix& means = means_.results().front();
  return Dataset::from_floats({means.data(), static_cast<std::size_t>(means.size())}, means.rows(), means.cols());
}

Dataset top_examples(const Dbn& dbn, const Dataset& data, Index most_rows) {
  TopExamples examples(dbn, data, most_rows);
  while (examples.step()) {
  }
  return examples.result();
}

}  // namespace wakesleep
