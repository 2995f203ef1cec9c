#include <doctest/doctest.h>

#include <cmath>

#include "enumeration.h"
#include "wakesleep/chains.h"
#include "wakesleep/exact.h"
#include "wakesleep/gibbs.h"

using namespace wakesleep;
using namespace wakesleep::test;

TEST_CASE("energy and free energy equal the sums over all states") {
  for (const Index labels : {0, 3}) {
    const Rbm rbm = small_rbm(5, 4, labels, 0.8, 3);
    for (const auto& v : visible_states(rbm)) {
      const Matrix row = as_row(v);
      CHECK(rbm.free_energy(view(row))[0] == doctest::Approx(free_energy(rbm, v)).epsilon(1e-6));
      const auto h = hidden_states(rbm)[5];
      const Matrix h_row = as_row(h);
      CHECK(rbm.energy(view(row), view(h_row))[0] == doctest::Approx(energy(rbm, v, h)).epsilon(1e-6));
    }
  }
}

TEST_CASE("the free energy of an image without its label sums over the labels, and each label's is exact") {
  const Rbm rbm = small_rbm(4, 5, 3, 0.9, 8);
  for (std::size_t s = 0; s < 16; ++s) {
    std::vector<double> image;
    for (int i = 0; i < 4; ++i) image.push_back(static_cast<double>((s >> i) & 1));
    const Matrix row = as_row(image);
    const MatrixD of_labels = rbm.label_free_energy(view(row));
    double sum = 0;
    for (int y = 0; y < 3; ++y) {
      std::vector<double> v = image;
      for (int l = 0; l < 3; ++l) v.push_back(l == y ? 1 : 0);
      CHECK(of_labels(0, y) == doctest::Approx(free_energy(rbm, v)).epsilon(1e-6));
      sum += std::exp(-free_energy(rbm, v));
    }
    CHECK(rbm.free_energy(view(row))[0] == doctest::Approx(-std::log(sum)).epsilon(1e-6));
  }
}

TEST_CASE("conditional means equal the sums over all states, at any temperature") {
  for (const double temperature : {1.0, 0.6, 2.0}) {
    const Rbm rbm = small_rbm(4, 3, 3, 1.1, 4);
    const auto hs = hidden_states(rbm);
    const auto vs = visible_states(rbm);
    for (const auto& v : vs) {
      std::vector<double> mean(3, 0.0);
      double sum = 0;
      for (const auto& h : hs) {
        const double p = std::exp(-energy(rbm, v, h) / temperature);
        sum += p;
        for (std::size_t j = 0; j < 3; ++j) mean[j] += p * h[j];
      }
      const Matrix row = as_row(v), got = rbm.mean_h_from_v(view(row), temperature);
      for (Index j = 0; j < 3; ++j)
        CHECK(double(got(0, j)) == doctest::Approx(mean[std::size_t(j)] / sum).epsilon(1e-5));
    }
    for (const auto& h : hs) {
      const auto p = visible_given_hidden(rbm, h, temperature);
      const Matrix row = as_row(h), got = rbm.mean_v_from_h(view(row), temperature);
      for (std::size_t i = 0; i < 7; ++i) {
        double mean = 0;
        for (std::size_t s = 0; s < vs.size(); ++s) mean += p[s] * vs[s][i];
        CHECK(double(got(0, Index(i))) == doctest::Approx(mean).epsilon(1e-5));
      }
    }
  }
}

TEST_CASE("the exact log-partition equals the double sum, whichever side is smaller") {
  for (const Index labels : {0, 3})
    for (const auto& [visible, hidden] : {std::pair<Index, Index>{4, 6}, {7, 3}, {12, 5}, {3, 12}}) {
      const Rbm rbm = small_rbm(visible, hidden, labels, 0.7, 2);
      CHECK(exact_log_partition(rbm) == doctest::Approx(log_partition(rbm)).epsilon(1e-6));
    }
}

TEST_CASE("probabilities by free energy and log Z sum to one") {
  const Rbm rbm = small_rbm(6, 14, 0, 1.0, 9);
  const double log_z = exact_log_partition(rbm);
  double sum = 0;
  for (const auto& v : visible_states(rbm)) {
    const Matrix row = as_row(v);
    sum += std::exp(-rbm.free_energy(view(row))[0] - log_z);
  }
  CHECK(sum == doctest::Approx(1).epsilon(1e-5));
}

TEST_CASE("an enumeration of more than 25 units on both sides is refused at once") {
  const Rbm rbm({26, 26, 0});
  CHECK_THROWS_WITH_AS(ExactLogPartition{rbm}, doctest::Contains("at most 25 units"), std::out_of_range);
  CHECK_FALSE(is_enumerable({26, 26, 0}));
  CHECK(is_enumerable({784, 25, 0}));
  CHECK(is_enumerable({9, 500, 0}));
}

TEST_CASE("mean-field labels start neutral and settle where the free energy is lowest") {
  const Rbm rbm = small_rbm(8, 10, 4, 1.2, 12);
  for (std::size_t s = 0; s < 256; s += 17) {
    std::vector<double> image;
    for (int i = 0; i < 8; ++i) image.push_back(static_cast<double>((s >> i) & 1));
    const Matrix row = as_row(image), p = rbm.label_mean_field(view(row), 20);
    CHECK(double(p.sum()) == doctest::Approx(1).epsilon(1e-5));
    const MatrixD f = rbm.label_free_energy(view(row));
    std::vector<double> order(f.data(), f.data() + 4);
    std::sort(order.begin(), order.end());
    Index best_f, best_p;
    f.row(0).minCoeff(&best_f);
    p.row(0).maxCoeff(&best_p);
    if (order[1] - order[0] > 0.7) CHECK(best_f == best_p);
  }
}

TEST_CASE("what is clamped is held in states and means, until it is released") {
  const Rbm rbm = small_rbm(3, 3, 3, 0.9, 14);
  GibbsChains chains(rbm, 200, 3);
  const Matrix mask = as_row({1, 0, 0});
  const auto held = [&] {
    Index rows = 0;
    for (Index r = 0; r < 200; ++r)
      rows += chains.v().get(r, 0) && chains.mean_v()(r, 0) == 1 && chains.labels()[std::size_t(r)] == 1;
    return rows;
  };
  chains.clamp(view(mask), view(mask));
  chains.clamp_labels({1});
  CHECK(held() == 200);
  chains.step(5);
  CHECK(held() == 200);
  chains.release();
  chains.clamp_labels({-1});
  chains.step(5);
  CHECK(held() < 100);
}

TEST_CASE("chains differ from each other and repeat with their seed") {
  const Rbm rbm = small_rbm(20, 10, 0, 0.3, 1);
  GibbsChains a(rbm, 50, 1), b(rbm, 50, 1), c(rbm, 50, 2);
  for (GibbsChains* chains : {&a, &b, &c}) chains->step(5);
  CHECK(a.v() == b.v());
  CHECK_FALSE(a.v() == c.v());
  for (Index r = 1; r < 50; ++r) CHECK(a.v().row(0)[0] != a.v().row(r)[0]);
}

TEST_CASE("a reconstruction is the mean of v after the steps") {
  const Rbm rbm = small_rbm(3, 2, 0, 1.5, 6);
  const Matrix x = as_row({1, 0, 1}).replicate(40000, 1);
  const Matrix mean = reconstruct(rbm, view(x), {.seed = 5}).colwise().mean();
  const auto p = one_step(rbm, {1, 0, 1}, 1);
  for (std::size_t i = 0; i < 3; ++i) {
    double expected = 0;
    for (std::size_t s = 0; s < p.size(); ++s) expected += p[s] * visible_states(rbm)[s][i];
    CHECK(std::abs(double(mean(0, Index(i))) - expected) < 0.005);
  }
}

TEST_CASE("an RBM refuses what it cannot be and what does not fit it") {
  CHECK_THROWS_WITH_AS(Rbm({0, 3, 0}), doctest::Contains("visible"), std::out_of_range);
  CHECK_THROWS_WITH_AS(Rbm({3, -1, 0}), doctest::Contains("hidden"), std::out_of_range);
  CHECK_THROWS_WITH_AS(Rbm({1000000000, 1, 0}), doctest::Contains("1048576"), std::out_of_range);
  CHECK_THROWS_WITH_AS(Rbm({1 << 20, 1 << 20, 0}), doctest::Contains("weights"), std::out_of_range);
  CHECK_THROWS_WITH_AS(Rbm({3, 3, 1}), doctest::Contains("labels"), std::out_of_range);
  Rbm rbm({3, 2, 0});
  const Matrix wide = Matrix::Zero(1, 4), high = Matrix::Constant(2, 3, 1.5f), good = Matrix::Zero(1, 3);
  Matrix nan = Matrix::Zero(2, 3);
  nan(1, 2) = std::nanf("");
  CHECK_THROWS_WITH_AS(rbm.free_energy(view(wide)), "x must have 3 values a row, not 4", std::out_of_range);
  CHECK_THROWS_WITH_AS(rbm.free_energy(view(high)), doctest::Contains("row 0, column 0 is 1.5"), std::out_of_range);
  CHECK_THROWS_WITH_AS(rbm.free_energy(view(nan)), doctest::Contains("row 1, column 2 is NaN"), std::out_of_range);
  CHECK_THROWS_AS(rbm.label_free_energy(view(good)), std::invalid_argument);
  CHECK_THROWS_AS(rbm.mean_h_from_v(view(good), 0), std::out_of_range);
  CHECK_THROWS_AS(GibbsChains(rbm, 0, 1), std::out_of_range);
  GibbsChains chains(rbm, 2, 1);
  CHECK_THROWS_AS(chains.step(1, -1), std::out_of_range);
  CHECK_THROWS_AS(chains.clamp_labels({1}), std::invalid_argument);
  CHECK_THROWS_WITH_AS(chains.clamp(view(good), view(wide)), doctest::Contains("values must be"), std::out_of_range);

  const Matrix W = rbm.W();
  CHECK_THROWS_AS(rbm.set_parameters(Matrix::Zero(2, 2), Vector::Zero(3), Vector::Zero(2)), std::out_of_range);
  CHECK_THROWS_AS(rbm.set_parameters(Matrix::Constant(3, 2, INFINITY), Vector::Zero(3), Vector::Zero(2)),
                  std::out_of_range);
  CHECK(rbm.W() == W);
}

TEST_CASE("a single draw is a function of its arguments, and refuses what it cannot draw from") {
  const Rbm rbm = small_rbm(3, 2, 3, 1.2, 6);
  const Matrix x = as_row({1, 0, 1}).replicate(500, 1);
  const Matrix h = rbm.sample_h_from_v(view(x), {.seed = 4}), v = rbm.sample_v_from_h(view(h), {.seed = 4});
  CHECK(h.rows() == 500);
  CHECK(h.cols() == 2);
  CHECK(v.cols() == 6);
  CHECK((v.rightCols(3).rowwise().sum().array() == 1).all());
  CHECK(rbm.sample_h_from_v(view(x), {.seed = 4}) == h);
  CHECK(rbm.sample_v_from_h(view(h), {.seed = 4}) == v);
  CHECK(rbm.sample_h_from_v(view(x), {.seed = 5}) != h);
  // Rows may be drawn in parts.
  const Matrix rest = x.bottomRows(300);
  CHECK(rbm.sample_h_from_v(view(rest), {.seed = 4, .first = 200}) == h.bottomRows(300));
  // Without its columns the label is summed out, and with them it is what they say.
  Matrix labelled = Matrix::Zero(500, 6);
  labelled.leftCols(3) = x;
  const Matrix off = rbm.sample_h_from_v(view(labelled), {.seed = 4});
  CHECK(off != h);
  labelled.col(5).setOnes();
  CHECK(rbm.sample_h_from_v(view(labelled), {.seed = 4}) != h);
  CHECK(rbm.sample_h_from_v(view(labelled), {.seed = 4}) != off);

  const Matrix wide = Matrix::Zero(1, 4), high = Matrix::Constant(2, 3, 1.5f);
  CHECK_THROWS_WITH_AS(rbm.sample_h_from_v(view(wide), {}), doctest::Contains("x must have 3 or 6 values a row, not 4"),
                       std::out_of_range);
  CHECK_THROWS_WITH_AS(rbm.sample_h_from_v(view(high), {}), doctest::Contains("row 0, column 0"), std::out_of_range);
  CHECK_THROWS_WITH_AS(rbm.sample_v_from_h(view(wide), {}), doctest::Contains("h must have 2 values a row, not 4"),
                       std::out_of_range);
  CHECK_THROWS_AS(rbm.sample_h_from_v(view(x), {.temperature = 0}), std::out_of_range);
  const Rbm documents({4, 2, 0, {UnitType::replicated_softmax}}, 1);
  const Matrix none = Matrix::Zero(3, 2);
  CHECK_THROWS_WITH_AS(documents.sample_v_from_h(view(none), {}), doctest::Contains("words"), std::out_of_range);
  CHECK((documents.sample_v_from_h(view(none), {.words = 9}).rowwise().sum().array() == 9).all());
}
