#include "learning/example_source.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "math/conditional.h"

namespace wakesleep {

const Vector& bias_before_scale(const Vector& bias, Index units, float scale, Vector& buffer) {
  if (scale == 1) return bias;
  buffer = bias;
  buffer.head(units) *= 1 / scale;
  return buffer;
}

ExampleSource::ExampleSource(const Dataset& data, const Dbn* net, Index layer, const RbmShape& shape,
                             const TrainingOptions& options, std::span<const InputScales> scales)
    : data_(&data),
      net_(net),
      layer_(layer),
      visible_(shape.visible),
      labels_(shape.labels),
      data_states_(options.data_states),
      up_states_(options.up_states),
      seed_(options.seed),
      scales_(scales.begin(), scales.end()) {
  const Index expected = net ? net->visible() : shape.visible;
  if (data.width() != expected)
    throw std::out_of_range("the data set has " + std::to_string(data.width()) + " values an example, and the model " +
                            std::to_string(expected) + " visible units");
  if (data.min() < 0 || data.max() > 1)
    throw std::out_of_range("Bernoulli units need data in [0, 1], and the data set has values from " +
                            std::to_string(data.min()) + " to " + std::to_string(data.max()));
  if (labels_ && !data.has_labels()) throw std::out_of_range("a model with label units needs data with labels");
  if (labels_ && data.label_count() > labels_)
    throw std::out_of_range("the data set has labels up to " + std::to_string(data.label_count() - 1) + ", and the model " +
                            std::to_string(labels_) + " label units");
}

void ExampleSource::read(std::span<const std::uint32_t> rows, std::uint64_t epoch, Batch& batch) {
  const auto count = static_cast<Index>(rows.size());
  const Index width = visible_ + labels_;
  // Random numbers are placed by the row in the batch; the epoch and the batch's first example set the batches apart.
  const auto place = [&](Stream stream, Index layer) {
    return math::Place{seed_, stream, (epoch << 36) ^ (static_cast<std::uint64_t>(layer) << 32) ^ rows[0]};
  };

  // The lowest layer's states, at its own width, then up through the trained layers.
  const bool direct = layer_ == 0;
  bool bits = data_->binary();
  Index now = data_->width();
  BitMatrix& states = direct ? batch.bits : input_bits_;
  Scratch& values = direct ? batch.real : input_;
  const Index columns = direct ? width : now;
  if (bits) {
    states.resize(count, columns);
    data_->read(rows, states);
  } else {
    values.resize(count, columns);
    data_->read(rows, values);
    if (data_states_ == States::sampled) {
      states.resize(count, columns);
      math::sample_means(view(values), now, {&states, place(Stream::data, 0)});
      bits = true;
    }
  }
  for (Index l = 0; l < layer_; ++l) {
    const Rbm& rbm = net_->rbm(l);
    const bool last = l + 1 == layer_;
    const bool sampled = up_states_ == States::sampled;
    const float scale = scales_.empty() ? 1 : scales_[static_cast<std::size_t>(l)].up;
    const Vector& bias = bias_before_scale(rbm.c(), rbm.hidden(), scale, scaled_bias_);
    const Index to_columns = last ? width : rbm.hidden();
    math::Draw draw;
    if (sampled) {
      next_bits_.resize(count, to_columns);
      draw = {&next_bits_, place(Stream::up, l)};
    } else {
      output_.resize(count, to_columns);
    }
    if (bits) {
      math::Outcome outcome{rbm.hidden(), scale, draw};
      if (!sampled) {
        outcome.means = output_.data();
        outcome.means_stride = to_columns;
        outcome.mean_rows = count;
      }
      math::draw_given(input_bits_, rbm.W(), bias, outcome, workspace_);
    } else {
      means_.resize(count, rbm.hidden());
      math::fill_rows(bias, means_);
      math::add_product(view(input_), rbm.W(), means_, workspace_);
      math::sample_bernoulli(means_, rbm.hidden(), scale, draw);
      if (!sampled)
        for (Index r = 0; r < count; ++r) std::copy_n(means_.row(r), rbm.hidden(), output_.row(r));
    }
    bits = sampled;
    if (sampled) {
      std::swap(last ? batch.bits : input_bits_, next_bits_);
    } else {
      std::swap(last ? batch.real : input_, output_);
    }
  }

  batch.binary = bits;
  if (!labels_) return;
  for (Index r = 0; r < count; ++r) {
    const Index on = visible_ + data_->labels()[rows[static_cast<std::size_t>(r)]];
    if (bits) {
      batch.bits.set(r, on, true);
    } else {
      std::fill_n(batch.real.row(r) + visible_, labels_, 0.0f);
      batch.real(r, on) = 1;
    }
  }
}

}  // namespace wakesleep
