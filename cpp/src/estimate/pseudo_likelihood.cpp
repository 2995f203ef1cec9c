#include "wakesleep/pseudo_likelihood.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <stdexcept>
#include <string>

#include "estimate/enumeration.h"
#include "math/philox.h"
#include "math/scalar.h"
#include "math/slices.h"
#include "math/thread_pool.h"
#include "models/layer.h"

namespace wakesleep {
namespace {

// Gauss and Legendre's five points of [-1, 1].
constexpr std::array<double, 5> quadrature_points{-0.90617984593866399, -0.53846931010568309, 0, 0.53846931010568309,
                                                  0.90617984593866399};
constexpr std::array<double, 5> quadrature_weights{0.23692688505618909, 0.47862867049936647, 0.56888888888888889,
                                                   0.47862867049936647, 0.23692688505618909};
// Panels of an integral, in standard deviations; their error is below 1e-6 of a normal density.
constexpr double panel = 2, beyond = 9;
constexpr double most_panels = 20'000;

// What has a probability given all the rest: a unit, a softmax group, the label, or the words of a document that are
// the same.
struct Site {
  Index first, size;
};

std::vector<Site> sites_of(const Rbm& rbm) {
  std::vector<Site> sites;
  Index first = 0;
  for (const Index size : rbm.shape().visible_units.groups) {
    sites.push_back({first, size});
    first += size;
  }
  for (; first < rbm.visible(); ++first) sites.push_back({first, 1});
  if (rbm.labels()) sites.push_back({rbm.visible(), rbm.labels()});
  return sites;
}

// The terms of some rows. Each row has the inputs of its hidden units, and a term needs them with another row of W, or
// with more or less of it.
class Terms {
 public:
  Terms(const Rbm& rbm, const MatrixView& x)
      : rbm_(rbm), v_(visible_layer(rbm)), h_(hidden_layer(rbm)), x_(x), sites_(sites_of(rbm)) {
    check_states("x", v_, x);
    LayerSampler().inputs(h_, v_, x, rbm.W(), words_of(v_, x, words_), inputs_);
  }

  Index count() const { return static_cast<Index>(sites_.size()); }

  // Buffers of one thread.
  struct Buffers {
    Scratch off, inputs;
    VectorD of_hidden, energy;
    std::vector<float> words;
  };

  double of(Index r, Index t, Buffers& buffers) const {
    const Site& site = sites_[static_cast<std::size_t>(t)];
    if (site.first == rbm_.visible()) return of_group(r, site, buffers);
    switch (v_.type->kind()) {
      case units::Kind::two_valued:
        return of_unit(r, site.first, buffers);
      case units::Kind::group:
        return of_group(r, site, buffers);
      case units::Kind::counts: {
        const float times = x_(r, site.first);
        return times == 0 ? 0 : static_cast<double>(times) * of_word(r, site.first, buffers);
      }
      case units::Kind::real:
        break;
    }
    return of_density(r, site.first, buffers);
  }

  // The number of terms times the one that 32 random bits fall to. Of 2^32 numbers, at most as many too many as there
  // are terms fall to some: a bias of which a mean shows nothing.
  double of_one(Index r, std::uint64_t bits, Buffers& buffers) const {
    const auto one_of = [bits](double terms) {
      return static_cast<Index>((bits * static_cast<std::uint64_t>(terms)) >> 32);
    };
    if (words_.empty()) return static_cast<double>(count()) * of(r, one_of(static_cast<double>(count())), buffers);
    const auto words = static_cast<double>(words_[static_cast<std::size_t>(r)]);
    const double terms = words + (rbm_.labels() ? 1 : 0);
    const auto chosen = static_cast<double>(one_of(terms));
    if (chosen >= words) return rbm_.labels() ? terms * of(r, count() - 1, buffers) : 0;
    Index word = 0;
    for (auto before = static_cast<double>(x_(r, 0)); before <= chosen; before += static_cast<double>(x_(r, word)))
      ++word;
    return terms * of_word(r, word, buffers);
  }

 private:
  // v log p + (1 - v) log(1 - p), where p is the probability of the upper of the unit's two values, and v how far x is
  // on the way to it.
  double of_unit(Index r, Index i, Buffers& buffers) const {
    const float low = v_.type->low(), high = v_.type->high();
    const double v = static_cast<double>((x_(r, i) - low) / (high - low));
    start(r, buffers);
    add(i, -x_(r, i), buffers.off.data());
    double log_odds = static_cast<double>(rbm_.b()[i]) * static_cast<double>(high - low);
    each_candidate(
        r, 2, [&](Index k) { return std::pair(i, k == 0 ? high : low); },
        [&](Index k, double of_hidden) { log_odds += k == 0 ? of_hidden : -of_hidden; }, buffers);
    return v * log_odds - math::softplus(log_odds);
  }

  // The sum over the units of v log p.
  double of_group(Index r, const Site& site, Buffers& buffers) const {
    start(r, buffers);
    for (Index k = site.first; k < site.first + site.size; ++k)
      if (x_(r, k) != 0) add(k, -x_(r, k), buffers.off.data());
    LogSum sum;
    double own = 0;
    each_candidate(
        r, site.size, [&](Index k) { return std::pair(site.first + k, 1.0f); },
        [&](Index k, double of_hidden) {
          const double term = static_cast<double>(rbm_.b()[site.first + k]) + of_hidden;
          own += static_cast<double>(x_(r, site.first + k)) * term;
          sum.add(term);
        },
        buffers);
    return sum.log_share(own);
  }

  // log p that one word of the document is this one, given all its others.
  double of_word(Index r, Index word, Buffers& buffers) const {
    start(r, buffers);
    add(word, -1, buffers.off.data());
    LogSum sum;
    double own = 0;
    each_candidate(
        r, rbm_.visible(), [](Index k) { return std::pair(k, 1.0f); },
        [&](Index k, double of_hidden) {
          const double term = static_cast<double>(rbm_.b()[k]) + of_hidden;
          if (k == word) own = term;
          sum.add(term);
        },
        buffers);
    return sum.log_share(own);
  }

  // The logarithm of the density p(v_i | v_-i), which is a mixture over the hidden states of normal densities of the
  // unit's own sigma (cut off at zero: relu). NaN where it reaches too far to be integrated.
  double of_density(Index r, Index i, Buffers& buffers) const {
    const float variance = v_.side.variance ? v_.side.variance[i] : 1.0f;
    const units::Side unit{v_.side.units, 1, v_.side.bias + i, v_.side.variance ? v_.side.variance + i : nullptr};
    start(r, buffers);
    add(i, -x_(r, i) / variance, buffers.off.data());
    std::array<float, 5> at{};
    std::array<double, 5> log_weight{};
    LogSum sum;
    double own = 0;
    const auto add_terms = [&](Index n, auto&& f) {
      buffers.energy.setZero(n);
      v_.type->add_energy(unit, MatrixView(at.data(), n, 1), nullptr, buffers.energy);
      each_candidate(
          r, n, [&](Index k) { return std::pair(i, at[static_cast<std::size_t>(k)] / variance); },
          [&](Index k, double of_hidden) { f(k, of_hidden - buffers.energy[k]); }, buffers);
    };
    at[0] = x_(r, i);
    add_terms(1, [&](Index, double term) { own = term; });
    const Range range = range_of(i, buffers);
    if (!((range.high - range.low) / range.panel <= most_panels && range.first_panel > 0)) return std::nan("");
    for (double low = range.low, width = 0; low < range.high; low += width) {
      // Wider and wider from where a density that falls steeply from zero begins.
      width = std::min(range.panel, std::max(range.first_panel, low - range.low));
      for (std::size_t k = 0; k < at.size(); ++k) {
        at[k] = static_cast<float>(low + width / 2 * (1 + quadrature_points[k]));
        log_weight[k] = math::log(width / 2 * quadrature_weights[k]);
      }
      add_terms(5, [&](Index k, double term) { sum.add(term + log_weight[static_cast<std::size_t>(k)]); });
    }
    return sum.log_share(own);
  }

  struct Range {
    double low, high, panel, first_panel;
  };
  // Where all of unit i's density is, given buffers.off. With d the derivative of log p, and s the mean of a hidden
  // unit as it enters the interaction, sigma^2 d(v) = b - v + sum_j W_ij s_j(v). The means of bounded units have bounds
  // that do not depend on v. The means of others move with v by at most W_ij / (sigma_i sigma_j)^2 each, so that d
  // falls by at least `curvature` = 1 - sum_j (W_ij / (sigma_i sigma_j))^2 for one of v / sigma^2. Where neither side
  // has negative states, the density is looked for upwards from v = 0, and means that fall with v only bring its end
  // closer.
  Range range_of(Index i, const Buffers& buffers) const {
    const bool normal = v_.type->normal(), bounded = h_.type->bounded();
    const bool both_positive = v_.type->low() >= 0 && h_.type->low() >= 0 && !bounded;
    const double variance = v_.side.variance ? static_cast<double>(v_.side.variance[i]) : 1;
    const double sigma = std::sqrt(variance);
    const auto bias = static_cast<double>(rbm_.b()[i]);
    const double from = normal ? bias : 0;
    double up = bias - from, down = up, curvature = 1;
    for (Index j = 0; j < rbm_.hidden(); ++j) {
      const auto w = static_cast<double>(rbm_.W()(i, j));
      const double of_hidden = h_.side.variance ? static_cast<double>(h_.side.variance[j]) : 1;
      const double input = static_cast<double>(buffers.off.data()[j]) + from / variance * w;
      auto [least, most] = h_.type->bounds_of_mean(input);
      least /= of_hidden;
      most /= of_hidden;
      const double reaching = both_positive ? std::max(w, 0.0) : w;
      up += std::max(reaching * least, reaching * most);
      down += std::min(w * least, w * most);
      if (!bounded) curvature -= reaching * reaching / (variance * of_hidden);
    }
    curvature = std::max(curvature, 1e-6);
    const double margin = beyond * sigma / std::sqrt(curvature), high = from + std::max(up, 0.0) / curvature + margin;
    if (!normal) return {0, high, panel, panel / std::max(1.0, -down)};
    return {from + std::min(down, 0.0) / curvature - margin, high, panel * sigma, panel * sigma};
  }

  // What the hidden units add to -F when candidate k stands in the site: their inputs are buffers.off and, of(k) =
  // {unit, amount}, that much of the unit's row of W.
  template <class Of, class F>
  void each_candidate(Index r, Index n, Of&& of, F&& f, Buffers& buffers) const {
    constexpr Index at_once = 32;
    const float* words = nullptr;
    if (!words_.empty()) {
      buffers.words.assign(at_once, words_[static_cast<std::size_t>(r)]);
      words = buffers.words.data();
    }
    for (Index first = 0; first < n; first += at_once) {
      const Index some = std::min(at_once, n - first);
      buffers.inputs.resize(some, rbm_.hidden());
      for (Index k = 0; k < some; ++k) {
        std::copy_n(buffers.off.data(), rbm_.hidden(), buffers.inputs.row(k));
        const auto [unit, amount] = of(first + k);
        add(unit, amount, buffers.inputs.row(k));
      }
      buffers.of_hidden.setZero(some);
      h_.type->add_log_partition(h_.side, view(buffers.inputs), 1, nullptr, words, buffers.of_hidden);
      for (Index k = 0; k < some; ++k) f(first + k, buffers.of_hidden[k]);
    }
  }
  void start(Index r, Buffers& buffers) const {
    buffers.off.resize(1, rbm_.hidden());
    std::copy_n(inputs_.row(r), rbm_.hidden(), buffers.off.data());
  }
  void add(Index unit, float amount, float* inputs) const {
    const float* w = rbm_.W().data() + unit * rbm_.hidden();
    for (Index j = 0; j < rbm_.hidden(); ++j) inputs[j] += amount * w[j];
  }

  const Rbm& rbm_;
  Layer v_, h_;
  MatrixView x_;
  std::vector<Site> sites_;
  std::vector<float> words_;
  Scratch inputs_;
};

void check_model(const Rbm& rbm) {
  check_energy(rbm);
  check_normalisable(rbm);
}

double checked(const Rbm& rbm, double term) {
  if (std::isnan(term) && !visible_layer(rbm).type->bounded())
    throw std::out_of_range(
        "the density of a visible unit given the others cannot be integrated: it reaches over more than " +
        std::to_string(static_cast<int>(most_panels * panel)) + " of the unit's standard deviations");
  return term;
}

// What a term takes at least: a sum over the hidden units.
double of_a_term(const Rbm& rbm) { return 20.0 * static_cast<double>(rbm.hidden()); }

// sums[r] += terms first .. first + count - 1 of row r.
void add_terms(const Rbm& rbm, const Terms& terms, Index first, Index count, VectorD& sums) {
  constexpr Index at_once = 4;
  const Index rows = sums.size(), pieces = (count + at_once - 1) / at_once;
  MatrixD values(rows, count);
  const double work = of_a_term(rbm);
  math::parallel_for(rows * pieces, static_cast<double>(at_once) * work, [&](Index piece) {
    Terms::Buffers buffers;
    const Index r = piece / pieces, begin = piece % pieces * at_once, end = std::min(count, begin + at_once);
    for (Index t = begin; t < end; ++t) values(r, t) = terms.of(r, first + t, buffers);
  });
  for (Index r = 0; r < rows; ++r)
    for (Index t = 0; t < count; ++t) sums[r] += checked(rbm, values(r, t));
}

VectorD of_one_term(const Rbm& rbm, const MatrixView& x, std::uint64_t seed, std::uint64_t first) {
  const Terms terms(rbm, x);
  VectorD result(x.rows());
  math::parallel_for(x.rows(), of_a_term(rbm), [&](Index r) {
    Terms::Buffers buffers;
    const std::uint64_t row = first + static_cast<std::uint64_t>(r);
    const math::Place place{seed, Stream::one_unit, row >> 32};
    result[r] = terms.of_one(r, math::words_at(place, 0, static_cast<std::uint32_t>(row))[0], buffers);
  });
  for (const double term : result) checked(rbm, term);
  return result;
}

// How many sums over the hidden units the terms of an example take, about.
double candidates_of(const Rbm& rbm, const ExampleRows& examples) {
  const auto visible = static_cast<double>(rbm.visible());
  switch (visible_layer(rbm).type->kind()) {
    case units::Kind::two_valued:
    case units::Kind::group:
      return 2 * visible + static_cast<double>(rbm.labels());
    case units::Kind::counts: {
      const Matrix some = examples.read(0, std::min<Index>(examples.count(), 100));
      const double words = some.cast<double>().sum() / static_cast<double>(some.rows());
      return visible * std::min(visible, 1 + words);
    }
    case units::Kind::real:
      break;
  }
  const auto reach = static_cast<double>(rbm.W().topRows(rbm.visible()).cwiseAbs().sum());
  const double sigmas = rbm.sigma_v().size() ? static_cast<double>(rbm.sigma_v().minCoeff()) : 1;
  return 5 / panel * (2 * beyond * visible + reach / sigmas);
}

}  // namespace

VectorD log_pseudo_likelihood(const Rbm& rbm, const MatrixView& x) {
  check_model(rbm);
  const Terms terms(rbm, x);
  VectorD sums = VectorD::Zero(x.rows());
  add_terms(rbm, terms, 0, terms.count(), sums);
  return sums;
}

VectorD stochastic_log_pseudo_likelihood(const Rbm& rbm, const MatrixView& x, std::uint64_t seed, std::uint64_t first) {
  check_model(rbm);
  return of_one_term(rbm, x, seed, first);
}

DatasetAverage pseudo_likelihood(const Rbm& rbm, ExampleRows examples, const PseudoLikelihoodOptions& options) {
  check_model(rbm);
  if (rbm.labels() > 0 && examples.labels().empty())
    throw std::out_of_range("the pseudo-likelihood of a model with label units needs data with labels");
  const DatasetAverage::Shape shape{rbm.visible(), rbm.labels()};
  const Index rows = examples.count();
  const auto of_inputs = static_cast<double>(rbm.W().size()), terms = static_cast<double>(sites_of(rbm).size());
  const double of_hidden_unit = hidden_layer(rbm).type->cost_of_log_partition();
  const double of_terms = of_hidden_unit * static_cast<double>(rbm.hidden()) * candidates_of(rbm, examples);
  if (options.stochastic)
    return {std::move(examples), shape, rows, math::rows_a_slice(of_inputs + of_terms / terms),
            [&rbm, seed = options.seed.value_or(rbm.seed())](const Matrix& x, Index first) {
              return of_one_term(rbm, view(x), seed, static_cast<std::uint64_t>(first));
            }};
  // A row whose terms are more than a slice is done some terms at a time.
  struct Progress {
    VectorD sums;
    Index terms = 0;
  };
  const Index at_once = math::rows_a_slice(of_terms / terms);
  return {std::move(examples), shape, rows, math::rows_a_slice(of_inputs + of_terms),
          [&rbm, at_once, progress = std::make_shared<Progress>()](const Matrix& x, Index) -> VectorD {
            const Terms all(rbm, view(x));
            if (progress->terms == 0) progress->sums.setZero(x.rows());
            const Index some = std::min(x.rows() > 1 ? all.count() : at_once, all.count() - progress->terms);
            add_terms(rbm, all, progress->terms, some, progress->sums);
            progress->terms += some;
            if (progress->terms < all.count()) return {};
            progress->terms = 0;
            return progress->sums;
          }};
}

}  // namespace wakesleep
