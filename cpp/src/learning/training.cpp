#include "wakesleep/training.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <string>

#include "learning/contrastive_divergence.h"
#include "learning/example_source.h"
#include "learning/greedy.h"
#include "learning/optimizer.h"
#include "math/scalar.h"
#include "wakesleep/errors.h"
#include "wakesleep/exact.h"
#include "wakesleep/random.h"

namespace wakesleep {
namespace {

template <class T>
void check_range(const char* name, T value, T least, T most) {
  // The comparison is written so that NaN fails it.
  if (!(value >= least && value <= most))
    throw std::out_of_range(std::string(name) + " must be " + std::to_string(least) + " to " + std::to_string(most) + ", not " +
                            std::to_string(value));
}

std::uint64_t batches_an_epoch(Index count, Index batch_size) {
  return static_cast<std::uint64_t>((count + batch_size - 1) / batch_size);
}

class RbmTraining : public Training {
 public:
  RbmTraining(Rbm& rbm, const Dataset& data, const Dbn* net, Index layer, const TrainingOptions& options,
              std::span<const InputScales> scales = {})
      : rbm_(&rbm),
        data_(&data),
        net_(net),
        layer_(layer),
        options_((check(options), options)),
        source_(data, net, layer, rbm.shape(), options, scales),
        divergence_(rbm, options, scales.empty() ? InputScales{} : scales[static_cast<std::size_t>(layer)]),
        batches_(batches_an_epoch(data.count(), options.batch_size)),
        first_epoch_(rbm.training_state().epoch),
        schedule_start_(options.schedule_start < 0 ? first_epoch_ : static_cast<std::uint64_t>(options.schedule_start)) {
    RbmTrainingState& state = rbm.training_state();
    if (state.batch >= batches_) state.batch = 0;
    first_batch_ = state.batch;
    if (state.W_velocity.size() == 0) {
      state.W_velocity.setZero(rbm.width(), rbm.hidden());
      state.b_velocity.setZero(rbm.width());
      state.c_velocity.setZero(rbm.hidden());
    }
  }

  bool step() override {
    RbmTrainingState& state = rbm_->training_state();
    if (state.epoch >= first_epoch_ + options_.epochs) return false;
    if (state.step == 0 && options_.visible_bias_from_data && rbm_->b().isZero(0)) start_visible_bias();
    if (order_epoch_ != state.epoch || order_.empty()) {
      shuffled_order(options_.seed, state.epoch, order_, data_->count());
      order_epoch_ = state.epoch;
    }
    if (state.batch == 0 || epoch_ended_) error_sum_ = 0, error_examples_ = 0;

    const std::size_t first = static_cast<std::size_t>(state.batch) * static_cast<std::size_t>(options_.batch_size);
    const std::size_t count = std::min(static_cast<std::size_t>(options_.batch_size), order_.size() - first);
    const Step step = present_step();
    if (!optimizer_.is_safe(*rbm_, step)) throw Error(ErrorCode::diverged, divergence_message(state.epoch, state.batch, step));
    source_.read({order_.data() + first, count}, state.epoch, batch_);
    divergence_.gradient(batch_, state.step, gradient_);
    optimizer_.apply(*rbm_, gradient_, step);

    error_sum_ += divergence_.reconstruction_error() * static_cast<double>(count);
    error_examples_ += count;
    examples_ += count;
    ++state.step;
    ++state.batch;
    epoch_ended_ = state.batch == batches_;
    if (epoch_ended_) {
      state.batch = 0;
      ++state.epoch;
    }
    return true;
  }

  Progress progress() const override {
    const RbmTrainingState& state = rbm_->training_state();
    Progress progress;
    progress.layer = layer_;
    progress.epoch = state.epoch;
    progress.batch = state.batch;
    progress.batches = batches_;
    progress.examples = examples_;
    progress.reconstruction_error = error_examples_ ? error_sum_ / static_cast<double>(error_examples_) : 0;
    const double all = static_cast<double>(options_.epochs) * static_cast<double>(batches_) - static_cast<double>(first_batch_);
    const double done = static_cast<double>(state.epoch - first_epoch_) * static_cast<double>(batches_) +
                        static_cast<double>(state.batch) - static_cast<double>(first_batch_);
    progress.done = all > 0 ? done / all : 1;
    progress.epoch_ended = epoch_ended_;
    return progress;
  }

  double mean_free_energy(const Dataset& data, Index most_rows) const override {
    if (!net_ || layer_ == 0) return wakesleep::mean_free_energy(*rbm_, data, most_rows);
    const Index rows = std::min(data.count(), most_rows);
    const Matrix x = data.rows(0, rows);
    return rbm_->free_energy(view(net_->up(view(x), layer_))).mean();
  }

  const Rbm* machine() const override { return rbm_; }

 private:
  Step present_step() const { return step_in(options_, rbm_->training_state().epoch, first_epoch_, schedule_start_); }

  // b_i = log(p_i / (1 - p_i)), p_i the mean of unit i over the data (Hinton 2012, section 8.1), kept from 0 and 1 by half an
  // example. Means of an upper layer's units, and of labels, come from at most 10,000 examples.
  void start_visible_bias() {
    constexpr Index most = 10000;
    const Index rows = std::min(data_->count(), most);
    std::vector<std::uint32_t> which;
    for (Index r = 0; r < rows; ++r) which.push_back(static_cast<std::uint32_t>(r * data_->count() / rows));
    VectorD sum = VectorD::Zero(rbm_->width());
    Batch batch;
    constexpr std::size_t at_once = 100;
    for (std::size_t first = 0; first < which.size(); first += at_once) {
      const std::size_t count = std::min(at_once, which.size() - first);
      source_.read({which.data() + first, count}, 0, batch);
      for (Index r = 0; r < static_cast<Index>(count); ++r)
        for (Index i = 0; i < rbm_->width(); ++i)
          sum[i] += batch.binary ? (batch.bits.get(r, i) ? 1.0 : 0.0) : static_cast<double>(batch.real(r, i));
    }
    const double n = static_cast<double>(rows);
    for (Index i = 0; i < rbm_->width(); ++i) {
      const double p = std::clamp(sum[i], 0.5, n - 0.5) / n;
      const bool label = i >= rbm_->visible();
      rbm_->mutable_b()[i] = static_cast<float>(label ? math::log(p) : math::log(p / (1 - p)));
    }
  }

  Rbm* rbm_;
  const Dataset* data_;
  const Dbn* net_;
  Index layer_;
  TrainingOptions options_;
  ExampleSource source_;
  ContrastiveDivergence divergence_;
  Optimizer optimizer_;
  std::uint64_t batches_, first_epoch_, schedule_start_, first_batch_ = 0;
  std::vector<std::uint32_t> order_;
  std::uint64_t order_epoch_ = 0;
  Batch batch_;
  Gradient gradient_;
  double error_sum_ = 0;
  std::uint64_t error_examples_ = 0, examples_ = 0;
  bool epoch_ended_ = false;
};

class DbnTraining : public Training {
 public:
  DbnTraining(Dbn& dbn, const Dataset& data, const std::vector<TrainingOptions>& options, std::vector<InputScales> scales = {})
      : dbn_(&dbn), data_(&data), options_(options), scales_(std::move(scales)) {
    if (options.size() == 1) options_.resize(static_cast<std::size_t>(dbn.depth()), options[0]);
    if (options_.size() != static_cast<std::size_t>(dbn.depth()))
      throw std::out_of_range("options must be one for all layers or " + std::to_string(dbn.depth()) + ", one a layer, not " +
                              std::to_string(options.size()));
    // Every layer's demands on the data are checked now, not after hours.
    for (Index l = 0; l < dbn.depth(); ++l) {
      options_[static_cast<std::size_t>(l)].seed += static_cast<std::uint64_t>(l);
      check(options_[static_cast<std::size_t>(l)]);
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
      const double weight =
          static_cast<double>(dbn_->rbm(l).W().size()) * static_cast<double>(options_[static_cast<std::size_t>(l)].epochs);
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
  const Rbm* machine() const override { return now_->machine(); }

 private:
  void begin_layer() {
    const Index l = dbn_->training_layer;
    finished_layer_ = false;
    now_.emplace(dbn_->rbm(l), *data_, dbn_, l, options_[static_cast<std::size_t>(l)], scales_);
  }

  Dbn* dbn_;
  const Dataset* data_;
  std::vector<TrainingOptions> options_;
  std::vector<InputScales> scales_;
  std::optional<RbmTraining> now_;
  Index first_layer_ = 0;
  std::uint64_t examples_before_ = 0;
  bool finished_layer_ = false;
  Progress last_;
};

}  // namespace

void check(const TrainingOptions& o) {
  check_range<std::uint64_t>("epochs", o.epochs, 0, 1'000'000);
  check_range<Index>("batch size", o.batch_size, 1, 65536);
  if (!(o.learning_rate > 0 && o.learning_rate <= 100))
    throw std::out_of_range("learning rate must be above 0 and at most 100, not " + std::to_string(o.learning_rate));
  if (!(o.final_learning_rate <= 100)) check_range<double>("final learning rate", o.final_learning_rate, 0, 100);
  if (!(o.momentum >= 0 && o.momentum < 1))
    throw std::out_of_range("momentum must be 0 or more and below 1, not " + std::to_string(o.momentum));
  if (!(o.initial_momentum >= 0 && o.initial_momentum < 1))
    throw std::out_of_range("initial momentum must be 0 or more and below 1, not " + std::to_string(o.initial_momentum));
  check_range<double>("weight decay", o.weight_decay, 0, 100);
  check_range<Index>("k", o.k, 1, 10'000);
  check_range<Index>("chains", o.chains, 0, 65536);
  check_range<double>("clamped chains", o.clamped_chains, 0, 1);
  check_range<double>("restarts", o.restarts, 0, 1);
}

Step step_in(const TrainingOptions& options, std::uint64_t epoch, std::uint64_t first_epoch, std::uint64_t schedule_start) {
  double rate = options.learning_rate;
  const std::uint64_t last = first_epoch + options.epochs - 1;
  if (options.final_learning_rate >= 0 && last > schedule_start) {
    const double along = static_cast<double>(epoch - schedule_start) / static_cast<double>(last - schedule_start);
    rate += (options.final_learning_rate - rate) * along;
  }
  const double momentum = epoch < options.initial_momentum_epochs ? options.initial_momentum : options.momentum;
  return {static_cast<float>(rate), static_cast<float>(momentum), static_cast<float>(options.weight_decay)};
}

std::string divergence_message(std::uint64_t epoch, std::uint64_t batch, const Step& step) {
  return "training diverged in epoch " + std::to_string(epoch + 1) + ", batch " + std::to_string(batch + 1) +
         ": weights would leave the range of finite numbers. The parameters are those of the last good batch. A learning rate "
         "below " +
         std::to_string(static_cast<double>(step.learning_rate)) + " is the usual cure";
}

std::unique_ptr<Training> train(Rbm& rbm, const Dataset& data, const TrainingOptions& options) {
  return std::make_unique<RbmTraining>(rbm, data, nullptr, 0, options);
}

std::unique_ptr<Training> train(Dbn& dbn, const Dataset& data, const std::vector<TrainingOptions>& options) {
  return std::make_unique<DbnTraining>(dbn, data, options);
}

std::unique_ptr<Training> train_greedily(Dbn& dbn, const Dataset& data, const std::vector<TrainingOptions>& options,
                                         std::vector<InputScales> scales) {
  return std::make_unique<DbnTraining>(dbn, data, options, std::move(scales));
}

}  // namespace wakesleep
