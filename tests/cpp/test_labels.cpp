// Models with labels: the labels summed out, likelihoods of v and of (v, y), and chains that hold labels.
#include <doctest/doctest.h>

#include <cmath>

#include "enumeration.h"
#include "unit_enumeration.h"
#include "wakesleep/chains.h"
#include "wakesleep/exact.h"
#include "wakesleep/gibbs.h"
#include "wakesleep/inference.h"
#include "wakesleep/training.h"
#include "wakesleep/variational_bound.h"

using namespace wakesleep;
using namespace wakesleep::test;

namespace {

double real(float x) { return static_cast<double>(x); }

// The states of a model's hidden units with each label in turn, and their probabilities given an image.
struct Posterior {
  std::vector<std::vector<double>> states;  // labels first
  std::vector<double> p;
};
Posterior posterior_of(const Rbm& rbm, const std::vector<double>& image, double temperature) {
  Posterior all;
  double sum = 0;
  for (Index y = 0; y < rbm.labels(); ++y)
    for (const WeightedState& h : hidden_states_of(rbm, 300)) {
      std::vector<double> v = image, state;
      for (Index l = 0; l < rbm.labels(); ++l) v.push_back(l == y ? 1 : 0);
      state.assign(v.end() - rbm.labels(), v.end());
      state.insert(state.end(), h.values.begin(), h.values.end());
      all.states.push_back(state);
      sum += all.p.emplace_back(h.weight * std::exp(-energy_of(rbm, v, h.values) / temperature));
    }
  for (double& p : all.p) p /= sum;
  return all;
}
std::vector<double> means_of(const Posterior& all) {
  std::vector<double> mean(all.states[0].size(), 0.0);
  for (std::size_t s = 0; s < all.p.size(); ++s)
    for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += all.p[s] * all.states[s][i];
  return mean;
}

}  // namespace

TEST_CASE("means and samples of hidden units sum the labels out, for every pair of unit types, at any temperature") {
  constexpr Index draws = 20000;
  for (const PairOfUnits& pair : pairs_of_units())
    for (const double temperature : {1.0, 0.6, 2.0}) {
      CAPTURE(pair.name());
      CAPTURE(temperature);
      const Rbm rbm = rbm_of(pair, continuous(pair.hidden) ? 0.4 : 1.2, 3);
      const auto images = states_of(rbm.shape().visible_units, rbm.visible(), 7);
      for (std::size_t s = 1; s < images.size(); s += 1 + images.size() / 3) {
        const auto mean = means_of(posterior_of(rbm, images[s].values, temperature));
        const Matrix row = row_of(images[s].values), got = rbm.mean_h_from_v(view(row), temperature);
        if (continuous(pair.hidden) && std::abs(mean.back()) > 6) continue;  // far out the quadrature's range ends
        const Matrix drawn =
            rbm.sample_h_from_v(view(Matrix(row.replicate(draws, 1))), {.seed = 3, .temperature = temperature});
        for (Index j = 0; j < rbm.hidden(); ++j) {
          const double exact = mean[static_cast<std::size_t>(rbm.labels() + j)];
          CHECK(real(got(0, j)) == doctest::Approx(exact).epsilon(3e-4).scale(0.1));
          const MatrixD of_unit = drawn.col(j).cast<double>();
          const double average = of_unit.mean(), spread = (of_unit.array() - average).square().mean();
          CHECK(std::abs(average - exact) < 4.5 * std::sqrt((spread + 1e-4) / draws));
        }
      }
    }
}

TEST_CASE("hidden units of one sample have the law that the labels summed out leave, not that of each by itself") {
  const Rbm rbm = small_rbm(3, 3, 2, 2, 8);
  const std::vector<double> image{1, 0, 1};
  const Posterior exact = posterior_of(rbm, image, 1);
  std::vector<double> p(8), counts(8);
  for (std::size_t s = 0; s < exact.p.size(); ++s) {
    std::size_t number = 0;
    for (std::size_t j = 0; j < 3; ++j) number |= std::size_t{exact.states[s][2 + j] > 0.5} << j;
    p[number] += exact.p[s];
  }
  const Matrix drawn = rbm.sample_h_from_v(view(Matrix(row_of(image).replicate(50000, 1))), {.seed = 5});
  for (Index r = 0; r < drawn.rows(); ++r)
    counts[std::size_t{drawn(r, 0) > 0} | std::size_t{drawn(r, 1) > 0} << 1 | std::size_t{drawn(r, 2) > 0} << 2] += 1;
  CHECK(chi_squared(counts, p) < 24.3);  // of 7 degrees of freedom once in a thousand

  // With its label a row has that label alone; the deep net's way up is the same.
  const Matrix labelled = as_row({1, 0, 1, 0, 1});
  for (Index j = 0; j < 3; ++j) {
    double input = real(rbm.c()[j]);
    for (Index i : {0, 2, 4}) input += real(rbm.W()(i, j));
    CHECK(real(rbm.mean_h_from_v(view(labelled))(0, j)) == doctest::Approx(1 / (1 + std::exp(-input))).epsilon(1e-5));
  }
  const Dbn net({rbm});
  const Matrix x = row_of(image);
  CHECK(net.up(view(x), 1) == rbm.mean_h_from_v(view(x)));
}

TEST_CASE("label units of models without energies, which have no p(y | v), count as off") {
  Rbm rbm({2, 2, 2, {UnitType::noisy_relu}, {UnitType::noisy_relu}}, 4);
  const Matrix x = as_row({0.5, 1}), off = as_row({0.5, 1, 0, 0});
  CHECK(rbm.mean_h_from_v(view(x)) == rbm.mean_h_from_v(view(off)));
  CHECK(rbm.sample_h_from_v(view(x), {}) == rbm.sample_h_from_v(view(off), {}));
}

TEST_CASE("log-likelihoods are of (v, y) or of v, as is asked for, and say which, of machines and of nets") {
  const Rbm rbm = small_rbm(4, 3, 2, 1.5, 6);
  BitMatrix bits(6, 4);
  std::vector<std::uint16_t> labels;
  for (Index r = 0; r < 6; ++r) {
    for (Index i = 0; i < 4; ++i) bits.set(r, i, ((r * 5 + 3) >> i) & 1);
    labels.push_back(static_cast<std::uint16_t>(r % 2));
  }
  const Dataset data = Dataset::from_bits(bits, labels), alone = Dataset::from_bits(bits);
  const Dbn net({rbm});
  const double log_z = exact_log_partition(rbm), truth = log_partition(rbm);
  double joint = 0, marginal = 0;
  for (Index r = 0; r < 6; ++r) {
    double sum = 0;
    for (Index y = 0; y < 2; ++y) {
      std::vector<double> v;
      for (Index i = 0; i < 4; ++i) v.push_back(bits.get(r, i) ? 1 : 0);
      for (Index l = 0; l < 2; ++l) v.push_back(l == y ? 1 : 0);
      const double p = std::exp(-free_energy(rbm, v) - truth);
      sum += p;
      if (y == labels[static_cast<std::size_t>(r)]) joint += std::log(p) / 6;
    }
    marginal += std::log(sum) / 6;
  }
  const auto found = [&](const Dataset& of, bool with_labels, double expected, bool says_labels) {
    LikelihoodAverage average = log_likelihood(rbm, of, log_z, with_labels);
    CHECK(average.finish().mean == doctest::Approx(expected).epsilon(1e-5));
    CHECK(average.of_labels() == says_labels);
    CHECK_FALSE(average.grey());
    VariationalBound bound(net, of, log_z, {.with_labels = with_labels});
    while (bound.step()) {
    }
    CHECK(bound.result().average.mean == doctest::Approx(expected).epsilon(1e-5));
    CHECK(bound.average().of_labels() == says_labels);
  };
  CHECK(joint < marginal - 0.1);
  found(data, true, joint, true);
  found(data, false, marginal, false);
  found(alone, true, marginal, false);
}

TEST_CASE("likelihoods of grey data say that they are none, and are lower bounds of those of images drawn from them") {
  const Rbm rbm = small_rbm(3, 4, 2, 2, 6);
  const std::vector<double> means{0.3, 1, 0.8};
  const double log_z = exact_log_partition(rbm);
  double drawn = 0;
  for (int s = 0; s < 8; ++s) {
    std::vector<double> v;
    double p = 1;
    for (std::size_t i = 0; i < 3; ++i) {
      v.push_back((s >> i) & 1);
      p *= v.back() > 0 ? means[i] : 1 - means[i];
    }
    if (p > 0) drawn += p * (-rbm.free_energy(view(row_of(v)))[0] - log_z);
  }
  LikelihoodAverage grey = log_likelihood(rbm, Matrix(row_of(means)), log_z);
  CHECK(grey.finish().mean < drawn - 0.01);
  CHECK(grey.grey());
  // Values of units that have no states between which means could lie are states, and so are the spins.
  const Rbm gaussian({3, 4, 0, {UnitType::gaussian}}), spins({3, 4, 0, {UnitType::spin}});
  for (const Rbm* one : {&gaussian, &spins}) {
    LikelihoodAverage states = log_likelihood(*one, Matrix(row_of({-1, 1, 1})), 0);
    states.finish();
    CHECK_FALSE(states.grey());
  }
}

TEST_CASE("chains that start at an image start at a label drawn from p(y | v)") {
  const Rbm rbm = small_rbm(3, 3, 3, 2, 8);
  const Matrix x = as_row({1, 0, 1});
  const Matrix p = label_probabilities(rbm.label_free_energy(view(x)));
  constexpr Index count = 30000;
  GibbsChains chains(rbm, count, 4);
  chains.set_visible(view(x));
  std::vector<double> counts(3), exact;
  for (const int y : chains.labels()) counts[static_cast<std::size_t>(y)] += 1;
  for (Index y = 0; y < 3; ++y) exact.push_back(real(p(0, y)));
  CHECK(chi_squared(counts, exact) < 13.8);
  // And so E[v] after a step, which is what reconstruct estimates, is that of h ~ p(h | v).
  std::vector<double> expected(3, 0.0);
  for (const auto& h : hidden_states(rbm)) {
    double of_h = 0, z = 0;
    for (Index y = 0; y < 3; ++y) {
      const std::vector<double> v{1, 0, 1, y == 0 ? 1.0 : 0, y == 1 ? 1.0 : 0, y == 2 ? 1.0 : 0};
      of_h += std::exp(-energy(rbm, v, h));
      z += std::exp(-free_energy(rbm, v));
    }
    for (Index i = 0; i < 3; ++i) {
      double input = real(rbm.b()[i]);
      for (Index j = 0; j < 3; ++j) input += h[static_cast<std::size_t>(j)] * real(rbm.W()(i, j));
      expected[static_cast<std::size_t>(i)] += of_h / z / (1 + std::exp(-input));
    }
  }
  const Matrix back = reconstruct(rbm, view(Matrix(x.replicate(count, 1))));
  for (Index i = 0; i < 3; ++i)
    CHECK(real(back.col(i).mean()) == doctest::Approx(expected[static_cast<std::size_t>(i)]).epsilon(0.01));
}

namespace {

// 20 examples of 4 pixels, `zeros` of them of label 0: each label has images of its own and shares some.
Dataset two_labels(Index zeros) {
  constexpr int images[2][5] = {{0b0011, 0b0011, 0b0111, 0b0001, 0b0110}, {0b1100, 0b1110, 0b1100, 0b1000, 0b0110}};
  BitMatrix bits(20, 4);
  std::vector<std::uint16_t> labels;
  for (Index r = 0; r < 20; ++r) {
    const bool one = r >= zeros;
    labels.push_back(one);
    for (Index i = 0; i < 4; ++i) bits.set(r, i, (images[one][(one ? r - zeros : r) % 5] >> i) & 1);
  }
  return Dataset::from_bits(bits, labels);
}

// p(y) and p(v | y) of a model, by enumeration; the labels one after the other.
struct Marginals {
  double labels[2];
  double images[2][16];
};
Marginals marginals_of(const Rbm& rbm) {
  Marginals all{};
  double z = 0;
  for (int y = 0; y < 2; ++y)
    for (int s = 0; s < 16; ++s) {
      std::vector<double> v;
      for (int i = 0; i < 4; ++i) v.push_back((s >> i) & 1);
      v.push_back(y == 0);
      v.push_back(y == 1);
      const double weight = std::exp(-free_energy(rbm, v));
      all.labels[y] += weight;
      all.images[y][s] = weight;
      z += weight;
    }
  for (int y = 0; y < 2; ++y) {
    for (double& p : all.images[y]) p /= all.labels[y];
    all.labels[y] /= z;
  }
  return all;
}
double distance(const double* p, const double* q) {
  double sum = 0;
  for (int s = 0; s < 16; ++s) sum += std::abs(p[s] - q[s]) / 2;
  return sum;
}

}  // namespace

TEST_CASE("chains with held labels learn p(v | y) and, unless all hold one, p(y), whatever the labels' frequencies") {
  for (const Index zeros : {Index{10}, Index{13}, Index{18}}) {
    const Dataset data = two_labels(zeros);
    const double share_of_first = static_cast<double>(zeros) / 20;
    TrainingOptions o;
    o.batch_size = 20;
    o.momentum = 0;
    o.weight_decay = 0;
    o.learning_rate = 0.2;
    o.final_learning_rate = 0.002;
    o.epochs = 4000;
    Rbm best({4, 4, 2}, 3);
    o.method = Method::exact;
    const auto exactly = train(best, data, o);
    while (exactly->step()) {
    }
    const Marginals reference = marginals_of(best);
    const double best_likelihood = mean_log_likelihood(best, data, exact_log_partition(best));
    CHECK(reference.labels[0] == doctest::Approx(share_of_first).epsilon(0.01));
    o.method = Method::pcd;
    o.chains = 400;
    o.k = 5;
    for (const double share : {0.0, 0.5, 1.0}) {
      CAPTURE(zeros);
      CAPTURE(share);
      o.clamped_chains = share;
      Rbm rbm({4, 4, 2}, 3);
      const auto training = train(rbm, data, o);
      while (training->step()) {
      }
      const Marginals found = marginals_of(rbm);
      const double likelihood = mean_log_likelihood(rbm, data, exact_log_partition(rbm));
      double of_images = likelihood;  // log p(v | y)
      for (int y = 0; y < 2; ++y)
        of_images -= (y == 0 ? share_of_first : 1 - share_of_first) * std::log(found.labels[y]);
      MESSAGE("label 0 in " << zeros << " of 20, a share of " << share << " held: p(y = 0) " << found.labels[0]
                            << ", log p(v, y) " << likelihood << " (exact gradient " << best_likelihood
                            << "), log p(v | y) " << of_images << ", p(v | y) off by "
                            << distance(found.images[0], reference.images[0]) << " and "
                            << distance(found.images[1], reference.images[1]));
      for (int y = 0; y < 2; ++y) CHECK(distance(found.images[y], reference.images[y]) < 0.06);
      for (const float bias : {rbm.b()[4], rbm.b()[5]}) CHECK(std::abs(bias) < 10);
      if (share == 1) continue;
      CHECK(std::abs(found.labels[0] - share_of_first) < 0.015);
      CHECK(likelihood > best_likelihood - 0.02);
    }
  }
}
