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
void MeanField::set_visible_states(math::RowRange some, Index all, const States& rows) {
  if (some.first == 0) from_visible_.resize(all, dbm_->units(1));
  const MatrixRef inputs(from_visible_.row(some.first), some.count, from_visible_.cols());
  math::fill_rows(dbm_->b(1), inputs);
  math::add_product(rows, dbm_->W(0), inputs, workspace_);
}

void MeanField::set_visible(math::RowRange some, const MatrixView& v) {
  set_visible_states(some, v.rows(), MatrixView(v.data() + some.first * v.cols(), some.count, v.cols()));
}

void MeanField::set_visible(math::RowRange some, const BitMatrix& v) {
  if (some.count == v.rows()) return set_visible_states(some, v.rows(), v);
  some_visible_.take_rows(v, some.first, some.count);
  set_visible_states(some, v.rows(), some_visible_);
}

void MeanField::hold_labels(const MatrixView& means) {
  means_.resize(static_cast<std::size_t>(dbm_->layer_count()));
  means_.back().resize(means.rows(), means.cols());
  std::copy_n(means.data(), means.size(), means_.back().data());
  labels_held_ = true;
}

// The next rows of a layer, by what the products for its input take.
math::RowRange MeanField::next_rows() const {
  double weights = 0;
  dbm_->each_neighbour(layer_, [&](Index other, Index number, bool) {
    if (other > 0) weights += static_cast<double>(dbm_->W(number).size());
  });
  return math::next_rows(row_, rows(), false, weights);
}

void MeanField::input(math::RowRange some, MatrixRef out) {
  if (layer_ == 1) {
    std::copy_n(from_visible_.row(some.first), out.rows * out.cols, out.data);
  } else {
    math::fill_rows(dbm_->b(layer_), out);
  }
  dbm_->each_neighbour(layer_, [&](Index other, Index number, bool transposed) {
    if (other == 0) return;
    const Scratch& means = means_[static_cast<std::size_t>(other)];
    math::add_product(MatrixView(means.row(some.first), some.count, means.cols()), {dbm_->W(number), transposed}, out,
                      workspace_);
  });
}

void MeanField::begin() {
  started_ = over_ = false;
  iteration_ = 0;
  layer_ = 1;
  row_ = 0;
  settled_.assign(static_cast<std::size_t>(rows()), 0);
  means_.resize(static_cast<std::size_t>(dbm_->layer_count()));
  for (Index l = 1; l <= last_layer(); ++l) means_[static_cast<std::size_t>(l)].resize(rows(), dbm_->units(l));
}

// Of a layer from what is below it, which counts twice where nothing is yet above.
void MeanField::first_means(math::RowRange some) {
  const Index l = layer_;
  Scratch& means = means_[static_cast<std::size_t>(l)];
  const MatrixRef now(means.row(some.first), some.count, means.cols());
  if (l > dbm_->depth()) {
    input(some, now);
    return draw_from_input(*dbm_, l, 1, {}, now);
  }
  const Vector& bias = dbm_->b(l);
  const auto add = [&](Index other, Index number) {
    const Scratch& given = means_[static_cast<std::size_t>(other)];
    math::add_product(MatrixView(given.row(some.first), some.count, given.cols()), dbm_->W(number), now, workspace_);
  };
  if (l == 1) {
    std::copy_n(from_visible_.row(some.first), now.rows * now.cols, now.data);
  } else {
    math::fill_rows(bias, now);
    add(l - 1, l - 1);
  }
  if (l < dbm_->depth()) {
    for (Index r = 0; r < now.rows; ++r)
      for (Index j = 0; j < now.cols; ++j) {
        float& input = now.data[r * now.cols + j];
        input = 2 * input - bias[j];
      }
  } else if (labels_held_) {
    add(dbm_->depth() + 1, l);
  }
  draw_from_input(*dbm_, l, 1, {}, now);
}

void MeanField::update(math::RowRange some) {
  Scratch& now = means_[static_cast<std::size_t>(layer_)];
  next_.resize(some.count, now.cols());
  input(some, next_);
  draw_from_input(*dbm_, layer_, 1, {}, next_);
  const auto kept = static_cast<float>(options_.damping);
  const float gained = 1 - kept;
  math::parallel_for(some.count, static_cast<double>(now.cols()), [&](Index r) {
    const auto row = static_cast<std::size_t>(some.first + r);
    if (settled_[row]) return;
    Eigen::Map<Eigen::ArrayXf> to(now.row(some.first + r), now.cols()), mean(next_.row(r), now.cols());
    mean = kept * to + gained * mean;
    moved_[row] = std::max(moved_[row], (mean - to).abs().maxCoeff());
    to = mean;
  });
}

void MeanField::begin_iteration() {
  moved_.assign(static_cast<std::size_t>(rows()), 0);
  layer_ = 1;
  row_ = 0;
}

// An example whose means have settled is left as it is, so that it does not matter which others are in its batch.
bool MeanField::end_iteration() {
  const auto tolerance = static_cast<float>(options_.tolerance);
  bool all = true;
  for (std::size_t r = 0; r < moved_.size(); ++r) {
    if (moved_[r] <= tolerance) settled_[r] = 1;
    all = all && settled_[r];
  }
  return !all && ++iteration_ < options_.iterations;
}

// The odd layers of an iteration come before the even ones.
bool MeanField::step() {
  if (over_) return false;
  const math::RowRange some = next_rows();
  started_ ? update(some) : first_means(some);
  row_ += some.count;
  if (row_ < rows()) return true;
  row_ = 0;
  if (!started_) {
    if (++layer_ <= last_layer()) return true;
    started_ = true;
    begin_iteration();
    return true;
  }
  layer_ += 2;
  if (layer_ > last_layer() && layer_ % 2 == 1) layer_ = 2;
  if (layer_ <= last_layer()) return true;
  over_ = !end_iteration();
  if (!over_) begin_iteration();
  return true;
}

bool MeanField::iterate() {
  const Index now = iteration_;
  while (!over_ && iteration_ == now) step();
  return !over_;
}

}  // namespace wakesleep
