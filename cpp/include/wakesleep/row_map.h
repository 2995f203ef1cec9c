// Results of every example row, in slices: what a page asks of a whole data set while others are answered in between.
#pragma once

#include <functional>

#include "wakesleep/example_rows.h"

namespace wakesleep {

// Moved, but not copied: a copy would share what is in between.
class RowMap {
 public:
  // Results of the rows of x, of which the first is example `first`: one matrix or more, with as many rows. None says
  // that these rows need more than one slice: it is called again with the same.
  using OfRows = std::function<std::vector<Matrix>(const MatrixView& x, Index first)>;

  // `rows_a_step` rows at a time. Shape and errors: those of ExampleSlices; step() throws std::out_of_range for a
  // result that is not finite.
  RowMap(ExampleRows examples, const ExampleSlices::Shape& shape, Index rows_a_step, OfRows of_rows);
  RowMap(RowMap&&) = default;
  RowMap& operator=(RowMap&&) = default;

  bool step();  // false when nothing was left to do
  double done() const { return slices_.done(); }
  // Valid once step() has returned false; finish() takes all steps that are left.
  const std::vector<Matrix>& results() const { return results_; }
  const std::vector<Matrix>& finish();

 private:
  ExampleSlices slices_;
  OfRows of_rows_;
  std::vector<Matrix> results_;
};

}  // namespace wakesleep
