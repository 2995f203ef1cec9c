#include <doctest/doctest.h>

#include <cmath>

#include "enumeration.h"
#include "wakesleep/chains.h"
#include "wakesleep/dbn.h"
#include "wakesleep/stroke_digits.h"
#include "wakesleep/training.h"

using namespace wakesleep;
using namespace wakesleep::test;

namespace {

Dbn small_dbn() {
  std::vector<Rbm> rbms;
  rbms.push_back(small_rbm(6, 4, 0, 0.9, 3));
  rbms.push_back(small_rbm(4, 5, 3, 0.9, 4));
  return Dbn(std::move(rbms));
}

}  // namespace

TEST_CASE("upward inference passes means, and labels are read at the top by free energy") {
  const Dbn dbn = small_dbn();
  const Matrix x = as_row({1, 0, 1, 1, 0, 0.5});
  const Matrix first = dbn.rbm(0).mean_h_from_v(view(x));
  CHECK(dbn.up(view(x), 0) == x);
  CHECK(dbn.up(view(x), 1) == first);
  CHECK(dbn.up(view(x), 2) == dbn.rbm(1).mean_h_from_v(view(first)));
  const MatrixD f = dbn.label_free_energy(view(x));
  CHECK(f == dbn.rbm(1).label_free_energy(view(first)));
  const Matrix p = label_probabilities(f);
  double sum = 0;
  for (Index y = 0; y < 3; ++y) sum += std::exp(-f(0, y));
  for (Index y = 0; y < 3; ++y) CHECK(double(p(0, y)) == doctest::Approx(std::exp(-f(0, y)) / sum).epsilon(1e-5));
  Index best;
  f.row(0).minCoeff(&best);
  CHECK(best_labels(f)[0] == best);
}

TEST_CASE("images of the net are the means that the top's states hand down") {
  const Dbn dbn = small_dbn();
  const Matrix top = as_row({0.2, 0.9, 0.5, 1});
  const Matrix image = dbn.down(view(top));
  for (Index i = 0; i < 6; ++i) {
    double input = static_cast<double>(dbn.rbm(0).b()[i]);
    for (Index j = 0; j < 4; ++j) input += static_cast<double>(top(0, j)) * static_cast<double>(dbn.rbm(0).W()(i, j));
    CHECK(double(image(0, i)) == doctest::Approx(1 / (1 + std::exp(-input))).epsilon(1e-5));
  }
  const Matrix wrong = as_row({0.2, 0.9, 0.5});
  CHECK_THROWS_AS(dbn.down(view(wrong)), std::out_of_range);
}

TEST_CASE("a dream with a clamped label keeps it, and a free one moves between labels") {
  const Dbn dbn = small_dbn();
  constexpr int chains = 4000;
  Chains dream(dbn, chains, 5);
  dream.clamp_labels({2});
  dream.advance(30);
  const ChainSamples held = dream.finish();
  for (const int label : held.labels) CHECK(label == 2);
  CHECK(held.means.rows() == chains);
  CHECK(held.means.cols() == 6);
  dream.clamp_labels({-1});
  dream.advance(30);
  int counts[3] = {};
  for (const int label : dream.finish().labels) ++counts[label];
  double p[3] = {};
  for (const auto& v : visible_states(dbn.top()))
    for (std::size_t y = 0; y < 3; ++y)
      if (v[4 + y] == 1) p[y] += std::exp(-free_energy(dbn.top(), v) - log_partition(dbn.top()));
  for (int y = 0; y < 3; ++y) CHECK(std::abs(counts[y] - chains * p[y]) < 4 * std::sqrt(chains * p[y] * (1 - p[y])));
}

TEST_CASE("greedy training stacks layers: the layers below stay as they were trained") {
  const Dataset data = stroke_digits(300, 3);
  TrainingOptions o;
  o.epochs = 2;
  Dbn dbn({784, 30, 20, 40}, 10, 2);
  const auto training = train(dbn, data, {o});
  Matrix first;
  while (training->step())
    if (training->progress().layer == 1 && first.size() == 0) first = dbn.rbm(0).W();
  CHECK(dbn.rbm(0).W() == first);
  for (Index l = 0; l < 3; ++l) CHECK(dbn.rbm(l).training_state().epoch == 2);
  CHECK(dbn.training_layer == 3);

  // The lowest layer learns what a lone RBM with its seed learns.
  Rbm alone({784, 30, 0}, 2);
  const auto lone_training = train(alone, data, o);
  while (lone_training->step()) {
  }
  CHECK(alone.W() == dbn.rbm(0).W());
}

TEST_CASE("an interrupted greedy training goes on in its layer and ends as if it had not been interrupted") {
  const Dataset data = stroke_digits(200, 3);
  TrainingOptions o;
  o.epochs = 3;
  for (const States up : {States::mean, States::sampled}) {
    o.up_states = up;
    Dbn whole({784, 20, 15}, 10, 2), parts({784, 20, 15}, 10, 2);
    const auto all = train(whole, data, {o});
    while (all->step()) {
    }
    {
      const auto some = train(parts, data, {o});
      for (int i = 0; i < 6; ++i) some->step();  // the whole first layer
    }
    CHECK(parts.training_layer == 1);
    {
      const auto more = train(parts, data, {o});
      for (int i = 0; i < 3; ++i) more->step();
    }
    o.epochs = 2;  // of the second layer, whose first epoch is over and whose second has begun
    const auto rest = train(parts, data, {o});
    while (rest->step()) {
    }
    CHECK(whole.rbm(1).W() == parts.rbm(1).W());
    o.epochs = 3;
  }
}

TEST_CASE("a DBN refuses layers that cannot be") {
  CHECK_THROWS_AS(Dbn({784}, 0), std::out_of_range);
  CHECK_THROWS_AS(Dbn({784, 0}, 0), std::out_of_range);
  CHECK_THROWS_AS(Dbn({784, 10}, 1), std::out_of_range);
  std::vector<Rbm> unfit;
  unfit.emplace_back(RbmShape{4, 3, 0});
  unfit.emplace_back(RbmShape{4, 3, 0});
  CHECK_THROWS_WITH_AS(Dbn(std::move(unfit)), doctest::Contains("must fit"), std::out_of_range);
}
