#include <algorithm>
#include <bit>

#include "estimate/annealing.h"
#include "math/scalar.h"
#include "math/thread_pool.h"
#include "models/dbm_layers.h"
#include "wakesleep/dbm_estimate.h"

namespace wakesleep {
namespace {

std::size_t place(Index i) { return static_cast<std::size_t>(i); }

}  // namespace

class DbmAis::Work {
 public:
  Work(const Dbm& dbm, const AisOptions& options, const VectorD* base_rates);
  bool step();
  double done() const;
  const std::vector<double>& log_weights() const { return log_weights_; }
  double log_z_base() const { return log_z_base_; }

 private:
  void draw(Index layer, double beta, Scratch& input);

  const Dbm* dbm_;
  AisOptions options_;
  std::vector<Vector> base_;  // a of each layer
  double log_z_base_ = 0;
  Index k_ = 0;
  std::vector<BitMatrix> states_;
  std::vector<Scratch> inputs_;
  Vector shift_before_, shift_now_;
  std::vector<double> log_weights_;
};

DbmAis::DbmAis(const Dbm& dbm, const AisOptions& options, const VectorD* base_rates)
    : work_(std::make_unique<Work>(dbm, options, base_rates)) {}
DbmAis::DbmAis(DbmAis&&) noexcept = default;
DbmAis& DbmAis::operator=(DbmAis&&) noexcept = default;
DbmAis::~DbmAis() = default;
bool DbmAis::step() { return work_->step(); }
double DbmAis::done() const { return work_->done(); }
LogPartition DbmAis::estimate() const { return estimate_from(log_weights(), log_z_base()); }
const std::vector<double>& DbmAis::log_weights() const { return work_->log_weights(); }
double DbmAis::log_z_base() const { return work_->log_z_base(); }

DbmAis::Work::Work(const Dbm& dbm, const AisOptions& options, const VectorD* base_rates)
    : dbm_(&dbm), options_(options) {
  check(options);
  for (Index l = 0; l < dbm.layer_count(); ++l) base_.push_back(Vector::Zero(dbm.units(l)));
  base_[0] = base_rates ? base_biases(units::type_of(Units{}.type), *base_rates, dbm.b(0)) : dbm.b(0);
  if (dbm.labels() && !base_rates) base_.back() = dbm.b(dbm.depth() + 1);
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
  for (Index l = 1; l < dbm.layer_count(); l += 2) {
    Scratch& input = inputs_[place(l)];
    input.resize(options.runs, dbm.units(l));
    math::fill_rows(base_[place(l)], input);
    draw(l, 1, input);
  }
}

// States of a layer from (1 - beta) a + beta input, divided by beta: the factor beta is the inverse temperature.
void DbmAis::Work::draw(Index layer, double beta, Scratch& input) {
  const math::Place at{options_.seed, DbmStream::ais, layer_place(static_cast<std::uint64_t>(k_), layer)};
  draw_from_input(*dbm_, layer, static_cast<float>(beta), {&states_[place(layer)], at}, input);
}

bool DbmAis::Work::step() {
  if (k_ == options_.betas) return false;
  const double before = beta_at(options_, k_), now = beta_at(options_, k_ + 1);
  ++k_;
  const auto shift = [&](Index l, double beta) -> Vector {
    return base_[place(l)] * static_cast<float>((1 - beta) / beta);
  };
  math::Workspace workspace;
  for (Index l = 1; l < dbm_->layer_count(); l += 2)
    math::parallel_for(options_.runs, [&](Index r) {
      const BitMatrix& x = states_[place(l)];
      double of_bias = 0;
      for (Index w = 0; w < x.words_per_row(); ++w)
        for (std::uint64_t bits = x.row(r)[w]; bits; bits &= bits - 1) {
          const Index i = w * 64 + std::countr_zero(bits);
          of_bias += static_cast<double>(dbm_->b(l)[i]) - static_cast<double>(base_[place(l)][i]);
        }
      log_weights_[place(r)] += (now - before) * of_bias;
    });
  for (Index l = 0; l < dbm_->layer_count(); l += 2) {
    const Index units = dbm_->units(l);
    Scratch& input = inputs_[place(l)];
    input.resize(options_.runs, units);
    layer_input(*dbm_, l, states_, nullptr, input, workspace);
    // At beta 0 the input has no part in it.
    shift_now_ = shift(l, now);
    shift_before_ = before > 0 ? shift(l, before) : base_[place(l)];
    const auto term = [&](const float* x, const Vector& shifted, double beta) {
      if (l <= dbm_->depth())
        return beta > 0 ? math::sum_softplus(x, shifted.data(), units, static_cast<float>(beta))
                        : math::sum_softplus(shifted.data(), nullptr, units);
      Vector of_labels = shifted;
      if (beta > 0)
        for (Index y = 0; y < units; ++y) of_labels[y] = static_cast<float>(beta) * (x[y] + shifted[y]);
      return math::log_sum_exp(of_labels.data(), units);
    };
    math::parallel_for(options_.runs, [&](Index r) {
      log_weights_[place(r)] += term(input.row(r), shift_now_, now) - term(input.row(r), shift_before_, before);
    });
    if (k_ == options_.betas) continue;
    for (Index r = 0; r < options_.runs; ++r)
      for (Index j = 0; j < units; ++j) input(r, j) += shift_now_[j];
    draw(l, now, input);
  }
  if (k_ == options_.betas) return true;
  for (Index l = 1; l < dbm_->layer_count(); l += 2) {
    Scratch& input = inputs_[place(l)];
    shift_now_ = dbm_->b(l) + shift(l, now);
    layer_input(*dbm_, l, states_, &shift_now_, input, workspace);
    draw(l, now, input);
  }
  return true;
}

double DbmAis::Work::done() const { return static_cast<double>(k_) / static_cast<double>(options_.betas); }

}  // namespace wakesleep
