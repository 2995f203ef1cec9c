#include "models/dbm_layers.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "math/thread_pool.h"

namespace wakesleep {

void draw_from_input(const Dbm& dbm, Index layer, float inverse_temperature, const math::Draw& draw, MatrixRef input) {
  const Index units = dbm.units(layer);
  if (layer <= dbm.depth()) {
    math::sample_bernoulli(input, units, inverse_temperature, draw);
    return;
  }
  math::softmax_means(input, 0, units, inverse_temperature);
  if (draw.states) math::sample_softmax(MatrixView(input.data, input.rows, input.cols), 0, units, draw, 0);
}

void draw_start(const Dbm& dbm, Index layer, Index chains, const math::Place& place, BitMatrix& states) {
  const Index units = dbm.units(layer);
  states.resize(chains, units);
  const bool label = layer > dbm.depth();
  const Matrix means = Matrix::Constant(chains, units, label ? 1.0f / static_cast<float>(units) : 0.5f);
  if (label) {
    math::sample_softmax(view(means), 0, units, {&states, place}, 0);
  } else {
    math::sample_means(view(means), units, {&states, place});
  }
}

template <class States>
void MeanField::set_visible_states(const States& v, Index rows) {
  from_visible_.resize(rows, dbm_->units(1));
  math::fill_rows(dbm_->b(1), from_visible_);
  math::add_product(v, dbm_->W(0), from_visible_, workspace_);
}
template void MeanField::set_visible_states(const MatrixView&, Index);
template void MeanField::set_visible_states(const BitMatrix&, Index);

void MeanField::hold_labels(const MatrixView& means) {
  means_.resize(static_cast<std::size_t>(dbm_->layer_count()));
  means_.back().resize(means.rows(), means.cols());
  std::copy_n(means.data(), means.size(), means_.back().data());
  labels_held_ = true;
}

void MeanField::input(Index layer, Scratch& out) {
  out.resize(rows(), dbm_->units(layer));
  if (layer != 1) {
    layer_input(*dbm_, layer, means_, nullptr, out, workspace_);
    return;
  }
  std::copy_n(from_visible_.data(), from_visible_.size(), out.data());
  math::add_product(view(means_[2]), {dbm_->W(1), true}, out, workspace_);
}

void MeanField::start() {
  iteration_ = 0;
  settled_.assign(static_cast<std::size_t>(rows()), 0);
  means_.resize(static_cast<std::size_t>(dbm_->layer_count()));
  for (Index l = 1; l <= dbm_->depth(); ++l) {
    Scratch& now = means_[static_cast<std::size_t>(l)];
    now.resize(rows(), dbm_->units(l));
    const Vector& bias = dbm_->b(l);
    if (l == 1) {
      std::copy_n(from_visible_.data(), from_visible_.size(), now.data());
    } else {
      math::fill_rows(bias, now);
      math::add_product(view(means_[static_cast<std::size_t>(l - 1)]), dbm_->W(l - 1), now, workspace_);
    }
    if (l < dbm_->depth()) {
      for (Index r = 0; r < rows(); ++r)
        for (Index j = 0; j < now.cols(); ++j) now(r, j) = 2 * now(r, j) - bias[j];
    } else if (labels_held_) {
      math::add_product(view(means_.back()), dbm_->W(l), now, workspace_);
    }
    draw_from_input(*dbm_, l, 1, {}, now);
  }
  if (dbm_->labels() && !labels_held_) {
    const Index labels = dbm_->depth() + 1;
    input(labels, means_.back());
    draw_from_input(*dbm_, labels, 1, {}, means_.back());
  }
}

void MeanField::update(Index layer) {
  Scratch& now = means_[static_cast<std::size_t>(layer)];
  input(layer, next_);
  draw_from_input(*dbm_, layer, 1, {}, next_);
  const auto kept = static_cast<float>(options_.damping);
  const float gained = 1 - kept;
  math::parallel_for(rows(), static_cast<double>(now.cols()), [&](Index r) {
    const auto row = static_cast<std::size_t>(r);
    if (settled_[row]) return;
    Eigen::Map<Eigen::ArrayXf> to(now.row(r), now.cols()), mean(next_.row(r), now.cols());
    mean = kept * to + gained * mean;
    moved_[row] = std::max(moved_[row], (mean - to).abs().maxCoeff());
    to = mean;
  });
}

// An example whose means have settled is left as it is, so that it does not matter which others are in its batch.
bool MeanField::iterate() {
  const auto tolerance = static_cast<float>(options_.tolerance);
  const Index last = dbm_->depth() + (dbm_->labels() && !labels_held_ ? 1 : 0);
  moved_.assign(static_cast<std::size_t>(rows()), 0);
  for (const Index parity : {1, 2})
    for (Index l = parity; l <= last; l += 2) update(l);
  bool all = true;
  for (std::size_t r = 0; r < moved_.size(); ++r) {
    if (moved_[r] <= tolerance) settled_[r] = 1;
    all = all && settled_[r];
  }
  return !all && ++iteration_ < options_.iterations;
}

}  // namespace wakesleep
