#include "learning/discriminative.h"

#include <algorithm>

#include "math/bits.h"
#include "math/scalar.h"
#include "math/thread_pool.h"
#include "math/transpose.h"

namespace wakesleep {
namespace {

constexpr Index rows_a_piece = 16, columns_a_piece = 64;

}  // namespace

// v_ as it enters the interaction, and what enters the hidden units without a label.
void DiscriminativeGradient::read_inputs(math::RowRange some, const Phase& phase) {
  const Index rows = some.count, visible = rbm_->visible(), hidden = rbm_->hidden();
  const Layer below = visible_layer(*rbm_);
  v_.resize(rows, visible);
  for (Index r = 0; r < rows; ++r) {
    if (phase.v.binary) {
      math::unpack(phase.v.bits.row(some.first + r), visible, v_.row(r));
    } else {
      std::copy_n(phase.v.real.row(some.first + r), visible, v_.row(r));
    }
  }
  words_ = words_of(below, view(v_), words_buffer_);
  scale_interaction(below, v_);
  inputs_.resize(rows, hidden);
  math::fill_rows(rbm_->c(), inputs_);
  for (Index r = 0; words_ && r < rows; ++r)
    for (Index j = 0; j < hidden; ++j) inputs_(r, j) *= words_[r];
  math::add_product(view(v_), MatrixView(rbm_->W().data(), visible, hidden), inputs_, workspace_);
}

void DiscriminativeGradient::set_inputs_with_label(Index y, Index first, Index count) {
  const Index hidden = rbm_->hidden();
  const float* U = rbm_->W().data() + (rbm_->visible() + y) * hidden;
  for (Index r = first; r < first + count; ++r)
    for (Index j = 0; j < hidden; ++j) with_label_(r, j) = inputs_(r, j) + U[j];
}

// deltas_ and their sums.
void DiscriminativeGradient::weigh_labels(math::RowRange some, const Phase& phase, Gradient& out) {
  const Index rows = some.count, visible = rbm_->visible(), labels = rbm_->labels(), hidden = rbm_->hidden();
  const Layer above = hidden_layer(*rbm_);
  with_label_.resize(rows, hidden);
  deltas_.resize(rows, labels);
  if (log_sums_.size() < rows * labels) log_sums_.resize(rows * labels);
  const double work = 20.0 * static_cast<double>(rows_a_piece * labels) * static_cast<double>(hidden);
  math::parallel_for((rows + rows_a_piece - 1) / rows_a_piece, work, [&](Index piece) {
    const Index first = piece * rows_a_piece, count = std::min(rows_a_piece, rows - first);
    for (Index y = 0; y < labels; ++y) {
      set_inputs_with_label(y, first, count);
      Eigen::Map<VectorD> sums(log_sums_.data() + y * rows + first, count);
      sums.setZero();
      above.type->add_log_partition(above.side, MatrixView(with_label_.row(first), count, hidden), 1, nullptr,
                                    words_ ? words_ + first : nullptr, sums);
    }
    for (Index r = first; r < first + count; ++r) {
      float* delta = deltas_.row(r);
      const auto score = [&](Index y) { return static_cast<double>(rbm_->b()[visible + y]) + log_sums_[y * rows + r]; };
      double largest = score(0);
      for (Index y = 1; y < labels; ++y) largest = std::max(largest, score(y));
      double sum = 0;
      for (Index y = 0; y < labels; ++y) {
        const double p = math::exp(score(y) - largest);
        sum += p;
        delta[y] = static_cast<float>(p);
      }
      for (Index y = 0; y < labels; ++y) {
        const bool on = phase.v.get(some.first + r, visible + y) != 0;
        delta[y] = phase.weight(some.first + r) *
                   ((on ? 1.0f : 0.0f) - static_cast<float>(static_cast<double>(delta[y]) / sum));
      }
    }
  });
  for (Index y = 0; y < labels; ++y)
    for (Index r = 0; r < rows; ++r) out.b[visible + y] += deltas_(r, y);
}

// signals_, dU_y and what the squares of o_y add.
void DiscriminativeGradient::add_label(Index y, Gradient& out) {
  const Index rows = inputs_.rows(), hidden = rbm_->hidden();
  const Layer above = hidden_layer(*rbm_);
  math::parallel_for((rows + rows_a_piece - 1) / rows_a_piece, static_cast<double>(rows_a_piece * hidden),
                     [&](Index piece) {
                       const Index first = piece * rows_a_piece;
                       set_inputs_with_label(y, first, std::min(rows_a_piece, rows - first));
                     });
  above.type->means(above.side, with_label_, 1, nullptr);
  scale_interaction(above, with_label_);
  float* of_U = out.W.data() + (rbm_->visible() + y) * hidden;
  math::parallel_for((hidden + columns_a_piece - 1) / columns_a_piece,
                     4.0 * static_cast<double>(rows * columns_a_piece), [&](Index piece) {
                       const Index first = piece * columns_a_piece, end = std::min(hidden, first + columns_a_piece);
                       for (Index r = 0; r < rows; ++r) {
                         const float delta = deltas_(r, y), *means = with_label_.row(r);
                         float* signal = signals_.row(r);
                         for (Index j = first; j < end; ++j) {
                           const float term = delta * means[j];
                           signal[j] += term;
                           of_U[j] += term;
                         }
                         // The mean of a Gaussian unit is its input.
                         for (Index j = first; j < std::min(end, out.sigma_h.size()); ++j)
                           out.sigma_h[j] -= delta * means[j] * means[j] * rbm_->variance_h()[j];
                       }
                     });
}

double DiscriminativeGradient::multiplications() const {
  const auto hidden = static_cast<double>(rbm_->hidden()), labels = static_cast<double>(rbm_->labels());
  return 2 * static_cast<double>(rbm_->W().size()) + 40 * labels * hidden;
}

void DiscriminativeGradient::add(math::RowRange some, const Phase& phase, Gradient& out) {
  const Index rows = some.count, visible = rbm_->visible(), hidden = rbm_->hidden();
  read_inputs(some, phase);
  weigh_labels(some, phase, out);
  signals_.resize(rows, hidden);
  std::fill_n(signals_.data(), signals_.size(), 0.0f);
  for (Index y = 0; y < rbm_->labels(); ++y) add_label(y, out);

  math::transpose(view(v_), v_transposed_);
  MatrixRef of_images(out.W);
  of_images.rows = visible;
  math::add_product(view(v_transposed_), view(signals_), of_images, workspace_);
  for (Index r = 0; r < rows; ++r) {
    const float times = words_ ? words_[r] : 1;
    for (Index j = 0; j < hidden; ++j) out.c[j] += times * signals_(r, j);
  }
  if (!out.sigma_v.size()) return;
  back_.resize(rows, visible);
  std::fill_n(back_.data(), back_.size(), 0.0f);
  math::add_product(view(signals_), {MatrixView(rbm_->W().data(), visible, hidden), true}, back_, workspace_);
  for (Index r = 0; r < rows; ++r)
    for (Index i = 0; i < visible; ++i) out.sigma_v[i] -= 2 * v_(r, i) * back_(r, i);
}

}  // namespace wakesleep
