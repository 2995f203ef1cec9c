#include "estimate/stacked_chains.h"

#include <stdexcept>
#include <string>

#include "math/scalar.h"
#include "models/clamps.h"
#include "wakesleep/gibbs.h"

namespace wakesleep {
namespace {

// Gibbs steps of a machine have the places of its own.
constexpr std::uint64_t most_machines = 16;

}  // namespace

// Four free energies a pair of neighbours, two layers drawn and one more; products only add.
double StackedChains::cost(const Dbn& dbn) {
  double all = 0;
  for (Index l = 0; l < dbn.depth(); ++l) {
    const Rbm& rbm = dbn.rbm(l);
    all += 1.5 * static_cast<double>(rbm.W().size()) + 120 * static_cast<double>(rbm.width() + rbm.hidden());
  }
  return all;
}

StackedChains::StackedChains(const Dbn& dbn, Index count, std::uint64_t seed, Index first)
    : dbn_(&dbn), seed_(seed), first_(static_cast<std::uint32_t>(first)) {
  if (dbn.depth() < 2) throw std::invalid_argument("stacked tempering needs a DBN of at least two RBMs");
  if (visible_layer(dbn.rbm(0)).type->documents())
    throw std::invalid_argument("stacked tempering does not go with counts of words");
  for (Index l = 0; l < dbn.depth(); ++l) {
    check_energy(dbn.rbm(l));
    // A seed of its own, or machines of one size would start alike.
    const GibbsChains start(dbn.rbm(l), count, seed + static_cast<std::uint64_t>(l), 0, first);
    v_.push_back(start.v_states());
    h_.emplace_back();
    draw_hidden(static_cast<std::size_t>(l), 0);
  }
  accepted_.resize(v_.size() - 1);
  mean_v_.resize(count, dbn.rbm(0).width());
}

void StackedChains::start_at(Index machine, const LayerStates& v) {
  const auto l = static_cast<std::size_t>(machine);
  v_.at(l) = v;
  draw_hidden(l, steps_);
}

math::Place StackedChains::place_of(Stream stream, std::size_t machine, std::uint64_t step) const {
  return {seed_, stream, step * most_machines + machine, first_};
}

void StackedChains::draw_hidden(std::size_t machine, std::uint64_t place) {
  const Rbm& rbm = dbn_->rbm(static_cast<Index>(machine));
  sampler_.draw(hidden_layer(rbm), visible_layer(rbm), v_[machine], rbm.W(),
                {1, &h_[machine], place_of(Stream::stack_hidden, machine, place)});
}

void StackedChains::draw_visible(std::size_t machine, std::uint64_t place) {
  const Rbm& rbm = dbn_->rbm(static_cast<Index>(machine));
  LayerDraw draw{1, &v_[machine], place_of(Stream::stack_visible, machine, place)};
  if (machine == 0) {
    draw.means = mean_v_.data();
    draw.means_stride = mean_v_.cols();
    draw.mean_rows = mean_v_.rows();
  }
  sampler_.draw(visible_layer(rbm), hidden_layer(rbm), h_[machine], {rbm.W(), true}, draw);
}

void StackedChains::swap_neighbours(std::size_t machine) {
  const Rbm &below = dbn_->rbm(static_cast<Index>(machine)), &above = dbn_->rbm(static_cast<Index>(machine) + 1);
  LayerStates &h = h_[machine], &v = v_[machine + 1];
  const Index units = below.hidden();
  // The states of one in the place of the other's.
  as_h_.resize(h.binary, h.rows(), h.cols());
  as_v_ = v;
  const auto move = [units](const LayerStates& from, LayerStates& to, Index row) {
    for (Index i = 0; i < units; ++i) to.set(row, i, from.get(row, i));
  };
  for (Index r = 0; r < h.rows(); ++r) {
    move(v, as_h_, r);
    move(h, as_v_, r);
  }
  below_now_.of_hidden(below, h);
  below_then_.of_hidden(below, as_h_);
  above_now_.of_visible(above, v);
  above_then_.of_visible(above, as_v_);
  const math::Place place = place_of(Stream::stack_swap, machine, steps_);
  for (Index r = 0; r < h.rows(); ++r) {
    const double gap =
        below_now_.values()[r] + above_now_.values()[r] - below_then_.values()[r] - above_then_.values()[r];
    if (static_cast<double>(math::uniform_of_row(place, static_cast<std::uint32_t>(r))) >= math::exp(gap)) continue;
    h.copy_row(as_h_, r, r);
    v.copy_row(as_v_, r, r);
    ++accepted_[machine];
  }
}

void StackedChains::step() {
  // Steps of swaps and those of Gibbs sampling draw hidden states at places of their own.
  const std::uint64_t of_swaps = 2 * steps_ + 1, of_gibbs = 2 * steps_ + 2;
  for (std::size_t l = 0; l + 1 < v_.size(); ++l) {
    swap_neighbours(l);
    draw_hidden(l + 1, of_swaps);
  }
  for (std::size_t l = 0; l < v_.size(); ++l) {
    draw_visible(l, of_gibbs);
    draw_hidden(l, of_gibbs);
  }
  ++steps_;
}

double StackedChains::swap_rate(Index machine) const {
  return static_cast<double>(accepted_.at(static_cast<std::size_t>(machine))) /
         (static_cast<double>(steps_) * static_cast<double>(mean_v_.rows()));
}

}  // namespace wakesleep
