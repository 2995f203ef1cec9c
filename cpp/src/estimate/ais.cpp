#include "wakesleep/ais.h"

#include <bit>

#include "estimate/annealing.h"
#include "math/conditional.h"
#include "math/scalar.h"
#include "math/thread_pool.h"
#include "wakesleep/random.h"

namespace wakesleep {
AisLogPartition::AisLogPartition(const Rbm& rbm, const AisOptions& options, const VectorD* base_rates)
    : rbm_(&rbm), options_(options), base_(rbm.b()) {
  check(options);
  const Index visible = rbm.visible(), labels = rbm.labels();
  if (base_rates) {
    base_.head(visible) = base_log_odds(*base_rates, visible);
    base_.tail(labels).setZero();
  }
  log_z_base_ = static_cast<double>(rbm.hidden()) * math::log(2);
  for (Index i = 0; i < visible; ++i) log_z_base_ += log_of_one_plus_exp(static_cast<double>(base_[i]));
  if (labels) {
    double sum = 0;
    for (Index y = 0; y < labels; ++y) sum += math::exp(static_cast<double>(base_[visible + y]));
    log_z_base_ += math::log(sum);
  }
  v_.resize(options.runs, rbm.width());
  h_.resize(options.runs, rbm.hidden());
  pre_.resize(options.runs, rbm.hidden());
  labels_.resize(options.runs, labels);
  log_weights_.assign(static_cast<std::size_t>(options.runs), 0);
  draw_visible(0);
}

double AisLogPartition::beta(Index k) const { return beta_at(options_, k); }

// v given h_ at a beta; the base's exact sample at 0, where h_ does not matter.
void AisLogPartition::draw_visible(double beta) {
  const Index visible = rbm_->visible(), labels = rbm_->labels();
  math::Workspace workspace;
  math::Outcome outcome{visible, 1, {&v_, {options_.seed, Stream::chain_visible, static_cast<std::uint64_t>(k_)}}};
  if (labels) outcome.rest = &labels_;
  if (beta > 0) {
    // (1 - beta) b_A + beta (b + W h), whose factor beta is the inverse temperature.
    outcome.inverse_temperature = static_cast<float>(beta);
    bias_ = rbm_->b() + base_ * static_cast<float>((1 - beta) / beta);
  } else {
    bias_ = base_;
    h_.resize(options_.runs, rbm_->hidden());
  }
  math::draw_given(h_, {rbm_->W(), true}, bias_, outcome, workspace);
  if (!labels) return;
  math::softmax_means(labels_, 0, labels, outcome.inverse_temperature);
  math::sample_softmax(view(labels_), 0, labels, outcome.draw, visible);
}

bool AisLogPartition::step() {
  if (k_ == options_.betas) return false;
  const double before = beta(k_), now = beta(k_ + 1);
  ++k_;
  math::fill_rows(rbm_->c(), pre_);
  math::Workspace workspace;
  math::add_product(v_, rbm_->W(), pre_, workspace);
  math::parallel_for(options_.runs, [&](Index r) {
    double of_bias = 0;
    for (Index w = 0; w < v_.words_per_row(); ++w)
      for (std::uint64_t bits = v_.row(r)[w]; bits; bits &= bits - 1) {
        const Index i = w * 64 + std::countr_zero(bits);
        of_bias += static_cast<double>(rbm_->b()[i]) - static_cast<double>(base_[i]);
      }
    const Index hidden = rbm_->hidden();
    log_weights_[static_cast<std::size_t>(r)] += (now - before) * of_bias +
                                                 math::sum_softplus(pre_.row(r), nullptr, hidden, static_cast<float>(now)) -
                                                 math::sum_softplus(pre_.row(r), nullptr, hidden, static_cast<float>(before));
  });
  if (k_ < options_.betas) {
    math::sample_bernoulli(pre_, rbm_->hidden(), static_cast<float>(now),
                           {&h_, {options_.seed, Stream::chain_hidden, static_cast<std::uint64_t>(k_)}});
    draw_visible(now);
  }
  return true;
}

double AisLogPartition::done() const { return static_cast<double>(k_) / static_cast<double>(options_.betas); }

LogPartition AisLogPartition::estimate() const { return estimate_from(log_weights_, log_z_base_); }

}  // namespace wakesleep
