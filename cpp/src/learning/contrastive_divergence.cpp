#include "learning/contrastive_divergence.h"

#include <algorithm>

#include "learning/reconstruction.h"

namespace wakesleep {

void ContrastiveDivergence::begin(const Phase& positive, const BitMatrix* kept, const GibbsSteps& steps) {
  positive_ = &positive;
  steps_ = steps;
  step_ = row_ = 0;
  hidden_ = false;
  conditionals_.leave_out(kept);
  negative_.of_means = positive.of_means;
  negative_.total = positive.total;
  negative_.weights = positive.weights;
  negative_.v_is_mean = options_->method == Method::mean_field || options_->visible_states == States::mean;
  reconstruction_.resize(std::min(positive.rows(), reconstructed_rows), conditionals_.width());
  words_ = words_of(conditionals_.visible_side(), positive.v, words_buffer_);
  given_ = false;
}

// Some rows of one layer.
bool ContrastiveDivergence::step() {
  if (step_ == steps_.k) return false;
  const Index rows = positive_->rows();
  const bool first = step_ == 0;
  if (hidden_) {
    const math::RowRange some = math::next_rows(row_, rows, negative_.v.binary, conditionals_.multiplications());
    draw_hidden(some);
    row_ += some.count;
  } else {
    const LayerStates& h = first ? positive_->h_states : negative_.h_states;
    const bool binary = options_->method != Method::mean_field && h.binary;
    const math::RowRange some = math::next_rows(row_, rows, binary, conditionals_.multiplications());
    draw_visible(some, h);
    row_ += some.count;
  }
  if (row_ < rows) return true;
  if (first && !hidden_ && negative_.v_is_mean)
    std::copy_n(negative_.v.real.data(), reconstruction_.size(), reconstruction_.data());
  row_ = 0;
  if (hidden_) ++step_;
  hidden_ = !hidden_;
  return true;
}

void ContrastiveDivergence::draw_visible(math::RowRange some, const LayerStates& h) {
  const bool first = step_ == 0;
  if (!negative_.v_is_mean) {
    conditionals_.sample_visible(some, h, {options_->seed, Stream::visible, steps_.of_step(step_)}, words_, negative_.v,
                                 first ? &reconstruction_ : nullptr);
  } else if (options_->method == Method::mean_field) {
    conditionals_.visible_means(some, first ? positive_->h : negative_.h, words_, negative_.v);
  } else {
    conditionals_.visible_means(some, h, words_, negative_.v);
  }
}

void ContrastiveDivergence::draw_hidden(math::RowRange some) {
  const bool last = step_ + 1 == steps_.k;
  const bool samples = options_->method != Method::mean_field && (!last || options_->hidden_states == States::sampled);
  conditionals_.hidden(some, negative_.v, negative_.of_means ? &negative_.h : nullptr,
                       samples ? &negative_.h_states : nullptr,
                       {options_->seed, Stream::hidden, steps_.of_step(step_)});
}

const Phase* ContrastiveDivergence::next() { return std::exchange(given_, true) ? nullptr : &negative_; }

}  // namespace wakesleep
