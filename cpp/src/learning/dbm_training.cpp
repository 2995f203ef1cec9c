#include "wakesleep/dbm_training.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

#include "learning/epoch_cursor.h"
#include "learning/example_source.h"
#include "learning/optimizer.h"
#include "learning/reconstruction.h"
#include "learning/schedule.h"
#include "learning/visible_bias.h"
#include "math/bits.h"
#include "math/scalar.h"
#include "math/thread_pool.h"
#include "math/transpose.h"
#include "models/dbm_layers.h"
#include "wakesleep/dbm_estimate.h"
#include "wakesleep/random.h"

namespace wakesleep {
namespace {

std::size_t place(Index i) { return static_cast<std::size_t>(i); }

// What joint training shares with an RBM's.
TrainingOptions shared(const DbmTrainingOptions& o) {
  TrainingOptions result;
  static_cast<LearningOptions&>(result) = o;
  result.k = o.k;
  result.chains = o.chains;
  result.data_states = o.data_states;
  return result;
}

// Pretraining's options, one a layer, with the copies that stand for the layers which are not there yet.
std::vector<TrainingOptions> with_copies(std::vector<TrainingOptions> options, Index depth) {
  if (options.size() == 1) options.resize(place(depth), options[0]);
  options.front().input_scales.up = 2;
  options.back().input_scales.down = 2;
  return options;
}

// States of one layer in one phase: bits, or means.
struct PhaseStates {
  const BitMatrix* bits = nullptr;
  const Scratch* means = nullptr;
  Index rows() const { return bits ? bits->rows() : means->rows(); }
  Index cols() const { return bits ? bits->cols() : means->cols(); }
};

// Sums over a mini-batch of products and of states.
class LayerProducts {
 public:
  // out += scale * A'B.
  void add_product(const PhaseStates& A, const PhaseStates& B, float scale, Matrix& out) {
    scaled_.resize(B.rows(), B.cols());
    for (Index r = 0; r < B.rows(); ++r) {
      float* to = scaled_.row(r);
      if (B.bits) {
        math::unpack(B.bits->row(r), B.cols(), to);
      } else {
        std::copy_n(B.means->row(r), B.cols(), to);
      }
      for (Index j = 0; j < B.cols(); ++j) to[j] *= scale;
    }
    if (A.bits) {
      math::transpose(*A.bits, bits_transposed_);
      math::add_product(bits_transposed_, view(scaled_), out, workspace_);
    } else {
      math::transpose(view(*A.means), transposed_);
      math::add_product(view(transposed_), view(scaled_), out, workspace_);
    }
  }
  void mean(const PhaseStates& A, Vector& out) {
    out.setZero(A.cols());
    if (A.bits) {
      math::transpose(*A.bits, bits_transposed_);
      for (Index i = 0; i < out.size(); ++i) {
        int on = 0;
        for (Index w = 0; w < bits_transposed_.words_per_row(); ++w) on += std::popcount(bits_transposed_.row(i)[w]);
        out[i] = static_cast<float>(on);
      }
    } else {
      for (Index r = 0; r < A.rows(); ++r)
        for (Index i = 0; i < out.size(); ++i) out[i] += (*A.means)(r, i);
    }
    const float scale = 1 / static_cast<float>(A.rows());
    for (Index i = 0; i < out.size(); ++i) out[i] *= scale;
  }

 private:
  Scratch scaled_, transposed_;
  BitMatrix bits_transposed_;
  math::Workspace workspace_;
};

class DbmTraining : public Training {
 public:
  DbmTraining(Dbm& dbm, const Dataset& data, const DbmTrainingOptions& options)
      : dbm_(&dbm),
        data_(&data),
        options_((check(options), options)),
        shared_(shared(options)),
        source_(data, nullptr, 0, checked_shape(dbm, data, shared_), shared_),
        inference_(dbm, options.mean_field),
        cursor_(place_in(dbm.training_state()), data.count(), options.batch_size, options.epochs, options.seed),
        schedule_start_(options.schedule_start.value_or(cursor_.first_epoch())) {
    DbmTrainingState& state = dbm.training_state();
    const bool begins = !options.pretraining.empty() && !state.pretrained && state.step == 0;
    if (begins) {
      // Options are refused before anything is changed.
      Dbn trial = state.pretraining ? *state.pretraining : Dbn(dbm.layers(), dbm.labels(), dbm.seed());
      train(trial, data, with_copies(options.pretraining, dbm.depth()));
      if (!state.pretraining) state.pretraining.emplace(std::move(trial));
      pretraining_ = train(*state.pretraining, data, with_copies(options.pretraining, dbm.depth()));
      last_pretraining_ = pretraining_->progress();
    }
    const Index layers = dbm.layer_count();
    gradient_.W.resize(place(layers - 1));
    gradient_.b.resize(place(layers));
    data_means_.resize(place(layers));
    chain_states_.resize(place(layers));
    chain_means_.resize(place(layers));
  }

  bool step() override {
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

  Progress progress() const override {
    const bool pretrains = in_pretraining_ || pretraining_;
    // Of a batch of joint training, mean field and the chains take most of the time.
    constexpr double joint_weight = 4;
    const double joint = joint_weight * static_cast<double>(options_.epochs);
    double before = 0;
    if (had_pretraining())
      for (const TrainingOptions& o : options_.pretraining)
        before += static_cast<double>(o.epochs) / static_cast<double>(options_.pretraining.size());
    if (pretrains) {
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

  double mean_free_energy(const Dataset& data, Index most_rows) const override {
    if (in_pretraining_ || pretraining_) return std::numeric_limits<double>::quiet_NaN();
    const Index rows = std::min(data.count(), most_rows);
    std::vector<std::uint32_t> first(place(rows));
    for (std::size_t i = 0; i < first.size(); ++i) first[i] = static_cast<std::uint32_t>(i);
    return -mean_bound(*dbm_, rows == data.count() ? data : data.subset(first), 0, options_.mean_field);
  }

  const Rbm* machine() const override { return pretraining_ ? pretraining_->machine() : nullptr; }

 private:
  static EpochPosition place_in(DbmTrainingState& state) { return {&state.epoch, &state.batch, &state.step}; }
  bool had_pretraining() const { return !options_.pretraining.empty() && last_pretraining_.batches > 0; }

  // The shape that examples must fit, without labels, which are put in apart; with them it is checked.
  static RbmShape checked_shape(const Dbm& dbm, const Dataset& data, const TrainingOptions& options) {
    ExampleSource(data, nullptr, 0, {dbm.visible(), dbm.units(1), dbm.labels()}, options);
    return {dbm.visible(), dbm.units(1), 0};
  }

  void finish_pretraining() {
    DbmParameters parameters = compose(*dbm_->training_state().pretraining);
    pretraining_.reset();
    dbm_->set_parameters(std::move(parameters));
    dbm_->training_state().pretrained = true;
  }

  // What the first batch of a model's life needs.
  void begin(DbmTrainingState& state) {
    const Index layers = dbm_->layer_count();
    Vector& b0 = dbm_->mutable_parameters().b[0];
    if (state.step == 0 && options_.visible_bias_from_data && b0.isZero(0)) start_at_log_odds(*data_, b0);
    if (state.velocity.W.empty()) {
      state.velocity = dbm_->parameters();
      for (Matrix& W : state.velocity.W) W.setZero();
      for (Vector& b : state.velocity.b) b.setZero();
    }
    const Index chains = options_.chains.value_or(options_.batch_size);
    if (state.chains.empty() || state.chains[0].rows() != chains) {
      state.chains.clear();
      for (Index l = 1; l < layers; l += 2)
        draw_start(*dbm_, l, chains, {options_.seed, Stream::dbm_start, layer_place(state.step, l)},
                   state.chains.emplace_back());
    }
    if (!options_.centering) state.offsets.clear();
    if (options_.centering && state.offsets.empty()) state.offsets.push_back(data_->mean().cast<float>());
  }

  bool joint_step() {
    DbmTrainingState& state = dbm_->training_state();
    if (cursor_.over()) return false;
    if (!begun_) begin(state);
    begun_ = true;
    const Step step = step_in(shared_, {state.epoch, cursor_.first_epoch(), schedule_start_});
    if (!is_safe_step(static_cast<double>(largest()), steepest(), step))
      cursor_.stop_for_rate(static_cast<double>(step.learning_rate));
    const std::span<const std::uint32_t> rows = cursor_.next();
    const auto count = static_cast<float>(rows.size());
    source_.read(rows, state.epoch, batch_);
    infer(rows);
    const double error = reconstruction_error();
    for (Matrix& W : gradient_.W) W.setZero();
    for (Index l = 0; l + 1 < dbm_->layer_count(); ++l) {
      Matrix& W = gradient_.W[place(l)];
      if (W.size() == 0) W.setZero(dbm_->W(l).rows(), dbm_->W(l).cols());
      statistics_.add_product(positive(lower(l)), positive(upper(l)), 1 / count, W);
    }
    for (Index l = 0; l < dbm_->layer_count(); ++l) statistics_.mean(positive(l), data_means_[place(l)]);
    run_chains(state);
    const auto chains = static_cast<float>(state.chains[0].rows());
    for (Index l = 0; l + 1 < dbm_->layer_count(); ++l)
      statistics_.add_product(negative(lower(l)), negative(upper(l)), -1 / chains, gradient_.W[place(l)]);
    for (Index l = 0; l < dbm_->layer_count(); ++l) {
      Vector& b = gradient_.b[place(l)];
      statistics_.mean(negative(l), b);
      for (Index i = 0; i < b.size(); ++i) b[i] = data_means_[place(l)][i] - b[i];
    }
    if (options_.centering) center(state);
    apply(state, step);
    cursor_.went_on(error);
    return true;
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

  void infer(std::span<const std::uint32_t> rows) {
    if (batch_.binary) {
      inference_.set_visible(batch_.bits);
    } else {
      inference_.set_visible(view(batch_.real));
    }
    if (dbm_->labels()) {
      labels_.resize(static_cast<Index>(rows.size()), dbm_->labels());
      std::fill_n(labels_.data(), labels_.size(), 0.0f);
      for (std::size_t r = 0; r < rows.size(); ++r) labels_(static_cast<Index>(r), data_->labels()[rows[r]]) = 1;
      inference_.hold_labels(view(labels_));
    }
    inference_.run();
  }

  // The chains are kept as states of the odd layers. A step draws the even ones and then the odd ones anew.
  void run_chains(DbmTrainingState& state) {
    const Index layers = dbm_->layer_count();
    for (Index l = 1; l < layers; l += 2) std::swap(chain_states_[place(l)], state.chains[place(l / 2)]);
    const Index chains = chain_states_[1].rows();
    for (Index l = 0; l < layers; l += 2) chain_states_[place(l)].resize(chains, dbm_->units(l));
    for (Index i = 0; i < options_.k; ++i) {
      const std::uint64_t at = state.step * static_cast<std::uint64_t>(options_.k) + static_cast<std::uint64_t>(i);
      for (const Index parity : {0, 1})
        for (Index l = parity; l < layers; l += 2) {
          Scratch& means = chain_means_[place(l)];
          means.resize(chains, dbm_->units(l));
          layer_input(*dbm_, l, chain_states_, nullptr, means, workspace_);
          const math::Place of_layer{options_.seed, Stream::dbm_training, layer_place(at, l)};
          draw_from_input(*dbm_, l, 1, {&chain_states_[place(l)], of_layer}, means);
        }
    }
    for (Index l = 1; l < layers; l += 2) std::swap(chain_states_[place(l)], state.chains[place(l / 2)]);
  }

  // From the plain gradient to that of centered states: what is constant in the products is the same in both phases.
  void center(DbmTrainingState& state) {
    const Index layers = dbm_->layer_count();
    const auto rate = static_cast<float>(options_.centering_rate);
    for (Index l = 0; l < layers; ++l) {
      // Hidden layers' offsets begin at what the first batch says of them.
      if (state.offsets.size() == place(l)) state.offsets.push_back(data_means_[place(l)]);
      Vector& offset = state.offsets[place(l)];
      for (Index i = 0; i < offset.size(); ++i) offset[i] += rate * (data_means_[place(l)][i] - offset[i]);
    }
    difference_ = gradient_.b;
    for (Index l = 0; l + 1 < layers; ++l) {
      Matrix& W = gradient_.W[place(l)];
      const Vector &of_lower = state.offsets[place(lower(l))], &of_upper = state.offsets[place(upper(l))];
      const Vector &from_lower = difference_[place(lower(l))], &from_upper = difference_[place(upper(l))];
      Vector &b_lower = gradient_.b[place(lower(l))], &b_upper = gradient_.b[place(upper(l))];
      for (Index i = 0; i < W.rows(); ++i) {
        float* row = W.data() + i * W.cols();
        const float o = of_lower[i], d = from_lower[i];
        float sum = 0;
        for (Index j = 0; j < W.cols(); ++j) {
          row[j] -= o * from_upper[j] + d * of_upper[j];
          b_upper[j] -= row[j] * o;
        }
        for (Index j = 0; j < W.cols(); ++j) sum += row[j] * of_upper[j];
        b_lower[i] -= sum;
      }
    }
  }

  void apply(DbmTrainingState& state, const Step& step) {
    constexpr Index rows_a_piece = 16;
    DbmParameters& to = dbm_->mutable_parameters();
    largest_ = 0;
    for (std::size_t l = 0; l < to.W.size(); ++l) {
      Matrix& W = to.W[l];
      const Index pieces = (W.rows() + rows_a_piece - 1) / rows_a_piece;
      largest_of_piece_.assign(place(pieces), 0);
      math::parallel_for(pieces, [&](Index piece) {
        const Index at = piece * rows_a_piece * W.cols(), n = std::min(rows_a_piece * W.cols(), W.size() - at);
        largest_of_piece_[place(piece)] = move_parameters(W.data() + at, state.velocity.W[l].data() + at,
                                                          gradient_.W[l].data() + at, n, step, step.weight_decay);
      });
      for (const float of_piece : largest_of_piece_) largest_ = std::max(largest_, of_piece);
    }
    for (std::size_t l = 0; l < to.b.size(); ++l)
      largest_ = std::max(largest_, move_parameters(to.b[l].data(), state.velocity.b[l].data(), gradient_.b[l].data(),
                                                    to.b[l].size(), step, 0));
  }

  float largest() {
    if (largest_ >= 0) return largest_;
    for (const DbmParameters* of : {&dbm_->parameters(), &std::as_const(dbm_->training_state().velocity)}) {
      for (const Matrix& W : of->W) largest_ = std::max(largest_, largest_magnitude(W.data(), W.size()));
      for (const Vector& b : of->b) largest_ = std::max(largest_, largest_magnitude(b.data(), b.size()));
    }
    return largest_;
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
  const Dataset* data_;
  DbmTrainingOptions options_;
  TrainingOptions shared_;
  ExampleSource source_;
  MeanField inference_;
  EpochCursor cursor_;
  std::uint64_t schedule_start_;

  std::unique_ptr<Training> pretraining_;
  Progress last_pretraining_;
  bool in_pretraining_ = false;

  bool begun_ = false;
  LayerStates batch_;
  Scratch labels_, few_, unpacked_;
  std::vector<BitMatrix> chain_states_;
  std::vector<Scratch> chain_means_;
  LayerProducts statistics_;
  DbmParameters gradient_;
  std::vector<Vector> data_means_, difference_;
  float largest_ = -1;  // of all |parameters| and |velocities|; negative: not known yet
  std::vector<float> largest_of_piece_;
  math::Workspace workspace_;
};

}  // namespace

void check(const DbmTrainingOptions& options) {
  check(shared(options));
  check(options.mean_field);
  for (const TrainingOptions& of_layer : options.pretraining) check(of_layer);
  // Written so that NaN fails it.
  if (!(options.centering_rate >= 0 && options.centering_rate <= 1))
    throw std::out_of_range("centering rate must be 0 to 1, not " + std::to_string(options.centering_rate));
}

DbmParameters compose(const Dbn& pretrained) {
  const Index depth = pretrained.depth();
  DbmParameters result;
  for (Index l = 0; l < depth; ++l) {
    const Rbm& rbm = pretrained.rbm(l);
    const bool between = l > 0 && l + 1 < depth;
    result.W.push_back(rbm.W().topRows(rbm.visible()) * (between ? 0.5f : 1.0f));
    const Vector own = rbm.b().head(rbm.visible());
    result.b.push_back(l == 0 ? own : Vector(0.5f * (own + pretrained.rbm(l - 1).c())));
  }
  result.b.push_back(pretrained.top().c());
  if (pretrained.labels()) {
    result.W.push_back(pretrained.top().W().bottomRows(pretrained.labels()));
    result.b.push_back(pretrained.top().b().tail(pretrained.labels()));
  }
  return result;
}

std::unique_ptr<Training> train(Dbm& dbm, const Dataset& data, const DbmTrainingOptions& options) {
  return std::make_unique<DbmTraining>(dbm, data, options);
}

}  // namespace wakesleep
