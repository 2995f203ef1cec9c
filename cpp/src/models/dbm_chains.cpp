#include <stdexcept>
#include <string>

#include "math/conditional.h"
#include "models/dbm_layers.h"
#include "wakesleep/dbm.h"

namespace wakesleep {
namespace {

std::size_t place(Index i) { return static_cast<std::size_t>(i); }

}  // namespace

DbmChains::DbmChains(const Dbm& dbm, Index chains, std::uint64_t seed, Index first)
    : dbm_(&dbm),
      seed_(seed),
      first_(static_cast<std::uint32_t>(first)),
      states_(place(dbm.layer_count())),
      mean_v_(checked_chains(chains), dbm.visible()) {
  for (Index l = 0; l < dbm.layer_count(); ++l)
    draw_start(dbm, l, chains, {seed_, Stream::dbm_start, layer_place(0, l), first_}, states_[place(l)]);
  mean_v_.setConstant(0.5f);
}

void DbmChains::set_visible(const MatrixView& x) {
  check_examples("x", x, dbm_->visible());
  if (x.rows() != chains() && x.rows() != 1)
    throw std::out_of_range("x must have 1 row or " + std::to_string(chains()) + ", one a chain, not " +
                            std::to_string(x.rows()));
  set_means(dbm_->mean_field(x));
}

void DbmChains::set_means(const std::vector<Matrix>& means) {
  for (Index l = 0; l < dbm_->layer_count(); ++l) {
    Matrix each = means[place(l)];
    if (each.rows() == 1) each = each.row(0).replicate(chains(), 1).eval();
    const math::Draw draw{&states_[place(l)], {seed_, Stream::dbm_start, layer_place(step_ + 1, l), first_}};
    if (l > dbm_->depth()) {
      math::sample_softmax(view(each), 0, dbm_->labels(), draw, 0);
    } else {
      math::sample_means(view(each), dbm_->units(l), draw);
    }
    if (l == 0) mean_v_ = each;
  }
  apply_clamps();
}

void DbmChains::set_states(std::vector<BitMatrix> states) {
  if (states.size() != states_.size())
    throw std::out_of_range("states must be one matrix a layer, of which there are " + std::to_string(states_.size()) +
                            ", not " + std::to_string(states.size()));
  for (Index l = 0; l < dbm_->layer_count(); ++l) {
    const BitMatrix& given = states[place(l)];
    if (given.rows() != chains() || given.cols() != dbm_->units(l))
      throw std::out_of_range("states of layer " + std::to_string(l) + " must be " + std::to_string(chains()) + " x " +
                              std::to_string(dbm_->units(l)) + ", not " + std::to_string(given.rows()) + " x " +
                              std::to_string(given.cols()));
  }
  states_ = std::move(states);
  for (Index r = 0; r < chains(); ++r)
    for (Index i = 0; i < dbm_->visible(); ++i) mean_v_(r, i) = states_[0].get(r, i) ? 1.0f : 0.0f;
  apply_clamps();
}

void DbmChains::clamp(const MatrixView& mask, const MatrixView& values) {
  clamps_.hold(mask, values, chains(), dbm_->visible());
  apply_clamps();
}

void DbmChains::release() { clamps_.release(); }

void DbmChains::clamp_labels(const std::vector<int>& labels) {
  clamps_.hold_labels(labels, chains(), dbm_->labels());
  apply_clamps();
}

std::vector<int> DbmChains::labels() const { return labels_on(states_.back(), 0, dbm_->labels()); }

void DbmChains::apply_clamps() {
  clamps_.apply(states_.front(), mean_v_);
  clamps_.apply_labels(states_.back(), 0, dbm_->labels(), nullptr);
}

void DbmChains::step(Index count, double temperature) {
  const float scale = checked_inverse(temperature);
  math::Workspace workspace;
  Scratch input;
  for (Index i = 0; i < count; ++i) {
    for (const Index parity : {1, 0}) {
      for (Index l = parity; l < dbm_->layer_count(); l += 2) {
        const math::Draw draw{&states_[place(l)], {seed_, Stream::dbm_chain, layer_place(step_, l), first_}};
        if (l == 0) {
          math::Outcome of_v{dbm_->visible(), scale, draw};
          if (i + 1 == count) {
            of_v.means = mean_v_.data();
            of_v.means_stride = mean_v_.cols();
            of_v.mean_rows = chains();
          }
          math::draw_given(states_[1], {dbm_->W(0), true}, dbm_->b(0), of_v, workspace);
        } else {
          input.resize(chains(), dbm_->units(l));
          layer_input(*dbm_, l, states_, nullptr, input, workspace);
          draw_from_input(*dbm_, l, scale, draw, input);
        }
      }
      apply_clamps();
    }
    ++step_;
  }
}

}  // namespace wakesleep
