#include "learning/statistics.h"

#include <bit>

#include "math/bits.h"
#include "math/transpose.h"

namespace wakesleep {

void Statistics::start(Gradient& out) const {
  out.sigma_v.resize(rbm_->shape().visible_units.learned_sigma ? rbm_->visible() : 0);
  out.sigma_h.resize(rbm_->shape().hidden_units.learned_sigma ? rbm_->hidden() : 0);
  out.set_zero(rbm_->width(), rbm_->hidden());
}

void Statistics::add(math::RowRange some, const Phase& phase, float sign, Gradient& out) {
  const Index hidden = out.c.size(), width = out.b.size(), first = some.first, end = some.first + some.count;
  math::count_work(2.0 * static_cast<double>(some.count) * static_cast<double>(hidden + width));
  // Biases of the hidden units count once a word.
  const float* const words = words_of(visible_layer(*rbm_), phase.v, words_);
  scaled_.resize(some.count, hidden);
  for (Index r = first; r < end; ++r) {
    const float scale = sign * phase.weight(r);
    float* to = scaled_.row(r - first);
    const bool bits = !phase.of_means && phase.h_states.binary;
    if (bits) math::unpack(phase.h_states.bits.row(r), hidden, to);
    const float* h = bits ? to : phase.of_means ? phase.h.row(r) : phase.h_states.real.row(r);
    for (Index j = 0; j < hidden; ++j) to[j] = scale * h[j];
    const float times = words ? words[r] : 1;
    for (Index j = 0; j < hidden; ++j) out.c[j] += times * to[j];
  }
  add_second_moments(some, phase, sign, out);
  if (phase.v.binary) {
    const bool all = some.count == phase.rows();
    if (!all) some_.take_rows(phase.v, first, some.count);
    math::transpose(all ? phase.v.bits : some_.bits, v_bits_transposed_);
    math::add_product(v_bits_transposed_, view(scaled_), out.W, workspace_);
    if (end < phase.rows()) return;
    if (!all) math::transpose(phase.v.bits, v_bits_transposed_);
    add_bits(phase, sign, out);
  } else {
    math::transpose(MatrixView(phase.v.real.row(first), some.count, width), v_transposed_);
    math::add_product(view(v_transposed_), view(scaled_), out.W, workspace_);
    for (Index r = first; r < end; ++r) {
      const float scale = sign * phase.weight(r);
      for (Index i = 0; i < width; ++i) out.b[i] += scale * phase.v.real(r, i);
    }
  }
}

// To out.b, from the bits of all rows in v_bits_transposed_.
void Statistics::add_bits(const Phase& phase, float sign, Gradient& out) {
  const bool same = phase.weights.empty();
  const float scale = same ? sign * phase.weight(0) : 0;
  for (Index i = 0; i < out.b.size(); ++i) {
    int on = 0;
    float sum = 0;
    for (Index w = 0; w < v_bits_transposed_.words_per_row(); ++w) {
      std::uint64_t rows_on = v_bits_transposed_.row(i)[w];
      if (same) {
        on += std::popcount(rows_on);
      } else {
        for (; rows_on; rows_on &= rows_on - 1) sum += sign * phase.weight(w * 64 + std::countr_zero(rows_on));
      }
    }
    out.b[i] += same ? scale * static_cast<float>(on) : sum;
  }
}

// (s - b)^2, and where s is a mean the variance about it.
void Statistics::add_second_moments(math::RowRange some, const Phase& phase, float sign, Gradient& out) const {
  const Index end = some.first + some.count;
  for (Index r = some.first; r < end && out.sigma_v.size(); ++r) {
    const float scale = sign * phase.weight(r);
    for (Index i = 0; i < out.sigma_v.size(); ++i) {
      const float from_bias = phase.v.real(r, i) - rbm_->b()[i];
      out.sigma_v[i] += scale * (from_bias * from_bias + (phase.v_is_mean ? rbm_->variance_v()[i] : 0.0f));
    }
  }
  for (Index r = some.first; r < end && out.sigma_h.size(); ++r) {
    const float scale = sign * phase.weight(r);
    const float words = words_.empty() ? 1.0f : words_[static_cast<std::size_t>(r)];
    for (Index j = 0; j < out.sigma_h.size(); ++j) {
      const float from_bias = (phase.of_means ? phase.h(r, j) : phase.h_states.real(r, j)) - words * rbm_->c()[j];
      out.sigma_h[j] += scale * (from_bias * from_bias + (phase.of_means ? rbm_->variance_h()[j] : 0.0f));
    }
  }
}

void Statistics::finish(Gradient& out) const {
  const Vector &of_v = rbm_->variance_v(), &of_h = rbm_->variance_h();
  for (Index i = 0; i < of_v.size(); ++i) {
    out.b[i] /= of_v[i];
    for (Index j = 0; j < out.c.size(); ++j) out.W(i, j) /= of_v[i];
  }
  for (Index j = 0; j < of_h.size(); ++j) {
    out.c[j] /= of_h[j];
    for (Index i = 0; i < out.b.size(); ++i) out.W(i, j) /= of_h[j];
  }
  for (Index i = 0; i < out.sigma_v.size(); ++i) {
    float of_interaction = 0;
    for (Index j = 0; j < out.c.size(); ++j) of_interaction += rbm_->W()(i, j) * out.W(i, j);
    out.sigma_v[i] = out.sigma_v[i] / of_v[i] - 2 * of_interaction;
  }
  for (Index j = 0; j < out.sigma_h.size(); ++j) {
    float of_interaction = 0;
    for (Index i = 0; i < out.b.size(); ++i) of_interaction += rbm_->W()(i, j) * out.W(i, j);
    out.sigma_h[j] = out.sigma_h[j] / of_h[j] - 2 * of_interaction;
  }
}

bool Statistics::can_count(const Phase& positive, const Phase& negative) {
  const auto whole = [](const Phase& phase) {
    return !phase.of_means && phase.h_states.binary && phase.v.binary && phase.weights.empty() && phase.total == 1;
  };
  return whole(positive) && whole(negative);
}

void Statistics::count(const Phase& positive, const Phase& negative, Gradient& out) {
  begin_count(positive, negative, out);
  while (out.counts.step()) {
  }
  end_count(out);
}

void Statistics::begin_count(const Phase& positive, const Phase& negative, Gradient& out) {
  out.counted = true;
  out.counts.begin(positive.v.bits, positive.h_states.bits, negative.v.bits, negative.h_states.bits);
  out.b.setZero(positive.v.bits.cols());
  out.c.setZero(positive.h_states.cols());
}

void Statistics::end_count(Gradient& out) {
  out.counts.mean_v(out.b.data());
  out.counts.mean_h(out.c.data());
}

}  // namespace wakesleep
