#include "wakesleep/row_map.h"

#include <limits>

#include "estimate/finite.h"

namespace wakesleep {

RowMap::RowMap(ExampleRows examples, const ExampleSlices::Shape& shape, Index rows_a_step, OfRows of_rows)
    : slices_(std::move(examples), shape, std::numeric_limits<Index>::max(), rows_a_step),
      of_rows_(std::move(of_rows)) {}

bool RowMap::step() {
  if (slices_.over()) return false;
  const std::vector<Matrix> found = of_rows_(view(slices_.present()), slices_.first());
  if (found.empty()) return true;
  for (const Matrix& one : found) check_finite(one, slices_.first());
  if (results_.empty())
    for (const Matrix& one : found) results_.emplace_back(slices_.rows(), one.cols());
  for (std::size_t i = 0; i < found.size(); ++i) results_[i].middleRows(slices_.first(), found[i].rows()) = found[i];
  slices_.next();
  return true;
}

const std::vector<Matrix>& RowMap::finish() {
  while (step()) {
  }
  return results_;
}

}  // namespace wakesleep
