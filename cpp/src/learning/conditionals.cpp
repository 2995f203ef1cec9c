#include "learning/conditionals.h"

#include <algorithm>
#include <bit>
#include <utility>

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

math::Place place_of(math::RowRange some, math::Place place) {
  place.first_row += static_cast<std::uint32_t>(some.first);
  return place;
}

}  // namespace

void Conditionals::hidden(const LayerStates& v, Scratch* means, LayerStates* states, const math::Place& place) {
  const Index rows = v.rows();
  LayerDraw draw{scales_.up, states, place};
  if (means) {
    means->resize(rows, hidden());
    draw.means = means->data();
    draw.means_stride = hidden();
    draw.mean_rows = rows;
  }
  sampler_.draw(scaled(hidden_side(), scales_.up, scaled_bias_), visible_side(), v, *W_, draw);
  leave_out_of(0, rows, means, states);
}

void Conditionals::hidden(math::RowRange some, const LayerStates& v, Scratch* means, LayerStates* states,
                          const math::Place& place) {
  if (some.count == v.rows()) return hidden(v, means, states, place);
  some_given_.take_rows(v, some.first, some.count);
  const BitMatrix* kept = std::exchange(kept_, nullptr);
  hidden(some_given_, means ? &some_means_ : nullptr, states ? &some_states_ : nullptr, place_of(some, place));
  kept_ = kept;
  if (means) {
    if (some.first == 0) means->resize(v.rows(), hidden());
    std::copy_n(some_means_.data(), some_means_.size(), means->row(some.first));
  }
  if (states) {
    states->shape(some_states_.binary, v.rows(), hidden());
    some_states_.put_rows(*states, some.first);
  }
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

void Conditionals::sample_visible(const LayerStates& h, const math::Place& place, const float* words, LayerStates& v,
                                  Scratch* first_means) {
  sample_visible(
      h, place, words, v,
      first_means ? FirstMeans{first_means->data(), first_means->cols(), first_means->rows()} : FirstMeans{});
}

void Conditionals::sample_visible(math::RowRange some, const LayerStates& h, const math::Place& place,
                                  const float* words, LayerStates& v, Scratch* first_means) {
  if (some.count == h.rows()) return sample_visible(h, place, words, v, first_means);
  some_given_.take_rows(h, some.first, some.count);
  FirstMeans means;
  if (first_means && some.first < first_means->rows())
    means = {first_means->row(some.first), first_means->cols(), std::min(some.count, first_means->rows() - some.first)};
  sample_visible(some_given_, place_of(some, place), words ? words + some.first : nullptr, some_states_, means);
  v.shape(some_states_.binary, h.rows(), width());
  some_states_.put_rows(v, some.first);
}

void Conditionals::sample_visible(const LayerStates& h, const math::Place& place, const float* words, LayerStates& v,
                                  const FirstMeans& means) {
  LayerDraw draw{scales_.down, &v, place};
  draw.labels_inverse_temperature = 1;
  draw.size = words;
  draw.means = means.first;
  draw.means_stride = means.stride;
  draw.mean_rows = means.rows;
  sampler_.draw(scaled(visible_side(), scales_.down, scaled_bias_), hidden_side(), h, {*W_, true}, draw);
}

void Conditionals::visible_means(const LayerStates& h, const float* words, LayerStates& v) {
  v.resize(false, h.rows(), width());
  LayerDraw draw;
  draw.inverse_temperature = scales_.down;
  draw.labels_inverse_temperature = 1;
  draw.size = words;
  draw.means = v.real.data();
  draw.means_stride = width();
  draw.mean_rows = h.rows();
  sampler_.draw(scaled(visible_side(), scales_.down, scaled_bias_), hidden_side(), h, {*W_, true}, draw);
}

void Conditionals::visible_means(math::RowRange some, const LayerStates& h, const float* words, LayerStates& v) {
  if (some.count == h.rows()) return visible_means(h, words, v);
  some_given_.take_rows(h, some.first, some.count);
  visible_means(some_given_, words ? words + some.first : nullptr, some_states_);
  v.shape(false, h.rows(), width());
  some_states_.put_rows(v, some.first);
}

void Conditionals::visible_means(const Scratch& h, const float* words, LayerStates& v) {
  visible_means(view(h), words, v);
}

void Conditionals::visible_means(math::RowRange some, const Scratch& h, const float* words, LayerStates& v) {
  if (some.count == h.rows()) return visible_means(h, words, v);
  visible_means(MatrixView(h.row(some.first), some.count, h.cols()), words ? words + some.first : nullptr,
                some_states_);
  v.shape(false, h.rows(), width());
  some_states_.put_rows(v, some.first);
}

void Conditionals::visible_means(const MatrixView& h, const float* words, LayerStates& v) {
  v.resize(false, h.rows(), width());
  const Layer to = visible_side();
  sampler_.inputs(to, hidden_side(), h, {*W_, true}, nullptr, v.real);
  to.type->means(to.side, v.real, 1, words);
  if (labels()) math::softmax_means(v.real, visible(), labels(), 1);
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
