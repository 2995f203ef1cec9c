#include "learning/missing_values.h"

#include <stdexcept>
#include <string>

namespace wakesleep {

MissingValues::MissingValues(const Rbm& rbm, const Dataset& data, const TrainingOptions& options)
    : rbm_(&rbm), options_(&options), conditionals_(rbm) {
  const Dataset& mask = *options.mask;
  if (mask.count() != data.count() || mask.width() != data.width())
    throw std::out_of_range("mask must be " + std::to_string(data.count()) + " x " + std::to_string(data.width()) +
                            ", as the data are, not " + std::to_string(mask.count()) + " x " + std::to_string(mask.width()));
  if (!mask.binary()) throw std::out_of_range("mask must be 0 (missing) or 1 (known) everywhere");
}

void MissingValues::fill(std::span<const std::uint32_t> rows, std::uint64_t step, LayerStates& v) {
  const Index count = v.rows(), visible = rbm_->visible();
  known_.resize(count, visible);
  options_->mask->read(rows, known_);
  const auto steps = static_cast<std::uint64_t>(options_->missing_steps);
  const std::uint64_t first = step * (steps + 1), seed = options_->seed;

  means_.resize(count, rbm_->width());
  math::fill_rows(rbm_->b(), means_);
  drawn_.resize(true, count, rbm_->width());
  math::sample_bernoulli(means_, visible, 1, {&drawn_.bits, {seed, Stream::missing_visible, first}});
  put_unknown(drawn_.bits, v);
  for (std::uint64_t i = 1; i <= steps; ++i) {
    conditionals_.hidden(v, nullptr, &h_, {seed, Stream::missing, first + i});
    conditionals_.sample_visible(h_, {seed, Stream::missing_visible, first + i}, drawn_);
    put_unknown(drawn_.bits, v);
  }
}

void MissingValues::put_unknown(const BitMatrix& from, LayerStates& v) const {
  for (Index r = 0; r < v.rows(); ++r)
    for (Index i = 0; i < rbm_->visible(); ++i) {
      if (known_.get(r, i)) continue;
      if (v.binary) {
        v.bits.set(r, i, from.get(r, i));
      } else {
        v.real(r, i) = from.get(r, i) ? 1.0f : 0.0f;
      }
    }
}

void MissingValues::add_known(std::span<const std::uint32_t> rows, const LayerStates& v, VectorD& sum, VectorD& known) {
  known_.resize(v.rows(), rbm_->visible());
  options_->mask->read(rows, known_);
  for (Index r = 0; r < v.rows(); ++r)
    for (Index i = 0; i < rbm_->width(); ++i) {
      if (i < rbm_->visible() && !known_.get(r, i)) continue;
      sum[i] += static_cast<double>(v.get(r, i));
      known[i] += 1;
    }
}

}  // namespace wakesleep
