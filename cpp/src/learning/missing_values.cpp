#include "learning/missing_values.h"

namespace wakesleep {

MissingValues::MissingValues(const Rbm& rbm, const TrainingOptions& options)
    : rbm_(&rbm), options_(&options), conditionals_(rbm) {}

void MissingValues::fill(std::span<const std::uint32_t> rows, std::uint64_t step, LayerStates& v) {
  const Index count = v.rows(), visible = rbm_->visible();
  known_.resize(count, visible);
  options_->mask->read(rows, known_);
  const auto steps = static_cast<std::uint64_t>(options_->missing_steps);
  const std::uint64_t first = step * (steps + 1), seed = options_->seed;

  inputs_.resize(count, rbm_->width());
  math::fill_rows(rbm_->b(), inputs_);
  sampler_.draw_from(conditionals_.visible_side(), inputs_, {1, &drawn_, {seed, Stream::missing_visible, first}});
  forget_broken_groups();
  put_unknown(v);
  for (std::uint64_t i = 1; i <= steps; ++i) {
    conditionals_.hidden(v, nullptr, &h_, {seed, Stream::missing, first + i});
    conditionals_.sample_visible(h_, {seed, Stream::missing_visible, first + i}, nullptr, drawn_);
    put_unknown(v);
  }
}

void MissingValues::forget_broken_groups() {
  for (Index r = 0; r < known_.rows(); ++r) {
    Index first = 0;
    for (const Index size : rbm_->shape().visible_units.groups) {
      bool whole = true;
      for (Index i = first; i < first + size; ++i) whole &= known_.get(r, i);
      for (Index i = first; i < first + size; ++i) known_.set(r, i, whole);
      first += size;
    }
  }
}

void MissingValues::put_unknown(LayerStates& v) const {
  for (Index r = 0; r < v.rows(); ++r)
    for (Index i = 0; i < rbm_->visible(); ++i) {
      if (!known_.get(r, i)) v.set(r, i, drawn_.get(r, i));
    }
}

void MissingValues::add_known(std::span<const std::uint32_t> rows, const LayerStates& v,
                              const std::vector<double>& weights, VectorD& sum, VectorD& known) {
  known_.resize(v.rows(), rbm_->visible());
  options_->mask->read(rows, known_);
  for (Index r = 0; r < v.rows(); ++r) {
    const double weight = weights[static_cast<std::size_t>(r)];
    for (Index i = 0; i < rbm_->width(); ++i) {
      if (i < rbm_->visible() && !known_.get(r, i)) continue;
      sum[i] += weight * static_cast<double>(v.get(r, i));
      known[i] += weight;
    }
  }
}

}  // namespace wakesleep
