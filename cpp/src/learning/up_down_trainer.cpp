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
#include "learning/statistics.h"
#include "learning/up_down_stream.h"
#include "options/refusals.h"
#include "wakesleep/inference.h"
#include "wakesleep/up_down.h"

namespace wakesleep {
namespace {

std::size_t at(Index layer) { return static_cast<std::size_t>(layer); }

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
        delta_(optimizer_),
        cursor_({&dbn.up_down_state().epoch, &dbn.up_down_state().batch, &dbn.up_down_state().step}, data.count(),
                options,
                options.balanced ? std::span<const std::uint16_t>(data.labels()) : std::span<const std::uint16_t>()),
        activity_(hidden_units(dbn)),
        awake_(at(dbn.depth())),
        asleep_(at(dbn.depth())) {
    positive_.of_means = false;
  }

  std::optional<TrainingStatistics> statistics() const override { return activity_.statistics(optimizer_); }
  bool has_free_energy() const override { return true; }
  std::optional<DatasetAverage> average_free_energy(const Dataset& data, Index most_rows) const override {
    return wakesleep::average_free_energy(*dbn_, depth() - 1, data, most_rows);
  }

  void change(const UpDownOptions& options) override {
    refuse(check(*dbn_, data(), options));
    refuse(options::refusals_of_change(options_, options));
    options_ = options;
    cursor_.set_epochs(options.epochs);
  }

 protected:
  bool step_batch() override {
    if (cursor_.over()) return false;
    const Step step = step_in(options_, cursor_);
    // No entry of a gradient is larger than 1.
    const std::string cause = divergence(step, 1, optimizer_);
    if (!cause.empty()) cursor_.diverge(cause);
    if (cursor_.begins_epoch()) activity_.begin_epoch();
    const std::span<const std::uint32_t> rows = cursor_.next_batch();
    go_up(rows);
    const Phase& negative = run_chain();
    go_down(negative.v.bits);
    optimizer_.begin(step);
    for (Index l = 0; l + 1 < depth(); ++l) learn(l);
    learn_top(negative);
    activity_.end_batch(static_cast<Index>(rows.size()));
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

  void go_up(std::span<const std::uint32_t> rows) {
    source_.read(rows, dbn_->up_down_state().epoch, awake_[0]);
    for (Index l = 0; l + 1 < depth(); ++l) {
      const Rbm& rbm = dbn_->rbm(l);
      sampler_.draw(hidden_layer(rbm), visible_layer(rbm), awake_[at(l)], dbn_->R(l),
                    {1, &awake_[at(l + 1)], place(UpDownStream::up, l + 1)});
    }
    // The top machine sees the labels beside them.
    const Rbm& top = dbn_->top();
    const BitMatrix& below = awake_.back().bits;
    positive_.v.resize(true, below.rows(), top.width());
    for (Index r = 0; r < below.rows(); ++r) {
      std::copy_n(below.row(r), below.words_per_row(), positive_.v.bits.row(r));
      positive_.v.bits.set(r, top.visible() + data().labels()[rows[at(r)]], true);
    }
  }

  const Phase& run_chain() {
    const auto most = static_cast<std::uint64_t>(std::max(options_.k, options_.final_k));
    const GibbsSteps steps{dbn_->up_down_state().step * (most + 1), k_in(options_, cursor_)};
    top_.hidden(positive_.v, nullptr, &positive_.h_states, {of_chain_.seed, Stream::hidden, steps.first});
    chain_.draw(positive_, nullptr, steps);
    return *chain_.next();
  }

  // v: where the top's chain ended. Fantasies have the visible units as the data have them.
  void go_down(const BitMatrix& v) {
    const Index units = dbn_->top().visible();
    LayerStates& below = asleep_.back();
    below.resize(true, v.rows(), units);
    const Index words = below.bits.words_per_row();
    const std::uint64_t last = units % 64 == 0 ? ~std::uint64_t{0} : (std::uint64_t{1} << (units % 64)) - 1;
    for (Index r = 0; r < v.rows(); ++r) {
      std::copy_n(v.row(r), words, below.bits.row(r));
      below.bits.row(r)[words - 1] &= last;
    }
    for (Index l = depth() - 2; l >= 0; --l) {
      const Rbm& rbm = dbn_->rbm(l);
      LayerStates& to = asleep_[at(l)];
      LayerDraw draw{1, &to, place(UpDownStream::down, l)};
      if (l == 0 && !awake_[0].binary) {
        to.resize(false, v.rows(), rbm.visible());
        draw.states = nullptr;
        draw.means = to.real.data();
        draw.means_stride = rbm.visible();
        draw.mean_rows = v.rows();
      }
      sampler_.draw(visible_layer(rbm), hidden_layer(rbm), asleep_[at(l + 1)], {rbm.W(), true}, draw);
    }
  }

  // A machine below the top, from the states of both passes. What it is compared by no other machine moves.
  void learn(Index l) {
    const Rbm& rbm = dbn_->rbm(l);
    delta_.compare(awake_[at(l)], awake_[at(l + 1)], {rbm.W(), true}, rbm.b());
    if (l == 0) error_ = delta_.mean_square();
    delta_.move_generative(number_of_W(l), awake_[at(l + 1)]);
    delta_.move_bias(number_of_b(l));
    delta_.compare(asleep_[at(l + 1)], asleep_[at(l)], dbn_->R(l), rbm.c());
    delta_.move_recognition(number_of_R(l), asleep_[at(l)]);
    delta_.move_bias(number_of_c(l));
    activity_.add(awake_[at(l + 1)].bits, first_unit(l));
  }

  void learn_top(const Phase& negative) {
    const Index top = depth() - 1;
    Statistics::count(positive_, negative, gradient_);
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
  // States of the visible layer and of each hidden one but the last, in the pass up and in the pass down.
  std::vector<LayerStates> awake_, asleep_;
  Phase positive_;
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
