#include "wakesleep/gibbs.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "models/layer.h"
#include "wakesleep/dbn.h"

namespace wakesleep {

GibbsChains::GibbsChains(GibbsChains&&) = default;
GibbsChains& GibbsChains::operator=(GibbsChains&&) = default;
GibbsChains::~GibbsChains() = default;

GibbsChains::GibbsChains(const Rbm& rbm, Index chains, std::uint64_t seed, Index words, Index first)
    : rbm_(&rbm),
      seed_(seed),
      first_(static_cast<std::uint32_t>(first)),
      mean_v_(checked_chains(chains), rbm.width()),
      sampler_(std::make_unique<LayerSampler>()) {
  const Layer v = visible_layer(rbm);
  const math::Place place{seed_, Stream::chain_start, 0, first_};
  h_.resize(hidden_layer(rbm).binary(), chains, rbm.hidden());
  words_ = words_of_documents(v, chains, words);
  Scratch means;
  draw_without_input(v, chains, words_.data(), place, v_, means);
  mean_v_ = view(means);
  if (rbm.labels()) {
    mean_v_.rightCols(rbm.labels()).setConstant(1.0f / static_cast<float>(rbm.labels()));
    BitMatrix labels(chains, rbm.width());
    math::sample_softmax(view(mean_v_), rbm.visible(), rbm.labels(), {&labels, place}, rbm.visible());
    for (Index r = 0; r < chains; ++r)
      for (Index i = rbm.visible(); i < rbm.width(); ++i) v_.set(r, i, labels.get(r, i));
  }
}

void GibbsChains::set_visible(const MatrixView& x) { begin_at(x, false); }
void GibbsChains::draw_visible(const MatrixView& means) { begin_at(means, true); }

void GibbsChains::begin_at(const MatrixView& x, bool drawn) {
  const Layer v = visible_layer(*rbm_);
  if (x.cols() != rbm_->visible())
    throw std::out_of_range("x must have " + std::to_string(rbm_->visible()) + " values a row, not " +
                            std::to_string(x.cols()));
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
  if (drawn) {
    v_.resize(v.binary(), chains(), rbm_->width());
    v.type->draw_from_means(v.side, view(mean_v_), {seed_, Stream::chain_start, step_ + 1, first_}, v_);
  } else {
    const auto is_bit = [](float value) { return value == 0 || value == 1; };
    v_.resize(v.binary() && std::all_of(x.data(), x.data() + x.size(), is_bit), chains(), rbm_->width());
    for (Index r = 0; r < chains(); ++r)
      for (Index i = 0; i < rbm_->width(); ++i) v_.set(r, i, i < rbm_->visible() ? mean_v_(r, i) : 0);
  }
  words_of(v, view(mean_v_), words_);
  for (std::size_t r = 0; r < labels_now.size(); ++r) v_.set(static_cast<Index>(r), rbm_->visible() + labels_now[r], 1);
  draw_labels();
  apply_clamps();
}

// Chains begin with a label that their images go with: drawn from p(y | v), where the model has it.
void GibbsChains::draw_labels() {
  if (!rbm_->labels() || !rbm_->has_energy()) return;
  const Index visible = rbm_->visible(), labels = rbm_->labels();
  mean_v_.rightCols(labels) = label_probabilities(rbm_->label_free_energy(view(v_.values(visible))));
  BitMatrix drawn(chains(), rbm_->width());
  math::sample_softmax(view(mean_v_), visible, labels, {&drawn, {seed_, Stream::chain_start, step_ + 1, first_}},
                       visible);
  for (Index r = 0; r < chains(); ++r)
    for (Index i = visible; i < rbm_->width(); ++i) v_.set(r, i, drawn.get(r, i));
}

void GibbsChains::clamp(const MatrixView& mask, const MatrixView& values) {
  const Layer v = visible_layer(*rbm_);
  if (!words_.empty())
    throw std::out_of_range("counts of words cannot be clamped one by one: a document's length is what is held");
  Clamps held = clamps_;
  held.hold(mask, values, chains(), rbm_->visible(), v.side.units);
  clamps_ = std::move(held);
  apply_clamps();
}

void GibbsChains::release() { clamps_.release(); }

void GibbsChains::clamp_labels(const std::vector<int>& labels) {
  clamps_.hold_labels(labels, chains(), rbm_->labels());
  apply_clamps();
}

std::vector<int> GibbsChains::labels() const { return labels_on(v_, rbm_->visible(), rbm_->labels()); }

void GibbsChains::apply_clamps() {
  clamps_.apply(v_, mean_v_);
  clamps_.apply_labels(v_, rbm_->visible(), rbm_->labels(), &mean_v_);
}

void GibbsChains::step(Index count, double temperature) {
  const float scale = checked_inverse(temperature);
  const Layer v = visible_layer(*rbm_), h = hidden_layer(*rbm_);
  const float* const words = words_.empty() ? nullptr : words_.data();
  for (Index i = 0; i < count; ++i) {
    LayerDraw of_h{scale, &h_, {seed_, Stream::chain_hidden, step_, first_}};
    of_h.size = words;
    sampler_->draw(h, v, v_, rbm_->W(), of_h);
    LayerDraw of_v{scale, &v_, {seed_, Stream::chain_visible, step_, first_}};
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
