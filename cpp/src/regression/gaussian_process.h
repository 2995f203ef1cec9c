// Regression by a Gaussian process without a mean: targets y with covariance K + noise^2 I,
//
//   K_ij = amplitude^2 exp(-|x_i - x_j|^2 / 2),
//
// each column of x divided by its length scale, or all by one (Rasmussen and Williams 2006, chapters 2 and 5). In
// double precision, and the same for any number of threads; the last digits depend on the processor's instructions.
#pragma once

#include <optional>

#include "wakesleep/matrix.h"
#include "wakesleep/training_state.h"

namespace wakesleep {

// The kernel's parameters by their logarithms, which learn: of the length scales, one or one a column, then of the
// amplitude and of the noise.
class GaussianKernel {
 public:
  explicit GaussianKernel(Vector logs);
  // One length scale, the root mean squared distance of the rows of x; the amplitude is the targets' root mean square,
  // and the noise a third of it.
  GaussianKernel(const MatrixD& x, const VectorD& y);

  Index scales() const { return logs_.size() - 2; }
  double amplitude() const;
  double noise() const;
  // x with each column over its length scale.
  MatrixD scaled(const MatrixD& x) const;
  // The same with a length scale for each of so many columns.
  GaussianKernel with_scales(Index columns) const;

  const Vector& logs() const { return logs_; }
  Vector& mutable_logs() { return logs_; }
  // Raises the noise to a ten thousandth of the amplitude where it is less, for K's condition.
  void keep_in_range();

 private:
  Vector logs_;
};

// log p(y | x) in nats, and its derivatives.
struct MarginalLikelihood {
  double value = 0;
  Vector by_logs;       // of the kernel's logarithms
  MatrixD by_examples;  // rows x columns of x; empty unless asked for
};
// std::out_of_range unless y has a target a row and the kernel as many length scales as x has columns, or one.
// Error(diverged) when K is not positive definite.
MarginalLikelihood log_marginal_likelihood(const MatrixD& x, const VectorD& y, const GaussianKernel& kernel,
                                           bool by_examples);

// A rise along the gradient of the marginal likelihood by Adam, at a rate that falls to a hundredth of its start.
struct KernelFit {
  Index steps = 100;
  double rate = 0.2;  // of the logarithms
};
GaussianKernel fit_kernel(const MatrixD& x, const VectorD& y, GaussianKernel start, const KernelFit& fit = {});

class GaussianProcess {
 public:
  // Errors: those of log_marginal_likelihood.
  GaussianProcess(const MatrixD& x, const VectorD& y, GaussianKernel kernel);
  // Of the targets of rows that were not seen, given those that were: their means, and variances with the noise.
  VectorD mean(const MatrixD& queries) const;
  VectorD variance(const MatrixD& queries) const;

 private:
  GaussianKernel kernel_;
  MatrixD x_;  // scaled
  MatrixD cholesky_;
  VectorD weights_;  // (K + noise^2 I)^-1 y
};

}  // namespace wakesleep
