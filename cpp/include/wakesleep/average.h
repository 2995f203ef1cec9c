// Means over the examples of a data set, with their standard errors: what estimators report.
#pragma once

#include <functional>
#include <memory>

#include "wakesleep/example_rows.h"
#include "wakesleep/units.h"

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

  // Of the first `rows` examples, `rows_a_step` at a time. Shape and errors: those of ExampleSlices; step() throws
  // std::out_of_range for a row whose value is not finite.
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

// Means of log p, or of a lower bound of it, and what of.
class LikelihoodAverage : public DatasetAverage {
 public:
  // Of all examples, whose values are those of `units`.
  LikelihoodAverage(ExampleRows examples, const Shape& shape, Index rows_a_step, const Units& units, OfRows of_rows);

  // Whether labels count: it is log p(v, y) then, and else log p(v).
  bool of_labels() const { return of_labels_; }
  // Whether a value so far was no state but a mean of states, as grey values between 0 and 1 are. The result is no
  // likelihood then, but a lower bound of the mean log p of states drawn from the data: log p is convex in v where v is
  // no state (of an RBM -F(v) - log Z), and Jensen's inequality holds.
  bool grey() const { return *grey_; }

 private:
  LikelihoodAverage(bool of_labels, ExampleRows&& examples, const Shape& shape, Index rows_a_step, const Units& units,
                    OfRows of_rows, const std::shared_ptr<bool>& grey);

  bool of_labels_;
  std::shared_ptr<bool> grey_;
};

}  // namespace wakesleep
