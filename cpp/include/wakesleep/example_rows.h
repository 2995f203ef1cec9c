// Example rows, read a slice at a time: those of a data set, or of a matrix.
#pragma once

#include <variant>
#include <vector>

#include "wakesleep/dataset.h"

namespace wakesleep {

class ExampleRows {
 public:
  ExampleRows(Dataset data) : rows_(std::move(data)) {}
  ExampleRows(Matrix x) : rows_(std::move(x)) {}
  // With these labels in place of those that they have: std::out_of_range unless there is one a row.
  ExampleRows labelled(std::vector<std::uint16_t> labels) &&;

  Index count() const;
  Index width() const;
  const std::vector<std::uint16_t>& labels() const;  // empty without
  // Rows first .. first + count - 1, followed by a column for each of `label_units`, in which a row's label is 1.
  Matrix read(Index first, Index count, Index label_units = 0) const;

 private:
  std::variant<Dataset, Matrix> rows_;
  std::vector<std::uint16_t> given_labels_;
};

// The example rows of one slice after the other.
class ExampleSlices {
 public:
  // Of the first `most_rows` rows, `rows_a_slice` at a time. With label units, rows that have labels have their
  // columns. std::out_of_range for rows of another width than `visible`, labels past `labels`, and no rows.
  struct Shape {
    Index visible = 0, labels = 0;
  };
  ExampleSlices(ExampleRows examples, const Shape& shape, Index most_rows, Index rows_a_slice);

  Index rows() const { return rows_; }
  bool over() const { return first_ == rows_; }
  double done() const { return static_cast<double>(first_) / static_cast<double>(rows_); }
  // Unless it is over: the rows of the present slice, and the number of the first of them.
  const Matrix& present();
  Index first() const { return first_; }
  void next();

 private:
  ExampleRows examples_;
  Shape shape_;
  Index rows_, rows_a_slice_, first_ = 0;
  Matrix present_;  // empty until it is read
};

}  // namespace wakesleep
