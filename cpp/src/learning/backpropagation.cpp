#include "learning/backpropagation.h"

#include <algorithm>
#include <array>
#include <cstdint>

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

void Backpropagation::clear(NetworkParameters& sums, Index frozen) const {
  for (Index l = frozen; l < depth(); ++l) {
    sums.W[at(l)].setZero();
    sums.b[at(l)].setZero();
  }
}

void Backpropagation::forward(const NetworkParameters& parameters, const NetworkBatch& batch, Index first, Index rows,
                              Found* found) {
  states_.resize(at(depth()));
  MatrixView now = inputs(batch, first, rows);
  const MatrixView wanted = targets(batch, first, rows);
  for (Index l = 1; l <= depth(); ++l) {
    Scratch& x = states_[at(l - 1)];
    layer_inputs(now, parameters.W[at(l - 1)], parameters.b[at(l - 1)], x, workspace_);
    if (found && l == depth() && loss_ == Loss::cross_entropy)
      for (Index r = 0; r < rows; ++r)
        found->loss += cross_entropy(activation_of(l), x.row(r), wanted.data() + r * wanted.cols(), x.cols());
    activate(activation_of(l), x);
    if (l < depth() && batch.kept && may_drop(activation_of(l))) drop((*batch.kept)[at(l - 1)], first, batch.stays, x);
    new (&now) MatrixView(view(x));
  }
  if (!found) return;
  for (Index r = 0; r < rows; ++r) {
    const float *y = now.data() + r * now.cols(), *t = wanted.data() + r * now.cols();
    found->squared_error += squared_error(y, t, now.cols());
    found->wrong += largest_output(y, now.cols()) != largest_output(t, now.cols());
  }
  if (loss_ == Loss::squared_error) found->loss = found->squared_error / 2;
}

void Backpropagation::backward(const NetworkParameters& parameters, const NetworkBatch& batch, Index first,
                               Index frozen, NetworkParameters& sums, bool squared) {
  for (Index l = depth(); l > frozen; --l) {
    const MatrixView y = states(batch, first, l - 1);
    math::transpose(y, turned_);
    if (squared) {
      square(turned_);
      squares_.resize(errors_.rows(), errors_.cols());
      std::copy_n(errors_.data(), errors_.size(), squares_.data());
      square(squares_);
    }
    const MatrixView errors = view(squared ? squares_ : errors_);
    math::add_product(view(turned_), errors, sums.W[at(l - 1)], workspace_);
    add_columns(errors, sums.b[at(l - 1)]);
    if (l - 1 == frozen) break;
    below_.resize(errors_.rows(), shape_->layers[at(l - 1)]);
    std::fill_n(below_.data(), below_.size(), 0.0f);
    math::add_product(view(errors_), {parameters.W[at(l - 1)], true}, below_, workspace_);
    pass_back(activation_of(l - 1), y, stays(batch, l - 1), below_);
    std::swap(errors_, below_);
  }
}

void Backpropagation::curvature(const NetworkParameters& parameters, const NetworkBatch& batch,
                                const NetworkParameters& v, Index frozen, NetworkParameters& product) {
  clear(product, frozen);
  const float scale = 1 / static_cast<float>(batch.rows());
  for (Index first = 0; first < batch.rows(); first += rows_a_block) {
    const Index rows = std::min(rows_a_block, batch.rows() - first);
    forward(parameters, batch, first, rows, nullptr);
    // Derivatives along v, upwards: of inputs y V + (dy) W + vb, and of states f'(x) times those.
    for (Index l = frozen + 1; l <= depth(); ++l) {
      layer_inputs(states(batch, first, l - 1), v.W[at(l - 1)], v.b[at(l - 1)], next_, workspace_);
      if (l > frozen + 1) math::add_product(view(moved_), parameters.W[at(l - 1)], next_, workspace_);
      if (l < depth()) pass_back(activation_of(l), states(batch, first, l), stays(batch, l), next_);
      std::swap(moved_, next_);
    }
    // H times the derivative of the outputs' inputs: f' of cross entropies, f'^2 of squared errors.
    const MatrixView y = states(batch, first, depth());
    pass_back(activation_of(depth()), y, 1, moved_);
    if (loss_ == Loss::squared_error) pass_back(activation_of(depth()), y, 1, moved_);
    errors_.resize(rows, y.cols());
    for (Index i = 0; i < errors_.size(); ++i) errors_.data()[i] = scale * moved_.data()[i];
    backward(parameters, batch, first, frozen, product);
  }
}

void Backpropagation::squared_gradients(const NetworkParameters& parameters, const NetworkBatch& batch, Index frozen,
                                        NetworkParameters& squares) {
  clear(squares, frozen);
  for (Index first = 0; first < batch.rows(); first += rows_a_block) {
    const Index rows = std::min(rows_a_block, batch.rows() - first);
    forward(parameters, batch, first, rows, nullptr);
    output_errors(activation_of(depth()), loss_, states(batch, first, depth()), targets(batch, first, rows), 1,
                  errors_);
    backward(parameters, batch, first, frozen, squares, true);
  }
}

}  // namespace wakesleep
