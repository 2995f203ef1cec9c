#include "learning/contrastive_divergence.h"

#include <algorithm>

#include "learning/reconstruction.h"

namespace wakesleep {

void ContrastiveDivergence::draw(const Phase& positive, const BitMatrix* kept, const GibbsSteps& steps) {
  const bool mean_field = options_->method == Method::mean_field;
  const bool sampled_v = !mean_field && options_->visible_states == States::sampled;
  const bool sampled_h = options_->hidden_states == States::sampled;
  const std::uint64_t seed = options_->seed;
  const Index few = std::min(positive.rows(), reconstructed_rows);
  conditionals_.leave_out(kept);
  negative_.of_means = positive.of_means;
  negative_.total = positive.total;
  negative_.weights = positive.weights;
  negative_.v_is_mean = !sampled_v;
  reconstruction_.resize(few, conditionals_.width());
  const float* const words = words_of(conditionals_.visible_side(), positive.v, words_);
  for (Index i = 0; i < steps.k; ++i) {
    const bool first = i == 0, last = i + 1 == steps.k;
    const LayerStates& h = first ? positive.h_states : negative_.h_states;
    if (sampled_v) {
      conditionals_.sample_visible(h, {seed, Stream::visible, steps.of_step(i)}, words, negative_.v,
                                   first ? &reconstruction_ : nullptr);
    } else if (mean_field) {
      conditionals_.visible_means(first ? positive.h : negative_.h, words, negative_.v);
    } else {
      conditionals_.visible_means(h, words, negative_.v);
    }
    if (first && !sampled_v) std::copy_n(negative_.v.real.data(), reconstruction_.size(), reconstruction_.data());
    const bool samples = !mean_field && (!last || sampled_h);
    conditionals_.hidden(negative_.v, negative_.of_means ? &negative_.h : nullptr,
                         samples ? &negative_.h_states : nullptr, {seed, Stream::hidden, steps.of_step(i)});
  }
  given_ = false;
}

const Phase* ContrastiveDivergence::next() { return std::exchange(given_, true) ? nullptr : &negative_; }

}  // namespace wakesleep
