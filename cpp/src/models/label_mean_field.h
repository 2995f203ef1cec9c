// Mean-field inference of the labels of an RBM's rows, an iteration at a time.
#pragma once

#include "models/layer.h"

namespace wakesleep {

class LabelMeanField {
 public:
  // x: rows x visible. Every label begins with the same probability. The model must outlive this.
  LabelMeanField(const Rbm& rbm, const MatrixView& x);
  void iterate();
  const Matrix& labels() const { return labels_; }  // rows x labels

 private:
  const Rbm* rbm_;
  Matrix of_image_, U_, h_, labels_;
  Vector d_;
  math::Workspace workspace_;
};

// std::out_of_range unless 1 .. 1000; std::invalid_argument for a model without label units.
void check_label_mean_field(Index labels, Index iterations);

}  // namespace wakesleep
