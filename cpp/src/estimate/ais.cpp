#include "wakesleep/ais.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

#include "math/conditional.h"
#include "math/scalar.h"
#include "math/thread_pool.h"
#include "wakesleep/random.h"

namespace wakesleep {
namespace {

double log_of_one_plus_exp(double x) { return std::max(x, 0.0) + math::log(1 + math::exp(-std::abs(x))); }

void check(const char* name, Index value, Index least, Index most) {
  if (value < least || value > most)
    throw std::out_of_range(std::string(name) + " must be " + std::to_string(least) + " to " + std::to_string(most) + ", not " +
                            std::to_string(value));
}

}  // namespace

AisLogPartition::AisLogPartition(const Rbm& rbm, const AisOptions& options, const VectorD* base_rates)
    : rbm_(&rbm), options_(options), base_(rbm.b()) {
  check("runs", options.runs, 2, 65536);
  check("betas", options.betas, 1, 10'000'000);
  const Index visible = rbm.visible(), labels = rbm.labels();
  if (base_rates) {
    if (base_rates->size() != visible)
      throw std::out_of_range("base rates must be " + std::to_string(visible) + ", one a visible unit, not " +
                              std::to_string(base_rates->size()));
    // A pixel that is never on in the data may be on in the model: rates keep away from 0 and 1.
    constexpr double nearest = 1e-3;
    for (Index i = 0; i < visible; ++i) {
      const double rate = (*base_rates)[i];
      if (!(rate >= 0 && rate <= 1))
        throw std::out_of_range("base rates must lie in [0, 1], and entry " + std::to_string(i) + " does not");
      const double p = std::clamp(rate, nearest, 1 - nearest);
      base_[i] = static_cast<float>(math::log(p / (1 - p)));
    }
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

double AisLogPartition::beta(Index k) const {
  const double along = static_cast<double>(k) / static_cast<double>(options_.betas);
  if (options_.schedule == BetaSchedule::linear) return along;
  constexpr double first = 500.0 / 14500, second = 4500.0 / 14500;
  if (along < first) return 0.5 * along / first;
  if (along < second) return 0.5 + 0.4 * (along - first) / (second - first);
  return 0.9 + 0.1 * (along - second) / (1 - second);
}

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

LogPartition AisLogPartition::estimate() const {
  const double largest = *std::max_element(log_weights_.begin(), log_weights_.end());
  const auto runs = static_cast<double>(options_.runs);
  double sum = 0, squares = 0;
  for (const double w : log_weights_) sum += math::exp(w - largest);
  const double mean = sum / runs;
  for (const double w : log_weights_) {
    const double from_mean = math::exp(w - largest) - mean;
    squares += from_mean * from_mean;
  }
  // Relative to Z.
  const double error = std::sqrt(squares / (runs - 1) / runs) / mean;
  const double log_z = log_z_base_ + largest + math::log(mean);
  const double least = 1 - 3 * error;
  return {log_z, least > 0 ? log_z + math::log(least) : -std::numeric_limits<double>::infinity(),
          log_z + math::log(1 + 3 * error)};
}

}  // namespace wakesleep
