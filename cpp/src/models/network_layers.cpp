#include "models/network_layers.h"

#include <algorithm>

#include "math/sampling.h"
#include "math/scalar.h"
#include "math/thread_pool.h"

namespace wakesleep {
namespace {

constexpr Index rows_a_piece = 16;

// f(row) for each of so many values, in parallel.
template <class F>
void each_row(Index rows, Index cols, F&& f) {
  math::parallel_for((rows + rows_a_piece - 1) / rows_a_piece, 2.0 * static_cast<double>(rows_a_piece * cols),
                     [&](Index piece) {
                       const Index end = std::min(rows, (piece + 1) * rows_a_piece);
                       for (Index r = piece * rows_a_piece; r < end; ++r) f(r);
                     });
}

// Kernels are functions of their own, for the compilers to make vectors of.
[[gnu::noinline]] void rectify(float* x, Index n) {
  // (NaN stays, for whoever looks for divergence.)
  for (Index i = 0; i < n; ++i) x[i] = x[i] < 0 ? 0.0f : x[i];
}
[[gnu::noinline]] void through_sigmoid(const float* __restrict y, float stays, float* __restrict d, Index n) {
  const float scale = 1 / stays;
  for (Index i = 0; i < n; ++i) {
    const float mean = y[i] * stays;
    d[i] = d[i] * scale * (mean * (1 - mean));
  }
}
[[gnu::noinline]] void through_relu(const float* __restrict y, float stays, float* __restrict d, Index n) {
  const float scale = 1 / stays;
  for (Index i = 0; i < n; ++i) d[i] = y[i] > 0 ? d[i] * scale : 0.0f;
}
// J d of a softmax: y (d - sum_k d_k y_k).
void through_softmax(const float* y, float* d, Index n) {
  float sum = 0;
  for (Index i = 0; i < n; ++i) sum += d[i] * y[i];
  for (Index i = 0; i < n; ++i) d[i] = y[i] * (d[i] - sum);
}
[[gnu::noinline]] void differences(const float* __restrict y, const float* __restrict t, float scale,
                                   float* __restrict d, Index n) {
  for (Index i = 0; i < n; ++i) d[i] = scale * (t[i] - y[i]);
}
[[gnu::noinline]] void add_row(const float* __restrict x, float* __restrict sums, Index n) {
  for (Index i = 0; i < n; ++i) sums[i] += x[i];
}

double dot(const float* a, const float* b, Index n) {
  double sum = 0;
  for (Index i = 0; i < n; ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return sum;
}

}  // namespace

void layer_inputs(const MatrixView& y, const Matrix& W, const Vector& b, Scratch& x, math::Workspace& workspace) {
  x.resize(y.rows(), W.cols());
  math::fill_rows(b, x);
  math::add_product(y, W, x, workspace);
}

void activate(Activation activation, MatrixRef x) {
  switch (activation) {
    case Activation::sigmoid:
      return math::bernoulli_means(x, x.cols, 1);
    case Activation::relu:
      return each_row(x.rows, x.cols, [&](Index r) { rectify(x.data + r * x.cols, x.cols); });
    case Activation::linear:
      return;
    case Activation::softmax:
      return math::softmax_means(x, 0, x.cols, 1);
  }
}

void pass_back(Activation activation, const MatrixView& y, float stays, MatrixRef d) {
  each_row(d.rows, d.cols, [&](Index r) {
    const float* states = y.data() + r * d.cols;
    float* errors = d.data + r * d.cols;
    switch (activation) {
      case Activation::sigmoid:
        return through_sigmoid(states, stays, errors, d.cols);
      case Activation::relu:
        return through_relu(states, stays, errors, d.cols);
      case Activation::linear:
        return;
      case Activation::softmax:
        return through_softmax(states, errors, d.cols);
    }
  });
}

double cross_entropy(Activation activation, const float* x, const float* t, Index n) {
  if (activation == Activation::sigmoid) return math::sum_softplus(x, nullptr, n) - dot(t, x, n);
  const auto largest = static_cast<double>(*std::max_element(x, x + n));
  double sum = 0, of_targets = 0;
  for (Index i = 0; i < n; ++i) {
    sum += math::exp(static_cast<double>(x[i]) - largest);
    of_targets += static_cast<double>(t[i]);
  }
  return of_targets * (largest + math::log(sum)) - dot(t, x, n);
}

double squared_error(const float* y, const float* t, Index n) {
  double sum = 0;
  for (Index i = 0; i < n; ++i) {
    const double difference = static_cast<double>(y[i]) - static_cast<double>(t[i]);
    sum += difference * difference;
  }
  return sum;
}

void output_errors(Activation activation, Loss loss, const MatrixView& y, const MatrixView& t, float scale,
                   Scratch& d) {
  d.resize(y.rows(), y.cols());
  each_row(d.rows(), d.cols(),
           [&](Index r) { differences(y.data() + r * y.cols(), t.data() + r * t.cols(), scale, d.row(r), d.cols()); });
  // Of cross entropies the derivative of the activation cancels.
  if (loss == Loss::squared_error) pass_back(activation, y, 1, d);
}

void add_columns(const MatrixView& x, Vector& sums) {
  for (Index r = 0; r < x.rows(); ++r) add_row(x.data() + r * x.cols(), sums.data(), sums.size());
}

}  // namespace wakesleep
