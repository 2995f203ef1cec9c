#include "learning/contrastive_divergence.h"

#include <algorithm>
#include <bit>

#include "math/sampling.h"

namespace wakesleep {
namespace {

double squared(double x) { return x * x; }

// Mean over the visible units (labels aside) of the first `rows` examples.
double mean_squared_error(const Batch& batch, const Matrix& means, Index rows, Index visible) {
  double sum = 0;
  for (Index r = 0; r < rows; ++r)
    for (Index c = 0; c < visible; ++c) {
      const float value = batch.binary ? (batch.bits.get(r, c) ? 1.0f : 0.0f) : batch.real(r, c);
      sum += squared(static_cast<double>(value) - static_cast<double>(means(r, c)));
    }
  return sum / static_cast<double>(rows * visible);
}

}  // namespace

ContrastiveDivergence::ContrastiveDivergence(Rbm& rbm, const TrainingOptions& options) : rbm_(&rbm), options_(options) {
  RbmTrainingState& state = rbm.training_state();
  const Index chains = options.chains ? options.chains : options.batch_size;
  if (options.method == Method::pcd && (state.chains.rows() != chains || state.chains.cols() != rbm.hidden())) {
    state.chains.resize(chains, rbm.hidden());
    math::sample_means(Matrix::Constant(chains, rbm.hidden(), 0.5f), rbm.hidden(),
                       {options.seed, Stream::chain_start, state.step}, state.chains);
  }
}

void ContrastiveDivergence::hidden_means(const Batch& v, Matrix& h) {
  h.resize(v.binary ? v.bits.rows() : v.real.rows(), rbm_->hidden());
  math::fill_rows(rbm_->c(), h);
  if (v.binary) {
    math::add_product(v.bits, view(rbm_->W()), h, workspace_);
  } else {
    math::add_product(view(v.real), view(rbm_->W()), h);
  }
}

void ContrastiveDivergence::visible_means(const BitMatrix& h, Matrix& v) {
  v.resize(h.rows(), rbm_->width());
  math::fill_rows(rbm_->b(), v);
  math::add_product(h, view(W_transposed_), v, workspace_);
}

void ContrastiveDivergence::sample_hidden(std::uint64_t place, Phase& phase) {
  phase.h_states.resize(phase.h.rows(), rbm_->hidden());
  math::sample_bernoulli(phase.h, rbm_->hidden(), 1, {options_.seed, Stream::hidden, place}, phase.h_states);
}

void ContrastiveDivergence::negative_phase(std::uint64_t first_place, const Batch& data, BitMatrix& h) {
  const Index visible = rbm_->visible(), labels = rbm_->labels();
  Batch& v = negative_.batch;
  v.binary = options_.visible_states == States::sampled;
  for (Index i = 0; i < options_.k; ++i) {
    const std::uint64_t place = first_place + static_cast<std::uint64_t>(i) + 1;
    const math::Place of_visible{options_.seed, Stream::visible, place};
    visible_means(i == 0 ? h : negative_.h_states, v_means_);
    if (v.binary) {
      v.bits.resize(v_means_.rows(), rbm_->width());
      math::sample_bernoulli(v_means_, visible, 1, of_visible, v.bits);
    } else {
      math::bernoulli_means(v_means_, visible, 1);
    }
    if (labels) {
      math::softmax_means(v_means_, visible, labels, 1);
      if (v.binary) math::sample_softmax(v_means_, visible, labels, of_visible, v.bits);
      if (options_.method == Method::pcd) hold_labels(v);
    }
    if (i == 0 && options_.method == Method::cd)
      reconstruction_error_ = mean_squared_error(data, v_means_, v_means_.rows(), visible);
    if (!v.binary) std::swap(v.real, v_means_);
    hidden_means(v, negative_.h);
    const bool last = i + 1 == options_.k;
    if (!last || options_.method == Method::pcd || options_.hidden_states == States::sampled) {
      sample_hidden(place, negative_);
    } else {
      math::bernoulli_means(negative_.h, rbm_->hidden(), 1);
    }
  }
  if (options_.method == Method::pcd) h = negative_.h_states;
}

// Free chains leave the images that a label seldom goes with; held ones meet them, and so learning sees and unlearns them.
void ContrastiveDivergence::hold_labels(Batch& v) {
  const Index visible = rbm_->visible(), labels = rbm_->labels();
  const Index rows = v.binary ? v.bits.rows() : v_means_.rows();
  const auto held_before = [&](Index r) { return static_cast<Index>(static_cast<double>(r) * options_.clamped_chains); };
  for (Index r = 0; r < rows; ++r) {
    if (held_before(r + 1) == held_before(r)) continue;
    const Index label = held_before(r) % labels;
    for (Index j = 0; j < labels; ++j) {
      if (v.binary) {
        v.bits.set(r, visible + j, j == label);
      } else {
        v_means_(r, visible + j) = j == label ? 1.0f : 0.0f;
      }
    }
  }
}

void ContrastiveDivergence::add_statistics(const Phase& phase, float scale, Gradient& out) {
  const Index rows = phase.h.rows();
  if (options_.hidden_states == States::sampled) {
    math::unpack(phase.h_states, scale, scaled_);
  } else {
    scaled_.resize(rows, phase.h.cols());
    for (Index i = 0; i < scaled_.size(); ++i) scaled_.data()[i] = scale * phase.h.data()[i];
  }
  for (Index r = 0; r < rows; ++r)
    for (Index j = 0; j < scaled_.cols(); ++j) out.c[j] += scaled_(r, j);

  if (phase.batch.binary) {
    math::transpose(phase.batch.bits, v_bits_transposed_);
    math::add_product(v_bits_transposed_, view(scaled_), out.W, workspace_);
    for (Index i = 0; i < out.b.size(); ++i) {
      int on = 0;
      for (Index w = 0; w < v_bits_transposed_.words_per_row(); ++w) on += std::popcount(v_bits_transposed_.row(i)[w]);
      out.b[i] += scale * static_cast<float>(on);
    }
  } else {
    math::transpose(phase.batch.real, v_transposed_);
    math::add_product(view(v_transposed_), view(scaled_), out.W);
    for (Index r = 0; r < rows; ++r)
      for (Index i = 0; i < out.b.size(); ++i) out.b[i] += scale * phase.batch.real(r, i);
  }
}

void ContrastiveDivergence::gradient(Batch& batch, std::uint64_t step, Gradient& out) {
  const std::uint64_t first_place = step * static_cast<std::uint64_t>(options_.k + 1);
  math::transpose(rbm_->W(), W_transposed_);
  std::swap(positive_.batch, batch);
  hidden_means(positive_.batch, positive_.h);
  if (options_.method == Method::pcd) {
    // What the error measures needs one reconstruction of the data, which the negative phase does not make.
    sample_hidden(first_place, positive_);
    const Index rows = std::min(positive_.h.rows(), reconstructed_rows);
    few_.resize(rows, rbm_->hidden());
    for (Index r = 0; r < rows; ++r) std::copy_n(positive_.h_states.row(r), few_.words_per_row(), few_.row(r));
    visible_means(few_, v_means_);
    math::bernoulli_means(v_means_, rbm_->visible(), 1);
    reconstruction_error_ = mean_squared_error(positive_.batch, v_means_, rows, rbm_->visible());
    negative_phase(first_place, positive_.batch, rbm_->training_state().chains);
  } else {
    sample_hidden(first_place, positive_);
    negative_phase(first_place, positive_.batch, positive_.h_states);
  }

  out.W.setZero(rbm_->width(), rbm_->hidden());
  out.b.setZero(rbm_->width());
  out.c.setZero(rbm_->hidden());
  add_statistics(positive_, 1.0f / static_cast<float>(positive_.h.rows()), out);
  add_statistics(negative_, -1.0f / static_cast<float>(negative_.h.rows()), out);
  std::swap(positive_.batch, batch);
}

}  // namespace wakesleep
