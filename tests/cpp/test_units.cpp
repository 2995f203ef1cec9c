#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "math/functions.h"
#include "math/normal.h"
#include "models/layer.h"
#include "unit_enumeration.h"
#include "wakesleep/chains.h"
#include "wakesleep/exact.h"
#include "wakesleep/gibbs.h"
#include "wakesleep/inference.h"
#include "wakesleep/training.h"

using namespace wakesleep;
using namespace wakesleep::test;

TEST_CASE("energies and free energies of every pair of unit types equal the sums and integrals over all states") {
  for (const PairOfUnits& pair : pairs_of_units())
    for (const Index labels : {0, 2}) {
      CAPTURE(pair.name());
      const Rbm rbm = rbm_of(pair, 0.4, labels);
      REQUIRE(rbm.interaction_norm() < 1);
      const auto hidden = hidden_states_of(rbm, 300);
      const auto visible = visible_states_of(rbm, 7);
      for (std::size_t s = 0; s < visible.size(); s += 1 + visible.size() / 12) {
        const auto& v = visible[s].values;
        const Matrix row = row_of(v), h_row = row_of(hidden[hidden.size() / 2].values);
        CHECK(rbm.energy(view(row), view(h_row))[0] ==
              doctest::Approx(energy_of(rbm, v, hidden[hidden.size() / 2].values)).epsilon(1e-5));
        CHECK(rbm.free_energy(view(row))[0] == doctest::Approx(free_energy_of(rbm, v, hidden)).epsilon(1e-5));
        if (!labels) continue;
        const Matrix image = row.leftCols(rbm.visible());
        double sum = 0;
        for (Index y = 0; y < labels; ++y) {
          std::vector<double> with = v;
          for (Index l = 0; l < labels; ++l) with[static_cast<std::size_t>(rbm.visible() + l)] = l == y ? 1 : 0;
          const double exact = free_energy_of(rbm, with, hidden);
          CHECK(rbm.label_free_energy(view(image))(0, y) == doctest::Approx(exact).epsilon(1e-5));
          sum += std::exp(-exact);
        }
        CHECK(rbm.free_energy(view(image))[0] == doctest::Approx(-std::log(sum)).epsilon(1e-5));
      }
    }
}

TEST_CASE(
    "conditional means of every pair of unit types equal the sums and integrals over all states, at any temperature") {
  for (const PairOfUnits& pair : pairs_of_units())
    for (const double temperature : {1.0, 0.6, 2.0}) {
      CAPTURE(pair.name());
      CAPTURE(temperature);
      const Rbm rbm = rbm_of(pair, 0.4);
      const auto hidden = hidden_states_of(rbm, 300);
      const auto visible = visible_states_of(rbm, 60);
      for (std::size_t s = 0; s < visible.size(); s += 1 + visible.size() / 5) {
        const auto& v = visible[s].values;
        const auto mean = conditional_mean(hidden, temperature, [&](const auto& h) { return energy_of(rbm, v, h); });
        const Matrix row = row_of(v), got = rbm.mean_h_from_v(view(row), temperature);
        for (std::size_t j = 0; j < mean.size(); ++j) {
          // Far out the quadrature's range ends.
          if (continuous(pair.hidden) && std::abs(mean[j]) > 6) continue;
          CHECK(double(got(0, Index(j))) == doctest::Approx(mean[j]).epsilon(2e-4));
        }
      }
      for (std::size_t s = 0; s < hidden.size(); s += 1 + hidden.size() / 5) {
        const auto& h = hidden[s].values;
        if (continuous(pair.hidden) && std::abs(h[0]) > 6) continue;
        auto mean = conditional_mean(visible, temperature, [&](const auto& v) { return energy_of(rbm, v, h); });
        if (pair.visible.type == UnitType::replicated_softmax)
          for (double& m : mean) m /= test_words;
        const Matrix row = row_of(h), got = rbm.mean_v_from_h(view(row), temperature);
        for (std::size_t i = 0; i < mean.size(); ++i)
          CHECK(double(got(0, Index(i))) == doctest::Approx(mean[i]).epsilon(1e-3));
      }
    }
}

TEST_CASE("noisy rectified units have the mean and the variance of a rectified normal, and refuse an energy") {
  RbmShape shape{2, 3, 0};
  shape.hidden_units.type = UnitType::noisy_relu;
  Rbm rbm(shape, 1);
  Vector c(3);
  c << -1.5f, 0.2f, 3.0f;
  rbm.set_parameters(Matrix::Zero(2, 3), Vector::Zero(2), c);
  constexpr Index rows = 40000;
  LayerStates v, h;
  v.resize(true, rows, 2);
  Matrix mean(rows, 3);
  LayerSampler sampler;
  for (const double temperature : {1.0, 2.0}) {
    LayerDraw draw{static_cast<float>(1 / temperature), &h, {5, Stream::hidden, 1}};
    draw.means = mean.data();
    draw.means_stride = 3;
    draw.mean_rows = rows;
    sampler.draw(hidden_layer(rbm), visible_layer(rbm), v, rbm.W(), draw);
    for (Index j = 0; j < 3; ++j) {
      const double a = static_cast<double>(c[j]), s = std::sqrt(temperature / (1 + std::exp(-a / temperature)));
      double exact = 0, squares = 0;
      for (int i = 0; i < 20000; ++i) {
        const double x = -10 + (i + 0.5) * 1e-3, p = 1e-3 * std::exp(-0.5 * x * x) / std::sqrt(2 * 3.14159265358979);
        const double value = std::max(0.0, a + s * x);
        exact += p * value;
        squares += p * value * value;
      }
      double sum = 0, sum_squares = 0;
      for (Index r = 0; r < rows; ++r) {
        const double x = static_cast<double>(h.real(r, j));
        REQUIRE(x >= 0);
        sum += x;
        sum_squares += x * x;
      }
      const double deviation = std::sqrt(squares - exact * exact);
      CHECK(std::abs(sum / rows - exact) < 4 * deviation / std::sqrt(double(rows)));
      CHECK(std::abs(sum_squares / rows - squares) < 0.03 * squares + 1e-3);
      CHECK(double(mean(0, j)) == doctest::Approx(exact).epsilon(1e-4));
    }
  }
  const Matrix x = Matrix::Zero(1, 2), hidden = Matrix::Zero(1, 3);
  CHECK_THROWS_WITH_AS(rbm.free_energy(view(x)), doctest::Contains("have no energy"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(rbm.energy(view(x), view(hidden)), doctest::Contains("have no energy"), std::invalid_argument);
  CHECK_FALSE(rbm.has_energy());
}

TEST_CASE("the vectorised logarithm and circular functions stay within their error bounds") {
  double worst_log = 0, worst_circle = 0;
  for (float x = 1e-30f; x < 1e30f; x *= 1.00037f) {
    const double exact = std::log(static_cast<double>(x)), got = static_cast<double>(math::log(math::broadcast(x))[0]);
    worst_log = std::max(worst_log, std::abs(got - exact) / std::max(0.5, std::abs(exact)));
  }
  for (int i = 0; i < 1 << 24; i += 11) {
    const float u = static_cast<float>(i) * 0x1p-24f;
    const double angle = 2 * 3.14159265358979323846 * static_cast<double>(u);
    const auto of = math::sin_cos_turns(math::broadcast(u));
    worst_circle = std::max({worst_circle, std::abs(static_cast<double>(of.sin[0]) - std::sin(angle)),
                             std::abs(static_cast<double>(of.cos[0]) - std::cos(angle))});
  }
  CHECK(worst_log < 2e-7);
  CHECK(worst_circle < 2e-7);
}

TEST_CASE("the normal distribution function and its derivative agree with erfc far into both tails") {
  for (double x = -36; x < 9; x += 0.0137) {
    const double cdf = 0.5 * std::erfc(-x / std::sqrt(2.0)),
                 density = std::exp(-0.5 * x * x) / std::sqrt(2 * 3.14159265358979323846);
    CHECK(math::log_normal_cdf(x) == doctest::Approx(std::log(cdf)).epsilon(1e-11));
    CHECK(math::normal_hazard(x) == doctest::Approx(density / cdf).epsilon(1e-11));
  }
  CHECK(math::normal_hazard(-1e6) == doctest::Approx(1e6));
  CHECK(math::log_normal_cdf(40) <= 0);
}

TEST_CASE("normal numbers by place have the normal distribution and no memory of their neighbours") {
  constexpr Index rows = 500, columns = 203;
  Matrix x = Matrix::Zero(rows, columns);
  const Vector variance = Vector::Constant(columns, 4.0f);
  math::add_normals({x.data(), columns}, rows, columns, {variance.data(), 0}, 0.25f, {3, Stream::visible, 12});
  const double n = rows * columns;
  double sum = 0, squares = 0, fourth = 0, neighbours = 0;
  for (Index r = 0; r < rows; ++r)
    for (Index c = 0; c < columns; ++c) {
      const double value = static_cast<double>(x(r, c));
      sum += value;
      squares += value * value;
      fourth += value * value * value * value;
      if (c) neighbours += value * static_cast<double>(x(r, c - 1));
    }
  CHECK(std::abs(sum / n) < 4 / std::sqrt(n));
  CHECK(std::abs(squares / n - 1) < 4 * std::sqrt(2 / n));
  CHECK(std::abs(fourth / n - 3) < 4 * std::sqrt(96 / n));
  CHECK(std::abs(neighbours / n) < 4 / std::sqrt(n));
}

TEST_CASE("units that cannot be are refused with the reason, and values that no unit can have") {
  const auto refused = [](RbmShape shape, const char* why) {
    CHECK_THROWS_WITH_AS(Rbm{shape}, doctest::Contains(why), std::out_of_range);
  };
  const auto does_not_go = [](RbmShape shape, const char* why) {
    CHECK_THROWS_WITH_AS(Rbm{shape}, doctest::Contains(why), std::invalid_argument);
  };
  RbmShape shape{6, 4, 0};
  shape.hidden_units.type = UnitType::replicated_softmax;
  refused(shape, "hidden units cannot be replicated-softmax");
  shape = {6, 4, 0, {UnitType::softmax, {3, 2}}};
  refused(shape, "must add up to its 6 units");
  shape = {6, 4, 0, {UnitType::softmax, {5, 1}}};
  refused(shape, "2 states or more");
  shape = {6, 4, 0, {UnitType::softmax, {-3, 9}}};
  refused(shape, "2 states or more");
  shape = {6, 4, 0, {UnitType::softmax}};
  does_not_go(shape, "need their groups");
  shape = {6, 4, 0, {UnitType::bernoulli, {3, 3}}};
  does_not_go(shape, "groups are for softmax units");
  shape = {6, 4, 0, {UnitType::relu, {}, true}};
  does_not_go(shape, "learnedSigma is for gaussian units");
  CHECK_THROWS_WITH_AS(unit_type("gausian"), doctest::Contains("bernoulli, gaussian, softmax"), std::out_of_range);

  const auto values_refused = [](const Units& units, Index count, std::vector<double> values, const char* why) {
    const Rbm rbm({count, 2, 0, units});
    const Matrix row = row_of(values);
    CHECK_THROWS_WITH_AS(rbm.mean_h_from_v(view(row)), doctest::Contains(why), std::out_of_range);
  };
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  values_refused({}, 2, {0, 1.5}, "must lie in [0, 1]: row 0, column 1");
  values_refused({UnitType::gaussian}, 2, {0, infinity}, "from -1e12 to 1e12: row 0, column 1 is Infinity");
  values_refused({UnitType::gaussian}, 2, {nan, 0}, "from -1e12 to 1e12: row 0, column 0 is NaN");
  values_refused({UnitType::softmax, {2}}, 2, {1, 1}, "add up to 1");
  values_refused({UnitType::replicated_softmax}, 2, {1, -1}, "counts of words");
  values_refused({UnitType::replicated_softmax}, 2, {1, 0.5}, "counts of words");
  values_refused({UnitType::relu}, 2, {1, -0.5}, "not negative");
  values_refused({UnitType::spin}, 2, {-1, 1.5}, "must lie in [-1, 1]: row 0, column 1 is 1.5");

  Rbm gaussian({2, 2, 0, {UnitType::gaussian}});
  CHECK_THROWS_AS(gaussian.set_sigma(Vector::Zero(2), Vector()), std::out_of_range);
  CHECK_THROWS_AS(gaussian.set_sigma(Vector::Ones(3), Vector()), std::out_of_range);
  CHECK_THROWS_AS(gaussian.set_sigma(Vector::Ones(2), Vector::Ones(2)), std::out_of_range);
  CHECK(gaussian.sigma_v() == Vector::Ones(2));
  const Rbm words({4, 2, 0, {UnitType::replicated_softmax}});
  CHECK_THROWS_WITH_AS(GibbsChains(words, 3, 1),
                       "words, the length of a document of counts, must be 1 to 1,000,000, not 0", std::out_of_range);
}

TEST_CASE("values that are too large are refused with the limit, and results that leave the range of floats, too") {
  const auto limit = [](const Units& units, double value, const char* why) {
    const Rbm rbm({2, 2, 0, units});
    const Matrix x = row_of({1, value}), largest = row_of({1, 1e12});
    const Dataset data = Dataset::from_floats({x.data(), 2}, 1, 2);
    const auto refused = [&](auto&& call) { CHECK_THROWS_WITH_AS(call(), doctest::Contains(why), std::out_of_range); };
    refused([&] { free_energies(rbm, x, false).finish(); });
    refused([&] { hidden_means(rbm, x).finish(); });
    refused([&] { hidden_samples(rbm, x, {}).finish(); });
    refused([&] { log_likelihood(rbm, x, 0).finish(); });
    refused([&] { reconstructions(rbm, x).finish(); });
    refused([&] { GibbsChains(rbm, 1, 1).set_visible(view(x)); });
    refused([&] {
      Rbm learner({2, 2, 0, units});
      train(learner, data, TrainingOptions{});
    });
    CHECK(std::isfinite(rbm.free_energy(view(largest))[0]));
    CHECK(std::isfinite(hidden_means(rbm, largest).finish().front().sum()));
    const Rbm above({2, 2, 0, {}, units});
    refused([&] { visible_means(above, x).finish(); });
  };
  limit({UnitType::gaussian}, 1e20, "must be finite and from -1e12 to 1e12: row 0, column 1 is 1e+20");
  limit({UnitType::gaussian}, -1e13, "must be finite and from -1e12 to 1e12: row 0, column 1 is -1e+13");
  limit({UnitType::relu}, 1e20, "must be not negative, finite and at most 1e12: row 0, column 1 is 1e+20");

  // Weights can carry values within the limit out of the range.
  Rbm steep({2, 2, 0, {UnitType::gaussian}, {UnitType::relu}});
  steep.set_parameters(Matrix::Constant(2, 2, 1e30f), Vector::Zero(2), Vector::Zero(2));
  const Matrix x = row_of({1, 1e11}).replicate(3, 1), h = row_of({1, 1e11});
  const auto refused = [](auto&& call) {
    CHECK_THROWS_WITH_AS(call(), doctest::Contains("is not finite"), std::out_of_range);
  };
  refused([&] { free_energies(steep, x, false).finish(); });
  refused([&] { hidden_means(steep, x).finish(); });
  refused([&] { visible_means(steep, h).finish(); });
  refused([&] { log_likelihood(steep, x, 0).finish(); });
  refused([&] { reconstructions(steep, x).finish(); });
}

TEST_CASE("clamped units of every type stay where they are held") {
  const Rbm gaussian = rbm_of({of_type(UnitType::gaussian, 2), of_type(UnitType::bernoulli, 3), 2, 3}, 0.5);
  GibbsChains chains(gaussian, 5, 1);
  Matrix mask(1, 2), values(1, 2);
  mask << 1, 0;
  values << 1.75f, 9.0f;
  chains.clamp(view(mask), view(values));
  chains.step(3);
  for (Index r = 0; r < 5; ++r) {
    CHECK(chains.v_states().get(r, 0) == 1.75f);
    CHECK(chains.v_states().get(r, 1) != 9.0f);
  }
  const Rbm softmax = rbm_of({of_type(UnitType::softmax, 5), of_type(UnitType::bernoulli, 3), 5, 3}, 0.5);
  GibbsChains groups(softmax, 4, 1);
  Matrix half(1, 5), whole(1, 5), on(1, 5);
  half << 1, 0, 0, 0, 0;
  whole << 1, 1, 0, 0, 0;
  on << 0, 1, 0, 0, 0;
  CHECK_THROWS_WITH_AS(groups.clamp(view(half), view(on)), doctest::Contains("clamped whole"), std::out_of_range);
  groups.clamp(view(whole), view(on));
  groups.step(4);
  for (Index r = 0; r < 4; ++r) {
    CHECK(groups.v().get(r, 1));
    int second = 0;
    for (Index i = 2; i < 5; ++i) second += groups.v().get(r, i);
    CHECK(second == 1);
  }
}

TEST_CASE("spins are clamped at -1 and 1, start at samples of their means, and have the data's means without weights") {
  Rbm rbm = rbm_of({of_type(UnitType::spin, 2), of_type(UnitType::bernoulli, 3), 2, 3}, 0.5);
  GibbsChains chains(rbm, 2000, 1);
  Matrix mask(1, 2), half(1, 2), down(1, 2);
  mask << 1, 0;
  half << 0.5f, 0;
  down << -1, 0;
  CHECK_THROWS_WITH_AS(chains.clamp(view(mask), view(half)), doctest::Contains("clamped values must be -1 or 1"),
                       std::out_of_range);
  chains.set_visible(view(half));
  double sum = 0;
  for (Index r = 0; r < 2000; ++r) {
    CHECK(std::abs(chains.v_states().get(r, 0)) == 1);
    sum += static_cast<double>(chains.v_states().get(r, 0));
  }
  CHECK(std::abs(sum / 2000 - 0.5) < 4 * std::sqrt(0.75 / 2000));
  chains.clamp(view(mask), view(down));
  chains.step(3);
  for (Index r = 0; r < 2000; ++r) CHECK(chains.v_states().get(r, 0) == -1);

  // The means are 1/2 and 1. The second is taken for half an example less, 7/8 up and 1/8 down, which is 3/4.
  const Dataset data = Dataset::from_floats(std::vector<float>{1, 1, 1, 1, 1, 1, -1, 1}, 4, 2);
  rbm.set_parameters(Matrix::Zero(2, 3), Vector::Zero(2), Vector::Zero(3));
  TrainingOptions o;
  o.learning_rate = 1e-20;
  train(rbm, data, o)->step();
  CHECK(rbm.b()[0] == doctest::Approx(std::atanh(0.5)));
  CHECK(rbm.b()[1] == doctest::Approx(std::atanh(0.75)));
}

TEST_CASE("the norm of the interaction says whether two unbounded sides have a partition function") {
  for (const auto& [v, h] : {std::pair{UnitType::gaussian, UnitType::gaussian},
                             {UnitType::gaussian, UnitType::relu},
                             {UnitType::relu, UnitType::relu}}) {
    Rbm rbm({2, 2, 0, {v}, {h}});
    Matrix W(2, 2);
    W << 0.9f, 0, 0, 0.3f;
    rbm.set_parameters(W, Vector::Zero(2), Vector::Zero(2));
    CHECK(rbm.interaction_norm() == doctest::Approx(0.9).epsilon(1e-4));
    rbm.set_parameters(-W, Vector::Zero(2), Vector::Zero(2));
    CHECK(rbm.interaction_norm() == doctest::Approx(v == UnitType::relu ? 0 : 0.9).epsilon(1e-4));
  }
  CHECK(Rbm({3, 2, 0, {UnitType::gaussian}}).interaction_norm() == 0);
}
