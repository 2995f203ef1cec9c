#include "wakesleep/gibbs.h"

#include <bit>
#include <cmath>
#include <stdexcept>
#include <string>

#include "math/conditional.h"

namespace wakesleep {
namespace {

constexpr Index most_chains = Index{1} << 20;

Index checked_chains(Index chains) {
  if (chains < 1 || chains > most_chains)
    throw std::out_of_range("chains must be 1 to " + std::to_string(most_chains) + ", not " + std::to_string(chains));
  return chains;
}

}  // namespace

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
  const auto check = [&](const char* name, const MatrixView& x) {
    if (x.cols() != rbm_->visible() || (x.rows() != 1 && x.rows() != chains()))
      throw std::out_of_range(std::string(name) + " must be 1 x " + std::to_string(rbm_->visible()) + " or " +
                              std::to_string(chains()) + " x " + std::to_string(rbm_->visible()) + ", not " +
                              std::to_string(x.rows()) + " x " + std::to_string(x.cols()));
  };
  check("mask", mask);
  check("values", values);
  BitMatrix held(chains(), rbm_->width()), at(chains(), rbm_->width());
  for (Index r = 0; r < chains(); ++r)
    for (Index c = 0; c < rbm_->visible(); ++c) {
      if (mask(mask.rows() == 1 ? 0 : r, c) == 0) continue;
      const float value = values(values.rows() == 1 ? 0 : r, c);
      if (value != 0 && value != 1)
        throw std::out_of_range("clamped values must be 0 or 1: column " + std::to_string(c) + " is " + std::to_string(value));
      held.set(r, c, true);
      at.set(r, c, value == 1);
    }
  clamp_mask_ = std::move(held);
  clamp_values_ = std::move(at);
  apply_clamps();
}

void GibbsChains::release() { clamp_mask_ = clamp_values_ = BitMatrix(); }

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
      if (v_.get(r, rbm_->visible() + y)) on = static_cast<int>(y);
    result.push_back(on);
  }
  return result;
}

void GibbsChains::apply_clamps() {
  if (clamp_mask_.rows() > 0)
    for (Index r = 0; r < chains(); ++r)
      for (Index w = 0; w < v_.words_per_row(); ++w) {
        const std::uint64_t mask = clamp_mask_.row(r)[w];
        v_.row(r)[w] = (v_.row(r)[w] & ~mask) | (clamp_values_.row(r)[w] & mask);
        for (std::uint64_t bits = mask; bits; bits &= bits - 1) {
          const Index c = w * 64 + std::countr_zero(bits);
          mean_v_(r, c) = v_.get(r, c) ? 1.0f : 0.0f;
        }
      }
  for (std::size_t i = 0; i < clamped_labels_.size(); ++i) {
    if (clamped_labels_[i] < 0) continue;
    const auto r = static_cast<Index>(i);
    for (Index y = 0; y < rbm_->labels(); ++y) {
      const bool on = y == clamped_labels_[i];
      v_.set(r, rbm_->visible() + y, on);
      mean_v_(r, rbm_->visible() + y) = on ? 1.0f : 0.0f;
    }
  }
}

void GibbsChains::step(Index count, double temperature) {
  if (!(temperature > 0) || !std::isfinite(temperature))
    throw std::out_of_range("temperature must be above 0, not " + std::to_string(temperature));
  const auto scale = static_cast<float>(1 / temperature);
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
