#include "learning/contrastive_divergence.h"

#include <algorithm>
#include <bit>

#include "math/bits.h"
#include "math/transpose.h"

namespace wakesleep {

ContrastiveDivergence::ContrastiveDivergence(Rbm& rbm, const TrainingOptions& options, const InputScales& scales)
    : rbm_(&rbm), options_(options), scales_(scales) {
  RbmTrainingState& state = rbm.training_state();
  const Index chains = options.chains ? options.chains : options.batch_size;
  if (options.method == Method::pcd && (state.chains.rows() != chains || state.chains.cols() != rbm.hidden())) {
    state.chains.resize(chains, rbm.hidden());
    const Matrix fair = Matrix::Constant(chains, rbm.hidden(), 0.5f);
    math::sample_means(view(fair), rbm.hidden(), {&state.chains, {options.seed, Stream::chain_start, state.step}});
  }
}

// h given v: states where they are sampled, means where the statistics are made of them.
void ContrastiveDivergence::draw_hidden(std::uint64_t place, bool sampled, Phase& phase) {
  const Index rows = phase.v.rows(), hidden = rbm_->hidden();
  math::Draw draw;
  if (sampled) {
    phase.h_states.resize(rows, hidden);
    draw = {&phase.h_states, {options_.seed, Stream::hidden, place}};
  }
  const bool means = options_.hidden_states == States::mean;
  if (means || !phase.v.binary) phase.h.resize(rows, hidden);
  const Vector& bias = bias_before_scale(rbm_->c(), hidden, scales_.up, scaled_bias_);
  if (phase.v.binary) {
    math::Outcome outcome{hidden, scales_.up, draw};
    if (means) {
      outcome.means = phase.h.data();
      outcome.means_stride = hidden;
      outcome.mean_rows = rows;
    }
    math::draw_given(phase.v.bits, rbm_->W(), bias, outcome, workspace_);
  } else {
    math::fill_rows(bias, phase.h);
    math::add_product(view(phase.v.real), rbm_->W(), phase.h, workspace_);
    math::sample_bernoulli(phase.h, hidden, scales_.up, draw);
  }
}

// v given h, labels included; the means of the first `mean_rows` rows are left in v_means_ (all of them, where v is to be
// means).
void ContrastiveDivergence::draw_visible(const BitMatrix& h, std::uint64_t place, Batch& v, Index mean_rows) {
  const Index visible = rbm_->visible(), labels = rbm_->labels(), rows = h.rows();
  v.binary = options_.visible_states == States::sampled;
  if (!v.binary) mean_rows = rows;
  v_means_.resize(mean_rows, rbm_->width());
  label_inputs_.resize(rows, labels);
  math::Outcome outcome{visible, scales_.down};
  outcome.means = v_means_.data();
  outcome.means_stride = rbm_->width();
  outcome.mean_rows = mean_rows;
  if (labels) outcome.rest = &label_inputs_;
  if (v.binary) {
    v.bits.resize(rows, rbm_->width());
    outcome.draw = {&v.bits, {options_.seed, Stream::visible, place}};
  }
  math::draw_given(h, {rbm_->W(), true}, bias_before_scale(rbm_->b(), visible, scales_.down, scaled_bias_), outcome,
                   workspace_);
  if (!labels) return;
  math::softmax_means(label_inputs_, 0, labels, 1);
  for (Index r = 0; r < mean_rows; ++r) std::copy_n(label_inputs_.row(r), labels, v_means_.row(r) + visible);
  if (v.binary) math::sample_softmax(view(label_inputs_), 0, labels, outcome.draw, visible);
}

void ContrastiveDivergence::negative_phase(std::uint64_t first_place, const BitMatrix& h) {
  Batch& v = negative_.v;
  const bool from_data = options_.method == Method::cd;
  for (Index i = 0; i < options_.k; ++i) {
    const std::uint64_t place = first_place + static_cast<std::uint64_t>(i) + 1;
    const bool measures = from_data && i == 0, last = i + 1 == options_.k;
    draw_visible(i == 0 ? h : negative_.h_states, place, v, measures ? std::min(h.rows(), reconstructed_rows) : 0);
    if (measures) measure_reconstruction(positive_.v);
    if (!from_data) hold_labels(v);
    if (!v.binary) std::swap(v.real, v_means_);
    draw_hidden(place, !last || !from_data || options_.hidden_states == States::sampled, negative_);
  }
}

void ContrastiveDivergence::measure_reconstruction(const Batch& data) {
  const Index rows = std::min({data.rows(), v_means_.rows(), reconstructed_rows}), visible = rbm_->visible();
  constexpr Index partials = 16;
  unpacked_.resize(1, visible);
  double sum = 0;
  for (Index r = 0; r < rows; ++r) {
    const float *x = data.binary ? unpacked_.data() : data.real.row(r), *mean = v_means_.row(r);
    if (data.binary) math::unpack(data.bits.row(r), visible, unpacked_.data());
    float sums[partials] = {};
    for (Index i = 0; i < visible; i += partials)
      for (Index l = 0; l < std::min(partials, visible - i); ++l) {
        const float difference = x[i + l] - mean[i + l];
        sums[l] += difference * difference;
      }
    for (const float partial : sums) sum += static_cast<double>(partial);
  }
  reconstruction_error_ = sum / static_cast<double>(rows * visible);
}

// Persistent chains settle where the data are, and what lies on the way of a chain that starts elsewhere is unlearned only if
// some of them do.
void ContrastiveDivergence::restart(BitMatrix& chains, std::uint64_t place) {
  if (options_.restarts == 0) return;
  const math::Place of_restart{options_.seed, Stream::chain_start, place};
  const std::uint64_t tail = ~std::uint64_t{0} >> (63 - (chains.cols() - 1) % 64);
  for (Index r = 0; r < chains.rows(); ++r) {
    const auto row = static_cast<std::uint32_t>(r);
    if (static_cast<double>(math::uniform_of_row(of_restart, row)) >= options_.restarts) continue;
    for (Index w = 0; w < chains.words_per_row(); ++w) {
      const auto coins = math::words_at(of_restart, static_cast<std::uint32_t>(w), row);
      chains.row(r)[w] =
          (std::uint64_t{coins[1]} << 32 | coins[0]) & (w + 1 == chains.words_per_row() ? tail : ~std::uint64_t{0});
    }
  }
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
  const Index rows = phase.v.rows(), hidden = rbm_->hidden();
  scaled_.resize(rows, hidden);
  const bool means = options_.hidden_states == States::mean;
  for (Index r = 0; r < rows; ++r) {
    float* to = scaled_.row(r);
    if (!means) math::unpack(phase.h_states.row(r), hidden, to);
    const float* h = means ? phase.h.row(r) : to;
    for (Index j = 0; j < hidden; ++j) out.c[j] += to[j] = scale * h[j];
  }
  if (phase.v.binary) {
    math::transpose(phase.v.bits, v_bits_transposed_);
    math::add_product(v_bits_transposed_, view(scaled_), out.W, workspace_);
    for (Index i = 0; i < out.b.size(); ++i) {
      int on = 0;
      for (Index w = 0; w < v_bits_transposed_.words_per_row(); ++w) on += std::popcount(v_bits_transposed_.row(i)[w]);
      out.b[i] += scale * static_cast<float>(on);
    }
  } else {
    math::transpose(view(phase.v.real), v_transposed_);
    math::add_product(view(v_transposed_), view(scaled_), out.W, workspace_);
    for (Index r = 0; r < rows; ++r)
      for (Index i = 0; i < out.b.size(); ++i) out.b[i] += scale * phase.v.real(r, i);
  }
}

void ContrastiveDivergence::gradient(Batch& batch, std::uint64_t step, Gradient& out) {
  const std::uint64_t first_place = step * static_cast<std::uint64_t>(options_.k + 1);
  std::swap(positive_.v, batch);
  draw_hidden(first_place, true, positive_);
  if (options_.method == Method::pcd) {
    // What the error measures needs one reconstruction of the data, which the negative phase does not make.
    const Index rows = std::min(positive_.h_states.rows(), reconstructed_rows);
    few_.resize(rows, rbm_->hidden());
    for (Index r = 0; r < rows; ++r) std::copy_n(positive_.h_states.row(r), few_.words_per_row(), few_.row(r));
    draw_visible(few_, first_place, negative_.v, rows);
    measure_reconstruction(positive_.v);
    BitMatrix& chains = rbm_->training_state().chains;
    restart(chains, first_place + 1);
    negative_phase(first_place, chains);
    chains = negative_.h_states;
  } else {
    negative_phase(first_place, positive_.h_states);
  }

  out.b.setZero(rbm_->width());
  out.c.setZero(rbm_->hidden());
  out.counted = options_.hidden_states == States::sampled && positive_.v.binary && negative_.v.binary;
  if (out.counted) {
    out.counts.set(positive_.v.bits, positive_.h_states, negative_.v.bits, negative_.h_states);
    out.counts.mean_v(out.b.data());
    out.counts.mean_h(out.c.data());
  } else {
    out.W.setZero(rbm_->width(), rbm_->hidden());
    add_statistics(positive_, 1.0f / static_cast<float>(positive_.v.rows()), out);
    add_statistics(negative_, -1.0f / static_cast<float>(negative_.v.rows()), out);
  }
  std::swap(positive_.v, batch);
}

}  // namespace wakesleep
