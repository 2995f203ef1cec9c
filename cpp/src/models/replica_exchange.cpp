#include "models/replica_exchange.h"

#include <algorithm>
#include <numeric>

#include "math/scalar.h"

namespace wakesleep {

void ReplicaExchange::propose(const Rbm& model, const Rbm& other, const LayerStates& chains, const Population& samples,
                              std::uint64_t seed, std::uint64_t place) {
  const Index count = chains.rows(), all = samples.v->rows();
  which_.resize(static_cast<std::size_t>(all));
  std::iota(which_.begin(), which_.end(), 0u);
  Random random(seed, Stream::ladder_partner, place);
  met_.resize(chains.binary, count, chains.cols());
  for (Index r = 0; r < count; ++r) {
    const auto here = static_cast<std::size_t>(r);
    std::swap(which_[here], which_[here + random.below(static_cast<std::uint32_t>(all - r))]);
    met_.copy_row(*samples.v, static_cast<Index>(which_[here]), r);
  }
  here_.of_visible(model, chains);
  there_.of_visible(model, met_);
  below_.of_visible(other, chains);
  gaps_.resize(static_cast<std::size_t>(count));
  for (Index r = 0; r < count; ++r)
    gaps_[static_cast<std::size_t>(r)] =
        (here_.values()[r] - below_.values()[r]) -
        (there_.values()[r] - (*samples.free_energies)[static_cast<Index>(which_[static_cast<std::size_t>(r)])]);
}

double ReplicaExchange::acceptance(const VectorD& drawn_under) const {
  const VectorD& now = here_.values();
  double largest = drawn_under[0] - now[0];
  for (Index r = 1; r < now.size(); ++r) largest = std::max(largest, drawn_under[r] - now[r]);
  double sum = 0, accepted = 0;
  for (Index r = 0; r < now.size(); ++r) {
    const double weight = math::exp(drawn_under[r] - now[r] - largest);
    sum += weight;
    accepted += weight * std::min(1.0, math::exp(gaps_[static_cast<std::size_t>(r)]));
  }
  return accepted / sum;
}

Index ReplicaExchange::swap(LayerStates& chains, const Population& samples, std::uint64_t seed, std::uint64_t place) {
  const math::Place at{seed, Stream::ladder_swap, place};
  swapped_.assign(gaps_.size(), false);
  Index accepted = 0;
  Scratch& inputs = here_.inputs();
  for (Index r = 0; r < chains.rows(); ++r) {
    const auto pair = static_cast<std::size_t>(r);
    const auto u = static_cast<double>(math::uniform_of_row(at, static_cast<std::uint32_t>(r)));
    if (u >= math::exp(gaps_[pair])) continue;
    const auto sample = static_cast<Index>(which_[pair]);
    samples.v->copy_row(chains, r, sample);
    (*samples.free_energies)[sample] = below_.values()[r];
    chains.copy_row(met_, r, r);
    std::copy_n(there_.inputs().row(r), inputs.cols(), inputs.row(r));
    swapped_[pair] = true;
    ++accepted;
  }
  return accepted;
}

void ReplicaExchange::move(const Rbm& model, LayerStates& chains, bool after_swap, const math::Place& hidden,
                           const math::Place& visible) {
  const Layer below = visible_layer(model), above = hidden_layer(model);
  const LayerDraw draw{1, &h_, hidden};
  if (after_swap) {
    // Inputs that become states where the units are real stay where they are for the next proposal.
    h_.resize(above.binary(), chains.rows(), model.hidden());
    sampler_.draw_from(above, here_.inputs(), draw);
  } else {
    sampler_.draw(above, below, chains, model.W(), draw);
  }
  sampler_.draw(below, above, h_, {model.W(), true}, {1, &chains, visible});
}

}  // namespace wakesleep
