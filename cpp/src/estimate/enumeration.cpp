#include "estimate/enumeration.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "estimate/enumerable.h"
#include "math/scalar.h"
#include "math/slices.h"

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

std::string too_many_states(const Rbm& rbm) {
  return "an enumeration needs a side of at most " + std::to_string(most_enumerable_units) +
         " units (2^25 states) that can be counted, and this model has " + std::to_string(rbm.width()) +
         " visible and " + std::to_string(rbm.hidden()) + " hidden ones, " + name_of(rbm.shape().visible_units.type) +
         " and " + name_of(rbm.shape().hidden_units.type);
}

bool is_enumerable(const RbmShape& shape) {
  return units::type_of(shape.visible_units.type).has_energy() &&
         units::type_of(shape.hidden_units.type).has_energy() &&
         (states_of_visible(shape, most_states) > 0 || states_of_hidden(shape, most_states) > 0);
}

Enumeration::Enumeration(const Rbm& rbm, Index words) : rbm_(&rbm), words_(words) {
  const bool documents = visible_layer(rbm).type->documents();
  if (documents && (words < 1 || words > 1'000'000))
    throw std::out_of_range("an enumeration of documents needs their length, 1 to 1,000,000 words, not " +
                            std::to_string(words));
  if (!documents) words_ = 0;
  if (!is_enumerable(rbm.shape())) throw std::out_of_range(too_many_states(rbm));
  const std::uint64_t of_visible = states_of_visible(rbm.shape(), most_states),
                      of_hidden = states_of_hidden(rbm.shape(), most_states);
  over_hidden_ = of_visible == 0 || (of_hidden != 0 && of_hidden <= of_visible);
  states_ = over_hidden_ ? of_hidden : of_visible;
}

double Enumeration::done() const { return static_cast<double>(next_) / static_cast<double>(states_); }

std::uint64_t Enumeration::first() const { return next_ - static_cast<std::uint64_t>(terms_.size()); }
bool Enumeration::ends_block() const { return next_ == states_ || (next_ & ((1 << slice_bits) - 1)) == 0; }

void Enumeration::state(std::uint64_t number, LayerStates& to) const {
  set_states(over_hidden_ ? hidden_layer(*rbm_) : visible_layer(*rbm_), number, 1, to);
}

bool Enumeration::next() {
  if (next_ == states_) return false;
  const Layer v = visible_layer(*rbm_), h = hidden_layer(*rbm_);
  const Layer &own = over_hidden_ ? h : v, &other = over_hidden_ ? v : h;
  // The other side has a product and an integral a unit.
  const double of_state = static_cast<double>(other.width()) * (static_cast<double>(own.width()) + 20);
  const std::uint64_t block = std::min(states_, ((next_ >> slice_bits) + 1) << slice_bits);
  const std::uint64_t end = std::min(block, next_ + static_cast<std::uint64_t>(math::rows_a_slice(of_state)));
  set_states(own, next_, static_cast<Index>(end - next_), part_);
  log_weights_.of(own, other, part_, {rbm_->W(), over_hidden_}, words_, terms_);
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

ExactSamples::ExactSamples(const Rbm& rbm, Index count, std::uint64_t seed, Stream stream, Index words)
    : enumeration_(rbm, words), random_(seed, stream) {
  const Layer side = enumeration_.over_hidden() ? hidden_layer(rbm) : visible_layer(rbm);
  samples_.resize(side.binary(), count, side.width());
}

bool ExactSamples::step() {
  if (!enumeration_.next()) return false;
  for (const double term : enumeration_.log_terms()) {
    block_.push_back(term);
    all_.add(term);
  }
  if (!enumeration_.ends_block()) return true;
  const double largest = *std::max_element(block_.begin(), block_.end());
  sums_.clear();
  double sum = 0;
  for (const double term : block_) sums_.push_back(sum += math::exp(term - largest));
  const double chance = math::exp(largest + math::log(sum) - all_.value());
  const std::uint64_t first =
      enumeration_.first() + static_cast<std::uint64_t>(enumeration_.log_terms().size()) - block_.size();
  for (Index r = 0; r < samples_.rows(); ++r) {
    const double u = random_.uniform();
    if (u >= chance) continue;
    // Given that u < chance, u / chance is uniform again.
    const auto found = std::upper_bound(sums_.begin(), sums_.end(), u / chance * sum);
    const auto state = std::min<std::uint64_t>(static_cast<std::uint64_t>(found - sums_.begin()), sums_.size() - 1);
    enumeration_.state(first + state, chosen_);
    samples_.copy_row(chosen_, 0, r);
  }
  block_.clear();
  return true;
}

}  // namespace wakesleep
