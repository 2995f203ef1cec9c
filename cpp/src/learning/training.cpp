#include "wakesleep/training.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>

#include "learning/centering.h"
#include "learning/epoch_cursor.h"
#include "learning/example_source.h"
#include "learning/missing_values.h"
#include "learning/objective_gradient.h"
#include "learning/optimizer.h"
#include "learning/options.h"
#include "learning/schedule.h"
#include "learning/sparsity.h"
#include "models/interaction_norm.h"
#include "models/layer.h"
#include "wakesleep/exact.h"
#include "wakesleep/random.h"

namespace wakesleep {
namespace {

class RbmTraining : public Training {
 public:
  // scales: of the layers below, one each; empty: all 1.
  RbmTraining(Rbm& rbm, const Dataset& data, const Dbn* net, Index layer, const TrainingOptions& options,
              std::span<const InputScales> scales = {})
      : rbm_(&rbm),
        data_(&data),
        net_(net),
        layer_(layer),
        options_((check(options, rbm, data, net), options)),
        source_(data, net, layer, rbm.shape(), options, scales),
        objective_(rbm, options_),
        optimizer_(rbm, options_),
        centering_(rbm, options.centering_rate),
        sparsity_(rbm, options_),
        cursor_(place_in(rbm.training_state()), data.count(), options.batch_size, options.epochs, options.seed),
        schedule_start_(options.schedule_start.value_or(cursor_.first_epoch())) {
    if (options.mask) missing_.emplace(rbm, data, options_);
    if (!options.weights.empty()) {
      double sum = 0;
      for (const float weight : options.weights) sum += static_cast<double>(weight);
      mean_weight_ = sum / static_cast<double>(options.weights.size());
    }
    activity_.setZero(rbm.hidden());
    unbounded_ = !visible_layer(rbm).type->bounded() && !hidden_layer(rbm).type->bounded();
  }

  bool step() override {
    RbmTrainingState& state = rbm_->training_state();
    if (cursor_.over()) return false;
    start_from_data();
    if (cursor_.begins()) activity_.setZero();
    const std::span<const std::uint32_t> rows = cursor_.next();
    source_.read(rows, state.epoch, batch_);
    if (missing_) missing_->fill(rows, state.step, batch_);
    weigh(rows);
    objective_.of_batch(batch_, weights_, state.step, k_in(options_, present_epoch()), gradient_);
    shape_gradient();
    const Step step = step_in(options_, present_epoch());
    const std::string fault = optimizer_.fault(gradient_, step);
    if (!fault.empty()) cursor_.stop(fault);
    if (unbounded_) before_ = *rbm_;
    optimizer_.apply(gradient_, step);
    if (options_.centering) {
      centering_.correct_biases(optimizer_.last_step());
      optimizer_.look_again();
    }
    if (unbounded_) check_normalisable();

    activity_ += static_cast<float>(rows.size()) * objective_.mean_h();
    cursor_.went_on(objective_.reconstruction_error());
    return true;
  }

  Progress progress() const override {
    Progress progress = cursor_.progress();
    progress.layer = layer_;
    return progress;
  }

  TrainingStatistics statistics() const override {
    constexpr double dead = 0.01, saturated = 0.99;
    TrainingStatistics statistics;
    double squares = 0, activities = 0;
    for (Index i = 0; i < rbm_->W().size(); ++i) {
      const auto w = static_cast<double>(rbm_->W().data()[i]);
      squares += w * w;
    }
    statistics.weight_norm = std::sqrt(squares);
    statistics.swap_rate = objective_.rule().swap_rate();
    if (cursor_.examples_of_epoch() == 0) return statistics;
    statistics.update_norm = optimizer_.last_step_norm();
    statistics.update_ratio = squares > 0 ? statistics.update_norm / statistics.weight_norm : 0;
    for (const float sum : activity_) {
      const double activity = static_cast<double>(sum) / static_cast<double>(cursor_.examples_of_epoch());
      activities += activity;
      statistics.dead_units += activity < dead;
      statistics.saturated_units += activity > saturated;
    }
    statistics.mean_activity = activities / static_cast<double>(rbm_->hidden());
    return statistics;
  }

  double mean_free_energy(const Dataset& data, Index most_rows) const override {
    if (!net_ || layer_ == 0) return wakesleep::mean_free_energy(*rbm_, data, most_rows);
    const Index rows = std::min(data.count(), most_rows);
    const Matrix x = data.rows(0, rows);
    return rbm_->free_energy(view(net_->up(view(x), layer_))).mean();
  }

  const Rbm* machine() const override { return rbm_; }

 private:
  Epoch present_epoch() const { return {rbm_->training_state().epoch, cursor_.first_epoch(), schedule_start_}; }

  // How much the rows of the batch count: weight / (rows * mean weight), so that examples of weight 2 count as two
  // would.
  void weigh(std::span<const std::uint32_t> rows) {
    if (options_.weights.empty()) return;
    weights_.resize(rows.size());
    for (std::size_t r = 0; r < rows.size(); ++r)
      weights_[r] = static_cast<float>(static_cast<double>(options_.weights[rows[r]]) /
                                       (mean_weight_ * static_cast<double>(rows.size())));
  }

  // What is added to the gradient of the objective, and the coordinates that it is taken in.
  void shape_gradient() {
    if (options_.sparsity_cost > 0) sparsity_.add(objective_.mean_v(), objective_.mean_h(), gradient_);
    if (options_.centering) {
      centering_.follow(objective_.mean_v(), objective_.mean_h());
      centering_.centre(gradient_);
    }
    if (options_.sparsity_cost > 0 || options_.centering) gradient_.bounded = false;
  }

  static EpochPosition place_in(RbmTrainingState& state) { return {&state.epoch, &state.batch, &state.step}; }

  // Two sides without bounds: from an interaction of norm 1 on there is no distribution, and sampling runs away.
  void check_normalisable() {
    const double norm = norm_.of(*rbm_);
    if (norm < 1) return;
    *rbm_ = *before_;
    optimizer_.look_again();
    cursor_.stop(
        "W over the standard deviations would have a singular value of " + std::to_string(norm) +
        ", and from 1 on a model whose sides are both unbounded has no distribution. A lower learning rate or a higher "
        "weight decay is the usual cure");
  }

  // What an untrained machine, or one that was not centred before, takes from the data.
  void start_from_data() {
    RbmTrainingState& state = rbm_->training_state();
    const bool biases = state.step == 0 && options_.visible_bias_from_data && rbm_->b().isZero(0);
    const bool offsets = options_.centering && state.visible_offset.size() == 0;
    if (!biases && !offsets) return;
    // Only values that are known count, and only 10,000 examples, evenly spaced, where there are more.
    constexpr Index most = 10000;
    constexpr std::size_t at_once = 100;
    const Index rows = std::min(data_->count(), most);
    std::vector<std::uint32_t> which;
    for (Index r = 0; r < rows; ++r) which.push_back(static_cast<std::uint32_t>(r * data_->count() / rows));
    const auto each_batch = [&](auto&& f) {
      LayerStates batch;
      for (std::size_t first = 0; first < which.size(); first += at_once) {
        const std::span<const std::uint32_t> some{which.data() + first, std::min(at_once, which.size() - first)};
        source_.read(some, 0, batch);
        f(some, batch);
      }
    };
    VectorD sum = VectorD::Zero(rbm_->width()), known = VectorD::Zero(rbm_->width());
    each_batch([&](std::span<const std::uint32_t> some, const LayerStates& batch) {
      if (missing_) return missing_->add_known(some, batch, sum, known);
      for (Index r = 0; r < batch.rows(); ++r)
        for (Index i = 0; i < rbm_->width(); ++i) sum[i] += static_cast<double>(batch.get(r, i));
      known.array() += static_cast<double>(batch.rows());
    });
    const auto type_of = [&](Index i) -> const units::Type& {
      return i < rbm_->visible() ? *visible_layer(*rbm_).type : units::label_units();
    };
    const auto mean = [&](Index i) { return type_of(i).mean_of(sum[i], known[i]); };
    // So that without weights the model has the data's means.
    if (biases)
      for (Index i = 0; i < rbm_->width(); ++i)
        if (const auto bias = type_of(i).bias_of_mean(mean(i))) rbm_->mutable_b()[i] = static_cast<float>(*bias);
    if (!offsets) return;
    state.visible_offset.resize(rbm_->width());
    for (Index i = 0; i < rbm_->width(); ++i) state.visible_offset[i] = static_cast<float>(mean(i));
    // An untrained centred machine starts with the biases of its own coordinates: c~ = 0 and b~ at the log-odds.
    const bool untrained = biases && rbm_->c().isZero(0);
    if (untrained) move_biases_to_offsets(state.visible_offset, Vector());
    VectorD hidden = VectorD::Zero(rbm_->hidden());
    Conditionals conditionals(*rbm_);
    Scratch h;
    each_batch([&](std::span<const std::uint32_t>, const LayerStates& batch) {
      conditionals.hidden(batch, &h, nullptr, {});
      for (Index r = 0; r < h.rows(); ++r)
        for (Index j = 0; j < h.cols(); ++j) hidden[j] += static_cast<double>(h(r, j));
    });
    state.hidden_offset = (hidden / static_cast<double>(rows)).cast<float>();
    if (untrained) move_biases_to_offsets(Vector(), state.hidden_offset);
  }

  // c less W'mu and b less W lambda, where the offsets are there.
  void move_biases_to_offsets(const Vector& mu, const Vector& lambda) {
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

  Rbm* rbm_;
  const Dataset* data_;
  const Dbn* net_;
  Index layer_;
  TrainingOptions options_;
  ExampleSource source_;
  ObjectiveGradient objective_;
  Optimizer optimizer_;
  Centering centering_;
  Sparsity sparsity_;
  InteractionNorm norm_;
  std::optional<MissingValues> missing_;
  EpochCursor cursor_;
  std::uint64_t schedule_start_;
  LayerStates batch_;
  std::vector<float> weights_;
  double mean_weight_ = 1;
  Gradient gradient_;
  bool unbounded_ = false;     // both sides
  std::optional<Rbm> before_;  // the last batch, of such a machine
  Vector activity_;            // sum over the examples of the epoch
};

class DbnTraining : public Training {
 public:
  DbnTraining(Dbn& dbn, const Dataset& data, const std::vector<TrainingOptions>& options)
      : dbn_(&dbn), data_(&data), options_(options) {
    if (options.size() == 1) options_.resize(static_cast<std::size_t>(dbn.depth()), options[0]);
    if (options_.size() != static_cast<std::size_t>(dbn.depth()))
      throw std::out_of_range("options must be one for all layers or " + std::to_string(dbn.depth()) +
                              ", one a layer, not " + std::to_string(options.size()));
    // Every layer's demands on the data are checked now, not after hours.
    for (Index l = 0; l < dbn.depth(); ++l) {
      options_[static_cast<std::size_t>(l)].seed += static_cast<std::uint64_t>(l);
      check(options_[static_cast<std::size_t>(l)], dbn.rbm(l), data, &dbn);
      ExampleSource(data, &dbn, l, dbn.rbm(l).shape(), options_[static_cast<std::size_t>(l)]);
    }
    if (dbn.training_layer >= dbn.depth()) dbn.training_layer = 0;
    first_layer_ = dbn.training_layer;
    begin_layer();
  }

  bool step() override {
    if (dbn_->training_layer >= dbn_->depth()) return false;
    if (finished_layer_) begin_layer();
    while (!now_->step()) {
      examples_before_ += now_->progress().examples;
      if (++dbn_->training_layer == dbn_->depth()) return false;
      begin_layer();
    }
    // A layer is left as soon as its last batch is done, so that a saved file says that the next one is due.
    if (now_->progress().done >= 1) {
      last_ = progress();
      last_statistics_ = now_->statistics();
      examples_before_ += now_->progress().examples;
      finished_layer_ = true;
      ++dbn_->training_layer;
    }
    return true;
  }

  Progress progress() const override {
    if (finished_layer_) return last_;
    Progress progress = now_->progress();
    progress.examples += examples_before_;
    // Layers weigh by their weights and epochs, which is what their time follows.
    double before = 0, all = 0;
    for (Index l = first_layer_; l < dbn_->depth(); ++l) {
      const double weight = static_cast<double>(dbn_->rbm(l).W().size()) *
                            static_cast<double>(options_[static_cast<std::size_t>(l)].epochs);
      all += weight;
      if (l < progress.layer) before += weight;
      if (l == progress.layer) before += weight * progress.done;
    }
    progress.done = before / all;
    return progress;
  }

  double mean_free_energy(const Dataset& data, Index most_rows) const override {
    return now_->mean_free_energy(data, most_rows);
  }
  TrainingStatistics statistics() const override { return finished_layer_ ? last_statistics_ : now_->statistics(); }
  const Rbm* machine() const override { return now_->machine(); }

 private:
  void begin_layer() {
    const Index l = dbn_->training_layer;
    finished_layer_ = false;
    std::vector<InputScales> below;
    for (Index i = 0; i < l; ++i) below.push_back(options_[static_cast<std::size_t>(i)].input_scales);
    now_.emplace(dbn_->rbm(l), *data_, dbn_, l, options_[static_cast<std::size_t>(l)], below);
  }

  Dbn* dbn_;
  const Dataset* data_;
  std::vector<TrainingOptions> options_;
  std::optional<RbmTraining> now_;
  Index first_layer_ = 0;
  std::uint64_t examples_before_ = 0;
  bool finished_layer_ = false;
  Progress last_;
  TrainingStatistics last_statistics_;
};

}  // namespace

std::unique_ptr<Training> train(Rbm& rbm, const Dataset& data, const TrainingOptions& options) {
  return std::make_unique<RbmTraining>(rbm, data, nullptr, 0, options);
}

std::unique_ptr<Training> train(Dbn& dbn, const Dataset& data, const std::vector<TrainingOptions>& options) {
  return std::make_unique<DbnTraining>(dbn, data, options);
}

}  // namespace wakesleep
