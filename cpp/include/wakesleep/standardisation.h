// Column means and standard deviations of a data set, and data sets less the one and over the other: some rows a step.
#pragma once

#include "wakesleep/dataset.h"

namespace wakesleep {

class ColumnStatistics {
 public:
  explicit ColumnStatistics(Dataset data, bool with_deviation = true);
  bool step();  // some rows; false when nothing was left to do
  double done() const;
  // Valid once step() has returned false.
  const VectorD& mean() const { return mean_; }
  const VectorD& deviation() const { return deviation_; }

 private:
  Dataset data_;
  bool with_deviation_, mean_known_ = false;
  Index next_ = 0;
  VectorD mean_, deviation_;  // sums before
};

// What Dataset::standardised does, and refuses.
class Standardisation {
 public:
  Standardisation(const Dataset& data, const VectorD& mean, const VectorD& deviation);
  bool step();
  double done() const;
  const Dataset& result() const { return result_; }

 private:
  Dataset result_;
  Index next_ = 0;
};

}  // namespace wakesleep
