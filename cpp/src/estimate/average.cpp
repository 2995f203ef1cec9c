#include "wakesleep/average.h"

#include <cmath>
#include <limits>
#include <utility>

#include "estimate/finite.h"
#include "units/unit_type.h"

namespace wakesleep {

DatasetAverage::DatasetAverage(ExampleRows examples, const Shape& shape, Index rows, Index rows_a_step, OfRows of_rows)
    : slices_(std::move(examples), shape, rows, rows_a_step), of_rows_(std::move(of_rows)) {}

bool DatasetAverage::step() {
  if (slices_.over()) return false;
  const VectorD values = of_rows_(slices_.present(), slices_.first());
  if (values.size() == 0) return true;
  check_finite(values, slices_.first());
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

namespace {

// Looks at the first columns of what `of_rows` is asked for.
DatasetAverage::OfRows watching(Index visible, const Units& units, std::shared_ptr<bool> grey,
                                DatasetAverage::OfRows of_rows) {
  const units::Type& type = units::type_of(units.type);
  if (!type.draws_from_means()) return of_rows;
  return [=, &type, of_rows = std::move(of_rows)](const Matrix& x, Index first) {
    for (Index r = 0; r < x.rows() && !*grey; ++r)
      for (Index i = 0; i < visible; ++i) *grey = *grey || !type.is_state(x(r, i));
    return of_rows(x, first);
  };
}

}  // namespace

LikelihoodAverage::LikelihoodAverage(ExampleRows examples, const Shape& shape, Index rows_a_step, const Units& units,
                                     OfRows of_rows)
    : LikelihoodAverage(shape.labels > 0 && !examples.labels().empty(), std::move(examples), shape, rows_a_step, units,
                        std::move(of_rows), std::make_shared<bool>(false)) {}

LikelihoodAverage::LikelihoodAverage(bool of_labels, ExampleRows&& examples, const Shape& shape, Index rows_a_step,
                                     const Units& units, OfRows of_rows, const std::shared_ptr<bool>& grey)
    : DatasetAverage(std::move(examples), shape, std::numeric_limits<Index>::max(), rows_a_step,
                     watching(shape.visible, units, grey, std::move(of_rows))),
      of_labels_(of_labels),
      grey_(grey) {}

}  // namespace wakesleep
