#include "compare/logistic_components.h"

#include <Eigen/Cholesky>
#include <cmath>

#include "compare/principal_components.h"
#include "compare/row_blocks.h"
#include "math/scalar.h"
#include "wakesleep/units.h"

namespace wakesleep {
namespace {

// Keeps the equations solvable where a value is the same in all examples; the curvature of the others is far above it.
constexpr double ridge = 1e-4;
constexpr Index most_steps_of_codes = 30;
constexpr double least_gain = 1e-4;

double sigmoid(double x) { return 1 / (1 + math::exp(-x)); }

// tanh(theta / 2) / (2 theta), the curvature of the bound that touches the log-likelihood at theta.
double curvature(double theta) {
  const double size = std::abs(theta);
  // The series: 1/4 - theta^2 / 48.
  if (size < 1e-3) return 0.25 - size * size / 48;
  return (sigmoid(size) - 0.5) / size;
}

double cross_entropy(double x, double theta) { return math::softplus(theta) - x * theta; }

void check(const Dataset& data) { data.check_values(Units{UnitType::bernoulli}); }

}  // namespace

LogisticComponents::LogisticComponents(const Dataset& data, Index components) : data_(&data) {
  check(data);
  const PrincipalComponents linear = principal_components(data, components);
  // Log odds of means that are 0 or 1 would be infinite.
  offsets_ = linear.mean.unaryExpr([](double mean) {
    const double inside = std::min(std::max(mean, 1e-4), 1 - 1e-4);
    return math::log(inside / (1 - inside));
  });
  axes_ = linear.axes;
  codes_ = Matrix::Zero(data.count(), components);
  columns_.resize(data.width(), data.count());
  each_block(data, [&](const Matrix& x, Index first) { columns_.middleCols(first, x.rows()) = x.transpose(); });
}

void LogisticComponents::improve_codes(const Matrix& x, Matrix& codes) const {
  const Index components = axes_.rows();
  // Of symmetric equations the lower half is enough.
  Eigen::MatrixXd weighted(components, axes_.cols()), normal(components, components);
  for (Index r = 0; r < x.rows(); ++r) {
    const VectorD theta = offsets_ + axes_.transpose() * codes.row(r).transpose().cast<double>();
    const VectorD bend = theta.unaryExpr(&curvature);
    weighted = axes_.array().rowwise() * bend.transpose().array();
    normal.triangularView<Eigen::Lower>() = weighted * axes_.transpose();
    normal.diagonal().array() += ridge;
    const VectorD wanted =
        axes_ * (x.row(r).transpose().cast<double>().array() - 0.5 - bend.array() * offsets_.array()).matrix();
    codes.row(r) = normal.llt().solve(wanted).cast<float>().transpose();
  }
}

bool LogisticComponents::step() {
  if (over_) return false;
  each_block(*data_, [&](const Matrix& x, Index first) {
    Matrix codes = codes_.middleRows(first, x.rows());
    improve_codes(x, codes);
    codes_.middleRows(first, x.rows()) = codes;
  });
  // A column is a logistic regression on the codes and a constant.
  const Index components = axes_.rows(), count = data_->count();
  MatrixD inputs(count, components + 1);
  inputs << codes_.cast<double>(), VectorD::Ones(count);
  std::vector<double> losses(static_cast<std::size_t>(axes_.cols()));
  const auto work = static_cast<double>(count * components * components);
  math::parallel_for(axes_.cols(), work, [&](Index d) {
    VectorD weights(components + 1);
    weights << axes_.col(d), offsets_[d];
    const VectorD x = columns_.row(d).transpose().cast<double>();
    const auto theta_of = [&]() -> VectorD { return inputs * weights; };
    const VectorD bend = theta_of().unaryExpr(&curvature);
    const MatrixD weighted = inputs.array().colwise() * bend.array();
    Eigen::MatrixXd normal(components + 1, components + 1);
    normal.triangularView<Eigen::Lower>() = weighted.transpose() * inputs;
    normal.diagonal().array() += ridge;
    weights = normal.llt().solve(inputs.transpose() * (x.array() - 0.5).matrix());
    axes_.col(d) = weights.head(components);
    offsets_[d] = weights[components];
    const VectorD theta = theta_of();
    double loss = 0;
    for (Index n = 0; n < count; ++n) loss += cross_entropy(x[n], theta[n]);
    losses[static_cast<std::size_t>(d)] = loss;
  });
  double loss = 0;
  for (const double part : losses) loss += part;
  loss /= static_cast<double>(count);
  over_ = ++steps_ == most_steps || (steps_ > 1 && loss_ - loss < least_gain * loss_);
  loss_ = loss;
  return true;
}

double LogisticComponents::squared_error(const Dataset& data) const {
  if (data.width() != offsets_.size())
    throw std::out_of_range("the components are of " + std::to_string(offsets_.size()) +
                            " columns, and the examples have " + std::to_string(data.width()));
  check(data);
  const double sum = sum_over_blocks(data, [&](const Matrix& x) {
    Matrix codes = Matrix::Zero(x.rows(), axes_.rows());
    for (Index i = 0; i < most_steps_of_codes; ++i) improve_codes(x, codes);
    const MatrixD theta = (codes.cast<double>() * axes_).rowwise() + offsets_.transpose();
    return (x.cast<double>() - theta.unaryExpr(&sigmoid)).squaredNorm();
  });
  return sum / static_cast<double>(data.count());
}

}  // namespace wakesleep
