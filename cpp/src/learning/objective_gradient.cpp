#include "learning/objective_gradient.h"

#include <algorithm>

#include "learning/reconstruction.h"
#include "learning/rules.h"

namespace wakesleep {

ObjectiveGradient::ObjectiveGradient(Rbm& rbm, const TrainingOptions& options)
    : rbm_(&rbm),
      options_(&options),
      conditionals_(rbm),
      statistics_(rbm),
      dropout_(options),
      rule_(make_rule(rbm, options)),
      discriminative_(rbm),
      mean_v_(Vector::Zero(rbm.width())),
      mean_h_(Vector::Zero(rbm.hidden())) {
  conditionals_.scale_inputs(options.input_scales);
}

void ObjectiveGradient::of_batch(LayerStates& v, const std::vector<float>& weights, std::uint64_t step, Index k,
                                 Gradient& out) {
  // Batches take as many places as the largest k asks for, so that no two share one.
  const GibbsSteps steps{step * static_cast<std::uint64_t>(std::max(options_->k, options_->final_k.value_or(0)) + 1),
                         k};
  std::swap(positive_.v, v);
  positive_.weights = weights;
  positive_.of_means = options_->hidden_states == States::mean;
  const BitMatrix* kept = dropout_.draw(std::max(positive_.rows(), rule_->chains()), rbm_->hidden(), step);
  conditionals_.leave_out(kept);
  conditionals_.hidden(positive_.v, positive_.of_means ? &positive_.h : nullptr, &positive_.h_states,
                       {options_->seed, Stream::hidden, steps.first});

  if (options_->objective == Objective::discriminative) {
    statistics_.start(out);
    statistics_.add(positive_, 1, out);
    keep_means(out);
    statistics_.start(out);
    reconstruct();
  } else {
    data_minus_model(kept, steps, out);
  }
  if (options_->objective == Objective::hybrid) {
    const auto share = static_cast<float>(options_->generative_weight);
    out.W *= share;
    out.b *= share;
    out.c *= share;
    out.sigma_v *= share;
    out.sigma_h *= share;
  }
  if (options_->objective != Objective::generative) discriminative_.add(positive_, out);
  out.bounded = weights.empty() && options_->objective == Objective::generative && conditionals_.both_binary();
  std::swap(positive_.v, v);
}

void ObjectiveGradient::data_minus_model(const BitMatrix* kept, const GibbsSteps& steps, Gradient& out) {
  rule_->draw(positive_, kept, steps);
  const Phase* negative = rule_->next();
  if (gradient_is_final() && Statistics::can_count(positive_, *negative)) {
    Statistics::count(positive_, *negative, out);
    out.counts.mean_h_of_examples(mean_h_.data());
  } else {
    statistics_.start(out);
    statistics_.add(positive_, 1, out);
    keep_means(out);
    for (; negative; negative = rule_->next()) statistics_.add(*negative, -1, out);
    statistics_.finish(out);
    rule_->learn(out);
  }
  if (rule_->reconstruction()) {
    measure_reconstruction(*rule_->reconstruction());
  } else {
    reconstruct();
  }
}

bool ObjectiveGradient::gradient_is_final() const {
  return options_->objective == Objective::generative && !options_->centering && options_->sparsity_cost == 0 &&
         !rule_->learns();
}

// From the statistics of the positive phase alone.
void ObjectiveGradient::keep_means(const Gradient& positive) {
  const float all = positive_.weight_of_all();
  if (all == 0) return;
  mean_v_ = positive.b / all;
  mean_h_ = positive.c / all;
  if (!conditionals_.visible_side().type->documents()) return;
  // Where biases count words, positive.c does too.
  mean_h_.setZero();
  for (Index r = 0; r < positive_.rows(); ++r)
    for (Index j = 0; j < mean_h_.size(); ++j)
      mean_h_[j] += positive_.weight(r) / all * (positive_.of_means ? positive_.h(r, j) : positive_.h_states.get(r, j));
}

// For rules that take no step from the data.
void ObjectiveGradient::reconstruct() {
  const Index rows = std::min(positive_.rows(), reconstructed_rows);
  few_.resize(positive_.h_states.binary, rows, rbm_->hidden());
  for (Index r = 0; r < rows; ++r) few_.copy_row(positive_.h_states, r, r);
  conditionals_.visible_means(few_, words_of(conditionals_.visible_side(), positive_.v, words_), few_v_);
  measure_reconstruction(few_v_.real);
}

void ObjectiveGradient::measure_reconstruction(const Scratch& means) {
  reconstruction_error_ = wakesleep::reconstruction_error(positive_.v, means, rbm_->visible(), unpacked_);
}

}  // namespace wakesleep
