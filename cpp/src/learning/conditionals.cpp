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

// Bernoulli units of blocks of rows, each block at a temperature of its own.
void sample_at(std::span<const float> inverse, const Scratch& inputs, Index units, const math::Place& place, BitMatrix& states) {
  const auto blocks = static_cast<Index>(inverse.size());
  const Index rows = inputs.rows() / blocks, pieces = (rows + rows_a_piece - 1) / rows_a_piece;
  math::parallel_for(blocks * pieces, [&](Index piece) {
    const Index block = piece / pieces, in_block = piece % pieces * rows_a_piece;
    const Index row = block * rows + in_block, count = std::min(rows_a_piece, rows - in_block);
    math::draw_bernoulli({inputs.row(row), inputs.cols()}, {row, count, 0, units}, inverse[static_cast<std::size_t>(block)],
                         place, {}, bits_from(states, row));
  });
}

double bias_of(const Vector& bias, const std::uint64_t* states) {
  double sum = 0;
  for (Index i = 0; i < bias.size(); i += 64)
    for (std::uint64_t on = states[i / 64]; on; on &= on - 1) sum += static_cast<double>(bias[i + std::countr_zero(on)]);
  return sum;
}

}  // namespace

void Conditionals::hidden(const LayerStates& v, Scratch* means, BitMatrix* states, const math::Place& place) {
  const Index rows = v.rows();
  math::Draw draw;
  if (states) {
    states->resize(rows, hidden());
    draw = {states, place};
  }
  if (!v.binary && !means) means = &inputs_;
  if (means) means->resize(rows, hidden());
  if (v.binary) {
    math::Outcome outcome{hidden(), 1, draw};
    if (means) {
      outcome.means = means->data();
      outcome.means_stride = hidden();
      outcome.mean_rows = rows;
    }
    math::draw_given(v.bits, *W_, *c_, outcome, workspace_);
  } else {
    math::fill_rows(*c_, *means);
    math::add_product(view(v.real), *W_, *means, workspace_);
    math::sample_bernoulli(*means, hidden(), 1, draw);
  }
  if (!kept_) return;
  for (Index r = 0; r < rows; ++r) {
    if (states)
      for (Index w = 0; w < states->words_per_row(); ++w) states->row(r)[w] &= kept_->row(r)[w];
    if (means)
      for (Index j = 0; j < hidden(); ++j)
        if (!kept_->get(r, j)) (*means)(r, j) = 0;
  }
}

void Conditionals::sample_visible(const BitMatrix& h, const math::Place& place, LayerStates& v, Scratch* first_means) {
  const Index rows = h.rows(), mean_rows = first_means ? first_means->rows() : 0;
  v.resize(true, rows, width());
  label_inputs_.resize(rows, labels());
  math::Outcome outcome{visible(), 1, {&v.bits, place}};
  if (first_means) {
    outcome.means = first_means->data();
    outcome.means_stride = first_means->cols();
    outcome.mean_rows = mean_rows;
  }
  if (labels()) outcome.rest = &label_inputs_;
  math::draw_given(h, {*W_, true}, *b_, outcome, workspace_);
  if (!labels()) return;
  math::softmax_means(label_inputs_, 0, labels(), 1);
  for (Index r = 0; r < mean_rows; ++r) std::copy_n(label_inputs_.row(r), labels(), first_means->row(r) + visible());
  math::sample_softmax(view(label_inputs_), 0, labels(), outcome.draw, visible());
}

void Conditionals::visible_means(const BitMatrix& h, LayerStates& v) {
  const Index rows = h.rows();
  v.resize(false, rows, width());
  label_inputs_.resize(rows, labels());
  math::Outcome outcome{visible()};
  outcome.means = v.real.data();
  outcome.means_stride = width();
  outcome.mean_rows = rows;
  if (labels()) outcome.rest = &label_inputs_;
  math::draw_given(h, {*W_, true}, *b_, outcome, workspace_);
  if (!labels()) return;
  math::softmax_means(label_inputs_, 0, labels(), 1);
  for (Index r = 0; r < rows; ++r) std::copy_n(label_inputs_.row(r), labels(), v.real.row(r) + visible());
}

void Conditionals::visible_means(const Scratch& h, LayerStates& v) {
  v.resize(false, h.rows(), width());
  math::fill_rows(*b_, v.real);
  math::add_product(view(h), {*W_, true}, v.real, workspace_);
  math::bernoulli_means(v.real, visible(), 1);
  if (labels()) math::softmax_means(v.real, visible(), labels(), 1);
}

void Conditionals::hidden_inputs(const BitMatrix& v, Scratch& inputs) {
  inputs.resize(v.rows(), hidden());
  math::fill_rows(*c_, inputs);
  math::add_product(v, *W_, inputs, workspace_);
}

void Conditionals::visible_inputs(const BitMatrix& h, Scratch& inputs) {
  inputs.resize(h.rows(), width());
  math::fill_rows(*b_, inputs);
  math::add_product(h, {*W_, true}, inputs, workspace_);
}

void Conditionals::sample_hidden_at(std::span<const float> inverse, const BitMatrix& v, const math::Place& place, BitMatrix& h,
                                    Scratch& inputs) {
  hidden_inputs(v, inputs);
  h.resize(v.rows(), hidden());
  sample_at(inverse, inputs, hidden(), place, h);
}

void Conditionals::sample_visible_at(std::span<const float> inverse, const BitMatrix& h, const math::Place& place,
                                     BitMatrix& v) {
  visible_inputs(h, inputs_);
  v.resize(h.rows(), width());
  sample_at(inverse, inputs_, visible(), place, v);
  if (!labels()) return;
  const Index rows = h.rows() / static_cast<Index>(inverse.size());
  for (Index r = 0; r < h.rows(); ++r)
    for (Index y = 0; y < labels(); ++y) inputs_(r, visible() + y) *= inverse[static_cast<std::size_t>(r / rows)];
  math::softmax_means(inputs_, visible(), labels(), 1);
  math::sample_softmax(view(inputs_), visible(), labels(), {&v, place}, visible());
}

double Conditionals::energy(const std::uint64_t* v, const std::uint64_t* h, const float* hidden_inputs) const {
  double sum = bias_of(*b_, v);
  for (Index j = 0; j < hidden(); j += 64)
    for (std::uint64_t on = h[j / 64]; on; on &= on - 1) sum += static_cast<double>(hidden_inputs[j + std::countr_zero(on)]);
  return -sum;
}

void Conditionals::log_weights_of_visible(const BitMatrix& v, double* out) {
  hidden_inputs(v, inputs_);
  math::parallel_for(v.rows(), [&](Index r) {
    out[r] = bias_of(*b_, v.row(r)) + math::sum_softplus(inputs_.row(r), nullptr, hidden());
  });
}

void Conditionals::log_weights_of_hidden(const BitMatrix& h, double* out) {
  visible_inputs(h, inputs_);
  math::parallel_for(h.rows(), [&](Index r) {
    const float* x = inputs_.row(r);
    double sum = bias_of(*c_, h.row(r)) + math::sum_softplus(x, nullptr, visible());
    if (labels()) {
      const float* first = x + visible();
      const auto largest = static_cast<double>(*std::max_element(first, first + labels()));
      double of_labels = 0;
      for (Index y = 0; y < labels(); ++y) of_labels += math::exp(static_cast<double>(first[y]) - largest);
      sum += largest + math::log(of_labels);
    }
    out[r] = sum;
  });
}

}  // namespace wakesleep
