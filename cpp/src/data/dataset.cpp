#include "wakesleep/dataset.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>
#include <numeric>
#include <stdexcept>
#include <string>

#include "units/unit_type.h"

namespace wakesleep {
namespace {

// What a 32-bit index reaches, which is what WebAssembly has.
constexpr std::int64_t most_values = 0x7fffffff;

void check_size(std::size_t values, Index count, Index width) {
  if (count < 1 || width < 1)
    throw std::out_of_range("a data set needs at least one example and one value an example, not " +
                            std::to_string(count) + " x " + std::to_string(width));
  const std::int64_t wanted = std::int64_t{count} <= most_values / width ? std::int64_t{count} * width : -1;
  if (wanted < 0)
    throw std::out_of_range("a data set of " + std::to_string(count) + " x " + std::to_string(width) +
                            " values is larger than the largest, 2^31 - 1 values");
  if (values != static_cast<std::uint64_t>(wanted))
    throw std::out_of_range("the shape " + std::to_string(count) + " x " + std::to_string(width) + " needs " +
                            std::to_string(wanted) + " values, and " + std::to_string(values) + " came");
}

}  // namespace

struct Dataset::FoundFit {
  std::mutex mutex;
  std::vector<Units> units;
};

Dataset::Dataset() : found_fit_(std::make_shared<FoundFit>()) {}

Dataset Dataset::from_bytes(std::span<const std::uint8_t> pixels, Index count, Index width, float scale,
                            std::vector<std::uint16_t> labels) {
  check_size(pixels.size(), count, width);
  if (!std::isfinite(scale) || scale <= 0)
    throw std::out_of_range("scale must be a positive finite number, not " + std::to_string(scale));
  Dataset data;
  data.count_ = count;
  data.width_ = width;
  data.set_labels(std::move(labels));
  const auto [low, high] = std::minmax_element(pixels.begin(), pixels.end());
  data.min_ = static_cast<float>(*low) * scale;
  data.max_ = static_cast<float>(*high) * scale;
  const bool binary = std::all_of(pixels.begin(), pixels.end(), [scale](std::uint8_t pixel) {
    return pixel == 0 || static_cast<float>(pixel) * scale == 1.0f;
  });
  if (binary) {
    BitMatrix bits(count, width);
    for (Index r = 0; r < count; ++r)
      for (Index c = 0; c < width; ++c)
        if (pixels[static_cast<std::size_t>(r * width + c)]) bits.set(r, c, true);
    data.values_ = std::move(bits);
  } else {
    data.values_ = Bytes{{pixels.begin(), pixels.end()}, scale};
  }
  return data;
}

Dataset Dataset::from_floats(std::span<const float> values, Index count, Index width,
                             std::vector<std::uint16_t> labels) {
  check_size(values.size(), count, width);
  Dataset data;
  data.count_ = count;
  data.width_ = width;
  data.set_labels(std::move(labels));
  bool binary = true;
  data.min_ = std::numeric_limits<float>::infinity();
  data.max_ = -data.min_;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const float value = values[i];
    if (!std::isfinite(value))
      throw std::out_of_range("values must be finite: row " + std::to_string(i / static_cast<std::size_t>(width)) +
                              ", column " + std::to_string(i % static_cast<std::size_t>(width)) + " is " +
                              (std::isnan(value) ? "NaN" : "infinite"));
    binary = binary && (value == 0 || value == 1);
    data.min_ = std::min(data.min_, value);
    data.max_ = std::max(data.max_, value);
  }
  if (binary) {
    BitMatrix bits(count, width);
    for (Index r = 0; r < count; ++r)
      for (Index c = 0; c < width; ++c)
        if (values[static_cast<std::size_t>(r * width + c)] != 0) bits.set(r, c, true);
    data.values_ = std::move(bits);
  } else {
    data.values_ = std::vector<float>(values.begin(), values.end());
  }
  return data;
}

Dataset Dataset::from_bits(BitMatrix bits, std::vector<std::uint16_t> labels) {
  check_size(static_cast<std::size_t>(bits.rows() * bits.cols()), bits.rows(), bits.cols());
  Dataset data;
  data.count_ = bits.rows();
  data.width_ = bits.cols();
  data.max_ = 1;
  data.set_labels(std::move(labels));
  data.values_ = std::move(bits);
  return data;
}

void Dataset::set_labels(std::vector<std::uint16_t> labels) {
  if (!labels.empty() && labels.size() != static_cast<std::size_t>(count_))
    throw std::out_of_range(std::to_string(count_) + " examples need as many labels, and " +
                            std::to_string(labels.size()) + " came");
  labels_ = std::move(labels);
  label_count_ = labels_.empty() ? 0 : *std::max_element(labels_.begin(), labels_.end()) + 1;
}

void Dataset::check_values(const Units& units) const {
  const units::Type& type = units::type_of(units.type);
  const float extremes[] = {min_, max_};
  const auto check = [&](Index columns, const MatrixView& x) {
    type.check_values("the data set", {units, columns, nullptr}, x);
  };
  const std::lock_guard lock(found_fit_->mutex);
  std::vector<Units>& fit = found_fit_->units;
  if (std::find(fit.begin(), fit.end(), units) != fit.end()) return;
  try {
    if (type.values_are_an_interval()) return check(1, MatrixView(extremes, 2, 1));
  } catch (const std::out_of_range&) {
    // The row and the column are told below.
  }
  constexpr Index at_once = 256;
  for (Index first = 0; first < count_; first += at_once) {
    const Matrix some = rows(first, std::min(at_once, count_ - first));
    check(width_, view(some));
  }
  fit.push_back(units);
}

std::size_t Dataset::bytes() const {
  if (const auto* bits = std::get_if<BitMatrix>(&values_))
    return static_cast<std::size_t>(bits->rows() * bits->words_per_row()) * 8;
  if (const auto* bytes = std::get_if<Bytes>(&values_)) return bytes->values.size();
  return std::get<std::vector<float>>(values_).size() * sizeof(float);
}

void Dataset::read(std::span<const std::uint32_t> rows, MatrixRef out) const {
  read_as_kept(rows, out);
  if (mean_.size() == 0) return;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    float* to = out.data + static_cast<Index>(i) * out.cols;
    for (Index c = 0; c < width_; ++c) to[c] = (to[c] - mean_[c]) * factor_[c];
  }
}

void Dataset::read_as_kept(std::span<const std::uint32_t> rows, MatrixRef out) const {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    float* to = out.data + static_cast<Index>(i) * out.cols;
    const std::size_t from = rows[i] * static_cast<std::size_t>(width_);
    if (const auto* bits = std::get_if<BitMatrix>(&values_)) {
      for (Index c = 0; c < width_; ++c) to[c] = bits->get(rows[i], c) ? 1.0f : 0.0f;
    } else if (const auto* bytes = std::get_if<Bytes>(&values_)) {
      for (std::size_t c = 0; c < static_cast<std::size_t>(width_); ++c)
        to[c] = static_cast<float>(bytes->values[from + c]) * bytes->scale;
    } else {
      const auto& values = std::get<std::vector<float>>(values_);
      std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(from), width_, to);
    }
  }
}

void Dataset::read(std::span<const std::uint32_t> rows, BitMatrix& out) const {
  const auto& bits = std::get<BitMatrix>(values_);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::uint64_t* from = bits.row(rows[i]);
    std::uint64_t* to = out.row(static_cast<Index>(i));
    std::copy(from, from + bits.words_per_row(), to);
    std::fill(to + bits.words_per_row(), to + out.words_per_row(), 0);
  }
}

Matrix Dataset::rows(Index first, Index count) const {
  if (first < 0 || count < 0 || first > count_ || count > count_ - first)
    throw std::out_of_range("rows " + std::to_string(first) + " to " + std::to_string(first + count) + " of " +
                            std::to_string(count_) + " examples");
  std::vector<std::uint32_t> which(static_cast<std::size_t>(count));
  std::iota(which.begin(), which.end(), static_cast<std::uint32_t>(first));
  Matrix out(count, width_);
  read(which, out);
  return out;
}

VectorD Dataset::mean() const {
  VectorD sum = VectorD::Zero(width_);
  Matrix row(1, width_);
  for (Index r = 0; r < count_; ++r) {
    const auto index = static_cast<std::uint32_t>(r);
    read({&index, 1}, row);
    for (Index c = 0; c < width_; ++c) sum[c] += static_cast<double>(row(0, c));
  }
  return sum / static_cast<double>(count_);
}

VectorD Dataset::deviation() const {
  const VectorD center = mean();
  VectorD sum = VectorD::Zero(width_);
  Matrix row(1, width_);
  for (Index r = 0; r < count_; ++r) {
    const auto index = static_cast<std::uint32_t>(r);
    read({&index, 1}, row);
    for (Index c = 0; c < width_; ++c) {
      const double from_mean = static_cast<double>(row(0, c)) - center[c];
      sum[c] += from_mean * from_mean;
    }
  }
  for (Index c = 0; c < width_; ++c) sum[c] = std::sqrt(sum[c] / static_cast<double>(count_));
  return sum;
}

Dataset Dataset::standardised(const VectorD& mean, const VectorD& deviation) const {
  const auto check = [&](const char* name, const VectorD& values) {
    if (values.size() != width_)
      throw std::out_of_range(std::string(name) + " must have " + std::to_string(width_) +
                              " entries, one a column, not " + std::to_string(values.size()));
    for (Index c = 0; c < width_; ++c)
      if (!std::isfinite(values[c]))
        throw std::out_of_range(std::string(name) + " must be finite: column " + std::to_string(c) + " is not");
  };
  check("mean", mean);
  check("deviation", deviation);
  Dataset result = *this;
  result.found_fit_ = std::make_shared<FoundFit>();
  if (mean_.size() == 0) {
    result.mean_ = Vector::Zero(width_);
    result.factor_ = Vector::Ones(width_);
  }
  for (Index c = 0; c < width_; ++c) {
    if (deviation[c] < 0)
      throw std::out_of_range("deviation must not be negative: column " + std::to_string(c) + " is " +
                              std::to_string(deviation[c]));
    // What rounding leaves of a constant column counts as nothing.
    const bool constant = deviation[c] <= 1e-6 * std::max(1.0, std::abs(mean[c]));
    const auto before = static_cast<double>(result.factor_[c]);
    result.mean_[c] = static_cast<float>(static_cast<double>(result.mean_[c]) + (before == 0 ? 0 : mean[c] / before));
    result.factor_[c] = constant ? 0.0f : static_cast<float>(before / deviation[c]);
  }
  result.min_ = std::numeric_limits<float>::infinity();
  result.max_ = -result.min_;
  Matrix row(1, width_);
  for (Index r = 0; r < count_; ++r) {
    const auto index = static_cast<std::uint32_t>(r);
    result.read({&index, 1}, row);
    result.min_ = std::min(result.min_, row.minCoeff());
    result.max_ = std::max(result.max_, row.maxCoeff());
  }
  return result;
}

Dataset Dataset::subset(std::span<const std::uint32_t> rows) const {
  if (rows.empty()) throw std::out_of_range("a subset needs at least one example");
  for (const std::uint32_t row : rows)
    if (static_cast<Index>(row) >= count_)
      throw std::out_of_range("row " + std::to_string(row) + " of " + std::to_string(count_) + " examples");
  std::vector<std::uint16_t> labels;
  if (has_labels())
    for (const std::uint32_t row : rows) labels.push_back(labels_[row]);
  const auto count = static_cast<Index>(rows.size());
  if (binary()) {
    BitMatrix bits(count, width_);
    read(rows, bits);
    return from_bits(std::move(bits), std::move(labels));
  }
  if (mean_.size() > 0) {
    Dataset plain = *this;
    plain.mean_ = plain.factor_ = Vector();
    Dataset result = plain.subset(rows);
    result.mean_ = mean_;
    result.factor_ = factor_;
    result.min_ = min_;
    result.max_ = max_;
    return result;
  }
  if (const auto* bytes = std::get_if<Bytes>(&values_)) {
    std::vector<std::uint8_t> pixels;
    pixels.reserve(rows.size() * static_cast<std::size_t>(width_));
    for (const std::uint32_t row : rows) {
      const auto first = bytes->values.begin() + static_cast<std::ptrdiff_t>(row) * width_;
      pixels.insert(pixels.end(), first, first + width_);
    }
    return from_bytes(pixels, count, width_, bytes->scale, std::move(labels));
  }
  Matrix values(count, width_);
  read(rows, values);
  return from_floats({values.data(), static_cast<std::size_t>(values.size())}, count, width_, std::move(labels));
}

Dataset Dataset::with_label(int label) const {
  std::vector<std::uint32_t> which;
  for (std::size_t i = 0; i < labels_.size(); ++i)
    if (labels_[i] == label) which.push_back(static_cast<std::uint32_t>(i));
  if (which.empty()) throw std::out_of_range("no example has the label " + std::to_string(label));
  return subset(which);
}

Dataset Dataset::thresholded(float threshold) const {
  BitMatrix bits(count_, width_);
  Matrix row(1, width_);
  for (Index r = 0; r < count_; ++r) {
    const auto index = static_cast<std::uint32_t>(r);
    read({&index, 1}, row);
    for (Index c = 0; c < width_; ++c)
      if (row(0, c) >= threshold) bits.set(r, c, true);
  }
  return from_bits(std::move(bits), labels_);
}

}  // namespace wakesleep
