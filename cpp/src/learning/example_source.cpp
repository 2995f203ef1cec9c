#include "learning/example_source.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "math/sampling.h"

namespace wakesleep {

ExampleSource::ExampleSource(const Dataset& data, const Dbn* net, Index layer, const Rbm& rbm, const TrainingOptions& options)
    : data_(&data),
      net_(net),
      layer_(layer),
      visible_(rbm.visible()),
      labels_(rbm.labels()),
      data_states_(options.data_states),
      up_states_(options.up_states),
      seed_(options.seed) {
  const Index expected = net ? net->visible() : rbm.visible();
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
  Matrix& values = direct ? batch.real : input_;
  const Index columns = direct ? width : now;
  if (bits) {
    states.resize(count, columns);
    data_->read(rows, states);
  } else {
    values.resize(count, columns);
    data_->read(rows, values);
    if (data_states_ == States::sampled) {
      states.resize(count, columns);
      math::sample_means(values, now, place(Stream::data, 0), states);
      bits = true;
    }
  }
  for (Index l = 0; l < layer_; ++l) {
    const Rbm& rbm = net_->rbm(l);
    const bool last = l + 1 == layer_;
    output_.resize(count, rbm.hidden());
    math::fill_rows(rbm.c(), output_);
    if (bits) {
      math::add_product(input_bits_, view(rbm.W()), output_, workspace_);
    } else {
      math::add_product(view(input_), view(rbm.W()), output_);
    }
    now = rbm.hidden();
    if (up_states_ == States::sampled) {
      BitMatrix& to = last ? batch.bits : input_bits_;
      to.resize(count, last ? width : now);
      math::sample_bernoulli(output_, now, 1, place(Stream::up, l), to);
      bits = true;
    } else {
      math::bernoulli_means(output_, now, 1);
      bits = false;
      if (last) {
        batch.real.resize(count, width);
        batch.real.leftCols(now) = output_;
      } else {
        std::swap(input_, output_);
      }
    }
  }

  batch.binary = bits;
  if (!labels_) return;
  if (!bits) batch.real.rightCols(labels_).setZero();
  for (Index r = 0; r < count; ++r) {
    const Index on = visible_ + data_->labels()[rows[static_cast<std::size_t>(r)]];
    if (bits) {
      batch.bits.set(r, on, true);
    } else {
      batch.real(r, on) = 1;
    }
  }
}

}  // namespace wakesleep
