#include "wakesleep/gibbs.h"

#include <bit>
#include <cmath>
#include <stdexcept>
#include <string>

#include "models/layer.h"

namespace wakesleep {
namespace {

constexpr Index most_chains = Index{1} << 20;

Index checked_chains(Index chains) {
  if (chains < 1 || chains > most_chains)
    throw std::out_of_range("chains must be 1 to " + std::to_string(most_chains) + ", not " + std::to_string(chains));
  return chains;
}

}  // namespace

GibbsChains::GibbsChains(GibbsChains&&) = default;
GibbsChains& GibbsChains::operator=(GibbsChains&&) = default;
GibbsChains::~GibbsChains() = default;

GibbsChains::GibbsChains(const Rbm& rbm, Index chains, std::uint64_t seed, Index words)
    : rbm_(&rbm), seed_(seed), mean_v_(checked_chains(chains), rbm.width()), sampler_(std::make_unique<LayerSampler>()) {
  const Layer v = visible_layer(rbm);
  const math::Place place{seed_, Stream::chain_start, 0};
  v_.resize(v.binary(), chains, rbm.width());
  h_.resize(hidden_layer(rbm).binary(), chains, rbm.hidden());
  if (v.side.units.type == UnitType::replicated_softmax) {
    if (words < 1 || words > 1'000'000)
      throw std::out_of_range("chains of word counts need the words of a document, 1 to 1,000,000, not " + std::to_string(words));
    words_.assign(static_cast<std::size_t>(chains), static_cast<float>(words));
  }
  if (v.side.units.type == UnitType::bernoulli) {
    mean_v_.setConstant(0.5f);
    math::sample_means(view(mean_v_), rbm.visible(), {&v_.bits, place});
  } else {
    Scratch a;
    a.resize(chains, rbm.width());
    std::fill_n(a.data(), a.size(), 0.0f);
    if (v.side.variance) math::fill_rows(rbm.b(), a);
    v.type->sample(v.side, a, 1, words_.data(), {&v_.bits, place});
    if (!v_.binary) std::copy_n(a.data(), a.size(), v_.real.data());
    mean_v_ = view(a);
  }
  if (rbm.labels()) {
    mean_v_.rightCols(rbm.labels()).setConstant(1.0f / static_cast<float>(rbm.labels()));
    BitMatrix labels(chains, rbm.width());
    math::sample_softmax(view(mean_v_), rbm.visible(), rbm.labels(), {&labels, place}, rbm.visible());
    for (Index r = 0; r < chains; ++r)
      for (Index i = rbm.visible(); i < rbm.width(); ++i) v_.set(r, i, labels.get(r, i));
  }
}

void GibbsChains::set_visible(const MatrixView& x) {
  const Layer v = visible_layer(*rbm_);
  if (x.cols() != rbm_->visible())
    throw std::out_of_range("x must have " + std::to_string(rbm_->visible()) + " values a row, not " + std::to_string(x.cols()));
  v.type->check_values("x", v.side, x);
  if (x.rows() != chains() && x.rows() != 1)
    throw std::out_of_range("x must have 1 row or " + std::to_string(chains()) + ", one a chain, not " +
                            std::to_string(x.rows()));
  const std::vector<int> labels_now = labels();
  if (x.rows() == 1) {
    for (Index r = 0; r < chains(); ++r) mean_v_.row(r).head(x.cols()) = x.row(0);
  } else {
    mean_v_.leftCols(x.cols()) = x;
  }
  if (v.side.units.type == UnitType::bernoulli) {
    math::sample_means(view(mean_v_), rbm_->visible(), {&v_.bits, {seed_, Stream::chain_start, step_ + 1}});
  } else {
    for (Index r = 0; r < chains(); ++r)
      for (Index i = 0; i < rbm_->visible(); ++i) v_.set(r, i, mean_v_(r, i));
    if (!words_.empty()) count_words(v, view(mean_v_), words_);
  }
  for (std::size_t r = 0; r < labels_now.size(); ++r) v_.set(static_cast<Index>(r), rbm_->visible() + labels_now[r], 1);
  apply_clamps();
}

void GibbsChains::clamp(const MatrixView& mask, const MatrixView& values) {
  const Layer v = visible_layer(*rbm_);
  const Index visible = rbm_->visible();
  const auto check = [&](const char* name, const MatrixView& x) {
    if (x.cols() != visible || (x.rows() != 1 && x.rows() != chains()))
      throw std::out_of_range(std::string(name) + " must be 1 x " + std::to_string(visible) + " or " +
                              std::to_string(chains()) + " x " + std::to_string(visible) + ", not " +
                              std::to_string(x.rows()) + " x " + std::to_string(x.cols()));
  };
  check("mask", mask);
  check("values", values);
  if (!words_.empty()) throw std::out_of_range("counts of words cannot be clamped one by one: a document's length is what is held");
  BitMatrix held(chains(), rbm_->width());
  Matrix at = Matrix::Zero(chains(), visible);
  for (Index r = 0; r < chains(); ++r) {
    for (Index c = 0; c < visible; ++c) {
      if (mask(mask.rows() == 1 ? 0 : r, c) == 0) continue;
      const float value = values(values.rows() == 1 ? 0 : r, c);
      if (v_.binary && value != 0 && value != 1)
        throw std::out_of_range("clamped values must be 0 or 1: column " + std::to_string(c) + " is " + std::to_string(value));
      held.set(r, c, true);
      at(r, c) = value;
    }
    Index first = 0;
    for (const Index size : v.side.units.groups) {
      int held_units = 0, on = 0;
      for (Index c = first; c < first + size; ++c) {
        held_units += held.get(r, c);
        on += at(r, c) == 1;
      }
      if (held_units != 0 && (held_units != size || on != 1))
        throw std::out_of_range("a softmax group is clamped whole, with one unit on: columns " + std::to_string(first) + " to " +
                                std::to_string(first + size - 1) + " are not");
      first += size;
    }
  }
  if (!v_.binary) v.type->check_values("clamped values", v.side, view(at));
  clamp_mask_ = std::move(held);
  clamp_values_ = std::move(at);
  apply_clamps();
}

void GibbsChains::release() {
  clamp_mask_ = BitMatrix();
  clamp_values_ = Matrix();
}

void GibbsChains::clamp_labels(const std::vector<int>& labels) {
  if (!rbm_->labels()) throw std::invalid_argument("this model has no label units");
  if (labels.size() != 1 && labels.size() != static_cast<std::size_t>(chains()))
    throw std::out_of_range("label must be one for all chains or " + std::to_string(chains()) + ", one each, not " +
                            std::to_string(labels.size()));
  for (const int label : labels)
    if (label < -1 || label >= rbm_->labels())
      throw std::out_of_range("label must be 0 to " + std::to_string(rbm_->labels() - 1) + ", or none, not " +
                              std::to_string(label));
  clamped_labels_.assign(static_cast<std::size_t>(chains()), labels[0]);
  if (labels.size() > 1) clamped_labels_ = labels;
  apply_clamps();
}

std::vector<int> GibbsChains::labels() const {
  std::vector<int> result;
  if (!rbm_->labels()) return result;
  for (Index r = 0; r < chains(); ++r) {
    int on = 0;
    for (Index y = 0; y < rbm_->labels(); ++y)
      if (v_.get(r, rbm_->visible() + y) != 0) on = static_cast<int>(y);
    result.push_back(on);
  }
  return result;
}

void GibbsChains::apply_clamps() {
  if (clamp_mask_.rows() > 0)
    for (Index r = 0; r < chains(); ++r)
      for (Index w = 0; w < clamp_mask_.words_per_row(); ++w)
        for (std::uint64_t bits = clamp_mask_.row(r)[w]; bits; bits &= bits - 1) {
          const Index c = w * 64 + std::countr_zero(bits);
          v_.set(r, c, clamp_values_(r, c));
          mean_v_(r, c) = clamp_values_(r, c);
        }
  for (std::size_t i = 0; i < clamped_labels_.size(); ++i) {
    if (clamped_labels_[i] < 0) continue;
    const auto r = static_cast<Index>(i);
    for (Index y = 0; y < rbm_->labels(); ++y) {
      const float on = y == clamped_labels_[i] ? 1.0f : 0.0f;
      v_.set(r, rbm_->visible() + y, on);
      mean_v_(r, rbm_->visible() + y) = on;
    }
  }
}

void GibbsChains::step(Index count, double temperature) {
  if (!(temperature > 0) || !std::isfinite(temperature))
    throw std::out_of_range("temperature must be above 0, not " + std::to_string(temperature));
  const auto scale = static_cast<float>(1 / temperature);
  const Layer v = visible_layer(*rbm_), h = hidden_layer(*rbm_);
  const float* const words = words_.empty() ? nullptr : words_.data();
  for (Index i = 0; i < count; ++i) {
    LayerDraw of_h{scale, &h_, {seed_, Stream::chain_hidden, step_}};
    of_h.size = words;
    sampler_->draw(h, v, v_, rbm_->W(), of_h);
    LayerDraw of_v{scale, &v_, {seed_, Stream::chain_visible, step_}};
    of_v.size = words;
    if (i + 1 == count) {
      of_v.means = mean_v_.data();
      of_v.means_stride = mean_v_.cols();
      of_v.mean_rows = chains();
    }
    sampler_->draw(v, h, h_, {rbm_->W(), true}, of_v);
    apply_clamps();
    ++step_;
  }
}

}  // namespace wakesleep
