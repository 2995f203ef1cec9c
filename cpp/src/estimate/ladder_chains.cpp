#include "estimate/ladder_chains.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "models/ladder.h"

namespace wakesleep {
namespace {

constexpr int sweeps_a_rung = 2;  // of the climb

Rbm parameters_of(const Rbm& rbm) { return Rbm(rbm.shape(), rbm.seed(), rbm.parameters()); }

Index checked(const Rbm& rbm, Index count) {
  if (rbm.training_state().ladder.count() == 0)
    throw std::invalid_argument(
        "this model has no ladder: it is what training with method 'ptt' leaves, and what a resumable file keeps");
  if (count < 1 || count > 1000)
    throw std::out_of_range("chains on a ladder must be 1 to 1000, not " + std::to_string(count));
  return count;
}

}  // namespace

LadderChains::LadderChains(const Rbm& rbm, Index count, std::uint64_t seed)
    : rbm_(&rbm), seed_(seed), below_(parameters_of(rbm)), here_(parameters_of(rbm)) {
  levels_.resize(static_cast<std::size_t>(rbm.training_state().ladder.count()) + 1);
  levels_.front().v.resize(visible_layer(rbm).binary(), checked(rbm, count), rbm.width());
  const auto levels = static_cast<std::uint64_t>(levels_.size());
  // The climb's sweeps reach one level more each time.
  of_climb_ = 1 + sweeps_a_rung * (levels * (levels + 1) / 2 - 1);
}

void LadderChains::read(std::size_t level, Rbm& machine) const {
  const LadderState& ladder = rbm_->training_state().ladder;
  const auto rung = static_cast<Index>(level);
  if (rung < ladder.count()) return read_rung(ladder, rung, machine);
  machine.mutable_W() = rbm_->W();
  machine.mutable_b() = rbm_->b();
  machine.mutable_c() = rbm_->c();
  machine.set_sigma(rbm_->sigma_v(), rbm_->sigma_h());
}

void LadderChains::visit() {
  const math::Place of_h{seed_, Stream::ladder_hidden, visits_}, of_v{seed_, Stream::ladder_visible, visits_};
  Level& level = levels_[level_];
  if (level_ == 0) {
    read(0, here_);
    LayerStates none;
    const Layer h = hidden_layer(here_);
    none.resize(h.binary(), level.v.rows(), here_.hidden());
    for (Index i = 0; !none.binary && i < none.real.size(); ++i) none.real.data()[i] = 0;
    sampler_.draw(visible_layer(here_), h, none, {here_.W(), true}, {1, &level.v, of_v});
  } else {
    Level& lower = levels_[level_ - 1];
    std::swap(below_, here_);
    read(level_, here_);
    if (level.v.rows() == 0) level.v = lower.v;
    const Population samples{&lower.v, &lower.free_energies};
    exchange_.propose(here_, below_, level.v, samples, seed_, visits_);
    const Index accepted = exchange_.swap(level.v, samples, seed_, visits_);
    if (!climbing()) {
      level.accepted += static_cast<std::uint64_t>(accepted);
      level.proposed += static_cast<std::uint64_t>(level.v.rows());
    }
    exchange_.move(here_, level.v, true, of_h, of_v);
  }
  energies_.of_visible(here_, level.v);
  level.free_energies = energies_.values();
  ++visits_;
}

bool LadderChains::step() {
  if (level_ == 0 && !climbing() && sweeps_at_top_ >= sweeps_a_rung) {
    if (left_ == 0) return false;
    --left_;
  }
  visit();
  if (level_ < top_) {
    ++level_;
    return true;
  }
  level_ = 0;
  ++sweeps_at_top_;
  if (climbing() && sweeps_at_top_ >= (top_ == 0 ? 1 : sweeps_a_rung)) {
    ++top_;
    sweeps_at_top_ = 0;
  }
  return true;
}

double LadderChains::done() const {
  const double all = static_cast<double>(of_climb_) + static_cast<double>(asked_ * levels_.size());
  return all > 0 ? std::min(1.0, static_cast<double>(visits_) / all) : 1;
}

double LadderChains::swap_rate(Index level) const {
  const Level& of = levels_.at(static_cast<std::size_t>(level));
  return of.proposed ? static_cast<double>(of.accepted) / static_cast<double>(of.proposed) : 0;
}

}  // namespace wakesleep
