#include "learning/exact_gradient.h"

#include <algorithm>
#include <string>

#include "math/scalar.h"
#include "models/state_space.h"

namespace wakesleep {
namespace {

constexpr Index at_once = 1 << 10;

}  // namespace

std::string ExactGradient::why_not(const RbmShape& shape) {
  if (units::type_of(shape.visible_units.type).documents())
    return "exact has one partition function, and documents one for each length";
  for (const Units& units : {shape.visible_units, shape.hidden_units})
    if (const units::Type& type = units::type_of(units.type); !type.has_energy())
      return std::string("exact sums over energies, and ") + type.name() + " units have no energy";
  if (count_states(shape.hidden_units, shape.hidden, 0, most_states) == 0 &&
      count_states(shape.visible_units, shape.visible, shape.labels, most_states) == 0)
    return "exact sums over the states of one side, at most 2^16, and this model has " +
           std::to_string(shape.visible + shape.labels) + " visible and " + std::to_string(shape.hidden) +
           " hidden units: 'pcd' estimates the same gradient";
  return {};
}

ExactGradient::ExactGradient(const Rbm& rbm, const TrainingOptions&) : conditionals_(rbm) {
  const std::uint64_t of_hidden = count_states(conditionals_.hidden_side(), most_states);
  const std::uint64_t of_visible = count_states(conditionals_.visible_side(), most_states);
  over_hidden_ = of_visible == 0 || (of_hidden != 0 && of_hidden <= of_visible);
  states_ = over_hidden_ ? of_hidden : of_visible;
  probabilities_.resize(static_cast<std::size_t>(states_));
  negative_.of_means = !over_hidden_;
  negative_.v_is_mean = over_hidden_;
}

void ExactGradient::begin(const Phase& positive, const BitMatrix*, const GibbsSteps&) {
  total_ = static_cast<double>(positive.weight_of_all());
  weighed_ = next_ = 0;
}

// Some states get their weights, and then all of them probabilities.
bool ExactGradient::step() {
  if (weighed_ == states_) return false;
  const auto count = static_cast<Index>(std::min<std::uint64_t>(at_once, states_ - weighed_));
  set_states(over_hidden_ ? conditionals_.hidden_side() : conditionals_.visible_side(), weighed_, count, some_);
  if (over_hidden_) {
    conditionals_.log_weights_of_hidden(some_, log_weights_);
  } else {
    conditionals_.log_weights_of_visible(some_, log_weights_);
  }
  std::copy_n(log_weights_.data(), count, probabilities_.data() + weighed_);
  weighed_ += static_cast<std::uint64_t>(count);
  if (weighed_ < states_) return true;
  const double largest = *std::max_element(probabilities_.begin(), probabilities_.end());
  double sum = 0;
  for (double& p : probabilities_) sum += p = math::exp(p - largest);
  for (double& p : probabilities_) p /= sum;
  return true;
}

const Phase* ExactGradient::next() {
  if (next_ == states_) return nullptr;
  const auto count = static_cast<Index>(std::min<std::uint64_t>(at_once, states_ - next_));
  if (over_hidden_) {
    set_states(conditionals_.hidden_side(), next_, count, negative_.h_states);
    conditionals_.visible_means(negative_.h_states, nullptr, negative_.v);
  } else {
    set_states(conditionals_.visible_side(), next_, count, negative_.v);
    conditionals_.hidden(negative_.v, &negative_.h, nullptr, {});
  }
  negative_.weights.resize(static_cast<std::size_t>(count));
  for (std::size_t r = 0; r < negative_.weights.size(); ++r)
    negative_.weights[r] = static_cast<float>(total_ * probabilities_[static_cast<std::size_t>(next_) + r]);
  next_ += static_cast<std::uint64_t>(count);
  return &negative_;
}

}  // namespace wakesleep
