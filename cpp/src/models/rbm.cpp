#include "wakesleep/rbm.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

#include "math/scalar.h"
#include "math/thread_pool.h"
#include "models/clamps.h"
#include "models/interaction_norm.h"
#include "models/label_mean_field.h"
#include "models/layer.h"
#include "models/rbm_tensors.h"
#include "wakesleep/dbn.h"
#include "wakesleep/random.h"

namespace wakesleep {
namespace {

constexpr Index most_units = Index{1} << 20;
constexpr Index most_weights = Index{1} << 27;

void check_units(const char* name, Index units, Index least) {
  if (units < least || units > most_units)
    throw std::out_of_range(std::string(name) + " must be " + std::to_string(least) + " to " +
                            std::to_string(most_units) + " units, not " + std::to_string(units));
}

void check_sigma(const char* name, const Vector& sigma, Index expected) {
  if (sigma.size() != expected)
    throw std::out_of_range(std::string(name) + " must have " + std::to_string(expected) +
                            " entries, one a Gaussian unit, not " + std::to_string(sigma.size()));
  for (Index i = 0; i < sigma.size(); ++i)
    if (!(sigma[i] >= least_sigma && sigma[i] <= most_sigma))
      throw std::out_of_range(std::string(name) + " must be " + std::to_string(least_sigma) + " to " +
                              std::to_string(most_sigma) + ": entry " + std::to_string(i) + " is " +
                              std::to_string(sigma[i]));
}

}  // namespace

void check(const RbmShape& shape) {
  check_units("visible", shape.visible, 1);
  check_units("hidden", shape.hidden, 1);
  if (shape.labels != 0) check_units("labels", shape.labels, 2);
  if (shape.hidden > most_weights / (shape.visible + shape.labels))
    throw std::out_of_range("an RBM of " + std::to_string(shape.visible + shape.labels) + " x " +
                            std::to_string(shape.hidden) + " units has more than the most weights allowed, " +
                            std::to_string(most_weights));
  const units::Type& below = units::type_of(shape.visible_units.type);
  const units::Type& above = units::type_of(shape.hidden_units.type);
  below.check_units("visible units", shape.visible_units, shape.visible);
  above.check_units("hidden units", shape.hidden_units, shape.hidden);
  if (above.documents())
    throw std::out_of_range("hidden units cannot be " + std::string(above.name()) +
                            ": counts of words have a length that is given, and hidden units have none");
}

void check_examples(const char* name, const MatrixView& x, Index columns, Index other, Index first_row) {
  check_columns(name, x, columns, other < 0 ? columns : other);
  static const Units units;
  units::type_of(units.type).check_values(name, {units, x.cols(), nullptr}, x, first_row);
}

Rbm::Rbm(const RbmShape& shape, std::uint64_t seed) : Rbm(shape, seed, Undrawn{}) { FirstWeights(*this).finish(); }

Rbm::Rbm(const RbmShape& shape, std::uint64_t seed, Undrawn) : shape_((check(shape), shape)), seed_(seed) {
  parameters_ = {Matrix(width(), hidden()), Vector::Zero(width()), Vector::Zero(hidden())};
  set_sigma(Vector::Ones(sigma_count(shape.visible_units, visible())),
            Vector::Ones(sigma_count(shape.hidden_units, hidden())));
}

Rbm::Rbm(const RbmShape& shape, std::uint64_t seed, ParameterSet parameters)
    : shape_((check(shape), shape)), seed_(seed) {
  parameters_.sigma_v.setOnes(sigma_count(shape.visible_units, visible()));
  parameters_.sigma_h.setOnes(sigma_count(shape.hidden_units, hidden()));
  set_parameters(std::move(parameters));
}

void Rbm::set_parameters(ParameterSet parameters) {
  check_arrays(weight_tensors(shape_), std::tie(parameters.W, parameters.b, parameters.c));
  Vector sigma_v = parameters.sigma_v.size() ? std::move(parameters.sigma_v) : parameters_.sigma_v;
  Vector sigma_h = parameters.sigma_h.size() ? std::move(parameters.sigma_h) : parameters_.sigma_h;
  set_sigma(std::move(sigma_v), std::move(sigma_h));
  parameters_.W = std::move(parameters.W);
  parameters_.b = std::move(parameters.b);
  parameters_.c = std::move(parameters.c);
  training_ = {};
}

void Rbm::set_sigma(Vector visible, Vector hidden) {
  check_sigma("sigma of the visible units", visible, sigma_count(shape_.visible_units, shape_.visible));
  check_sigma("sigma of the hidden units", hidden, sigma_count(shape_.hidden_units, shape_.hidden));
  variance_v_ = visible.cwiseAbs2();
  variance_h_ = hidden.cwiseAbs2();
  parameters_.sigma_v = std::move(visible);
  parameters_.sigma_h = std::move(hidden);
}

void Rbm::move_log_sigma(const Vector& move_v, const Vector& move_h) {
  const auto move = [](Vector& sigma, Vector& variance, const Vector& by) {
    for (Index i = 0; i < sigma.size(); ++i) {
      const double to = static_cast<double>(sigma[i]) * math::exp(static_cast<double>(by[i]));
      sigma[i] = std::clamp(static_cast<float>(to), least_sigma, most_sigma);
      variance[i] = sigma[i] * sigma[i];
    }
  };
  if (move_v.size()) move(parameters_.sigma_v, variance_v_, move_v);
  if (move_h.size()) move(parameters_.sigma_h, variance_h_, move_h);
}

bool has_energy(const RbmShape& shape) {
  return units::type_of(shape.visible_units.type).has_energy() && units::type_of(shape.hidden_units.type).has_energy();
}

bool Rbm::is_bernoulli() const { return visible_layer(*this).type->logistic() && hidden_layer(*this).type->logistic(); }

double Rbm::interaction_norm() const { return InteractionNorm().of(*this); }

namespace {

// The hidden units' inputs given x, which may lack the label columns. words: those of each row, where it counts them.
Scratch hidden_input(const Rbm& rbm, const Matrix& W, const MatrixView& x, LayerSampler& sampler, const float* words) {
  Scratch input;
  sampler.inputs(hidden_layer(rbm), visible_layer(rbm), x, MatrixView(W.data(), x.cols(), rbm.hidden()), words, input);
  return input;
}
Matrix hidden_input(const Rbm& rbm, const Matrix& W, const MatrixView& x) {
  const Layer v = visible_layer(rbm);
  check_states("x", v, x, true);
  LayerSampler sampler;
  std::vector<float> words;
  return view(hidden_input(rbm, W, x, sampler, words_of(v, x, words)));
}

Scratch visible_input(const Rbm& rbm, const MatrixView& h, LayerSampler& sampler, const float* words) {
  const Layer from = hidden_layer(rbm);
  check_states("h", from, h);
  Scratch input;
  sampler.inputs(visible_layer(rbm), from, h, {rbm.W(), true}, words, input);
  return input;
}

// log of what the hidden units sum to with each label on, at an inverse temperature: rows x labels. pre: the hidden
// units' inputs without labels.
MatrixD log_partitions_of_labels(const Rbm& rbm, const MatrixView& pre, const float* bias_scale, float scale) {
  const Layer h = hidden_layer(rbm);
  const Index labels = rbm.labels(), visible = rbm.visible(), hidden = rbm.hidden();
  MatrixD result = MatrixD::Zero(pre.rows(), labels);
  if (h.type->logistic()) {
    math::parallel_for(pre.rows() * labels, 20.0 * static_cast<double>(hidden), [&](Index piece) {
      const Index r = piece / labels, y = piece % labels;
      result(r, y) =
          math::sum_softplus(pre.data() + r * hidden, rbm.W().data() + (visible + y) * hidden, hidden, scale);
    });
    return result;
  }
  for (Index y = 0; y < labels; ++y) {
    const Matrix with_label = pre.rowwise() + rbm.W().row(visible + y);
    VectorD of_hidden = VectorD::Zero(pre.rows());
    h.type->add_log_partition(h.side, view(with_label), scale, nullptr, bias_scale, of_hidden);
    result.col(y) = of_hidden;
  }
  return result;
}

// p(y | v) at an inverse temperature.
Matrix label_posterior(const Rbm& rbm, const MatrixView& pre, const float* bias_scale, float scale) {
  MatrixD free_energy = -log_partitions_of_labels(rbm, pre, bias_scale, scale);
  for (Index y = 0; y < rbm.labels(); ++y)
    free_energy.col(y).array() -= static_cast<double>(scale) * static_cast<double>(rbm.b()[rbm.visible() + y]);
  return label_probabilities(free_energy);
}

bool sums_labels_out(const Rbm& rbm, const MatrixView& x) {
  return rbm.labels() && x.cols() == rbm.visible() && rbm.has_energy();
}

// States of a layer from its units' inputs.
Matrix drawn(const Layer& layer, LayerSampler& sampler, Scratch& inputs, Stream stream, const float* words,
             const SampleOptions& options) {
  const auto first = static_cast<std::uint32_t>(options.first);
  LayerStates states;
  LayerDraw draw{checked_inverse(options.temperature), &states, {options.seed, stream, 0, first}};
  draw.size = words;
  sampler.draw_from(layer, inputs, draw);
  return states.values(layer.width());
}

// The visible side's own energy, and that of the labels where x has their columns.
VectorD visible_energy(const Rbm& rbm, const MatrixView& x) {
  VectorD energy = VectorD::Zero(x.rows());
  const Layer v = visible_layer(rbm);
  v.type->add_energy(v.side, x, nullptr, energy);
  for (Index r = 0; r < x.rows(); ++r) {
    double sum = 0;
    for (Index i = rbm.visible(); i < x.cols(); ++i)
      sum += static_cast<double>(rbm.b()[i]) * static_cast<double>(x(r, i));
    energy[r] -= sum;
  }
  return energy;
}

}  // namespace

Matrix mean_h_from_v(const Rbm& rbm, const Matrix& W, const MatrixView& x, double temperature) {
  const float scale = checked_inverse(temperature);
  Matrix pre = hidden_input(rbm, W, x);
  const Layer h = hidden_layer(rbm);
  if (!sums_labels_out(rbm, x)) {
    h.type->means(h.side, pre, scale, nullptr);
    return pre;
  }
  std::vector<float> words;
  const Matrix p = label_posterior(rbm, view(pre), words_of(visible_layer(rbm), x, words), scale);
  Matrix sum = Matrix::Zero(pre.rows(), pre.cols());
  for (Index y = 0; y < rbm.labels(); ++y) {
    Matrix given_y = pre.rowwise() + rbm.W().row(rbm.visible() + y);
    h.type->means(h.side, given_y, scale, nullptr);
    for (Index r = 0; r < sum.rows(); ++r) sum.row(r) += p(r, y) * given_y.row(r);
  }
  // Probabilities add up to 1 but for their rounding, by which a mean of 1 would be no mean of the units.
  return sum.cwiseMax(h.type->low()).cwiseMin(h.type->high());
}

Matrix Rbm::mean_h_from_v(const MatrixView& x, double temperature) const {
  return wakesleep::mean_h_from_v(*this, W(), x, temperature);
}

Matrix Rbm::mean_v_from_h(const MatrixView& h, double temperature) const {
  const float scale = checked_inverse(temperature);
  const Layer to = visible_layer(*this);
  LayerSampler sampler;
  const std::vector<float> one_word(static_cast<std::size_t>(h.rows()), 1.0f);
  Scratch a = visible_input(*this, h, sampler, nullptr);
  to.type->means(to.side, a, scale, one_word.data());
  if (labels()) math::softmax_means(a, visible(), labels(), scale);
  return view(a);
}

Matrix Rbm::sample_h_from_v(const MatrixView& x, const SampleOptions& options) const {
  const Layer v = visible_layer(*this);
  check_states("x", v, x, true);
  LayerSampler sampler;
  std::vector<float> buffer;
  const float* const words = words_of(v, x, buffer);
  Scratch a = hidden_input(*this, W(), x, sampler, words);
  if (sums_labels_out(*this, x)) {
    const Matrix p = label_posterior(*this, view(a), words, checked_inverse(options.temperature));
    const math::Place place{options.seed, Stream::hidden_given_visible, 0, static_cast<std::uint32_t>(options.first)};
    for (Index r = 0; r < x.rows(); ++r) {
      const float u = math::uniform_of_row(place, static_cast<std::uint32_t>(r));
      const Index y = math::chosen_of(p.data() + r * labels(), labels(), u);
      for (Index j = 0; j < hidden(); ++j) a(r, j) += W()(visible() + y, j);
    }
  }
  return drawn(hidden_layer(*this), sampler, a, Stream::hidden_given_visible, words, options);
}

Matrix Rbm::sample_v_from_h(const MatrixView& h, const SampleOptions& options) const {
  const Layer v = visible_layer(*this);
  const std::vector<float> words = words_of_documents(v, h.rows(), options.words);
  LayerSampler sampler;
  Scratch a = visible_input(*this, h, sampler, nullptr);
  return drawn(v, sampler, a, Stream::visible_given_hidden, words.empty() ? nullptr : words.data(), options);
}

VectorD Rbm::energy(const MatrixView& v, const MatrixView& h) const {
  check_energy(*this);
  const Layer below = visible_layer(*this), above = hidden_layer(*this);
  check_states("v", below, v);
  check_states("h", above, h);
  if (v.rows() != h.rows())
    throw std::out_of_range("v and h must have as many rows: " + std::to_string(v.rows()) + " and " +
                            std::to_string(h.rows()));
  Matrix v_enters = v, h_enters = h;
  scale_interaction(below, v_enters);
  scale_interaction(above, h_enters);
  const MatrixD vW = v_enters.cast<double>() * W().cast<double>();
  VectorD energy = visible_energy(*this, v);
  std::vector<float> words;
  above.type->add_energy(above.side, h, words_of(below, v, words), energy);
  return energy - vW.cwiseProduct(h_enters.cast<double>()).rowwise().sum();
}

VectorD Rbm::free_energy(const MatrixView& x) const {
  check_energy(*this);
  if (labels() && x.cols() == visible()) {
    const MatrixD of_labels = label_free_energy(x);
    VectorD result(x.rows());
    for (Index r = 0; r < x.rows(); ++r) {
      const double lowest = of_labels.row(r).minCoeff();
      double sum = 0;
      for (Index y = 0; y < labels(); ++y) sum += math::exp(lowest - of_labels(r, y));
      result[r] = lowest - math::log(sum);
    }
    return result;
  }
  const Matrix pre = hidden_input(*this, W(), x);
  const Layer h = hidden_layer(*this);
  VectorD of_hidden = VectorD::Zero(x.rows());
  std::vector<float> words;
  h.type->add_log_partition(h.side, view(pre), 1, nullptr, words_of(visible_layer(*this), x, words), of_hidden);
  return visible_energy(*this, x) - of_hidden;
}

MatrixD Rbm::label_free_energy(const MatrixView& x) const {
  check_energy(*this);
  if (!labels()) throw std::invalid_argument("this RBM has no label units");
  check_columns("x", x, visible(), visible());
  const Matrix pre = hidden_input(*this, W(), x);
  const VectorD of_image = visible_energy(*this, x);
  std::vector<float> words;
  MatrixD result = log_partitions_of_labels(*this, view(pre), words_of(visible_layer(*this), x, words), 1);
  for (Index y = 0; y < labels(); ++y)
    result.col(y) = of_image.array() - static_cast<double>(b()[visible() + y]) - result.col(y).array();
  return result;
}

Matrix Rbm::label_mean_field(const MatrixView& x, Index iterations) const {
  check_label_mean_field(labels(), iterations);
  LabelMeanField inference(*this, x);
  for (Index i = 0; i < iterations; ++i) inference.iterate();
  return inference.labels();
}

void check_label_mean_field(Index labels, Index iterations) {
  if (!labels) throw std::invalid_argument("this model has no label units");
  if (iterations < 1 || iterations > 1000)
    throw std::out_of_range("iterations must be 1 to 1000, not " + std::to_string(iterations));
}

LabelMeanField::LabelMeanField(const Rbm& rbm, const MatrixView& x)
    : rbm_(&rbm),
      U_(rbm.W().bottomRows(rbm.labels())),
      labels_(Matrix::Constant(x.rows(), rbm.labels(), 1.0f / static_cast<float>(rbm.labels()))),
      d_(rbm.b().tail(rbm.labels())) {
  check_columns("x", x, rbm.visible(), rbm.visible());
  of_image_ = hidden_input(rbm, rbm.W(), x);
}

void LabelMeanField::iterate() {
  const Layer hidden = hidden_layer(*rbm_);
  h_ = of_image_;
  math::add_product(view(labels_), U_, h_, workspace_);
  hidden.type->means(hidden.side, h_, 1, nullptr);
  scale_interaction(hidden, h_);
  math::fill_rows(d_, labels_);
  math::add_product(view(h_), {U_, true}, labels_, workspace_);
  math::softmax_means(labels_, 0, rbm_->labels(), 1);
}

}  // namespace wakesleep
