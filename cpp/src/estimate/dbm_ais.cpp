#include <algorithm>
#include <bit>
#include <optional>

#include "estimate/annealed_runs.h"
#include "estimate/annealing.h"
#include "math/scalar.h"
#include "math/thread_pool.h"
#include "models/dbm_layers.h"
#include "wakesleep/dbm_estimate.h"
#include "wakesleep/refusal.h"

namespace wakesleep {
namespace {

std::size_t place(Index i) { return static_cast<std::size_t>(i); }

// The parity of the layers on whose side the labels are.
Index parity_of_labels(const Dbm& dbm) { return dbm.labels() ? (dbm.depth() + 1) % 2 : 0; }

// The annealing path of a DBM, and runs that stand somewhere on it: states of its odd layers.
class DbmPath {
 public:
  DbmPath(const Dbm& dbm, const AisOptions& options, const VectorD* base_rates, Stream stream, Index first);
  static double cost(const Dbm& dbm);

  const Dbm& dbm() const { return *dbm_; }
  const AisOptions& options() const { return options_; }
  std::uint64_t seed() const { return seed_; }
  double log_z_base() const { return log_z_base_; }
  const std::vector<double>& log_weights() const { return log_weights_; }
  double beta(Index k) const { return beta_at(options_, k); }

  // Puts the runs at samples of the base.
  void start_at_base();
  // Puts them where these chains are.
  void start_at(const DbmChains& chains);
  // Puts them at exact samples of one of the two sides, those from `first` on.
  void start_at(const ExactSamples& samples, Index first);

  // As AisPath (ais_path.h): adds log p*_to - log p*_from of the odd layers, and then does a step at the beta `at`.
  void walk(double from, double to, double at, std::uint64_t step);
  void move(double at, std::uint64_t step) { walk(at, at, at, step); }

 private:
  void draw(Index layer, double beta, std::uint64_t step);
  void draw_layers(Index parity, double at, std::uint64_t step);
  Vector shift(Index layer, double beta) const { return base_[place(layer)] * static_cast<float>((1 - beta) / beta); }

  const Dbm* dbm_;
  AisOptions options_;
  std::uint64_t seed_;
  Stream stream_;
  std::uint32_t first_;
  std::vector<Vector> base_;  // a of each layer
  double log_z_base_ = 0;
  std::vector<BitMatrix> states_;
  std::vector<Scratch> inputs_;
  Vector shift_before_, shift_now_;
  std::vector<double> log_weights_;
  math::Workspace workspace_;
};

// Both ways along every weight, a softplus at two betas and a draw.
double DbmPath::cost(const Dbm& dbm) {
  double all = 0;
  for (const Matrix& W : dbm.parameters().W) all += static_cast<double>(W.size()) / 3;
  for (Index l = 0; l < dbm.layer_count(); ++l) all += 50 * static_cast<double>(dbm.units(l));
  return all;
}

PathGroups<DbmPath> paths(const Dbm& dbm, const AisOptions& options, const VectorD* base_rates, Stream stream) {
  check(options, base_rates);
  if (options.schedule == BetaSchedule::adaptive)
    refuse({{"schedule", "schedule 'adaptive' is for RBMs and the top of a DBN: a DBM has 'linear' and 'late'"}});
  return {options, DbmPath::cost(dbm),
          [&](const AisOptions& of_group, Index first) { return DbmPath(dbm, of_group, base_rates, stream, first); }};
}

DbmPath::DbmPath(const Dbm& dbm, const AisOptions& options, const VectorD* base_rates, Stream stream, Index first)
    : dbm_(&dbm),
      options_(options),
      seed_(options.seed.value_or(dbm.seed())),
      stream_(stream),
      first_(static_cast<std::uint32_t>(first)) {
  for (Index l = 0; l < dbm.layer_count(); ++l) base_.push_back(Vector::Zero(dbm.units(l)));
  switch (base_of(options, base_rates)) {
    case AisBase::biases:
      base_[0] = dbm.b(0);
      if (dbm.labels()) base_.back() = dbm.b(dbm.depth() + 1);
      break;
    case AisBase::data:
      base_[0] = base_biases(units::type_of(Units{}.type), *base_rates, dbm.b(0));
      break;
    case AisBase::uniform:
      break;
  }
  for (Index l = 0; l < dbm.layer_count(); ++l) {
    if (l > dbm.depth()) {
      log_z_base_ += math::log_sum_exp(base_.back().data(), dbm.labels());
    } else {
      for (Index i = 0; i < dbm.units(l); ++i) log_z_base_ += math::softplus(static_cast<double>(base_[place(l)][i]));
    }
  }
  states_.resize(place(dbm.layer_count()));
  inputs_.resize(place(dbm.layer_count()));
  log_weights_.assign(place(options.runs), 0);
  for (Index l = 0; l < dbm.layer_count(); ++l) states_[place(l)].resize(options.runs, dbm.units(l));
}

void DbmPath::start_at_base() {
  for (Index l = 1; l < dbm_->layer_count(); l += 2) {
    Scratch& input = inputs_[place(l)];
    input.resize(options_.runs, dbm_->units(l));
    math::fill_rows(base_[place(l)], input);
    draw(l, 1, 0);
  }
}

void DbmPath::start_at(const DbmChains& chains) {
  for (Index l = 1; l < dbm_->layer_count(); l += 2) states_[place(l)] = chains.states(l);
}

void DbmPath::start_at(const ExactSamples& samples, Index from) {
  const LayerStates& states = samples.states();
  const Index parity = samples.of_hidden() ? 1 - parity_of_labels(*dbm_) : parity_of_labels(*dbm_);
  Index first = 0;
  for (Index l = parity; l < dbm_->layer_count(); l += 2) {
    BitMatrix& layer = states_[place(l)];
    for (Index r = 0; r < options_.runs; ++r)
      for (Index i = 0; i < layer.cols(); ++i) layer.set(r, i, states.bits.get(from + r, first + i));
    first += layer.cols();
  }
  // Runs are states of the odd layers.
  if (parity == 0) draw_layers(1, 1, 0);
}

// States of a layer from (1 - beta) a + beta input, divided by beta: the factor beta is the inverse temperature.
void DbmPath::draw(Index layer, double beta, std::uint64_t step) {
  const math::Place at{seed_, stream_, layer_place(step, layer), first_};
  draw_from_input(*dbm_, layer, static_cast<float>(beta), {&states_[place(layer)], at}, inputs_[place(layer)]);
}

void DbmPath::draw_layers(Index parity, double at, std::uint64_t step) {
  for (Index l = parity; l < dbm_->layer_count(); l += 2) {
    Scratch& input = inputs_[place(l)];
    input.resize(options_.runs, dbm_->units(l));
    shift_now_ = dbm_->b(l) + shift(l, at);
    layer_input(*dbm_, l, states_, &shift_now_, input, workspace_);
    draw(l, at, step);
  }
}

void DbmPath::walk(double from, double to, double at, std::uint64_t step) {
  for (Index l = 1; l < dbm_->layer_count(); l += 2)
    math::parallel_for(options_.runs, static_cast<double>(dbm_->units(l)), [&](Index r) {
      const BitMatrix& x = states_[place(l)];
      double of_bias = 0;
      for (Index w = 0; w < x.words_per_row(); ++w)
        for (std::uint64_t bits = x.row(r)[w]; bits; bits &= bits - 1) {
          const Index i = w * 64 + std::countr_zero(bits);
          of_bias += static_cast<double>(dbm_->b(l)[i]) - static_cast<double>(base_[place(l)][i]);
        }
      log_weights_[place(r)] += (to - from) * of_bias;
    });
  for (Index l = 0; l < dbm_->layer_count(); l += 2) {
    const Index units = dbm_->units(l);
    Scratch& input = inputs_[place(l)];
    input.resize(options_.runs, units);
    layer_input(*dbm_, l, states_, nullptr, input, workspace_);
    // At beta 0 the input has no part in it.
    shift_now_ = shift(l, to);
    shift_before_ = from > 0 ? shift(l, from) : base_[place(l)];
    const auto term = [&](const float* x, const Vector& shifted, double beta) {
      if (l <= dbm_->depth())
        return beta > 0 ? math::sum_softplus(x, shifted.data(), units, static_cast<float>(beta))
                        : math::sum_softplus(shifted.data(), nullptr, units);
      Vector of_labels = shifted;
      if (beta > 0)
        for (Index y = 0; y < units; ++y) of_labels[y] = static_cast<float>(beta) * (x[y] + shifted[y]);
      return math::log_sum_exp(of_labels.data(), units);
    };
    math::parallel_for(options_.runs, 40.0 * static_cast<double>(units), [&](Index r) {
      log_weights_[place(r)] += term(input.row(r), shift_now_, to) - term(input.row(r), shift_before_, from);
    });
    if (at == 0) continue;
    const Vector shift_at = shift(l, at);
    for (Index r = 0; r < options_.runs; ++r)
      for (Index j = 0; j < units; ++j) input(r, j) += shift_at[j];
    draw(l, at, step);
  }
  if (at > 0) draw_layers(1, at, step);
}

// The same distribution as one of two sides, the odd layers and the even ones, whose labels are on the visible side.
Rbm two_sides(const Dbm& dbm, Index visible_parity) {
  std::vector<Index> first(place(dbm.layer_count()));  // unit of each layer on its side
  Index count[2] = {0, 0};
  for (Index l = 0; l <= dbm.depth(); ++l) {
    first[place(l)] = count[l % 2];
    count[l % 2] += dbm.units(l);
  }
  const Index visible = count[visible_parity], hidden = count[1 - visible_parity];
  if (dbm.labels()) first[place(dbm.depth() + 1)] = visible;
  Matrix W = Matrix::Zero(visible + dbm.labels(), hidden);
  Vector b(W.rows()), c(hidden);
  for (Index l = 0; l < dbm.layer_count(); ++l) {
    const bool on_visible_side = l % 2 == visible_parity;
    (on_visible_side ? b : c).segment(first[place(l)], dbm.units(l)) = dbm.b(l);
    if (on_visible_side)
      dbm.each_neighbour(l, [&](Index other, Index number, bool transposed) {
        auto block = W.block(first[place(l)], first[place(other)], dbm.units(l), dbm.units(other));
        // Weights from `other` to this layer.
        if (transposed) {
          block = dbm.W(number);
        } else {
          block = dbm.W(number).transpose();
        }
      });
  }
  return Rbm({visible, hidden, dbm.labels()}, dbm.seed(), {W, b, c});
}

RbmShape shape_of_sides(const Dbm& dbm) {
  RbmShape shape{0, 0, dbm.labels()};
  for (Index l = 0; l <= dbm.depth(); ++l)
    (l % 2 == parity_of_labels(dbm) ? shape.visible : shape.hidden) += dbm.units(l);
  return shape;
}

}  // namespace

class DbmAis::Work : public ForwardRuns<DbmPath> {
 public:
  using ForwardRuns::ForwardRuns;
};

DbmAis::DbmAis(const Dbm& dbm, const AisOptions& options, const VectorD* base_rates)
    : work_(std::make_unique<Work>(paths(dbm, options, base_rates, DbmStream::ais))) {}
DbmAis::DbmAis(DbmAis&&) noexcept = default;
DbmAis& DbmAis::operator=(DbmAis&&) noexcept = default;
DbmAis::~DbmAis() = default;
bool DbmAis::step() { return work_->step(); }
double DbmAis::done() const { return work_->done(); }
LogPartition DbmAis::estimate() const { return estimate_from(log_weights(), log_z_base()); }
const std::vector<double>& DbmAis::log_weights() const { return work_->path.log_weights(); }
double DbmAis::log_z_base() const { return work_->path.log_z_base(); }

class DbmReverseAis::Work : public ReverseRuns<DbmPath> {
 public:
  Work(const Dbm& dbm, const AisOptions& options, ReverseStart from, const VectorD* base_rates, const Dataset* starts)
      : ReverseRuns(from, paths(dbm, options, base_rates, DbmStream::reverse_ais)) {
    if (starts) x_ = starts_of_chains(*starts, options.runs, dbm.visible());
    if (start == ReverseStart::exact) {
      sides_.emplace(two_sides(dbm, parity_of_labels(dbm)));
      draw_exactly(*sides_);
      return;
    }
    run_chains();
    if (!starts) return;
    check_examples("the data set that chains start at", view(x_), dbm.visible());
    path.start_by([this, &dbm](DbmPath& group, Index first) {
      DbmChains chains(dbm, group.options().runs, path.seed(), first);
      chains.set_visible(MatrixView(x_.data() + first * x_.cols(), group.options().runs, x_.cols()));
      group.start_at(chains);
    });
  }

 private:
  std::optional<Rbm> sides_;
  Matrix x_;  // where chains start
};

DbmReverseAis::DbmReverseAis(const Dbm& dbm, const AisOptions& options, const VectorD* base_rates,
                             const Dataset* starts)
    : DbmReverseAis(dbm, options, is_enumerable(shape_of_sides(dbm)) ? ReverseStart::exact : ReverseStart::chains,
                    base_rates, starts) {}
DbmReverseAis::DbmReverseAis(const Dbm& dbm, const AisOptions& options, ReverseStart start, const VectorD* base_rates,
                             const Dataset* starts)
    : work_(std::make_unique<Work>(dbm, options, start, base_rates, starts)) {}
DbmReverseAis::DbmReverseAis(DbmReverseAis&&) noexcept = default;
DbmReverseAis& DbmReverseAis::operator=(DbmReverseAis&&) noexcept = default;
DbmReverseAis::~DbmReverseAis() = default;
bool DbmReverseAis::step() { return work_->step(); }
double DbmReverseAis::done() const { return work_->done(); }
ReverseStart DbmReverseAis::start() const { return work_->start; }
const std::vector<double>& DbmReverseAis::log_weights() const { return work_->path.log_weights(); }
double DbmReverseAis::log_z_base() const { return work_->path.log_z_base(); }
LogPartition DbmReverseAis::estimate() const { return estimate_from(log_weights(), log_z_base(), Direction::reverse); }

}  // namespace wakesleep
