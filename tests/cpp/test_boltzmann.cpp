#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <string>

#include "thread_counts.h"
#include "wakesleep/boltzmann.h"
#include "wakesleep/boltzmann_exact.h"
#include "wakesleep/boltzmann_training.h"
#include "wakesleep/errors.h"
#include "wakesleep/threads.h"

using namespace wakesleep;
using namespace wakesleep::test;

namespace {

// Weights and biases up to `scale`, in a pattern without symmetries.
BoltzmannMachine with_numbers(BoltzmannMachine machine, double scale) {
  const Index n = machine.units();
  Matrix w = Matrix::Zero(n, n);
  Vector b(n);
  for (Index i = 0; i < n; ++i) {
    b[i] = static_cast<float>(scale * std::sin(1.7 * static_cast<double>(i) + 0.4));
    for (const Index j : machine.neighbours(i))
      if (j < i) w(i, j) = w(j, i) = static_cast<float>(scale * std::cos(static_cast<double>(3 * i + 5 * j) * 1.3));
  }
  machine.set_parameters(w, b);
  return machine;
}

BoltzmannMachine full(Index visible, Index hidden, double scale = 1.5, std::uint64_t seed = 1) {
  return with_numbers({{visible, hidden}, all_connections(visible + hidden), seed}, scale);
}

std::vector<double> state_of(std::size_t number, Index units) {
  std::vector<double> s;
  for (Index i = 0; i < units; ++i) s.push_back(static_cast<double>((number >> i) & 1));
  return s;
}

// The sums written out, by nothing of the machine but its parameters.
struct Truth {
  MatrixD w;
  VectorD b;
  double temperature = 1;

  explicit Truth(const BoltzmannMachine& machine, double t = 1)
      : w(machine.weights().cast<double>()), b(machine.biases().cast<double>()), temperature(t) {}
  Index units() const { return b.size(); }
  std::size_t states() const { return std::size_t{1} << units(); }
  double energy(const std::vector<double>& s) const {
    double sum = 0;
    for (Index i = 0; i < units(); ++i) {
      sum -= b[i] * s[static_cast<std::size_t>(i)];
      for (Index j = 0; j < i; ++j) sum -= w(i, j) * s[static_cast<std::size_t>(i)] * s[static_cast<std::size_t>(j)];
    }
    return sum;
  }
  // Of the states that `fits` takes.
  double log_z(const std::function<bool(std::size_t)>& fits) const {
    double sum = 0;
    for (std::size_t s = 0; s < states(); ++s)
      if (fits(s)) sum += std::exp(-energy(state_of(s, units())) / temperature);
    return std::log(sum);
  }
  double log_z() const {
    return log_z([](std::size_t) { return true; });
  }
  double p(std::size_t s) const { return std::exp(-energy(state_of(s, units())) / temperature - log_z()); }
  // p(s_i = 1 | the others), by the two states' energies alone.
  double chance(std::size_t s, Index i) const {
    const std::size_t bit = std::size_t{1} << i;
    const double on = energy(state_of(s | bit, units())), off = energy(state_of(s & ~bit, units()));
    return 1 / (1 + std::exp((on - off) / temperature));
  }
};

// Of going from each state to each other by updating these units one after the other.
MatrixD transitions(const Truth& truth, const std::vector<Index>& order) {
  const auto states = static_cast<Index>(truth.states());
  MatrixD all = MatrixD::Identity(states, states);
  for (const Index i : order) {
    MatrixD one = MatrixD::Zero(states, states);
    for (Index s = 0; s < states; ++s) {
      const double p = truth.chance(static_cast<std::size_t>(s), i);
      one(s, s | (Index{1} << i)) += p;
      one(s, s & ~(Index{1} << i)) += 1 - p;
    }
    all = (all * one).eval();
  }
  return all;
}

VectorD equilibrium(const Truth& truth) {
  VectorD p(static_cast<Index>(truth.states()));
  for (Index s = 0; s < p.size(); ++s) p[s] = truth.p(static_cast<std::size_t>(s));
  return p;
}

template <class Work>
Work& run(Work& work) {
  while (work.step()) {
  }
  return work;
}

Index number_of(const Matrix& states, Index row) {
  Index number = 0;
  for (Index i = 0; i < states.cols(); ++i) number |= Index{states(row, i) != 0} << i;
  return number;
}

// Counts of where chains are that began in one state.
using Step = std::function<void(Matrix& states, std::uint64_t seed)>;

// The largest distance of a share from its probability, in its standard deviations.
double largest_deviation(const MatrixD& expected, Index units, const Step& step) {
  constexpr Index chains = 20'000;
  double largest = 0;
  for (Index from = 0; from < expected.rows(); ++from) {
    Matrix states(chains, units);
    const auto s = state_of(static_cast<std::size_t>(from), units);
    for (Index i = 0; i < units; ++i) states.col(i).setConstant(static_cast<float>(s[static_cast<std::size_t>(i)]));
    step(states, static_cast<std::uint64_t>(100 + from));
    VectorD counts = VectorD::Zero(expected.cols());
    for (Index r = 0; r < chains; ++r) counts[number_of(states, r)] += 1;
    for (Index to = 0; to < expected.cols(); ++to) {
      const double p = expected(from, to), deviation = std::sqrt(std::max(p * (1 - p), 1e-9) / double(chains));
      largest = std::max(largest, std::abs(counts[to] / double(chains) - p) / deviation);
    }
  }
  return largest;
}

BoltzmannClamp clamp_of(const std::vector<int>& held) {  // -1: free
  BoltzmannClamp clamp{Vector::Zero(std::ssize(held)), Vector::Zero(std::ssize(held))};
  for (Index i = 0; i < std::ssize(held); ++i) {
    const int value = held[static_cast<std::size_t>(i)];
    clamp.mask[i] = value < 0 ? 0.0f : 1.0f;
    clamp.values[i] = value > 0 ? 1.0f : 0.0f;
  }
  return clamp;
}

bool agrees(std::size_t state, const std::vector<int>& held) {
  for (std::size_t i = 0; i < held.size(); ++i)
    if (held[i] >= 0 && int((state >> i) & 1) != held[i]) return false;
  return true;
}

Matrix rows_of(Index width, const std::vector<std::size_t>& numbers) {
  Matrix x(std::ssize(numbers), width);
  for (Index r = 0; r < x.rows(); ++r)
    for (Index i = 0; i < width; ++i) x(r, i) = float((numbers[static_cast<std::size_t>(r)] >> i) & 1);
  return x;
}

double mean_log_likelihood(const Truth& truth, const Matrix& x) {
  double sum = 0;
  const auto mask = (std::size_t{1} << x.cols()) - 1;
  for (Index r = 0; r < x.rows(); ++r) {
    const auto v = static_cast<std::size_t>(number_of(x, r));
    sum += truth.log_z([&](std::size_t s) { return (s & mask) == v; }) - truth.log_z();
  }
  return sum / double(x.rows());
}

double mean_pseudo_likelihood(const Truth& truth, const Matrix& x) {
  double sum = 0;
  for (Index r = 0; r < x.rows(); ++r) {
    const auto s = static_cast<std::size_t>(number_of(x, r));
    for (Index i = 0; i < truth.units(); ++i) {
      const double p = truth.chance(s, i);
      sum += std::log((s >> i) & 1 ? p : 1 - p);
    }
  }
  return sum / double(x.rows());
}

// What one step with a rate of 1 adds, beside finite differences of what it climbs.
void check_gradient(BoltzmannMachine machine, const Matrix& x, BoltzmannMethod method,
                    const std::function<double(const Truth&, const Matrix&)>& objective) {
  const Truth before(machine);
  BoltzmannTrainingOptions options;
  options.method = method;
  options.steps = 1;
  options.learning_rate = 1;
  BoltzmannTraining training(machine, x, options);
  run(training);
  REQUIRE(training.objective());
  CHECK(*training.objective() == doctest::Approx(objective(before, x)).epsilon(1e-6));
  const Truth after(machine);
  const auto slope = [&](const std::function<void(Truth&, double)>& change) {
    Truth up = before, down = before;
    change(up, 1e-5);
    change(down, -1e-5);
    return (objective(up, x) - objective(down, x)) / 2e-5;
  };
  for (Index i = 0; i < before.units(); ++i) {
    const double by_b = slope([i](Truth& t, double d) { t.b[i] += d; });
    CHECK(std::abs(after.b[i] - before.b[i] - by_b) < 1e-6);
    for (Index j = 0; j < i; ++j) {
      const double by_w = machine.connected(i, j) ? slope([i, j](Truth& t, double d) {
        t.w(i, j) += d;
        t.w(j, i) += d;
      })
                                                  : 0.0;
      CHECK(std::abs(after.w(i, j) - before.w(i, j) - by_w) < 1e-6);
      CHECK(after.w(i, j) == after.w(j, i));
    }
  }
}

}  // namespace

TEST_CASE("a colour has no two units of a Boltzmann machine that are connected, and a restricted one has two colours") {
  const BoltzmannMachine restricted({3, 4}, restricted_connections(3, 4), 1);
  CHECK(restricted.colour_count() == 2);
  CHECK(restricted.order() == std::vector<Index>{0, 1, 2, 3, 4, 5, 6});
  CHECK(BoltzmannMachine({5, 0}, all_connections(5), 1).colour_count() == 5);
  const BoltzmannMachine none({4, 0}, {}, 1);
  CHECK(none.colour_count() == 1);
  // A ring of five: 0 1 0 1 2.
  const BoltzmannMachine ring({5, 0}, {{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 0}}, 1);
  CHECK(ring.colours() == std::vector<Index>{0, 1, 0, 1, 2});
  CHECK(ring.order() == std::vector<Index>{0, 2, 1, 3, 4});
}

TEST_CASE("energies, inputs and probabilities of a Boltzmann machine equal its sums written out") {
  const BoltzmannMachine machine = full(3, 2);
  for (const double temperature : {0.6, 1.0, 3.0}) {
    const Truth truth(machine, temperature);
    const VectorD p = boltzmann_probabilities(machine, {}, temperature);
    REQUIRE(p.size() == 32);
    CHECK(p.sum() == doctest::Approx(1).epsilon(1e-12));
    for (std::size_t s = 0; s < truth.states(); ++s) {
      const Matrix row = rows_of(5, {s});
      CHECK(machine.energies(row)[0] == doctest::Approx(truth.energy(state_of(s, 5))).epsilon(1e-12));
      CHECK(p[Index(s)] == doctest::Approx(truth.p(s)).epsilon(1e-10));
      for (Index i = 0; i < 5; ++i) {
        const double x = machine.input(i, row.data());
        CHECK(1 / (1 + std::exp(-x / temperature)) == doctest::Approx(truth.chance(s, i)).epsilon(1e-12));
      }
    }
  }
}

TEST_CASE("sums over the states of a Boltzmann machine equal enumeration, with units held and without") {
  // 14 units make more than one block of the sums.
  const BoltzmannMachine large = full(6, 8, 0.8);
  const std::vector<std::vector<int>> clamps{std::vector<int>(14, -1),
                                             {1, -1, 0, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1, -1},
                                             {1, 0, 0, 1, 1, 0, 1, 0, 0, 1, 1, 0, 1, 1}};
  for (const auto& held : clamps)
    for (const double temperature : {1.0, 0.5}) {
      const Truth truth(large, temperature);
      BoltzmannSums sums(large, clamp_of(held), temperature);
      run(sums);
      CHECK(sums.done() == 1);
      const double log_z = truth.log_z([&](std::size_t s) { return agrees(s, held); });
      CHECK(sums.log_z() == doctest::Approx(log_z).epsilon(1e-12));
      MatrixD moments = MatrixD::Zero(14, 14);
      for (std::size_t s = 0; s < truth.states(); ++s) {
        if (!agrees(s, held)) continue;
        const auto state = state_of(s, 14);
        const Eigen::Map<const VectorD> v(state.data(), 14);
        moments += std::exp(-truth.energy(state) / temperature - log_z) * v * v.transpose();
      }
      CHECK((sums.moments() - moments).cwiseAbs().maxCoeff() < 1e-10);
      CHECK(sums.means() == sums.moments().diagonal());
    }
}

TEST_CASE("a step of Gibbs sampling has the transition probabilities of its units one after the other, and keeps p") {
  const BoltzmannMachine ring = with_numbers({{4, 0}, {{0, 1}, {1, 2}, {2, 3}, {3, 0}}, 1}, 1.5);
  for (const BoltzmannMachine& machine : {full(2, 1), full(4, 0, 1), ring}) {
    for (const double temperature : {1.0, 2.0}) {
      const Truth truth(machine, temperature);
      const MatrixD expected = transitions(truth, machine.order());
      const VectorD p = equilibrium(truth);
      CHECK((expected.transpose() * p - p).cwiseAbs().maxCoeff() < 1e-12);
      const auto by_sampling = [&](Matrix& states, std::uint64_t seed) {
        BoltzmannSamplingOptions options;
        options.seed = seed;
        options.temperature = temperature;
        BoltzmannSampling sampling(machine, states, {}, options);
        run(sampling);
        states = sampling.states();
      };
      CHECK(largest_deviation(expected, machine.units(), by_sampling) < 5);
    }
  }
}

TEST_CASE("the check of transitions finds samplers of Boltzmann machines that are wrong") {
  const BoltzmannMachine machine = full(3, 0);
  const Truth truth(machine);
  const MatrixD expected = transitions(truth, machine.order());
  const auto mutant = [&](const std::function<double(double, Index, const Matrix&)>& chance, bool at_once) {
    return [&machine, chance, at_once](Matrix& states, std::uint64_t seed) {
      Random random(seed, Stream::data);
      for (Index r = 0; r < states.rows(); ++r) {
        Matrix now = states.row(r);
        const Matrix before = now;
        for (const Index i : machine.order()) {
          const double x = machine.input(i, (at_once ? before : now).data());
          now(0, i) = random.uniform() < chance(x, i, now) ? 1.0f : 0.0f;
        }
        states.row(r) = now;
      }
    };
  };
  const auto right = [](double x, Index, const Matrix&) { return 1 / (1 + std::exp(-x)); };
  CHECK(largest_deviation(expected, 3, mutant(right, false)) < 5);
  // Connected units at once.
  CHECK(largest_deviation(expected, 3, mutant(right, true)) > 10);
  // A chance that is off by a tenth of the input, or lacks a bias.
  CHECK(largest_deviation(expected, 3,
                          mutant([](double x, Index, const Matrix&) { return 1 / (1 + std::exp(-1.1 * x)); }, false)) >
        5);
  CHECK(largest_deviation(expected, 3,
                          mutant([&](double x, Index i,
                                     const Matrix&) { return 1 / (1 + std::exp(double(machine.biases()[i]) - x)); },
                                 false)) > 10);
  // One unit that is never updated.
  CHECK(largest_deviation(expected, 3,
                          mutant([&](double x, Index i,
                                     const Matrix& now) { return i == 1 ? double(now(0, 1)) : 1 / (1 + std::exp(-x)); },
                                 false)) > 10);
}

TEST_CASE("samples of a Boltzmann machine have the same bits for any number of threads, and in any grouping of steps") {
  const BoltzmannMachine machine = full(6, 5, 0.7);
  const auto sampled = [&](Index steps, std::uint64_t first, const Matrix& from) {
    BoltzmannSamplingOptions options;
    options.steps = steps;
    options.first_step = first;
    options.seed = 9;
    BoltzmannSampling sampling(machine, from, {}, options);
    run(sampling);
    return sampling.states();
  };
  const Matrix start = fair_coins(machine, 100, 3);
  const Matrix once = sampled(7, 0, start);
  CHECK(sampled(4, 3, sampled(3, 0, start)) == once);
  for (const int threads : thread_counts) {
    const int before = thread_count();
    set_thread_count(threads);
    CHECK(sampled(7, 0, start) == once);
    set_thread_count(before);
  }
  CHECK(sampled(7, 1, start) != once);
}

TEST_CASE("chains of a Boltzmann machine from fair coins arrive at its means, also with units held") {
  const BoltzmannMachine machine = full(3, 3, 1);
  for (const auto& held : {std::vector<int>{-1, -1, -1, -1, -1, -1}, std::vector<int>{1, 0, 1, -1, -1, -1}}) {
    BoltzmannSums sums(machine, clamp_of(held));
    run(sums);
    BoltzmannSamplingOptions options;
    options.steps = 60;
    BoltzmannSampling sampling(machine, fair_coins(machine, 40'000, 5), clamp_of(held), options);
    run(sampling);
    const MatrixD states = sampling.states().cast<double>();
    const MatrixD found = states.transpose() * states / 40'000.0;
    CHECK((found - sums.moments()).cwiseAbs().maxCoeff() < 0.0125);  // 5 deviations of a share
  }
}

TEST_CASE("at a temperature of 0 the energy of a Boltzmann machine falls until no unit would change it") {
  const BoltzmannMachine machine = full(8, 0, 1);
  BoltzmannSamplingOptions options;
  options.temperature = 0;
  options.steps = 1000;
  const Matrix start = fair_coins(machine, 64, 2);
  BoltzmannSampling sampling(machine, start, {}, options);
  run(sampling);
  CHECK(sampling.settled());
  CHECK(sampling.steps_taken() < 100);
  for (Index r = 0; r < 64; ++r) {
    const float* s = sampling.states().data() + r * 8;
    CHECK(machine.energy(s) <= machine.energy(start.data() + r * 8));
    for (Index i = 0; i < 8; ++i) {
      const double x = machine.input(i, s);
      CHECK((s[i] != 0 ? x >= 0 : x <= 0));
    }
  }
  // Units without any input stay where they are.
  const BoltzmannMachine none({3, 0}, {}, 1);
  BoltzmannSampling still(none, rows_of(3, {5}), {}, options);
  run(still);
  CHECK(number_of(still.states(), 0) == 5);
}

TEST_CASE("annealing leads a Boltzmann machine to lower energies than descent does") {
  const BoltzmannMachine machine({14, 0}, all_connections(14), 5, 1);
  const Truth truth(machine);
  double lowest = 0;
  for (std::size_t s = 0; s < truth.states(); ++s) lowest = std::min(lowest, truth.energy(state_of(s, 14)));
  const auto mean_above_lowest = [&](const BoltzmannSamplingOptions& options) {
    BoltzmannSampling sampling(machine, fair_coins(machine, 500, 2), {}, options);
    run(sampling);
    return machine.energies(sampling.states()).mean() - lowest;
  };
  BoltzmannSamplingOptions annealed, descent;
  annealed.steps = descent.steps = 200;
  annealed.start_temperature = 5;
  annealed.temperature = 0.05;
  descent.temperature = 0;
  const double by_annealing = mean_above_lowest(annealed), by_descent = mean_above_lowest(descent);
  CHECK(by_annealing > -1e-6);
  CHECK(by_annealing < by_descent / 2);
}

TEST_CASE("a Hopfield network restores patterns that it has stored") {
  BoltzmannMachine machine({60, 0}, all_connections(60), 1);
  const Matrix patterns = fair_coins(machine, 4, 7);
  machine.store(patterns);
  // Of units -1 and 1 the input is 2 sum_j W_ij x_j, and the inputs of 0 and 1 are twice those of Hopfield's net.
  const Matrix x = 2 * patterns.array() - 1;
  for (Index i = 0; i < 60; ++i) {
    double hopfield = 0;
    for (Index j = 0; j < 60; ++j)
      if (j != i) hopfield += double((x.col(i).array() * x.col(j).array()).sum()) / 60 * double(x(0, j));
    CHECK(machine.input(i, patterns.data()) == doctest::Approx(2 * hopfield).epsilon(1e-5));
  }
  Matrix damaged = patterns;
  for (Index r = 0; r < 4; ++r)
    for (Index i = 0; i < 6; ++i) damaged(r, 7 * i + r) = 1 - damaged(r, 7 * i + r);
  BoltzmannSamplingOptions options;
  options.temperature = 0;
  options.steps = 100;
  BoltzmannSampling sampling(machine, damaged, {}, options);
  run(sampling);
  CHECK(sampling.states() == patterns);
}

TEST_CASE("the mean field of a Boltzmann machine is a fixed point, and its bound rises to below log Z") {
  const BoltzmannMachine machine = full(4, 4, 0.7);
  for (const auto& held : {std::vector<int>(8, -1), std::vector<int>{1, 0, 1, 1, -1, -1, -1, -1}})
    for (const double temperature : {1.0, 2.0}) {
      const Truth truth(machine, temperature);
      const double log_z = truth.log_z([&](std::size_t s) { return agrees(s, held); });
      double before = -std::numeric_limits<double>::infinity();
      for (const Index steps : {1, 2, 4, 8, 1000}) {
        BoltzmannMeanField field(machine, clamp_of(held), {steps, 1e-9, temperature});
        run(field);
        CHECK(field.bound() >= before - 1e-12);
        CHECK(field.bound() <= log_z + 1e-12);
        before = field.bound();
        if (steps < 1000) continue;
        CHECK(field.change() <= 1e-9);
        for (Index i = 0; i < 8; ++i) {
          double x = truth.b[i];
          for (Index j = 0; j < 8; ++j) x += truth.w(i, j) * field.means()[j];
          const int value = held[std::size_t(i)];
          CHECK(field.means()[i] == (value < 0 ? doctest::Approx(1 / (1 + std::exp(-x / temperature))).epsilon(1e-6)
                                               : doctest::Approx(value)));
        }
      }
    }
  // Without connections it is exact.
  const BoltzmannMachine none = with_numbers({{5, 0}, {}, 1}, 2);
  BoltzmannMeanField field(none, {}, {});
  run(field);
  CHECK(field.bound() == doctest::Approx(Truth(none).log_z()).epsilon(1e-12));
}

TEST_CASE("mixing follows the transition matrix of a Boltzmann machine exactly") {
  const BoltzmannMachine machine = full(2, 3, 1.2);
  const std::vector<int> held{-1, 1, -1, -1, -1};
  for (const bool with_held : {false, true}) {
    const Truth truth(machine, 1.5);
    std::vector<Index> order;
    for (const Index i : machine.order())
      if (!with_held || i != 1) order.push_back(i);
    const MatrixD step = transitions(truth, order);
    VectorD p = equilibrium(truth), state = VectorD::Zero(32);
    for (Index s = 0; s < 32 && with_held; ++s)
      if (!agrees(std::size_t(s), held)) p[s] = 0;
    p /= p.sum();
    const Vector start = rows_of(5, {22}).row(0).transpose();
    state[22] = 1;
    BoltzmannMixing mixing(machine, start, with_held ? clamp_of(held) : BoltzmannClamp{}, {12, 1.5});
    run(mixing);
    MatrixD power = MatrixD::Identity(32, 32);
    VectorD times = VectorD::Ones(5);
    for (Index t = 0; t <= 12; ++t) {
      CHECK(mixing.distances()[t] == doctest::Approx((state - p).cwiseAbs().sum() / 2).epsilon(1e-9));
      for (Index i = 0; i < 5; ++i) {
        VectorD f(32);
        for (Index s = 0; s < 32; ++s) f[s] = double((s >> i) & 1);
        const double mean = p.dot(f), product = (p.array() * f.array() * (power * f).array()).sum();
        const double expected = with_held && i == 1 ? 0 : (product - mean * mean) / (mean * (1 - mean));
        CHECK(std::abs(mixing.autocorrelations()(t, i) - expected) < 1e-9);
        if (t > 0) times[i] += 2 * expected;
      }
      state = (step.transpose() * state).eval();
      power = (power * step).eval();
    }
    CHECK((mixing.times() - times).cwiseAbs().maxCoeff() < 1e-8);
  }
  // A restricted machine with its visible units held is at equilibrium after one step, wherever it began.
  const BoltzmannMachine restricted = with_numbers({{2, 3}, restricted_connections(2, 3), 1}, 2);
  BoltzmannMixing mixing(restricted, Vector::Zero(5), clamp_of({1, 0, -1, -1, -1}), {3, 1});
  run(mixing);
  CHECK(mixing.distances()[0] > 0.1);
  CHECK(mixing.distances().tail(3).maxCoeff() < 1e-12);
}

TEST_CASE("a Boltzmann machine climbs the gradient of its likelihood, or of its pseudo-likelihood") {
  check_gradient(full(3, 2, 1), rows_of(3, {0, 3, 3, 5}), BoltzmannMethod::exact, mean_log_likelihood);
  check_gradient(full(4, 0, 1), rows_of(4, {1, 9, 15}), BoltzmannMethod::exact, mean_log_likelihood);
  check_gradient(with_numbers({{3, 2}, restricted_connections(3, 2), 1}, 1), rows_of(3, {2, 7}), BoltzmannMethod::exact,
                 mean_log_likelihood);
  const BoltzmannMachine ring = with_numbers({{4, 0}, {{0, 1}, {1, 2}, {2, 3}, {3, 0}}, 1}, 1);
  for (const BoltzmannMachine& machine : {full(4, 0, 1), ring})
    check_gradient(machine, rows_of(4, {1, 9, 15, 6, 6}), BoltzmannMethod::pseudo_likelihood, mean_pseudo_likelihood);
}

TEST_CASE("each way of learning brings a Boltzmann machine near its data") {
  // The fourth bit is the parity of two, which no pair of visible units tells.
  const Matrix parity = rows_of(4, {0, 9, 10, 3});
  const Matrix pairs = rows_of(4, {3, 3, 3, 12, 12, 0});
  struct Way {
    BoltzmannMethod method;
    Index hidden, steps;
    const Matrix* x;
    double at_least;
  };
  for (const Way& way : {Way{BoltzmannMethod::exact, 3, 3000, &parity, -1.5},
                         {BoltzmannMethod::exact, 0, 500, &pairs, -1.2},
                         {BoltzmannMethod::cd, 0, 500, &pairs, -1.2},
                         {BoltzmannMethod::pcd, 2, 1500, &pairs, -1.3},
                         {BoltzmannMethod::pseudo_likelihood, 0, 500, &pairs, -1.2}}) {
    CAPTURE(int(way.method));
    BoltzmannMachine machine({4, way.hidden}, all_connections(4 + way.hidden), 3, 1);
    BoltzmannTrainingOptions options;
    options.method = way.method;
    options.steps = way.steps;
    options.learning_rate = way.hidden > 0 ? 0.3 : 0.2;
    options.chains = 500;
    options.k = 5;
    const Matrix x = way.x->replicate(50, 1);
    BoltzmannTraining training(machine, way.method == BoltzmannMethod::exact ? *way.x : x, options);
    run(training);
    CHECK(mean_log_likelihood(Truth(machine), *way.x) > way.at_least);
    CHECK(machine.training_state().steps == std::uint64_t(way.steps));
  }
}

TEST_CASE("a Boltzmann machine's training in portions is the same training, bit for bit") {
  const Matrix x = rows_of(4, {3, 3, 12, 0, 9});
  for (const auto method :
       {BoltzmannMethod::exact, BoltzmannMethod::cd, BoltzmannMethod::pcd, BoltzmannMethod::pseudo_likelihood}) {
    const Index hidden = method == BoltzmannMethod::pseudo_likelihood ? 0 : 3;
    BoltzmannMachine once({4, hidden}, all_connections(4 + hidden), 3), parts = once;
    BoltzmannTrainingOptions options;
    options.method = method;
    options.chains = 7;
    options.weight_decay = 0.01;
    const auto train = [&](BoltzmannMachine& machine, Index steps) {
      options.steps = steps;
      BoltzmannTraining training(machine, x, options);
      run(training);
    };
    train(once, 9);
    for (const Index steps : {4, 0, 5}) train(parts, steps);
    CHECK(once.weights() == parts.weights());
    CHECK(once.biases() == parts.biases());
  }
}

TEST_CASE("what is no Boltzmann machine is refused, and so is what does not fit one") {
  const auto says = [](const std::function<void()>& call, const std::string& text) {
    std::string message;
    try {
      call();
    } catch (const std::logic_error& error) {
      message = error.what();
    }
    CHECK(message.find(text) != std::string::npos);
    if (message.find(text) == std::string::npos) MESSAGE(message << " does not have " << text);
  };
  const auto make = [](Index visible, Index hidden, const std::vector<Connection>& c, double scale = 0.01) {
    return [=] { BoltzmannMachine({visible, hidden}, c, 1, scale); };
  };
  says(make(0, 3, {}), "visible must be 1 to 1024, not 0");
  says(make(1025, 0, {}), "visible must be 1 to 1024, not 1025");
  says(make(1000, 25, {}), "hidden must be 0 to 24, not 25");
  says(make(3, -1, {}), "hidden must be 0 to 1021, not -1");
  says(make(3, 0, {{1, 1}}), "not of 1 with itself");
  says(make(3, 0, {{0, 3}}), "connections must be of units 0 to 2, not 3");
  says(make(3, 0, {{0, 1}, {1, 0}}), "[0, 1] came twice");
  says(make(3, 0, {}, std::nan("")), "weightScale must be 0 to 1000, not NaN");

  BoltzmannMachine machine = full(3, 0);
  const Matrix w = machine.weights();
  const Vector b = machine.biases();
  const auto with = [&](Index i, Index j, float value, bool both = true) {
    return [&machine, &w, &b, i, j, value, both] {
      Matrix changed = w;
      changed(i, j) = value;
      if (both) changed(j, i) = value;
      machine.set_parameters(changed, b);
    };
  };
  says(with(0, 1, 7, false), "W must be symmetric: W[0, 1] is 7, and W[1, 0] is ");
  says(with(1, 1, 0.5f), "W must be 0 on its diagonal: W[1, 1] is 0.5");
  says(with(0, 2, std::numeric_limits<float>::quiet_NaN()), "W[0, 2] must be a finite number, not NaN");
  says(with(0, 2, std::numeric_limits<float>::infinity()), "W[0, 2] must be a finite number, not Infinity");
  says([&] { machine.set_parameters(Matrix::Zero(3, 2), b); }, "W must be 3 x 3, not 3 x 2");
  says([&] { machine.set_parameters(w, Vector::Zero(4)); }, "b must have 3 entries, not 4");
  says([&] { machine.set_weight(0, 0, 1); }, "units [0, 0] are not connected");
  says([&] { machine.set_weight(0, 3, 1); }, "j must be of units 0 to 2, not 3");
  says([&] { machine.set_bias(-1, 1); }, "i must be of units 0 to 2, not -1");
  BoltzmannMachine restricted({1, 2}, restricted_connections(1, 2), 1);
  says([&] { restricted.set_parameters(w, b); }, "W must be 0 between units that are not connected: W[1, 2] is ");
  CHECK(machine.weights() == w);

  const Matrix grey = (Matrix(1, 3) << 0, 0.5f, 1).finished();
  says([&] { machine.energies(grey); }, "states must be 0 or 1, the states of binary units: row 0 has 0.5 in column 1");
  says([&] { machine.energies(Matrix::Zero(2, 2)); }, "states must be rows of 3 values, not 2 x 2");
  says([&] { machine.store(Matrix(0, 3)); }, "patterns must be rows of 3 values, not 0 x 3");
  const auto sample = [&](Index steps, double temperature, std::optional<double> start = {}) {
    return [&machine, steps, temperature, start] {
      BoltzmannSamplingOptions options;
      options.steps = steps;
      options.temperature = temperature;
      options.start_temperature = start;
      BoltzmannSampling(machine, Matrix::Zero(1, 3), {}, options);
    };
  };
  says(sample(0, 1), "steps must be 1 to 1000000, not 0");
  says(sample(1, -1), "temperature must be 0, or 0.000001 to 1000000, not -1");
  says(sample(1, std::nan("")), "temperature must be 0, or 0.000001 to 1000000, not NaN");
  says(sample(1, 0, 2), "startTemperature and temperature must both be above 0, or both 0, not 2 and 0");
  says([&] { fair_coins(machine, 0, 1); }, "chains must be 1 to 1048576, not 0");
  says([&] { BoltzmannSums(machine, {Vector::Ones(2), Vector::Ones(2)}); }, "clamp.mask must have 3 entries, not 2");
  says([&] { BoltzmannSums(machine, {Vector::Ones(3), Vector::Constant(3, 0.5f)}); },
       "clamp.values must be 0 or 1, and unit 0 is held at 0.5");
  says([&] { BoltzmannSums(machine, {}, 0); }, "temperature must be 0.000001 to 1000000, not 0");
  const BoltzmannMachine large({25, 0}, {}, 1);
  says([&] { BoltzmannSums(large, {}); }, "exact sums must be of at most 24 units that are not held, not 25");
  says([&] { boltzmann_probabilities(large, {}); }, "probabilities of all states must be of at most 16 units");
  says([&] { BoltzmannMixing(large, {}, {}, {}); }, "mixing must be of at most 12 units");
  says([&] { BoltzmannMeanField(machine, {}, {0, 0, 1}); }, "steps must be 1 to 1000000, not 0");
  says([&] { BoltzmannMeanField(machine, {}, {1, -1, 1}); }, "tolerance must be 0 or above, not -1");

  BoltzmannMachine hidden = full(2, 1);
  const auto train = [&](BoltzmannMethod method, const Matrix& x, double rate, Index k = 1) {
    return [&hidden, method, x, rate, k] {
      BoltzmannTrainingOptions options;
      options.method = method;
      options.learning_rate = rate;
      options.k = k;
      BoltzmannTraining(hidden, x, options);
    };
  };
  const Matrix x = rows_of(2, {1});
  says(train(BoltzmannMethod::exact, x, 0), "learningRate must be above 0 and at most 100, not 0");
  says(train(BoltzmannMethod::cd, x, 1, 0), "k must be 1 to 10000, not 0");
  says(train(BoltzmannMethod::exact, rows_of(3, {1}), 1), "x must be rows of 2 values, not 1 x 3");
  says(train(BoltzmannMethod::pseudo_likelihood, x, 1), "needs a machine without hidden units, and this one has 1");
}

TEST_CASE("a Boltzmann machine whose training diverges stays as it was") {
  BoltzmannMachine machine({2, 0}, all_connections(2), 1);
  Matrix w = Matrix::Zero(2, 2);
  w(0, 1) = w(1, 0) = -3.4e38f;
  machine.set_parameters(w, Vector::Zero(2));
  BoltzmannTrainingOptions options;
  options.weight_decay = 100;
  options.learning_rate = 100;
  BoltzmannTraining training(machine, rows_of(2, {0}), options);
  CHECK_THROWS_AS(run(training), Error);
  CHECK(machine.weights() == w);
  CHECK(machine.training_state().steps == 0);
}
