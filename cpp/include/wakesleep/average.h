// Means over the examples of a data set, with their standard errors: what estimators report.
#pragma once

#include <functional>

#include "wakesleep/example_rows.h"

namespace wakesleep {

struct Average {
  double mean;
  double error;  // standard error of the mean over the examples; infinite for a single one
  Index count;   // examples
};

// In slices: a step() takes some rows.
class DatasetAverage {
 public:
  // What is averaged, for each row of x, whose first is example `first` of the data. An empty result says that these
  // rows need more than one slice: it is called again with the same.
  using OfRows = std::function<VectorD(const Matrix& x, Index first)>;

  // Of the first `rows` examples, `rows_a_step` at a time. Shape and errors: those of ExampleSlices.
  using Shape = ExampleSlices::Shape;
  DatasetAverage(ExampleRows examples, const Shape& shape, Index rows, Index rows_a_step, OfRows of_rows);

  bool step();                                    // false when nothing was left to do
  double done() const { return slices_.done(); }  // 0 .. 1
  Average result() const;                         // valid once step() has returned false
  Average finish();                               // all steps that are left, and the result

 private:
  ExampleSlices slices_;
  OfRows of_rows_;
  Index count_ = 0;
  double sum_ = 0, running_mean_ = 0, squares_ = 0;
};

}  // namespace wakesleep
