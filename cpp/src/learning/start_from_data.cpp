#include "learning/start_from_data.h"

#include <algorithm>

#include "learning/conditionals.h"
#include "math/slices.h"

namespace wakesleep {
namespace {

// Means of an upper layer's units, and of labels, come from at most this many examples.
constexpr Index most_examples = 10000;
// Sampled states depend on how examples are divided into batches.
constexpr std::size_t at_once = 100;

const units::Type& type_of(const Rbm& rbm, Index i) {
  return i < rbm.visible() ? *visible_layer(rbm).type : units::label_units();
}

}  // namespace

void start_at_log_odds(const VectorD& means, Index examples, Vector& b) {
  const units::Type& type = units::type_of(Units{}.type);
  const auto n = static_cast<double>(examples);
  for (Index i = 0; i < b.size(); ++i) b[i] = static_cast<float>(*type.bias_of_mean(type.mean_of(means[i] * n, n)));
}

StartFromData::StartFromData(Rbm& rbm, ExampleSource& source, MissingValues* missing, const TrainingOptions& options)
    : rbm_(&rbm), source_(&source), missing_(missing), options_(&options) {}

void StartFromData::begin() {
  const RbmTrainingState& state = rbm_->training_state();
  biases_ = state.step == 0 && options_->visible_bias_from_data && rbm_->b().isZero(0);
  offsets_ = options_->centering && state.visible_offset.size() == 0;
  stage_ = biases_ || offsets_ ? Stage::visible_means : Stage::over;
  if (stage_ == Stage::over) return;
  const Index count = std::min(source_->count(), most_examples);
  for (Index r = 0; r < count; ++r) which_.push_back(static_cast<std::uint32_t>(r * source_->count() / count));
  if (!options_->weights.empty()) {
    double sum = 0;
    for (const float weight : options_->weights) sum += static_cast<double>(weight);
    mean_weight_ = sum / static_cast<double>(source_->count());
  }
  sum_ = known_ = VectorD::Zero(rbm_->width());
  hidden_ = VectorD::Zero(rbm_->hidden());
}

bool StartFromData::step() {
  if (stage_ == Stage::none_yet) begin();
  if (stage_ == Stage::over) return false;
  // A value that is read and added takes as long as some multiplications of a matrix product.
  constexpr double of_value = 10;
  const double own = stage_ == Stage::hidden_means ? static_cast<double>(rbm_->W().size()) : 0;
  const Index rows =
      math::rows_a_slice(source_->multiplications() + of_value * static_cast<double>(rbm_->width()) + own);
  const std::size_t end = next_ + std::max(at_once, static_cast<std::size_t>(rows));
  for (; next_ < std::min(end, which_.size()); next_ += at_once) {
    const std::span<const std::uint32_t> some{which_.data() + next_, std::min(at_once, which_.size() - next_)};
    source_->read(some, 0, batch_);
    weigh(source_->in_data(some));
    stage_ == Stage::visible_means ? add_visible(some) : add_hidden();
  }
  if (next_ >= which_.size()) end_stage();
  return true;
}

void StartFromData::weigh(std::span<const std::uint32_t> rows) {
  weights_.assign(rows.size(), 1);
  if (options_->weights.empty()) return;
  for (std::size_t r = 0; r < rows.size(); ++r)
    weights_[r] = static_cast<double>(options_->weights[rows[r]]) / mean_weight_;
}

void StartFromData::add_visible(std::span<const std::uint32_t> rows) {
  if (missing_) return missing_->add_known(source_->in_data(rows), batch_, weights_, sum_, known_);
  for (Index r = 0; r < batch_.rows(); ++r)
    for (Index i = 0; i < rbm_->width(); ++i) {
      const double weight = weights_[static_cast<std::size_t>(r)];
      sum_[i] += weight * static_cast<double>(batch_.get(r, i));
      known_[i] += weight;
    }
}

void StartFromData::add_hidden() {
  Conditionals(*rbm_).hidden(batch_, &h_, nullptr, {});
  for (Index r = 0; r < h_.rows(); ++r) {
    const double weight = weights_[static_cast<std::size_t>(r)];
    for (Index j = 0; j < h_.cols(); ++j) hidden_[j] += weight * static_cast<double>(h_(r, j));
    hidden_weight_ += weight;
  }
}

void StartFromData::end_stage() {
  RbmTrainingState& state = rbm_->training_state();
  next_ = 0;
  if (stage_ == Stage::visible_means) {
    if (biases_) start_biases();
    stage_ = offsets_ ? Stage::hidden_means : Stage::over;
    if (!offsets_) return;
    state.visible_offset.resize(rbm_->width());
    for (Index i = 0; i < rbm_->width(); ++i) state.visible_offset[i] = static_cast<float>(visible_mean(i));
    // An untrained centred machine starts with the biases of its own coordinates: c~ = 0 and b~ at the log-odds.
    untrained_ = biases_ && rbm_->c().isZero(0);
    if (untrained_) move_biases_to_offsets(state.visible_offset, Vector());
    return;
  }
  state.hidden_offset = (hidden_ / hidden_weight_).cast<float>();
  if (untrained_) move_biases_to_offsets(Vector(), state.hidden_offset);
  stage_ = Stage::over;
}

double StartFromData::visible_mean(Index i) const { return type_of(*rbm_, i).mean_of(sum_[i], known_[i]); }

// So that without weights the model has the data's means.
void StartFromData::start_biases() {
  for (Index i = 0; i < rbm_->width(); ++i)
    if (const auto bias = type_of(*rbm_, i).bias_of_mean(visible_mean(i)))
      rbm_->mutable_b()[i] = static_cast<float>(*bias);
}

// c less W'mu and b less W lambda, where the offsets are there.
void StartFromData::move_biases_to_offsets(const Vector& mu, const Vector& lambda) {
  const auto enters = [](const Vector& offset, const Vector& variance, Index i) {
    return static_cast<double>(offset[i]) / (i < variance.size() ? static_cast<double>(variance[i]) : 1);
  };
  const Matrix& W = rbm_->W();
  VectorD of_b = VectorD::Zero(rbm_->width()), of_c = VectorD::Zero(rbm_->hidden());
  for (Index i = 0; i < W.rows(); ++i)
    for (Index j = 0; j < W.cols(); ++j) {
      const auto w = static_cast<double>(W(i, j));
      if (mu.size()) of_c[j] += w * enters(mu, rbm_->variance_v(), i);
      if (lambda.size()) of_b[i] += w * enters(lambda, rbm_->variance_h(), j);
    }
  for (Index j = 0; j < of_c.size(); ++j) rbm_->mutable_c()[j] -= static_cast<float>(of_c[j]);
  for (Index i = 0; i < of_b.size(); ++i) rbm_->mutable_b()[i] -= static_cast<float>(of_b[i]);
}

}  // namespace wakesleep
