#include "learning/exact_gradient.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "math/scalar.h"

namespace wakesleep {
namespace {

constexpr Index at_once = 1 << 10;

// 0: too many.
std::uint64_t count_states(Index units, Index labels) {
  if (units > 16) return 0;
  const std::uint64_t states = (std::uint64_t{1} << units) * static_cast<std::uint64_t>(std::max<Index>(1, labels));
  return states <= ExactGradient::most_states ? states : 0;
}

}  // namespace

ExactGradient::ExactGradient(const Rbm& rbm) : conditionals_(rbm) {
  const std::uint64_t of_hidden = count_states(rbm.hidden(), 0), of_visible = count_states(rbm.visible(), rbm.labels());
  if (of_hidden == 0 && of_visible == 0)
    throw std::out_of_range("method exact sums over the states of one side, at most 2^16, and this model has " +
                            std::to_string(rbm.width()) + " visible and " + std::to_string(rbm.hidden()) + " hidden units");
  over_hidden_ = of_visible == 0 || (of_hidden != 0 && of_hidden <= of_visible);
  states_ = over_hidden_ ? of_hidden : of_visible;
  probabilities_.resize(static_cast<std::size_t>(states_));
  negative_.of_means = !over_hidden_;
}

void ExactGradient::set_states(BitMatrix& states, std::uint64_t first, Index count) {
  const Index units = over_hidden_ ? conditionals_.hidden() : conditionals_.visible();
  states.resize(count, over_hidden_ ? units : conditionals_.width());
  for (Index r = 0; r < count; ++r) {
    const std::uint64_t state = first + static_cast<std::uint64_t>(r);
    states.row(r)[0] = state & ((std::uint64_t{1} << units) - 1);
    if (!over_hidden_ && conditionals_.labels()) states.set(r, units + static_cast<Index>(state >> units), true);
  }
}

void ExactGradient::draw(const Phase& positive, const BitMatrix*, const Place&) {
  for (std::uint64_t first = 0; first < states_; first += at_once) {
    const auto count = static_cast<Index>(std::min<std::uint64_t>(at_once, states_ - first));
    set_states(some_, first, count);
    if (over_hidden_) {
      conditionals_.log_weights_of_hidden(some_, probabilities_.data() + first);
    } else {
      conditionals_.log_weights_of_visible(some_, probabilities_.data() + first);
    }
  }
  const double largest = *std::max_element(probabilities_.begin(), probabilities_.end());
  double sum = 0;
  for (double& p : probabilities_) sum += p = math::exp(p - largest);
  for (double& p : probabilities_) p /= sum;
  total_ = static_cast<double>(positive.weight_of_all());
  next_ = 0;
}

const Phase* ExactGradient::next() {
  if (next_ == states_) return nullptr;
  const auto count = static_cast<Index>(std::min<std::uint64_t>(at_once, states_ - next_));
  if (over_hidden_) {
    set_states(negative_.h_states, next_, count);
    conditionals_.visible_means(negative_.h_states, negative_.v);
  } else {
    negative_.v.binary = true;
    set_states(negative_.v.bits, next_, count);
    conditionals_.hidden(negative_.v, &negative_.h, nullptr, {});
  }
  negative_.weights.resize(static_cast<std::size_t>(count));
  for (std::size_t r = 0; r < negative_.weights.size(); ++r)
    negative_.weights[r] = static_cast<float>(total_ * probabilities_[static_cast<std::size_t>(next_) + r]);
  next_ += static_cast<std::uint64_t>(count);
  return &negative_;
}

}  // namespace wakesleep
