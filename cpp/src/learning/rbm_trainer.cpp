#include "learning/rbm_trainer.h"

#include <numeric>
#include <string>

#include "learning/checks.h"
#include "learning/divergence.h"
#include "learning/schedule.h"
#include "math/slices.h"
#include "models/layer.h"
#include "options/refusals.h"
#include "options/value.h"
#include "wakesleep/exact.h"
#include "wakesleep/inference.h"

namespace wakesleep {
namespace {

VectorD label_shares(const Dataset& data, const std::vector<float>& weights, Index labels) {
  VectorD shares = VectorD::Zero(labels);
  for (Index r = 0; r < data.count(); ++r) {
    const auto row = static_cast<std::size_t>(r);
    shares[data.labels()[row]] += weights.empty() ? 1 : static_cast<double>(weights[row]);
  }
  return shares / shares.sum();
}

}  // namespace

RbmTrainer::RbmTrainer(Rbm& rbm, const Dataset& data, const TrainingOptions& options, const Dbn* net, Index layer,
                       std::span<const InputScales> scales)
    : TrainingWith(data),
      rbm_(&rbm),
      net_(net),
      layer_(layer),
      options_(options),
      source_(data, net, layer, rbm.shape(), options_, scales),
      objective_(rbm, options_),
      optimizer_({rbm.mutable_W(), rbm.mutable_b(), rbm.mutable_c()}, rbm.training_state().optimizer, options_),
      centering_(rbm, options_),
      sparsity_(rbm, options_),
      missing_(options.mask ? std::optional<MissingValues>(std::in_place, rbm, options_) : std::nullopt),
      start_(rbm, source_, missing_ ? &*missing_ : nullptr, options_),
      cursor_({&rbm.training_state().epoch, &rbm.training_state().batch, &rbm.training_state().step}, source_.count(),
              options),
      activity_(rbm.hidden()),
      unbounded_(!visible_layer(rbm).type->bounded() && !hidden_layer(rbm).type->bounded()) {
  if (!options.weights.empty())
    mean_weight_ =
        std::accumulate(options.weights.begin(), options.weights.end(), 0.0) / static_cast<double>(source_.count());
  if (rbm.labels()) objective_.know_labels(label_shares(data, options.weights, rbm.labels()));
}

bool RbmTrainer::prepare() {
  if (cursor_.over()) return false;
  if (start_.step()) return true;
  if (in_hand_ == InHand::nothing) {
    LearningRule& rule = objective_.rule();
    if (rule.prepare(rbm_->training_state().step)) return true;
    // The model is about to change: that, and so the batch, is for step_batch().
    if (rule.due()) return false;
  }
  const math::SliceOfWork slice;
  do {
    if (!prepare_batch()) return false;
  } while (!slice.over());
  return true;
}

// A slice of the next batch, as long as nothing is changed that the model keeps; false when that is done.
bool RbmTrainer::prepare_batch() {
  const RbmTrainingState& state = rbm_->training_state();
  if (in_hand_ == InHand::nothing) {
    rows_ = cursor_.next_batch();
    there_ = 0;
    in_hand_ = InHand::examples;
  }
  if (in_hand_ == InHand::gradient) return objective_.step();
  if (!source_.read_some(there_, rows_, state.epoch, batch_)) return true;
  if (missing_) missing_->fill(source_.in_data(rows_), state.step, batch_);
  weigh(rows_);
  objective_.begin(batch_, weights_, state.step, k_in(options_, cursor_), gradient_);
  in_hand_ = InHand::gradient;
  return true;
}

bool RbmTrainer::step_batch() {
  if (cursor_.over()) return false;
  while (start_.step()) {
  }
  if (in_hand_ == InHand::nothing && objective_.rule().settle(rbm_->training_state().step)) optimizer_.forget();
  while (prepare_batch()) {
  }
  in_hand_ = InHand::nothing;
  if (cursor_.begins_epoch()) activity_.begin_epoch();
  const auto count = static_cast<Index>(rows_.size());
  objective_.end(batch_);
  shape_gradient();
  Step step = step_in(options_, cursor_);
  rate_scale_ = static_cast<float>(objective_.rule().rate_scale());
  step.learning_rate *= rate_scale_;
  const std::string cause = divergence(*rbm_, gradient_, step, optimizer_);
  if (!cause.empty()) cursor_.diverge(cause);
  if (unbounded_) before_ = *rbm_;
  move(step);
  if (unbounded_) check_normalisable();
  activity_.add(objective_.mean_h(), count);
  activity_.end_batch(count);
  cursor_.end_batch(objective_.reconstruction_error());
  return true;
}

void RbmTrainer::move(const Step& step) {
  optimizer_.begin(step);
  if (gradient_.counted) {
    optimizer_.move(0, gradient_.counts);
  } else {
    optimizer_.move(0, gradient_.W.data());
  }
  optimizer_.move(1, gradient_.b.data());
  optimizer_.move(2, gradient_.c.data());
  move_sigma(step);
  if (!options_.centering) return;
  centering_.correct_biases(MatrixView(optimizer_.last_step(0), rbm_->width(), rbm_->hidden()));
  optimizer_.parameters_changed();
}

// Standard deviations take plain steps with momentum, whatever the optimizer.
void RbmTrainer::move_sigma(const Step& step) {
  RbmTrainingState& state = rbm_->training_state();
  const float rate = options_.sigma_learning_rate ? rate_scale_ * static_cast<float>(*options_.sigma_learning_rate)
                                                  : step.learning_rate;
  const auto move = [&](Vector& velocity, const Vector& gradient) {
    if (gradient.size() == 0) return;
    if (velocity.size() == 0) velocity.setZero(gradient.size());
    for (Index i = 0; i < velocity.size(); ++i) velocity[i] = step.momentum * velocity[i] + rate * gradient[i];
  };
  move(state.sigma_v_velocity, gradient_.sigma_v);
  move(state.sigma_h_velocity, gradient_.sigma_h);
  if (gradient_.sigma_v.size() || gradient_.sigma_h.size())
    rbm_->move_log_sigma(state.sigma_v_velocity, state.sigma_h_velocity);
}

// How much the rows of the batch count: weight / (rows * mean weight), so that examples of weight 2 count as two would.
void RbmTrainer::weigh(std::span<const std::uint32_t> rows) {
  if (options_.weights.empty()) return;
  weights_.resize(rows.size());
  const std::span<const std::uint32_t> from = source_.in_data(rows);
  for (std::size_t r = 0; r < rows.size(); ++r)
    weights_[r] = static_cast<float>(static_cast<double>(options_.weights[from[r]]) /
                                     (mean_weight_ * static_cast<double>(rows.size())));
}

// What is added to the gradient of the objective, and the coordinates that it is taken in.
void RbmTrainer::shape_gradient() {
  if (options_.sparsity_cost > 0) sparsity_.add(objective_.mean_v(), objective_.mean_h(), gradient_);
  if (options_.centering) {
    centering_.follow(objective_.mean_v(), objective_.mean_h());
    centering_.centre(gradient_);
  }
  if (options_.sparsity_cost > 0 || options_.centering) gradient_.bounded = false;
}

// Two sides without bounds: from an interaction of norm 1 on there is no distribution, and sampling runs away.
void RbmTrainer::check_normalisable() {
  const double norm = norm_.of(*rbm_);
  if (norm < 1) return;
  *rbm_ = *before_;
  optimizer_.parameters_changed();
  cursor_.diverge(
      "W over the standard deviations would have a singular value of " + options::text_of(norm) +
      ", and from 1 on a model whose sides are both unbounded has no distribution. A lower learning rate or a higher "
      "weight decay is the usual cure");
}

Progress RbmTrainer::position() const {
  Progress progress = cursor_.progress();
  progress.layer = layer_;
  return progress;
}

std::optional<TrainingStatistics> RbmTrainer::statistics() const {
  auto statistics = activity_.statistics(optimizer_);
  if (!statistics) return statistics;
  statistics->swap_rate = objective_.rule().swap_rate();
  statistics->ladder = objective_.rule().ladder(position().epoch_ended);
  return statistics;
}

std::optional<double> RbmTrainer::log_z() const {
  const auto ladder = objective_.rule().ladder(true);
  return ladder ? std::optional(ladder->log_z) : std::nullopt;
}

std::optional<DatasetAverage> RbmTrainer::average_free_energy(const Dataset& data, Index most_rows) const {
  if (layer_ == 0) return wakesleep::average_free_energy(*rbm_, data, most_rows);
  return wakesleep::average_free_energy(*net_, layer_, data, most_rows);
}

void RbmTrainer::change(const TrainingOptions& options) {
  if (!net_) refuse(check(*rbm_, data(), options));
  refuse(options::refusals_of_change(options_, options));
  if (options.input_scales != options_.input_scales) refuse({options::refusal_of_change("inputScales")});
  options_ = options;
  in_hand_ = InHand::nothing;
  cursor_.set_epochs(options.epochs);
}

void check(const TrainingOptions& options) { refuse(options::refusals(options)); }

std::vector<Refusal> check(const Rbm& rbm, const Dataset& data, const TrainingOptions& options) {
  Refusals refusals;
  refusals.add_layer(rbm.shape(), options, data, false);
  refusals.add_data(data, rbm.shape().visible_units, rbm.visible(), rbm.labels());
  return refusals.list();
}

std::unique_ptr<TrainingWith<TrainingOptions>> train(Rbm& rbm, const Dataset& data, const TrainingOptions& options) {
  refuse(check(rbm, data, options));
  return std::make_unique<RbmTrainer>(rbm, data, options);
}

}  // namespace wakesleep
