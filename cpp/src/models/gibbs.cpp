#include "wakesleep/gibbs.h"

#include <stdexcept>
#include <string>

#include "models/clamps.h"
#include "models/layer.h"

namespace wakesleep {

struct GibbsChains::State {
  State(const Rbm& of, Index chains, std::uint64_t random_seed, Index first_chain)
      : rbm(&of),
        seed(random_seed),
        first(static_cast<std::uint32_t>(first_chain)),
        mean_v(checked_chains(chains), of.width()) {}
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

void GibbsChains::set_visible(const MatrixView& x) {
  State& s = *state_;
  const Layer v = visible_layer(*s.rbm);
  if (x.cols() != s.rbm->visible())
    throw std::out_of_range("x must have " + std::to_string(s.rbm->visible()) + " values a row, not " +
                            std::to_string(x.cols()));
  v.type->check_values("x", v.side, x);
  if (x.rows() != chains() && x.rows() != 1)
    throw std::out_of_range("x must have 1 row or " + std::to_string(chains()) + ", one a chain, not " +
                            std::to_string(x.rows()));
  const std::vector<int> labels_now = labels();
  if (x.rows() == 1) {
    for (Index r = 0; r < chains(); ++r) s.mean_v.row(r).head(x.cols()) = x.row(0);
  } else {
    s.mean_v.leftCols(x.cols()) = x;
  }
  v.type->draw_from_means(v.side, view(s.mean_v), {s.seed, Stream::chain_start, s.step + 1, s.first}, s.v);
  words_of(v, view(s.mean_v), s.words);
  for (std::size_t r = 0; r < labels_now.size(); ++r)
    s.v.set(static_cast<Index>(r), s.rbm->visible() + labels_now[r], 1);
  s.apply_clamps();
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
