#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "learning/checks.h"
#include "learning/contrastive_divergence.h"
#include "learning/delta_rule.h"
#include "learning/divergence.h"
#include "learning/epoch_cursor.h"
#include "learning/example_source.h"
#include "learning/hidden_activity.h"
#include "learning/schedule.h"
#include "learning/staged_batch.h"
#include "learning/statistics.h"
#include "learning/up_down_stream.h"
#include "math/slices.h"
#include "options/refusals.h"
#include "wakesleep/inference.h"
#include "wakesleep/up_down.h"

namespace wakesleep {
namespace {

std::size_t at(Index layer) { return static_cast<std::size_t>(layer); }

// A pass up, the chain of the top machine from there, a pass down from where that ended, and what they are learned
// from.
enum class Stage { none_yet, examples, up, top, chain, down, generative, recognition, counts, over };

class UpDownTrainer : public TrainingWith<UpDownOptions> {
 public:
  // The options have been checked.
  UpDownTrainer(Dbn& dbn, const Dataset& data, const UpDownOptions& options)
      : TrainingWith(data),
        dbn_(&dbn),
        options_(options),
        source_(data, dbn.visible(), options.data_states, options.seed),
        of_chain_(options_of_chain(dbn, options)),
        top_(dbn.top()),
        chain_(dbn.top(), of_chain_),
        optimizer_(tensors(dbn), dbn.up_down_state().optimizer, options_),
        cursor_({&dbn.up_down_state().epoch, &dbn.up_down_state().batch, &dbn.up_down_state().step}, data.count(),
                options,
                options.balanced ? std::span<const std::uint16_t>(data.labels()) : std::span<const std::uint16_t>()),
        activity_(hidden_units(dbn)),
        awake_(at(dbn.depth())),
        asleep_(at(dbn.depth())),
        generative_(at(dbn.depth() - 1)),
        recognition_(at(dbn.depth() - 1)) {
    positive_.of_means = false;
  }

  std::optional<TrainingStatistics> statistics() const override { return activity_.statistics(optimizer_); }
  bool has_free_energy() const override { return true; }
  std::optional<DatasetAverage> average_free_energy(const Dataset& data, Index most_rows) const override {
    return wakesleep::average_free_energy(*dbn_, depth() - 1, data, most_rows);
  }

  bool prepare() override {
    if (cursor_.over()) return false;
    const math::SliceOfWork slice;
    do {
      if (!prepare_batch()) return false;
    } while (!slice.over());
    return true;
  }

  void change(const UpDownOptions& options) override {
    refuse(check(*dbn_, data(), options));
    refuse(options::refusals_of_change(options_, options));
    options_ = options;
    now_.stage = Stage::none_yet;
    cursor_.set_epochs(options.epochs);
  }

 protected:
  bool step_batch() override {
    if (cursor_.over()) return false;
    const Step step = step_in(options_, cursor_);
    // No entry of a gradient is larger than 1.
    const std::string cause = divergence(step, 1, optimizer_);
    if (!cause.empty()) cursor_.diverge(cause);
    while (prepare_batch()) {
    }
    now_.stage = Stage::none_yet;
    chain_.end();
    if (cursor_.begins_epoch()) activity_.begin_epoch();
    optimizer_.begin(step);
    for (Index l = 0; l + 1 < depth(); ++l) move(l);
    move_top();
    activity_.end_batch(static_cast<Index>(rows_.size()));
    cursor_.end_batch(error_);
    return true;
  }

  Progress position() const override {
    Progress progress = cursor_.progress();
    progress.layer = depth();
    return progress;
  }

 private:
  Index depth() const { return dbn_->depth(); }

  static Index hidden_units(const Dbn& dbn) {
    Index units = 0;
    for (Index l = 0; l < dbn.depth(); ++l) units += dbn.rbm(l).hidden();
    return units;
  }

  // The layers' greedy training has seeds that go up one by one, and the chain, which has their streams, the next.
  static TrainingOptions options_of_chain(const Dbn& dbn, const UpDownOptions& options) {
    TrainingOptions of_chain;
    of_chain.seed = options.seed + static_cast<std::uint64_t>(dbn.depth());
    of_chain.hidden_states = of_chain.visible_states = States::sampled;
    return of_chain;
  }

  // As up_down_tensors lists them.
  static std::vector<Tensor> tensors(Dbn& dbn) {
    dbn.untie_recognition();
    std::vector<Tensor> all;
    for (Index l = 0; l < dbn.depth(); ++l) {
      all.emplace_back(dbn.rbm(l).mutable_W());
      all.emplace_back(dbn.rbm(l).mutable_b());
      all.emplace_back(dbn.rbm(l).mutable_c());
    }
    for (Index l = 0; l + 1 < dbn.depth(); ++l) all.emplace_back(dbn.mutable_R(l));
    return all;
  }
  std::size_t number_of_W(Index layer) const { return at(3 * layer); }
  std::size_t number_of_b(Index layer) const { return at(3 * layer + 1); }
  std::size_t number_of_c(Index layer) const { return at(3 * layer + 2); }
  std::size_t number_of_R(Index layer) const { return at(3 * depth() + layer); }

  math::Place place(Stream stream, Index layer) const {
    return {options_.seed, stream,
            dbn_->up_down_state().step * static_cast<std::uint64_t>(depth()) + static_cast<std::uint64_t>(layer)};
  }

  // The next rows of the batch, for products with a machine's weights.
  math::RowRange next_rows(const LayerStates& given, Index machine, double products = 1) const {
    return now_.next(static_cast<Index>(rows_.size()), given.binary,
                     products * static_cast<double>(dbn_->rbm(machine).W().size()));
  }
  bool past(math::RowRange some) { return now_.past(some, static_cast<Index>(rows_.size())); }

  // A slice of the batch as long as nothing is changed that the model keeps; false when that is done.
  bool prepare_batch() {
    switch (now_.stage) {
      case Stage::none_yet:
        rows_ = cursor_.next_batch();
        now_.enter(Stage::examples);
        return true;
      case Stage::examples:
        if (source_.read_some(now_.row, rows_, dbn_->up_down_state().epoch, awake_[0])) now_.enter(Stage::up);
        return true;
      case Stage::up: {
        const Rbm& rbm = dbn_->rbm(now_.layer);
        const LayerStates& below = awake_[at(now_.layer)];
        const math::RowRange some = next_rows(below, now_.layer);
        sampler_.draw(some, hidden_layer(rbm), visible_layer(rbm), below, dbn_->R(now_.layer),
                      {1, &awake_[at(now_.layer + 1)], place(UpDownStream::up, now_.layer + 1)});
        if (!past(some) || ++now_.layer + 1 < depth()) return true;
        join_labels();
        now_.enter(Stage::top);
        return true;
      }
      case Stage::top: {
        const math::RowRange some = next_rows(positive_.v, depth() - 1);
        top_.hidden(some, positive_.v, nullptr, &positive_.h_states, {of_chain_.seed, Stream::hidden, steps().first});
        if (!past(some)) return true;
        chain_.begin(positive_, nullptr, steps());
        now_.enter(Stage::chain);
        return true;
      }
      case Stage::chain:
        if (chain_.step()) return true;
        negative_ = chain_.next();
        take_below_top(negative_->v.bits);
        now_.enter(Stage::down, depth() - 2);
        return true;
      case Stage::down: {
        const math::RowRange some = next_rows(asleep_[at(now_.layer + 1)], now_.layer);
        draw_down(some);
        if (past(some) && --now_.layer < 0) now_.enter(Stage::generative);
        return true;
      }
      // A machine below the top learns from the states of both passes. What it is compared by no other machine moves.
      case Stage::generative: {
        const Rbm& rbm = dbn_->rbm(now_.layer);
        const LayerStates& given = awake_[at(now_.layer + 1)];
        const math::RowRange some = next_rows(given, now_.layer, 2);
        DeltaSums& sums = generative_[at(now_.layer)];
        if (now_.row == 0) sums.start(rbm.hidden(), rbm.visible());
        delta_.add(some, awake_[at(now_.layer)], given, {rbm.W(), true}, rbm.b(), sums);
        if (!past(some)) return true;
        if (now_.layer == 0) error_ = sums.mean_square(given.rows());
        sums.end_generative(given.rows());
        now_.enter(Stage::recognition, now_.layer);
        return true;
      }
      case Stage::recognition: {
        const Rbm& rbm = dbn_->rbm(now_.layer);
        const LayerStates& given = asleep_[at(now_.layer)];
        const math::RowRange some = next_rows(given, now_.layer, 2);
        DeltaSums& sums = recognition_[at(now_.layer)];
        if (now_.row == 0) sums.start(rbm.visible(), rbm.hidden());
        delta_.add(some, asleep_[at(now_.layer + 1)], given, dbn_->R(now_.layer), rbm.c(), sums);
        if (!past(some)) return true;
        sums.end_recognition(given.rows());
        if (now_.layer + 2 < depth()) {
          now_.enter(Stage::generative, now_.layer + 1);
        } else {
          Statistics::begin_count(positive_, *negative_, gradient_);
          now_.enter(Stage::counts);
        }
        return true;
      }
      case Stage::counts:
        if (gradient_.counts.step()) return true;
        Statistics::end_count(gradient_);
        now_.enter(Stage::over);
        return true;
      case Stage::over:
        return false;
    }
    return false;
  }

  // The top machine sees the labels beside the states below.
  void join_labels() {
    const Rbm& top = dbn_->top();
    const BitMatrix& below = awake_.back().bits;
    positive_.v.resize(true, below.rows(), top.width());
    for (Index r = 0; r < below.rows(); ++r) {
      std::copy_n(below.row(r), below.words_per_row(), positive_.v.bits.row(r));
      positive_.v.bits.set(r, top.visible() + data().labels()[rows_[at(r)]], true);
    }
  }

  GibbsSteps steps() const {
    const auto most = static_cast<std::uint64_t>(std::max(options_.k, options_.final_k));
    return {dbn_->up_down_state().step * (most + 1), k_in(options_, cursor_)};
  }

  // v: where the top's chain ended.
  void take_below_top(const BitMatrix& v) {
    const Index units = dbn_->top().visible();
    LayerStates& below = asleep_.back();
    below.resize(true, v.rows(), units);
    const Index words = below.bits.words_per_row();
    const std::uint64_t last = units % 64 == 0 ? ~std::uint64_t{0} : (std::uint64_t{1} << (units % 64)) - 1;
    for (Index r = 0; r < v.rows(); ++r) {
      std::copy_n(v.row(r), words, below.bits.row(r));
      below.bits.row(r)[words - 1] &= last;
    }
  }

  // Some rows of a layer of the fantasies, which have the visible units as the data have them.
  void draw_down(math::RowRange some) {
    const Index l = now_.layer;
    const Rbm& rbm = dbn_->rbm(l);
    LayerStates& to = asleep_[at(l)];
    LayerDraw draw{1, &to, place(UpDownStream::down, l)};
    if (l == 0 && !awake_[0].binary) {
      const auto all = static_cast<Index>(rows_.size());
      to.shape(false, all, rbm.visible());
      draw.states = nullptr;
      draw.means = to.real.data();
      draw.means_stride = rbm.visible();
      draw.mean_rows = all;
    }
    sampler_.draw(some, visible_layer(rbm), hidden_layer(rbm), asleep_[at(l + 1)], {rbm.W(), true}, draw);
  }

  void move(Index l) {
    optimizer_.move(number_of_W(l), generative_[at(l)].W.data());
    optimizer_.move(number_of_b(l), generative_[at(l)].b.data());
    optimizer_.move(number_of_R(l), recognition_[at(l)].W.data());
    optimizer_.move(number_of_c(l), recognition_[at(l)].b.data());
    activity_.add(awake_[at(l + 1)].bits, first_unit(l));
  }

  void move_top() {
    const Index top = depth() - 1;
    optimizer_.move(number_of_W(top), gradient_.counts);
    optimizer_.move(number_of_b(top), gradient_.b.data());
    optimizer_.move(number_of_c(top), gradient_.c.data());
    activity_.add(positive_.h_states.bits, first_unit(top));
  }

  // The place of a machine's hidden units among all.
  Index first_unit(Index layer) const {
    Index first = 0;
    for (Index l = 0; l < layer; ++l) first += dbn_->rbm(l).hidden();
    return first;
  }

  Dbn* dbn_;
  UpDownOptions options_;
  ExampleSource source_;
  TrainingOptions of_chain_;
  Conditionals top_;
  ContrastiveDivergence chain_;
  Optimizer optimizer_;
  DeltaRule delta_;
  EpochCursor cursor_;
  HiddenActivity activity_;
  LayerSampler sampler_;
  // The batch in hand; layers are machines, where they are not of states.
  StagedBatch<Stage> now_;
  std::span<const std::uint32_t> rows_;
  // States of the visible layer and of each hidden one but the last, in the pass up and in the pass down.
  std::vector<LayerStates> awake_, asleep_;
  std::vector<DeltaSums> generative_, recognition_;  // of each machine below the top
  Phase positive_;
  const Phase* negative_ = nullptr;
  Gradient gradient_;
  double error_ = 0;
};

}  // namespace

void check(const UpDownOptions& options) { refuse(options::refusals(options)); }

std::vector<Refusal> check(const Dbn& dbn, const Dataset& data, const UpDownOptions& options) {
  constexpr auto combination = Refusals::Kind::combination;
  Refusals refusals;
  refusals.add_all(options::refusals(options));
  refusals.add(dbn.depth() < 2, "method", "'up-down' needs a net of at least two machines, and this one has one",
               combination);
  refusals.add(dbn.labels() == 0, "method", "'up-down' needs a net with label units, and this one has none",
               combination);
  for (Index l = 0; l < dbn.depth(); ++l)
    refusals.add(!dbn.rbm(l).is_bernoulli(), "method", "'up-down' is for nets whose units are all Bernoulli",
                 combination);
  Index trained = 0;
  while (trained < dbn.depth() && dbn.rbm(trained).training_state().step > 0) ++trained;
  refusals.add(!dbn.has_recognition() && trained < dbn.depth(), "method",
               "'up-down' goes on from greedy training, and layer " + std::to_string(trained) + " has had none",
               combination);
  refusals.add_data(data, {}, dbn.visible(), dbn.labels());
  return refusals.list();
}

std::unique_ptr<TrainingWith<UpDownOptions>> train(Dbn& dbn, const Dataset& data, const UpDownOptions& options) {
  refuse(check(dbn, data, options));
  return std::make_unique<UpDownTrainer>(dbn, data, options);
}

}  // namespace wakesleep
