#include "models/sbn_gibbs_sweeps.h"

#include <algorithm>
#include <array>
#include <bit>
#include <stdexcept>
#include <string>

#include "math/philox.h"
#include "math/sampling.h"
#include "math/scalar.h"
#include "math/thread_pool.h"
#include "math/transpose.h"
#include "models/sbn_states.h"
#include "wakesleep/sbn_gibbs.h"

namespace wakesleep {
namespace {

constexpr Index most_chains = Index{1} << 20;

std::size_t at(Index layer) { return static_cast<std::size_t>(layer); }

// u < p for a unit's uniform number, whose first byte k settles it but once in 256 times (philox.h).
bool is_below(std::uint32_t k, double p, const math::Place& place, std::uint32_t row, std::uint32_t column) {
  const double first = static_cast<double>(k) * 0x1p-8;
  if (first >= p) return false;
  if (first + 0xffff * 0x1p-24 < p) return true;
  return static_cast<double>(math::uniform_of((k << 16) | math::last_bits(place, row, column))) < p;
}

}  // namespace

void SbnGibbs::prepare(const Sbn& net) {
  transposed_.resize(at(net.depth()));
  for (Index l = 0; l < net.depth(); ++l) math::transpose(view(net.W(l)), transposed_[at(l)]);
}

void SbnGibbs::sweep(const Sbn& net, std::uint64_t step, SbnStates& states, std::vector<MatrixD>* sums) {
  const Index rows = states[0].rows();
  for (Index l = 1; l < net.layer_count(); ++l) {
    of_parents_.resize(rows, net.units(l));
    math::fill_rows(net.b(l), of_parents_);
    if (l < net.depth()) math::add_product(states[at(l + 1)], {net.W(l), true}, of_parents_, workspace_);
    of_children_.resize(rows, net.units(l - 1));
    math::fill_rows(net.b(l - 1), of_children_);
    math::add_product(states[at(l)], {net.W(l - 1), true}, of_children_, workspace_);
    without_.resize(rows, net.units(l - 1));
    const double work = 20.0 * static_cast<double>(net.units(l)) * static_cast<double>(net.units(l - 1));
    math::parallel_for(rows, work,
                       [&](Index r) { sweep_row(net, l, r, step, states, sums ? &(*sums)[at(l)] : nullptr); });
  }
}

void SbnGibbs::sweep_row(const Sbn& net, Index layer, Index row, std::uint64_t step, SbnStates& states, MatrixD* sums) {
  const math::Place place = place_of_layer(seed_, SbnStream::gibbs, step, layer);
  const Index units = net.units(layer), children = net.units(layer - 1);
  const BitMatrix& below = states[at(layer - 1)];
  BitMatrix& own = states[at(layer)];
  // The children's inputs, and what they are with unit j off.
  float *inputs = of_children_.row(row), *without = without_.row(row);
  std::array<std::uint32_t, 4> bytes{};
  for (Index j = 0; j < units; ++j) {
    const auto column = static_cast<std::uint32_t>(j);
    if (j % 16 == 0) bytes = math::words_at(place, column / 16, static_cast<std::uint32_t>(row));
    const std::uint32_t k = bytes[column % 16 / 4] >> (8 * (column % 4)) & 255;
    const float* w = transposed_[at(layer - 1)].row(j);
    const bool was_on = own.get(row, j);
    if (was_on)
      for (Index i = 0; i < children; ++i) without[i] = inputs[i] - w[i];
    const float* off = was_on ? without : inputs;
    double input = static_cast<double>(of_parents_(row, j));
    for (Index word = 0; word < below.words_per_row(); ++word)
      for (std::uint64_t bits = below.row(row)[word]; bits; bits &= bits - 1)
        input += static_cast<double>(w[word * 64 + std::countr_zero(bits)]);
    input -= math::sum_softplus(off, w, children) - math::sum_softplus(off, nullptr, children);
    const double p = 1 / (1 + math::exp(-input));
    const bool on = is_below(k, p, place, static_cast<std::uint32_t>(row), column);
    if (sums) (*sums)(row, j) += p;
    if (on == was_on) continue;
    own.set(row, j, on);
    if (on) {
      for (Index i = 0; i < children; ++i) inputs[i] += w[i];
    } else {
      std::copy_n(without, children, inputs);
    }
  }
}

struct PosteriorChains::State {
  const Sbn* net;
  std::uint64_t first_step, step, counted;
  SbnStates states;
  std::vector<MatrixD> sums;
  SbnGibbs gibbs;
};

PosteriorChains::PosteriorChains(const Sbn& net, const MatrixView& x, std::uint64_t seed, std::uint64_t group)
    : state_(std::make_unique<State>(State{&net, group << 32, group << 32, 0, {}, {}, SbnGibbs(seed)})) {
  if (x.rows() < 1 || x.rows() > most_chains)
    throw std::out_of_range("x must be 1 to " + std::to_string(most_chains) + " rows, one a chain, not " +
                            std::to_string(x.rows()));
  if (group >= std::uint64_t{1} << 20)
    throw std::out_of_range("group must be below 2^20, not " + std::to_string(group));
  BitMatrix seen = bits_of("x", x, net.visible());
  SbnPasses passes(seed, SbnStream::down, SbnStream::up);
  passes.draw_top(net, x.rows(), state_->first_step, state_->states);
  passes.draw_down(net, state_->first_step, state_->states);
  state_->states[0] = std::move(seen);
  for (Index l = 0; l < net.layer_count(); ++l)
    state_->sums.push_back(MatrixD::Zero(l == 0 ? 0 : chains(), net.units(l)));
}

PosteriorChains::~PosteriorChains() = default;
PosteriorChains::PosteriorChains(PosteriorChains&&) noexcept = default;

Index PosteriorChains::chains() const { return state_->states.front().rows(); }
std::uint64_t PosteriorChains::sweeps() const { return state_->step - state_->first_step; }
const BitMatrix& PosteriorChains::states(Index layer) const { return state_->states.at(at(layer)); }

void PosteriorChains::set_states(Index layer, const MatrixView& states) {
  if (layer < 1 || layer >= state_->net->layer_count())
    throw std::out_of_range("layer must be 1 to " + std::to_string(state_->net->depth()) + ", not " +
                            std::to_string(layer));
  if (states.rows() != 1 && states.rows() != chains())
    throw std::out_of_range("states must have 1 row or " + std::to_string(chains()) + ", one a chain, not " +
                            std::to_string(states.rows()));
  const BitMatrix given = bits_of("states", states, state_->net->units(layer));
  for (Index r = 0; r < chains(); ++r)
    std::copy_n(given.row(given.rows() == 1 ? 0 : r), given.words_per_row(), state_->states[at(layer)].row(r));
}

void PosteriorChains::sweep(Index count) {
  if (count < 0 || count > 1'000'000)
    throw std::out_of_range("sweeps must be 0 to 1,000,000, not " + std::to_string(count));
  state_->gibbs.prepare(*state_->net);
  for (Index i = 0; i < count; ++i, ++state_->step, ++state_->counted)
    state_->gibbs.sweep(*state_->net, state_->step, state_->states, &state_->sums);
}

Matrix PosteriorChains::mean(Index layer) const {
  if (layer < 1 || layer >= state_->net->layer_count())
    throw std::out_of_range("layer must be 1 to " + std::to_string(state_->net->depth()) + ", not " +
                            std::to_string(layer));
  if (state_->counted == 0) throw std::invalid_argument("there is no mean before the first sweep");
  return (state_->sums[at(layer)] / static_cast<double>(state_->counted)).cast<float>();
}

void PosteriorChains::forget() {
  state_->counted = 0;
  for (MatrixD& sum : state_->sums) sum.setZero();
}

}  // namespace wakesleep
