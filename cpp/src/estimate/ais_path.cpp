#include "estimate/ais_path.h"

#include <algorithm>
#include <bit>

#include "estimate/annealing.h"
#include "math/scalar.h"
#include "math/thread_pool.h"
#include "wakesleep/refusal.h"

namespace wakesleep {
namespace {

// b_A.
Vector base_bias(const Rbm& rbm, const AisOptions& options, const VectorD* base_rates) {
  Vector base = Vector::Zero(rbm.width());
  switch (base_of(options, base_rates)) {
    case AisBase::biases:
      return rbm.b();
    case AisBase::data:
      base.head(rbm.visible()) = base_biases(*visible_layer(rbm).type, *base_rates, rbm.b().head(rbm.visible()));
      return base;
    case AisBase::uniform:
      return base;
  }
  return base;
}

}  // namespace

AisPath::AisPath(const Rbm& rbm, const AisOptions& options, const VectorD* base_rates, Stream hidden,
                 Stream visible_stream, Index first)
    : rbm_(&rbm),
      options_(options),
      seed_(options.seed.value_or(rbm.seed())),
      of_hidden_(hidden),
      of_visible_(visible_stream),
      first_(static_cast<std::uint32_t>(first)),
      plain_(rbm.is_bernoulli()) {
  check_energy(rbm);
  check_normalisable(rbm);
  const Layer v = visible_layer(rbm), h = hidden_layer(rbm);
  if (v.type->documents()) {
    if (!options.words) refuse({{"words", "words must be given: documents of every length have a log Z of their own"}});
    words_.assign(static_cast<std::size_t>(options.runs), static_cast<float>(*options.words));
  }
  base_ = base_bias(rbm, options, base_rates);
  v_.resize(v.binary(), options.runs, rbm.width());
  h_.resize(h.binary(), options.runs, rbm.hidden());
  pre_.resize(options.runs, rbm.hidden());
  labels_.resize(options.runs, rbm.labels());
  log_weights_.assign(static_cast<std::size_t>(options.runs), 0);

  // log Z of the base: every unit at its bias alone.
  if (plain_) {
    log_z_base_ = static_cast<double>(rbm.hidden()) * math::log(2);
    for (Index i = 0; i < rbm.visible(); ++i) log_z_base_ += math::softplus(static_cast<double>(base_[i]));
  } else {
    const auto at_bias = [](Layer layer, const Vector& bias, const float* words) {
      layer.side.bias = bias.data();
      const Matrix input = bias.head(layer.side.count).transpose();
      VectorD sum = VectorD::Zero(1);
      layer.type->add_log_partition(layer.side, view(input), 1, words, nullptr, sum);
      return sum[0];
    };
    log_z_base_ =
        at_bias(h, Vector::Zero(rbm.hidden()), nullptr) + at_bias(v, base_, words_.empty() ? nullptr : words_.data());
  }
  if (rbm.labels()) log_z_base_ += math::log_sum_exp(base_.data() + rbm.visible(), rbm.labels());
}

double AisPath::cost(const Rbm& rbm) {
  const auto weights = static_cast<double>(rbm.W().size()), units = static_cast<double>(rbm.width() + rbm.hidden());
  return rbm.is_bernoulli() ? weights / 3 + 40 * units : weights + 100 * units;
}

double AisPath::beta(Index k) const {
  return betas_.empty() ? beta_at(options_, k) : betas_.at(static_cast<std::size_t>(k));
}

void AisPath::start_at_base() {
  h_.resize(h_.binary, options_.runs, rbm_->hidden());
  // At beta 0 the hidden states count 0 times, which a NaN in fresh memory would not.
  std::fill_n(h_.real.data(), h_.real.size(), 0.0f);
  draw_visible(0, 0);
}

void AisPath::start_at(const Matrix& x) {
  const Layer v = visible_layer(*rbm_);
  const math::Place place{seed_, of_visible_, 0, first_};
  v.type->draw_from_means(v.side, view(x), place, v_);
  const Index labels = rbm_->labels();
  if (!labels) return;
  std::fill_n(labels_.data(), labels_.size(), 1.0f / static_cast<float>(labels));
  BitMatrix states(options_.runs, labels);
  math::sample_softmax(view(labels_), 0, labels, {&states, place}, 0);
  for (Index r = 0; r < options_.runs; ++r)
    for (Index y = 0; y < labels; ++y) v_.set(r, rbm_->visible() + y, states.get(r, y));
}

void AisPath::start_at(const ExactSamples& samples, Index first) {
  (samples.of_hidden() ? h_ : v_).take_rows(samples.states(), first, options_.runs);
  if (samples.of_hidden()) draw_visible(1, 0);
}

// Draws v given h_ at a beta. At 0, where h_ does not matter, that is an exact sample of the base.
void AisPath::draw_visible(double at, std::uint64_t step) {
  if (!plain_) return draw_visible_units(at, step);
  const Index visible = rbm_->visible(), labels = rbm_->labels();
  math::Workspace workspace;
  math::Outcome outcome{visible, 1, {&v_.bits, {seed_, of_visible_, step, first_}}};
  if (labels) outcome.rest = &labels_;
  if (at > 0) {
    // (1 - beta) b_A + beta (b + W h), whose factor beta is the inverse temperature.
    outcome.inverse_temperature = static_cast<float>(at);
    bias_ = rbm_->b() + base_ * static_cast<float>((1 - at) / at);
  } else {
    bias_ = base_;
  }
  math::draw_given(h_.bits, {rbm_->W(), true}, bias_, outcome, workspace);
  if (!labels) return;
  math::softmax_means(labels_, 0, labels, outcome.inverse_temperature);
  math::sample_softmax(view(labels_), 0, labels, outcome.draw, visible);
}

void AisPath::bias_at(double at) {
  bias_ = rbm_->b() * static_cast<float>(at) + base_ * static_cast<float>(1 - at);
  hidden_bias_ = rbm_->c() * static_cast<float>(at);
}

// a = b_beta + beta W h.
void AisPath::draw_visible_units(double at, std::uint64_t step) {
  const Layer v = visible_layer(*rbm_);
  sampler_.inputs(v, hidden_layer(*rbm_), h_, {rbm_->W(), true}, nullptr, scaled_);
  bias_at(at);
  for (Index r = 0; r < scaled_.rows(); ++r)
    for (Index i = 0; i < scaled_.cols(); ++i)
      scaled_(r, i) = bias_[i] + static_cast<float>(at) * (scaled_(r, i) - rbm_->b()[i]);
  LayerDraw draw{1, &v_, {seed_, of_visible_, step, first_}};
  draw.size = words_.empty() ? nullptr : words_.data();
  sampler_.draw_from(v, scaled_, draw);
}

void AisPath::read_hidden_inputs() {
  sampler_.inputs(hidden_layer(*rbm_), visible_layer(*rbm_), v_, rbm_->W(), words_.empty() ? nullptr : words_.data(),
                  pre_);
}

void AisPath::draw_units(double at, std::uint64_t step) {
  const Layer h = hidden_layer(*rbm_);
  scaled_.resize(pre_.rows(), pre_.cols());
  for (Index i = 0; i < pre_.size(); ++i) scaled_.data()[i] = static_cast<float>(at) * pre_.data()[i];
  LayerDraw draw{1, &h_, {seed_, of_hidden_, step, first_}};
  sampler_.draw_from(h, scaled_, draw);
  draw_visible(at, step);
}

void AisPath::draw(double at, std::uint64_t step) {
  if (!plain_) return draw_units(at, step);
  math::sample_bernoulli(pre_, rbm_->hidden(), static_cast<float>(at), {&h_.bits, {seed_, of_hidden_, step, first_}});
  draw_visible(at, step);
}

void AisPath::move(double at, std::uint64_t step) {
  read_hidden_inputs();
  draw(at, step);
}

// Adds sign * log p*_at(v).
void AisPath::add_log_weights(double at, double sign) {
  bias_at(at);
  Layer v = visible_layer(*rbm_), h = hidden_layer(*rbm_);
  v.side.bias = bias_.data();
  h.side.bias = hidden_bias_.data();
  const Matrix states = v_.values(rbm_->width());
  VectorD energy = VectorD::Zero(options_.runs), of_hidden = VectorD::Zero(options_.runs);
  v.type->add_energy(v.side, view(states), nullptr, energy);
  for (Index r = 0; r < options_.runs; ++r)
    for (Index i = rbm_->visible(); i < rbm_->width(); ++i)
      energy[r] -= static_cast<double>(bias_[i]) * static_cast<double>(states(r, i));
  scaled_.resize(pre_.rows(), pre_.cols());
  for (Index i = 0; i < pre_.size(); ++i) scaled_.data()[i] = static_cast<float>(at) * pre_.data()[i];
  h.type->add_log_partition(h.side, view(scaled_), 1, nullptr, words_.empty() ? nullptr : words_.data(), of_hidden);
  for (Index r = 0; r < options_.runs; ++r)
    log_weights_[static_cast<std::size_t>(r)] += sign * (of_hidden[r] - energy[r]);
}

void AisPath::walk(double from, double to, double at, std::uint64_t step) {
  read_hidden_inputs();
  if (!plain_) {
    add_log_weights(to, 1);
    add_log_weights(from, -1);
    if (at > 0) draw(at, step);
    return;
  }
  const BitMatrix& v = v_.bits;
  math::parallel_for(options_.runs, 40.0 * static_cast<double>(rbm_->hidden()), [&](Index r) {
    double of_bias = 0;
    for (Index w = 0; w < v.words_per_row(); ++w)
      for (std::uint64_t bits = v.row(r)[w]; bits; bits &= bits - 1) {
        const Index i = w * 64 + std::countr_zero(bits);
        of_bias += static_cast<double>(rbm_->b()[i]) - static_cast<double>(base_[i]);
      }
    const Index hidden = rbm_->hidden();
    log_weights_[static_cast<std::size_t>(r)] +=
        (to - from) * of_bias + math::sum_softplus(pre_.row(r), nullptr, hidden, static_cast<float>(to)) -
        math::sum_softplus(pre_.row(r), nullptr, hidden, static_cast<float>(from));
  });
  if (at > 0) draw(at, step);
}

}  // namespace wakesleep
