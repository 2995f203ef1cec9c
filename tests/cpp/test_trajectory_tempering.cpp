#include <algorithm>
#include <cmath>
#include <map>

#include "learning/bennett.h"
#include "learning/new_rung.h"
#include "learning_runs.h"
#include "models/ladder.h"
#include "samplers_of_rbms.h"
#include "thread_counts.h"
#include "wakesleep/errors.h"
#include "wakesleep/exact.h"
#include "wakesleep/fingerprint.h"
#include "wakesleep/model_file.h"
#include "wakesleep/threads.h"

using namespace wakesleep;
using namespace wakesleep::test;

namespace {

// The visible states of a machine, with their probabilities.
struct Enumerated {
  explicit Enumerated(const Rbm& rbm)
      : states(test::visible_states(rbm)), p(equilibrium(rbm, 1)), log_z(log_partition(rbm)) {
    for (const auto& v : states) energies.push_back(test::free_energy(rbm, v));
  }
  std::vector<std::vector<double>> states;
  std::vector<double> p, energies;
  double log_z;
};

std::size_t number_of(const LayerStates& v, Index row) {
  std::size_t number = 0;
  for (Index i = 0; i < v.cols(); ++i) number |= static_cast<std::size_t>(v.get(row, i) != 0) << i;
  return number;
}

LayerStates exact_samples_of(const Rbm& rbm, Index count, std::uint64_t seed) {
  const Enumerated all(rbm);
  Random random(seed, Stream::patterns);
  LayerStates v;
  v.resize(true, count, rbm.width());
  for (Index r = 0; r < count; ++r) {
    const auto& state = all.states[choose(all.p, random.uniform())];
    for (Index i = 0; i < rbm.width(); ++i) v.bits.set(r, i, state[static_cast<std::size_t>(i)] == 1);
  }
  return v;
}

VectorD energies_of(const Rbm& rbm, const LayerStates& v) {
  StateFreeEnergies energies;
  energies.of_visible(rbm, v);
  return energies.values();
}

// The expected share of swaps between two machines.
double exact_acceptance(const Rbm& model, const Rbm& other) {
  const Enumerated a(model), b(other);
  double sum = 0;
  for (std::size_t x = 0; x < a.p.size(); ++x)
    for (std::size_t y = 0; y < b.p.size(); ++y)
      sum += a.p[x] * b.p[y] * std::min(1.0, std::exp(a.energies[x] + b.energies[y] - a.energies[y] - b.energies[x]));
  return sum;
}

TrainingOptions laddered() {
  TrainingOptions o = plain_options();
  o.method = Method::ptt;
  o.batch_size = 14;
  o.chains = 50;
  o.learning_rate = 0.05;
  o.weight_decay = 0;
  return o;
}

double distance_from(const LayerStates& v, const Rbm& rbm) {
  const Enumerated all(rbm);
  std::vector<double> counts(all.p.size());
  for (Index r = 0; r < v.rows(); ++r) counts[number_of(v, r)] += 1;
  return total_variation(counts, all.p) / monte_carlo_floor(all.p, static_cast<double>(v.rows()));
}

}  // namespace

TEST_CASE("free energies of states equal enumeration, with labels too") {
  for (const Index labels : {0, 3}) {
    const Rbm rbm = small_rbm(4, 3, labels, 1.2, 5);
    const auto states = test::visible_states(rbm);
    LayerStates v;
    v.resize(true, static_cast<Index>(states.size()), rbm.width());
    for (std::size_t r = 0; r < states.size(); ++r)
      for (std::size_t i = 0; i < states[r].size(); ++i)
        v.bits.set(static_cast<Index>(r), static_cast<Index>(i), states[r][i] == 1);
    const VectorD found = energies_of(rbm, v);
    for (std::size_t r = 0; r < states.size(); ++r)
      CHECK(found[static_cast<Index>(r)] == doctest::Approx(test::free_energy(rbm, states[r])).epsilon(1e-6));
  }
}

TEST_CASE("Bennett's ratio is the ratio of the partition functions, and its error the spread over seeds") {
  const Rbm a = small_rbm(5, 3, 0, 0.6, 5), b = small_rbm(5, 3, 0, 1.1, 6), c = small_rbm(5, 3, 0, 1.0, 6);
  const double exact = log_partition(b) - log_partition(a);
  double squares = 0, weighted_squares = 0;
  constexpr int seeds = 60;
  for (int seed = 0; seed < seeds; ++seed) {
    const auto number = static_cast<std::uint64_t>(seed);
    const LayerStates of_a = exact_samples_of(a, 700, 2 * number), of_b = exact_samples_of(b, 300, 2 * number + 1),
                      of_c = exact_samples_of(c, 300, 2 * number + 1);
    const VectorD up = energies_of(b, of_a) - energies_of(a, of_a), down = energies_of(a, of_b) - energies_of(b, of_b);
    const BennettRatio found = bennett_ratio(up, down);
    squares += (found.log_ratio - exact) * (found.log_ratio - exact) / found.variance / seeds;
    // Samples of a machine near b, weighed as if they were b's.
    const VectorD weights = energies_of(c, of_c) - energies_of(b, of_c);
    const BennettRatio weighted = bennett_ratio(up, energies_of(a, of_c) - energies_of(b, of_c), &weights);
    weighted_squares += (weighted.log_ratio - exact) * (weighted.log_ratio - exact) / weighted.variance / seeds;
  }
  // Mean squares of 60 standard normal numbers lie within 4 of their deviations, sqrt(2 / 60).
  CHECK(std::abs(squares - 1) < 0.75);
  CHECK(std::abs(weighted_squares - 1) < 0.75);
  const LayerStates of_a = exact_samples_of(a, 10, 1);
  const VectorD nothing = VectorD::Zero(10);
  const BennettRatio same = bennett_ratio(nothing, nothing);
  CHECK(std::abs(same.log_ratio) < 1e-12);
  CHECK(same.variance < 1e-12);
}

TEST_CASE("an exchange and a Gibbs step have the exact transition probabilities, and mutants do not") {
  // A chain x of the model and a sample y of a rung.
  const Rbm model = small_rbm(2, 2, 0, 1.3, 5), rung = small_rbm(2, 2, 0, 1.0, 9);
  std::vector<WeightedState> states;
  for (const auto& x : test::visible_states(model))
    for (const auto& y : test::visible_states(rung)) {
      states.push_back({x, 1});
      states.back().values.insert(states.back().values.end(), y.begin(), y.end());
    }
  const auto x_of = [](const State& s) { return State(s.begin(), s.begin() + 2); };
  const auto y_of = [](const State& s) { return State(s.begin() + 2, s.end()); };
  std::map<State, std::size_t> number;
  for (std::size_t s = 0; s < states.size(); ++s) number.emplace(states[s].values, s);
  const auto joint = [](State x, const State& y) { return x.insert(x.end(), y.begin(), y.end()), x; };
  const Move swap = [=](const Law& p) {
    Law q(p.size());
    for (std::size_t s = 0; s < p.size(); ++s) {
      const State x = x_of(states[s].values), y = y_of(states[s].values);
      const double chance = std::min(1.0, std::exp(test::free_energy(model, x) + test::free_energy(rung, y) -
                                                   test::free_energy(model, y) - test::free_energy(rung, x)));
      q[number.at(joint(y, x))] += chance * p[s];
      q[s] += (1 - chance) * p[s];
    }
    return q;
  };
  const Move gibbs_step = [=](const Law& p) {
    Law q(p.size());
    const auto visible = test::visible_states(model);
    for (std::size_t s = 0; s < p.size(); ++s) {
      const std::vector<double> to = test::one_step(model, x_of(states[s].values), 1);
      for (std::size_t v = 0; v < to.size(); ++v)
        q[number.at(joint(visible[v], y_of(states[s].values)))] += p[s] * to[v];
    }
    return q;
  };
  const Law law = boltzmann(
      states, [=](const State& s) { return test::free_energy(model, x_of(s)) + test::free_energy(rung, y_of(s)); });
  const auto run = [=](const Rbm& now, const Matrix& start, Index steps, std::uint64_t seed) {
    Matrix rows = start;
    ReplicaExchange exchange;
    LayerStates x, y;
    // One chain and one sample at a time, which meet each other.
    for (Index r = 0; r < rows.rows(); ++r) {
      x = layer_from(true, rows.row(r), 0, 2);
      y = layer_from(true, rows.row(r), 2, 2);
      VectorD of_y = energies_of(rung, y);
      const Population samples{&y, &of_y};
      for (Index i = 0; i < steps; ++i) {
        const std::uint64_t at = seed << 40 | static_cast<std::uint64_t>(r) << 8 | static_cast<std::uint64_t>(i);
        exchange.propose(now, rung, x, samples, 1, at);
        exchange.swap(x, samples, 1, at);
        exchange.move(now, x, true, {1, Stream::hidden, at}, {1, Stream::visible, at});
      }
      rows.row(r) << x.values(2), y.values(2);
    }
    return rows;
  };
  const Sampler sampler{
      "an exchange and a Gibbs step", Truth{Space(states, std::vector<Bins>(4)), {swap, gibbs_step}, law}, 2,
      with_mutants(model, run, [=](const Rbm& now, const Matrix& start, Index steps, std::uint64_t seed) {
        Matrix rows = run(now, start, steps, seed);
        const Matrix x = rows.leftCols(2);
        rows.leftCols(2) = likeliest(now.mean_v_from_h(view(now.mean_h_from_v(view(x)))));
        return rows;
      })};
  CHECK(one_step(sampler, {}) < 1);
  CHECK(drift(sampler, {}) < 1);
  for (const Wrong& wrong : mutants(2)) {
    CAPTURE(wrong.name);
    CHECK(one_step(sampler, wrong) > 1);
  }
}

TEST_CASE(
    "a new rung's samples have its distribution, swaps are accepted as often as is expected, and its log Z fits") {
  const Rbm last = small_rbm(5, 4, 0, 0.7, 5), model = small_rbm(5, 4, 0, 1.2, 5);
  NewRung rung;
  const LayerStates samples = exact_samples_of(last, 4000, 3), chains = exact_samples_of(last, 400, 4);
  const VectorD energies = energies_of(last, samples);
  rung.begin(model, last, chains, samples, energies, 1, 0.01, 8);
  while (rung.step()) {
  }
  REQUIRE(rung.complete());
  CHECK(distance_from(rung.samples(), model) < 1.5);
  const double exact = exact_acceptance(model, last);
  CHECK(exact < 0.9);
  CHECK(std::abs(rung.acceptance() - exact) < 0.02);
  const double error = rung.ratio().log_ratio - (log_partition(model) - log_partition(last));
  CHECK(std::abs(error) < 4 * std::sqrt(rung.ratio().variance));
  CHECK(rung.relaxation() >= 0.5);
  CHECK(rung.relaxation() < 3);
}

TEST_CASE("levels that change at random forget at once, and levels that seldom change slowly") {
  Random random(3, Stream::patterns);
  const auto times = [&](double rate) {
    std::vector<bool> swaps;
    for (int i = 0; i < 400 * 50; ++i) swaps.push_back(random.uniform() < rate);
    return relaxation_times(swaps, 50);
  };
  // C(t) = (1 - 2 rate)^t, whose sum from 1 on is (1 - 2 rate) / (2 rate).
  CHECK(times(0.5).integrated == doctest::Approx(0.5).epsilon(0.1));
  CHECK(times(0.1).integrated == doctest::Approx(0.5 + 0.8 / 0.2).epsilon(0.15));
  CHECK(times(0.1).slowest == doctest::Approx(-1 / std::log(0.8)).epsilon(0.25));
}

TEST_CASE("the ladder's log Z stays within its error of enumeration, over 60 long trainings at a constant rate") {
  const Dataset data = bars_and_stripes(3);
  double squares = 0, mean = 0, expected = 0, exact = 0;
  int count = 0, far = 0;
  Index rungs = 0;
  constexpr int seeds = 60;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    TrainingOptions o = laddered();
    o.epochs = 1500;
    o.chains = 200;
    o.seed = seed;
    Rbm rbm({9, 6, 0}, seed);
    const auto training = train(rbm, data, o);
    while (training->step())
      if (const std::uint64_t epoch = training->progress().epoch; epoch % 500 == 0) {
        const LadderStatistics ladder = training->statistics()->ladder.value();
        const double error = ladder.log_z - exact_log_partition(rbm);
        CHECK(training->log_z() == ladder.log_z);
        CHECK(ladder.log_z_error > 0);
        far += std::abs(error) > 3 * ladder.log_z_error;
        squares += error * error / (ladder.log_z_error * ladder.log_z_error);
        mean += error;
        ++count;
      }
    // The chains' last exchange was with the rung that is the last one now.
    const LadderState& ladder = rbm.training_state().ladder;
    rungs = std::max(rungs, ladder.count());
    Rbm last = rbm;
    read_rung(ladder, ladder.count() - 1, last);
    expected += training->statistics()->ladder->acceptance / seeds;
    exact += exact_acceptance(rbm, last) / seeds;
    CHECK(distance_from(ladder.samples, last) < 1.6);
  }
  CHECK(count == 3 * seeds);
  MESSAGE("mean square of log Z's error over its own " << squares / count << ", mean error " << mean / count
                                                       << ", rungs " << rungs << ", beyond three errors " << far);
  // It is 1.5 over 200 seeds: an error leaves out that the chains of a batch follow from those before. Means over 60
  // seeds vary by 0.2.
  CHECK(squares / count < 1.8);
  // Beyond three such errors lie 2 % of normal numbers whose square is 1.5 in the mean.
  CHECK(far < 0.05 * count);
  CHECK(squares / count > 0.4);
  CHECK(std::abs(mean / count) < 0.03);
  CHECK(rungs > 4);
  CHECK(std::abs(expected - exact) < 0.03);
}

TEST_CASE("the chains of a model that stays have its distribution, and swaps its rate") {
  const Dataset data = bars_and_stripes(3);
  TrainingOptions o = laddered();
  o.epochs = 400;
  o.chains = 100;
  o.learning_rate = 1e-9;
  Rbm rbm = small_rbm(9, 5, 0, 0.9, 5);
  const auto training = train(rbm, data, o);
  LayerStates all;
  all.resize(true, 4000, 9);
  double swaps = 0;
  for (Index batch = 0; training->step(); ++batch) {
    swaps += training->statistics()->swap_rate.value() / 400;
    if (batch % 10 == 9)
      for (Index r = 0; r < 100; ++r) all.copy_row(rbm.training_state().ladder.chains, r, (batch / 10) * 100 + r);
  }
  CHECK(distance_from(all, rbm) < 1.5);
  // The last rung is the model itself.
  CHECK(swaps == doctest::Approx(1));
  CHECK(training->statistics()->ladder->acceptance == doctest::Approx(1));
}

TEST_CASE("likelihoods of an epoch are those by log Z, of training and of validation data") {
  const Dataset data = bars_and_stripes(3), others = few_images();
  TrainingOptions o = laddered();
  o.epochs = 3;
  Rbm rbm({9, 6, 0}, 3);
  const auto training = train(rbm, data, o);
  training->set_validation(others);
  REQUIRE(training->step());
  while (training->validate()) {
  }
  const Progress progress = training->progress();
  REQUIRE(progress.log_likelihoods);
  const double log_z = training->log_z().value();
  CHECK(progress.log_likelihoods->training == doctest::Approx(mean_log_likelihood(rbm, data, log_z)));
  CHECK(progress.log_likelihoods->validation.value() == doctest::Approx(mean_log_likelihood(rbm, others, log_z)));
  CHECK(progress.free_energies.has_value());
  // Without validation data, and of a rule that knows no log Z.
  Rbm other({9, 6, 0}, 3);
  const auto alone = train(other, data, o);
  alone->step();
  while (alone->validate()) {
  }
  CHECK(alone->progress().log_likelihoods.has_value());
  CHECK_FALSE(alone->progress().log_likelihoods->validation);
  CHECK_FALSE(alone->progress().free_energies);
  o.method = Method::pcd;
  const auto plain = train(other, data, o);
  plain->step();
  while (plain->validate()) {
  }
  CHECK_FALSE(plain->log_z());
  CHECK_FALSE(plain->progress().log_likelihoods);
}

TEST_CASE("an update that leaves no overlap is taken back, and the rate halved") {
  const Dataset data = bars_and_stripes(3);
  TrainingOptions o = laddered();
  o.learning_rate = 3;
  o.epochs = 300;
  Rbm rbm({9, 6, 0}, 3);
  const auto training = train(rbm, data, o);
  bool seen = false;
  Matrix before = rbm.W();
  std::uint64_t refused = 0;
  while (training->step()) {
    const LadderStatistics now = training->statistics()->ladder.value();
    const LadderState& ladder = rbm.training_state().ladder;
    if (now.refused > refused) {
      seen = true;
      // The step after it starts at the last rung, without momentum.
      Rbm last = rbm;
      read_rung(ladder, ladder.count() - 1, last);
      const Vector& velocity = rbm.training_state().optimizer.velocity[0];
      CHECK((rbm.W() - last.W() - Eigen::Map<const Matrix>(velocity.data(), 9, 6)).cwiseAbs().maxCoeff() < 1e-5f);
      CHECK(now.refused == refused + 1);
    }
    refused = now.refused;
    CHECK(now.acceptance >= o.least_acceptance);
  }
  CHECK(seen);
  CHECK(rbm.W().allFinite());
}

TEST_CASE("after a refusal 500 updates that go well double the rate again") {
  const Dataset data = bars_and_stripes(3);
  TrainingOptions o = laddered();
  o.epochs = 2000;
  Rbm rbm({9, 6, 0}, 3);
  const auto training = train(rbm, data, o);
  REQUIRE(training->step());
  // As if the rate had been halved twice.
  Vector& counts = rbm.training_state().ladder.counts;
  counts[3] = 2;
  Index halvings = 2;
  std::vector<std::uint64_t> doubled;
  for (std::uint64_t batch = 1; batch <= 1100 && training->step(); ++batch) {
    REQUIRE(training->statistics()->ladder->refused == 0);
    if (static_cast<Index>(counts[3]) == halvings) continue;
    halvings = static_cast<Index>(counts[3]);
    doubled.push_back(batch);
  }
  CHECK(doubled == std::vector<std::uint64_t>{500, 1000});
  CHECK(halvings == 0);
}

TEST_CASE("a ladder keeps as many rungs as it may, and its log Z") {
  LadderState ladder;
  Rbm rbm({3, 2, 0}, 1);
  const std::vector<double> acceptances{1, 0.9, 0.8, 0.3, 0.4, 0.5};
  for (std::size_t i = 0; i < acceptances.size(); ++i) {
    rbm.mutable_b()[0] = static_cast<float>(i);
    append_rung(rbm, static_cast<double>(i) + 1, 0.5, acceptances[i], 2, ladder);
  }
  thin(5, ladder);
  REQUIRE(ladder.count() == 5);
  CHECK(ladder_log_z(ladder) == doctest::Approx(21));
  CHECK(ladder_variance(ladder) == doctest::Approx(3));
  // Rung 1 had the closest neighbours.
  CHECK(ladder.acceptances[1] == doctest::Approx(0.72));
  CHECK(ladder.log_z_steps[1] == 5);
  Rbm read({3, 2, 0}, 2);
  for (const auto& [rung, b] : {std::pair{0, 0.0f}, {1, 2.0f}, {4, 5.0f}}) {
    read_rung(ladder, rung, read);
    CHECK(read.b()[0] == b);
    CHECK(read.W() == rbm.W());
  }
  thin(3, ladder);
  CHECK(ladder.count() == 3);
  CHECK(ladder_log_z(ladder) == doctest::Approx(21));
}

TEST_CASE("a ladder that gains rungs and refuses updates resumes bit for bit, for any number of threads") {
  const Dataset data = bars_and_stripes(3);
  TrainingOptions o = laddered();
  o.learning_rate = 0.5;
  o.momentum = 0.8;
  o.chains = 20;
  o.epochs = 120;
  o.rungs = 6;
  o.rung_acceptance = 0.7;
  o.least_acceptance = 0.6;
  o.visible_bias_from_data = true;
  std::string expected;
  Index most = 0;
  double refused = 0;
  for (const int threads : thread_counts) {
    set_thread_count(threads);
    Rbm rbm({9, 7, 0}, 4);
    const auto training = train(rbm, data, o);
    while (training->step()) most = std::max(most, rbm.training_state().ladder.count());
    refused = static_cast<double>(rbm.training_state().ladder.counts[2]);
    if (expected.empty()) expected = fingerprint(rbm);
    CHECK(fingerprint(rbm) == expected);
  }
  set_thread_count(1);
  CHECK(most == 6);
  CHECK(refused > 0);
  for (const std::uint64_t first : {1u, 2u, 60u, 119u}) {
    Rbm rbm({9, 7, 0}, 4);
    {
      const auto training = train(rbm, data, o);
      for (std::uint64_t i = 0; i < first; ++i) REQUIRE(training->step());
      // What comes before the next batch has begun, and is forgotten.
      training->prepare();
      training->prepare();
      training->prepare();
    }
    Rbm opened = std::get<Rbm>(open_model(save_model(rbm, {.half = false, .resumable = true, .notes = {}})));
    TrainingOptions rest = o;
    rest.epochs -= first;
    run(*train(opened, data, rest));
    CHECK(fingerprint(opened) == expected);
  }
}

TEST_CASE("what comes before a batch changes nothing until the batch") {
  const Dataset data = bars_and_stripes(3);
  TrainingOptions o = laddered();
  o.learning_rate = 0.5;
  Rbm rbm({9, 6, 0}, 4);
  const auto training = train(rbm, data, o);
  const std::string before = fingerprint(rbm);
  int slices = 0;
  while (training->prepare()) ++slices;
  CHECK(slices > 30);
  CHECK(fingerprint(rbm) == before);
  CHECK(rbm.training_state().ladder.count() == 0);
  REQUIRE(training->step());
  CHECK(rbm.training_state().ladder.count() == 2);
}

TEST_CASE("a trained machine gets a ladder of its own, whose log Z is right") {
  const Rbm trained = small_rbm(8, 6, 0, 2.5, 5);
  Rbm rbm = trained;
  TrainingOptions o = laddered();
  o.chains = 100;
  o.epochs = 1;
  o.learning_rate = 1e-9;
  const Dataset data = Dataset::from_bits(BitMatrix(14, 8));
  const auto training = train(rbm, data, o);
  REQUIRE(training->step());
  const LadderStatistics ladder = training->statistics()->ladder.value();
  CHECK(ladder.rungs > 3);
  CHECK(std::abs(ladder.log_z - exact_log_partition(rbm)) < 4 * ladder.log_z_error);
  CHECK(distance_from(rbm.training_state().ladder.samples, rbm) < 1.6);
}

TEST_CASE("ptt says which machines it can't train") {
  const Dataset data = bars_and_stripes(3);
  TrainingOptions o;
  o.method = Method::ptt;
  const auto refused = [&](UnitType visible, UnitType hidden, const char* why) {
    Rbm rbm({9, 4, 0, {visible}, {hidden}}, 1);
    CHECK_THROWS_WITH_AS(train(rbm, data, o), doctest::Contains(why), std::out_of_range);
  };
  refused(UnitType::bernoulli, UnitType::noisy_relu, "noisy-relu units have no energy");
  refused(UnitType::replicated_softmax, UnitType::bernoulli, "every length of a document has its own");
}
