#include "wakesleep/exact.h"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <string>

#include "math/products.h"
#include "math/sampling.h"
#include "math/scalar.h"
#include "math/slices.h"

namespace wakesleep {
namespace {

constexpr int slice_bits = 10;

// log sum over the states of a softmax group of exp(x_y).
double log_sum_exp(const float* x, Index n) {
  const double largest = static_cast<double>(*std::max_element(x, x + n));
  double sum = 0;
  for (Index i = 0; i < n; ++i) sum += math::exp(static_cast<double>(x[i]) - largest);
  return largest + math::log(sum);
}

// Whether summing over the hidden states is cheaper. The visible side's label group multiplies its states.
bool hidden_is_smaller(const RbmShape& shape) { return shape.hidden <= shape.visible + shape.labels; }

}  // namespace

bool is_enumerable(const RbmShape& shape) {
  return hidden_is_smaller(shape) ? shape.hidden <= most_enumerable_units
                                  : shape.visible + shape.labels <= most_enumerable_units;
}

Enumeration::Enumeration(const Rbm& rbm) : rbm_(&rbm), over_hidden_(hidden_is_smaller(rbm.shape())) {
  if (!is_enumerable(rbm.shape()))
    throw std::out_of_range("an enumeration needs a side of at most " + std::to_string(most_enumerable_units) +
                            " units, and this model has " + std::to_string(rbm.width()) + " visible and " +
                            std::to_string(rbm.hidden()) + " hidden ones");
  const Index side = over_hidden_ ? rbm.hidden() : rbm.visible();
  states_ = (std::uint64_t{1} << side) * static_cast<std::uint64_t>(over_hidden_ ? 1 : std::max<Index>(1, rbm.labels()));
}

double Enumeration::done() const { return static_cast<double>(next_) / static_cast<double>(states_); }
double Enumeration::blocks() const { return static_cast<double>(((states_ - 1) >> slice_bits) + 1); }

bool Enumeration::next() {
  if (next_ == states_) return false;
  const std::uint64_t end = std::min(states_, next_ + (std::uint64_t{1} << slice_bits));
  const auto rows = static_cast<Index>(end - next_);
  const Index side = over_hidden_ ? rbm_->hidden() : rbm_->visible();
  const std::uint64_t mask = (std::uint64_t{1} << side) - 1;
  block_.resize(rows, over_hidden_ ? side : rbm_->width());
  for (Index r = 0; r < rows; ++r) {
    const std::uint64_t state = next_ + static_cast<std::uint64_t>(r);
    block_.row(r)[0] = state & mask;
    if (!over_hidden_ && rbm_->labels()) block_.set(r, side + static_cast<Index>(state >> side), true);
  }
  const Vector& own = over_hidden_ ? rbm_->c() : rbm_->b();
  pre_.resize(rows, over_hidden_ ? rbm_->width() : rbm_->hidden());
  math::fill_rows(over_hidden_ ? rbm_->b() : rbm_->c(), pre_);
  math::Workspace workspace;
  math::add_product(block_, {rbm_->W(), over_hidden_}, pre_, workspace);
  // What is left when the other side is summed out: softplus of each Bernoulli unit, log-sum-exp of the label group.
  const Index bernoulli = over_hidden_ ? rbm_->visible() : rbm_->hidden();
  terms_.resize(static_cast<std::size_t>(rows));
  for (Index r = 0; r < rows; ++r) {
    double term = math::sum_softplus(pre_.data() + r * pre_.cols(), nullptr, bernoulli);
    if (over_hidden_ && rbm_->labels()) term += log_sum_exp(pre_.data() + r * pre_.cols() + bernoulli, rbm_->labels());
    for (Index i = 0; i < own.size(); ++i)
      if (block_.get(r, i)) term += static_cast<double>(own[i]);
    terms_[static_cast<std::size_t>(r)] = term;
  }
  next_ = end;
  return true;
}

void LogSum::add(double log_term) {
  if (log_term > largest_) {
    sum_ = sum_ * math::exp(largest_ - log_term) + 1;
    largest_ = log_term;
  } else {
    sum_ += math::exp(log_term - largest_);
  }
}

double LogSum::value() const { return largest_ + math::log(sum_); }

bool ExactLogPartition::step() {
  if (!states_.next()) return false;
  for (const double term : states_.log_terms()) sum_.add(term);
  return true;
}

double exact_log_partition(const Rbm& rbm) {
  ExactLogPartition sum(rbm);
  while (sum.step()) {
  }
  return sum.log_z();
}

ExactSamples::ExactSamples(const Rbm& rbm, Index count, std::uint64_t seed, Stream stream)
    : enumeration_(rbm), random_(seed, stream), samples_(count, enumeration_.over_hidden() ? rbm.hidden() : rbm.width()) {}

bool ExactSamples::step() {
  if (!enumeration_.next()) return false;
  const std::vector<double>& terms = enumeration_.log_terms();
  const double largest = *std::max_element(terms.begin(), terms.end());
  sums_.clear();
  double sum = 0;
  for (const double term : terms) {
    all_.add(term);
    sums_.push_back(sum += math::exp(term - largest));
  }
  const double chance = math::exp(largest + math::log(sum) - all_.value());
  for (Index r = 0; r < samples_.rows(); ++r) {
    const double u = random_.uniform();
    if (u >= chance) continue;
    // Given that u < chance, u / chance is uniform again.
    const auto found = std::upper_bound(sums_.begin(), sums_.end(), u / chance * sum);
    const auto state = std::min<Index>(found - sums_.begin(), static_cast<Index>(sums_.size()) - 1);
    std::copy_n(enumeration_.states().row(state), samples_.words_per_row(), samples_.row(r));
  }
  return true;
}

DatasetAverage average_free_energy(const Rbm& rbm, const Dataset& data, Index most_rows) {
  return {data,
          {rbm.visible(), rbm.labels()},
          most_rows,
          math::rows_a_slice(static_cast<double>(rbm.W().size())),
          [&rbm](const Matrix& x, Index) { return rbm.free_energy(view(x)); }};
}

double mean_free_energy(const Rbm& rbm, const Dataset& data, Index most_rows) {
  return average_free_energy(rbm, data, most_rows).finish().mean;
}

DatasetAverage log_likelihood(const Rbm& rbm, const Dataset& data, double log_z) {
  return {data,
          {rbm.visible(), rbm.labels()},
          data.count(),
          math::rows_a_slice(static_cast<double>(rbm.W().size())),
          [&rbm, log_z](const Matrix& x, Index) -> VectorD { return -rbm.free_energy(view(x)).array() - log_z; }};
}

double mean_log_likelihood(const Rbm& rbm, const Dataset& data, double log_z) {
  return log_likelihood(rbm, data, log_z).finish().mean;
}

}  // namespace wakesleep
