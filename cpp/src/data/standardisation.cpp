#include "wakesleep/standardisation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

#include "math/slices.h"

namespace wakesleep {
namespace {

// A value that is read and added takes as long as some multiplications of a matrix product.
Matrix next_rows(const Dataset& data, Index first) {
  constexpr double of_value = 10;
  const Index rows = math::rows_a_slice(of_value * static_cast<double>(data.width()));
  return data.rows(first, std::min(rows, data.count() - first));
}

}  // namespace

ColumnStatistics::ColumnStatistics(Dataset data, bool with_deviation)
    : data_(std::move(data)),
      with_deviation_(with_deviation),
      mean_(VectorD::Zero(data_.width())),
      deviation_(VectorD::Zero(data_.width())) {}

bool ColumnStatistics::step() {
  if (mean_known_ && (!with_deviation_ || next_ == data_.count())) return false;
  const Matrix rows = next_rows(data_, next_);
  for (Index r = 0; r < rows.rows(); ++r)
    for (Index c = 0; c < rows.cols(); ++c) {
      const auto value = static_cast<double>(rows(r, c));
      if (!mean_known_) {
        mean_[c] += value;
      } else {
        const double from_mean = value - mean_[c];
        deviation_[c] += from_mean * from_mean;
      }
    }
  next_ += rows.rows();
  if (next_ < data_.count()) return true;
  const auto count = static_cast<double>(data_.count());
  if (mean_known_) {
    for (Index c = 0; c < deviation_.size(); ++c) deviation_[c] = std::sqrt(deviation_[c] / count);
  } else {
    mean_ /= count;
    mean_known_ = true;
    if (with_deviation_) next_ = 0;
  }
  return true;
}

double ColumnStatistics::done() const {
  const double part = static_cast<double>(next_) / static_cast<double>(data_.count());
  return with_deviation_ ? (part + (mean_known_ ? 1 : 0)) / 2 : part;
}

Standardisation::Standardisation(const Dataset& data, const VectorD& mean, const VectorD& deviation) : result_(data) {
  const auto check = [&](const char* name, const VectorD& values) {
    if (values.size() != data.width())
      throw std::out_of_range(std::string(name) + " must have " + std::to_string(data.width()) +
                              " entries, one a column, not " + std::to_string(values.size()));
    for (Index c = 0; c < values.size(); ++c)
      if (!std::isfinite(values[c]))
        throw std::out_of_range(std::string(name) + " must be finite: column " + std::to_string(c) + " is not");
  };
  check("mean", mean);
  check("deviation", deviation);
  Dataset::Scaling scaling =
      data.scaling_ ? *data.scaling_ : Dataset::Scaling{Vector::Zero(data.width()), Vector::Ones(data.width())};
  for (Index c = 0; c < data.width(); ++c) {
    if (deviation[c] < 0)
      throw std::out_of_range("deviation must not be negative: column " + std::to_string(c) + " is " +
                              std::to_string(deviation[c]));
    // What rounding leaves of a constant column counts as nothing.
    const bool constant = deviation[c] <= 1e-6 * std::max(1.0, std::abs(mean[c]));
    const auto before = static_cast<double>(scaling.factor[c]);
    scaling.mean[c] = static_cast<float>(static_cast<double>(scaling.mean[c]) + (before == 0 ? 0 : mean[c] / before));
    scaling.factor[c] = constant ? 0.0f : static_cast<float>(before / deviation[c]);
  }
  result_.scaling_ = std::make_shared<const Dataset::Scaling>(std::move(scaling));
  result_.find_fit_anew(false);
  result_.binary_ = false;
  result_.min_ = std::numeric_limits<float>::infinity();
  result_.max_ = -result_.min_;
}

bool Standardisation::step() {
  if (next_ == result_.count()) return false;
  const Matrix rows = next_rows(result_, next_);
  result_.min_ = std::min(result_.min_, rows.minCoeff());
  result_.max_ = std::max(result_.max_, rows.maxCoeff());
  next_ += rows.rows();
  return true;
}

double Standardisation::done() const { return static_cast<double>(next_) / static_cast<double>(result_.count()); }

}  // namespace wakesleep
