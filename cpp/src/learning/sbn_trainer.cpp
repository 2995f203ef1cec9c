#include "wakesleep/sbn_training.h"

#include <algorithm>
#include <string>
#include <vector>

#include "learning/checks.h"
#include "learning/delta_rule.h"
#include "learning/divergence.h"
#include "learning/epoch_cursor.h"
#include "learning/example_source.h"
#include "learning/hidden_activity.h"
#include "learning/schedule.h"
#include "learning/start_from_data.h"
#include "math/bits.h"
#include "math/products.h"
#include "math/sampling.h"
#include "math/transpose.h"
#include "models/sbn_gibbs_sweeps.h"
#include "models/sbn_states.h"
#include "options/refusals.h"
#include "wakesleep/random.h"
#include "wakesleep/sbn_exact.h"
#include "wakesleep/standardisation.h"

namespace wakesleep {
namespace {

std::size_t at(Index layer) { return static_cast<std::size_t>(layer); }

class SbnTrainer : public TrainingWith<SbnTrainingOptions> {
 public:
  // The options have been checked.
  SbnTrainer(Sbn& net, const Dataset& data, const SbnTrainingOptions& options)
      : TrainingWith(data),
        net_(&net),
        options_(options),
        source_(data, options.method == SbnMethod::observed ? net.visible() + net.hidden() : net.visible(),
                States::sampled, options.seed),
        column_means_(data, false),
        passes_(options.seed, SbnStream::down, SbnStream::up),
        gibbs_(options.seed),
        optimizer_(tensors(net, options.method == SbnMethod::wake_sleep), net.training_state().optimizer, options_),
        delta_(optimizer_),
        cursor_({&net.training_state().epoch, &net.training_state().batch, &net.training_state().step}, data.count(),
                options),
        activity_(net.hidden()),
        states_(at(net.layer_count())) {
    SbnTrainingState& state = net.training_state();
    if (options.method != SbnMethod::gibbs || !options.persistent) return;
    if (!state.kept.empty() && state.kept.back().rows() == data.count()) return;
    SbnPasses start(options.seed, Stream::chain_start, Stream::chain_start);
    start.draw_top(net, data.count(), state.step, state.kept);
    start.draw_down(net, state.step, state.kept);
    state.kept[0] = {};  // the examples have their own
  }

  std::optional<TrainingStatistics> statistics() const override { return activity_.statistics(optimizer_); }
  bool has_free_energy() const override { return false; }
  std::optional<DatasetAverage> average_free_energy(const Dataset&, Index) const override { return std::nullopt; }

  bool prepare() override {
    if (cursor_.over() || net_->training_state().step > 0) return false;
    if (!options_.visible_bias_from_data || !net_->b(0).isZero(0)) return false;
    if (column_means_.step()) return true;
    start_at_log_odds(column_means_.mean(), data().count(), net_->mutable_b(0));
    return false;
  }

  void change(const SbnTrainingOptions& options) override {
    refuse(check(*net_, data(), options));
    refuse(options::refusals_of_change(options_, options));
    options_ = options;
    cursor_.set_epochs(options.epochs);
  }

 protected:
  bool step_batch() override {
    SbnTrainingState& state = net_->training_state();
    if (cursor_.over()) return false;
    while (prepare()) {
    }
    const Step step = step_in(options_, cursor_);
    // No entry of a gradient is larger than 1.
    const std::string cause = divergence(step, 1, optimizer_);
    if (!cause.empty()) cursor_.diverge(cause);
    if (cursor_.begins_epoch()) activity_.begin_epoch();
    const std::span<const std::uint32_t> rows = cursor_.next_batch();
    read(rows);
    optimizer_.begin(step);
    learn(rows, state.step);
    count_activity();
    cursor_.end_batch(error_);
    return true;
  }

  Progress position() const override { return cursor_.progress(); }

 private:
  Index depth() const { return net_->depth(); }
  Index layer_count() const { return net_->layer_count(); }

  // W, b, and where there are any, R and c, each from the lowest layer up. A net that learns by them gets them here.
  static std::vector<Tensor> tensors(Sbn& net, bool recognition) {
    if (recognition) net.start_recognition();
    std::vector<Tensor> all;
    const Index depth = net.depth();
    for (Index l = 0; l < depth; ++l) all.emplace_back(net.mutable_W(l));
    for (Index l = 0; l <= depth; ++l) all.emplace_back(net.mutable_b(l));
    for (Index l = 0; net.has_recognition() && l < depth; ++l) all.emplace_back(net.mutable_R(l));
    for (Index l = 0; net.has_recognition() && l < depth; ++l) all.emplace_back(net.mutable_c(l));
    return all;
  }
  // Their numbers in that list.
  std::size_t number_of_W(Index layer) const { return at(layer); }
  std::size_t number_of_b(Index layer) const { return at(depth() + layer); }
  std::size_t number_of_R(Index layer) const { return at(2 * depth() + 1 + layer); }
  std::size_t number_of_c(Index layer) const { return at(3 * depth() + 1 + layer); }

  // The examples' states: of the visible layer, or of all.
  void read(std::span<const std::uint32_t> rows) {
    const auto count = static_cast<Index>(rows.size());
    source_.read(rows, net_->training_state().epoch, batch_);
    if (options_.method != SbnMethod::observed) return std::swap(states_[0], batch_.bits);
    Index first = 0;
    for (Index l = 0; l < layer_count(); first += net_->units(l++)) {
      states_[at(l)].resize(count, net_->units(l));
      for (Index r = 0; r < count; ++r)
        for (Index i = 0; i < net_->units(l); ++i)
          if (batch_.bits.get(r, first + i)) states_[at(l)].set(r, i, true);
    }
  }

  void learn(std::span<const std::uint32_t> rows, std::uint64_t step) {
    switch (options_.method) {
      case SbnMethod::wake_sleep: {
        const auto R = [&](Index l) -> const Matrix& { return net_->R(l); };
        const auto c = [&](Index l) -> const Vector& { return net_->c(l); };
        passes_.draw_up(depth(), step, states_, R, c);
        learn_generative();
        passes_.draw_top(*net_, static_cast<Index>(rows.size()), step, fantasies_);
        passes_.draw_down(*net_, step, fantasies_);
        learn_recognition();
        return;
      }
      case SbnMethod::gibbs:
        draw_posterior(rows, step);
        return learn_generative();
      case SbnMethod::exact:
        return learn_exactly();
      case SbnMethod::observed:
        return learn_generative();
      case SbnMethod::cd:
        return contrast(step);
    }
  }

  void draw_posterior(std::span<const std::uint32_t> rows, std::uint64_t step) {
    const auto count = static_cast<Index>(rows.size());
    if (options_.persistent) {
      copy_rows(rows, net_->training_state().kept, states_, false);
    } else {
      passes_.draw_top(*net_, count, step, fantasies_);
      passes_.draw_down(*net_, step, fantasies_);
      for (Index l = 1; l < layer_count(); ++l) std::swap(states_[at(l)], fantasies_[at(l)]);
    }
    gibbs_.prepare(*net_);
    const auto sweeps = static_cast<std::uint64_t>(options_.sweeps);
    for (std::uint64_t i = 0; i < sweeps; ++i) gibbs_.sweep(*net_, step * sweeps + i, states_);
    if (options_.persistent) copy_rows(rows, net_->training_state().kept, states_, true);
  }

  // Hidden states of the batch from those kept of these examples, or back to them.
  void copy_rows(std::span<const std::uint32_t> rows, SbnStates& kept, SbnStates& batch, bool back) {
    const auto count = static_cast<Index>(rows.size());
    for (Index l = 1; l < layer_count(); ++l) {
      BitMatrix &own = kept[at(l)], &here = batch[at(l)];
      if (!back) here.resize(count, net_->units(l));
      for (Index r = 0; r < count; ++r) {
        std::uint64_t *of_example = own.row(static_cast<Index>(rows[at(r)])), *of_row = here.row(r);
        std::copy_n(back ? of_row : of_example, own.words_per_row(), back ? of_example : of_row);
      }
    }
  }

  // The delta rule for every unit given its parents.
  void learn_generative() {
    for (Index l = 0; l < layer_count(); ++l) {
      const BitMatrix& targets = states_[at(l)];
      if (l == depth()) {
        delta_.compare(targets, net_->b(l));
      } else {
        delta_.compare(targets, states_[at(l + 1)], {net_->W(l), true}, net_->b(l));
        if (l == 0) error_ = delta_.mean_square();
        delta_.move_generative(number_of_W(l), states_[at(l + 1)]);
      }
      delta_.move_bias(number_of_b(l));
    }
  }

  // The delta rule for every unit given its children, on fantasies.
  void learn_recognition() {
    for (Index l = 0; l < depth(); ++l) {
      delta_.compare(fantasies_[at(l + 1)], fantasies_[at(l)], {net_->R(l)}, net_->c(l));
      delta_.move_recognition(number_of_R(l), fantasies_[at(l)]);
      delta_.move_bias(number_of_c(l));
    }
  }

  void learn_exactly() {
    if (!posterior_) posterior_.emplace(*net_, std::min(options_.batch_size, data().count()), true);
    ExactPosterior& posterior = *posterior_;
    posterior.restart(states_[0]);
    while (posterior.step()) {
    }
    error_ = posterior.reconstruction_error();
    for (Index l = 0; l < layer_count(); ++l) {
      if (l < depth()) {
        gradient_.resize(net_->units(l), net_->units(l + 1));
        std::transform(posterior.gradient_W(l).data(), posterior.gradient_W(l).data() + gradient_.size(),
                       gradient_.data(), [](double g) { return static_cast<float>(g); });
        optimizer_.move(number_of_W(l), gradient_.data());
      }
      sums_.resize(1, net_->units(l));
      sums() = posterior.gradient_b(l).cast<float>();
      optimizer_.move(number_of_b(l), sums_.data());
    }
  }

  void contrast(std::uint64_t step) {
    const auto W = [&](Index l) -> const Matrix& { return net_->W(l); };
    const auto b = [&](Index l) -> const Vector& { return net_->b(l + 1); };
    const auto sweeps = static_cast<std::uint64_t>(options_.sweeps);
    const std::uint64_t place = step * (sweeps + 1);
    passes_.draw_up(depth(), place, states_, W, b);
    fantasies_.resize(at(layer_count()));
    fantasies_.back() = states_.back();
    for (std::uint64_t i = 1; i <= sweeps; ++i) {
      passes_.draw_down(*net_, place + i, fantasies_, &reconstruction_);
      if (i == 1) {
        delta_.compare(states_[0], reconstruction_);
        error_ = delta_.mean_square();
      }
      passes_.draw_up(depth(), place + i, fantasies_, W, b);
    }
    const float scale = 1 / static_cast<float>(states_[0].rows());
    for (Index l = 0; l < layer_count(); ++l) {
      clear_sums(net_->units(l));
      if (l < depth()) {
        gradient_.resize(net_->units(l + 1), net_->units(l));
        std::fill_n(gradient_.data(), gradient_.size(), 0.0f);
      }
      for (const SbnStates* side : {&states_, &fantasies_}) {
        const float sign = side == &states_ ? 1.0f : -1.0f;
        const BitMatrix& own = (*side)[at(l)];
        signed_.resize(own.rows(), own.cols());
        for (Index r = 0; r < own.rows(); ++r) {
          math::unpack(own.row(r), own.cols(), signed_.row(r));
          for (Index i = 0; i < own.cols(); ++i) sums_(0, i) += signed_(r, i) *= sign;
        }
        if (l == depth()) continue;
        math::transpose((*side)[at(l + 1)], turned_);
        math::add_product(turned_, view(signed_), gradient_, workspace_);
      }
      if (l < depth()) {
        math::transpose(view(gradient_), turned_gradient_);
        delta_.move(number_of_W(l), turned_gradient_, states_[0].rows());
      }
      sums() *= scale;
      optimizer_.move(number_of_b(l), sums_.data());
    }
  }

  void clear_sums(Index units) {
    sums_.resize(1, units);
    sums().setZero();
  }
  Eigen::Map<Vector> sums() { return {sums_.data(), sums_.cols()}; }

  // Activities are the states that the rule learned from, or their exact means.
  void count_activity() {
    const Index rows = states_[0].rows();
    Index first = 0;
    for (Index l = 1; l <= depth(); first += net_->units(l++)) {
      if (options_.method != SbnMethod::exact) {
        activity_.add(states_[at(l)], first);
        continue;
      }
      clear_sums(net_->units(l));
      sums() = posterior_->mean(l).colwise().mean().transpose().cast<float>();
      activity_.add(sums(), rows, first);
    }
    activity_.end_batch(rows);
  }

  Sbn* net_;
  SbnTrainingOptions options_;
  ExampleSource source_;
  ColumnStatistics column_means_;
  SbnPasses passes_;
  SbnGibbs gibbs_;
  Optimizer optimizer_;
  DeltaRule delta_;
  EpochCursor cursor_;
  HiddenActivity activity_;
  SbnStates states_, fantasies_;
  LayerStates batch_;
  BitMatrix turned_;
  Scratch reconstruction_, signed_, gradient_, turned_gradient_;
  Scratch sums_;                             // one a unit of a layer
  std::optional<ExactPosterior> posterior_;  // of exact learning, once it has begun
  math::Workspace workspace_;
  double error_ = 0;
};

}  // namespace

void check(const SbnTrainingOptions& options) { refuse(options::refusals(options)); }

std::vector<Refusal> check(const Sbn& net, const Dataset& data, const SbnTrainingOptions& options) {
  Refusals refusals;
  refusals.add_all(options::refusals(options));
  const bool observed = options.method == SbnMethod::observed;
  const Index units = net.visible() + net.hidden();
  if (observed && data.width() != units) {
    refusals.add(true, "the data set has " + std::to_string(data.width()) + " values an example, and the net " +
                           std::to_string(units) + " units in all its layers");
  } else {
    refusals.add_data(data, {}, observed ? units : net.visible(), 0);
  }
  refusals.add(options.method == SbnMethod::exact && net.hidden() > most_hidden_units_of_exact_learning, "method",
               "exact takes a net of at most " + std::to_string(most_hidden_units_of_exact_learning) +
                   " hidden units, and this one has " + std::to_string(net.hidden()) +
                   ": 'gibbs' estimates the same gradient",
               Refusals::Kind::range);
  return refusals.list();
}

std::unique_ptr<TrainingWith<SbnTrainingOptions>> train(Sbn& net, const Dataset& data,
                                                        const SbnTrainingOptions& options) {
  refuse(check(net, data, options));
  return std::make_unique<SbnTrainer>(net, data, options);
}

}  // namespace wakesleep
