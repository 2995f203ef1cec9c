// Means over the examples of a data set, with their standard errors: what estimators report.
#pragma once

#include <functional>

#include "wakesleep/dataset.h"

namespace wakesleep {

struct Average {
  double mean;
  double error;  // standard error of the mean over the examples; infinite for a single one
  Index count;   // examples
};

// In slices: a step() takes some rows of the data, which must outlive this.
class DatasetAverage {
 public:
  // What is averaged, for each row of x, whose first is example `first` of the data. An empty result says that these
  // rows need more than one slice: it is called again with the same.
  using OfRows = std::function<VectorD(const Matrix& x, Index first)>;

  // Of the first `rows` examples, `rows_a_step` at a time. With label units, x has a column for each past those of the
  // data, one of which is on. std::out_of_range when the data have another width than `visible`, or labels past
  // `labels`.
  struct Shape {
    Index visible = 0, labels = 0;
  };
  DatasetAverage(const Dataset& data, const Shape& shape, Index rows, Index rows_a_step, OfRows of_rows);

  bool step();             // false when nothing was left to do
  double done() const;     // 0 .. 1
  Average result() const;  // valid once step() has returned false
  Average finish();        // all steps that are left, and the result

 private:
  const Dataset* data_;
  Shape shape_;
  Index rows_, rows_a_step_, next_ = 0;
  OfRows of_rows_;
  Matrix x_;  // the rows that come next, once they have been read
  double sum_ = 0, running_mean_ = 0, squares_ = 0;
};

}  // namespace wakesleep
