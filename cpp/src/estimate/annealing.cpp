#include "estimate/annealing.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

#include "math/scalar.h"
#include "options/refusals.h"

namespace wakesleep {

void check(const AisOptions& given, const VectorD* base_rates) {
  LogPartitionOptions all;
  static_cast<AisOptions&>(all) = given;
  if (base_rates) all.base.reset();  // which may then be any
  all.method = LogPartitionMethod::ais;
  all.reverse = true;
  refuse(options::refusals(all));
}

AisBase base_of(const AisOptions& options, const VectorD* base_rates) {
  return options.base.value_or(base_rates ? AisBase::data : AisBase::biases);
}

double beta_at(const AisOptions& options, Index k) {
  const double along = static_cast<double>(k) / static_cast<double>(options.betas);
  if (options.schedule != BetaSchedule::late) return along;
  constexpr double first = 500.0 / 14500, second = 4500.0 / 14500;
  if (along < first) return 0.5 * along / first;
  if (along < second) return 0.5 + 0.4 * (along - first) / (second - first);
  return 0.9 + 0.1 * (along - second) / (1 - second);
}

Vector base_biases(const units::Type& type, const VectorD& base_rates, const Vector& biases) {
  const Index visible = biases.size();
  if (base_rates.size() != visible)
    throw std::out_of_range("base rates must be " + std::to_string(visible) + ", one a visible unit, not " +
                            std::to_string(base_rates.size()));
  Vector result = biases;
  for (Index i = 0; i < visible; ++i) {
    const double rate = base_rates[i];
    // The comparison is written so that NaN fails it.
    if (!(rate >= static_cast<double>(type.low()) && rate <= static_cast<double>(type.high())) || std::isinf(rate))
      throw std::out_of_range("base rates must be means of " + std::string(type.name()) + " units, and entry " +
                              std::to_string(i) + " is " + units::value_text(rate));
    if (const auto bias = type.bias_of_mean(type.base_rate(rate))) result[i] = static_cast<float>(*bias);
  }
  return result;
}

Matrix starts_of_chains(const Dataset& data, Index runs, Index visible) {
  if (data.width() != visible)
    throw std::out_of_range("the data set that chains start at has " + std::to_string(data.width()) +
                            " values an example, and the model " + std::to_string(visible) + " visible units");
  std::vector<std::uint32_t> which;
  for (Index r = 0; r < runs; ++r)
    which.push_back(static_cast<std::uint32_t>(
        static_cast<std::uint64_t>(r) * static_cast<std::uint64_t>(data.count()) / static_cast<std::uint64_t>(runs)));
  Matrix x(runs, visible);
  data.read(which, x);
  return x;
}

namespace {

// log of the mean of e^w, the standard error of that mean relative to it, and the effective sample size.
struct LogMean {
  double log_mean, error, effective;
};

LogMean log_mean_of(const std::vector<double>& log_weights, double sign) {
  double largest = -std::numeric_limits<double>::infinity();
  for (const double w : log_weights) largest = std::max(largest, sign * w);
  const auto runs = static_cast<double>(log_weights.size());
  double sum = 0, sum_of_squares = 0, squares = 0;
  for (const double w : log_weights) {
    const double weight = math::exp(sign * w - largest);
    sum += weight;
    sum_of_squares += weight * weight;
  }
  const double mean = sum / runs;
  for (const double w : log_weights) {
    const double from_mean = math::exp(sign * w - largest) - mean;
    squares += from_mean * from_mean;
  }
  return {largest + math::log(mean), std::sqrt(squares / (runs - 1) / runs) / mean, sum * sum / sum_of_squares};
}

// log(1 - 3 s) and log(1 + 3 s), s a relative standard error.
double three_errors_below(double error) {
  const double least = 1 - 3 * error;
  return least > 0 ? math::log(least) : -std::numeric_limits<double>::infinity();
}
double three_errors_above(double error) { return math::log(1 + 3 * error); }

}  // namespace

LogPartition estimate_from(const std::vector<double>& log_weights, double log_z_base, Direction direction) {
  if (direction == Direction::forward) {
    const LogMean mean = log_mean_of(log_weights, 1);
    const double log_z = log_z_base + mean.log_mean;
    return {log_z, log_z + three_errors_below(mean.error), log_z + three_errors_above(mean.error), mean.error,
            mean.effective};
  }
  const LogMean mean = log_mean_of(log_weights, -1);
  const double log_z = log_z_base - mean.log_mean;
  return {log_z, log_z - three_errors_above(mean.error), log_z - three_errors_below(mean.error), mean.error,
          mean.effective};
}

}  // namespace wakesleep
