// Examples for training, validation and likelihoods: kept once, as small as their values allow (bits, bytes or floats).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <variant>
#include <vector>

#include "wakesleep/matrix.h"
#include "wakesleep/units.h"

namespace wakesleep {

// Copies, subsets and standardised sets share the values, which never change: they cost the numbers of their rows.
class Dataset {
 public:
  // `pixels` holds count x width values, one example a row. Labels are either none or one an example, 0 .. 65535.
  // Values that are all exactly 0 or 1 (after scaling) are kept as bits. Values are pixels * scale. Errors:
  // std::out_of_range for a size that is not positive or does not match, a scale that is not finite and positive, a
  // value that is NaN or infinite (its row and column are named), a label out of range.
  static Dataset from_bytes(std::span<const std::uint8_t> pixels, Index count, Index width, float scale,
                            std::vector<std::uint16_t> labels = {});
  static Dataset from_floats(std::span<const float> values, Index count, Index width,
                             std::vector<std::uint16_t> labels = {});
  static Dataset from_bits(BitMatrix bits, std::vector<std::uint16_t> labels = {});

  Index count() const { return count_; }
  Index width() const { return width_; }
  bool binary() const { return binary_; }
  float min() const { return min_; }
  float max() const { return max_; }
  bool has_labels() const { return !labels_->empty(); }
  const std::vector<std::uint16_t>& labels() const { return *labels_; }
  int label_count() const { return label_count_; }  // the largest label plus one; 0 without labels
  std::size_t bytes() const;                        // memory held by the values, shared ones included

  // std::out_of_range, naming a row and a column, unless visible units of this kind can have all these values, or have
  // them for their means. A data set is looked through once at most for each kind. `name` is what it is called.
  void check_values(const Units& units, const std::string& name = "the data set") const;

  // The values of some rows as floats, into the first `width` columns of `out` (rows.size() x at least width).
  void read(std::span<const std::uint32_t> rows, MatrixRef out) const;
  // The same as bits, for binary data only, into the first `width` columns of `out`, which keeps its shape.
  void read(std::span<const std::uint32_t> rows, BitMatrix& out) const;
  // All rows in [first, first + count).
  Matrix rows(Index first, Index count) const;
  VectorD mean() const;       // of each column
  VectorD deviation() const;  // standard deviation of each column, over all examples

  // These rows, in this order, or those in [first, first + count).
  Dataset subset(std::span<const std::uint32_t> rows) const;
  Dataset subset(Index first, Index count) const;
  // The rows with this label.
  Dataset with_label(int label) const;
  // The same examples with every column less `mean` and divided by `deviation`, for Gaussian units; a column that is
  // constant (its deviation 0) becomes 0. std::out_of_range for a wrong length or a value that is not finite, or a
  // negative deviation.
  Dataset standardised(const VectorD& mean, const VectorD& deviation) const;
  // Values at or above the threshold become 1, the rest 0.
  Dataset thresholded(float threshold) const;
  // Each value drawn once, 1 with the value as its probability (Salakhutdinov and Murray 2008): a row's bits depend on
  // the seed and the row's number alone. std::out_of_range for a value outside [0, 1], with its row and column.
  Dataset binarised(std::uint64_t seed) const;

 private:
  friend class DatasetBuilder;
  friend class Standardisation;
  struct Bytes {
    std::vector<std::uint8_t> values;
    float scale = 1;
  };
  struct Range {
    float min, max;
    bool binary;
  };
  struct Values {
    std::variant<BitMatrix, Bytes, std::vector<float>> kept;
    std::vector<Range> ranges;  // of each row, where they are not bits
  };
  struct Scaling {
    Vector mean, factor;  // what is subtracted from each column, then what it is multiplied with
  };
  Dataset();
  std::size_t kept_row(std::uint32_t row) const {
    return rows_ ? (*rows_)[row] : static_cast<std::size_t>(first_) + row;
  }
  void set_labels(std::vector<std::uint16_t> labels);
  Dataset picked(Index count, std::vector<std::uint16_t> labels) const;
  void take_range();
  void find_fit_anew(bool of_the_same_values);

  Index count_ = 0, width_ = 0;
  bool binary_ = false;
  float min_ = 0, max_ = 0;
  int label_count_ = 0;
  std::shared_ptr<const Values> values_;
  // Which rows of the values are the examples: these, or without them those from first_ on.
  std::shared_ptr<const std::vector<std::uint32_t>> rows_;
  Index first_ = 0;
  std::shared_ptr<const std::vector<std::uint16_t>> labels_;
  std::shared_ptr<const Scaling> scaling_;  // of a standardised set
  struct FoundFit;
  std::shared_ptr<FoundFit> found_fit_;  // the kinds of units that these values were found to fit
};

// A data set made of rows that come a few at a time, as slices of a file do.
class DatasetBuilder {
 public:
  // Of bytes, which stand for bytes * scale, or of floats. Errors here and below: those of Dataset::from_bytes and
  // from_floats.
  DatasetBuilder(Index count, Index width, float scale);
  DatasetBuilder(Index count, Index width);
  DatasetBuilder(DatasetBuilder&&) = default;
  DatasetBuilder& operator=(DatasetBuilder&&) = default;
  // Whole rows.
  void append(std::span<const std::uint8_t> pixels);
  void append(std::span<const float> values);
  // Once all rows have come.
  Dataset finish(std::vector<std::uint16_t> labels = {});

 private:
  template <class T, class IsOne>
  void append_rows(std::span<const T> values, float scale, const IsOne& is_one);

  Dataset data_;
  std::shared_ptr<Dataset::Values> values_;
  BitMatrix bits_;  // the same as long as all are 0 or 1
  Index rows_ = 0;
};

}  // namespace wakesleep
