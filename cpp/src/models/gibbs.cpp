#include "wakesleep/gibbs.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "models/clamps.h"
#include "models/layer.h"
#include "wakesleep/dbn.h"

namespace wakesleep {

struct GibbsChains::State {
  State(const Rbm& of, Index chains, std::uint64_t random_seed, Index first_chain)
      : rbm(&of),
        seed(random_seed),
        first(static_cast<std::uint32_t>(first_chain)),
        mean_v(checked_chains(chains), of.width()) {}
  void begin_at(const MatrixView& x, bool drawn);
  void draw_labels();
  void apply_clamps() {
    clamps.apply(v, mean_v);
    clamps.apply_labels(v, rbm->visible(), rbm->labels(), &mean_v);
  }

  const Rbm* rbm;
  std::uint64_t seed;
  std::uint32_t first;
  std::uint64_t step = 0;
  LayerStates v, h;
  Matrix mean_v;
  std::vector<float> words;  // by chain; of a replicated softmax
  Clamps clamps;
  LayerSampler sampler;
};

GibbsChains::GibbsChains(GibbsChains&&) noexcept = default;
GibbsChains& GibbsChains::operator=(GibbsChains&&) noexcept = default;
GibbsChains::~GibbsChains() = default;

Index GibbsChains::chains() const { return state_->v.rows(); }
std::uint64_t GibbsChains::steps() const { return state_->step; }
const LayerStates& GibbsChains::v_states() const { return state_->v; }
const LayerStates& GibbsChains::h_states() const { return state_->h; }
const Matrix& GibbsChains::mean_v() const { return state_->mean_v; }

GibbsChains::GibbsChains(const Rbm& rbm, Index chains, std::uint64_t seed, Index words, Index first)
    : state_(std::make_unique<State>(rbm, chains, seed, first)) {
  State& s = *state_;
  const Layer v = visible_layer(rbm);
  const math::Place place{seed, Stream::chain_start, 0, s.first};
  s.h.resize(hidden_layer(rbm).binary(), chains, rbm.hidden());
  s.words = words_of_documents(v, chains, words);
  Scratch means;
  draw_without_input(v, chains, s.words.data(), place, s.v, means);
  s.mean_v = view(means);
  if (rbm.labels()) {
    s.mean_v.rightCols(rbm.labels()).setConstant(1.0f / static_cast<float>(rbm.labels()));
    BitMatrix labels(chains, rbm.width());
    math::sample_softmax(view(s.mean_v), rbm.visible(), rbm.labels(), {&labels, place}, rbm.visible());
    for (Index r = 0; r < chains; ++r)
      for (Index i = rbm.visible(); i < rbm.width(); ++i) s.v.set(r, i, labels.get(r, i));
  }
}

void GibbsChains::set_visible(const MatrixView& x) { state_->begin_at(x, false); }
void GibbsChains::draw_visible(const MatrixView& means) { state_->begin_at(means, true); }

void GibbsChains::State::begin_at(const MatrixView& x, bool drawn) {
  const Layer layer = visible_layer(*rbm);
  const Index chains = v.rows();
  if (x.cols() != rbm->visible())
    throw std::out_of_range("x must have " + std::to_string(rbm->visible()) + " values a row, not " +
                            std::to_string(x.cols()));
  layer.type->check_values("x", layer.side, x);
  if (x.rows() != chains && x.rows() != 1)
    throw std::out_of_range("x must have 1 row or " + std::to_string(chains) + ", one a chain, not " +
                            std::to_string(x.rows()));
  const std::vector<int> labels_now = labels_on(v, rbm->visible(), rbm->labels());
  if (x.rows() == 1) {
    for (Index r = 0; r < chains; ++r) mean_v.row(r).head(x.cols()) = x.row(0);
  } else {
    mean_v.leftCols(x.cols()) = x;
  }
  if (drawn) {
    v.resize(layer.binary(), chains, rbm->width());
    layer.type->draw_from_means(layer.side, view(mean_v), {seed, Stream::chain_start, step + 1, first}, v);
  } else {
    const auto is_bit = [](float value) { return value == 0 || value == 1; };
    v.resize(layer.binary() && std::all_of(x.data(), x.data() + x.size(), is_bit), chains, rbm->width());
    for (Index r = 0; r < chains; ++r)
      for (Index i = 0; i < rbm->width(); ++i) v.set(r, i, i < rbm->visible() ? mean_v(r, i) : 0);
  }
  words_of(layer, view(mean_v), words);
  for (std::size_t r = 0; r < labels_now.size(); ++r) v.set(static_cast<Index>(r), rbm->visible() + labels_now[r], 1);
  draw_labels();
  apply_clamps();
}

// Chains begin with a label that their images go with: drawn from p(y | v), where the model has it.
void GibbsChains::State::draw_labels() {
  if (!rbm->labels() || !rbm->has_energy()) return;
  const Index visible = rbm->visible(), labels = rbm->labels();
  mean_v.rightCols(labels) = label_probabilities(rbm->label_free_energy(view(v.values(visible))));
  BitMatrix drawn(v.rows(), rbm->width());
  math::sample_softmax(view(mean_v), visible, labels, {&drawn, {seed, Stream::chain_start, step + 1, first}}, visible);
  for (Index r = 0; r < v.rows(); ++r)
    for (Index i = visible; i < rbm->width(); ++i) v.set(r, i, drawn.get(r, i));
}

void GibbsChains::clamp(const MatrixView& mask, const MatrixView& values) {
  State& s = *state_;
  const Layer v = visible_layer(*s.rbm);
  if (!s.words.empty())
    throw std::out_of_range("counts of words cannot be clamped one by one: a document's length is what is held");
  Clamps held = s.clamps;
  held.hold(mask, values, chains(), s.rbm->visible(), v.side.units);
  s.clamps = std::move(held);
  s.apply_clamps();
}

void GibbsChains::release() { state_->clamps.release(); }

void GibbsChains::clamp_labels(const std::vector<int>& labels) {
  state_->clamps.hold_labels(labels, chains(), state_->rbm->labels());
  state_->apply_clamps();
}

std::vector<int> GibbsChains::labels() const {
  return labels_on(state_->v, state_->rbm->visible(), state_->rbm->labels());
}

void GibbsChains::step(Index count, double temperature) {
  State& s = *state_;
  const float scale = checked_inverse(temperature);
  const Layer v = visible_layer(*s.rbm), h = hidden_layer(*s.rbm);
  const float* const words = s.words.empty() ? nullptr : s.words.data();
  for (Index i = 0; i < count; ++i) {
    LayerDraw of_h{scale, &s.h, {s.seed, Stream::chain_hidden, s.step, s.first}};
    of_h.size = words;
    s.sampler.draw(h, v, s.v, s.rbm->W(), of_h);
    LayerDraw of_v{scale, &s.v, {s.seed, Stream::chain_visible, s.step, s.first}};
    of_v.size = words;
    if (i + 1 == count) {
      of_v.means = s.mean_v.data();
      of_v.means_stride = s.mean_v.cols();
      of_v.mean_rows = chains();
    }
    s.sampler.draw(v, h, s.h, {s.rbm->W(), true}, of_v);
    s.apply_clamps();
    ++s.step;
  }
}

}  // namespace wakesleep
