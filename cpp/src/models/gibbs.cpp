#include "wakesleep/gibbs.h"

#include <stdexcept>
#include <string>

#include "math/conditional.h"

namespace wakesleep {

GibbsChains::GibbsChains(const Rbm& rbm, Index chains, std::uint64_t seed)
    : rbm_(&rbm), seed_(seed), v_(checked_chains(chains), rbm.width()), h_(chains, rbm.hidden()), mean_v_(chains, rbm.width()) {
  mean_v_.setConstant(0.5f);
  const math::Place place{seed_, Stream::chain_start, 0};
  math::sample_means(view(mean_v_), rbm.visible(), {&v_, place});
  if (rbm.labels()) {
    mean_v_.rightCols(rbm.labels()).setConstant(1.0f / static_cast<float>(rbm.labels()));
    math::sample_softmax(view(mean_v_), rbm.visible(), rbm.labels(), {&v_, place}, rbm.visible());
  }
}

void GibbsChains::set_visible(const MatrixView& x) {
  check_examples("x", x, rbm_->visible());
  if (x.rows() != chains() && x.rows() != 1)
    throw std::out_of_range("x must have 1 row or " + std::to_string(chains()) + ", one a chain, not " +
                            std::to_string(x.rows()));
  const std::vector<int> labels_now = labels();
  if (x.rows() == 1) {
    for (Index r = 0; r < chains(); ++r) mean_v_.row(r).head(x.cols()) = x.row(0);
  } else {
    mean_v_.leftCols(x.cols()) = x;
  }
  math::sample_means(view(mean_v_), rbm_->visible(), {&v_, {seed_, Stream::chain_start, step_ + 1}});
  for (std::size_t r = 0; r < labels_now.size(); ++r) v_.set(static_cast<Index>(r), rbm_->visible() + labels_now[r], true);
  apply_clamps();
}

void GibbsChains::clamp(const MatrixView& mask, const MatrixView& values) {
  clamps_.hold(mask, values, chains(), rbm_->visible());
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
  const Index visible = rbm_->visible(), labels = rbm_->labels();
  label_inputs_.resize(chains(), labels);
  math::Workspace workspace;
  for (Index i = 0; i < count; ++i) {
    math::Outcome of_h{rbm_->hidden(), scale, {&h_, {seed_, Stream::chain_hidden, step_}}};
    math::draw_given(v_, rbm_->W(), rbm_->c(), of_h, workspace);
    math::Outcome of_v{visible, scale, {&v_, {seed_, Stream::chain_visible, step_}}};
    if (labels) of_v.rest = &label_inputs_;
    if (i + 1 == count) {
      of_v.means = mean_v_.data();
      of_v.means_stride = mean_v_.cols();
      of_v.mean_rows = chains();
    }
    math::draw_given(h_, {rbm_->W(), true}, rbm_->b(), of_v, workspace);
    if (labels) {
      math::softmax_means(label_inputs_, 0, labels, scale);
      math::sample_softmax(view(label_inputs_), 0, labels, of_v.draw, visible);
      mean_v_.rightCols(labels) = view(label_inputs_);
    }
    apply_clamps();
    ++step_;
  }
}

}  // namespace wakesleep
