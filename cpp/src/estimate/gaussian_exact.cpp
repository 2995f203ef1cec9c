#include "estimate/gaussian_exact.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

#include "estimate/enumerable.h"
#include "estimate/enumeration.h"
#include "math/scalar.h"
#include "models/layer.h"
#include "wakesleep/refusal.h"

namespace wakesleep {
namespace {

// to += factor * from, column by column: the order of every sum is the order of the calls, whatever the vectors' width.
void add(double factor, const double* from, Index n, double* to) {
  for (Index i = 0; i < n; ++i) to[i] += factor * from[i];
}

}  // namespace

GaussianLogPartition::GaussianLogPartition(const Rbm& rbm) {
  const Index visible = rbm.visible(), hidden = rbm.hidden(), cases = std::max<Index>(1, rbm.labels());
  const bool below = visible < hidden;  // whether the visible side is u
  const Index units = below ? visible : hidden, others = below ? hidden : visible;
  if (units > most_units)
    refuse({{"method", "log Z of two gaussian sides needs at most " + std::to_string(most_units) +
                           " units on the smaller one, not " + std::to_string(units) + annealing_instead}});
  check_normalisable(rbm);
  const VectorD of_v = rbm.sigma_v().cast<double>(), of_h = rbm.sigma_h().cast<double>();
  A_.resize(others, units);
  for (Index i = 0; i < visible; ++i)
    for (Index j = 0; j < hidden; ++j)
      (below ? A_(j, i) : A_(i, j)) = static_cast<double>(rbm.W()(i, j)) / (of_v[i] * of_h[j]);

  constant_ = VectorD::Constant(cases, 0.5 * static_cast<double>(visible + hidden) * math::log_two_pi);
  MatrixD of_visible(visible, cases), of_hidden(hidden, cases);  // beta and gamma
  for (Index y = 0; y < cases; ++y) {
    double& constant = constant_[y];
    if (rbm.labels()) constant += static_cast<double>(rbm.b()[visible + y]);
    for (Index i = 0; i < visible; ++i) {
      of_visible(i, y) = static_cast<double>(rbm.b()[i]) / of_v[i];
      constant += math::log(of_v[i]);
    }
    for (Index j = 0; j < hidden; ++j) {
      const double c = static_cast<double>(rbm.c()[j]) / of_h[j];
      const double of_label = rbm.labels() ? static_cast<double>(rbm.W()(visible + y, j)) / of_h[j] : 0;
      of_hidden(j, y) = c + of_label;
      constant += math::log(of_h[j]) + of_label * (c + 0.5 * of_label);
    }
  }
  const MatrixD &own = below ? of_visible : of_hidden, &other = below ? of_hidden : of_visible;
  means_ = MatrixD::Zero(others, cases);
  for (Index s = 0; s < others; ++s) {
    double* moved = means_.data() + s * cases;
    for (Index k = 0; k < units; ++k) add(A_(s, k), own.data() + k * cases, cases, moved);
    for (Index y = 0; y < cases; ++y) {
      constant_[y] += moved[y] * (0.5 * moved[y] + other(s, y));
      moved[y] += other(s, y);
    }
  }
  R_ = MatrixD::Zero(units, units + cases);
  squares_ = VectorD::Zero(cases);
}

void GaussianLogPartition::add_row() {
  const Index units = R_.rows(), cases = means_.cols(), k = row_;
  double* row = R_.data() + k * R_.cols();
  row[k] = 1;
  for (Index s = 0; s < A_.rows(); ++s) {
    const double* a = A_.data() + s * units;
    add(-a[k], a + k, units - k, row + k);
    add(a[k], means_.data() + s * cases, cases, row + units);
  }
  for (Index i = 0; i < k; ++i) add(-R_(i, k), R_.data() + i * R_.cols() + k, R_.cols() - k, row + k);
  const double pivot = row[k];
  // The comparison is written so that NaN fails it.
  if (!(pivot > 0)) refuse_without_partition_function();
  log_determinant_ += math::log(pivot);
  const double root = std::sqrt(pivot);
  for (Index j = k; j < R_.cols(); ++j) row[j] /= root;
  for (Index y = 0; y < cases; ++y) squares_[y] += row[units + y] * row[units + y];
  ++row_;
}

bool GaussianLogPartition::step() {
  if (row_ == R_.rows()) return false;
  constexpr double a_step = 1e6;  // multiplications
  for (double work = 0; work < a_step && row_ < R_.rows();) {
    work += static_cast<double>(R_.cols() - row_) * static_cast<double>(A_.rows() + row_);
    add_row();
  }
  return true;
}

double GaussianLogPartition::log_z() const {
  LogSum sum;
  for (Index y = 0; y < constant_.size(); ++y) sum.add(constant_[y] - 0.5 * log_determinant_ + 0.5 * squares_[y]);
  return sum.value();
}

}  // namespace wakesleep
