#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <memory>
#include <numeric>

#include "enumeration.h"
#include "math/philox.h"
#include "models/sbn_states.h"
#include "sbn_enumeration.h"
#include "thread_counts.h"
#include "wakesleep/errors.h"
#include "wakesleep/infinite_net.h"
#include "wakesleep/patterns.h"
#include "wakesleep/random.h"
#include "wakesleep/sbn.h"
#include "wakesleep/sbn_exact.h"
#include "wakesleep/sbn_gibbs.h"
#include "wakesleep/sbn_training.h"
#include "wakesleep/threads.h"

using namespace wakesleep;
using namespace wakesleep::test;

namespace {

const std::vector<std::vector<Index>> shapes{{3, 4}, {4, 3, 2}, {3, 2, 3, 2}};

Matrix all_visible(Index visible) {
  Matrix x(Index{1} << visible, visible);
  for (Index r = 0; r < x.rows(); ++r)
    for (Index i = 0; i < visible; ++i) x(r, i) = float((r >> i) & 1);
  return x;
}

ExactPosterior exact(const Sbn& net, const Matrix& x, bool with_gradient = false) {
  ExactPosterior result(net, view(x), with_gradient);
  while (result.step()) {
  }
  return result;
}

// The hidden units of a row, numbered as in sbn_enumeration.h.
std::size_t hidden_state(const SbnStates& states, Index row) {
  std::size_t number = 0;
  Index bit = 0;
  for (std::size_t l = 1; l < states.size(); ++l)
    for (Index j = 0; j < states[l].cols(); ++j, ++bit) number |= std::size_t{states[l].get(row, j)} << bit;
  return number;
}

SbnStates states_of(const PosteriorChains& chains, Index layers) {
  SbnStates states;
  for (Index l = 0; l < layers; ++l) states.push_back(chains.states(l));
  return states;
}

std::vector<double> counts_of(const SbnStates& states, Index hidden) {
  std::vector<double> counts(std::size_t{1} << hidden, 0.0);
  for (Index r = 0; r < states[0].rows(); ++r) counts[hidden_state(states, r)] += 1;
  return counts;
}

void put(PosteriorChains& chains, const SbnTruth& net, const std::vector<std::size_t>& hidden) {
  for (std::size_t l = 1; l < net.layer_count(); ++l) {
    Matrix states(Index(hidden.size()), net.units(l));
    for (std::size_t r = 0; r < hidden.size(); ++r) {
      const UnitStates s = test::states_of(net, {}, hidden[r]);
      for (Index j = 0; j < net.units(l); ++j) states(Index(r), j) = float(s[l][std::size_t(j)]);
    }
    chains.set_states(Index(l), view(states));
  }
}

template <class Training>
void run(Training& training) {
  while (training.step()) {
  }
}

}  // namespace

TEST_CASE("the joint probability of a sigmoid belief net is the product over units given their parents") {
  for (const auto& layers : shapes) {
    const Sbn net = small_net(layers, 1.2, 3);
    const SbnTruth truth(net);
    double sum = 0;
    for (std::size_t v = 0; v < std::size_t{1} << layers[0]; ++v)
      for (std::size_t h = 0; h < std::size_t{1} << truth.hidden(); ++h) {
        const UnitStates s = test::states_of(truth, bits(v, layers[0]), h);
        std::vector<Matrix> states;
        for (const auto& layer : s) states.push_back(as_row(layer));
        const double log_p = net.log_joint(states)[0];
        REQUIRE(log_p == doctest::Approx(log_joint(truth, s)).epsilon(1e-5));
        sum += std::exp(log_p);
      }
    CHECK(sum == doctest::Approx(1).epsilon(1e-5));
  }
}

TEST_CASE("exact posteriors and likelihoods equal the sums over all hidden states") {
  for (const auto& layers : shapes) {
    const Sbn net = small_net(layers, 1.5, 4);
    const SbnTruth truth(net);
    const Matrix x = all_visible(layers[0]);
    const ExactPosterior now = exact(net, x);
    CHECK(now.done() == 1);
    double sum = 0;
    for (Index r = 0; r < x.rows(); ++r) {
      const std::vector<double> v = bits(std::size_t(r), layers[0]);
      CHECK(now.log_likelihood()[r] == doctest::Approx(log_likelihood(truth, v)).epsilon(1e-5));
      sum += std::exp(now.log_likelihood()[r]);
      const std::vector<double> p = posterior(truth, v);
      for (std::size_t l = 1; l < truth.layer_count(); ++l)
        for (Index j = 0; j < truth.units(l); ++j) {
          double mean = 0;
          for (std::size_t h = 0; h < p.size(); ++h) mean += p[h] * test::states_of(truth, v, h)[l][std::size_t(j)];
          REQUIRE(now.mean(Index(l))(r, j) == doctest::Approx(mean).epsilon(1e-5));
        }
    }
    CHECK(sum == doctest::Approx(1).epsilon(1e-6));
    CHECK(exact_mean_log_likelihood(net, view(x)) == doctest::Approx(now.log_likelihood().mean()));
  }
}

TEST_CASE("the exact gradient of the log-likelihood equals finite differences of the enumerated one") {
  for (const auto& layers : shapes) {
    const Sbn net = small_net(layers, 1.5, 5);
    const SbnTruth truth(net);
    const Matrix x = all_visible(layers[0]).topRows(5);
    const ExactPosterior now = exact(net, x, true);
    const auto mean_log_likelihood = [&](const SbnTruth& at) {
      double sum = 0;
      for (Index r = 0; r < x.rows(); ++r) sum += log_likelihood(at, bits(std::size_t(r), layers[0]));
      return sum / double(x.rows());
    };
    const auto slope = [&](auto&& entry) {
      constexpr double step = 1e-5;
      SbnTruth up = truth, down = truth;
      entry(up) += step;
      entry(down) -= step;
      return (mean_log_likelihood(up) - mean_log_likelihood(down)) / (2 * step);
    };
    for (std::size_t l = 0; l < truth.layer_count(); ++l)
      for (Index i = 0; i < truth.units(l); ++i) {
        CHECK(std::abs(now.gradient_b(Index(l))[i] - slope([&](SbnTruth& at) -> double& { return at.b[l][i]; })) <
              1e-6);
        if (l == truth.depth()) continue;
        for (Index j = 0; j < truth.units(l + 1); ++j)
          CHECK(std::abs(now.gradient_W(Index(l))(i, j) -
                         slope([&](SbnTruth& at) -> double& { return at.W[l](i, j); })) < 1e-6);
      }
  }
}

TEST_CASE("slices and groups of rows do not change an exact posterior") {
  // 2^18 states a row make groups of a few rows, and slices of every stage.
  const Sbn net = small_net({3, 17, 3}, 0.6, 6);
  const Matrix x = all_visible(3).replicate(5, 1);
  const ExactPosterior all = exact(net, x, true);
  for (const Index r : {0, 1, 33, 39}) {
    const ExactPosterior one = exact(net, x.row(r), true);
    CHECK(one.log_likelihood()[0] == all.log_likelihood()[r]);
    CHECK(one.mean(1).row(0) == all.mean(1).row(r));
    CHECK(one.mean(2).row(0) == all.mean(2).row(r));
  }
  CHECK(all.log_likelihood().topRows(8).array().exp().sum() == doctest::Approx(1).epsilon(1e-5));
}

TEST_CASE("ancestral samples come with the means of their visible units, and repeat with their seed and group") {
  const Sbn net = small_net({2, 3, 2}, 1.5, 7);
  const SbnTruth truth(net);
  const SbnSamples samples = net.sample(20, 5);
  for (Index r = 0; r < 20; ++r) {
    const UnitStates s = test::states_of(truth, {}, hidden_state(samples.states, r));
    for (Index i = 0; i < 2; ++i)
      CHECK(double(samples.means(r, i)) == doctest::Approx(logistic(input(truth, s, 0, i))).epsilon(1e-5));
  }
  CHECK(net.sample(10, 5).means == samples.means.topRows(10));
  CHECK_FALSE(net.sample(10, 6).means == samples.means.topRows(10));
  CHECK_FALSE(net.sample(10, 5, 1).means == samples.means.topRows(10));
}

// The limit of Pearson's statistic is its 0.999 quantile for 7 degrees of freedom.
TEST_CASE("a posterior without explaining away would be caught") {
  // p(s_j | rest) with each child's likelihood taken as if j were its only parent.
  const Sbn net = small_net({3, 3}, 2, 8);
  const SbnTruth truth(net);
  const std::vector<double> v = bits(5, 3);
  const Matrix x = as_row(v).replicate(30000, 1);
  PosteriorChains chains(net, view(x), 19);
  chains.sweep(20);
  std::vector<double> counts = counts_of(states_of(chains, 2), 3), factorial(8, 1.0);
  CHECK(chi_squared(counts, posterior(truth, v)) < 24.3);
  for (std::size_t h = 0; h < 8; ++h)
    for (Index j = 0; j < 3; ++j) {
      double x_j = truth.b[1][j];
      for (Index i = 0; i < 3; ++i) {
        const double on = logistic(truth.b[0][i] + truth.W[0](i, j)), off = logistic(truth.b[0][i]);
        x_j += v[std::size_t(i)] == 1 ? std::log(on / off) : std::log((1 - on) / (1 - off));
      }
      factorial[h] *= h >> j & 1 ? logistic(x_j) : 1 - logistic(x_j);
    }
  CHECK(chi_squared(counts, factorial) > 24.3);
}

TEST_CASE("means over sweeps are those of the exact posterior, for each row its own") {
  const Sbn net = small_net({4, 3, 2}, 1.5, 10);
  const Matrix x = all_visible(4);
  PosteriorChains chains(net, view(x), 11);
  chains.sweep(100);
  chains.forget();
  CHECK_THROWS_AS(chains.mean(1), std::invalid_argument);
  chains.sweep(4000);
  CHECK(chains.sweeps() == 4100);
  PosteriorChains same(net, view(x), 11), other(net, view(x), 11, 1);
  for (PosteriorChains* now : {&same, &other}) now->sweep(4);
  CHECK_FALSE(same.mean(1) == other.mean(1));
  const ExactPosterior truth = exact(net, x);
  for (const Index l : {1, 2}) {
    const MatrixD difference = chains.mean(l).cast<double>() - truth.mean(l);
    CHECK(difference.cwiseAbs().maxCoeff() < 0.03);
    // Means of another row, or of the prior, are farther away.
    CHECK((truth.mean(l).row(0) - truth.mean(l).row(15)).cwiseAbs().maxCoeff() > 0.1);
  }
}

TEST_CASE("the earthquake and the truck: each explains the jump of the house, and so explains the other away") {
  const Sbn net = earthquake_and_truck();
  const SbnTruth truth(net);
  const std::vector<double> p = posterior(truth, {1});
  // As in the lecture: .0001, .4999, .4999, .0001.
  for (const std::size_t both : {0u, 3u}) CHECK(p[both] == doctest::Approx(0.0001).epsilon(0.1));
  for (const std::size_t one : {1u, 2u}) CHECK(p[one] == doctest::Approx(0.4999).epsilon(0.0001));

  const Matrix jumps = Matrix::Ones(1, 1), still = Matrix::Zero(1, 1);
  const ExactPosterior seen = exact(net, jumps);
  CHECK(seen.mean(1)(0, 0) == doctest::Approx(0.5).epsilon(1e-4));
  CHECK(seen.mean(1)(0, 1) == doctest::Approx(0.5).epsilon(1e-4));
  CHECK(seen.log_likelihood()[0] == doctest::Approx(log_likelihood(truth, {1})).epsilon(1e-6));
  CHECK(exact(net, still).mean(1)(0, 0) < 1e-4);

  // By Gibbs sampling: with the earthquake on, the truck is as rare as ever; with it off, the truck is almost sure.
  constexpr Index n = 20000;
  const Matrix x = Matrix::Ones(n, 1);
  for (const bool earthquake : {true, false}) {
    Matrix causes(1, 2);
    causes << (earthquake ? 1 : 0), (earthquake ? 0 : 1);
    PosteriorChains chains(net, view(x), 3);
    chains.set_states(1, view(causes));
    chains.sweep(1);
    const auto counts = counts_of(states_of(chains, 2), 2);
    const auto expected = one_sweep(truth, {1}, surely(earthquake ? 1 : 2, 4));
    for (std::size_t h = 0; h < 4; ++h) {
      const double spread = std::sqrt(double(n) * expected[h] * (1 - expected[h]));
      CHECK(std::abs(counts[h] - double(n) * expected[h]) < 4 * spread + 1);
    }
    CHECK(counts[earthquake ? 1 : 2] > 0.999 * double(n));
    CHECK(double(chains.mean(1)(0, earthquake ? 1 : 0)) ==
          doctest::Approx(earthquake ? 4.54e-5 : 9.08e-5).epsilon(0.01));
  }

  // Chains that hold one cause each in equal parts stay the posterior: one cause, hardly ever both or none.
  PosteriorChains chains(net, view(x), 4);
  std::vector<std::size_t> halves;
  for (Index r = 0; r < n; ++r) halves.push_back(r % 2 ? 1 : 2);
  put(chains, truth, halves);
  chains.sweep(20);
  const auto counts = counts_of(states_of(chains, 2), 2);
  CHECK(counts[1] + counts[2] > 0.999 * double(n));
  CHECK(std::abs(counts[1] - counts[2]) < 0.02 * double(n));
}

namespace {

// One batch of each rule written out by hand, in double precision, with the engine's own random numbers.
struct SbnByHand {
  SbnTrainingOptions o;
  std::vector<MatrixD> W, R;
  std::vector<VectorD> b, c;
  std::vector<MatrixD> kept;  // of persistent Gibbs sampling

  SbnByHand(const Sbn& net, const SbnTrainingOptions& options) : o(options) {
    const SbnTruth belief(net);
    W = belief.W;
    b = belief.b;
    for (Index l = 0; net.has_recognition() && l < net.depth(); ++l) {
      R.push_back(net.R(l).cast<double>());
      c.push_back(net.c(l).cast<double>());
    }
  }
  std::size_t depth() const { return b.size() - 1; }
  std::size_t layer_count() const { return b.size(); }

  double uniform(Stream stream, std::uint64_t step, std::size_t layer, Index row, Index column) const {
    float numbers[16];
    math::uniform_numbers({o.seed, stream, 16 * step + layer}, static_cast<std::uint32_t>(row),
                          static_cast<std::uint32_t>(column / 16), numbers);
    return static_cast<double>(numbers[column % 16]);
  }
  static MatrixD means(const MatrixD& x, const MatrixD& weights, const VectorD& bias) {
    MatrixD m = (x * weights).rowwise() + bias.transpose();
    return m.unaryExpr([](double value) { return logistic(value); });
  }
  MatrixD sample(const MatrixD& m, Stream stream, std::uint64_t step, std::size_t layer) const {
    MatrixD s = m;
    for (Index r = 0; r < m.rows(); ++r)
      for (Index j = 0; j < m.cols(); ++j) s(r, j) = uniform(stream, step, layer, r, j) < m(r, j) ? 1 : 0;
    return s;
  }
  MatrixD top_means(Index rows) const {
    return means(MatrixD::Zero(rows, 1), MatrixD::Zero(1, b.back().size()), b.back());
  }
  // From the top's states down; `up` from the visible ones.
  void down(std::vector<MatrixD>& s, Stream stream, std::uint64_t step) const {
    for (std::size_t l = depth(); l-- > 0;) s[l] = sample(means(s[l + 1], W[l].transpose(), b[l]), stream, step, l);
  }
  std::vector<MatrixD> fantasies(Index rows, Stream stream, std::uint64_t step) const {
    std::vector<MatrixD> s(layer_count());
    s.back() = sample(top_means(rows), stream, step, depth());
    down(s, stream, step);
    return s;
  }
  void up(std::vector<MatrixD>& s, const std::vector<MatrixD>& weights, const std::vector<VectorD>& biases,
          std::uint64_t step) const {
    for (std::size_t l = 0; l < depth(); ++l)
      s[l + 1] = sample(means(s[l], weights[l], biases[l]), SbnStream::up, step, l + 1);
  }

  void move_W(std::size_t l, const MatrixD& gradient) { W[l] += o.learning_rate * (gradient - o.weight_decay * W[l]); }
  void generative(const std::vector<MatrixD>& s) {
    const double n = double(s[0].rows());
    for (std::size_t l = 0; l < layer_count(); ++l) {
      const MatrixD d = s[l] - (l < depth() ? means(s[l + 1], W[l].transpose(), b[l]) : top_means(s[0].rows()));
      if (l < depth()) move_W(l, d.transpose() * s[l + 1] / n);
      b[l] += o.learning_rate * d.colwise().sum().transpose() / n;
    }
  }
  void recognition(const std::vector<MatrixD>& s) {
    const double n = double(s[0].rows());
    for (std::size_t l = 0; l < depth(); ++l) {
      const MatrixD d = s[l + 1] - means(s[l], R[l], c[l]);
      R[l] += o.learning_rate * (s[l].transpose() * d / n - o.weight_decay * R[l]);
      c[l] += o.learning_rate * d.colwise().sum().transpose() / n;
    }
  }
  void gibbs_sweep(std::vector<MatrixD>& s, std::uint64_t step) const {
    for (std::size_t l = 1; l < layer_count(); ++l)
      for (Index r = 0; r < s[0].rows(); ++r)
        for (Index j = 0; j < s[l].cols(); ++j) {
          double x = b[l][j];
          if (l < depth()) x += W[l].row(j).dot(s[l + 1].row(r));
          for (Index i = 0; i < s[l - 1].cols(); ++i) {
            const double without = b[l - 1][i] + W[l - 1].row(i).dot(s[l].row(r)) - W[l - 1](i, j) * s[l](r, j);
            const double on = logistic(without + W[l - 1](i, j)), off = logistic(without);
            x += s[l - 1](r, i) == 1 ? std::log(on / off) : std::log((1 - on) / (1 - off));
          }
          s[l](r, j) = uniform(SbnStream::gibbs, step, l, r, j) < logistic(x) ? 1 : 0;
        }
  }
  void batch(const MatrixD& v, const std::vector<std::uint32_t>& rows, std::uint64_t step) {
    std::vector<MatrixD> s(layer_count());
    s[0] = v;
    const auto sweeps = static_cast<std::uint64_t>(o.sweeps);
    switch (o.method) {
      case SbnMethod::wake_sleep: {
        up(s, R, c, step);
        generative(s);
        recognition(fantasies(v.rows(), SbnStream::down, step));
        break;
      }
      case SbnMethod::gibbs: {
        const std::vector<MatrixD> fresh = fantasies(v.rows(), SbnStream::down, step);
        for (std::size_t l = 1; l < layer_count(); ++l) {
          s[l] = fresh[l];
          for (std::size_t r = 0; o.persistent && r < rows.size(); ++r) s[l].row(Index(r)) = kept[l].row(rows[r]);
        }
        for (std::uint64_t i = 0; i < sweeps; ++i) gibbs_sweep(s, step * sweeps + i);
        for (std::size_t l = 1; o.persistent && l < layer_count(); ++l)
          for (std::size_t r = 0; r < rows.size(); ++r) kept[l].row(rows[r]) = s[l].row(Index(r));
        generative(s);
        break;
      }
      case SbnMethod::cd: {
        const std::vector<VectorD> above(b.begin() + 1, b.end());
        up(s, W, above, step * (sweeps + 1));
        std::vector<MatrixD> t = s;
        for (std::uint64_t i = 1; i <= sweeps; ++i) {
          down(t, SbnStream::down, step * (sweeps + 1) + i);
          up(t, W, above, step * (sweeps + 1) + i);
        }
        const double n = double(v.rows());
        for (std::size_t l = 0; l < layer_count(); ++l) {
          if (l < depth()) move_W(l, (s[l].transpose() * s[l + 1] - t[l].transpose() * t[l + 1]) / n);
          b[l] += o.learning_rate * (s[l] - t[l]).colwise().sum().transpose() / n;
        }
        break;
      }
      case SbnMethod::observed: {
        Index first = 0;
        for (std::size_t l = 0; l < layer_count(); first += b[l++].size()) s[l] = v.middleCols(first, b[l].size());
        generative(s);
        break;
      }
      case SbnMethod::exact: {
        std::vector<MatrixD> gW;
        std::vector<VectorD> gb;
        for (const MatrixD& w : W) gW.push_back(MatrixD::Zero(w.rows(), w.cols()));
        for (const VectorD& x : b) gb.push_back(VectorD::Zero(x.size()));
        SbnTruth belief(Sbn({1, 1}));
        belief.W = W;
        belief.b = b;
        for (Index r = 0; r < v.rows(); ++r) {
          const std::vector<double> seen(v.row(r).data(), v.row(r).data() + v.cols());
          const std::vector<double> p = posterior(belief, seen);
          for (std::size_t h = 0; h < p.size(); ++h) {
            const UnitStates state = test::states_of(belief, seen, h);
            for (std::size_t l = 0; l < layer_count(); ++l)
              for (Index i = 0; i < b[l].size(); ++i) {
                const double d =
                    p[h] * (state[l][std::size_t(i)] - logistic(input(belief, state, l, i))) / double(v.rows());
                gb[l][i] += d;
                for (Index j = 0; l < depth() && j < b[l + 1].size(); ++j)
                  gW[l](i, j) += d * state[l + 1][std::size_t(j)];
              }
          }
        }
        for (std::size_t l = 0; l < layer_count(); ++l) {
          if (l < depth()) move_W(l, gW[l]);
          b[l] += o.learning_rate * gb[l];
        }
        break;
      }
    }
  }
};

Dataset full_states(Index count, const std::vector<Index>& layers) {
  const SbnSamples samples = small_net(layers, 1.5, 21).sample(count, 2);
  BitMatrix bits(count, std::accumulate(layers.begin(), layers.end(), Index{0}));
  Index first = 0;
  for (const BitMatrix& layer : samples.states) {
    for (Index r = 0; r < count; ++r)
      for (Index i = 0; i < layer.cols(); ++i) bits.set(r, first + i, layer.get(r, i));
    first += layer.cols();
  }
  return Dataset::from_bits(std::move(bits));
}

}  // namespace

TEST_CASE("every rule of a belief net, and every option, moves the parameters as an update by hand says") {
  const std::vector<Index> layers{9, 4, 3};
  const Dataset bars = bars_and_stripes(3), full = full_states(14, layers);
  SbnTrainingOptions plain;
  plain.epochs = 2;
  plain.batch_size = 5;
  plain.visible_bias_from_data = false;
  plain.seed = 77;
  std::vector<SbnTrainingOptions> variants(9, plain);
  for (const std::size_t i : {3u, 4u, 8u}) variants[i].sweeps = 2;
  variants[1].learning_rate = 0.4;
  variants[2].weight_decay = 0.1;
  variants[3].method = SbnMethod::gibbs;
  variants[4].method = SbnMethod::gibbs;
  variants[4].persistent = false;
  variants[5].method = SbnMethod::gibbs;
  variants[5].sweeps = 3;
  variants[6].method = SbnMethod::exact;
  variants[6].weight_decay = 0.1;
  variants[7].method = SbnMethod::observed;
  variants[8].method = SbnMethod::cd;
  std::vector<Matrix> outcomes;
  for (const SbnTrainingOptions& o : variants) {
    const Dataset& data = o.method == SbnMethod::observed ? full : bars;
    Sbn net = small_net(layers, 0.7, 3);
    const auto training = train(net, data, o);
    SbnByHand hand(net, o);
    hand.kept = hand.fantasies(14, Stream::chain_start, 0);
    std::vector<std::uint32_t> order;
    std::uint64_t step = 0;
    for (std::uint64_t epoch = 0; epoch < 2; ++epoch) {
      shuffled_order(o.seed, epoch, order, 14);
      for (std::size_t first = 0; first < 14; first += 5) {
        const std::size_t count = std::min<std::size_t>(5, 14 - first);
        const std::vector<std::uint32_t> rows(order.begin() + long(first), order.begin() + long(first + count));
        Matrix batch(Index(count), data.width());
        data.read(rows, batch);
        hand.batch(batch.cast<double>(), rows, step++);
        REQUIRE(training->step());
        for (Index l = 0; l < 3; ++l) {
          REQUIRE((net.b(l).cast<double>() - hand.b[std::size_t(l)]).cwiseAbs().maxCoeff() < 3e-6);
          if (l == 2) continue;
          REQUIRE((net.W(l).cast<double>() - hand.W[std::size_t(l)]).cwiseAbs().maxCoeff() < 3e-6);
          if (o.method != SbnMethod::wake_sleep) continue;
          REQUIRE((net.R(l).cast<double>() - hand.R[std::size_t(l)]).cwiseAbs().maxCoeff() < 3e-6);
          REQUIRE((net.c(l).cast<double>() - hand.c[std::size_t(l)]).cwiseAbs().maxCoeff() < 3e-6);
        }
      }
    }
    CHECK_FALSE(training->step());
    CHECK(training->progress().done == 1);
    CHECK(training->progress().epoch == 2);
    CHECK(training->progress().epoch_ended);
    CHECK(training->progress().reconstruction_error > 0.1);
    CHECK(training->progress().reconstruction_error < 0.5);
    for (const Matrix& other : outcomes) CHECK_FALSE(net.W(0) == other);
    outcomes.push_back(net.W(0));
  }
}

TEST_CASE(
    "the exact gradient raises the exact likelihood in every epoch; the delta rule recovers a net from its own "
    "states") {
  const Dataset bars = bars_and_stripes(3);
  const Matrix x = bars.rows(0, 14);
  Sbn net({9, 5, 3}, 2);
  SbnTrainingOptions o;
  o.method = SbnMethod::exact;
  o.epochs = 250;
  o.learning_rate = 1;
  const auto training = train(net, bars, o);
  double before = -std::numeric_limits<double>::infinity();
  while (training->step()) {
    const double now = exact_mean_log_likelihood(net, view(x));
    REQUIRE(now > before);
    before = now;
  }
  CHECK(before > -4.1);  // independent units reach -6.24, and nothing more than -log 14 = -2.64

  const Dataset full = full_states(20000, {4, 3, 2});
  Sbn learned({4, 3, 2}, 1);
  o.method = SbnMethod::observed;
  o.epochs = 30;
  o.learning_rate = 0.5;
  run(*train(learned, full, o));
  const Sbn source = small_net({4, 3, 2}, 1.5, 21);
  for (const Index l : {0, 1, 2}) {
    CHECK((learned.b(l) - source.b(l)).cwiseAbs().maxCoeff() < 0.2);
    if (l < 2) CHECK((learned.W(l) - source.W(l)).cwiseAbs().maxCoeff() < 0.25);
  }
}

TEST_CASE(
    "wake-sleep and Gibbs learning raise the exact likelihood of bars and stripes; contrastive divergence does not") {
  const Dataset bars = bars_and_stripes(3);
  const Matrix x = bars.rows(0, 14);
  const auto learned = [&](SbnMethod method, std::uint64_t epochs) {
    Sbn net({9, 8, 4}, 3);
    SbnTrainingOptions o;
    o.method = method;
    o.epochs = epochs;
    o.learning_rate = 0.1;
    o.batch_size = 1;
    run(*train(net, bars, o));
    return exact_mean_log_likelihood(net, view(x));
  };
  const double independent = 9 * -std::log(2.0);  // every pixel is on in half of the images
  CHECK(learned(SbnMethod::wake_sleep, 500) > independent + 2);
  CHECK(learned(SbnMethod::gibbs, 300) > independent + 2.5);
  CHECK(learned(SbnMethod::cd, 500) < independent);
}

TEST_CASE("training in parts gives the bits of training at once, and grey data are sampled") {
  const Dataset grey = Dataset::from_floats(std::vector<float>(60, 0.3f), 20, 3);
  for (const SbnMethod method : {SbnMethod::wake_sleep, SbnMethod::gibbs, SbnMethod::cd, SbnMethod::exact}) {
    SbnTrainingOptions o;
    o.method = method;
    o.batch_size = 7;
    o.epochs = 4;
    o.persistent = method != SbnMethod::gibbs;
    Sbn whole({3, 4, 2}, 5), parts({3, 4, 2}, 5);
    run(*train(whole, grey, o));
    {
      const auto some = train(parts, grey, o);
      for (int i = 0; i < 4; ++i) some->step();
    }
    o.epochs = 3;  // the epoch that has begun counts as one
    run(*train(parts, grey, o));
    CHECK(parts.training_state().step == 12);
    for (const Index l : {0, 1}) CHECK(parts.W(l) == whole.W(l));
    CHECK(parts.b(2) == whole.b(2));
  }
}

TEST_CASE("belief nets give the same bits for every number of threads") {
  const Dataset bars = bars_and_stripes(6);
  std::vector<Matrix> first;
  for (const int threads : test::thread_counts) {
    set_thread_count(threads);
    std::vector<Matrix> now;
    for (const SbnMethod method : {SbnMethod::wake_sleep, SbnMethod::gibbs, SbnMethod::cd}) {
      Sbn net({36, 40, 20}, 5);
      SbnTrainingOptions o;
      o.method = method;
      o.epochs = 3;
      o.batch_size = 50;
      run(*train(net, bars, o));
      now.push_back(net.W(0));
      now.push_back(net.W(1));
      if (net.has_recognition()) now.push_back(net.R(0));
      now.push_back(net.sample(70, 3).means);
      const Matrix x = bars.rows(0, 40);
      PosteriorChains chains(net, view(x), 7);
      chains.sweep(3);
      now.push_back(chains.mean(1));
      now.push_back(chains.mean(2));
    }
    if (first.empty()) first = now;
    REQUIRE(now.size() == first.size());
    for (std::size_t i = 0; i < now.size(); ++i) CHECK(now[i] == first[i]);
  }
  set_thread_count(1);
}

TEST_CASE("an infinite net with tied weights is the RBM: unrolled deeper and deeper it comes as near as one likes") {
  const Rbm rbm = small_rbm(5, 4, 0, 0.9, 3);
  const StateProbabilities p = exact_distribution(rbm);
  double sum = 0;
  for (std::size_t s = 0; s < 32; ++s) {
    CHECK(p[s] ==
          doctest::Approx(std::exp(-free_energy(rbm, visible_states(rbm)[s]) - log_partition(rbm))).epsilon(1e-5));
    sum += p[s];
  }
  CHECK(sum == doctest::Approx(1).epsilon(1e-6));

  // Depth 1 is a half step from fair coins: the distribution of v given them, by the RBM's own joint distribution.
  const StateProbabilities one = unrolled_distribution(rbm, 1, UnrolledTop::fair_coins);
  std::vector<double> expected(32, 0.0);
  for (const auto& h : hidden_states(rbm)) {
    const auto given = visible_given_hidden(rbm, h, 1);
    for (std::size_t s = 0; s < 32; ++s) expected[s] += given[s] / 16;
  }
  for (std::size_t s = 0; s < 32; ++s) CHECK(one[s] == doctest::Approx(expected[s]).epsilon(1e-5));

  // Two layers more are one Gibbs step more from the same coins, which no divergence from its equilibrium survives
  // undiminished (the data processing inequality). Coins of an odd depth are hidden units, those of an even one
  // visible.
  std::vector<double> distances;
  for (Index depth = 1; depth <= 12; ++depth) {
    const double now = divergence(p, unrolled_distribution(rbm, depth, UnrolledTop::fair_coins));
    if (depth > 2) CHECK(now < distances.end()[-2]);
    distances.push_back(now);
    // With the RBM at the top the net is the RBM at any depth.
    const StateProbabilities undirected = unrolled_distribution(rbm, depth, UnrolledTop::rbm);
    for (std::size_t s = 0; s < 32; ++s) REQUIRE(undirected[s] == doctest::Approx(p[s]).epsilon(1e-5));
  }
  CHECK(distances.front() > 0.05);
  CHECK(distances.back() < 1e-3);
  CHECK(divergence(p, unrolled_distribution(rbm, 100, UnrolledTop::fair_coins)) < 1e-9);
}

TEST_CASE("an unrolled net has the RBM's weights in turn, and its likelihoods are those of the unrolled distribution") {
  const Rbm rbm = small_rbm(4, 3, 0, 1.1, 8);
  for (const Index depth : {1, 2, 3, 6}) {
    const Sbn net = unroll(rbm, depth);
    CHECK(net.depth() == depth);
    for (Index l = 0; l < depth; ++l) {
      CHECK(net.W(l) == (l % 2 ? Matrix(rbm.W().transpose()) : rbm.W()));
      CHECK(net.b(l) == (l % 2 ? rbm.c() : rbm.b()));
    }
    CHECK(net.b(depth).isZero(0));
    const StateProbabilities p = unrolled_distribution(rbm, depth, UnrolledTop::fair_coins);
    const ExactPosterior now = exact(net, all_visible(4));
    for (Index s = 0; s < 16; ++s)
      CHECK(std::exp(now.log_likelihood()[s]) == doctest::Approx(p[std::size_t(s)]).epsilon(1e-5));
  }
  CHECK_THROWS_WITH_AS(unroll(rbm, 0), doctest::Contains("depth must be 1 to 15"), std::out_of_range);
  CHECK_THROWS_WITH_AS(unroll(rbm, 16), doctest::Contains("depth must be 1 to 15"), std::out_of_range);
  CHECK_THROWS_WITH_AS(unroll(small_rbm(3, 3, 2, 1, 1), 2), doctest::Contains("label"), std::out_of_range);
  CHECK_THROWS_WITH_AS(unrolled_distribution(Rbm({20, 6}), 2, UnrolledTop::rbm), doctest::Contains("25"),
                       std::out_of_range);
}

TEST_CASE("single parameters of a belief net can be set, and what cannot be is refused with nothing changed") {
  Sbn net({3, 2, 2}, 1);
  net.set_weight(1, 0, 1, 2.5f);
  net.set_bias(2, 1, -3);
  CHECK(net.W(1)(0, 1) == 2.5f);
  CHECK(net.b(2)[1] == -3);
  const Matrix W = net.W(0);
  CHECK_THROWS_WITH_AS(net.set_weight(2, 0, 0, 1), "layer must be 0 to 1, not 2", std::out_of_range);
  CHECK_THROWS_WITH_AS(net.set_weight(0, 3, 0, 1), "child must be 0 to 2, not 3", std::out_of_range);
  CHECK_THROWS_WITH_AS(net.set_weight(0, 0, -1, 1), "parent must be 0 to 1, not -1", std::out_of_range);
  CHECK_THROWS_WITH_AS(net.set_weight(0, 0, 0, NAN), doctest::Contains("finite"), std::out_of_range);
  CHECK_THROWS_WITH_AS(net.set_bias(0, 3, 1), "unit must be 0 to 2, not 3", std::out_of_range);
  CHECK_THROWS_WITH_AS(net.set_parameters({{W}, {net.b(0), net.b(1), net.b(2)}}), "W must have 2 entries, not 1",
                       std::out_of_range);
  CHECK_THROWS_WITH_AS(net.set_parameters({{W, W}, {net.b(0), net.b(1), net.b(2)}}), "W[1] must be 2 x 2, not 3 x 2",
                       std::out_of_range);
  CHECK_THROWS_WITH_AS(net.set_parameters({{W, net.W(1)}, {net.b(0), net.b(0), net.b(2)}}),
                       "b[1] must have 2 entries, not 3", std::out_of_range);
  CHECK_THROWS_AS(net.set_parameters({{W * INFINITY, net.W(1)}, {net.b(0), net.b(1), net.b(2)}}), std::out_of_range);
  CHECK_THROWS_AS(net.set_parameters({net.parameters().W, net.parameters().b, {W}, {net.b(1)}}), std::out_of_range);
  CHECK(net.W(0) == W);
  CHECK_FALSE(net.has_recognition());

  CHECK_THROWS_WITH_AS(Sbn({5}), doctest::Contains("2 to 16 sizes"), std::out_of_range);
  CHECK_THROWS_WITH_AS(Sbn(std::vector<Index>(17, 2)), doctest::Contains("2 to 16 sizes"), std::out_of_range);
  CHECK_THROWS_WITH_AS(Sbn({5, 0}), doctest::Contains("layers[1]"), std::out_of_range);
  CHECK_THROWS_WITH_AS(Sbn({1 << 20, 1 << 20}), doctest::Contains("weights"), std::out_of_range);

  const Matrix good = Matrix::Ones(2, 3), grey = Matrix::Constant(2, 3, 0.5f), wide = Matrix::Ones(2, 4);
  CHECK_THROWS_WITH_AS(net.up(view(good), 0), doctest::Contains("no recognition"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(net.down(view(good), 1), doctest::Contains("2 values a row"), std::out_of_range);
  CHECK_THROWS_WITH_AS(net.sample(0, 1), doctest::Contains("count"), std::out_of_range);
  CHECK_THROWS_WITH_AS(net.sample(1, 1, 1 << 20), doctest::Contains("group"), std::out_of_range);
  CHECK_THROWS_WITH_AS(net.log_joint({good}), doctest::Contains("3 entries"), std::out_of_range);
  CHECK_THROWS_WITH_AS(ExactPosterior(net, view(grey)), doctest::Contains("row 0, column 0 is 0.5"), std::out_of_range);
  CHECK_THROWS_WITH_AS(ExactPosterior(net, view(wide)), doctest::Contains("3 values a row"), std::out_of_range);
  CHECK_THROWS_WITH_AS(ExactPosterior(Sbn({3, 20, 6}), view(good)), doctest::Contains("25 hidden units"),
                       std::out_of_range);
  CHECK_THROWS_WITH_AS(PosteriorChains(net, view(grey), 1), doctest::Contains("0 or 1"), std::out_of_range);
  CHECK_THROWS_WITH_AS(PosteriorChains(net, view(good), 1, 1 << 20), doctest::Contains("group"), std::out_of_range);
  PosteriorChains chains(net, view(good), 1);
  CHECK_THROWS_WITH_AS(chains.set_states(0, view(good)), doctest::Contains("layer must be 1 to 2"), std::out_of_range);
  CHECK_THROWS_WITH_AS(chains.sweep(-1), doctest::Contains("sweeps"), std::out_of_range);

  const Dataset bars = bars_and_stripes(3);
  Sbn nine({9, 4}, 1), large({9, 17}, 1);
  const auto refused = [&](const char* name, auto change) {
    SbnTrainingOptions o;
    change(o);
    CHECK_THROWS_WITH_AS(train(nine, bars, o), doctest::Contains(name), std::out_of_range);
  };
  refused("epochs", [](auto& o) { o.epochs = 2'000'000; });
  refused("batchSize", [](auto& o) { o.batch_size = 0; });
  refused("learningRate", [](auto& o) { o.learning_rate = 0; });
  refused("learningRate", [](auto& o) { o.learning_rate = NAN; });
  refused("weightDecay", [](auto& o) { o.weight_decay = -1; });
  refused("sweeps", [](auto& o) { o.method = SbnMethod::gibbs, o.sweeps = 0; });
  refused("13 units in all its layers", [](auto& o) { o.method = SbnMethod::observed; });
  CHECK_FALSE(nine.has_recognition());
  SbnTrainingOptions exactly;
  exactly.method = SbnMethod::exact;
  CHECK_THROWS_WITH_AS(train(large, bars, exactly), doctest::Contains("16 hidden units"), std::out_of_range);
  CHECK_THROWS_WITH_AS(train(net, bars, {}), doctest::Contains("9 values an example"), std::out_of_range);
  const Dataset beyond = Dataset::from_floats(std::vector<float>(9, 2.0f), 1, 9);
  CHECK_THROWS_WITH_AS(train(nine, beyond, {}), doctest::Contains("[0, 1]"), std::out_of_range);

  SbnTrainingOptions wild;
  wild.learning_rate = 100;
  wild.weight_decay = 100;
  wild.epochs = 100;
  CHECK_THROWS_AS(run(*train(nine, bars, wild)), Error);
  CHECK(nine.W(0).allFinite());
}
