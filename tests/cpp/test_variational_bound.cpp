#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "enumeration.h"
#include "thread_counts.h"
#include "unit_enumeration.h"
#include "wakesleep/exact.h"
#include "wakesleep/stroke_digits.h"
#include "wakesleep/threads.h"
#include "wakesleep/training.h"
#include "wakesleep/variational_bound.h"

using namespace wakesleep;
using namespace wakesleep::test;

namespace {

using State = std::vector<double>;

double log1p_exp(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }

// Log-probability of Bernoulli units with these inputs.
double log_bernoulli(const State& values, const State& inputs) {
  double sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i) sum += values[i] * inputs[i] - log1p_exp(inputs[i]);
  return sum;
}

State hidden_inputs(const Rbm& rbm, const State& v) {
  State out;
  for (Index j = 0; j < rbm.hidden(); ++j) {
    auto sum = static_cast<double>(rbm.c()[j]);
    for (Index i = 0; i < rbm.visible(); ++i)
      sum += v[static_cast<std::size_t>(i)] * static_cast<double>(rbm.W()(i, j));
    out.push_back(sum);
  }
  return out;
}

State visible_inputs(const Rbm& rbm, const State& h) {
  State out;
  for (Index i = 0; i < rbm.visible(); ++i) {
    auto sum = static_cast<double>(rbm.b()[i]);
    for (Index j = 0; j < rbm.hidden(); ++j) sum += h[static_cast<std::size_t>(j)] * static_cast<double>(rbm.W()(i, j));
    out.push_back(sum);
  }
  return out;
}

std::vector<State> all_states(Index units) {
  std::vector<State> states;
  for (std::size_t s = 0; s < std::size_t{1} << units; ++s) {
    State state;
    for (Index i = 0; i < units; ++i) state.push_back(static_cast<double>((s >> i) & 1));
    states.push_back(state);
  }
  return states;
}

// Everything about a net of two RBMs by enumeration of h1; with a label y >= 0 about p(v, y).
class TwoLayers {
 public:
  explicit TwoLayers(const Dbn& dbn)
      : dbn_(dbn), log_z_(log_partition(dbn.top())), states_(all_states(dbn.rbm(0).hidden())) {}

  double log_z() const { return log_z_; }
  double log_p_of_hidden(const State& h, int y) const {
    double sum = 0;
    for (Index l = 0; l < std::max<Index>(1, dbn_.labels()); ++l) {
      if (y >= 0 && l != y) continue;
      State of_top = h;
      for (Index k = 0; k < dbn_.labels(); ++k) of_top.push_back(k == l ? 1 : 0);
      sum += std::exp(-free_energy(dbn_.top(), of_top) - log_z_);
    }
    return std::log(sum);
  }
  double log_p(const State& v, int y = -1) const {
    double sum = 0;
    for (const State& h : states_)
      sum += std::exp(log_bernoulli(v, visible_inputs(dbn_.rbm(0), h)) + log_p_of_hidden(h, y));
    return std::log(sum);
  }
  // E_q[log p(v, h1) - log q(h1 | v)], the expectation exact.
  double bound(const State& v, int y = -1) const {
    const State inputs = hidden_inputs(dbn_.rbm(0), v);
    double sum = 0;
    for (const State& h : states_) {
      const double log_q = log_bernoulli(h, inputs);
      sum += std::exp(log_q) * (log_bernoulli(v, visible_inputs(dbn_.rbm(0), h)) + log_p_of_hidden(h, y) - log_q);
    }
    return sum;
  }

 private:
  const Dbn& dbn_;
  double log_z_;
  std::vector<State> states_;
};

Dbn net_of(Rbm first, Rbm second) {
  std::vector<Rbm> rbms;
  rbms.push_back(std::move(first));
  rbms.push_back(std::move(second));
  return Dbn(std::move(rbms));
}

// Some of the 2^width images, labelled in turn.
std::vector<State> some_images(Index width, std::size_t every) {
  std::vector<State> images;
  const std::vector<State> all = all_states(width);
  for (std::size_t s = 1; s < all.size(); s += every) images.push_back(all[s]);
  return images;
}

Dataset data_of(const std::vector<State>& images, Index labels = 0) {
  std::vector<float> values;
  std::vector<std::uint16_t> of;
  for (const State& image : images) {
    for (const double value : image) values.push_back(static_cast<float>(value));
    if (labels > 0) of.push_back(static_cast<std::uint16_t>(of.size() % static_cast<std::size_t>(labels)));
  }
  return Dataset::from_floats(values, static_cast<Index>(images.size()), static_cast<Index>(images[0].size()), of);
}

}  // namespace

TEST_CASE("the sampled bound is the enumerated one within its Monte-Carlo error, and that is its spread over seeds") {
  for (const Index labels : {0, 3})
    for (const bool labelled : {false, true}) {
      if (labelled && labels == 0) continue;
      const Dbn dbn = net_of(small_rbm(6, 5, 0, 1.2, 3), small_rbm(5, 4, labels, 1.2, 4));
      const TwoLayers truth(dbn);
      const std::vector<State> images = some_images(6, 3);
      const Dataset data = data_of(images, labelled ? labels : 0);
      double exact = 0, log_p = 0;
      for (std::size_t i = 0; i < images.size(); ++i) {
        const int y = labelled ? static_cast<int>(i % static_cast<std::size_t>(labels)) : -1;
        const double of_one = truth.bound(images[i], y), most = truth.log_p(images[i], y);
        CHECK(of_one <= most);
        exact += of_one / static_cast<double>(images.size());
        log_p += most / static_cast<double>(images.size());
      }
      CHECK(exact < log_p - 0.05);
      double spread = 0, stated = 0;
      constexpr int seeds = 30;
      for (int seed = 1; seed <= seeds; ++seed) {
        const Bound bound =
            variational_bound(dbn, data, truth.log_z(), {.samples = 20, .seed = static_cast<std::uint64_t>(seed)});
        CHECK(std::abs(bound.average.mean - exact) < 4 * bound.monte_carlo_error);
        CHECK(bound.average.mean - 4 * bound.monte_carlo_error < log_p);
        spread += (bound.average.mean - exact) * (bound.average.mean - exact) / seeds;
        stated += bound.monte_carlo_error / seeds;
        CHECK(bound.average.count == static_cast<Index>(images.size()));
        CHECK(bound.average.error > bound.monte_carlo_error);
      }
      CHECK(stated / std::sqrt(spread) > 0.7);
      CHECK(stated / std::sqrt(spread) < 1.5);
      // Many samples of one image, so that a wrong term shows: a tenth of the entropy or of a bias would.
      const Dataset one = data_of({images[5]});
      const Bound close = variational_bound(dbn, one, truth.log_z(), {.samples = 10000, .seed = 9});
      CHECK(close.monte_carlo_error < 0.03);
      CHECK(std::abs(close.average.mean - truth.bound(images[5])) < 4 * close.monte_carlo_error);
    }
}

TEST_CASE("three RBMs: the bound equals the sum over both hidden layers") {
  std::vector<Rbm> rbms;
  rbms.push_back(small_rbm(5, 4, 0, 1, 3));
  rbms.push_back(small_rbm(4, 3, 0, 1, 4));
  rbms.push_back(small_rbm(3, 4, 0, 1, 5));
  const Dbn dbn(std::move(rbms));
  const double log_z = log_partition(dbn.top());
  const State v{1, 0, 1, 1, 0};
  double exact = 0, p = 0;
  for (const State& h1 : all_states(4))
    for (const State& h2 : all_states(3)) {
      const double log_q =
          log_bernoulli(h1, hidden_inputs(dbn.rbm(0), v)) + log_bernoulli(h2, hidden_inputs(dbn.rbm(1), h1));
      const double log_joint = log_bernoulli(v, visible_inputs(dbn.rbm(0), h1)) +
                               log_bernoulli(h1, visible_inputs(dbn.rbm(1), h2)) - free_energy(dbn.top(), h2) - log_z;
      exact += std::exp(log_q) * (log_joint - log_q);
      p += std::exp(log_joint);
    }
  CHECK(exact < std::log(p));
  const Bound bound = variational_bound(dbn, data_of({v}), log_z, {.samples = 10000, .seed = 2});
  CHECK(std::abs(bound.average.mean - exact) < 4 * bound.monte_carlo_error);
  CHECK(bound.monte_carlo_error < 0.03);
}

TEST_CASE("a net of one RBM has the log-likelihood for a bound") {
  std::vector<Rbm> rbms;
  rbms.push_back(small_rbm(6, 5, 3, 1, 3));
  const Dbn dbn(std::move(rbms));
  const Dataset data = data_of(some_images(6, 5), 3);
  const double log_z = exact_log_partition(dbn.top());
  const Bound bound = variational_bound(dbn, data, log_z);
  CHECK(bound.average.mean == doctest::Approx(mean_log_likelihood(dbn.top(), data, log_z)));
  CHECK(bound.monte_carlo_error == 0);
}

TEST_CASE("grey values count as probabilities of the images that are sampled from them") {
  const Dbn dbn = net_of(small_rbm(4, 5, 0, 1, 3), small_rbm(5, 4, 0, 1, 4));
  const TwoLayers truth(dbn);
  const State grey{0.3, 0.9, 0.5, 0.1};
  double most = 0;
  for (const State& v : all_states(4)) {
    double p = 1;
    for (std::size_t i = 0; i < 4; ++i) p *= v[i] == 1 ? grey[i] : 1 - grey[i];
    most += p * truth.log_p(v);
  }
  const Bound bound = variational_bound(dbn, data_of({grey}), truth.log_z(), {.samples = 5000, .seed = 2});
  CHECK(bound.average.mean < most);
  CHECK(std::abs(bound.average.mean - truth.bound(grey)) < 4 * bound.monte_carlo_error);
}

TEST_CASE("a second layer started from the transposed first: a tight bound, which rises under the exact gradient") {
  const Rbm first = small_rbm(5, 4, 0, 1.3, 6);
  Dbn dbn = net_of(first, Rbm({4, 5, 0}, 2));
  dbn.start_layer_from_transpose(1);
  const std::vector<State> images = some_images(5, 4);
  const double log_z = log_partition(first);
  {
    const TwoLayers truth(dbn);
    for (const State& v : all_states(5)) {
      CHECK(std::abs(truth.log_p(v) - (-free_energy(first, v) - log_z)) < 1e-5);
      CHECK(std::abs(truth.bound(v) - truth.log_p(v)) < 1e-5);
    }
  }

  // d bound / dW_2 = E_data,q[h1 E[h2 | h1]'] - E_model[h1 h2'], every expectation by enumeration.
  const Dataset data = data_of(images);
  double before = -1e9, start = 0, last = 0;
  constexpr int steps = 60;
  for (int step = 0; step <= steps; ++step) {
    const TwoLayers truth(dbn);
    const Rbm& top = dbn.rbm(1);
    double bound = 0, log_p = 0;
    for (const State& v : images) {
      const double of_one = truth.bound(v), most = truth.log_p(v);
      CHECK(of_one <= most + 1e-9);
      bound += of_one / static_cast<double>(images.size());
      log_p += most / static_cast<double>(images.size());
    }
    CHECK(bound > before);
    if (step == 0) start = bound;
    before = last = bound;
    if (step == 0 || step == steps) {
      const Bound sampled = variational_bound(dbn, data, truth.log_z(), {.samples = 500, .seed = 1});
      CHECK(std::abs(sampled.average.mean - bound) < 4 * sampled.monte_carlo_error);
      CHECK(sampled.average.mean - 4 * sampled.monte_carlo_error < log_p);
    }
    MatrixD W = MatrixD::Zero(4, 5);
    VectorD b = VectorD::Zero(4), c = VectorD::Zero(5);
    for (const State& h : all_states(4)) {
      double weight = -std::exp(truth.log_p_of_hidden(h, -1));
      for (const State& v : images)
        weight += std::exp(log_bernoulli(h, hidden_inputs(first, v))) / static_cast<double>(images.size());
      const State inputs = hidden_inputs(top, h);
      for (Index j = 0; j < 5; ++j) {
        const double mean = 1 / (1 + std::exp(-inputs[static_cast<std::size_t>(j)]));
        c[j] += weight * mean;
        for (Index i = 0; i < 4; ++i) W(i, j) += weight * h[static_cast<std::size_t>(i)] * mean;
      }
      for (Index i = 0; i < 4; ++i) b[i] += weight * h[static_cast<std::size_t>(i)];
    }
    constexpr float rate = 0.3f;
    dbn.rbm(1).set_parameters(top.W() + rate * W.cast<float>(), top.b() + rate * b.cast<float>(),
                              top.c() + rate * c.cast<float>());
  }
  CHECK(last > start + 0.05);
}

TEST_CASE("a transposed start exchanges the biases, leaves labels neutral, and is refused where it does not fit") {
  Dbn dbn = net_of(small_rbm(5, 4, 0, 1, 6), small_rbm(4, 5, 3, 1, 7));
  dbn.start_layer_from_transpose(1);
  const Matrix image_weights = dbn.rbm(1).W().topRows(4);
  CHECK(image_weights == dbn.rbm(0).W().transpose());
  CHECK(dbn.rbm(1).b().head(4) == dbn.rbm(0).c());
  CHECK(dbn.rbm(1).c() == dbn.rbm(0).b());
  CHECK(dbn.rbm(1).W().bottomRows(3).isZero(0));
  CHECK(dbn.rbm(1).b().tail(3).isZero(0));
  const TwoLayers truth(dbn);
  const State v{1, 0, 0, 1, 1};
  CHECK(std::abs(truth.bound(v) - truth.log_p(v)) < 1e-5);
  for (const Index layer : {Index{0}, Index{2}, Index{-1}})
    CHECK_THROWS_WITH_AS(dbn.start_layer_from_transpose(layer), doctest::Contains("must be 1 to 1"), std::out_of_range);
  Dbn other({5, 4, 6}, 0);
  CHECK_THROWS_WITH_AS(other.start_layer_from_transpose(1), doctest::Contains("hidden units"), std::out_of_range);
}

TEST_CASE("greedy training starts the layers that fit from the transposed ones below, and no others") {
  const Dataset data = stroke_digits(200, 3);
  std::vector<TrainingOptions> o(3);
  for (TrainingOptions& one : o) one.epochs = 2;
  Dbn dbn({784, 20, 784, 30}, 0, 2), plain({784, 20, 784, 30}, 0, 2);
  const Matrix third = dbn.rbm(2).W();
  const auto training = train(dbn, data, o, true);
  for (int i = 0; i < 4; ++i) REQUIRE(training->step());  // the first layer: two epochs of two batches
  CHECK(dbn.training_layer == 1);
  const Matrix first = dbn.rbm(0).W();
  const Vector visible = dbn.rbm(0).b(), hidden = dbn.rbm(0).c();
  // What one batch makes of the transposed weights.
  REQUIRE(training->step());
  Rbm expected({20, 784, 0}, dbn.rbm(1).seed(), {first.transpose(), hidden, visible});
  Dbn by_hand = net_of(dbn.rbm(0), expected);
  by_hand.training_layer = 1;
  const auto one_batch = train(by_hand, data, {o[0], o[1]});
  REQUIRE(one_batch->step());
  CHECK(dbn.rbm(1).W() == by_hand.rbm(1).W());
  CHECK(dbn.rbm(1).c() == by_hand.rbm(1).c());
  // The third layer, 784 to 30, does not fit and starts as ever. Interrupted and resumed, all goes on as it would have.
  CHECK(dbn.rbm(2).W() == third);
  Dbn parts({784, 20, 784, 30}, 0, 2);
  {
    const auto some = train(parts, data, o, true);
    for (int i = 0; i < 4; ++i) some->step();
  }
  {
    const auto more = train(parts, data, o, true);
    more->step();
    CHECK(parts.rbm(1).W() == dbn.rbm(1).W());
    more->step();
  }
  o[1].epochs = 1;  // of the two, one is done
  const auto rest = train(parts, data, o, true);
  while (rest->step()) {
  }
  while (training->step()) {
  }
  CHECK(parts.rbm(1).W() == dbn.rbm(1).W());
  CHECK(parts.rbm(2).W() == dbn.rbm(2).W());

  // A layer below that is to have no epochs is passed over within a step.
  o[0].epochs = 0;
  Dbn skipped({784, 20, 784, 30}, 0, 2);
  const Matrix as_made = skipped.rbm(0).W();
  const auto upper = train(skipped, data, o, true);
  REQUIRE(upper->step());
  CHECK(skipped.training_layer == 1);
  CHECK((skipped.rbm(1).W() - as_made.transpose()).norm() < 0.2f * as_made.norm());

  const auto without = train(plain, data, o, false);
  REQUIRE(without->step());
  CHECK((plain.rbm(1).W() - as_made.transpose()).norm() > 0.5f * as_made.norm());
  Dbn unfit({784, 20, 30}, 0, 2);
  CHECK_THROWS_WITH_AS(train(unfit, data, {o[0]}, true), doctest::Contains("startFromTranspose"), std::out_of_range);
}

TEST_CASE("what the top sees of examples are their upward means, evenly spread") {
  const Dbn dbn = net_of(small_rbm(6, 5, 0, 1, 3), small_rbm(5, 4, 3, 1, 4));
  const Dataset data = data_of(some_images(6, 5), 3);
  const Matrix x = data.rows(0, data.count());
  CHECK(top_examples(dbn, data).rows(0, data.count()) == dbn.up(view(x), 1));
  const Dataset some = top_examples(dbn, data, 4);
  CHECK(some.count() == 4);
  CHECK(some.rows(2, 1) == dbn.up(view(x), 1).row(data.count() / 2));
  CHECK_THROWS_AS(top_examples(dbn, data_of(some_images(5, 5))), std::out_of_range);
}

TEST_CASE("many samples of one example of a large net take several slices, and are those of one") {
  const Dbn dbn({784, 300, 200, 300}, 0, 2);
  const Dataset data = stroke_digits(1, 3);
  const BoundOptions o{.samples = 100, .seed = 1};
  VariationalBound bound(dbn, data, 0, o);
  int steps = 0;
  while (bound.step()) ++steps;
  CHECK(steps > 2);
  CHECK(bound.done() == 1);
  const Matrix x = data.rows(0, 1);
  const MatrixD all = sampled_bounds(dbn, view(x), o, {0, 100});
  CHECK(bound.result().average.mean == doctest::Approx(all.mean()).epsilon(1e-12));
  CHECK(sampled_bounds(dbn, view(x), o, {30, 5}) == all.middleCols(30, 5));
}

TEST_CASE("the bound is the same bits for every number of threads") {
  const Dbn dbn({784, 60, 50, 40}, 10, 2);
  const Dataset data = stroke_digits(150, 3);
  double first = 0;
  for (const int threads : thread_counts) {
    set_thread_count(threads);
    const double mean = variational_bound(dbn, data, 100, {.samples = 4, .seed = 1}).average.mean;
    if (threads == 1) first = mean;
    CHECK(mean == first);
  }
  set_thread_count(1);
  CHECK(variational_bound(dbn, data, 100, {.samples = 4, .seed = 2}).average.mean != first);
}

TEST_CASE(
    "images of other units, and another top: the bound is the sum over the hidden layer, every energy written out") {
  for (const UnitType below : {UnitType::bernoulli, UnitType::gaussian, UnitType::softmax, UnitType::replicated_softmax,
                               UnitType::relu, UnitType::spin})
    for (const UnitType above : {UnitType::bernoulli, UnitType::gaussian}) {
      const std::string names = std::string(name_of(below)) + " below " + name_of(above);
      CAPTURE(names);
      const Index visible = below == UnitType::softmax ? 5 : 2;
      const Dbn dbn = net_of(rbm_of({of_type(below, visible), {}, visible, 3}, 0.7),
                             rbm_of({{}, of_type(above, 2), 3, 2}, 0.6, 0, 5));
      const Rbm &first = dbn.rbm(0), &top = dbn.top();
      State v = visible_states_of(first)[2].values;
      if (continuous(first.shape().visible_units)) v = {0.4, 1.3};
      const auto all = visible_states_of(first), hidden = hidden_states_of(first);
      const double log_z = log_partition_of(top), of_v = free_energy_of(first, v, hidden);
      double exact = 0;
      const auto of_top = hidden_states_of(top);
      for (const auto& h : hidden) {
        const double log_q = of_v - energy_of(first, v, h.values);
        double sum = 0;
        for (const auto& other : all) sum += other.weight * std::exp(-energy_of(first, other.values, h.values));
        const double log_p_v = -energy_of(first, v, h.values) - std::log(sum);
        exact += std::exp(log_q) * (log_p_v - free_energy_of(top, h.values, of_top) - log_z - log_q);
      }
      const Bound bound = variational_bound(dbn, data_of({v}), log_z, {.samples = 10000, .seed = 3});
      CHECK(std::abs(bound.average.mean - exact) < 4 * bound.monte_carlo_error + 1e-5);
      CHECK(bound.monte_carlo_error < 0.03);
    }
}

TEST_CASE("a bound of what cannot be is refused by name") {
  const Dbn dbn = net_of(small_rbm(6, 5, 0, 1, 3), small_rbm(5, 4, 3, 1, 4));
  const Dataset data = data_of(some_images(6, 5));
  CHECK_THROWS_WITH_AS(variational_bound(dbn, data, 0, {.samples = 1, .seed = 1}), doctest::Contains("samples"),
                       std::out_of_range);
  CHECK_THROWS_WITH_AS(variational_bound(dbn, data, std::nan("")), doctest::Contains("log Z"), std::out_of_range);
  CHECK_THROWS_WITH_AS(variational_bound(dbn, data_of(some_images(5, 5)), 0), doctest::Contains("5 values"),
                       std::out_of_range);
  CHECK_THROWS_WITH_AS(variational_bound(Dbn({6, 3, 2}, 0, 1, {{}, {UnitType::gaussian}, {}}), data, 0),
                       doctest::Contains("those of layer 1 are gaussian"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(variational_bound(Dbn({6, 3}, 0, 1, {{}, {UnitType::noisy_relu}}), data, 0),
                       doctest::Contains("no energy"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(variational_bound(dbn, data_of(some_images(6, 5), 5), 0), doctest::Contains("labels up to 4"),
                       std::out_of_range);
}
