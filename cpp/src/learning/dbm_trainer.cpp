#include "wakesleep/dbm_training.h"

#include <algorithm>
#include <string>

#include "learning/centering.h"
#include "learning/checks.h"
#include "learning/dbm_pretraining.h"
#include "learning/dbm_statistics.h"
#include "learning/divergence.h"
#include "learning/epoch_cursor.h"
#include "learning/example_source.h"
#include "learning/hidden_activity.h"
#include "learning/reconstruction.h"
#include "learning/schedule.h"
#include "learning/staged_batch.h"
#include "learning/start_from_data.h"
#include "math/slices.h"
#include "models/dbm_layers.h"
#include "options/refusals.h"
#include "wakesleep/inference.h"
#include "wakesleep/random.h"
#include "wakesleep/standardisation.h"

namespace wakesleep {
namespace {

std::size_t place(Index i) { return static_cast<std::size_t>(i); }

enum class Stage { none_yet, examples, visible, inference, data, means_of_data, chains, model, means_of_model, over };

class DbmTrainer : public TrainingWith<DbmTrainingOptions> {
 public:
  // The options have been checked.
  DbmTrainer(Dbm& dbm, const Dataset& data, const DbmTrainingOptions& options)
      : TrainingWith(data),
        dbm_(&dbm),
        options_(options),
        source_(data, dbm.visible(), options.data_states, options.seed),
        column_means_(data, false),
        inference_(dbm, options.mean_field),
        cursor_(position_in(dbm.training_state()), data.count(), options),
        activity_(hidden_units(dbm)) {
    DbmTrainingState& state = dbm.training_state();
    if (!options.pretraining.empty() && !state.pretrained && state.step == 0) {
      if (!state.pretraining) state.pretraining.emplace(dbm.layers(), dbm.labels(), dbm.seed());
      pretraining_ = train(*state.pretraining, data, with_input_scales(options.pretraining, dbm.depth()));
      last_pretraining_ = pretraining_->progress();
    }
    const Index layers = dbm.layer_count();
    gradient_.W.resize(place(layers - 1));
    gradient_.b.resize(place(layers));
    data_means_.resize(place(layers));
    chain_states_.resize(place(layers));
    chain_means_.resize(place(layers));
  }

  std::optional<TrainingStatistics> statistics() const override {
    if (pretraining_) return pretraining_->statistics();
    return in_pretraining_ || !optimizer_ ? last_statistics_ : activity_.statistics(*optimizer_);
  }

  bool has_free_energy() const override { return true; }
  std::optional<DatasetAverage> average_free_energy(const Dataset& data, Index most_rows) const override {
    auto average = wakesleep::average_free_energy(*dbm_, data, options_.mean_field, most_rows);
    return in_pretraining_ || pretraining_ ? std::nullopt : std::optional(std::move(average));
  }

  const Rbm* machine() const override { return pretraining_ ? pretraining_->machine() : nullptr; }

  bool prepare() override {
    if (pretraining_) return pretraining_->prepare();
    if (cursor_.over()) return false;
    if (start()) return true;
    const math::SliceOfWork slice;
    do {
      if (!prepare_batch()) return false;
    } while (!slice.over());
    return true;
  }

  void change(const DbmTrainingOptions& options) override {
    refuse(check(*dbm_, data(), options));
    refuse(options::refusals_of_change(options_, options));
    if (options.pretraining.empty() != options_.pretraining.empty())
      refuse({options::refusal_of_change("pretraining")});
    if (pretraining_) pretraining_->change(with_input_scales(options.pretraining, dbm_->depth()));
    options_ = options;
    inference_ = MeanField(*dbm_, options.mean_field);
    now_.stage = Stage::none_yet;
    cursor_.set_epochs(options.epochs);
  }

 protected:
  bool step_batch() override {
    if (pretraining_) {
      const bool stepped = pretraining_->step();
      last_pretraining_ = pretraining_->progress();
      Dbn& stack = *dbm_->training_state().pretraining;
      if (stack.training_layer == stack.depth()) finish_pretraining();
      if (stepped) return in_pretraining_ = true;
    }
    in_pretraining_ = false;
    return joint_step();
  }

  Progress position() const override {
    // A batch of joint training takes longer: it has mean field and the chains.
    constexpr double joint_weight = 4;
    const double joint = joint_weight * static_cast<double>(options_.epochs);
    double before = 0;
    if (had_pretraining())
      for (const TrainingOptions& o : options_.pretraining)
        before += static_cast<double>(o.epochs) / static_cast<double>(options_.pretraining.size());
    if (in_pretraining_ || pretraining_) {
      Progress progress = last_pretraining_;
      progress.done = before + joint > 0 ? progress.done * before / (before + joint) : 1;
      return progress;
    }
    Progress progress = cursor_.progress();
    progress.layer = dbm_->depth();
    progress.examples += last_pretraining_.examples;
    if (before + joint > 0) progress.done = (before + joint * progress.done) / (before + joint);
    return progress;
  }

 private:
  static EpochPosition position_in(DbmTrainingState& state) { return {&state.epoch, &state.batch, &state.step}; }
  static Index hidden_units(const Dbm& dbm) {
    Index units = 0;
    for (Index l = 1; l <= dbm.depth(); ++l) units += dbm.units(l);
    return units;
  }
  bool had_pretraining() const { return !options_.pretraining.empty() && last_pretraining_.batches > 0; }

  void finish_pretraining() {
    last_statistics_ = pretraining_->statistics();
    pretraining_.reset();
    dbm_->set_parameters(compose(*dbm_->training_state().pretraining));
    dbm_->training_state().pretrained = true;
  }

  bool starts_at_log_odds() const {
    return dbm_->training_state().step == 0 && options_.visible_bias_from_data && dbm_->b(0).isZero(0);
  }
  bool starts_offsets() const { return options_.centering && dbm_->training_state().offsets.empty(); }

  // A slice of what the first batch needs; false when nothing was left to do.
  bool start() {
    if (optimizer_) return false;
    if ((starts_at_log_odds() || starts_offsets()) && column_means_.step()) return true;
    begin(dbm_->training_state());
    return false;
  }
  void begin(DbmTrainingState& state) {
    const Index layers = dbm_->layer_count();
    if (starts_at_log_odds()) start_at_log_odds(column_means_.mean(), data().count(), dbm_->mutable_parameters().b[0]);
    const Index chains = options_.chains.value_or(options_.batch_size);
    if (state.chains.empty() || state.chains[0].rows() != chains) {
      state.chains.clear();
      for (Index l = 1; l < layers; l += 2)
        draw_start(*dbm_, l, chains, {options_.seed, DbmStream::start, layer_place(state.step, l)},
                   state.chains.emplace_back());
    }
    if (!options_.centering) state.offsets.clear();
    if (starts_offsets()) state.offsets.push_back(column_means_.mean().cast<float>());
    DbmParameters& parameters = dbm_->mutable_parameters();
    std::vector<Tensor> tensors(parameters.W.begin(), parameters.W.end());
    tensors.insert(tensors.end(), parameters.b.begin(), parameters.b.end());
    optimizer_.emplace(std::move(tensors), state.optimizer, options_);
  }

  bool joint_step() {
    DbmTrainingState& state = dbm_->training_state();
    if (cursor_.over()) return false;
    while (start()) {
    }
    const Step step = step_in(options_, cursor_);
    const std::string cause = divergence(step, steepest(), *optimizer_);
    if (!cause.empty()) cursor_.diverge(cause);
    while (prepare_batch()) {
    }
    now_.stage = Stage::none_yet;
    if (cursor_.begins_epoch()) activity_.begin_epoch();
    for (Index l = 1; l < dbm_->layer_count(); l += 2) std::swap(chain_states_[place(l)], state.chains[place(l / 2)]);
    const double error = reconstruction_error();
    for (Index l = 0; l < dbm_->layer_count(); ++l) {
      Vector& b = gradient_.b[place(l)];
      for (Index i = 0; i < b.size(); ++i) b[i] = data_means_[place(l)][i] - b[i];
    }
    if (options_.centering) center(state);
    move(step);
    count_activity(batch_.rows());
    cursor_.end_batch(error);
    return true;
  }

  // A slice of the batch as long as nothing is changed that the model keeps; false when that is done.
  bool prepare_batch() {
    const Index layers = dbm_->layer_count(), chains = chain_count();
    switch (now_.stage) {
      case Stage::none_yet:
        rows_ = cursor_.next_batch();
        now_.enter(Stage::examples);
        return true;
      case Stage::examples:
        if (source_.read_some(now_.row, rows_, dbm_->training_state().epoch, batch_)) now_.enter(Stage::visible);
        return true;
      case Stage::visible: {
        const math::RowRange some = next_rows(batch_.rows(), batch_.binary, 0);
        if (batch_.binary) {
          inference_.set_visible(some, batch_.bits);
        } else {
          inference_.set_visible(some, view(batch_.real));
        }
        if (!now_.past_all(some, batch_.rows(), 1)) return true;
        begin_inference();
        now_.enter(Stage::inference);
        return true;
      }
      case Stage::inference:
        if (!inference_.step()) now_.enter(Stage::data);
        return true;
      case Stage::data: {
        const PhaseStates A = positive(lower(now_.layer)), B = positive(upper(now_.layer));
        const math::RowRange some = next_rows(A.rows(), A.bits, now_.layer);
        Matrix& W = gradient_.W[place(now_.layer)];
        if (now_.row == 0) W.setZero(dbm_->W(now_.layer).rows(), dbm_->W(now_.layer).cols());
        statistics_.add_product(some, A, B, 1 / static_cast<float>(A.rows()), W);
        if (now_.past_all(some, A.rows(), layers - 1)) now_.enter(Stage::means_of_data);
        return true;
      }
      case Stage::means_of_data: {
        const PhaseStates A = positive(now_.layer);
        const math::RowRange some = rows_of_units(A.rows(), A.cols());
        statistics_.add_mean(some, A, data_means_[place(now_.layer)]);
        if (!now_.past_all(some, A.rows(), layers)) return true;
        begin_chains();
        now_.enter(Stage::chains);
        return true;
      }
      case Stage::chains: {
        const math::RowRange some = move_chains();
        if (now_.past_all(some, chains, options_.k * layers)) now_.enter(Stage::model);
        return true;
      }
      case Stage::model: {
        const PhaseStates A = negative(lower(now_.layer)), B = negative(upper(now_.layer));
        const math::RowRange some = next_rows(chains, A.bits, now_.layer);
        statistics_.add_product(some, A, B, -1 / static_cast<float>(chains), gradient_.W[place(now_.layer)]);
        if (now_.past_all(some, chains, layers - 1)) now_.enter(Stage::means_of_model);
        return true;
      }
      case Stage::means_of_model: {
        const PhaseStates A = negative(now_.layer);
        const math::RowRange some = rows_of_units(chains, A.cols());
        statistics_.add_mean(some, A, gradient_.b[place(now_.layer)]);
        if (now_.past_all(some, chains, layers)) now_.enter(Stage::over);
        return true;
      }
      case Stage::over:
        return false;
    }
    return false;
  }

  Index chain_count() const {
    return dbm_->training_state().chains.empty() ? 0 : dbm_->training_state().chains[0].rows();
  }
  // The next rows of all, for a product with those weights, and for units without one.
  math::RowRange next_rows(Index all, bool binary, Index weights) const {
    return now_.next(all, binary, static_cast<double>(dbm_->W(weights).size()));
  }
  math::RowRange rows_of_units(Index all, Index units) const {
    constexpr double of_unit = 4;
    return now_.next(all, false, of_unit * static_cast<double>(units));
  }

  // Weights number l stand between these layers.
  Index lower(Index l) const { return l == dbm_->depth() ? l + 1 : l; }
  Index upper(Index l) const { return l == dbm_->depth() ? l : l + 1; }

  PhaseStates positive(Index layer) const {
    if (layer > 0) return {nullptr, &inference_.means(layer)};
    return batch_.binary ? PhaseStates{&batch_.bits, nullptr} : PhaseStates{nullptr, &batch_.real};
  }
  // Even layers as states, odd ones as their means given those: less noise, and no bias.
  PhaseStates negative(Index layer) const {
    if (layer % 2) return {nullptr, &chain_means_[place(layer)]};
    return {&chain_states_[place(layer)], nullptr};
  }

  void begin_inference() {
    if (dbm_->labels()) {
      labels_.resize(static_cast<Index>(rows_.size()), dbm_->labels());
      std::fill_n(labels_.data(), labels_.size(), 0.0f);
      for (std::size_t r = 0; r < rows_.size(); ++r) labels_(static_cast<Index>(r), data().labels()[rows_[r]]) = 1;
      inference_.hold_labels(view(labels_));
    }
    inference_.begin();
  }

  // The chains are kept as states of the odd layers.
  void begin_chains() {
    const std::vector<BitMatrix>& kept = dbm_->training_state().chains;
    for (Index l = 0; l < dbm_->layer_count(); ++l) {
      if (l % 2) {
        chain_states_[place(l)] = kept[place(l / 2)];
      } else {
        chain_states_[place(l)].resize(kept[0].rows(), dbm_->units(l));
      }
    }
  }
  // Some rows of a layer. A step draws the even layers and then the odd ones anew; now_.layer counts the layers drawn.
  math::RowRange move_chains() {
    const Index layers = dbm_->layer_count(), even = (layers + 1) / 2, in_step = now_.layer % layers;
    const Index l = in_step < even ? 2 * in_step : 2 * (in_step - even) + 1, all = chain_states_[1].rows();
    double weights = 0;
    dbm_->each_neighbour(l, [&](Index, Index number, bool) { weights += static_cast<double>(dbm_->W(number).size()); });
    const math::RowRange some = now_.next(all, true, weights);
    const std::uint64_t step = dbm_->training_state().step * static_cast<std::uint64_t>(options_.k) +
                               static_cast<std::uint64_t>(now_.layer / layers);
    some_chains_.resize(place(layers));
    dbm_->each_neighbour(l, [&](Index other, Index, bool) {
      some_chains_[place(other)].take_rows(chain_states_[place(other)], some.first, some.count);
    });
    Scratch& all_means = chain_means_[place(l)];
    if (some.first == 0) all_means.resize(all, dbm_->units(l));
    const MatrixRef means(all_means.row(some.first), some.count, dbm_->units(l));
    layer_input(*dbm_, l, some_chains_, nullptr, means, workspace_);
    math::Place of_layer{options_.seed, DbmStream::training, layer_place(step, l)};
    of_layer.first_row += static_cast<std::uint32_t>(some.first);
    BitMatrix& drawn = some_chains_[place(l)];
    drawn.resize(some.count, dbm_->units(l));
    draw_from_input(*dbm_, l, 1, {&drawn, of_layer}, means);
    drawn.put_rows(chain_states_[place(l)], some.first);
    return some;
  }

  // From the plain gradient to that of centered states (centering.h): what is constant in the products is the same in
  // both phases.
  void center(DbmTrainingState& state) {
    const Index layers = dbm_->layer_count();
    const auto rate = static_cast<float>(options_.centering_rate);
    for (Index l = 0; l < layers; ++l) {
      // Hidden layers' offsets begin at what the first batch says of them.
      if (state.offsets.size() == place(l)) state.offsets.push_back(data_means_[place(l)]);
      Vector& offset = state.offsets[place(l)];
      for (Index i = 0; i < offset.size(); ++i) offset[i] += rate * (data_means_[place(l)][i] - offset[i]);
    }
    for (Index l = 0; l + 1 < layers; ++l) {
      Matrix& W = gradient_.W[place(l)];
      const Vector &of_lower = state.offsets[place(lower(l))], &of_upper = state.offsets[place(upper(l))];
      const Vector &from_lower = gradient_.b[place(lower(l))], &from_upper = gradient_.b[place(upper(l))];
      for (Index i = 0; i < W.rows(); ++i) {
        float* row = W.data() + i * W.cols();
        const float o = of_lower[i], d = from_lower[i];
        for (Index j = 0; j < W.cols(); ++j) row[j] -= o * from_upper[j] + d * of_upper[j];
      }
    }
  }

  void move(const Step& step) {
    optimizer_->begin(step);
    for (std::size_t l = 0; l < gradient_.W.size(); ++l) optimizer_->move(l, gradient_.W[l].data());
    for (std::size_t l = 0; l < gradient_.b.size(); ++l)
      optimizer_->move(gradient_.W.size() + l, gradient_.b[l].data());
    if (!options_.centering) return;
    const std::vector<Vector>& offsets = dbm_->training_state().offsets;
    std::vector<Vector>& b = dbm_->mutable_parameters().b;
    for (Index l = 0; l + 1 < dbm_->layer_count(); ++l) {
      const std::size_t from = place(lower(l)), to = place(upper(l));
      const MatrixView last(optimizer_->last_step(place(l)), dbm_->W(l).rows(), dbm_->W(l).cols());
      follow_step(last, offsets[from], offsets[to], b[from], b[to]);
    }
    optimizer_->parameters_changed();
  }

  void count_activity(Index rows) {
    Index first = 0;
    for (Index l = 1; l <= dbm_->depth(); first += dbm_->units(l++)) activity_.add(data_means_[place(l)], rows, first);
    activity_.end_batch(rows);
  }

  // Differences of means are at most 1; centered products differ by at most 2, and a bias has a row or a column of
  // them.
  double steepest() const {
    if (!options_.centering) return 1;
    Index most = 0;
    for (Index l = 0; l < dbm_->layer_count(); ++l) {
      Index around = 0;
      dbm_->each_neighbour(l, [&](Index other, Index, bool) { around += dbm_->units(other); });
      most = std::max(most, around);
    }
    return 1 + 2 * static_cast<double>(most);
  }

  // By the means given the means of h1.
  double reconstruction_error() {
    const Scratch& h = inference_.means(1);
    const Index rows = std::min(reconstructed_rows, h.rows()), visible = dbm_->visible();
    few_.resize(rows, visible);
    math::fill_rows(dbm_->b(0), few_);
    math::add_product(MatrixView(h.data(), rows, h.cols()), {dbm_->W(0), true}, few_, workspace_);
    math::bernoulli_means(few_, visible, 1);
    return wakesleep::reconstruction_error(batch_, few_, visible, unpacked_);
  }

  Dbm* dbm_;
  DbmTrainingOptions options_;
  ExampleSource source_;
  ColumnStatistics column_means_;
  MeanField inference_;
  EpochCursor cursor_;
  HiddenActivity activity_;

  std::unique_ptr<TrainingWith<std::vector<TrainingOptions>>> pretraining_;
  Progress last_pretraining_;
  std::optional<TrainingStatistics> last_statistics_;  // of pretraining
  bool in_pretraining_ = false;

  // The batch in hand; what the chains go over are draws of layers.
  StagedBatch<Stage> now_;
  std::span<const std::uint32_t> rows_;
  LayerStates batch_;
  Scratch labels_, few_, unpacked_;
  std::vector<BitMatrix> chain_states_, some_chains_;
  std::vector<Scratch> chain_means_;
  DbmStatistics statistics_;
  DbmParameters gradient_;
  std::vector<Vector> data_means_;
  std::optional<Optimizer> optimizer_;  // once joint training has begun
  math::Workspace workspace_;
};

}  // namespace

void check(const DbmTrainingOptions& options) {
  refuse(options::refusals(options));
  for (const TrainingOptions& of_layer : options.pretraining) check(of_layer);
}

std::vector<Refusal> check(const Dbm& dbm, const Dataset& data, const DbmTrainingOptions& options) {
  Refusals refusals;
  refusals.add_all(options::refusals(options));
  refusals.add_data(data, {}, dbm.visible(), dbm.labels());
  const auto depth = static_cast<std::size_t>(dbm.depth());
  const std::vector<TrainingOptions>& pretraining = options.pretraining;
  refusals.add(pretraining.size() > 1 && pretraining.size() != depth, "pretraining",
               "must be one for all layers or " + std::to_string(depth) + ", one a layer, not " +
                   std::to_string(pretraining.size()),
               Refusals::Kind::range);
  for (std::size_t l = 0; l < depth && (pretraining.size() == 1 || pretraining.size() == depth); ++l) {
    const auto layer = static_cast<Index>(l);
    RbmShape shape{dbm.units(layer), dbm.units(layer + 1), l + 1 == depth ? dbm.labels() : 0};
    refusals.add_layer(shape, with_input_scales(pretraining, dbm.depth())[l], data, true);
  }
  return refusals.list();
}

std::unique_ptr<TrainingWith<DbmTrainingOptions>> train(Dbm& dbm, const Dataset& data,
                                                        const DbmTrainingOptions& options) {
  refuse(check(dbm, data, options));
  return std::make_unique<DbmTrainer>(dbm, data, options);
}

}  // namespace wakesleep
