#include "wakesleep/example_rows.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace wakesleep {

ExampleRows ExampleRows::labelled(std::vector<std::uint16_t> labels) && {
  if (static_cast<Index>(labels.size()) != count())
    throw std::out_of_range(std::to_string(count()) + " examples need as many labels, and " +
                            std::to_string(labels.size()) + " came");
  given_labels_ = std::move(labels);
  return std::move(*this);
}

Index ExampleRows::count() const {
  const auto* data = std::get_if<Dataset>(&rows_);
  return data ? data->count() : std::get<Matrix>(rows_).rows();
}

Index ExampleRows::width() const {
  const auto* data = std::get_if<Dataset>(&rows_);
  return data ? data->width() : std::get<Matrix>(rows_).cols();
}

const std::vector<std::uint16_t>& ExampleRows::labels() const {
  const auto* data = std::get_if<Dataset>(&rows_);
  return given_labels_.empty() && data ? data->labels() : given_labels_;
}

Matrix ExampleRows::read(Index first, Index count, Index label_units) const {
  const auto* data = std::get_if<Dataset>(&rows_);
  Matrix rows = data ? data->rows(first, count) : Matrix(std::get<Matrix>(rows_).middleRows(first, count));
  if (label_units == 0) return rows;
  rows.conservativeResize(count, width() + label_units);
  rows.rightCols(label_units).setZero();
  for (Index r = 0; r < count; ++r) rows(r, width() + labels()[static_cast<std::size_t>(first + r)]) = 1;
  return rows;
}

ExampleSlices::ExampleSlices(ExampleRows examples, const Shape& shape, Index most_rows, Index rows_a_slice)
    : examples_(std::move(examples)),
      shape_(shape),
      rows_(std::min(most_rows, examples_.count())),
      rows_a_slice_(std::max<Index>(1, rows_a_slice)) {
  if (examples_.width() != shape.visible)
    throw std::out_of_range("x has " + std::to_string(examples_.width()) + " values an example, and the model has " +
                            std::to_string(shape.visible) + " units there");
  const auto& labels = examples_.labels();
  if (labels.empty()) shape_.labels = 0;
  const auto most = std::max_element(labels.begin(), labels.end());
  if (shape_.labels > 0 && *most >= shape_.labels)
    throw std::out_of_range("x has labels up to " + std::to_string(*most) + ", and the model " +
                            std::to_string(shape.labels) + " label units");
  if (rows_ < 1) throw std::out_of_range("there must be at least one example");
}

const Matrix& ExampleSlices::present() {
  if (present_.rows() == 0) present_ = examples_.read(first_, std::min(rows_a_slice_, rows_ - first_), shape_.labels);
  return present_;
}

void ExampleSlices::next() {
  first_ += present().rows();
  present_.resize(0, 0);
}

}  // namespace wakesleep
