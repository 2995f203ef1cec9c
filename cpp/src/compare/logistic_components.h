// Logistic principal component analysis (Schein, Saul and Ungar 2003, "A generalized linear model for principal
// component analysis of binary data"): values in [0, 1] are means of Bernoulli variables whose log odds lie in an
// affine space of few dimensions, theta = b + z V. The log-likelihood rises with every step: the bound of Jaakkola and
// Jordan, quadratic in theta, is maximised over all codes z, and then over V and b.
#pragma once

#include <optional>

#include "wakesleep/dataset.h"

namespace wakesleep {

class LogisticComponents {
 public:
  // The data outlive this. std::out_of_range for values outside [0, 1], and unless 1 <= components <= data.width().
  LogisticComponents(const Dataset& data, Index components);
  // New codes, and then V and b from them; false, without either, when the loss fell by less than a part in 10,000 the
  // last time, or after 100 steps.
  bool step();
  double done() const { return static_cast<double>(steps_) / most_steps; }
  // Mean over examples of the sum over columns of cross entropies, in nats, once step() has been called.
  double loss() const { return loss_; }

  // Mean over examples of the sum over columns of (x - redrawn x)^2, with the likeliest codes of the examples.
  // std::out_of_range for data of another width or values outside [0, 1].
  double squared_error(const Dataset& data) const;

 private:
  static constexpr Index most_steps = 100;
  // Codes of the rows that are likelier than `codes`, or as likely.
  void improve_codes(const Matrix& x, Matrix& codes) const;

  const Dataset* data_;
  MatrixD axes_;     // V, components x columns
  VectorD offsets_;  // b
  Matrix codes_;     // z, examples x components
  Matrix columns_;   // the data, columns x examples
  double loss_ = 0;
  Index steps_ = 0;
  bool over_ = false;
};

}  // namespace wakesleep
