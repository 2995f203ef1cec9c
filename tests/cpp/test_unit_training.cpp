#include <doctest/doctest.h>

#include <cmath>
#include <memory>

#include "learning/rules.h"
#include "learning/statistics.h"
#include "thread_counts.h"
#include "unit_enumeration.h"
#include "wakesleep/dbn.h"
#include "wakesleep/errors.h"
#include "wakesleep/fingerprint.h"
#include "wakesleep/model_file.h"
#include "wakesleep/random.h"
#include "wakesleep/threads.h"
#include "wakesleep/training.h"

using namespace wakesleep;
using namespace wakesleep::test;

namespace {

// Examples that the visible units of a machine can have.
Dataset examples_for(const Rbm& rbm, Index count, std::uint64_t seed) {
  Random random(seed, Stream::patterns);
  Matrix x = Matrix::Zero(count, rbm.visible());
  for (Index r = 0; r < count; ++r) {
    switch (rbm.shape().visible_units.type) {
      case UnitType::bernoulli:
        for (Index i = 0; i < x.cols(); ++i)
          x(r, i) = random.uniform() < 0.3 + 0.4 * static_cast<double>(i % 2) ? 1.0f : 0.0f;
        break;
      case UnitType::spin:
        for (Index i = 0; i < x.cols(); ++i)
          x(r, i) = random.uniform() < 0.3 + 0.4 * static_cast<double>(i % 2) ? 1.0f : -1.0f;
        break;
      case UnitType::softmax: {
        Index first = 0;
        for (const Index size : rbm.shape().visible_units.groups) {
          x(r, first + random.below(static_cast<std::uint32_t>(size))) = 1;
          first += size;
        }
        break;
      }
      case UnitType::replicated_softmax:
        for (int w = 0; w < test_words; ++w) x(r, random.below(static_cast<std::uint32_t>(x.cols()))) += 1;
        break;
      case UnitType::gaussian:
        for (Index i = 0; i < x.cols(); ++i) x(r, i) = static_cast<float>(random.normal());
        break;
      default:
        for (Index i = 0; i < x.cols(); ++i) x(r, i) = static_cast<float>(std::abs(random.normal()));
    }
  }
  std::vector<std::uint16_t> labels;
  for (Index r = 0; r < count; ++r) labels.push_back(static_cast<std::uint16_t>(r % 2));
  return Dataset::from_floats({x.data(), static_cast<std::size_t>(x.size())}, count, x.cols(), labels);
}

Matrix with_labels(const Rbm& rbm, const Dataset& data) {
  Matrix x = Matrix::Zero(data.count(), rbm.width());
  x.leftCols(rbm.visible()) = data.rows(0, data.count());
  for (Index r = 0; r < data.count() && rbm.labels(); ++r)
    x(r, rbm.visible() + data.labels()[static_cast<std::size_t>(r)]) = 1;
  return x;
}

// f of the machine with one parameter moved by a little to each side, over twice the little.
template <class F>
double slope(const Rbm& rbm, const std::function<float&(Matrix&, Vector&, Vector&, Vector&, Vector&)>& parameter,
             F&& f) {
  constexpr float little = 1e-2f;
  const auto at = [&](float move) {
    Matrix W = rbm.W();
    Vector b = rbm.b(), c = rbm.c(), sigma_v = rbm.sigma_v(), sigma_h = rbm.sigma_h();
    parameter(W, b, c, sigma_v, sigma_h) += move;
    Rbm moved = rbm;
    moved.set_parameters(W, b, c);
    moved.set_sigma(sigma_v, sigma_h);
    return f(moved);
  };
  return (at(little) - at(-little)) / (2 * static_cast<double>(little));
}

using Tensors = std::function<float&(Matrix&, Vector&, Vector&, Vector&, Vector&)>;
// Every parameter, with the derivative that a gradient says it has; of log sigma as of sigma.
template <class Check>
void each_parameter(const Rbm& rbm, const Gradient& gradient, Check&& check) {
  for (Index i = 0; i < rbm.width(); ++i) {
    for (Index j = 0; j < rbm.hidden(); ++j)
      check(Tensors([=](Matrix& W, Vector&, Vector&, Vector&, Vector&) -> float& { return W(i, j); }), gradient.W(i, j),
            "W");
    check(Tensors([=](Matrix&, Vector& b, Vector&, Vector&, Vector&) -> float& { return b[i]; }), gradient.b[i], "b");
  }
  for (Index j = 0; j < rbm.hidden(); ++j)
    check(Tensors([=](Matrix&, Vector&, Vector& c, Vector&, Vector&) -> float& { return c[j]; }), gradient.c[j], "c");
  for (Index i = 0; i < gradient.sigma_v.size(); ++i)
    check(Tensors([=](Matrix&, Vector&, Vector&, Vector& s, Vector&) -> float& { return s[i]; }),
          gradient.sigma_v[i] / rbm.sigma_v()[i], "sigma_v");
  for (Index j = 0; j < gradient.sigma_h.size(); ++j)
    check(Tensors([=](Matrix&, Vector&, Vector&, Vector&, Vector& s) -> float& { return s[j]; }),
          gradient.sigma_h[j] / rbm.sigma_h()[j], "sigma_h");
}

// The gradient that one step along it tells.
Gradient gradient_of_a_step(const Rbm& rbm, const Dataset& data, TrainingOptions o) {
  o.epochs = 1;
  o.batch_size = data.count();
  o.learning_rate = 0.01;
  o.momentum = 0;
  o.weight_decay = 0;
  o.visible_bias_from_data = false;
  Rbm trained = rbm;
  REQUIRE(train(trained, data, o)->step());
  Gradient moved;
  moved.W = (trained.W() - rbm.W()) / 0.01f;
  moved.b = (trained.b() - rbm.b()) / 0.01f;
  moved.c = (trained.c() - rbm.c()) / 0.01f;
  moved.sigma_v = (trained.sigma_v().array() / rbm.sigma_v().array()).log() / 0.01f;
  moved.sigma_h = (trained.sigma_h().array() / rbm.sigma_h().array()).log() / 0.01f;
  return moved;
}

PairOfUnits learning_sigma(PairOfUnits pair) {
  if (pair.visible.type == UnitType::gaussian) pair.visible.learned_sigma = true;
  if (pair.hidden.type == UnitType::gaussian) pair.hidden.learned_sigma = true;
  return pair;
}

}  // namespace

TEST_CASE(
    "the statistics of the data are the slope of the free energy, for every pair of unit types and every parameter") {
  for (const PairOfUnits& plain : pairs_of_units())
    for (const Index labels : {0, 2}) {
      const PairOfUnits pair = learning_sigma(plain);
      CAPTURE(pair.name());
      const Rbm rbm = rbm_of(pair, 0.4, labels);
      const Matrix x = with_labels(rbm, examples_for(rbm, 7, 5));
      Phase phase;
      phase.v.resize(visible_layer(rbm).binary(), x.rows(), x.cols());
      for (Index r = 0; r < x.rows(); ++r)
        for (Index i = 0; i < x.cols(); ++i) phase.v.set(r, i, x(r, i));
      phase.h.resize(x.rows(), rbm.hidden());
      const Matrix h = rbm.mean_h_from_v(view(x));
      std::copy_n(h.data(), h.size(), phase.h.data());
      Gradient gradient;
      Statistics statistics(rbm);
      statistics.start(gradient);
      statistics.add(phase, 1, gradient);
      statistics.finish(gradient);
      // The statistics leave out -b / sigma^2 of squares about the bias, which is the same in both phases.
      const auto square = [](const Vector& bias, const Vector& variance, double times) {
        double sum = 0;
        for (Index i = 0; i < variance.size(); ++i)
          sum += times * static_cast<double>(bias[i]) * static_cast<double>(bias[i]) /
                 (2 * static_cast<double>(variance[i]));
        return sum;
      };
      const double words = pair.visible.type == UnitType::replicated_softmax ? test_words : 1;
      const auto minus_f = [&](const Rbm& moved) {
        return -moved.free_energy(view(x)).mean() + square(moved.b(), rbm.variance_v(), 1) +
               square(moved.c(), rbm.variance_h(), words * words);
      };
      each_parameter(rbm, gradient, [&](const Tensors& parameter, float analytic, const char* name) {
        CAPTURE(name);
        CHECK(std::abs(static_cast<double>(analytic) - slope(rbm, parameter, minus_f)) < 2e-3);
      });
    }
}

TEST_CASE(
    "the exact gradient is the slope of the enumerated log-likelihood, for every pair of unit types that has one") {
  for (const PairOfUnits& plain : pairs_of_units()) {
    if (plain.visible.type == UnitType::replicated_softmax) continue;
    if (continuous(plain.visible) && continuous(plain.hidden)) continue;
    const PairOfUnits pair = learning_sigma(plain);
    CAPTURE(pair.name());
    const Rbm rbm = rbm_of(pair, 0.4);
    const Dataset data = examples_for(rbm, 8, 3);
    const Matrix x = data.rows(0, 8);
    const auto log_likelihood = [&](const Rbm& moved) {
      return -moved.free_energy(view(x)).mean() - log_partition_of(moved, 40);
    };
    TrainingOptions o;
    o.method = Method::exact;
    each_parameter(rbm, gradient_of_a_step(rbm, data, o),
                   [&](const Tensors& parameter, float analytic, const char* name) {
                     CAPTURE(name);
                     CHECK(std::abs(static_cast<double>(analytic) - slope(rbm, parameter, log_likelihood)) < 3e-3);
                   });
  }
}

namespace {

// Mean of log p(y | v), every free energy summed or integrated over the hidden states.
double conditional_likelihood(const Rbm& rbm, const Dataset& data) {
  const auto hidden = hidden_states_of(rbm, 100);
  const Matrix x = data.rows(0, data.count());
  double total = 0;
  for (Index r = 0; r < data.count(); ++r) {
    std::vector<double> v(static_cast<std::size_t>(rbm.width()), 0.0);
    for (Index i = 0; i < rbm.visible(); ++i) v[static_cast<std::size_t>(i)] = static_cast<double>(x(r, i));
    double own = 0, all = 0;
    for (Index y = 0; y < rbm.labels(); ++y) {
      std::vector<double> with = v;
      with[static_cast<std::size_t>(rbm.visible() + y)] = 1;
      const double p = std::exp(-free_energy_of(rbm, with, hidden));
      all += p;
      if (y == data.labels()[static_cast<std::size_t>(r)]) own = p;
    }
    total += std::log(own / all);
  }
  return total / static_cast<double>(data.count());
}

}  // namespace

TEST_CASE(
    "the discriminative gradient is the slope of the enumerated log p(y | v), for every pair of unit types and every "
    "parameter") {
  for (const PairOfUnits& plain : pairs_of_units()) {
    const PairOfUnits pair = learning_sigma(plain);
    CAPTURE(pair.name());
    const Rbm rbm = rbm_of(pair, 0.4, 2);
    const Dataset data = examples_for(rbm, 5, 3);
    TrainingOptions o;
    o.objective = Objective::discriminative;
    const Gradient gradient = gradient_of_a_step(rbm, data, o);
    CHECK(gradient.W.cwiseAbs().maxCoeff() > 0.01f);
    for (Index i = 0; i < rbm.visible(); ++i) CHECK(gradient.b[i] == 0);
    each_parameter(rbm, gradient, [&](const Tensors& parameter, float analytic, const char* name) {
      CAPTURE(name);
      const double numeric =
          slope(rbm, parameter, [&](const Rbm& moved) { return conditional_likelihood(moved, data); });
      CHECK(std::abs(static_cast<double>(analytic) - numeric) < 1e-3);
    });

    const bool documents = pair.visible.type == UnitType::replicated_softmax;
    if (documents || (continuous(pair.visible) && continuous(pair.hidden))) continue;
    o.method = Method::exact;
    o.objective = Objective::generative;
    const Gradient generative = gradient_of_a_step(rbm, data, o);
    o.objective = Objective::hybrid;
    o.generative_weight = 0.3;
    const Gradient hybrid = gradient_of_a_step(rbm, data, o);
    const auto is_sum = [&](const auto& of_hybrid, const auto& discriminative, const auto& other) {
      CHECK((of_hybrid - discriminative - 0.3f * other).cwiseAbs().sum() < 2e-3f);
    };
    is_sum(hybrid.W, gradient.W, generative.W);
    is_sum(hybrid.b, gradient.b, generative.b);
    is_sum(hybrid.c, gradient.c, generative.c);
    is_sum(hybrid.sigma_v, gradient.sigma_v, generative.sigma_v);
    is_sum(hybrid.sigma_h, gradient.sigma_h, generative.sigma_h);
  }
}

TEST_CASE(
    "discriminative training of other units has the same bits for every number of threads, and reads labels that can "
    "be read") {
  for (const auto& [above, rate] :
       {std::pair{UnitType::gaussian, 0.01}, {UnitType::relu, 0.01}, {UnitType::softmax, 1.0}, {UnitType::spin, 0.1}}) {
    const std::string name = name_of(above);
    CAPTURE(name);
    // Two clouds, one a label.
    Random random(8, Stream::patterns);
    std::vector<float> values;
    std::vector<std::uint16_t> labels;
    for (int r = 0; r < 200; ++r) {
      const double side = r % 2 == 0 ? -1 : 1;
      for (int i = 0; i < 4; ++i)
        values.push_back(static_cast<float>(side * (i % 2 == 0 ? 1 : -0.5) + 0.5 * random.normal()));
      labels.push_back(static_cast<std::uint16_t>(r % 2));
    }
    const Dataset data = Dataset::from_floats(values, 200, 4, labels);
    TrainingOptions o;
    o.objective = Objective::discriminative;
    // The weights of two continuous sides would soon be too large for a distribution.
    o.epochs = above == UnitType::gaussian ? 11 : 20;
    o.batch_size = 50;
    o.learning_rate = rate;
    std::string expected;
    for (const int threads : thread_counts) {
      set_thread_count(threads);
      Rbm rbm({4, 90, 2, {UnitType::gaussian}, of_type(above, 90)}, 3);
      const auto training = train(rbm, data, o);
      while (training->step()) {
      }
      if (expected.empty()) expected = fingerprint(rbm);
      CHECK(fingerprint(rbm) == expected);
      const Matrix x = data.rows(0, 200);
      const std::vector<int> found = best_labels(rbm.label_free_energy(view(x)));
      int errors = 0;
      for (std::size_t r = 0; r < found.size(); ++r) errors += found[r] != labels[r];
      CHECK(errors < 10);
    }
    set_thread_count(1);
  }
}

TEST_CASE(
    "every rule trains every pair of unit types, with the same bits for 1, 2 and 4 threads, and goes on where it "
    "stopped") {
  auto pairs = pairs_of_units();
  for (const UnitType other : {UnitType::bernoulli, UnitType::gaussian}) {
    pairs.push_back({of_type(other, 3), of_type(UnitType::noisy_relu, 2), 3, 2});
    pairs.push_back({of_type(UnitType::noisy_relu, 3), of_type(other, 2), 3, 2});
  }
  for (const PairOfUnits& plain : pairs)
    for (const Method method : {Method::cd, Method::pcd, Method::fpcd, Method::pt, Method::ptt, Method::mean_field}) {
      const PairOfUnits pair = learning_sigma(plain);
      if (!why_not(method, rbm_of(pair, 0.2).shape()).empty()) continue;
      CAPTURE(pair.name());
      CAPTURE(static_cast<int>(method));
      const Rbm start = rbm_of(pair, 0.2);
      const Dataset data = examples_for(start, 40, 9);
      TrainingOptions o;
      o.method = method;
      o.epochs = 4;
      o.batch_size = 16;
      o.learning_rate = 0.01;
      if (method != Method::cd && method != Method::mean_field) o.chains = 20;
      o.seed = 6;
      std::string expected;
      for (const int threads : thread_counts) {
        set_thread_count(threads);
        Rbm rbm = start;
        const auto training = train(rbm, data, o);
        while (training->step()) {
        }
        CHECK(rbm.W().allFinite());
        if (expected.empty()) expected = fingerprint(rbm);
        CHECK(fingerprint(rbm) == expected);
      }
      set_thread_count(1);
      Rbm rbm = start;
      {
        const auto training = train(rbm, data, o);
        for (int batch = 0; batch < 5; ++batch) training->step();
      }
      Model opened = open_model(save_model(rbm, {.half = false, .resumable = true, .notes = {}}));
      o.epochs -= std::get<Rbm>(opened).training_state().epoch;
      o.schedule_start = 0;
      const auto training = train(std::get<Rbm>(opened), data, o);
      while (training->step()) {
      }
      CHECK(fingerprint(std::get<Rbm>(opened)) == expected);
    }
}

TEST_CASE("a learned sigma finds the spread of the data, and stays within its bounds when it is driven") {
  Random random(4, Stream::patterns);
  std::vector<float> values;
  for (int r = 0; r < 2000; ++r)
    values.insert(values.end(), {static_cast<float>(0.3 * random.normal()), static_cast<float>(2.5 * random.normal())});
  const Dataset data = Dataset::from_floats(values, 2000, 2);
  Rbm rbm({2, 1, 0, {UnitType::gaussian, {}, true}});
  TrainingOptions o;
  o.epochs = 60;
  o.learning_rate = 0.005;
  o.weight_decay = 0.1;
  o.method = Method::pcd;
  auto training = train(rbm, data, o);
  while (training->step()) {
  }
  CHECK(double(rbm.sigma_v()[0]) == doctest::Approx(0.3).epsilon(0.1));
  CHECK(double(rbm.sigma_v()[1]) == doctest::Approx(2.5).epsilon(0.1));
  // One value for all: the best sigma is zero.
  const Dataset constant = Dataset::from_floats(std::vector<float>(200, 0.5f), 200, 1);
  Rbm narrow({1, 1, 0, {UnitType::gaussian, {}, true}});
  o.epochs = 40;
  o.sigma_learning_rate = 0.5;
  o.momentum = 0.9;
  training = train(narrow, constant, o);
  try {
    while (training->step()) {
    }
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::diverged);
  }
  CHECK(narrow.sigma_v()[0] >= least_sigma);
  CHECK(narrow.sigma_v()[0] <= most_sigma);
  CHECK(std::isfinite(narrow.W()(0, 0)));
}

TEST_CASE(
    "two unbounded sides stop with the reason before they lose their distribution, and keep the last good parameters") {
  Random random(4, Stream::patterns);
  std::vector<float> values;
  // Strongly correlated columns of a large variance drive the interaction over 1.
  for (int r = 0; r < 500; ++r) {
    const auto common = static_cast<float>(3 * random.normal());
    values.insert(values.end(), {common, common});
  }
  const Dataset data = Dataset::from_floats(values, 500, 2);
  Rbm rbm({2, 1, 0, {UnitType::gaussian}, {UnitType::gaussian}});
  TrainingOptions o;
  o.epochs = 100;
  o.learning_rate = 0.05;
  o.weight_decay = 0;
  const auto training = train(rbm, data, o);
  bool stopped = false;
  try {
    while (training->step()) {
    }
  } catch (const Error& error) {
    stopped = true;
    CHECK(std::string(error.what()).find("both unbounded") != std::string::npos);
  }
  CHECK(stopped);
  CHECK(rbm.interaction_norm() < 1);
}

TEST_CASE("options and data that do not go with the units are refused with the reason") {
  const auto refused = [](Units v, Units h, const std::function<void(TrainingOptions&)>& change, const char* why,
                          Index labels = 0) {
    Rbm rbm({3, 2, labels, v, h});
    const Dataset data = examples_for(rbm, 10, 1);
    TrainingOptions o;
    change(o);
    CHECK_THROWS_WITH(train(rbm, data, o), doctest::Contains(why));
  };
  refused({UnitType::replicated_softmax}, {}, [](auto& o) { o.method = Method::exact; }, "one for each length");
  refused({UnitType::replicated_softmax}, {}, [](auto& o) { o.centering = true; }, "counts of words");
  refused({}, {UnitType::noisy_relu}, [](auto& o) { o.method = Method::exact; }, "noisy-relu units have no energy");
  refused({UnitType::gaussian}, {UnitType::gaussian}, [](auto& o) { o.method = Method::exact; }, "states of one side");
  refused(
      {}, {UnitType::relu}, [](auto& o) { o.sparsity_cost = 1, o.sparsity_target = 0.1; },
      "mean activity of Bernoulli");
  refused({}, {}, [](auto& o) { o.sigma_learning_rate = 0.1; }, "standard deviations are learned");
  for (const Objective objective : {Objective::discriminative, Objective::hybrid}) {
    const auto change = [=](TrainingOptions& o) { o.objective = objective; };
    refused({}, {UnitType::noisy_relu}, change, "noisy-relu units have no energy", 2);
    refused({UnitType::noisy_relu}, {}, change, "noisy-relu units have no energy", 2);
  }
  refused(
      {UnitType::gaussian}, {}, [](auto& o) { o.data_states = States::sampled; }, "those of gaussian units are states");
  Rbm counts({2, 2, 0, {UnitType::replicated_softmax}});
  CHECK_THROWS_WITH(train(counts, Dataset::from_floats(std::vector<float>{1, -2}, 1, 2), {}),
                    doctest::Contains("counts of words"));
  CHECK_THROWS_WITH(train(counts, Dataset::from_floats(std::vector<float>{1, 1.5f}, 1, 2), {}),
                    doctest::Contains("counts of words"));
}
