#include "wakesleep/exact.h"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <string>

#include "estimate/gaussian_exact.h"
#include "math/scalar.h"
#include "math/slices.h"
#include "models/state_space.h"

namespace wakesleep {
namespace {

constexpr int slice_bits = 10;

std::uint64_t states_of_visible(const RbmShape& shape, std::uint64_t most) {
  return count_states(shape.visible_units, shape.visible, shape.labels, most);
}
std::uint64_t states_of_hidden(const RbmShape& shape, std::uint64_t most) {
  return count_states(shape.hidden_units, shape.hidden, 0, most);
}

constexpr std::uint64_t most_states = std::uint64_t{1} << most_enumerable_units;

}  // namespace

bool is_enumerable(const RbmShape& shape) {
  return units::type_of(shape.visible_units.type).has_energy() &&
         units::type_of(shape.hidden_units.type).has_energy() &&
         (states_of_visible(shape, most_states) > 0 || states_of_hidden(shape, most_states) > 0);
}

Enumeration::Enumeration(const Rbm& rbm, Index words)
    : rbm_(&rbm), words_(words), log_weights_(std::make_shared<LogWeights>()) {
  const bool documents = visible_layer(rbm).type->documents();
  if (documents && (words < 1 || words > 1'000'000))
    throw std::out_of_range("an enumeration of documents needs their length, 1 to 1,000,000 words, not " +
                            std::to_string(words));
  if (!documents) words_ = 0;
  if (!is_enumerable(rbm.shape()))
    throw std::out_of_range("an enumeration needs a side of at most " + std::to_string(most_enumerable_units) +
                            " units (2^25 states) that can be counted, and this model has " +
                            std::to_string(rbm.width()) + " visible and " + std::to_string(rbm.hidden()) +
                            " hidden ones, " + name_of(rbm.shape().visible_units.type) + " and " +
                            name_of(rbm.shape().hidden_units.type));
  const std::uint64_t of_visible = states_of_visible(rbm.shape(), most_states),
                      of_hidden = states_of_hidden(rbm.shape(), most_states);
  over_hidden_ = of_visible == 0 || (of_hidden != 0 && of_hidden <= of_visible);
  states_ = over_hidden_ ? of_hidden : of_visible;
}

double Enumeration::done() const { return static_cast<double>(next_) / static_cast<double>(states_); }
double Enumeration::blocks() const { return static_cast<double>(((states_ - 1) >> slice_bits) + 1); }

bool Enumeration::next() {
  if (next_ == states_) return false;
  const std::uint64_t end = std::min(states_, next_ + (std::uint64_t{1} << slice_bits));
  const Layer v = visible_layer(*rbm_), h = hidden_layer(*rbm_);
  const Layer &own = over_hidden_ ? h : v, &other = over_hidden_ ? v : h;
  set_states(own, next_, static_cast<Index>(end - next_), block_);
  log_weights_->of(own, other, block_, {rbm_->W(), over_hidden_}, words_, terms_);
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
double LogSum::log_share(double log_term) const { return log_term - largest_ - math::log(sum_); }

ExactLogPartition::ExactLogPartition(const Rbm& rbm, Index words) {
  const units::Type &below = *visible_layer(rbm).type, &above = *hidden_layer(rbm).type;
  if (below.normal() && above.normal()) {
    gaussian_ = std::make_shared<GaussianLogPartition>(rbm);
    return;
  }
  if (rbm.has_energy() && !below.bounded() && !above.bounded())
    throw std::out_of_range(
        std::string("log Z of two continuous sides has a closed form where both are gaussian, and this model has ") +
        below.name() + " and " + above.name() + " units: annealed importance sampling estimates it");
  states_.emplace(rbm, words);
}

bool ExactLogPartition::step() {
  if (gaussian_) return gaussian_->step();
  if (!states_->next()) return false;
  for (const double term : states_->log_terms()) sum_.add(term);
  return true;
}

double ExactLogPartition::done() const { return gaussian_ ? gaussian_->done() : states_->done(); }
double ExactLogPartition::log_z() const { return gaussian_ ? gaussian_->log_z() : sum_.value(); }

double exact_log_partition(const Rbm& rbm, Index words) {
  ExactLogPartition sum(rbm, words);
  while (sum.step()) {
  }
  return sum.log_z();
}

ExactSamples::ExactSamples(const Rbm& rbm, Index count, std::uint64_t seed, Stream stream, Index words)
    : enumeration_(rbm, words), random_(seed, stream) {
  const Layer side = enumeration_.over_hidden() ? hidden_layer(rbm) : visible_layer(rbm);
  samples_.resize(side.binary(), count, side.width());
}

bool ExactSamples::step() {
  if (!enumeration_.next()) return false;
  const VectorD& terms = enumeration_.log_terms();
  const double largest = terms.maxCoeff();
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
    samples_.copy_row(enumeration_.states(), state, r);
  }
  return true;
}

DatasetAverage average_free_energy(const Rbm& rbm, ExampleRows examples, Index most_rows) {
  return {std::move(examples),
          {rbm.visible(), rbm.labels()},
          most_rows,
          math::rows_a_slice(static_cast<double>(rbm.W().size())),
          [&rbm](const Matrix& x, Index) { return rbm.free_energy(view(x)); }};
}

double mean_free_energy(const Rbm& rbm, const Dataset& data, Index most_rows) {
  return average_free_energy(rbm, data, most_rows).finish().mean;
}

LikelihoodAverage log_likelihood(const Rbm& rbm, ExampleRows examples, double log_z, bool with_labels) {
  return {std::move(examples),
          {rbm.visible(), with_labels ? rbm.labels() : 0},
          math::rows_a_slice(static_cast<double>(rbm.W().size() + 5 * rbm.labels() * rbm.hidden())),
          rbm.shape().visible_units,
          [&rbm, log_z](const Matrix& x, Index) -> VectorD { return -rbm.free_energy(view(x)).array() - log_z; }};
}

double mean_log_likelihood(const Rbm& rbm, const Dataset& data, double log_z) {
  return log_likelihood(rbm, data, log_z).finish().mean;
}

}  // namespace wakesleep
