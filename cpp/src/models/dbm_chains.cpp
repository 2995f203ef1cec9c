#include <algorithm>
#include <stdexcept>
#include <string>

#include "math/conditional.h"
#include "models/clamps.h"
#include "models/dbm_layers.h"
#include "wakesleep/dbm.h"

namespace wakesleep {
namespace {

std::size_t place(Index i) { return static_cast<std::size_t>(i); }

}  // namespace

struct DbmChains::State {
  const Dbm* dbm;
  std::uint64_t seed;
  std::uint32_t first;
  std::uint64_t step;
  std::vector<BitMatrix> states;
  Matrix mean_v;
  Clamps clamps;
  bool starts_at_means = false;  // grey ones, mean_v, which the next step takes for the visible states
};

DbmChains::DbmChains(const Dbm& dbm, Index chains, std::uint64_t seed, Index first)
    : state_(std::make_unique<State>(State{&dbm,
                                           seed,
                                           static_cast<std::uint32_t>(first),
                                           0,
                                           std::vector<BitMatrix>(place(dbm.layer_count())),
                                           Matrix(checked_chains(chains), dbm.visible()),
                                           {},
                                           false})) {
  for (Index l = 0; l < dbm.layer_count(); ++l)
    draw_start(dbm, l, chains, {state_->seed, DbmStream::start, layer_place(0, l), state_->first},
               state_->states[place(l)]);
  state_->mean_v.setConstant(0.5f);
}

DbmChains::DbmChains(DbmChains&&) noexcept = default;
DbmChains& DbmChains::operator=(DbmChains&&) noexcept = default;
DbmChains::~DbmChains() = default;

Index DbmChains::chains() const { return state_->states.front().rows(); }
std::uint64_t DbmChains::steps() const { return state_->step; }
const BitMatrix& DbmChains::states(Index layer) const { return state_->states.at(place(layer)); }
const Matrix& DbmChains::mean_v() const { return state_->mean_v; }

void DbmChains::set_visible(const MatrixView& x) {
  check_examples("x", x, state_->dbm->visible());
  if (x.rows() != chains() && x.rows() != 1)
    throw std::out_of_range("x must have 1 row or " + std::to_string(chains()) + ", one a chain, not " +
                            std::to_string(x.rows()));
  set_means(state_->dbm->mean_field(x));
}

void DbmChains::set_means(const std::vector<Matrix>& means) {
  for (Index l = 0; l < state_->dbm->layer_count(); ++l) {
    Matrix each = means[place(l)];
    if (each.rows() == 1) each = each.row(0).replicate(chains(), 1).eval();
    const math::Draw draw{&state_->states[place(l)],
                          {state_->seed, DbmStream::start, layer_place(state_->step + 1, l), state_->first}};
    if (l > state_->dbm->depth()) {
      math::sample_softmax(view(each), 0, state_->dbm->labels(), draw, 0);
    } else {
      math::sample_means(view(each), state_->dbm->units(l), draw);
    }
    if (l == 0) state_->mean_v = each;
  }
  const Matrix& v = state_->mean_v;
  state_->starts_at_means = std::any_of(v.data(), v.data() + v.size(), [](float x) { return x != 0 && x != 1; });
  apply_clamps();
}

void DbmChains::set_states(std::vector<BitMatrix> states) {
  if (states.size() != state_->states.size())
    throw std::out_of_range("states must be one matrix a layer, of which there are " +
                            std::to_string(state_->states.size()) + ", not " + std::to_string(states.size()));
  for (Index l = 0; l < state_->dbm->layer_count(); ++l) {
    const BitMatrix& given = states[place(l)];
    if (given.rows() != chains() || given.cols() != state_->dbm->units(l))
      throw std::out_of_range("states of layer " + std::to_string(l) + " must be " + std::to_string(chains()) + " x " +
                              std::to_string(state_->dbm->units(l)) + ", not " + std::to_string(given.rows()) + " x " +
                              std::to_string(given.cols()));
  }
  state_->states = std::move(states);
  state_->starts_at_means = false;
  for (Index r = 0; r < chains(); ++r)
    for (Index i = 0; i < state_->dbm->visible(); ++i) state_->mean_v(r, i) = state_->states[0].get(r, i) ? 1.0f : 0.0f;
  apply_clamps();
}

void DbmChains::clamp(const MatrixView& mask, const MatrixView& values) {
  state_->clamps.hold(mask, values, chains(), state_->dbm->visible());
  apply_clamps();
}

void DbmChains::release() { state_->clamps.release(); }

void DbmChains::clamp_labels(const std::vector<int>& labels) {
  state_->clamps.hold_labels(labels, chains(), state_->dbm->labels());
  apply_clamps();
}

std::vector<int> DbmChains::labels() const { return labels_on(state_->states.back(), 0, state_->dbm->labels()); }

void DbmChains::apply_clamps() {
  state_->clamps.apply(state_->states.front(), state_->mean_v);
  state_->clamps.apply_labels(state_->states.back(), 0, state_->dbm->labels(), nullptr);
}

void DbmChains::step(Index count, double temperature) {
  const float scale = checked_inverse(temperature);
  math::Workspace workspace;
  Scratch input;
  for (Index i = 0; i < count; ++i) {
    for (const Index parity : {1, 0}) {
      for (Index l = parity; l < state_->dbm->layer_count(); l += 2) {
        const math::Draw draw{&state_->states[place(l)],
                              {state_->seed, DbmStream::chain, layer_place(state_->step, l), state_->first}};
        if (l == 0) {
          math::Outcome of_v{state_->dbm->visible(), scale, draw};
          if (i + 1 == count) {
            of_v.means = state_->mean_v.data();
            of_v.means_stride = state_->mean_v.cols();
            of_v.mean_rows = chains();
          }
          math::draw_given(state_->states[1], {state_->dbm->W(0), true}, state_->dbm->b(0), of_v, workspace);
        } else {
          input.resize(chains(), state_->dbm->units(l));
          if (l == 1 && state_->starts_at_means) {
            math::fill_rows(state_->dbm->b(1), input);
            math::add_product(view(state_->mean_v), state_->dbm->W(0), input, workspace);
            math::add_product(state_->states[2], {state_->dbm->W(1), true}, input, workspace);
          } else {
            layer_input(*state_->dbm, l, state_->states, nullptr, input, workspace);
          }
          draw_from_input(*state_->dbm, l, scale, draw, input);
        }
      }
      apply_clamps();
      state_->starts_at_means = false;
    }
    ++state_->step;
  }
}

}  // namespace wakesleep
