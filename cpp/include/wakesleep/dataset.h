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
  bool binary() const { return std::holds_alternative<BitMatrix>(values_) && mean_.size() == 0; }
  float min() const { return min_; }
  float max() const { return max_; }
  bool has_labels() const { return !labels_.empty(); }
  const std::vector<std::uint16_t>& labels() const { return labels_; }
  int label_count() const { return label_count_; }  // the largest label plus one; 0 without labels
  std::size_t bytes() const;                        // memory held by the values

  // std::out_of_range unless visible units of this kind can have all these values, or have them for their means. A data
  // set is looked through once at most for each kind.
  void check_values(const Units& units) const;

  // The values of some rows as floats, into the first `width` columns of `out` (rows.size() x at least width).
  void read(std::span<const std::uint32_t> rows, MatrixRef out) const;
  // The same as bits, for binary data only, into the first `width` columns of `out`, which keeps its shape.
  void read(std::span<const std::uint32_t> rows, BitMatrix& out) const;
  // All rows in [first, first + count).
  Matrix rows(Index first, Index count) const;
  VectorD mean() const;       // of each column
  VectorD deviation() const;  // standard deviation of each column, over all examples

  // A new data set of these rows, in this order.
  Dataset subset(std::span<const std::uint32_t> rows) const;
  // The rows with this label.
  Dataset with_label(int label) const;
  // The same examples with every column less `mean` and divided by `deviation`, for Gaussian units; a column that is
  // constant (its deviation 0) becomes 0. Kept in the same space. std::out_of_range for a wrong length or a value that
  // is not finite, or a negative deviation.
  Dataset standardised(const VectorD& mean, const VectorD& deviation) const;
  // Values at or above the threshold become 1, the rest 0.
  Dataset thresholded(float threshold) const;

 private:
  struct Bytes {
    std::vector<std::uint8_t> values;
    float scale = 1;
  };
  Dataset();
  void read_as_kept(std::span<const std::uint32_t> rows, MatrixRef out) const;
  void set_labels(std::vector<std::uint16_t> labels);

  Index count_ = 0, width_ = 0;
  float min_ = 0, max_ = 0;
  int label_count_ = 0;
  std::variant<BitMatrix, Bytes, std::vector<float>> values_;
  std::vector<std::uint16_t> labels_;
  struct FoundFit;
  std::shared_ptr<FoundFit> found_fit_;  // the kinds of units that these values were found to fit
  Vector mean_, factor_;  // of a standardised set: what is subtracted from each column, then what it is multiplied with
};

}  // namespace wakesleep
