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

void ObjectiveGradient::begin(LayerStates& v, const std::vector<float>& weights, std::uint64_t step, Index k,
                              Gradient& out) {
  // Batches take as many places as the largest k asks for, so that no two share one.
  steps_ = {step * static_cast<std::uint64_t>(std::max(options_->k, options_->final_k.value_or(0)) + 1), k};
  out_ = &out;
  std::swap(positive_.v, v);
  positive_.weights = weights;
  positive_.of_means = options_->hidden_states == States::mean;
  kept_ = dropout_.draw(std::max(positive_.rows(), rule_->chains()), rbm_->hidden(), step);
  stage_ = Stage::data;
  row_ = 0;
}

bool ObjectiveGradient::step() {
  const bool discriminative = options_->objective == Objective::discriminative;
  switch (stage_) {
    case Stage::data: {
      const math::RowRange some =
          math::next_rows(row_, positive_.rows(), positive_.v.binary, conditionals_.multiplications());
      conditionals_.leave_out(kept_);
      conditionals_.hidden(some, positive_.v, positive_.of_means ? &positive_.h : nullptr, &positive_.h_states,
                           {options_->seed, Stream::hidden, steps_.first});
      row_ += some.count;
      if (row_ < positive_.rows()) return true;
      row_ = 0;
      if (discriminative) {
        statistics_.start(*out_);
        stage_ = Stage::statistics_of_data;
      } else {
        rule_->begin(positive_, kept_, steps_);
        stage_ = Stage::model;
      }
      return true;
    }
    case Stage::model:
      if (!rule_->step()) begin_statistics();
      return true;
    case Stage::counts:
      if (out_->counts.step()) return true;
      Statistics::end_count(*out_);
      out_->counts.mean_h_of_examples(mean_h_.data());
      stage_ = Stage::over;
      return true;
    case Stage::statistics_of_data:
      if (add(positive_, 1)) return true;
      keep_means(*out_);
      // They were wanted for the means alone.
      if (discriminative) statistics_.start(*out_);
      stage_ = discriminative ? Stage::labels : Stage::statistics_of_model;
      return true;
    case Stage::statistics_of_model:
      if (add(*negative_, -1)) return true;
      negative_ = rule_->next();
      if (!negative_) end_statistics();
      return true;
    case Stage::labels: {
      const math::RowRange some = math::next_rows(row_, positive_.rows(), false, discriminative_.multiplications());
      discriminative_.add(some, positive_, *out_);
      row_ += some.count;
      if (row_ == positive_.rows()) stage_ = Stage::over;
      return true;
    }
    case Stage::over:
      return false;
  }
  return false;
}

void ObjectiveGradient::begin_statistics() {
  negative_ = rule_->next();
  if (gradient_is_final() && Statistics::can_count(positive_, *negative_)) {
    Statistics::begin_count(positive_, *negative_, *out_);
    stage_ = Stage::counts;
  } else {
    statistics_.start(*out_);
    stage_ = Stage::statistics_of_data;
  }
}

// The statistics of some rows; false after the last.
bool ObjectiveGradient::add(const Phase& phase, float sign) {
  const math::RowRange some = math::next_rows(row_, phase.rows(), phase.v.binary, conditionals_.multiplications());
  statistics_.add(some, phase, sign, *out_);
  row_ += some.count;
  if (row_ < phase.rows()) return true;
  row_ = 0;
  return false;
}

void ObjectiveGradient::end_statistics() {
  Gradient& out = *out_;
  statistics_.finish(out);
  if (rule_->learns()) rule_->learn(out);
  stage_ = options_->objective == Objective::hybrid ? Stage::labels : Stage::over;
  if (stage_ == Stage::over) return;
  const auto share = static_cast<float>(options_->generative_weight);
  out.W *= share;
  out.b *= share;
  out.c *= share;
  out.sigma_v *= share;
  out.sigma_h *= share;
}

void ObjectiveGradient::end(LayerStates& v) {
  const bool generative = options_->objective == Objective::generative;
  if (options_->objective != Objective::discriminative) rule_->end();
  if (options_->objective != Objective::discriminative && rule_->reconstruction()) {
    measure_reconstruction(*rule_->reconstruction());
  } else {
    reconstruct();
  }
  out_->bounded = positive_.weights.empty() && generative && conditionals_.both_binary();
  std::swap(positive_.v, v);
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
