#include "wakesleep/pseudo_likelihood.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "math/philox.h"
#include "math/products.h"
#include "math/sampling.h"
#include "math/scalar.h"
#include "math/slices.h"
#include "math/thread_pool.h"

namespace wakesleep {
namespace {

// The terms of some rows: each has the inputs of its hidden units, and a term needs them with one row of W more or less.
class Terms {
 public:
  Terms(const Rbm& rbm, const MatrixView& x) : rbm_(rbm), x_(x), inputs_(x.rows(), rbm.hidden()), off_(x.rows(), rbm.hidden()) {
    if (!rbm.is_bernoulli()) throw std::invalid_argument("the pseudo-likelihood is for Bernoulli units on both sides");
    check_examples("x", x, rbm.width());
    math::fill_rows(rbm.c(), inputs_);
    math::Workspace workspace;
    math::add_product(x, rbm.W(), inputs_, workspace);
  }

  // log p(v_i | v_-i).
  double of_unit(Index r, Index i) {
    const auto v = static_cast<double>(x_(r, i));
    without(r, i, x_(r, i));
    const double log_odds =
        static_cast<double>(rbm_.b()[i]) + of_hidden(off_.data() + r * hidden(), i) - of_hidden(off_.data() + r * hidden());
    return v * log_odds - math::softplus(log_odds);
  }

  // log p(y | v).
  double of_label(Index r) {
    const Index labels = rbm_.labels(), visible = rbm_.visible();
    off_.row(r) = inputs_.row(r);
    for (Index y = 0; y < labels; ++y)
      if (x_(r, visible + y) != 0)
        for (Index j = 0; j < hidden(); ++j) off_(r, j) -= x_(r, visible + y) * rbm_.W()(visible + y, j);
    double own = 0, sum = 0, largest = 0;
    for (Index y = 0; y < labels; ++y) {
      const double term = static_cast<double>(rbm_.b()[visible + y]) + of_hidden(off_.data() + r * hidden(), visible + y);
      own += static_cast<double>(x_(r, visible + y)) * term;
      if (y == 0 || term > largest) {
        sum = y == 0 ? 1 : sum * math::exp(largest - term) + 1;
        largest = term;
      } else {
        sum += math::exp(term - largest);
      }
    }
    return own - largest - math::log(sum);
  }

  Index count() const { return rbm_.visible() + (rbm_.labels() > 0 ? 1 : 0); }
  double of(Index r, Index term) { return term < rbm_.visible() ? of_unit(r, term) : of_label(r); }

 private:
  Index hidden() const { return rbm_.hidden(); }
  // What the hidden units add to -F when their inputs are these, with row i of W.
  double of_hidden(const float* inputs, Index i = -1) const {
    return math::sum_softplus(inputs, i < 0 ? nullptr : rbm_.W().data() + i * hidden(), hidden());
  }
  // The inputs of row r when unit i is off.
  void without(Index r, Index i, float v) {
    const float* in = inputs_.data() + r * hidden();
    const float* w = rbm_.W().data() + i * hidden();
    float* out = off_.data() + r * hidden();
    for (Index j = 0; j < hidden(); ++j) out[j] = in[j] - v * w[j];
  }

  const Rbm& rbm_;
  MatrixView x_;
  Matrix inputs_, off_;
};

}  // namespace

VectorD log_pseudo_likelihood(const Rbm& rbm, const MatrixView& x) {
  Terms terms(rbm, x);
  VectorD result(x.rows());
  math::parallel_for(x.rows(), [&](Index r) {
    double sum = 0;
    for (Index t = 0; t < terms.count(); ++t) sum += terms.of(r, t);
    result[r] = sum;
  });
  return result;
}

VectorD stochastic_log_pseudo_likelihood(const Rbm& rbm, const MatrixView& x, std::uint64_t seed, std::uint64_t first) {
  Terms terms(rbm, x);
  VectorD result(x.rows());
  math::parallel_for(x.rows(), [&](Index r) {
    const std::uint64_t row = first + static_cast<std::uint64_t>(r);
    const math::Place place{seed, Stream::one_unit, row >> 32};
    // Of 2^32 numbers, at most `count` too many fall to some terms: a bias below 2^-12, of which a mean shows nothing.
    const std::uint64_t bits = math::words_at(place, 0, static_cast<std::uint32_t>(row))[0];
    const auto term = static_cast<Index>((bits * static_cast<std::uint64_t>(terms.count())) >> 32);
    result[r] = static_cast<double>(terms.count()) * terms.of(r, term);
  });
  return result;
}

DatasetAverage pseudo_likelihood(const Rbm& rbm, const Dataset& data, const PseudoLikelihoodOptions& options) {
  if (rbm.labels() > 0 && !data.has_labels())
    throw std::out_of_range("the pseudo-likelihood of a model with label units needs data with labels");
  // A softplus costs about ten multiplications, and a term takes two rows of them.
  const double work = 20 * static_cast<double>(rbm.W().size());
  const double of_one = static_cast<double>(rbm.W().size()) + 20 * static_cast<double>(rbm.hidden());
  return {data,
          {rbm.visible(), rbm.labels()},
          data.count(),
          math::rows_a_slice(options.stochastic ? of_one : work),
          [&rbm, options](const Matrix& x, Index first) {
            return options.stochastic
                       ? stochastic_log_pseudo_likelihood(rbm, view(x), options.seed, static_cast<std::uint64_t>(first))
                       : log_pseudo_likelihood(rbm, view(x));
          }};
}

}  // namespace wakesleep
