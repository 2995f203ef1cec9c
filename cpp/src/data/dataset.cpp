#include "wakesleep/dataset.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>
#include <numeric>
#include <stdexcept>
#include <string>

#include "math/sampling.h"
#include "units/unit_type.h"
#include "wakesleep/standardisation.h"

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

void check_rows(Index first, Index count, Index all) {
  if (first < 0 || count < 0 || first > all || count > all - first)
    throw std::out_of_range("rows " + std::to_string(first) + " to " + std::to_string(first + count) + " of " +
                            std::to_string(all) + " examples");
}

}  // namespace

struct Dataset::FoundFit {
  std::mutex mutex;
  std::vector<Units> units;
};

Dataset::Dataset() : found_fit_(std::make_shared<FoundFit>()) {}

// What fits these values fits some of them, too.
void Dataset::find_fit_anew(bool of_the_same_values) {
  auto found = std::make_shared<FoundFit>();
  if (of_the_same_values) {
    const std::lock_guard lock(found_fit_->mutex);
    found->units = found_fit_->units;
  }
  found_fit_ = std::move(found);
}

Dataset Dataset::from_bytes(std::span<const std::uint8_t> pixels, Index count, Index width, float scale,
                            std::vector<std::uint16_t> labels) {
  check_size(pixels.size(), count, width);
  DatasetBuilder builder(count, width, scale);
  builder.append(pixels);
  return builder.finish(std::move(labels));
}

Dataset Dataset::from_floats(std::span<const float> values, Index count, Index width,
                             std::vector<std::uint16_t> labels) {
  check_size(values.size(), count, width);
  DatasetBuilder builder(count, width);
  builder.append(values);
  return builder.finish(std::move(labels));
}

Dataset Dataset::from_bits(BitMatrix bits, std::vector<std::uint16_t> labels) {
  check_size(static_cast<std::size_t>(bits.rows() * bits.cols()), bits.rows(), bits.cols());
  Dataset data;
  data.count_ = bits.rows();
  data.width_ = bits.cols();
  data.binary_ = true;
  data.max_ = 1;
  data.set_labels(std::move(labels));
  data.values_ = std::make_shared<Values>(Values{std::move(bits), {}});
  return data;
}

void Dataset::set_labels(std::vector<std::uint16_t> labels) {
  if (!labels.empty() && labels.size() != static_cast<std::size_t>(count_))
    throw std::out_of_range(std::to_string(count_) + " examples need as many labels, and " +
                            std::to_string(labels.size()) + " came");
  label_count_ = labels.empty() ? 0 : *std::max_element(labels.begin(), labels.end()) + 1;
  labels_ = std::make_shared<const std::vector<std::uint16_t>>(std::move(labels));
}

DatasetBuilder::DatasetBuilder(Index count, Index width) {
  // The sizes alone: how many values there are shows when they come.
  check_size(static_cast<std::size_t>(count) * static_cast<std::size_t>(width), count, width);
  data_.count_ = count;
  data_.width_ = width;
  data_.binary_ = true;
  data_.min_ = std::numeric_limits<float>::infinity();
  data_.max_ = -data_.min_;
  values_ = std::make_shared<Dataset::Values>(Dataset::Values{std::vector<float>(), {}});
  bits_.resize(count, width);
}

DatasetBuilder::DatasetBuilder(Index count, Index width, float scale) : DatasetBuilder(count, width) {
  if (!std::isfinite(scale) || scale <= 0)
    throw std::out_of_range("scale must be a positive finite number, not " + std::to_string(scale));
  values_->kept = Dataset::Bytes{{}, scale};
}

template <class T, class IsOne>
void DatasetBuilder::append_rows(std::span<const T> values, float scale, const IsOne& is_one) {
  const auto width = static_cast<std::size_t>(data_.width_);
  const auto rows = static_cast<Index>(values.size() / width);
  if (values.size() % width != 0 || rows > data_.count_ - rows_)
    throw std::out_of_range(std::to_string(values.size()) + " values are not whole rows of the " +
                            std::to_string(data_.count_ - rows_) + " x " + std::to_string(width) + " that are missing");
  for (Index r = 0; r < rows; ++r, ++rows_) {
    const std::span<const T> row = values.subspan(static_cast<std::size_t>(r) * width, width);
    const auto [low, high] = std::minmax_element(row.begin(), row.end());
    const bool binary = std::all_of(row.begin(), row.end(), [&](T value) { return value == T{0} || is_one(value); });
    const Dataset::Range range{static_cast<float>(*low) * scale, static_cast<float>(*high) * scale, binary};
    values_->ranges.push_back(range);
    data_.min_ = std::min(data_.min_, range.min);
    data_.max_ = std::max(data_.max_, range.max);
    data_.binary_ = data_.binary_ && binary;
    for (std::size_t c = 0; data_.binary_ && c < width; ++c)
      if (row[c] != T{0}) bits_.set(rows_, static_cast<Index>(c), true);
  }
  if (!data_.binary_) bits_ = {};
}

void DatasetBuilder::append(std::span<const std::uint8_t> pixels) {
  auto& [values, scale] = std::get<Dataset::Bytes>(values_->kept);
  append_rows(pixels, scale, [scale = scale](std::uint8_t pixel) { return static_cast<float>(pixel) * scale == 1.0f; });
  if (values.empty()) values.reserve(static_cast<std::size_t>(data_.count_ * data_.width_));
  values.insert(values.end(), pixels.begin(), pixels.end());
}

void DatasetBuilder::append(std::span<const float> floats) {
  auto& values = std::get<std::vector<float>>(values_->kept);
  const auto width = static_cast<std::size_t>(data_.width_);
  for (std::size_t i = 0; i < floats.size(); ++i)
    if (!std::isfinite(floats[i]))
      throw std::out_of_range("values must be finite: row " +
                              std::to_string(static_cast<std::size_t>(rows_) + i / width) + ", column " +
                              std::to_string(i % width) + " is " + (std::isnan(floats[i]) ? "NaN" : "infinite"));
  append_rows(floats, 1, [](float value) { return value == 1; });
  if (values.empty()) values.reserve(static_cast<std::size_t>(data_.count_ * data_.width_));
  values.insert(values.end(), floats.begin(), floats.end());
}

Dataset DatasetBuilder::finish(std::vector<std::uint16_t> labels) {
  if (rows_ != data_.count_)
    throw std::out_of_range(std::to_string(data_.count_) + " rows were to come, and " + std::to_string(rows_) +
                            " came");
  data_.set_labels(std::move(labels));
  if (data_.binary_) *values_ = {std::move(bits_), {}};
  data_.values_ = std::move(values_);
  return std::move(data_);
}

void Dataset::check_values(const Units& units, const std::string& name) const {
  const units::Type& type = units::type_of(units.type);
  // (Values are finite.)
  if (type.values_are_an_interval() && min_ >= type.least_value() && max_ <= type.most_value()) return;
  const std::lock_guard lock(found_fit_->mutex);
  std::vector<Units>& fit = found_fit_->units;
  if (std::find(fit.begin(), fit.end(), units) != fit.end()) return;
  constexpr Index at_once = 256;
  for (Index first = 0; first < count_; first += at_once) {
    const Matrix some = rows(first, std::min(at_once, count_ - first));
    type.check_values(name, {units, width_, nullptr}, view(some), first);
  }
  fit.push_back(units);
}

std::size_t Dataset::bytes() const {
  if (const auto* bits = std::get_if<BitMatrix>(&values_->kept))
    return static_cast<std::size_t>(bits->rows() * bits->words_per_row()) * 8;
  if (const auto* bytes = std::get_if<Bytes>(&values_->kept)) return bytes->values.size();
  return std::get<std::vector<float>>(values_->kept).size() * sizeof(float);
}

void Dataset::read(std::span<const std::uint32_t> rows, MatrixRef out) const {
  const auto width = static_cast<std::size_t>(width_);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    float* to = out.data + static_cast<Index>(i) * out.cols;
    const std::size_t row = kept_row(rows[i]);
    if (const auto* bits = std::get_if<BitMatrix>(&values_->kept)) {
      for (Index c = 0; c < width_; ++c) to[c] = bits->get(static_cast<Index>(row), c) ? 1.0f : 0.0f;
    } else if (const auto* bytes = std::get_if<Bytes>(&values_->kept)) {
      for (std::size_t c = 0; c < width; ++c) to[c] = static_cast<float>(bytes->values[row * width + c]) * bytes->scale;
    } else {
      std::copy_n(std::get<std::vector<float>>(values_->kept).data() + row * width, width, to);
    }
    if (scaling_)
      for (Index c = 0; c < width_; ++c) to[c] = (to[c] - scaling_->mean[c]) * scaling_->factor[c];
  }
}

void Dataset::read(std::span<const std::uint32_t> rows, BitMatrix& out) const {
  const auto* bits = std::get_if<BitMatrix>(&values_->kept);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto to_row = static_cast<Index>(i);
    std::uint64_t* to = out.row(to_row);
    if (bits) {
      const std::uint64_t* from = bits->row(static_cast<Index>(kept_row(rows[i])));
      std::copy(from, from + bits->words_per_row(), to);
      std::fill(to + bits->words_per_row(), to + out.words_per_row(), 0);
      continue;
    }
    // Rows of a grey set that happen to be black and white.
    Matrix row(1, width_);
    read(rows.subspan(i, 1), row);
    std::fill_n(to, out.words_per_row(), 0);
    for (Index c = 0; c < width_; ++c)
      if (row(0, c) != 0) out.set(to_row, c, true);
  }
}

Matrix Dataset::rows(Index first, Index count) const {
  check_rows(first, count, count_);
  std::vector<std::uint32_t> which(static_cast<std::size_t>(count));
  std::iota(which.begin(), which.end(), static_cast<std::uint32_t>(first));
  Matrix out(count, width_);
  read(which, out);
  return out;
}

VectorD Dataset::mean() const {
  ColumnStatistics statistics(*this, false);
  while (statistics.step()) {
  }
  return statistics.mean();
}

VectorD Dataset::deviation() const {
  ColumnStatistics statistics(*this);
  while (statistics.step()) {
  }
  return statistics.deviation();
}

Dataset Dataset::standardised(const VectorD& mean, const VectorD& deviation) const {
  Standardisation standardising(*this, mean, deviation);
  while (standardising.step()) {
  }
  return standardising.result();
}

// As many of the examples, whose rows are still to be named.
Dataset Dataset::picked(Index count, std::vector<std::uint16_t> labels) const {
  Dataset result = *this;
  result.find_fit_anew(true);
  result.count_ = count;
  result.set_labels(std::move(labels));
  return result;
}

// Bits keep 0 and 1 for their range, and standardised sets that of the whole set.
void Dataset::take_range() {
  if (values_->ranges.empty() || scaling_) return;
  binary_ = true;
  min_ = std::numeric_limits<float>::infinity();
  max_ = -min_;
  for (Index r = 0; r < count_; ++r) {
    const Range& range = values_->ranges[kept_row(static_cast<std::uint32_t>(r))];
    min_ = std::min(min_, range.min);
    max_ = std::max(max_, range.max);
    binary_ = binary_ && range.binary;
  }
}

Dataset Dataset::subset(std::span<const std::uint32_t> rows) const {
  if (rows.empty()) throw std::out_of_range("a subset needs at least one example");
  std::vector<std::uint32_t> kept;
  kept.reserve(rows.size());
  std::vector<std::uint16_t> labels;
  for (const std::uint32_t row : rows) {
    if (static_cast<Index>(row) >= count_)
      throw std::out_of_range("row " + std::to_string(row) + " of " + std::to_string(count_) + " examples");
    kept.push_back(static_cast<std::uint32_t>(kept_row(row)));
    if (has_labels()) labels.push_back(this->labels()[row]);
  }
  Dataset result = picked(static_cast<Index>(rows.size()), std::move(labels));
  result.rows_ = std::make_shared<const std::vector<std::uint32_t>>(std::move(kept));
  result.take_range();
  return result;
}

Dataset Dataset::subset(Index first, Index count) const {
  check_rows(first, count, count_);
  if (count == 0) throw std::out_of_range("a subset needs at least one example");
  if (rows_) {
    std::vector<std::uint32_t> which(static_cast<std::size_t>(count));
    std::iota(which.begin(), which.end(), static_cast<std::uint32_t>(first));
    return subset(which);
  }
  const auto from = labels().begin() + (has_labels() ? first : 0);
  Dataset result = picked(count, {from, from + (has_labels() ? count : 0)});
  result.first_ = first_ + first;
  result.take_range();
  return result;
}

Dataset Dataset::with_label(int label) const {
  std::vector<std::uint32_t> which;
  for (std::size_t i = 0; i < labels().size(); ++i)
    if (labels()[i] == label) which.push_back(static_cast<std::uint32_t>(i));
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
  return from_bits(std::move(bits), labels());
}

Dataset Dataset::binarised(std::uint64_t seed) const {
  check_values({});
  constexpr Index at_once = 1000;
  BitMatrix bits(count_, width_);
  for (Index first = 0; first < count_; first += at_once) {
    const Matrix means = rows(first, std::min(at_once, count_ - first));
    BitMatrix drawn(means.rows(), width_);
    math::sample_means(view(means), width_, {&drawn, {seed, Stream::binarised, 0, static_cast<std::uint32_t>(first)}});
    std::copy(drawn.row(0), drawn.row(0) + means.rows() * drawn.words_per_row(), bits.row(first));
  }
  return from_bits(std::move(bits), labels());
}

}  // namespace wakesleep
