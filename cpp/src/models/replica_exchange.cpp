#include "models/replica_exchange.h"

#include <algorithm>
#include <numeric>

#include "math/scalar.h"

namespace wakesleep {

void ReplicaExchange::propose(const Rbm& model, const Rbm& other, const LayerStates& chains, const Population& samples,
                              std::uint64_t seed, std::uint64_t place) {
  begin_proposal(model, other, chains, samples, seed, place);
  while (step_proposal()) {
  }
}

void ReplicaExchange::begin_proposal(const Rbm& model, const Rbm& other, const LayerStates& chains,
                                     const Population& samples, std::uint64_t seed, std::uint64_t place) {
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
  model_ = &model;
  other_ = &other;
  proposed_ = &chains;
  of_samples_ = samples.free_energies;
  stage_ = Stage::here;
  row_ = 0;
}

// Of some rows more; whether those were the last.
bool ReplicaExchange::energies(StateFreeEnergies& of, const Rbm& rbm, const LayerStates& v) {
  const math::RowRange some = StateFreeEnergies::next_rows(row_, rbm, v);
  of.of_visible(some, rbm, v);
  row_ += some.count;
  if (row_ < v.rows()) return false;
  row_ = 0;
  return true;
}

bool ReplicaExchange::step_proposal() {
  switch (stage_) {
    case Stage::here:
      if (energies(here_, *model_, *proposed_)) stage_ = Stage::there;
      return true;
    case Stage::there:
      if (energies(there_, *model_, met_)) stage_ = Stage::below;
      return true;
    case Stage::below:
      if (!energies(below_, *other_, *proposed_)) return true;
      gaps_.resize(static_cast<std::size_t>(proposed_->rows()));
      for (std::size_t r = 0; r < gaps_.size(); ++r) {
        const auto row = static_cast<Index>(r);
        gaps_[r] = (here_.values()[row] - below_.values()[row]) -
                   (there_.values()[row] - (*of_samples_)[static_cast<Index>(which_[r])]);
      }
      stage_ = Stage::over;
      return true;
    case Stage::over:
    case Stage::inputs:
    case Stage::hidden:
    case Stage::visible:
      return false;
  }
  return false;
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
  begin_move(model, chains, after_swap, hidden, visible);
  while (step_move()) {
  }
}

void ReplicaExchange::begin_move(const Rbm& model, LayerStates& chains, bool after_swap, const math::Place& hidden,
                                 const math::Place& visible) {
  model_ = &model;
  moving_ = &chains;
  of_hidden_ = hidden;
  of_visible_ = visible;
  row_ = 0;
  stage_ = after_swap ? Stage::inputs : Stage::hidden;
}

bool ReplicaExchange::step_move() {
  if (!moving_) return false;
  const Layer below = visible_layer(*model_), above = hidden_layer(*model_);
  const Index rows = moving_->rows();
  const auto of_product = [&](const LayerStates& given) {
    return math::next_rows(row_, rows, given.binary, static_cast<double>(model_->W().size()));
  };
  const auto past = [&](math::RowRange some, Stage next) {
    row_ += some.count;
    if (row_ < rows) return;
    row_ = 0;
    stage_ = next;
  };
  switch (stage_) {
    case Stage::inputs: {
      // A state that is drawn takes as long as many multiplications.
      const math::RowRange some = math::next_rows(row_, rows, false, 100 * static_cast<double>(above.width()));
      here_.draw_from_inputs(some, above, {1, &h_, of_hidden_});
      past(some, Stage::visible);
      return true;
    }
    case Stage::hidden: {
      const math::RowRange some = of_product(*moving_);
      sampler_.draw(some, above, below, *moving_, model_->W(), {1, &h_, of_hidden_});
      past(some, Stage::visible);
      return true;
    }
    case Stage::visible: {
      const math::RowRange some = of_product(h_);
      sampler_.draw(some, below, above, h_, {model_->W(), true}, {1, moving_, of_visible_});
      past(some, Stage::over);
      return true;
    }
    case Stage::over:
    case Stage::here:
    case Stage::there:
    case Stage::below:
      return false;
  }
  return false;
}

}  // namespace wakesleep
