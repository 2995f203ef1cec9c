#include <array>
#include <cmath>

#include "learning_runs.h"
#include "thread_counts.h"
#include "wakesleep/exact.h"
#include "wakesleep/fingerprint.h"
#include "wakesleep/model_file.h"
#include "wakesleep/stroke_digits.h"
#include "wakesleep/threads.h"

using namespace wakesleep;

TEST_CASE("every learning rule moves the parameters as an update by hand says") {
  const Dataset data = test::few_images();
  std::vector<Matrix> outcomes;
  for (const Index labels : {0, 2})
    for (const auto& [name, change] : test::rules()) {
      CAPTURE(name);
      CAPTURE(labels);
      TrainingOptions o = test::plain_options();
      change(o);
      Rbm rbm = test::small_rbm(9, 6, labels, 0.4, 3);
      outcomes.push_back(test::compare_with_hand(o, data, rbm));
    }
  for (std::size_t i = 0; i < outcomes.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) CHECK(outcomes[i] != outcomes[j]);
}

namespace {

// A step of one batch of all data at learning rate 1 and nothing beside it is the gradient.
struct Step {
  Matrix W;
  Vector b, c;
};
Step gradient(Rbm rbm, const Dataset& data, TrainingOptions o) {
  const Rbm before = rbm;
  o.batch_size = data.count();
  o.learning_rate = 1;
  o.momentum = o.weight_decay = 0;
  o.visible_bias_from_data = false;
  REQUIRE(train(rbm, data, o)->step());
  return {rbm.W() - before.W(), rbm.b() - before.b(), rbm.c() - before.c()};
}

// Of a function of the machine, at a parameter that `at` finds in it.
template <class F, class At>
double finite_difference(const Rbm& rbm, F&& f, At&& at) {
  Rbm up = rbm, down = rbm;
  at(up) += 0x1p-9f;
  at(down) -= 0x1p-9f;
  return (f(up) - f(down)) / (static_cast<double>(at(up)) - static_cast<double>(at(down)));
}

template <class F>
void compare_with_differences(const Rbm& rbm, const Step& step, F&& f) {
  for (Index i = 0; i < rbm.width(); ++i)
    for (Index j = 0; j < rbm.hidden(); ++j)
      CHECK(std::abs(static_cast<double>(step.W(i, j)) -
                     finite_difference(rbm, f, [&](Rbm& r) -> float& { return r.mutable_W()(i, j); })) < 2e-6);
  for (Index i = 0; i < rbm.width(); ++i)
    CHECK(std::abs(static_cast<double>(step.b[i]) -
                   finite_difference(rbm, f, [&](Rbm& r) -> float& { return r.mutable_b()[i]; })) < 2e-6);
  for (Index j = 0; j < rbm.hidden(); ++j)
    CHECK(std::abs(static_cast<double>(step.c[j]) -
                   finite_difference(rbm, f, [&](Rbm& r) -> float& { return r.mutable_c()[j]; })) < 2e-6);
}

Dataset random_images(Index count, Index width, int labels, std::uint64_t seed) {
  Random random(seed, Stream::patterns);
  BitMatrix images(count, width);
  std::vector<std::uint16_t> of;
  for (Index r = 0; r < count; ++r) {
    for (Index i = 0; i < width; ++i) images.set(r, i, random.uniform() < 0.4);
    if (labels) of.push_back(static_cast<std::uint16_t>(random.below(static_cast<std::uint32_t>(labels))));
  }
  return Dataset::from_bits(images, of);
}

double log_likelihood(const Rbm& rbm, const Dataset& data) {
  double sum = 0;
  for (Index r = 0; r < data.count(); ++r) {
    const std::vector<std::uint32_t> row{static_cast<std::uint32_t>(r)};
    const MatrixD v = test::examples(data, row, rbm.labels());
    sum -= test::free_energy(rbm, std::vector<double>(v.data(), v.data() + v.size()));
  }
  return sum / static_cast<double>(data.count()) - test::log_partition(rbm);
}

// Mean of log p(y | v).
double conditional_likelihood(const Rbm& rbm, const Dataset& data) {
  double sum = 0;
  for (Index r = 0; r < data.count(); ++r) {
    const std::vector<std::uint32_t> row{static_cast<std::uint32_t>(r)};
    const MatrixD v = test::examples(data, row, rbm.labels());
    double all = 0, own = 0;
    for (Index y = 0; y < rbm.labels(); ++y) {
      std::vector<double> x(v.data(), v.data() + v.size());
      for (Index l = 0; l < rbm.labels(); ++l) x[static_cast<std::size_t>(rbm.visible() + l)] = l == y ? 1 : 0;
      const double p = std::exp(-test::free_energy(rbm, x));
      all += p;
      if (v(0, rbm.visible() + y) == 1) own = p;
    }
    sum += std::log(own / all);
  }
  return sum / static_cast<double>(data.count());
}

}  // namespace

TEST_CASE("the exact gradient equals finite differences of the enumerated log-likelihood, summed over either side") {
  TrainingOptions o;
  o.method = Method::exact;
  for (const auto& [visible, hidden, labels] : {std::array<Index, 3>{5, 3, 0}, {3, 5, 0}, {4, 3, 3}, {2, 6, 2}}) {
    CAPTURE(visible);
    const Rbm rbm = test::small_rbm(visible, hidden, labels, 0.7, 4);
    const Dataset data = random_images(9, visible, static_cast<int>(labels), 2);
    compare_with_differences(rbm, gradient(rbm, data, o), [&](const Rbm& r) { return log_likelihood(r, data); });
  }
}

TEST_CASE("the discriminative gradient equals finite differences of log p(y | v), and the hybrid adds the other") {
  const Rbm rbm = test::small_rbm(4, 5, 3, 0.8, 6);
  const Dataset data = random_images(11, 4, 3, 3);
  TrainingOptions o;
  o.objective = Objective::discriminative;
  const Step step = gradient(rbm, data, o);
  compare_with_differences(rbm, step, [&](const Rbm& r) { return conditional_likelihood(r, data); });
  for (Index i = 0; i < 4; ++i) CHECK(step.b[i] == 0);
  o.objective = Objective::hybrid;
  o.generative_weight = 0.3;
  o.method = Method::exact;
  compare_with_differences(rbm, gradient(rbm, data, o), [&](const Rbm& r) {
    return conditional_likelihood(r, data) + 0.3 * log_likelihood(r, data);
  });
}

TEST_CASE("the centred gradient, of offsets that do not move, is the plain one in centred coordinates") {
  const Rbm rbm = test::small_rbm(5, 3, 0, 0.7, 4);
  const Dataset data = random_images(40, 5, 0, 2);
  TrainingOptions o;
  o.method = Method::exact;
  const Step plain = gradient(rbm, data, o);
  o.centering = true;
  o.centering_rate = 0;
  const Step centred = gradient(rbm, data, o);
  const VectorD mu = data.mean();
  const Vector lambda = rbm.mean_h_from_v(view(data.rows(0, 40))).colwise().mean();
  for (Index i = 0; i < 5; ++i)
    for (Index j = 0; j < 3; ++j)
      CHECK(static_cast<double>(centred.W(i, j)) ==
            doctest::Approx(static_cast<double>(plain.W(i, j)) - mu[i] * static_cast<double>(plain.c[j]) -
                            static_cast<double>(plain.b[i] * lambda[j]))
                .epsilon(1e-4));
  for (Index i = 0; i < 5; ++i)
    CHECK(static_cast<double>(centred.b[i]) ==
          doctest::Approx(static_cast<double>(plain.b[i] - centred.W.row(i).dot(lambda))).epsilon(1e-4));
  for (Index j = 0; j < 3; ++j)
    CHECK(static_cast<double>(centred.c[j]) ==
          doctest::Approx(static_cast<double>(plain.c[j]) - mu.dot(centred.W.col(j).cast<double>())).epsilon(1e-4));
}

TEST_CASE("every rule raises the exact log-likelihood of bars and stripes") {
  // log p of a uniform distribution is -6.24, the best possible -2.64.
  const Dataset data = bars_and_stripes(3);
  const auto reached = [&](const std::string& name, double least, auto change) {
    TrainingOptions o;
    o.batch_size = 14;
    o.epochs = 3000;
    o.learning_rate = 0.05;
    o.momentum = 0.5;
    o.weight_decay = 0;
    o.chains = 100;
    change(o);
    if (o.method == Method::cd || o.method == Method::mean_field || o.method == Method::exact) o.chains.reset();
    Rbm rbm({9, 12, 0}, 1);
    test::run(*train(rbm, data, o));
    const double likelihood = mean_log_likelihood(rbm, data, exact_log_partition(rbm));
    MESSAGE(name << ": " << likelihood << " nats");
    CHECK(likelihood > least);
    CHECK(likelihood < -std::log(14.0));
  };
  reached("cd", -3.3, [](auto& o) { o.k = 5; });
  reached("pcd", -3.5, [](auto& o) { o.method = Method::pcd; });
  reached("fpcd", -3.3, [](auto& o) { o.method = Method::fpcd, o.fast_learning_rate = 0.02; });
  reached("pt", -3.2, [](auto& o) { o.method = Method::pt, o.temperatures = 5; });
  reached("ptt", -3.2, [](auto& o) { o.method = Method::ptt; });
  reached("mean-field", -4.8, [](auto& o) { o.method = Method::mean_field; });
  reached("exact", -3.1, [](auto& o) { o.method = Method::exact; });
  reached("exact, centred", -2.85, [](auto& o) { o.method = Method::exact, o.centering = true; });
  reached("exact, adam", -2.7,
          [](auto& o) { o.method = Method::exact, o.optimizer = OptimizerKind::adam, o.momentum = 0.9; });
}

namespace {

// All of them, on labelled grey images, with what goes with labels and single examples.
struct Fixture {
  Dataset all = stroke_digits(70, 4), mask;
  std::vector<float> weights;
  Fixture() : mask(random_images(70, 784, 0, 5)) {
    for (int i = 0; i < 70; ++i) weights.push_back(static_cast<float>(i % 4));
  }
  std::vector<test::Variant> variants() const {
    std::vector<test::Variant> all_of_them = test::rules();
    for (const auto& option : test::options()) all_of_them.push_back(option);
    all_of_them.push_back({"discriminative", [](auto& o) { o.objective = Objective::discriminative; }});
    all_of_them.push_back({"hybrid", [](auto& o) { o.objective = Objective::hybrid, o.method = Method::pcd; }});
    all_of_them.push_back({"weights", [this](auto& o) { o.weights = weights; }});
    all_of_them.push_back({"mask", [this](auto& o) { o.mask = &mask, o.missing_steps = 2; }});
    all_of_them.push_back({"final k", [](auto& o) { o.final_k = 3; }});
    return all_of_them;
  }
  TrainingOptions options(const test::Variant& variant) const {
    TrainingOptions o;
    o.batch_size = 20;
    o.epochs = 3;
    o.schedule_start = 0;
    variant.change(o);
    return o;
  }
};

}  // namespace

TEST_CASE("every rule and option gives the same bits for 1, 2 and 4 threads") {
  const Fixture fixture;
  for (const auto& variant : fixture.variants()) {
    CAPTURE(variant.name);
    std::string first;
    for (const int threads : test::thread_counts) {
      set_thread_count(threads);
      Rbm rbm({784, 12, 10}, 5);
      test::run(*train(rbm, fixture.all, fixture.options(variant)));
      if (first.empty()) first = fingerprint(rbm);
      CHECK(fingerprint(rbm) == first);
    }
  }
  set_thread_count(1);
}

TEST_CASE("with every rule and option, interrupted training equals uninterrupted, through a resumable file too") {
  const Fixture fixture;
  for (const auto& variant : fixture.variants()) {
    CAPTURE(variant.name);
    if (variant.name == "final k") continue;  // its way depends on how many epochs were asked for
    TrainingOptions o = fixture.options(variant);
    Rbm whole({784, 12, 10}, 5), broken({784, 12, 10}, 5);
    test::run(*train(whole, fixture.all, o));
    {
      const auto training = train(broken, fixture.all, o);
      for (int i = 0; i < 5; ++i) training->step();
    }
    const auto bytes = save_model(broken, {.half = false, .resumable = true, .notes = {}});
    Rbm opened = std::get<Rbm>(open_model(bytes));
    CHECK(save_model(opened, {.half = false, .resumable = true, .notes = {}}) == bytes);
    o.epochs = 2;
    test::run(*train(broken, fixture.all, o));
    test::run(*train(opened, fixture.all, o));
    CHECK(fingerprint(broken) == fingerprint(whole));
    CHECK(fingerprint(opened) == fingerprint(whole));
  }
}
