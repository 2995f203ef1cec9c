#include <array>
#include <cmath>

#include "learning/conditionals.h"
#include "learning/persistent.h"
#include "learning/tempering.h"
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
  compare_with_differences(rbm, gradient(rbm, data, o),
                           [&](const Rbm& r) { return conditional_likelihood(r, data) + 0.3 * log_likelihood(r, data); });
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

namespace {

// Exact probabilities of the replicas of parallel tempering on 2 x 2 units, by name of the state: v + 4 h.
struct ExactTempering {
  const Rbm& rbm;
  std::vector<double> beta;
  double accepts = 1;  // a mutant's share of the acceptance

  double energy(int s) const {
    std::vector<double> v{double(s & 1), double(s >> 1 & 1)}, h{double(s >> 2 & 1), double(s >> 3 & 1)};
    return test::energy(rbm, v, h);
  }
  std::vector<double> equilibrium(double b) const {
    std::vector<double> p(16);
    double sum = 0;
    for (int s = 0; s < 16; ++s) sum += p[std::size_t(s)] = std::exp(-b * energy(s));
    for (double& x : p) x /= sum;
    return p;
  }
  // v given h, then h given v.
  std::vector<double> gibbs(int h, double b) const {
    std::vector<double> p(16);
    double of_h = 0;
    for (int v = 0; v < 4; ++v) of_h += std::exp(-b * energy(v + 4 * h));
    for (int v = 0; v < 4; ++v) {
      double of_v = 0;
      for (int g = 0; g < 4; ++g) of_v += std::exp(-b * energy(v + 4 * g));
      for (int g = 0; g < 4; ++g)
        p[std::size_t(v + 4 * g)] = std::exp(-b * energy(v + 4 * h)) / of_h * std::exp(-b * energy(v + 4 * g)) / of_v;
    }
    return p;
  }
  // Of all replicas, 3 of them, from hidden states h[0], h[1], h[2].
  std::vector<double> step(const int* h) const {
    std::vector<double> p(16 * 16 * 16);
    const auto a = gibbs(h[0], beta[0]), b = gibbs(h[1], beta[1]), c = gibbs(h[2], beta[2]);
    for (std::size_t s = 0; s < p.size(); ++s) p[s] = a[s & 15] * b[s >> 4 & 15] * c[s >> 8];
    for (int t = 0; t < 2; ++t) {
      std::vector<double> q(p.size(), 0.0);
      for (std::size_t s = 0; s < p.size(); ++s) {
        const int shift = 4 * t;
        const std::size_t x = s >> shift & 15, y = s >> (shift + 4) & 15;
        const std::size_t swapped = (s & ~(std::size_t{255} << shift)) | y << shift | x << (shift + 4);
        const double accept =
            accepts *
            std::min(1.0, std::exp((beta[std::size_t(t)] - beta[std::size_t(t) + 1]) * (energy(int(x)) - energy(int(y)))));
        q[swapped] += accept * p[s];
        q[s] += (1 - accept) * p[s];
      }
      p = q;
    }
    return p;
  }
};

double total_variation(const std::vector<double>& counts, const std::vector<double>& p) {
  double n = 0, sum = 0;
  for (const double count : counts) n += count;
  for (std::size_t i = 0; i < p.size(); ++i) sum += std::abs(counts[i] / n - p[i]);
  return sum / 2;
}

int choose(const std::vector<double>& p, double u) {
  std::size_t chosen = 0;
  for (double sum = p[0]; chosen + 1 < p.size() && u >= sum; sum += p[chosen]) ++chosen;
  return static_cast<int>(chosen);
}

int state_of(const LayerStates& v, const LayerStates& h, Index r) { return int(v.bits.row(r)[0]) + 4 * int(h.bits.row(r)[0]); }

}  // namespace

TEST_CASE("one step of parallel tempering has exactly the probabilities of its Gibbs steps and swaps") {
  const Rbm rbm = test::small_rbm(2, 2, 0, 2.5, 5);
  constexpr Index chains = 60000;
  const int start[] = {1, 3, 2};
  LayerStates h;
  h.resize(true, 3 * chains, 2);
  for (Index r = 0; r < h.rows(); ++r) h.bits.row(r)[0] = std::uint64_t(start[r / chains]);
  TemperedChains tempered(rbm, h, 3, 9);
  CHECK(tempered.inverse_temperatures() == std::vector<float>{1, 0.5f, 0});
  tempered.step(1);
  // Of the hidden states together, which swaps join, and of each temperature's v and h.
  std::vector<double> together(64), first(16), second(16);
  for (Index r = 0; r < chains; ++r) {
    const int a = state_of(tempered.v(), h, r), b = state_of(tempered.v(), h, chains + r),
              c = state_of(tempered.v(), h, 2 * chains + r);
    together[std::size_t((a >> 2) + 4 * (b >> 2) + 16 * (c >> 2))] += 1;
    first[std::size_t(a)] += 1;
    second[std::size_t(b)] += 1;
  }
  // How far beyond its mean, in standard deviations, the largest of the three statistics is.
  const auto excess = [&](const Rbm& machine, std::vector<double> beta, double accepts) {
    const auto p = ExactTempering{machine, std::move(beta), accepts}.step(start);
    std::vector<double> of_together(64), of_first(16), of_second(16);
    for (std::size_t s = 0; s < p.size(); ++s) {
      of_together[(s >> 2 & 3) + 4 * (s >> 6 & 3) + 16 * (s >> 10 & 3)] += p[s];
      of_first[s & 15] += p[s];
      of_second[s >> 4 & 15] += p[s];
    }
    const auto beyond = [](double chi_squared, double freedom) { return (chi_squared - freedom) / std::sqrt(2 * freedom); };
    return std::max({beyond(test::chi_squared(together, of_together), 63), beyond(test::chi_squared(first, of_first), 15),
                     beyond(test::chi_squared(second, of_second), 15)});
  };
  CHECK(excess(rbm, {1, 0.5, 0}, 1) < 4);
  // What it catches: no swaps, half of them, a temperature off by 10 %, a bias off by 0.2.
  CHECK(excess(rbm, {1, 0.5, 0}, 0) > 8);
  CHECK(excess(rbm, {1, 0.5, 0}, 0.5) > 8);
  CHECK(excess(rbm, {1 / 1.1, 0.5, 0}, 1) > 8);
  CHECK(excess(rbm, {1, 0.5 / 1.1, 0}, 1) > 8);
  Rbm other = rbm;
  other.mutable_b()[0] += 0.2f;
  CHECK(excess(other, {1, 0.5, 0}, 1) > 8);
}

TEST_CASE("parallel tempering does not drift from exact samples, and reaches them from all zeros") {
  const Rbm rbm = test::small_rbm(2, 2, 0, 2.5, 5);
  constexpr Index chains = 20000, temperatures = 5;
  LayerStates h;
  h.resize(true, temperatures * chains, 2);
  TemperedChains tempered(rbm, h, temperatures, 4);
  std::vector<std::vector<double>> exact;
  ExactTempering truth{rbm, {}};
  for (const float beta : tempered.inverse_temperatures()) exact.push_back(truth.equilibrium(double(beta)));
  const auto distances = [&] {
    std::vector<double> of;
    for (Index t = 0; t < temperatures; ++t) {
      std::vector<double> counts(16);
      for (Index r = 0; r < chains; ++r) counts[std::size_t(state_of(tempered.v(), h, t * chains + r))] += 1;
      of.push_back(total_variation(counts, exact[std::size_t(t)]));
    }
    return of;
  };
  // The Monte-Carlo floor: the distance of as many independent samples.
  Random random(3, Stream::patterns);
  std::vector<double> floor(temperatures);
  constexpr int times = 10;
  for (int i = 0; i < times; ++i)
    for (Index t = 0; t < temperatures; ++t) {
      std::vector<double> counts(16);
      for (Index r = 0; r < chains; ++r) counts[std::size_t(choose(exact[std::size_t(t)], random.uniform()))] += 1;
      floor[std::size_t(t)] += total_variation(counts, exact[std::size_t(t)]) / times;
    }
  const auto mean = [](const std::vector<double>& x) {
    double sum = 0;
    for (const double one : x) sum += one;
    return sum / double(x.size());
  };
  SUBCASE("exact samples") {
    for (Index t = 0; t < temperatures; ++t)
      for (Index r = 0; r < chains; ++r)
        h.bits.row(t * chains + r)[0] = std::uint64_t(choose(exact[std::size_t(t)], random.uniform()) >> 2);
    for (std::uint64_t place = 1; place <= 20; ++place) {
      tempered.step(place);
      CHECK(mean(distances()) < 1.5 * mean(floor));
    }
  }
  SUBCASE("zeros") {
    for (std::uint64_t place = 1; place <= 60; ++place) tempered.step(place);
    CHECK(mean(distances()) < 1.5 * mean(floor));
  }
  CHECK(tempered.swap_rate() > 0.3);
  CHECK(tempered.swap_rate() < 1);
}

TEST_CASE("persistent chains move by one Gibbs step a k, with fast weights by those of the sum") {
  const Rbm start = test::small_rbm(3, 2, 0, 1, 8);
  for (const bool fast : {false, true})
    for (const Index k : {1, 2}) {
      Rbm rbm = start;
      TrainingOptions o;
      o.method = fast ? Method::fpcd : Method::pcd;
      o.chains = 40000;
      o.k = k;
      Persistent rule(rbm, o);
      RbmTrainingState& state = rbm.training_state();
      Rbm driven = rbm;
      if (fast) {
        state.fast.W.setConstant(0.7f);
        state.fast.b.setConstant(-0.5f);
        state.fast.c.setConstant(0.3f);
        driven.mutable_W() += state.fast.W;
        driven.mutable_b() += state.fast.b;
        driven.mutable_c() += state.fast.c;
      }
      for (Index r = 0; r < o.chains; ++r) state.chains.bits.row(r)[0] = 1;
      Phase positive;
      positive.v.resize(true, 1, 3);
      rule.draw(positive, nullptr, {0, k});
      std::vector<double> counts(4);
      for (Index r = 0; r < o.chains; ++r) counts[std::size_t(state.chains.bits.row(r)[0])] += 1;
      // From h to h over v, k times.
      const auto step = [](const Rbm& machine, const std::vector<double>& from) {
        const auto states = test::hidden_states(machine);
        std::vector<double> to(4, 0.0);
        for (std::size_t a = 0; a < 4; ++a) {
          const auto p_v = test::visible_given_hidden(machine, states[a], 1);
          const auto all_v = test::visible_states(machine);
          for (std::size_t i = 0; i < p_v.size(); ++i) {
            double sum = 0;
            std::vector<double> p_h;
            for (const auto& h : states) sum += p_h.emplace_back(std::exp(-test::energy(machine, all_v[i], h)));
            for (std::size_t b = 0; b < 4; ++b) to[b] += from[a] * p_v[i] * p_h[b] / sum;
          }
        }
        return to;
      };
      const auto after = [&](const Rbm& machine) {
        std::vector<double> p{0, 1, 0, 0};
        for (Index i = 0; i < k; ++i) p = step(machine, p);
        return p;
      };
      // 3 degrees of freedom.
      CHECK(test::chi_squared(counts, after(driven)) < 20);
      if (fast) CHECK(test::chi_squared(counts, after(rbm)) > 100);
      Rbm other = driven;
      other.mutable_c()[0] += 0.2f;
      CHECK(test::chi_squared(counts, after(other)) > 100);
    }
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
    if (o.method == Method::mean_field || o.method == Method::exact) o.chains = 0;
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
  reached("mean-field", -4.8, [](auto& o) { o.method = Method::mean_field; });
  reached("exact", -3.1, [](auto& o) { o.method = Method::exact; });
  reached("exact, centred", -2.85, [](auto& o) { o.method = Method::exact, o.centering = true; });
  reached("exact, adam", -2.7, [](auto& o) { o.method = Method::exact, o.optimizer = OptimizerKind::adam, o.momentum = 0.9; });
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
