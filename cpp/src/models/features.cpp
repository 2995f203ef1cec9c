#include "wakesleep/features.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <string>

#include "math/decimal.h"
#include "math/products.h"
#include "math/sampling.h"
#include "math/scalar.h"
#include "math/slices.h"
#include "models/layer.h"

namespace wakesleep {
namespace {

// Units of a layer, all of them when none are named.
std::vector<Index> checked_units(const Dbn& dbn, Index layer, std::vector<Index> units) {
  if (layer < 1 || layer > dbn.depth())
    throw std::out_of_range("layer must be 1 to " + std::to_string(dbn.depth()) + ", not " + std::to_string(layer));
  const Index most = dbn.rbm(layer - 1).hidden();
  if (units.empty()) {
    units.resize(static_cast<std::size_t>(most));
    std::iota(units.begin(), units.end(), Index{0});
  }
  for (const Index unit : units)
    if (unit < 0 || unit >= most)
      throw std::out_of_range("units of layer " + std::to_string(layer) + " are 0 to " + std::to_string(most - 1) +
                              ", not " + std::to_string(unit));
  return units;
}

// The weights by which units above respond to a machine's visible ones, without the rows of its labels.
MatrixView weights(const Dbn& dbn, Index machine) {
  return {dbn.R(machine).data(), dbn.rbm(machine).visible(), dbn.rbm(machine).hidden()};
}

// Their columns that belong to these units, one a row.
Matrix columns_of(const Dbn& dbn, Index machine, const std::vector<Index>& units) {
  const MatrixView W = weights(dbn, machine);
  Matrix out(static_cast<Index>(units.size()), W.rows());
  for (Index r = 0; r < out.rows(); ++r)
    for (Index i = 0; i < out.cols(); ++i) out(r, i) = W(i, units[static_cast<std::size_t>(r)]);
  return out;
}

// A W', where A is rows x hidden.
Matrix downwards(const Matrix& A, const Dbn& dbn, Index machine) {
  Matrix out = Matrix::Zero(A.rows(), dbn.rbm(machine).visible());
  math::Workspace workspace;
  math::add_product(view(A), {weights(dbn, machine), true}, out, workspace);
  return out;
}

// Means pass upwards through sigmoids, from pixels that may move freely.
void check_types(const Dbn& dbn, Index layer) {
  const units::Type& image = *visible_layer(dbn.rbm(0)).type;
  if (!image.moves_freely())
    throw std::invalid_argument(
        std::string("activations are maximised in images of units whose values move one by one, freely or within a "
                    "box, as those of Bernoulli and Gaussian units do, and these are ") +
        image.name());
  for (Index l = 0; l < layer; ++l)
    if (const units::Type& type = *hidden_layer(dbn.rbm(l)).type; !type.logistic())
      throw std::invalid_argument("activations are maximised through Bernoulli hidden units, and those of layer " +
                                  std::to_string(l + 1) + " are " + type.name());
}

// Inputs, or means, of units of a machine given means below, one unit a row.
Activations activations(const Dbn& dbn, Index machine, const std::vector<Index>& units, const MatrixView& v,
                        Response response) {
  const Rbm& rbm = dbn.rbm(machine);
  Activations out{VectorD(v.rows()), columns_of(dbn, machine, units)};
  Matrix inputs(v.rows(), 1);
  for (Index r = 0; r < v.rows(); ++r) {
    double sum = static_cast<double>(rbm.c()[units[static_cast<std::size_t>(r)]]);
    for (Index i = 0; i < rbm.visible(); ++i)
      sum += static_cast<double>(v(r, i)) * static_cast<double>(out.gradient(r, i));
    out.values[r] = sum;
    inputs(r, 0) = static_cast<float>(sum);
  }
  if (response == Response::input) return out;
  math::bernoulli_means(inputs, 1, 1);
  for (Index r = 0; r < v.rows(); ++r) {
    const float p = inputs(r, 0);
    out.values[r] = static_cast<double>(p);
    out.gradient.row(r) *= p * (1 - p);
  }
  return out;
}

// The same of a machine with labels, y summed out: f = sum_y p(y | v) f_y, f_y = a_j + U_yj or its
// sigmoid, where a is the hidden units' input without labels. Its gradient by a_k is sum_y p(y | v) (f_y - f)
// sigmoid(a_k + U_yk), as log p(y | v) = d_y + sum_k log(1 + e^(a_k + U_yk)) + const, and for k = j f_y's own
// derivative besides.
Activations labels_summed_out(const Dbn& dbn, Index machine, const std::vector<Index>& units, const MatrixView& v,
                              Response response) {
  const Rbm& rbm = dbn.rbm(machine);
  Activations out{VectorD(v.rows()), {}};
  const Index labels = rbm.labels(), hidden = rbm.hidden();
  Matrix a(v.rows(), hidden);
  math::Workspace workspace;
  math::fill_rows(rbm.c(), a);
  math::add_product(v, weights(dbn, machine), a, workspace);
  const Matrix U = rbm.W().bottomRows(labels);
  MatrixD free_energy(v.rows(), labels);
  for (Index r = 0; r < v.rows(); ++r)
    for (Index y = 0; y < labels; ++y)
      free_energy(r, y) = -static_cast<double>(rbm.b()[rbm.visible() + y]) -
                          math::sum_softplus(a.data() + r * hidden, U.data() + y * hidden, hidden);
  const Matrix p = label_probabilities(free_energy);
  const auto sigmoid = [](float input) { return 1 / (1 + math::exp(-static_cast<double>(input))); };
  Matrix by_input = Matrix::Zero(v.rows(), hidden);
  for (Index r = 0; r < v.rows(); ++r) {
    const Index j = units[static_cast<std::size_t>(r)];
    const auto of_label = [&](Index y) {
      const float input = a(r, j) + U(y, j);
      return response == Response::input ? static_cast<double>(input) : sigmoid(input);
    };
    double value = 0;
    for (Index y = 0; y < labels; ++y) value += static_cast<double>(p(r, y)) * of_label(y);
    out.values[r] = value;
    for (Index y = 0; y < labels; ++y) {
      const auto chance = static_cast<double>(p(r, y));
      const double f = of_label(y), own = response == Response::input ? 1 : f * (1 - f);
      for (Index k = 0; k < hidden; ++k)
        by_input(r, k) += static_cast<float>(chance * (f - value) * sigmoid(a(r, k) + U(y, k)));
      by_input(r, j) += static_cast<float>(chance * own);
    }
  }
  out.gradient = downwards(by_input, dbn, machine);
  return out;
}

double check_number(const char* name, double value, double above, double most) {
  // The comparison is written so that NaN fails it.
  if (!(value > above && value <= most))
    throw std::out_of_range(std::string(name) + " must be above " + math::shortest_text(above) + " and at most " +
                            math::shortest_text(most) + ", not " + math::shortest_text(value));
  return value;
}

}  // namespace

Matrix summed_features(const Dbn& dbn, Index layer, std::vector<Index> units) {
  SummedFeatures features(dbn, layer, std::move(units));
  while (features.step()) {
  }
  return features.images();
}

class SummedFeatures::Work {
 public:
  Work(const Dbn& dbn, Index layer, std::vector<Index> of)
      : units(checked_units(dbn, layer, std::move(of))),
        images(static_cast<Index>(units.size()), dbn.visible()),
        dbn_(&dbn),
        layer_(layer) {}
  bool step();
  double done() const { return static_cast<double>(next_) / static_cast<double>(units.size()); }

  const std::vector<Index> units;
  Matrix images;

 private:
  const Dbn* dbn_;
  Index layer_;
  std::size_t next_ = 0;
};

SummedFeatures::SummedFeatures(const Dbn& dbn, Index layer, std::vector<Index> units)
    : work_(std::make_unique<Work>(dbn, layer, std::move(units))) {}
SummedFeatures::SummedFeatures(SummedFeatures&&) noexcept = default;
SummedFeatures& SummedFeatures::operator=(SummedFeatures&&) noexcept = default;
SummedFeatures::~SummedFeatures() = default;
bool SummedFeatures::step() { return work_->step(); }
double SummedFeatures::done() const { return work_->done(); }
const Matrix& SummedFeatures::images() const { return work_->images; }
const std::vector<Index>& SummedFeatures::units() const { return work_->units; }

bool SummedFeatures::Work::step() {
  if (next_ == units.size()) return false;
  double weights_below = static_cast<double>(dbn_->rbm(layer_ - 1).visible());
  for (Index l = 0; l + 1 < layer_; ++l) weights_below += 2 * static_cast<double>(dbn_->rbm(l).W().size());
  const auto end = std::min(units.size(), next_ + static_cast<std::size_t>(math::rows_a_slice(weights_below)));
  const auto from = units.begin() + static_cast<std::ptrdiff_t>(next_);
  Matrix now = columns_of(*dbn_, layer_ - 1, {from, units.begin() + static_cast<std::ptrdiff_t>(end)});
  for (Index l = layer_ - 2; l >= 0; --l) now = downwards(now, *dbn_, l);
  images.middleRows(static_cast<Index>(next_), now.rows()) = now;
  next_ = end;
  return true;
}

Activations unit_activations(const Dbn& dbn, Index layer, const std::vector<Index>& units, const MatrixView& x,
                             Response response) {
  if (units.empty()) throw std::out_of_range("units must name one unit a row");
  checked_units(dbn, layer, units);
  check_types(dbn, layer);
  if (x.cols() != dbn.visible() || x.rows() != static_cast<Index>(units.size()))
    throw std::out_of_range("x must be " + std::to_string(units.size()) + " x " + std::to_string(dbn.visible()) +
                            ", not " + std::to_string(x.rows()) + " x " + std::to_string(x.cols()));
  math::Workspace workspace;
  std::vector<Matrix> means(static_cast<std::size_t>(layer - 1));
  const Layer image = visible_layer(dbn.rbm(0));
  Matrix entering;
  MatrixView now(x.data(), x.rows(), x.cols());
  if (image.side.variance) {
    entering = x;
    scale_interaction(image, entering);
    new (&now) MatrixView(entering.data(), entering.rows(), entering.cols());
  }
  for (Index l = 0; l + 1 < layer; ++l) {
    Matrix& above = means[static_cast<std::size_t>(l)];
    above.resize(x.rows(), dbn.rbm(l).hidden());
    math::fill_rows(dbn.rbm(l).c(), above);
    math::add_product(now, weights(dbn, l), above, workspace);
    math::bernoulli_means(above, above.cols(), 1);
    new (&now) MatrixView(above.data(), above.rows(), above.cols());
  }
  const Rbm& last = dbn.rbm(layer - 1);
  Activations out;
  if (last.labels()) {
    out = labels_summed_out(dbn, layer - 1, units, now, response);
  } else {
    out = activations(dbn, layer - 1, units, now, response);
  }
  for (Index l = layer - 2; l >= 0; --l) {
    const Matrix& p = means[static_cast<std::size_t>(l)];
    out.gradient.array() *= p.array() * (1 - p.array());
    out.gradient = downwards(out.gradient, dbn, l);
  }
  scale_interaction(image, out.gradient);
  return out;
}

class ActivationMaximisation::Work {
 public:
  Work(const Dbn& dbn, Index layer, std::vector<Index> units, const MaximisationOptions& options);
  bool step();
  double done() const;

  Matrix best;
  VectorD best_values;

 private:
  void begin();
  void constrain(float* image) const;

  const Dbn* dbn_;
  Index layer_;
  std::optional<SummedFeatures> start_;
  std::vector<Index> units_;
  MaximisationOptions options_;
  Index at_once_;
  Index first_ = 0, iteration_ = 0;
  float low_, high_;  // the sides of the box
  Matrix now_;
};

ActivationMaximisation::ActivationMaximisation(const Dbn& dbn, Index layer, std::vector<Index> units,
                                               const MaximisationOptions& options)
    : work_(std::make_unique<Work>(dbn, layer, std::move(units), options)) {}
ActivationMaximisation::ActivationMaximisation(ActivationMaximisation&&) noexcept = default;
ActivationMaximisation& ActivationMaximisation::operator=(ActivationMaximisation&&) noexcept = default;
ActivationMaximisation::~ActivationMaximisation() = default;
bool ActivationMaximisation::step() { return work_->step(); }
double ActivationMaximisation::done() const { return work_->done(); }
const Matrix& ActivationMaximisation::images() const { return work_->best; }
const VectorD& ActivationMaximisation::activations() const { return work_->best_values; }

ActivationMaximisation::Work::Work(const Dbn& dbn, Index layer, std::vector<Index> units,
                                   const MaximisationOptions& options)
    : dbn_(&dbn),
      layer_(layer),
      start_(SummedFeatures(dbn, layer, std::move(units))),
      units_(start_->units()),
      options_(options) {
  if (options.iterations < 1 || options.iterations > 100'000)
    throw std::out_of_range("iterations must be 1 to 100,000, not " + std::to_string(options.iterations));
  check_number("rate", options.rate, 0, 10);
  if (options.norm != 0) check_number("norm", options.norm, 0, 1e6);
  check_types(dbn, layer);
  const units::Type& image_type = *visible_layer(dbn.rbm(0)).type;
  if (options.norm == 0 && !image_type.bounded())
    throw std::invalid_argument(std::string("images of ") + image_type.name() +
                                " visible units have no box that holds them: they need a norm to keep");
  low_ = image_type.low();
  high_ = image_type.high();
  double work = 0;
  for (Index l = 0; l < layer; ++l) work += 2 * static_cast<double>(dbn.rbm(l).W().size());
  work += 20 * static_cast<double>(dbn.rbm(layer - 1).labels() * dbn.rbm(layer - 1).hidden());
  at_once_ = std::min(static_cast<Index>(units_.size()), math::rows_a_slice(work));
}

// From the weighted sums.
void ActivationMaximisation::Work::begin() {
  now_ = start_->images();
  start_.reset();
  for (Index r = 0; r < now_.rows(); ++r) {
    float* image = now_.data() + r * now_.cols();
    // Into the box around its middle, the largest weight at its edge.
    if (options_.norm == 0) {
      const float largest = now_.row(r).cwiseAbs().maxCoeff();
      const float middle = (low_ + high_) / 2, half = (high_ - low_) / 2;
      for (Index i = 0; i < now_.cols(); ++i) image[i] = middle + (largest > 0 ? half * image[i] / largest : 0);
    }
    constrain(image);
  }
  best = now_;
  best_values = VectorD::Constant(now_.rows(), -std::numeric_limits<double>::infinity());
}

void ActivationMaximisation::Work::constrain(float* image) const {
  const Index size = dbn_->visible();
  if (options_.norm == 0) {
    for (Index i = 0; i < size; ++i) image[i] = std::clamp(image[i], low_, high_);
    return;
  }
  double squares = 0;
  for (Index i = 0; i < size; ++i) squares += static_cast<double>(image[i]) * static_cast<double>(image[i]);
  const auto scale = squares > 0 ? static_cast<float>(options_.norm / std::sqrt(squares)) : 0.0f;
  const auto even = static_cast<float>(options_.norm / std::sqrt(static_cast<double>(size)));
  for (Index i = 0; i < size; ++i) image[i] = squares > 0 ? image[i] * scale : even;
}

bool ActivationMaximisation::Work::step() {
  if (start_) {
    if (start_->step()) return true;
    begin();
  }
  if (iteration_ > options_.iterations) return false;
  const Index count = std::min(at_once_, static_cast<Index>(units_.size()) - first_);
  const std::vector<Index> units(units_.begin() + first_, units_.begin() + first_ + count);
  const MatrixView x(now_.data() + first_ * now_.cols(), count, now_.cols());
  const Activations found = unit_activations(*dbn_, layer_, units, x, options_.response);
  const double left = 1 - static_cast<double>(iteration_) / static_cast<double>(options_.iterations);
  for (Index r = 0; r < count; ++r) {
    if (found.values[r] > best_values[first_ + r]) {
      best_values[first_ + r] = found.values[r];
      best.row(first_ + r) = now_.row(first_ + r);
    }
    float* image = now_.data() + (first_ + r) * now_.cols();
    const float* gradient = found.gradient.data() + r * now_.cols();
    // The largest slope is taken among the pixels that can still move: once the strong ones are at the sides of the
    // box, the weak ones move in steps of the same length.
    float largest = 0;
    for (Index i = 0; i < now_.cols(); ++i) {
      const bool held = options_.norm == 0 && image[i] == (gradient[i] > 0 ? high_ : low_);
      if (!held) largest = std::max(largest, std::abs(gradient[i]));
    }
    if (!(largest > 0)) continue;
    const float along = static_cast<float>(options_.rate * left) / largest;
    for (Index i = 0; i < now_.cols(); ++i) image[i] += along * gradient[i];
    constrain(image);
  }
  first_ += count;
  if (first_ == static_cast<Index>(units_.size())) {
    first_ = 0;
    ++iteration_;
  }
  return true;
}

double ActivationMaximisation::Work::done() const {
  // The weighted sums count as one more iteration.
  const auto units = static_cast<double>(units_.size());
  const double iterations =
      start_ ? start_->done() : 1 + static_cast<double>(iteration_) + static_cast<double>(first_) / units;
  return iterations / (static_cast<double>(options_.iterations) + 2);
}

}  // namespace wakesleep
