#include "learning/backpropagation.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "math/slices.h"
#include "math/thread_pool.h"
#include "math/transpose.h"
#include "models/network_examples.h"

namespace wakesleep {
namespace {

void square(MatrixRef x) {
  math::parallel_for(x.rows, static_cast<double>(x.cols), [&](Index r) {
    float* row = x.data + r * x.cols;
    for (Index i = 0; i < x.cols; ++i) row[i] *= row[i];
  });
}

constexpr int bits_at_once = 32;
constexpr std::array<std::uint32_t, bits_at_once> one_bit = [] {
  std::array<std::uint32_t, bits_at_once> bits{};
  for (unsigned i = 0; i < bits_at_once; ++i) bits[i] = std::uint32_t{1} << i;
  return bits;
}();

// Kernels of their own, for the compilers to make vectors of.
[[gnu::noinline]] void keep_32(std::uint32_t kept, float scale, float* x) {
  for (std::size_t i = 0; i < bits_at_once; ++i) x[i] = (kept & one_bit[i]) != 0 ? x[i] * scale : 0.0f;
}
void keep_row(const std::uint64_t* kept, float scale, float* x, Index n) {
  const auto bits = [kept](Index first) { return static_cast<std::uint32_t>(kept[first / 64] >> (first % 64)); };
  Index i = 0;
  for (; i + bits_at_once <= n; i += bits_at_once) keep_32(bits(i), scale, x + i);
  for (Index j = i; j < n; ++j) x[j] = (bits(i) & one_bit[static_cast<std::size_t>(j - i)]) != 0 ? x[j] * scale : 0.0f;
}

}  // namespace

void drop(const BitMatrix& kept, Index first, float stays, MatrixRef x) {
  const float scale = 1 / stays;
  math::parallel_for(x.rows, 2.0 * static_cast<double>(x.cols),
                     [&](Index r) { keep_row(kept.row(first + r), scale, x.data + r * x.cols, x.cols); });
}

MatrixView Backpropagation::inputs() const {
  const MatrixView& x = pass_->batch.inputs;
  return {x.data() + pass_->first * x.cols(), pass_->rows, x.cols()};
}
MatrixView Backpropagation::targets() const {
  const MatrixView& t = pass_->batch.targets;
  return {t.data() + pass_->first * t.cols(), pass_->rows, t.cols()};
}

void Backpropagation::begin(const NetworkParameters& parameters, const NetworkBatch& batch, Found& found,
                            NetworkParameters* descent, Index frozen, const See& see) {
  see_ = see;
  begin({&parameters, batch, &found, descent, nullptr, false, frozen});
}
void Backpropagation::begin_curvature(const NetworkParameters& parameters, const NetworkBatch& batch,
                                      const NetworkParameters& v, Index frozen, NetworkParameters& product) {
  see_ = nullptr;
  begin({&parameters, batch, nullptr, &product, &v, false, frozen});
}
void Backpropagation::begin_squared_gradients(const NetworkParameters& parameters, const NetworkBatch& batch,
                                              Index frozen, NetworkParameters& squares) {
  see_ = nullptr;
  begin({&parameters, batch, nullptr, &squares, nullptr, true, frozen});
}

void Backpropagation::begin(Pass pass) {
  pass_.emplace(pass);
  states_.resize(at(depth()));
  for (Index l = pass.frozen; pass.sums && l < depth(); ++l) {
    pass.sums->W[at(l)].setZero();
    pass.sums->b[at(l)].setZero();
  }
  begin_block();
}

// The most rows of which the product with the largest layer makes a slice.
void Backpropagation::begin_block() {
  Pass& pass = *pass_;
  Index largest = 1;
  for (Index l = 0; l < depth(); ++l) largest = std::max(largest, shape_->layers[at(l)] * shape_->layers[at(l + 1)]);
  const Index end = std::min(pass.batch.rows(), (pass.first / rows_a_block + 1) * rows_a_block);
  // On its way down a layer makes two products.
  pass.rows = math::next_rows(pass.first, end, false, 2 * static_cast<double>(largest)).count;
  pass.stage = Stage::up;
  pass.layer = 1;
}

bool Backpropagation::step() {
  if (!pass_) return false;
  Pass& pass = *pass_;
  switch (pass.stage) {
    case Stage::up:
      up(pass.layer++);
      if (pass.layer <= depth()) return true;
      if (pass.found) count_found();
      for (Index l = 1; see_ && l < depth(); ++l) see_(l, states(l));
      if (!pass.sums) {
        end_block();
      } else if (pass.v) {
        pass.stage = Stage::along;
        pass.layer = pass.frozen + 1;
      } else {
        begin_back();
      }
      break;
    case Stage::along:
      along(pass.layer++);
      if (pass.layer > depth()) begin_back();
      break;
    case Stage::back:
      back(pass.layer--);
      if (pass.layer == pass.frozen) end_block();
      break;
  }
  return pass_.has_value();
}

void Backpropagation::end_block() {
  pass_->first += pass_->rows;
  if (pass_->first < pass_->batch.rows()) return begin_block();
  pass_.reset();
  see_ = nullptr;
}

void Backpropagation::up(Index layer) {
  const Pass& pass = *pass_;
  Scratch& x = states_[at(layer - 1)];
  layer_inputs(states(layer - 1), pass.at->W[at(layer - 1)], pass.at->b[at(layer - 1)], x, workspace_);
  const MatrixView wanted = targets();
  if (pass.found && layer == depth() && loss_ == Loss::cross_entropy)
    for (Index r = 0; r < pass.rows; ++r)
      pass.found->loss += cross_entropy(activation_of(layer), x.row(r), wanted.data() + r * wanted.cols(), x.cols());
  activate(activation_of(layer), x);
  if (layer < depth() && pass.batch.kept && may_drop(activation_of(layer)))
    drop((*pass.batch.kept)[at(layer - 1)], pass.first, pass.batch.stays, x);
}

void Backpropagation::count_found() {
  const MatrixView outputs = states(depth()), wanted = targets();
  Found& found = *pass_->found;
  for (Index r = 0; r < outputs.rows(); ++r) {
    const float *y = outputs.data() + r * outputs.cols(), *t = wanted.data() + r * outputs.cols();
    found.squared_error += squared_error(y, t, outputs.cols());
    found.wrong += largest_output(y, outputs.cols()) != largest_output(t, outputs.cols());
  }
  if (loss_ == Loss::squared_error) found.loss = found.squared_error / 2;
}

// Derivatives along v, upwards: of inputs y V + (dy) W + vb, and of states f'(x) times those.
void Backpropagation::along(Index layer) {
  const Pass& pass = *pass_;
  layer_inputs(states(layer - 1), pass.v->W[at(layer - 1)], pass.v->b[at(layer - 1)], next_, workspace_);
  if (layer > pass.frozen + 1) math::add_product(view(moved_), pass.at->W[at(layer - 1)], next_, workspace_);
  if (layer < depth()) pass_back(activation_of(layer), states(layer), stays(layer), next_);
  std::swap(moved_, next_);
}

void Backpropagation::begin_back() {
  Pass& pass = *pass_;
  const MatrixView y = states(depth());
  const float scale = 1 / static_cast<float>(pass.batch.rows());
  if (pass.v) {
    // H times the derivative of the outputs' inputs: f' of cross entropies, f'^2 of squared errors.
    pass_back(activation_of(depth()), y, 1, moved_);
    if (loss_ == Loss::squared_error) pass_back(activation_of(depth()), y, 1, moved_);
    errors_.resize(y.rows(), y.cols());
    for (Index i = 0; i < errors_.size(); ++i) errors_.data()[i] = scale * moved_.data()[i];
  } else {
    output_errors(activation_of(depth()), loss_, y, targets(), pass.squares ? 1 : scale, errors_);
  }
  pass.stage = Stage::back;
  pass.layer = depth();
}

void Backpropagation::back(Index layer) {
  const Pass& pass = *pass_;
  const MatrixView y = states(layer - 1);
  math::transpose(y, turned_);
  if (pass.squares) {
    square(turned_);
    squares_.resize(errors_.rows(), errors_.cols());
    std::copy_n(errors_.data(), errors_.size(), squares_.data());
    square(squares_);
  }
  const MatrixView errors = view(pass.squares ? squares_ : errors_);
  math::add_product(view(turned_), errors, pass.sums->W[at(layer - 1)], workspace_);
  add_columns(errors, pass.sums->b[at(layer - 1)]);
  if (layer - 1 == pass.frozen) return;
  below_.resize(errors_.rows(), shape_->layers[at(layer - 1)]);
  std::fill_n(below_.data(), below_.size(), 0.0f);
  math::add_product(view(errors_), {pass.at->W[at(layer - 1)], true}, below_, workspace_);
  pass_back(activation_of(layer - 1), y, stays(layer - 1), below_);
  std::swap(errors_, below_);
}

}  // namespace wakesleep
