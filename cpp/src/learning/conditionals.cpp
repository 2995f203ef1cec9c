#include "learning/conditionals.h"

#include <algorithm>
#include <bit>

#include "math/scalar.h"
#include "math/thread_pool.h"

namespace wakesleep {
namespace {

constexpr Index rows_a_piece = 16;

math::Strided<char> bits_from(BitMatrix& states, Index row) {
  return {reinterpret_cast<char*>(states.row(row)), states.words_per_row() * static_cast<Index>(sizeof(std::uint64_t))};
}

// The inverse temperature of a row: all rows fall into as many equal blocks as there are inverse temperatures.
class Temperatures {
 public:
  Temperatures(std::span<const float> inverse, Index rows)
      : inverse_(inverse), rows_(rows / static_cast<Index>(inverse.size())) {}
  float of(Index row) const { return inverse_[static_cast<std::size_t>(row / rows_)]; }
  // The first row after this one whose temperature may be another.
  Index end_of_block(Index row) const { return (row / rows_ + 1) * rows_; }

 private:
  std::span<const float> inverse_;
  Index rows_;
};

// Bernoulli units of some rows, which `inputs` and `states` have, each at its temperature.
void sample_at(const Temperatures& temperatures, Index first, const Scratch& inputs, Index units,
               const math::Place& place, BitMatrix& states) {
  const Index rows = inputs.rows(), pieces = (rows + rows_a_piece - 1) / rows_a_piece;
  math::parallel_for(pieces, 20.0 * static_cast<double>(rows_a_piece * units), [&](Index piece) {
    const Index end = std::min(rows, (piece + 1) * rows_a_piece);
    for (Index row = piece * rows_a_piece, count = 0; row < end; row += count) {
      count = std::min(end, temperatures.end_of_block(first + row) - first) - row;
      math::draw_bernoulli({inputs.row(row), inputs.cols()}, {row, count, 0, units}, temperatures.of(first + row),
                           place, {}, bits_from(states, row));
    }
  });
}

double bias_of(const Vector& bias, const std::uint64_t* states) {
  double sum = 0;
  for (Index i = 0; i < bias.size(); i += 64)
    for (std::uint64_t on = states[i / 64]; on; on &= on - 1)
      sum += static_cast<double>(bias[i + std::countr_zero(on)]);
  return sum;
}

}  // namespace

Layer Conditionals::visible_side() const {
  Layer layer = visible_layer(*rbm_);
  layer.bias = b_;
  layer.side.bias = b_->data();
  return layer;
}

Layer Conditionals::hidden_side() const {
  Layer layer = hidden_layer(*rbm_);
  layer.bias = c_;
  layer.side.bias = c_->data();
  return layer;
}

namespace {

// The means of all rows that it has.
LayerDraw means_to(Scratch* means, LayerDraw draw) {
  if (!means) return draw;
  draw.means = means->data();
  draw.means_stride = means->cols();
  draw.mean_rows = means->rows();
  return draw;
}

math::Place place_of(math::RowRange some, math::Place place) {
  place.first_row += static_cast<std::uint32_t>(some.first);
  return place;
}

}  // namespace

void Conditionals::hidden(math::RowRange some, const LayerStates& v, Scratch* means, LayerStates* states,
                          const math::Place& place) {
  if (means && some.first == 0) means->resize(v.rows(), hidden());
  const LayerDraw draw = means_to(means, {scales_.up, states, place});
  sampler_.draw(some, scaled(hidden_side(), scales_.up, scaled_bias_), visible_side(), v, *W_, draw);
  leave_out_of(some.first, some.count, means, states);
}

void Conditionals::leave_out_of(Index first, Index rows, Scratch* means, LayerStates* states) const {
  if (!kept_) return;
  for (Index r = first; r < first + rows; ++r) {
    if (states && states->binary)
      for (Index w = 0; w < states->bits.words_per_row(); ++w) states->bits.row(r)[w] &= kept_->row(r)[w];
    for (Index j = 0; j < hidden(); ++j) {
      if (kept_->get(r, j)) continue;
      if (means) (*means)(r, j) = 0;
      if (states && !states->binary) states->real(r, j) = 0;
    }
  }
}

void Conditionals::sample_visible(math::RowRange some, const LayerStates& h, const math::Place& place,
                                  const float* words, LayerStates& v, Scratch* first_means) {
  LayerDraw draw = means_to(first_means, {scales_.down, &v, place});
  draw.labels_inverse_temperature = 1;
  draw.size = words;
  sampler_.draw(some, scaled(visible_side(), scales_.down, scaled_bias_), hidden_side(), h, {*W_, true}, draw);
}

void Conditionals::visible_means(math::RowRange some, const LayerStates& h, const float* words, LayerStates& v) {
  v.shape(false, h.rows(), width());
  LayerDraw draw = means_to(&v.real, {scales_.down});
  draw.labels_inverse_temperature = 1;
  draw.size = words;
  sampler_.draw(some, scaled(visible_side(), scales_.down, scaled_bias_), hidden_side(), h, {*W_, true}, draw);
}

void Conditionals::visible_means(math::RowRange some, const Scratch& h, const float* words, LayerStates& v) {
  v.shape(false, h.rows(), width());
  LayerDraw draw = means_to(&v.real, {});
  draw.size = words;
  sampler_.draw(some, visible_side(), hidden_side(), view(h), {*W_, true}, draw);
}

namespace {

// a becomes bias + beta (a - bias), beta that of the row, of which `first` is the first.
void temper_interaction(const Temperatures& temperatures, Index first, const Vector& bias, const float* bias_scale,
                        Scratch& inputs) {
  for (Index r = 0; r < inputs.rows(); ++r) {
    const float beta = temperatures.of(first + r);
    for (Index i = 0; i < inputs.cols(); ++i) {
      const float of_bias = bias_scale ? bias_scale[r] * bias[i] : bias[i];
      inputs(r, i) = of_bias + beta * (inputs(r, i) - of_bias);
    }
  }
}

}  // namespace

const LayerStates& Conditionals::rows_of(const LayerStates& all, math::RowRange some) {
  if (some.count == all.rows()) return all;
  some_given_.take_rows(all, some.first, some.count);
  return some_given_;
}

void Conditionals::sample_hidden_at(math::RowRange some, std::span<const float> inverse, const LayerStates& v,
                                    const math::Place& place, LayerStates& h, Scratch& inputs) {
  const Layer to = hidden_side(), from = visible_side();
  const LayerStates& given = rows_of(v, some);
  const Temperatures temperatures(inverse, v.rows());
  const math::Place of_some = place_of(some, place);
  const float* const words = words_of(from, given, words_);
  sampler_.inputs(to, from, given, *W_, words, inputs);
  if (rbm_->is_bernoulli()) {
    some_states_.resize(true, some.count, hidden());
    sample_at(temperatures, some.first, inputs, hidden(), of_some, some_states_.bits);
  } else {
    inputs_.resize(inputs.rows(), inputs.cols());
    std::copy_n(inputs.data(), inputs.size(), inputs_.data());
    temper_interaction(temperatures, some.first, *c_, words, inputs_);
    sampler_.draw_from(to, inputs_, {1, &some_states_, of_some});
  }
  h.shape(some_states_.binary, v.rows(), hidden());
  some_states_.put_rows(h, some.first);
}

void Conditionals::sample_visible_at(math::RowRange some, std::span<const float> inverse, const LayerStates& h,
                                     const math::Place& place, const float* words, LayerStates& v) {
  const Layer to = visible_side();
  const Temperatures temperatures(inverse, h.rows());
  const math::Place of_some = place_of(some, place);
  sampler_.inputs(to, hidden_side(), rows_of(h, some), {*W_, true}, nullptr, inputs_);
  if (rbm_->is_bernoulli()) {
    BitMatrix& drawn = some_states_.bits;
    some_states_.resize(true, some.count, width());
    sample_at(temperatures, some.first, inputs_, visible(), of_some, drawn);
    if (labels()) {
      for (Index r = 0; r < some.count; ++r)
        for (Index y = 0; y < labels(); ++y) inputs_(r, visible() + y) *= temperatures.of(some.first + r);
      math::softmax_means(inputs_, visible(), labels(), 1);
      math::sample_softmax(view(inputs_), visible(), labels(), {&drawn, of_some}, visible());
    }
  } else {
    temper_interaction(temperatures, some.first, *b_, nullptr, inputs_);
    LayerDraw draw{1, &some_states_, of_some};
    if (words) draw.size = words + some.first;
    sampler_.draw_from(to, inputs_, draw);
  }
  v.shape(some_states_.binary, h.rows(), width());
  some_states_.put_rows(v, some.first);
}

double Conditionals::tempered_energy(const LayerStates& v, const LayerStates& h, Index row,
                                     const float* hidden_inputs) const {
  double sum = 0;
  if (rbm_->is_bernoulli()) {
    sum = bias_of(*b_, v.bits.row(row));
    for (Index j = 0; j < hidden(); j += 64)
      for (std::uint64_t on = h.bits.row(row)[j / 64]; on; on &= on - 1)
        sum += static_cast<double>(hidden_inputs[j + std::countr_zero(on)]);
    return -sum;
  }
  double words = 1;
  if (visible_side().type->documents()) {
    words = 0;
    for (Index i = 0; i < visible(); ++i) words += static_cast<double>(v.get(row, i));
  }
  const Layer side = hidden_side();
  for (Index j = 0; j < hidden(); ++j) {
    const double enters =
        static_cast<double>(h.get(row, j)) / (side.side.variance ? static_cast<double>(side.side.variance[j]) : 1);
    sum += enters * (static_cast<double>(hidden_inputs[j]) - words * static_cast<double>((*c_)[j]));
  }
  return -sum;
}

void Conditionals::log_weights_of_visible(const LayerStates& v, VectorD& out) {
  log_weights_.of(visible_side(), hidden_side(), v, *W_, 0, out);
}

void Conditionals::log_weights_of_hidden(const LayerStates& h, VectorD& out) {
  log_weights_.of(hidden_side(), visible_side(), h, {*W_, true}, 0, out);
}

}  // namespace wakesleep
