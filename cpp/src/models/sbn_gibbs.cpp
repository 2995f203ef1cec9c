#include "models/sbn_gibbs_sweeps.h"

#include <algorithm>
#include <array>
#include <bit>
#include <stdexcept>
#include <string>

#include "math/philox.h"
#include "math/sampling.h"
#include "math/scalar.h"
#include "math/slices.h"
#include "math/thread_pool.h"
#include "math/transpose.h"
#include "models/sbn_states.h"
#include "wakesleep/sbn_gibbs.h"

namespace wakesleep {
namespace {

constexpr Index most_chains = Index{1} << 20;
// Of a slice, whose first unit's random bits begin a word.
constexpr Index least_units = 16;

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

void SbnGibbs::begin(const Sbn& net, std::uint64_t first, Index count, SbnStates& states, std::vector<MatrixD>* sums) {
  net_ = &net;
  states_ = &states;
  sums_ = sums;
  first_sweep_ = first;
  sweeps_ = count;
  rows_ = count == 0 ? 0 : states[0].rows();
  double most = 0;
  for (layer_ = 1; layer_ < net.layer_count(); ++layer_) most = std::max(most, of_unit());
  at_once_ = math::rows_a_slice(least_units * most);
  row_ = 0;
  if (row_ < rows_) begin_rows();
}

// Each weight takes two logarithms, which cost as much as forty multiplications.
double SbnGibbs::of_unit() const { return 40 * static_cast<double>(net_->units(layer_ - 1)); }

void SbnGibbs::begin_rows() {
  some_.resize(states_->size());
  for (std::size_t l = 0; l < some_.size(); ++l)
    some_[l].take_rows((*states_)[l], row_, std::min(at_once_, rows_ - row_));
  sweep_ = 0;
  layer_ = 1;
  begin_layer();
}

void SbnGibbs::begin_layer() {
  const Index rows = some_[0].rows(), l = layer_;
  of_parents_.resize(rows, net_->units(l));
  math::fill_rows(net_->b(l), of_parents_);
  if (l < net_->depth()) math::add_product(some_[at(l + 1)], {net_->W(l), true}, of_parents_, workspace_);
  of_children_.resize(rows, net_->units(l - 1));
  math::fill_rows(net_->b(l - 1), of_children_);
  math::add_product(some_[at(l)], {net_->W(l - 1), true}, of_children_, workspace_);
  without_.resize(rows, net_->units(l - 1));
  unit_ = 0;
}

bool SbnGibbs::step() {
  if (row_ == rows_) return false;
  const Index rows = some_[0].rows(), units = net_->units(layer_);
  const Index fit = math::rows_a_slice(of_unit() * static_cast<double>(rows)) / least_units * least_units;
  units_ = std::min(units - unit_, std::max(least_units, fit));
  math::parallel_for(rows, of_unit() * static_cast<double>(units_), [&](Index r) { draw_units(r); });
  unit_ += units_;
  if (unit_ < units) return true;
  if (++layer_ < net_->layer_count()) {
    begin_layer();
    return true;
  }
  layer_ = 1;
  if (++sweep_ < sweeps_) {
    begin_layer();
    return true;
  }
  for (std::size_t l = 1; l < some_.size(); ++l) some_[l].put_rows((*states_)[l], row_);
  row_ += rows;
  if (row_ < rows_) begin_rows();
  return true;
}

// Of one of the present rows.
void SbnGibbs::draw_units(Index r) {
  math::Place place =
      place_of_layer(seed_, SbnStream::gibbs, first_sweep_ + static_cast<std::uint64_t>(sweep_), layer_);
  place.first_row += static_cast<std::uint32_t>(row_);
  const auto row = static_cast<std::uint32_t>(r);
  const Index children = net_->units(layer_ - 1);
  const BitMatrix& below = some_[at(layer_ - 1)];
  BitMatrix& own = some_[at(layer_)];
  // The children's inputs, and what they are with unit j off.
  float *inputs = of_children_.row(r), *without = without_.row(r);
  std::array<std::uint32_t, 4> bytes{};
  for (Index j = unit_; j < unit_ + units_; ++j) {
    const auto column = static_cast<std::uint32_t>(j);
    if (j % 16 == 0) bytes = math::words_at(place, column / 16, row);
    const std::uint32_t k = bytes[column % 16 / 4] >> (8 * (column % 4)) & 255;
    const float* w = transposed_[at(layer_ - 1)].row(j);
    const bool was_on = own.get(r, j);
    if (was_on)
      for (Index i = 0; i < children; ++i) without[i] = inputs[i] - w[i];
    const float* off = was_on ? without : inputs;
    double input = static_cast<double>(of_parents_(r, j));
    for (Index word = 0; word < below.words_per_row(); ++word)
      for (std::uint64_t bits = below.row(r)[word]; bits; bits &= bits - 1)
        input += static_cast<double>(w[word * 64 + std::countr_zero(bits)]);
    input -= math::sum_softplus(off, w, children) - math::sum_softplus(off, nullptr, children);
    const double p = 1 / (1 + math::exp(-input));
    const bool on = is_below(k, p, place, row, column);
    if (sums_) (*sums_)[at(layer_)](row_ + r, j) += p;
    if (on == was_on) continue;
    own.set(r, j, on);
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
  begin_sweeps(count);
  while (step()) {
  }
}

void PosteriorChains::begin_sweeps(Index count) {
  if (count < 0 || count > 1'000'000)
    throw std::out_of_range("sweeps must be 0 to 1,000,000, not " + std::to_string(count));
  state_->gibbs.prepare(*state_->net);
  state_->gibbs.begin(*state_->net, state_->step, count, state_->states, &state_->sums);
  state_->step += static_cast<std::uint64_t>(count);
  state_->counted += static_cast<std::uint64_t>(count);
}

bool PosteriorChains::step() { return state_->gibbs.step(); }

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
