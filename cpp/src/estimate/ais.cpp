#include "wakesleep/ais.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <limits>
#include <stdexcept>
#include <string>

#include "math/conditional.h"
#include "math/scalar.h"
#include "math/thread_pool.h"

namespace wakesleep {
namespace {

double log_of_one_plus_exp(double x) { return std::max(x, 0.0) + math::log(1 + math::exp(-std::abs(x))); }

void check(const char* name, Index value, Index least, Index most) {
  if (value < least || value > most)
    throw std::out_of_range(std::string(name) + " must be " + std::to_string(least) + " to " + std::to_string(most) + ", not " +
                            std::to_string(value));
}

// log of the mean of e^w, and the standard error of that mean relative to it.
struct LogMean {
  double log_mean, error;
};

LogMean log_mean_of(const std::vector<double>& log_weights, double sign) {
  double largest = -std::numeric_limits<double>::infinity();
  for (const double w : log_weights) largest = std::max(largest, sign * w);
  const auto runs = static_cast<double>(log_weights.size());
  double sum = 0, squares = 0;
  for (const double w : log_weights) sum += math::exp(sign * w - largest);
  const double mean = sum / runs;
  for (const double w : log_weights) {
    const double from_mean = math::exp(sign * w - largest) - mean;
    squares += from_mean * from_mean;
  }
  return {largest + math::log(mean), std::sqrt(squares / (runs - 1) / runs) / mean};
}

// log(1 - 3 s) and log(1 + 3 s), s a relative standard error.
double three_errors_below(double error) {
  const double least = 1 - 3 * error;
  return least > 0 ? math::log(least) : -std::numeric_limits<double>::infinity();
}
double three_errors_above(double error) { return math::log(1 + 3 * error); }

}  // namespace

AisPath::AisPath(const Rbm& rbm, const AisOptions& options, const VectorD* base_rates, Stream hidden, Stream visible_stream)
    : rbm_(&rbm), options_(options), of_hidden_(hidden), of_visible_(visible_stream), base_(rbm.b()) {
  check("runs", options.runs, 2, 65536);
  check("betas", options.betas, 1, 10'000'000);
  if (options.start_steps >= 0) check("start steps", options.start_steps, 0, 10'000'000);
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
}

double AisPath::beta(Index k) const {
  const double along = static_cast<double>(k) / static_cast<double>(options_.betas);
  if (options_.schedule == BetaSchedule::linear) return along;
  constexpr double first = 500.0 / 14500, second = 4500.0 / 14500;
  if (along < first) return 0.5 * along / first;
  if (along < second) return 0.5 + 0.4 * (along - first) / (second - first);
  return 0.9 + 0.1 * (along - second) / (1 - second);
}

void AisPath::start_at_base() {
  h_.resize(options_.runs, rbm_->hidden());
  draw_visible(0, 0);
}

void AisPath::start_at(const Matrix& x) {
  const math::Draw draw{&v_, {options_.seed, of_visible_, 0}};
  math::sample_means(view(x), rbm_->visible(), draw);
  if (const Index labels = rbm_->labels()) {
    std::fill_n(labels_.data(), labels_.size(), 1.0f / static_cast<float>(labels));
    math::sample_softmax(view(labels_), 0, labels, draw, rbm_->visible());
  }
}

void AisPath::start_at(const ExactSamples& samples) {
  (samples.of_hidden() ? h_ : v_) = samples.states();
  if (samples.of_hidden()) draw_visible(1, 0);
}

// v given h_ at a beta; the base's exact sample at 0, where h_ does not matter.
void AisPath::draw_visible(double at, std::uint64_t step) {
  const Index visible = rbm_->visible(), labels = rbm_->labels();
  math::Workspace workspace;
  math::Outcome outcome{visible, 1, {&v_, {options_.seed, of_visible_, step}}};
  if (labels) outcome.rest = &labels_;
  if (at > 0) {
    // (1 - beta) b_A + beta (b + W h), whose factor beta is the inverse temperature.
    outcome.inverse_temperature = static_cast<float>(at);
    bias_ = rbm_->b() + base_ * static_cast<float>((1 - at) / at);
  } else {
    bias_ = base_;
  }
  math::draw_given(h_, {rbm_->W(), true}, bias_, outcome, workspace);
  if (!labels) return;
  math::softmax_means(labels_, 0, labels, outcome.inverse_temperature);
  math::sample_softmax(view(labels_), 0, labels, outcome.draw, visible);
}

void AisPath::read_hidden_inputs() {
  math::fill_rows(rbm_->c(), pre_);
  math::Workspace workspace;
  math::add_product(v_, rbm_->W(), pre_, workspace);
}

void AisPath::draw(double at, std::uint64_t step) {
  math::sample_bernoulli(pre_, rbm_->hidden(), static_cast<float>(at), {&h_, {options_.seed, of_hidden_, step}});
  draw_visible(at, step);
}

void AisPath::move(double at, std::uint64_t step) {
  read_hidden_inputs();
  draw(at, step);
}

void AisPath::walk(double from, double to, double at, std::uint64_t step) {
  read_hidden_inputs();
  math::parallel_for(options_.runs, [&](Index r) {
    double of_bias = 0;
    for (Index w = 0; w < v_.words_per_row(); ++w)
      for (std::uint64_t bits = v_.row(r)[w]; bits; bits &= bits - 1) {
        const Index i = w * 64 + std::countr_zero(bits);
        of_bias += static_cast<double>(rbm_->b()[i]) - static_cast<double>(base_[i]);
      }
    const Index hidden = rbm_->hidden();
    log_weights_[static_cast<std::size_t>(r)] += (to - from) * of_bias +
                                                 math::sum_softplus(pre_.row(r), nullptr, hidden, static_cast<float>(to)) -
                                                 math::sum_softplus(pre_.row(r), nullptr, hidden, static_cast<float>(from));
  });
  if (at > 0) draw(at, step);
}

AisLogPartition::AisLogPartition(const Rbm& rbm, const AisOptions& options, const VectorD* base_rates)
    : path_(rbm, options, base_rates, Stream::chain_hidden, Stream::chain_visible) {
  path_.start_at_base();
}

bool AisLogPartition::step() {
  const Index betas = path_.options().betas;
  if (k_ == betas) return false;
  const double before = path_.beta(k_), now = path_.beta(k_ + 1);
  ++k_;
  path_.walk(before, now, k_ < betas ? now : 0, static_cast<std::uint64_t>(k_));
  return true;
}

double AisLogPartition::done() const { return static_cast<double>(k_) / static_cast<double>(path_.options().betas); }

LogPartition AisLogPartition::estimate() const {
  const LogMean mean = log_mean_of(log_weights(), 1);
  const double log_z = log_z_base() + mean.log_mean;
  return {log_z, log_z + three_errors_below(mean.error), log_z + three_errors_above(mean.error)};
}

ReverseAis::ReverseAis(const Rbm& rbm, const AisOptions& options, const VectorD* base_rates, const Dataset* starts)
    : ReverseAis(rbm, options, is_enumerable(rbm.shape()) ? ReverseStart::exact : ReverseStart::chains, base_rates, starts) {}

ReverseAis::ReverseAis(const Rbm& rbm, const AisOptions& options, ReverseStart start, const VectorD* base_rates,
                       const Dataset* starts)
    : path_(rbm, options, base_rates, Stream::reverse_hidden, Stream::reverse_visible), start_(start), k_(options.betas) {
  if (starts && starts->width() != rbm.visible())
    throw std::out_of_range("the data set that chains start at has " + std::to_string(starts->width()) +
                            " values an example, and the model " + std::to_string(rbm.visible()) + " visible units");
  if (start == ReverseStart::exact) {
    samples_.emplace(rbm, options.runs, options.seed, Stream::reverse_start);
    // A state of the enumeration takes one product, a step of a run two.
    start_work_ = samples_->blocks() * 1024 / (2 * static_cast<double>(options.runs));
    return;
  }
  chain_steps_ = options.start_steps < 0 ? options.betas : options.start_steps;
  start_work_ = static_cast<double>(chain_steps_);
  if (!starts) {
    path_.start_at_base();
    return;
  }
  std::vector<std::uint32_t> which;
  for (Index r = 0; r < options.runs; ++r)
    which.push_back(static_cast<std::uint32_t>(static_cast<std::uint64_t>(r) * static_cast<std::uint64_t>(starts->count()) /
                                               static_cast<std::uint64_t>(options.runs)));
  Matrix x(options.runs, rbm.visible());
  starts->read(which, x);
  check_examples("the data set that chains start at", view(x), rbm.visible());
  path_.start_at(x);
}

bool ReverseAis::step() {
  if (samples_) {
    if (samples_->step()) {
      start_done_ = samples_->done() * start_work_;
    } else {
      path_.start_at(*samples_);
      samples_.reset();
    }
    return true;
  }
  const Index betas = path_.options().betas;
  if (chain_steps_ > 0) {
    // Past the numbers of the walk.
    path_.move(1, static_cast<std::uint64_t>(betas) + static_cast<std::uint64_t>(chain_steps_));
    --chain_steps_;
    ++start_done_;
    return true;
  }
  if (k_ == 0) return false;
  const double above = path_.beta(k_), now = path_.beta(k_ - 1);
  --k_;
  path_.walk(now, above, now, static_cast<std::uint64_t>(k_) + 1);
  return true;
}

double ReverseAis::done() const {
  const auto betas = static_cast<double>(path_.options().betas);
  return (start_done_ + betas - static_cast<double>(k_)) / (start_work_ + betas);
}

LogPartition ReverseAis::estimate() const {
  const LogMean mean = log_mean_of(log_weights(), -1);
  const double log_z = log_z_base() - mean.log_mean;
  return {log_z, log_z - three_errors_above(mean.error), log_z - three_errors_below(mean.error)};
}

std::string disagreement(const LogPartition& forward, const LogPartition& reverse, ReverseStart start) {
  constexpr double most = 1;
  const double apart = reverse.log_z - forward.log_z;
  if (std::abs(apart) <= most) return {};
  char nats[32];
  std::snprintf(nats, sizeof nats, "%.1f", std::abs(apart));
  return "forward and reverse annealing disagree by " + std::string(nats) + " nats: " +
         (apart > 0 ? "log Z is likely higher than the forward estimate, and a likelihood from that flatters the model. "
          : start == ReverseStart::chains
              ? "the chains that the reverse runs start from have likely not reached the model's distribution. "
              : "neither estimate is to be trusted. ") +
         "More betas bring them together";
}

}  // namespace wakesleep
