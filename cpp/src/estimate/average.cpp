#include "wakesleep/average.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

namespace wakesleep {

DatasetAverage::DatasetAverage(const Dataset& data, const Shape& shape, Index rows, Index rows_a_step, OfRows of_rows)
    : data_(&data),
      shape_(shape),
      rows_(std::min(rows, data.count())),
      rows_a_step_(std::max<Index>(1, rows_a_step)),
      of_rows_(std::move(of_rows)) {
  if (data.width() != shape.visible)
    throw std::out_of_range("the data set has " + std::to_string(data.width()) + " values an example, and the model " +
                            std::to_string(shape.visible) + " visible units");
  if (!data.has_labels()) shape_.labels = 0;
  if (shape_.labels > 0 && data.label_count() > shape.labels)
    throw std::out_of_range("the data set has labels up to " + std::to_string(data.label_count() - 1) +
                            ", and the model " + std::to_string(shape.labels) + " label units");
  if (rows_ < 1) throw std::out_of_range("a mean needs at least one example");
}

bool DatasetAverage::step() {
  if (next_ == rows_) return false;
  const Index count = std::min(rows_a_step_, rows_ - next_);
  if (x_.size() == 0) {
    x_ = data_->rows(next_, count);
    if (shape_.labels > 0) {
      x_.conservativeResize(count, shape_.visible + shape_.labels);
      x_.rightCols(shape_.labels).setZero();
      for (Index r = 0; r < count; ++r)
        x_(r, shape_.visible + data_->labels()[static_cast<std::size_t>(next_ + r)]) = 1;
    }
  }
  const VectorD values = of_rows_(x_, next_);
  if (values.size() == 0) return true;
  x_.resize(0, 0);
  // Squares about the running mean (Welford 1962): those of large numbers that differ little would cancel.
  for (Index r = 0; r < count; ++r) {
    sum_ += values[r];
    const double from_mean = values[r] - running_mean_;
    running_mean_ += from_mean / static_cast<double>(++next_);
    squares_ += from_mean * (values[r] - running_mean_);
  }
  return true;
}

double DatasetAverage::done() const { return static_cast<double>(next_) / static_cast<double>(rows_); }

Average DatasetAverage::result() const {
  const auto n = static_cast<double>(rows_);
  const double error = rows_ > 1 ? std::sqrt(squares_ / (n - 1) / n) : std::numeric_limits<double>::infinity();
  return {sum_ / n, error, rows_};
}

Average DatasetAverage::finish() {
  while (step()) {
  }
  return result();
}

}  // namespace wakesleep
