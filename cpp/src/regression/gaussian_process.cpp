#include "regression/gaussian_process.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>

#include "learning/optimizer.h"
#include "math/scalar.h"
#include "math/thread_pool.h"
#include "wakesleep/errors.h"

namespace wakesleep {
namespace {

double exp_of(float log) { return math::exp(static_cast<double>(log)); }

// |a_i - b_j|^2.
MatrixD squared_distances(const MatrixD& a, const MatrixD& b) {
  const VectorD of_a = a.rowwise().squaredNorm(), of_b = b.rowwise().squaredNorm();
  MatrixD d = -2 * (a * b.transpose());
  d.colwise() += of_a;
  d.rowwise() += of_b.transpose();
  return d.cwiseMax(0.0);
}

MatrixD covariances(const MatrixD& squared_distances, double amplitude) {
  MatrixD k(squared_distances.rows(), squared_distances.cols());
  constexpr double work_a_value = 100;
  math::parallel_for(k.rows(), work_a_value * static_cast<double>(k.cols()), [&](Index r) {
    for (Index c = 0; c < k.cols(); ++c) k(r, c) = amplitude * amplitude * math::exp(-squared_distances(r, c) / 2);
  });
  return k;
}

Eigen::LLT<Eigen::MatrixXd> factor(const MatrixD& covariances, double noise) {
  Eigen::MatrixXd k = covariances;
  k.diagonal().array() += noise * noise;
  Eigen::LLT<Eigen::MatrixXd> factored(k);
  if (factored.info() != Eigen::Success)
    throw Error(ErrorCode::diverged, "the covariances of a Gaussian process are not positive definite");
  return factored;
}

void check(const MatrixD& x, const VectorD& y, const GaussianKernel& kernel) {
  if (x.rows() < 1 || y.size() != x.rows())
    throw std::out_of_range("targets must be one for each of " + std::to_string(x.rows()) + " examples, not " +
                            std::to_string(y.size()));
  if (kernel.scales() != 1 && kernel.scales() != x.cols())
    throw std::out_of_range("a kernel of " + std::to_string(kernel.scales()) +
                            " length scales is for as many columns, "
                            "not " +
                            std::to_string(x.cols()));
}

// What the likelihood is in terms of the squared distances of scaled rows.
struct OfDistances {
  double value = 0, by_log_amplitude = 0, by_log_noise = 0;
  MatrixD by_logs_of_k;  // the derivative by K_ij, times K_ij without noise
};

// With a = (K + noise^2 I)^-1 y: the derivative of log p by the covariance of i and j is (a_i a_j - inverse_ij) / 2.
OfDistances of_distances(const MatrixD& distances, const VectorD& y, const GaussianKernel& kernel) {
  const double amplitude = kernel.amplitude(), noise = kernel.noise();
  const Index n = y.size();
  MatrixD k = covariances(distances, amplitude);
  const Eigen::LLT<Eigen::MatrixXd> factored = factor(k, noise);
  const Eigen::MatrixXd inverse = factored.solve(Eigen::MatrixXd::Identity(n, n));
  const VectorD a = factored.solve(y);
  OfDistances found;
  const auto& lower = factored.matrixLLT();
  double log_determinant = 0;
  for (Index i = 0; i < n; ++i) log_determinant += 2 * math::log(lower(i, i));
  found.value = -(y.dot(a) + log_determinant + static_cast<double>(n) * math::log_two_pi) / 2;
  found.by_log_noise = noise * noise * (a.squaredNorm() - inverse.trace());
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < n; ++j) k(i, j) *= (a[i] * a[j] - inverse(j, i)) / 2;
  found.by_log_amplitude = 2 * k.sum();
  found.by_logs_of_k = std::move(k);
  return found;
}

// Derivatives by the scaled rows z: of K_ij by z_i it is K_ij (z_j - z_i), and each pair stands in K twice.
MatrixD by_scaled(const MatrixD& z, const MatrixD& by_logs_of_k) {
  const VectorD sums = by_logs_of_k.rowwise().sum();
  MatrixD by_z = by_logs_of_k * z;
  for (Index r = 0; r < z.rows(); ++r) by_z.row(r) -= sums[r] * z.row(r);
  return 2 * by_z;
}

Vector logs_of(const MatrixD& x, const VectorD& y) {
  if (x.rows() < 2) throw std::out_of_range("a Gaussian process needs two examples at least");
  const auto n = static_cast<double>(x.rows());
  // The mean squared distance of two rows is twice the mean squared distance from their mean, times n / (n - 1).
  const double spread = (x.rowwise() - x.colwise().mean()).squaredNorm() / (n - 1);
  const double size = y.squaredNorm() / n;
  if (!(spread > 0) || !(size > 0) || !std::isfinite(spread) || !std::isfinite(size))
    throw std::out_of_range("a Gaussian process needs examples, and targets, that are finite and not all the same");
  const auto root = [](double square) { return static_cast<float>(math::log(square) / 2); };
  constexpr float log_of_third = -1.0986123f;
  return Vector{{root(2 * spread), root(size), root(size) + log_of_third}};
}

}  // namespace

GaussianKernel::GaussianKernel(Vector logs) : logs_(std::move(logs)) {
  if (logs_.size() < 3) throw std::out_of_range("a kernel has a length scale, an amplitude and noise");
}

GaussianKernel::GaussianKernel(const MatrixD& x, const VectorD& y) : GaussianKernel(logs_of(x, y)) {}

double GaussianKernel::amplitude() const { return exp_of(logs_[scales()]); }
double GaussianKernel::noise() const { return exp_of(logs_[scales() + 1]); }

MatrixD GaussianKernel::scaled(const MatrixD& x) const {
  MatrixD z = x;
  if (scales() == 1) return z / exp_of(logs_[0]);
  for (Index c = 0; c < z.cols(); ++c) z.col(c) /= exp_of(logs_[c]);
  return z;
}

GaussianKernel GaussianKernel::with_scales(Index columns) const {
  Vector logs(columns + 2);
  for (Index c = 0; c < columns; ++c) logs[c] = logs_[scales() == 1 ? 0 : c];
  logs.tail(2) = logs_.tail(2);
  return GaussianKernel(std::move(logs));
}

void GaussianKernel::keep_in_range() {
  constexpr float log_of_least = -9.2103404f;
  logs_[scales() + 1] = std::max(logs_[scales() + 1], logs_[scales()] + log_of_least);
}

MarginalLikelihood log_marginal_likelihood(const MatrixD& x, const VectorD& y, const GaussianKernel& kernel,
                                           bool by_examples) {
  check(x, y, kernel);
  const MatrixD z = kernel.scaled(x);
  const MatrixD distances = squared_distances(z, z);
  const OfDistances found = of_distances(distances, y, kernel);
  const Index scales = kernel.scales();
  MarginalLikelihood likelihood{found.value, Vector(scales + 2), {}};
  likelihood.by_logs[scales] = static_cast<float>(found.by_log_amplitude);
  likelihood.by_logs[scales + 1] = static_cast<float>(found.by_log_noise);
  if (scales == 1) likelihood.by_logs[0] = static_cast<float>(found.by_logs_of_k.cwiseProduct(distances).sum());
  if (scales == 1 && !by_examples) return likelihood;
  const MatrixD by_z = by_scaled(z, found.by_logs_of_k);
  for (Index c = 0; scales > 1 && c < scales; ++c)
    likelihood.by_logs[c] = static_cast<float>(-by_z.col(c).dot(z.col(c)));
  if (by_examples) likelihood.by_examples = kernel.scaled(by_z);
  return likelihood;
}

GaussianKernel fit_kernel(const MatrixD& x, const VectorD& y, GaussianKernel kernel, const KernelFit& fit) {
  check(x, y, kernel);
  OptimizerOptions options;
  options.optimizer = OptimizerKind::adam;
  OptimizerState state;
  Optimizer optimizer({kernel.mutable_logs()}, state, options);
  const bool one_scale = kernel.scales() == 1;
  // With one length scale distances are those of x over its square.
  const MatrixD distances = one_scale ? squared_distances(x, x) : MatrixD();
  for (Index i = 0; i < fit.steps; ++i) {
    Vector slope;
    if (one_scale) {
      const double length = exp_of(kernel.logs()[0]);
      const MatrixD scaled = distances / (length * length);
      const OfDistances found = of_distances(scaled, y, kernel);
      slope = Vector{{static_cast<float>(found.by_logs_of_k.cwiseProduct(scaled).sum()),
                      static_cast<float>(found.by_log_amplitude), static_cast<float>(found.by_log_noise)}};
    } else {
      slope = log_marginal_likelihood(x, y, kernel, false).by_logs;
    }
    const double share = static_cast<double>(i) / static_cast<double>(std::max<Index>(fit.steps - 1, 1));
    optimizer.begin({static_cast<float>(fit.rate * (1 - 0.99 * share)), 0, 0, 0});
    optimizer.move(0, slope.data());
    kernel.keep_in_range();
  }
  return kernel;
}

GaussianProcess::GaussianProcess(const MatrixD& x, const VectorD& y, GaussianKernel kernel)
    : kernel_(std::move(kernel)) {
  check(x, y, kernel_);
  x_ = kernel_.scaled(x);
  const Eigen::LLT<Eigen::MatrixXd> factored =
      factor(covariances(squared_distances(x_, x_), kernel_.amplitude()), kernel_.noise());
  cholesky_ = factored.matrixL();
  weights_ = factored.solve(y);
}

VectorD GaussianProcess::mean(const MatrixD& queries) const {
  return covariances(squared_distances(kernel_.scaled(queries), x_), kernel_.amplitude()) * weights_;
}

VectorD GaussianProcess::variance(const MatrixD& queries) const {
  const MatrixD k = covariances(squared_distances(kernel_.scaled(queries), x_), kernel_.amplitude());
  const MatrixD known = cholesky_.triangularView<Eigen::Lower>().solve(k.transpose());
  const double amplitude = kernel_.amplitude(), noise = kernel_.noise();
  return (amplitude * amplitude + noise * noise - known.colwise().squaredNorm().transpose().array()).matrix();
}

}  // namespace wakesleep
