#include "models/layer.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace wakesleep {
namespace {

Layer layer(const Units& units, Index count, const Vector& bias, const Vector& variance, Index labels) {
  return {{units, count, bias.data(), variance.size() ? variance.data() : nullptr},
          &units::type_of(units.type),
          &bias,
          labels};
}

}  // namespace

Layer visible_layer(const Rbm& rbm) {
  return layer(rbm.shape().visible_units, rbm.visible(), rbm.b(), rbm.variance_v(), rbm.labels());
}
Layer hidden_layer(const Rbm& rbm) {
  return layer(rbm.shape().hidden_units, rbm.hidden(), rbm.c(), rbm.variance_h(), 0);
}

Layer scaled(const Layer& layer, float scale, Vector& buffer) {
  if (scale == 1) return layer;
  buffer = *layer.bias;
  buffer.head(layer.side.count) *= 1 / scale;
  Layer result = layer;
  result.bias = &buffer;
  result.side.bias = buffer.data();
  return result;
}

void draw_without_input(const Layer& layer, Index rows, const float* words, const math::Place& place,
                        LayerStates& states, Scratch& means) {
  states.resize(layer.binary(), rows, layer.width());
  means.resize(rows, layer.width());
  std::fill_n(means.data(), means.size(), 0.0f);
  if (layer.type->has_sigma()) math::fill_rows(*layer.bias, means);
  layer.type->sample(layer.side, means, 1, words, {&states.bits, place});
  if (!states.binary) std::copy_n(means.data(), means.size(), states.real.data());
}

const float* words_of(const Layer& layer, const MatrixView& states, std::vector<float>& buffer) {
  if (!layer.type->documents()) return nullptr;
  buffer.resize(static_cast<std::size_t>(states.rows()));
  for (Index r = 0; r < states.rows(); ++r) {
    float sum = 0;
    for (Index i = 0; i < layer.side.count; ++i) sum += states(r, i);
    buffer[static_cast<std::size_t>(r)] = sum;
  }
  return buffer.data();
}
const float* words_of(const Layer& layer, const LayerStates& states, std::vector<float>& buffer) {
  return words_of(layer, view(states.real), buffer);
}

std::vector<float> words_of_documents(const Layer& layer, Index rows, Index words) {
  if (!layer.type->documents()) return {};
  if (words < 1 || words > 1'000'000)
    throw std::out_of_range("words, the length of a document of counts, must be 1 to 1,000,000, not " +
                            std::to_string(words));
  return std::vector<float>(static_cast<std::size_t>(rows), static_cast<float>(words));
}

void check_columns(const char* name, const MatrixView& x, Index columns, Index other) {
  if (x.cols() != columns && x.cols() != other)
    throw std::out_of_range(std::string(name) + " must have " + std::to_string(columns) +
                            (other == columns ? "" : " or " + std::to_string(other)) + " values a row, not " +
                            std::to_string(x.cols()));
}

void check_states(const char* name, const Layer& layer, const MatrixView& x, bool labels_may_lack, Index first_row) {
  check_columns(name, x, labels_may_lack ? layer.side.count : layer.width(), layer.width());
  layer.type->check_values(name, layer.side, x, first_row);
  for (Index r = 0; r < x.rows(); ++r)
    for (Index i = layer.side.count; i < x.cols(); ++i)
      if (!(x(r, i) >= 0 && x(r, i) <= 1)) units::refuse_value(name, "lie in [0, 1]", first_row + r, i, x(r, i));
}

void check_data(const std::string& name, const Dataset& data, const Units& units, Index visible, Index labels) {
  if (data.width() != visible)
    throw std::out_of_range(name + " has " + std::to_string(data.width()) + " values an example, and the model has " +
                            std::to_string(visible) + " visible units");
  data.check_values(units, name);
  if (labels && data.label_count() > labels)
    throw std::out_of_range(name + " has labels up to " + std::to_string(data.label_count() - 1) +
                            ", and the model has " + std::to_string(labels) + " label units");
}

void check_energy(const Rbm& rbm) {
  for (const Layer& layer : {visible_layer(rbm), hidden_layer(rbm)})
    if (!layer.type->has_energy()) units::refuse_without_energy(*layer.type);
}

void refuse_without_partition_function() {
  throw std::out_of_range(
      "this model has no partition function: both sides are unbounded, and W over their standard deviations "
      "has a singular value of 1 or more");
}

void check_normalisable(const Rbm& rbm) {
  if (rbm.interaction_norm() >= 1) refuse_without_partition_function();
}

void scale_interaction(const Layer& layer, MatrixRef states) {
  const float* variance = layer.side.variance;
  if (!variance) return;
  for (Index r = 0; r < states.rows; ++r)
    for (Index i = 0; i < layer.side.count; ++i) states.data[r * states.cols + i] /= variance[i];
}

void LayerSampler::inputs(const Layer& to, const Layer& from, const MatrixView& given, const math::Operand& W,
                          const float* size, Scratch& out) {
  const float* const scale = from.type->documents() ? size : nullptr;
  out.resize(given.rows(), to.width());
  math::fill_rows(*to.bias, out);
  if (scale)
    for (Index r = 0; r < out.rows(); ++r)
      for (Index i = 0; i < out.cols(); ++i) out(r, i) *= scale[r];
  if (from.side.variance) {
    interacting_.resize(given.rows(), given.cols());
    std::copy_n(given.data(), given.size(), interacting_.data());
    scale_interaction(from, interacting_);
    math::add_product(view(interacting_), W, out, workspace_);
  } else {
    math::add_product(given, W, out, workspace_);
  }
}

void LayerSampler::inputs(const Layer& to, const Layer& from, const LayerStates& given, const math::Operand& W,
                          const float* size, Scratch& out) {
  if (!size) size = words_of(from, given, words_);
  if (!given.binary) return inputs(to, from, view(given.real), W, size, out);
  out.resize(given.rows(), to.width());
  math::fill_rows(*to.bias, out);
  math::add_product(given.bits, W, out, workspace_);
}

namespace {

// Gives the states their shape.
math::Draw shaped(const Layer& to, Index rows, const LayerDraw& out) {
  math::Draw draw;
  if (!out.states) return draw;
  out.states->resize(to.binary(), rows, to.width());
  draw.place = out.place;
  if (to.binary()) draw.states = &out.states->bits;
  return draw;
}

}  // namespace

void LayerSampler::draw(const Layer& to, const Layer& from, const LayerStates& given, const math::Operand& W,
                        const LayerDraw& out) {
  if (!given.binary || !to.type->logistic()) {
    inputs(to, from, given, W, out.size, inputs_);
    return draw_from(to, inputs_, out);
  }
  const math::Draw draw = shaped(to, given.rows(), out);
  math::Outcome outcome{to.side.count, out.inverse_temperature, draw};
  outcome.means = out.means;
  outcome.means_stride = out.means_stride;
  outcome.mean_rows = out.mean_rows;
  if (to.labels) {
    labels_.resize(given.rows(), to.labels);
    outcome.rest = &labels_;
  }
  math::draw_given(given.bits, W, *to.bias, outcome, workspace_);
  draw_labels(to, out, draw);
}

template <class F>
void LayerSampler::draw_some(math::RowRange some, Index all, const LayerDraw& out, F&& f) {
  if (some.count == all) return f(out);
  LayerDraw of_some = out;
  of_some.place.first_row += static_cast<std::uint32_t>(some.first);
  if (out.size) of_some.size = out.size + some.first;
  if (out.states) of_some.states = &some_drawn_;
  of_some.mean_rows = std::clamp<Index>(out.mean_rows - some.first, 0, some.count);
  of_some.means = of_some.mean_rows > 0 ? out.means + some.first * out.means_stride : nullptr;
  f(of_some);
  if (!out.states) return;
  out.states->shape(some_drawn_.binary, all, some_drawn_.cols());
  some_drawn_.put_rows(*out.states, some.first);
}

void LayerSampler::draw(math::RowRange some, const Layer& to, const Layer& from, const LayerStates& given,
                        const math::Operand& W, const LayerDraw& out) {
  if (!given.binary) return draw(some, to, from, view(given.real), W, out);
  if (some.count == given.rows()) return draw(to, from, given, W, out);
  some_given_.take_rows(given, some.first, some.count);
  draw_some(some, given.rows(), out, [&](const LayerDraw& of_some) { draw(to, from, some_given_, W, of_some); });
}

void LayerSampler::draw(math::RowRange some, const Layer& to, const Layer& from, const MatrixView& given,
                        const math::Operand& W, const LayerDraw& out) {
  const MatrixView some_given(given.data() + some.first * given.cols(), some.count, given.cols());
  draw_some(some, given.rows(), out, [&](const LayerDraw& of_some) {
    inputs(to, from, some_given, W, of_some.size ? of_some.size : words_of(from, some_given, words_), inputs_);
    draw_from(to, inputs_, of_some);
  });
}

void LayerSampler::draw_from(const Layer& to, Scratch& inputs, const LayerDraw& out) {
  const Index rows = inputs.rows(), units = to.side.count;
  const math::Draw draw = shaped(to, rows, out);
  if (to.labels) {
    labels_.resize(rows, to.labels);
    for (Index r = 0; r < rows; ++r) std::copy_n(inputs.row(r) + units, to.labels, labels_.row(r));
  }
  const auto copy_means = [&] {
    for (Index r = 0; out.means && r < out.mean_rows; ++r)
      std::copy_n(inputs.row(r), units, out.means + r * out.means_stride);
  };
  if (out.states && to.binary()) {
    to.type->sample(to.side, inputs, out.inverse_temperature, out.size, draw);
    copy_means();
  } else {
    // Real samples take the place of the inputs, and so do means.
    if (out.states) std::copy_n(inputs.data(), inputs.size(), out.states->real.data());
    if (out.means) {
      to.type->means(to.side, inputs, out.inverse_temperature, out.size);
      copy_means();
    }
    if (out.states) to.type->sample(to.side, out.states->real, out.inverse_temperature, out.size, draw);
  }
  draw_labels(to, out, draw);
}

// From their inputs in labels_.
void LayerSampler::draw_labels(const Layer& to, const LayerDraw& out, math::Draw draw) {
  const Index rows = labels_.rows(), units = to.side.count, labels = to.labels;
  if (!labels) return;
  math::softmax_means(labels_, 0, labels,
                      out.labels_inverse_temperature > 0 ? out.labels_inverse_temperature : out.inverse_temperature);
  for (Index r = 0; out.means && r < out.mean_rows; ++r)
    std::copy_n(labels_.row(r), labels, out.means + r * out.means_stride + units);
  if (!out.states) return;
  if (to.binary()) return math::sample_softmax(view(labels_), 0, labels, draw, units);
  label_states_.resize(rows, labels);
  draw.states = &label_states_;
  math::sample_softmax(view(labels_), 0, labels, draw, 0);
  for (Index r = 0; r < rows; ++r)
    for (Index y = 0; y < labels; ++y) out.states->real(r, units + y) = label_states_.get(r, y) ? 1.0f : 0.0f;
}

}  // namespace wakesleep
