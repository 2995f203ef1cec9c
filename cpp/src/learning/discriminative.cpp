#include "learning/discriminative.h"

#include <algorithm>

#include "math/bits.h"
#include "math/functions.h"
#include "math/sampling.h"
#include "math/scalar.h"
#include "math/thread_pool.h"
#include "math/transpose.h"
#include "models/layer.h"

namespace wakesleep {
namespace {

// out += scale * sigmoid(x + y).
void add_sigmoids(const float* x, const float* y, Index n, float scale, float* out) {
  for (Index j = 0; j < n; j += math::lanes) {
    const int some = static_cast<int>(std::min<Index>(math::lanes, n - j));
    const math::Floats means = math::sigmoid(math::load_some(x + j, some) + math::load_some(y + j, some));
    math::store_some(out + j, math::load_some(out + j, some) + scale * means, some);
  }
}

}  // namespace

void DiscriminativeGradient::add(const Phase& phase, Gradient& out) {
  const Index rows = phase.rows(), visible = rbm_->visible(), labels = rbm_->labels(), hidden = rbm_->hidden();
  const Matrix& W = rbm_->W();
  const auto U = [&](Index y) { return W.data() + (visible + y) * hidden; };
  v_.resize(rows, visible);
  for (Index r = 0; r < rows; ++r) {
    if (phase.v.binary) {
      math::unpack(phase.v.bits.row(r), visible, v_.row(r));
    } else {
      std::copy_n(phase.v.real.row(r), visible, v_.row(r));
    }
  }
  scale_interaction(visible_layer(*rbm_), v_);
  inputs_.resize(rows, hidden);
  math::fill_rows(rbm_->c(), inputs_);
  math::add_product(view(v_), MatrixView(W.data(), visible, hidden), inputs_, workspace_);

  deltas_.resize(rows, labels);
  signals_.resize(rows, hidden);
  math::parallel_for(rows, [&](Index r) {
    float *delta = deltas_.row(r), *signal = signals_.row(r);
    const auto score = [&](Index y) {
      return static_cast<double>(rbm_->b()[visible + y]) + math::sum_softplus(inputs_.row(r), U(y), hidden);
    };
    double largest = score(0);
    for (Index y = 1; y < labels; ++y) largest = std::max(largest, score(y));
    double sum = 0;
    for (Index y = 0; y < labels; ++y) {
      const double p = math::exp(score(y) - largest);
      sum += p;
      delta[y] = static_cast<float>(p);
    }
    std::fill_n(signal, hidden, 0.0f);
    for (Index y = 0; y < labels; ++y) {
      const bool on = phase.v.binary ? phase.v.bits.get(r, visible + y) : phase.v.real(r, visible + y) != 0;
      delta[y] = phase.weight(r) * ((on ? 1.0f : 0.0f) - static_cast<float>(static_cast<double>(delta[y]) / sum));
      add_sigmoids(inputs_.row(r), U(y), hidden, delta[y], signal);
    }
  });

  math::transpose(view(v_), v_transposed_);
  MatrixRef of_images(out.W);
  of_images.rows = visible;
  math::add_product(view(v_transposed_), view(signals_), of_images, workspace_);
  math::parallel_for(labels, [&](Index y) {
    for (Index r = 0; r < rows; ++r) {
      add_sigmoids(inputs_.row(r), U(y), hidden, deltas_(r, y), out.W.data() + (visible + y) * hidden);
      out.b[visible + y] += deltas_(r, y);
    }
  });
  for (Index r = 0; r < rows; ++r)
    for (Index j = 0; j < hidden; ++j) out.c[j] += signals_(r, j);
}

}  // namespace wakesleep
