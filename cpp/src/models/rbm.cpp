#include "wakesleep/rbm.h"

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

#include "math/products.h"
#include "math/sampling.h"
#include "math/scalar.h"
#include "math/thread_pool.h"
#include "wakesleep/gibbs.h"
#include "wakesleep/random.h"

namespace wakesleep {
namespace {

constexpr Index most_units = Index{1} << 20;
constexpr Index most_weights = Index{1} << 27;

void check_units(const char* name, Index units, Index least) {
  if (units < least || units > most_units)
    throw std::out_of_range(std::string(name) + " must be " + std::to_string(least) + " to " + std::to_string(most_units) +
                            " units, not " + std::to_string(units));
}

void check_finite(const char* name, const float* values, Index count) {
  for (Index i = 0; i < count; ++i)
    if (!std::isfinite(values[i]))
      throw std::out_of_range(std::string(name) + " must be finite: entry " + std::to_string(i) + " is " +
                              (std::isnan(values[i]) ? "NaN" : "infinite"));
}

// b'v over the first `count` units.
double bias_term(const Vector& b, const float* v, Index count) {
  double sum = 0;
  for (Index i = 0; i < count; ++i) sum += static_cast<double>(b[i]) * static_cast<double>(v[i]);
  return sum;
}

}  // namespace

void check(const RbmShape& shape) {
  check_units("visible", shape.visible, 1);
  check_units("hidden", shape.hidden, 1);
  if (shape.labels != 0) check_units("labels", shape.labels, 2);
  if (shape.hidden > most_weights / (shape.visible + shape.labels))
    throw std::out_of_range("an RBM of " + std::to_string(shape.visible + shape.labels) + " x " + std::to_string(shape.hidden) +
                            " units has more than the most weights allowed, " + std::to_string(most_weights));
}

void check_examples(const char* name, const MatrixView& x, Index columns, Index other) {
  if (x.cols() != columns && (other < 0 || x.cols() != other))
    throw std::out_of_range(std::string(name) + " must have " + std::to_string(columns) +
                            (other < 0 || other == columns ? "" : " or " + std::to_string(other)) + " values a row, not " +
                            std::to_string(x.cols()));
  for (Index i = 0; i < x.size(); ++i) {
    const float value = x.data()[i];
    // The comparison is written so that NaN fails it.
    if (!(value >= 0 && value <= 1))
      throw std::out_of_range(std::string(name) + " must lie in [0, 1]: row " + std::to_string(i / x.cols()) + ", column " +
                              std::to_string(i % x.cols()) + " is " + (std::isnan(value) ? "NaN" : std::to_string(value)));
  }
}

Rbm::Rbm(const RbmShape& shape, std::uint64_t seed)
    : shape_((check(shape), shape)), seed_(seed), W_(width(), hidden()), b_(Vector::Zero(width())), c_(Vector::Zero(hidden())) {
  Random random(seed, Stream::weights);
  for (Index i = 0; i < W_.size(); ++i) W_.data()[i] = static_cast<float>(0.01 * random.normal());
}

Rbm::Rbm(const RbmShape& shape, std::uint64_t seed, Matrix W, Vector b, Vector c) : shape_((check(shape), shape)), seed_(seed) {
  set_parameters(std::move(W), std::move(b), std::move(c));
}

void Rbm::set_parameters(Matrix W, Vector b, Vector c) {
  if (W.rows() != width() || W.cols() != hidden())
    throw std::out_of_range("W must be " + std::to_string(width()) + " x " + std::to_string(hidden()) + ", not " +
                            std::to_string(W.rows()) + " x " + std::to_string(W.cols()));
  if (b.size() != width())
    throw std::out_of_range("b must have " + std::to_string(width()) + " entries, not " + std::to_string(b.size()));
  if (c.size() != hidden())
    throw std::out_of_range("c must have " + std::to_string(hidden()) + " entries, not " + std::to_string(c.size()));
  check_finite("W", W.data(), W.size());
  check_finite("b", b.data(), b.size());
  check_finite("c", c.data(), c.size());
  W_ = std::move(W);
  b_ = std::move(b);
  c_ = std::move(c);
  training_ = {};
}

namespace {

// c + x W, where x may lack the label columns.
Matrix hidden_input(const Rbm& rbm, const MatrixView& x) {
  check_examples("x", x, rbm.visible(), rbm.width());
  Matrix pre(x.rows(), rbm.hidden());
  math::fill_rows(rbm.c(), pre);
  math::Workspace workspace;
  math::add_product(x, MatrixView(rbm.W().data(), x.cols(), rbm.hidden()), pre, workspace);
  return pre;
}

float inverse(double temperature) {
  if (!(temperature > 0) || !std::isfinite(temperature))
    throw std::out_of_range("temperature must be above 0, not " + std::to_string(temperature));
  return static_cast<float>(1 / temperature);
}

}  // namespace

Matrix Rbm::mean_h_from_v(const MatrixView& x, double temperature) const {
  const float scale = inverse(temperature);
  Matrix pre = hidden_input(*this, x);
  math::bernoulli_means(pre, hidden(), scale);
  return pre;
}

Matrix Rbm::mean_v_from_h(const MatrixView& h, double temperature) const {
  const float scale = inverse(temperature);
  check_examples("h", h, hidden());
  Matrix pre(h.rows(), width());
  math::fill_rows(b_, pre);
  math::Workspace workspace;
  math::add_product(h, {W_, true}, pre, workspace);
  math::bernoulli_means(pre, visible(), scale);
  if (labels()) math::softmax_means(pre, visible(), labels(), scale);
  return pre;
}

VectorD Rbm::energy(const MatrixView& v, const MatrixView& h) const {
  check_examples("v", v, width());
  check_examples("h", h, hidden());
  if (v.rows() != h.rows())
    throw std::out_of_range("v and h must have as many rows: " + std::to_string(v.rows()) + " and " + std::to_string(h.rows()));
  const MatrixD vW = v.cast<double>() * W_.cast<double>();
  return -(v.cast<double>() * b_.cast<double>()) - h.cast<double>() * c_.cast<double>() -
         vW.cwiseProduct(h.cast<double>()).rowwise().sum();
}

VectorD Rbm::free_energy(const MatrixView& x) const {
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
  const Matrix pre = hidden_input(*this, x);
  VectorD result(x.rows());
  for (Index r = 0; r < x.rows(); ++r)
    result[r] =
        -bias_term(b_, x.data() + r * x.cols(), x.cols()) - math::sum_softplus(pre.data() + r * hidden(), nullptr, hidden());
  return result;
}

MatrixD Rbm::label_free_energy(const MatrixView& x) const {
  if (!labels()) throw std::invalid_argument("this RBM has no label units");
  if (x.cols() != visible())
    throw std::out_of_range("x must have " + std::to_string(visible()) + " values a row, not " + std::to_string(x.cols()));
  const Matrix pre = hidden_input(*this, x);
  MatrixD result(x.rows(), labels());
  math::parallel_for(x.rows() * labels(), [&](Index piece) {
    const Index r = piece / labels(), y = piece % labels();
    result(r, y) = -bias_term(b_, x.data() + r * visible(), visible()) - static_cast<double>(b_[visible() + y]) -
                   math::sum_softplus(pre.data() + r * hidden(), W_.data() + (visible() + y) * hidden(), hidden());
  });
  return result;
}

Matrix Rbm::label_mean_field(const MatrixView& x, Index iterations) const {
  if (!labels()) throw std::invalid_argument("this RBM has no label units");
  if (iterations < 1 || iterations > 1000)
    throw std::out_of_range("iterations must be 1 to 1000, not " + std::to_string(iterations));
  if (x.cols() != visible())
    throw std::out_of_range("x must have " + std::to_string(visible()) + " values a row, not " + std::to_string(x.cols()));
  const Matrix of_image = hidden_input(*this, x);
  const Matrix U = W_.bottomRows(labels());
  math::Workspace workspace;
  Matrix h, labels_now = Matrix::Constant(x.rows(), labels(), 1.0f / static_cast<float>(labels()));
  const Vector d = b_.tail(labels());
  for (Index i = 0; i < iterations; ++i) {
    h = of_image;
    math::add_product(view(labels_now), U, h, workspace);
    math::bernoulli_means(h, hidden(), 1);
    math::fill_rows(d, labels_now);
    math::add_product(view(h), {U, true}, labels_now, workspace);
    math::softmax_means(labels_now, 0, labels(), 1);
  }
  return labels_now;
}

Matrix Rbm::reconstruct(const MatrixView& x, Index steps, std::uint64_t seed, double temperature) const {
  if (steps < 1 || steps > 1'000'000) throw std::out_of_range("steps must be 1 to 1,000,000, not " + std::to_string(steps));
  GibbsChains chains(*this, x.rows(), seed);
  chains.set_visible(x);
  chains.step(steps, temperature);
  return chains.mean_v().leftCols(visible());
}

}  // namespace wakesleep
