#include "wakesleep/average.h"

#include <cmath>
#include <limits>

namespace wakesleep {

DatasetAverage::DatasetAverage(ExampleRows examples, const Shape& shape, Index rows, Index rows_a_step, OfRows of_rows)
    : slices_(std::move(examples), shape, rows, rows_a_step), of_rows_(std::move(of_rows)) {}

bool DatasetAverage::step() {
  if (slices_.over()) return false;
  const VectorD values = of_rows_(slices_.present(), slices_.first());
  if (values.size() == 0) return true;
  // Squares about the running mean (Welford 1962): those of large numbers that differ little would cancel.
  for (const double value : values) {
    sum_ += value;
    const double from_mean = value - running_mean_;
    running_mean_ += from_mean / static_cast<double>(++count_);
    squares_ += from_mean * (value - running_mean_);
  }
  slices_.next();
  return true;
}

Average DatasetAverage::result() const {
  const auto n = static_cast<double>(slices_.rows());
  const double error = n > 1 ? std::sqrt(squares_ / (n - 1) / n) : std::numeric_limits<double>::infinity();
  return {sum_ / n, error, slices_.rows()};
}

Average DatasetAverage::finish() {
  while (step()) {
  }
  return result();
}

}  // namespace wakesleep
