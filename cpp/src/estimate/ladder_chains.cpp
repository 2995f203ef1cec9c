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
  // A value that is copied takes as long as some multiplications of a matrix product.
  math::count_work(4.0 * static_cast<double>(rbm_->W().size()));
  if (rung < ladder.count()) return read_rung(ladder, rung, machine);
  machine.mutable_W() = rbm_->W();
  machine.mutable_b() = rbm_->b();
  machine.mutable_c() = rbm_->c();
  machine.set_sigma(rbm_->sigma_v(), rbm_->sigma_h());
}

// Exact samples of a machine without weights, some rows more; whether those were the last.
bool LadderChains::draw_first_rung() {
  LayerStates& v = levels_.front().v;
  const Layer h = hidden_layer(here_);
  // A state that is drawn takes as long as many additions.
  const math::RowRange some = math::next_rows(
      row_, v.rows(), h.binary(), static_cast<double>(here_.W().size()) + 120 * static_cast<double>(here_.width()));
  LayerStates none, drawn;
  none.resize(h.binary(), some.count, here_.hidden());
  for (Index i = 0; !none.binary && i < none.real.size(); ++i) none.real.data()[i] = 0;
  const math::Place place{seed_, Stream::ladder_visible, visits_, static_cast<std::uint32_t>(some.first)};
  sampler_.draw(visible_layer(here_), h, none, {here_.W(), true}, {1, &drawn, place});
  v.shape(drawn.binary, v.rows(), drawn.cols());
  drawn.put_rows(v, some.first);
  row_ += some.count;
  return row_ == v.rows();
}

// A slice of a visit to a level; whether it has ended.
bool LadderChains::visit() {
  Level& level = levels_[level_];
  switch (stage_) {
    case Stage::begin: {
      row_ = 0;
      if (level_ == 0) {
        read(0, here_);
        stage_ = Stage::first_rung;
        return false;
      }
      Level& lower = levels_[level_ - 1];
      std::swap(below_, here_);
      read(level_, here_);
      if (level.v.rows() == 0) level.v = lower.v;
      exchange_.begin_proposal(here_, below_, level.v, {&lower.v, &lower.free_energies}, seed_, visits_);
      stage_ = Stage::proposal;
      return false;
    }
    case Stage::first_rung:
      if (!draw_first_rung()) return false;
      row_ = 0;
      stage_ = Stage::free_energies;
      return false;
    case Stage::proposal: {
      if (exchange_.step_proposal()) return false;
      Level& lower = levels_[level_ - 1];
      const Index accepted = exchange_.swap(level.v, {&lower.v, &lower.free_energies}, seed_, visits_);
      if (!climbing()) {
        level.accepted += static_cast<std::uint64_t>(accepted);
        level.proposed += static_cast<std::uint64_t>(level.v.rows());
      }
      exchange_.begin_move(here_, level.v, true, {seed_, Stream::ladder_hidden, visits_},
                           {seed_, Stream::ladder_visible, visits_});
      stage_ = Stage::move;
      return false;
    }
    case Stage::move:
      if (!exchange_.step_move()) stage_ = Stage::free_energies;
      return false;
    case Stage::free_energies: {
      const math::RowRange some = StateFreeEnergies::next_rows(row_, here_, level.v);
      energies_.of_visible(some, here_, level.v);
      row_ += some.count;
      if (row_ < level.v.rows()) return false;
      level.free_energies = energies_.values();
      stage_ = Stage::begin;
      ++visits_;
      return true;
    }
  }
  return true;
}

bool LadderChains::step() {
  bool any = false;
  for (const math::SliceOfWork slice; !slice.over(); any = true) {
    if (stage_ == Stage::begin && level_ == 0 && !climbing() && sweeps_at_top_ >= sweeps_a_rung) {
      if (left_ == 0) return any;
      --left_;
    }
    if (visit()) past_level();
  }
  return true;
}

void LadderChains::past_level() {
  if (level_ < top_) {
    ++level_;
    return;
  }
  level_ = 0;
  ++sweeps_at_top_;
  if (climbing() && sweeps_at_top_ >= (top_ == 0 ? 1 : sweeps_a_rung)) {
    ++top_;
    sweeps_at_top_ = 0;
  }
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
