#include "wakesleep/exact.h"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <string>

#include "estimate/log_sum.h"
#include "math/products.h"
#include "math/sampling.h"
#include "math/scalar.h"

namespace wakesleep {
namespace {

constexpr int slice_bits = 10;

// Whether summing over the hidden states is cheaper. The visible side's label group multiplies its states.
bool hidden_is_smaller(const RbmShape& shape) { return shape.hidden <= shape.visible + shape.labels; }

}  // namespace

bool is_enumerable(const RbmShape& shape) {
  return hidden_is_smaller(shape) ? shape.hidden <= most_enumerable_units
                                  : shape.visible + shape.labels <= most_enumerable_units;
}

ExactLogPartition::ExactLogPartition(const Rbm& rbm)
    : rbm_(&rbm), over_hidden_(hidden_is_smaller(rbm.shape())), largest_(-std::numeric_limits<double>::infinity()) {
  if (!is_enumerable(rbm.shape()))
    throw std::out_of_range("an exact log-partition needs a side of at most " + std::to_string(most_enumerable_units) +
                            " units, and this model has " + std::to_string(rbm.width()) + " visible and " +
                            std::to_string(rbm.hidden()) + " hidden ones");
  const Index side = over_hidden_ ? rbm.hidden() : rbm.visible();
  states_ = (std::uint64_t{1} << side) * static_cast<std::uint64_t>(over_hidden_ ? 1 : std::max<Index>(1, rbm.labels()));
}

double ExactLogPartition::done() const { return static_cast<double>(next_) / static_cast<double>(states_); }
double ExactLogPartition::log_z() const { return largest_ + math::log(sum_); }

bool ExactLogPartition::step() {
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
  for (Index r = 0; r < rows; ++r) {
    double term = math::sum_softplus(pre_.data() + r * pre_.cols(), nullptr, bernoulli);
    if (over_hidden_ && rbm_->labels()) term += log_sum_exp(pre_.data() + r * pre_.cols() + bernoulli, rbm_->labels());
    for (Index i = 0; i < own.size(); ++i)
      if (block_.get(r, i)) term += static_cast<double>(own[i]);
    if (term > largest_) {
      sum_ = sum_ * math::exp(largest_ - term) + 1;
      largest_ = term;
    } else {
      sum_ += math::exp(term - largest_);
    }
  }
  next_ = end;
  return true;
}

double exact_log_partition(const Rbm& rbm) {
  ExactLogPartition sum(rbm);
  while (sum.step()) {
  }
  return sum.log_z();
}

namespace {

double sum_free_energy(const Rbm& rbm, const Dataset& data, Index rows) {
  if (data.width() != rbm.visible())
    throw std::out_of_range("the data set has " + std::to_string(data.width()) + " values an example, and the model " +
                            std::to_string(rbm.visible()) + " visible units");
  const bool with_labels = rbm.labels() > 0 && data.has_labels();
  if (with_labels && data.label_count() > rbm.labels())
    throw std::out_of_range("the data set has labels up to " + std::to_string(data.label_count() - 1) + ", and the model " +
                            std::to_string(rbm.labels()) + " label units");
  constexpr Index at_once = 256;
  double sum = 0;
  for (Index first = 0; first < rows; first += at_once) {
    const Index count = std::min(at_once, rows - first);
    Matrix x = data.rows(first, count);
    if (with_labels) {
      x.conservativeResize(count, rbm.width());
      x.rightCols(rbm.labels()).setZero();
      for (Index r = 0; r < count; ++r) x(r, rbm.visible() + data.labels()[static_cast<std::size_t>(first + r)]) = 1;
    }
    sum += rbm.free_energy(view(x)).sum();
  }
  return sum;
}

}  // namespace

double mean_log_likelihood(const Rbm& rbm, const Dataset& data, double log_z) {
  return -sum_free_energy(rbm, data, data.count()) / static_cast<double>(data.count()) - log_z;
}

double mean_free_energy(const Rbm& rbm, const Dataset& data, Index most_rows) {
  const Index rows = std::min(data.count(), most_rows);
  return sum_free_energy(rbm, data, rows) / static_cast<double>(rows);
}

}  // namespace wakesleep
