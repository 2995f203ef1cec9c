// log Z of a model whose two sides are Gaussian, in closed form. With u and w the states less their biases over their
// standard deviations, A_ij = W_ij / (sigma_i sigma_j), beta = b / sigma_v and, of a label y, gamma = (c + U_y) /
// sigma_h,
//
//   E = (u'u + w'w) / 2 - (u + beta)'A(w + gamma) - d_y - sum_j ((c + U_y)_j^2 - c_j^2) / (2 sigma_j^2),
//
// and with w integrated out first, then u, P = I - AA', q = A(A'beta + gamma)
//
//   log Z_y = (n + m) / 2 log 2 pi + sum log sigma - log(det P) / 2 + q'P^-1 q / 2 + |A'beta|^2 / 2 + beta'A gamma
//             + d_y + sum_j ((c + U_y)_j^2 - c_j^2) / (2 sigma_j^2).
//
// The side that is called u here is the smaller one. P is positive definite where there is a distribution at all.
#pragma once

#include "wakesleep/rbm.h"

namespace wakesleep {

// By Cholesky's P = R'R, some rows a step. q stands in further columns, one a label, which become z = R'^-1 q, so that
// q'P^-1 q = z'z.
class GaussianLogPartition {
 public:
  static constexpr Index most_units = 4096;  // of the smaller side

  // std::out_of_range for more units, or without a partition function.
  explicit GaussianLogPartition(const Rbm& rbm);
  bool step();  // false when nothing was left to do; std::out_of_range where the matrix turns out not to be positive
                // definite
  double done() const { return static_cast<double>(row_) / static_cast<double>(R_.rows()); }
  double log_z() const;

 private:
  void add_row();

  MatrixD A_;      // transposed: units of the larger side x of the smaller
  MatrixD means_;  // A'beta + gamma: units of the larger side x labels (one where there are none)
  VectorD constant_, squares_;
  MatrixD R_;
  Index row_ = 0;
  double log_determinant_ = 0;
};

}  // namespace wakesleep
