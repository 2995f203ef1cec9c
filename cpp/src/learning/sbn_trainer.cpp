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
#include "learning/staged_batch.h"
#include "learning/start_from_data.h"
#include "math/slices.h"
#include "math/thread_pool.h"
#include "models/sbn_gibbs_sweeps.h"
#include "models/sbn_states.h"
#include "options/refusals.h"
#include "wakesleep/random.h"
#include "wakesleep/sbn_exact.h"
#include "wakesleep/standardisation.h"

namespace wakesleep {
namespace {

std::size_t at(Index layer) { return static_cast<std::size_t>(layer); }

// Where the states of a batch come from, what the generative weights learn of them, and what recognition learns of
// fantasies, which are drawn once the generative weights have moved (dreams).
enum class Stage { none_yet, examples, up, top, down, posterior, exact, generative, dreams, recognition, over };

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
        start_(options.seed, Stream::chain_start, Stream::chain_start),
        gibbs_(options.seed),
        optimizer_(tensors(net, options.method == SbnMethod::wake_sleep), net.training_state().optimizer, options_),
        cursor_({&net.training_state().epoch, &net.training_state().batch, &net.training_state().step}, data.count(),
                options),
        activity_(net.hidden()),
        states_(at(net.layer_count())),
        fantasies_(at(net.layer_count())),
        generative_(at(net.layer_count())),
        recognition_(at(net.depth())) {}

  std::optional<TrainingStatistics> statistics() const override { return activity_.statistics(optimizer_); }
  bool has_free_energy() const override { return false; }
  std::optional<DatasetAverage> average_free_energy(const Dataset&, Index) const override { return std::nullopt; }

  bool prepare() override {
    if (cursor_.over()) return false;
    if (start()) return true;
    const math::SliceOfWork slice;
    do {
      if (now_.stage == Stage::dreams && !previews()) return false;
      if (!prepare_batch()) return false;
    } while (!slice.over());
    return true;
  }

  void change(const SbnTrainingOptions& options) override {
    refuse(check(*net_, data(), options));
    refuse(options::refusals_of_change(options_, options));
    options_ = options;
    now_.stage = Stage::none_yet;
    cursor_.set_epochs(options.epochs);
  }

 protected:
  bool step_batch() override {
    SbnTrainingState& state = net_->training_state();
    if (cursor_.over()) return false;
    while (start()) {
    }
    const Step step = step_in(options_, cursor_);
    // No entry of a gradient is larger than 1.
    const std::string cause = divergence(step, 1, optimizer_);
    if (!cause.empty()) cursor_.diverge(cause);
    while (now_.stage != Stage::dreams && prepare_batch()) {
    }
    optimizer_.begin(step);
    move_generative();
    // Fantasies are those of the net that has learned from the examples.
    dreaming_ = net_;
    while (prepare_batch()) {
    }
    move_recognition();
    now_.stage = Stage::none_yet;
    if (cursor_.begins_epoch()) activity_.begin_epoch();
    count_activity();
    if (persists()) copy_rows(state.kept, true);
    cursor_.end_batch(error_);
    return true;
  }

  Progress position() const override { return cursor_.progress(); }

 private:
  Index depth() const { return net_->depth(); }
  Index layer_count() const { return net_->layer_count(); }
  bool persists() const { return options_.method == SbnMethod::gibbs && options_.persistent; }

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

  // A slice of what the first batch needs; false when nothing was left to do.
  bool start() {
    SbnTrainingState& state = net_->training_state();
    if (started_) return false;
    if (state.step == 0 && options_.visible_bias_from_data && net_->b(0).isZero(0)) {
      if (column_means_.step()) return true;
      start_at_log_odds(column_means_.mean(), data().count(), net_->mutable_b(0));
    }
    if (persists() && (state.kept.empty() || state.kept.back().rows() != data().count()) && start_chains()) return true;
    started_ = true;
    return false;
  }

  // Every example begins with a sample of the net's own hidden states.
  bool start_chains() {
    SbnTrainingState& state = net_->training_state();
    if (chains_.empty()) {
      chains_.resize(at(layer_count()));
      now_.layer = depth();
      now_.row = 0;
    }
    const Index all = data().count();
    if (now_.layer == depth()) {
      const math::RowRange some = rows_of_units(all, net_->units(now_.layer));
      start_.draw_top(some, all, net_->b(now_.layer), state.step, chains_);
      if (!now_.past(some, all)) return true;
    } else {
      const math::RowRange some = rows_of_product(all, now_.layer);
      start_.draw_below(some, now_.layer, net_->W(now_.layer), net_->b(now_.layer), state.step, chains_);
      if (!now_.past(some, all)) return true;
    }
    // The visible layer has the examples' own states.
    if (--now_.layer > 0) return true;
    state.kept = std::move(chains_);
    return false;
  }

  // The next rows of all, for a product with the weights above this layer, or for units without one.
  math::RowRange rows_of_product(Index all, Index layer, double products = 1) const {
    return now_.next(all, true, products * static_cast<double>(net_->W(layer).size()));
  }
  math::RowRange rows_of_units(Index all, Index units) const {
    constexpr double of_unit = 40;
    return now_.next(all, false, of_unit * static_cast<double>(units));
  }

  // A slice of the batch as long as nothing is changed that the model keeps; false when that is done.
  bool prepare_batch() {
    const Index all = static_cast<Index>(rows_.size());
    const std::uint64_t step = net_->training_state().step, sweeps = static_cast<std::uint64_t>(options_.sweeps);
    switch (now_.stage) {
      case Stage::none_yet:
        rows_ = cursor_.next_batch();
        now_.enter(Stage::examples);
        return true;
      case Stage::examples:
        if (read()) begin_rule();
        return true;
      case Stage::up: {
        const bool wakes = options_.method == SbnMethod::wake_sleep;
        const math::RowRange some = rows_of_product(all, now_.layer);
        SbnStates& states = pass_ == 0 ? states_ : fantasies_;
        passes_.draw_above(some, now_.layer + 1, wakes ? net_->R(now_.layer) : net_->W(now_.layer),
                           wakes ? net_->c(now_.layer) : net_->b(now_.layer + 1),
                           wakes ? step : step * (sweeps + 1) + pass_, states);
        if (!now_.past(some, all) || ++now_.layer < depth()) return true;
        if (pass_ == 0 && !wakes) fantasies_.back() = states_.back();
        if (!wakes && pass_++ < sweeps) {
          now_.enter(Stage::down, depth() - 1);
        } else {
          enter_generative();
        }
        return true;
      }
      case Stage::top: {
        const math::RowRange some = rows_of_units(all, net_->units(depth()));
        passes_.draw_top(some, all, dreamed_b(depth()), step, fantasies_);
        if (now_.past(some, all)) now_.enter(Stage::down, depth() - 1);
        return true;
      }
      case Stage::down: {
        const math::RowRange some = rows_of_product(all, now_.layer);
        const bool contrasts = options_.method == SbnMethod::cd;
        passes_.draw_below(some, now_.layer, dreamed_W(now_.layer), dreamed_b(now_.layer),
                           contrasts ? step * (sweeps + 1) + pass_ : step, fantasies_,
                           contrasts && now_.layer == 0 && pass_ == 1 ? &reconstruction_ : nullptr);
        if (now_.past(some, all) && --now_.layer < 0) end_down();
        return true;
      }
      case Stage::posterior:
        if (!gibbs_.step()) enter_generative();
        return true;
      case Stage::exact:
        if (posterior_->step()) return true;
        take_exact_gradient();
        now_.enter(Stage::dreams);
        return true;
      case Stage::generative:
        if (add_generative(all)) now_.enter(Stage::dreams);
        return true;
      case Stage::dreams:
        if (options_.method != SbnMethod::wake_sleep) {
          now_.enter(Stage::over);
        } else if (!dreaming_) {
          preview();
        } else {
          now_.enter(Stage::top);
        }
        return true;
      case Stage::recognition: {
        const math::RowRange some = rows_of_product(all, now_.layer, 2);
        DeltaSums& sums = recognition_[at(now_.layer)];
        if (now_.row == 0) sums.start(net_->units(now_.layer), net_->units(now_.layer + 1));
        delta_.add(some, fantasies_[at(now_.layer + 1)], fantasies_[at(now_.layer)], {net_->R(now_.layer)},
                   net_->c(now_.layer), sums);
        if (!now_.past(some, all)) return true;
        sums.end_recognition(all);
        if (++now_.layer == depth()) now_.enter(Stage::over);
        return true;
      }
      case Stage::over:
        return false;
    }
    return false;
  }

  // The examples' states: of the visible layer, or of all. Whether they are all there.
  bool read() {
    // A bit that finds its layer.
    constexpr double of_bit = 20;
    const bool observed = options_.method == SbnMethod::observed;
    const Index from = now_.row;
    const bool complete = source_.read_some(now_.row, rows_, net_->training_state().epoch, batch_,
                                            observed ? of_bit * static_cast<double>(data().width()) : 0);
    if (!observed) {
      if (complete) std::swap(states_[0], batch_.bits);
      return complete;
    }
    Index first = 0;
    for (Index l = 0; l < layer_count(); first += net_->units(l++)) {
      states_[at(l)].shape(batch_.rows(), net_->units(l));
      for (Index r = from; r < now_.row; ++r)
        for (Index i = 0; i < net_->units(l); ++i) states_[at(l)].set(r, i, batch_.bits.get(r, first + i));
    }
    return complete;
  }

  // Where the hidden states come from.
  void begin_rule() {
    pass_ = 0;
    dreaming_ = nullptr;
    switch (options_.method) {
      case SbnMethod::wake_sleep:
        return now_.enter(Stage::up);
      case SbnMethod::gibbs:
        if (!options_.persistent) return now_.enter(Stage::top);
        copy_rows(net_->training_state().kept, false);
        return begin_posterior();
      case SbnMethod::exact:
        if (!posterior_) posterior_.emplace(*net_, std::min(options_.batch_size, data().count()), true);
        posterior_->restart(states_[0]);
        return now_.enter(Stage::exact);
      case SbnMethod::observed:
        return enter_generative();
      case SbnMethod::cd:
        return now_.enter(Stage::up);
    }
  }

  // After a pass down to the visible layer.
  void end_down() {
    switch (options_.method) {
      case SbnMethod::gibbs:
        for (Index l = 1; l < layer_count(); ++l) std::swap(states_[at(l)], fantasies_[at(l)]);
        return begin_posterior();
      case SbnMethod::cd:
        if (pass_ == 1) error_ = mean_square_of_reconstruction();
        return now_.enter(Stage::up);
      case SbnMethod::wake_sleep:
      case SbnMethod::exact:
      case SbnMethod::observed:
        return now_.enter(Stage::recognition);
    }
  }

  void begin_posterior() {
    gibbs_.prepare(*net_);
    const auto sweeps = static_cast<std::uint64_t>(options_.sweeps);
    gibbs_.begin(*net_, net_->training_state().step * sweeps, options_.sweeps, states_);
    now_.enter(Stage::posterior);
  }

  // Hidden states of the batch from those kept of these examples, or back to them.
  void copy_rows(SbnStates& kept, bool back) {
    const auto count = static_cast<Index>(rows_.size());
    for (Index l = 1; l < layer_count(); ++l) {
      BitMatrix &own = kept[at(l)], &here = states_[at(l)];
      if (!back) here.resize(count, net_->units(l));
      for (Index r = 0; r < count; ++r) {
        std::uint64_t *of_example = own.row(static_cast<Index>(rows_[at(r)])), *of_row = here.row(r);
        std::copy_n(back ? of_row : of_example, own.words_per_row(), back ? of_example : of_row);
      }
    }
  }

  void enter_generative() {
    now_.enter(Stage::generative);
    side_ = 0;
  }

  // Some rows more of the sums for the generative weights, one layer after the other; whether those were the last.
  bool add_generative(Index all) {
    const bool contrasts = options_.method == SbnMethod::cd, top = now_.layer == depth();
    const math::RowRange some =
        top ? rows_of_units(all, net_->units(now_.layer)) : rows_of_product(all, now_.layer, contrasts ? 1 : 2);
    DeltaSums& sums = generative_[at(now_.layer)];
    if (now_.row == 0 && side_ == 0) sums.start(top ? 0 : net_->units(now_.layer + 1), net_->units(now_.layer));
    if (contrasts) {
      // s_i s_j of the data, less those of the model.
      const SbnStates& states = side_ == 0 ? states_ : fantasies_;
      delta_.add_states(some, states[at(now_.layer)], side_ == 0 ? 1.0f : -1.0f,
                        top ? nullptr : &states[at(now_.layer + 1)], sums);
    } else if (top) {
      delta_.add(some, states_[at(now_.layer)], net_->b(now_.layer), sums);
    } else {
      // The delta rule for every unit given its parents.
      delta_.add(some, states_[at(now_.layer)], states_[at(now_.layer + 1)], {net_->W(now_.layer), true},
                 net_->b(now_.layer), sums);
    }
    if (!now_.past(some, all) || (contrasts && side_++ == 0)) return false;
    side_ = 0;
    if (now_.layer == 0 && !contrasts) error_ = sums.mean_square(all);
    top ? sums.end_recognition(all) : sums.end_generative(all);
    return ++now_.layer == layer_count();
  }

  void take_exact_gradient() {
    const ExactPosterior& posterior = *posterior_;
    error_ = posterior.reconstruction_error();
    for (Index l = 0; l < layer_count(); ++l) {
      DeltaSums& sums = generative_[at(l)];
      sums.b.resize(1, net_->units(l));
      Eigen::Map<Vector>(sums.b.data(), sums.b.cols()) = posterior.gradient_b(l).cast<float>();
      if (l == depth()) continue;
      sums.W.resize(net_->units(l), net_->units(l + 1));
      std::transform(posterior.gradient_W(l).data(), posterior.gradient_W(l).data() + sums.W.size(), sums.W.data(),
                     [](double g) { return static_cast<float>(g); });
    }
  }

  void move_generative() {
    for (Index l = 0; l < layer_count(); ++l) {
      if (l < depth()) optimizer_.move(number_of_W(l), generative_[at(l)].W.data());
      optimizer_.move(number_of_b(l), generative_[at(l)].b.data());
    }
  }
  void move_recognition() {
    if (options_.method != SbnMethod::wake_sleep) return;
    for (Index l = 0; l < depth(); ++l) {
      optimizer_.move(number_of_R(l), recognition_[at(l)].W.data());
      optimizer_.move(number_of_c(l), recognition_[at(l)].b.data());
    }
  }

  // Whether fantasies are to be drawn before the step, by a preview of what the generative weights will be then:
  // where they are more than a slice. (Where they are less, that would be work done twice.)
  bool previews() const {
    if (options_.method != SbnMethod::wake_sleep) return true;
    double weights = 0;
    for (Index l = 0; l < depth(); ++l) weights += static_cast<double>(net_->W(l).size());
    // A product to draw a layer, and two for what recognition learns of it.
    return dreaming_ || math::next_rows(0, static_cast<Index>(rows_.size()), true, 3 * weights).count <
                            static_cast<Index>(rows_.size());
  }

  // Some rows of a layer's weights, and its biases.
  void preview() {
    const Step step = step_in(options_, cursor_);
    if (!preview_) preview_.emplace(net_->layers(), net_->seed(), Undrawn{});
    const Index l = now_.layer;
    if (now_.row == 0)
      optimizer_.preview(step, number_of_b(l), generative_[at(l)].b.data(), 0, 1, preview_->mutable_b(l).data());
    if (l == depth()) {
      dreaming_ = &*preview_;
      return now_.enter(Stage::dreams);
    }
    const Index rows = net_->W(l).rows();
    const math::RowRange some = rows_of_units(rows, net_->W(l).cols());
    optimizer_.preview(step, number_of_W(l), generative_[at(l)].W.data(), some.first, some.count,
                       preview_->mutable_W(l).data());
    if (now_.past(some, rows)) ++now_.layer;
  }

  // By which fantasies are drawn: chains start from the net as it is.
  const Matrix& dreamed_W(Index layer) const { return (dreaming_ ? dreaming_ : net_)->W(layer); }
  const Vector& dreamed_b(Index layer) const { return (dreaming_ ? dreaming_ : net_)->b(layer); }

  double mean_square_of_reconstruction() const {
    double sum = 0;
    for (Index r = 0; r < reconstruction_.rows(); ++r)
      for (Index i = 0; i < reconstruction_.cols(); ++i) {
        const auto difference = static_cast<double>((states_[0].get(r, i) ? 1.0f : 0.0f) - reconstruction_(r, i));
        sum += difference * difference;
      }
    math::count_work(4.0 * static_cast<double>(reconstruction_.size()));
    return sum / static_cast<double>(reconstruction_.size());
  }

  // Activities are the states that the rule learned from, or their exact means.
  void count_activity() {
    const Index rows = states_[0].rows();
    Index first = 0;
    for (Index l = 1; l <= depth(); first += net_->units(l++)) {
      if (options_.method != SbnMethod::exact) {
        activity_.add(states_[at(l)], first);
        continue;
      }
      means_.resize(1, net_->units(l));
      Eigen::Map<Vector> means(means_.data(), means_.cols());
      means = posterior_->mean(l).colwise().mean().transpose().cast<float>();
      activity_.add(means, rows, first);
    }
    activity_.end_batch(rows);
  }

  Sbn* net_;
  SbnTrainingOptions options_;
  ExampleSource source_;
  ColumnStatistics column_means_;
  SbnPasses passes_, start_;
  SbnGibbs gibbs_;
  Optimizer optimizer_;
  DeltaRule delta_;
  EpochCursor cursor_;
  HiddenActivity activity_;
  bool started_ = false;
  SbnStates chains_;  // to be kept, while they are drawn
  // The batch in hand. cd: the pass that goes on, and whether the data's states were added already.
  StagedBatch<Stage> now_;
  std::uint64_t pass_ = 0;
  int side_ = 0;
  std::span<const std::uint32_t> rows_;
  SbnStates states_, fantasies_;
  LayerStates batch_;
  std::vector<DeltaSums> generative_, recognition_;
  // wake_sleep: the net whose fantasies are drawn, which is itself in the step and its preview before.
  const Sbn* dreaming_ = nullptr;
  std::optional<Sbn> preview_;
  Scratch reconstruction_, means_;
  std::optional<ExactPosterior> posterior_;  // of exact learning, once it has begun
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
