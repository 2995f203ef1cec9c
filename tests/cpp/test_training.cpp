#include <doctest/doctest.h>

#include <atomic>
#include <cmath>
#include <stdexcept>
#include <string>

#include "by_hand.h"
#include "enumeration.h"
#include "math/thread_pool.h"
#include "thread_counts.h"
#include "wakesleep/errors.h"
#include "wakesleep/exact.h"
#include "wakesleep/fingerprint.h"
#include "wakesleep/patterns.h"
#include "wakesleep/random.h"
#include "wakesleep/stroke_digits.h"
#include "wakesleep/threads.h"
#include "wakesleep/training.h"

using namespace wakesleep;

namespace {

void run(Training& training) {
  while (training.step()) {
  }
}

MatrixD to_double(const Matrix& m) { return m.cast<double>(); }

}  // namespace

TEST_CASE("every option moves the parameters as an update by hand says") {
  const Dataset data = bars_and_stripes(3);
  TrainingOptions plain;
  plain.epochs = 2;
  plain.batch_size = 5;
  plain.visible_bias_from_data = false;
  plain.seed = 77;
  std::vector<TrainingOptions> variants(9, plain);
  variants[1].learning_rate = 0.3;
  variants[2].momentum = 0;
  variants[3].weight_decay = 0.05;
  variants[4].k = 3;
  variants[5].visible_states = States::mean;
  variants[6].hidden_states = States::sampled;
  variants[7].method = Method::pcd;
  variants[8].method = Method::pcd;
  variants[8].chains = 7;
  variants[8].k = 2;
  std::vector<std::string> outcomes;
  for (const TrainingOptions& o : variants) {
    Rbm rbm = test::small_rbm(9, 6, 0, 0.4, 3);
    const std::unique_ptr<Training> training = train(rbm, data, o);
    test::ByHand hand(o, rbm);
    std::vector<std::uint32_t> order;
    std::uint64_t step = 0;
    for (std::uint64_t epoch = 0; epoch < 2; ++epoch) {
      shuffled_order(o.seed, epoch, order, 14);
      for (std::size_t first = 0; first < 14; first += 5) {
        const std::size_t count = std::min<std::size_t>(5, 14 - first);
        Matrix batch(static_cast<Index>(count), 9);
        data.read({order.data() + first, count}, batch);
        hand.batch(to_double(batch), step++);
        REQUIRE(training->step());
        REQUIRE((to_double(rbm.W()) - hand.W).cwiseAbs().maxCoeff() < 2e-6);
        REQUIRE((rbm.b().cast<double>() - hand.b).cwiseAbs().maxCoeff() < 2e-6);
        REQUIRE((rbm.c().cast<double>() - hand.c).cwiseAbs().maxCoeff() < 2e-6);
      }
    }
    CHECK_FALSE(training->step());
    outcomes.push_back(fingerprint(rbm));
  }
  for (std::size_t i = 0; i < outcomes.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) CHECK(outcomes[i] != outcomes[j]);
}

TEST_CASE("grey data are taken as they are, or sampled with the right probabilities anew every epoch") {
  // One unit's data mean shows in its bias: with a learning rate of 1, no momentum and a batch of all examples, the
  // bias moves by the difference of data and reconstruction.
  std::vector<float> grey(2000, 0.3f);
  grey[0] = 0.30001f;
  const Dataset data = Dataset::from_floats(grey, 2000, 1);
  const auto bias_after = [&](States states, std::uint64_t seed) {
    Rbm rbm({1, 1, 0}, 1);
    TrainingOptions o;
    o.epochs = 1;
    o.batch_size = 2000;
    o.learning_rate = 1;
    o.momentum = 0;
    o.visible_bias_from_data = false;
    o.visible_states = States::mean;
    o.data_states = states;
    o.seed = seed;
    run(*train(rbm, data, o));
    return static_cast<double>(rbm.b()[0]);
  };
  const double mean = bias_after(States::mean, 1), sampled = bias_after(States::sampled, 1),
               other = bias_after(States::sampled, 2);
  CHECK(std::abs(mean - (0.3 - 0.5)) < 0.01);
  CHECK(std::abs(sampled - mean) < 4 * std::sqrt(0.21 / 2000));
  CHECK(sampled != mean);
  CHECK(sampled != other);
}

TEST_CASE("the visible biases of an untrained model start at the log-odds of the data, and only those") {
  std::vector<float> values;
  for (int i = 0; i < 100; ++i) values.insert(values.end(), {i < 20 ? 1.0f : 0.0f, 1.0f, 0.25f});
  const Dataset data = Dataset::from_floats(values, 100, 3);
  TrainingOptions o;
  o.epochs = 1;
  o.batch_size = 100;
  o.learning_rate = 1e-6;
  Rbm rbm({3, 2, 0});
  run(*train(rbm, data, o));
  CHECK(double(rbm.b()[0]) == doctest::Approx(std::log(0.2 / 0.8)).epsilon(1e-4));
  CHECK(double(rbm.b()[1]) == doctest::Approx(std::log(99.5 / 0.5)).epsilon(1e-4));
  CHECK(double(rbm.b()[2]) == doctest::Approx(std::log(0.25 / 0.75)).epsilon(1e-4));
  rbm.mutable_b()[0] = 5;
  run(*train(rbm, data, o));
  CHECK(double(rbm.b()[0]) == doctest::Approx(5).epsilon(1e-4));
}

TEST_CASE("five epochs and five more equal ten, also when the first five stop in the middle of an epoch") {
  const Dataset data = stroke_digits(230, 4);
  for (const Method method : {Method::cd, Method::pcd}) {
    TrainingOptions o;
    o.method = method;
    o.batch_size = 50;
    o.epochs = 10;
    Rbm whole({784, 20, 0}, 5), halves({784, 20, 0}, 5), interrupted({784, 20, 0}, 5);
    run(*train(whole, data, o));
    o.epochs = 5;
    run(*train(halves, data, o));
    run(*train(halves, data, o));
    CHECK(fingerprint(whole) == fingerprint(halves));
    o.epochs = 10;
    {
      const auto training = train(interrupted, data, o);
      for (int i = 0; i < 13; ++i) training->step();
    }
    o.epochs = 8;
    run(*train(interrupted, data, o));
    CHECK(fingerprint(whole) == fingerprint(interrupted));
  }
}

TEST_CASE("training gives the same bits for 1, 2 and 4 threads, and all threads work") {
  const Dataset data = stroke_digits(600, 9);
  std::string first;
  for (const int threads : test::thread_counts) {
    set_thread_count(threads);
    Dbn dbn({784, 100, 130}, 10, 3);
    std::vector<TrainingOptions> o(2);
    o[0].epochs = o[1].epochs = 2;
    o[0].data_states = o[0].hidden_states = States::sampled;
    o[1].up_states = States::sampled;
    run(*train(dbn, data, o));
    if (first.empty()) first = fingerprint(dbn);
    CHECK(fingerprint(dbn) == first);
    CHECK(work_done_by_thread().size() == static_cast<std::size_t>(threads));
    std::uint64_t work = 0;
    for (const std::uint64_t pieces : work_done_by_thread()) work += pieces;
    CHECK(work > 1000);
  }
#ifndef WAKESLEEP_ONE_THREAD
  set_thread_count(2);
  // Whether the second thread gets a piece of any one job is chance; of many thousands it gets some.
  Rbm rbm({784, 200, 0});
  TrainingOptions o;
  o.epochs = 20;
  run(*train(rbm, data, o));
  CHECK(work_done_by_thread()[1] > 0);
  CHECK(jobs_shared_by_threads() > 100);
  // Small models would wait for the other thread longer than it works.
  set_thread_count(2);
  Rbm small({9, 16, 0});
  run(*train(small, bars_and_stripes(3), o));
  CHECK(jobs_shared_by_threads() == 0);
#endif
  set_thread_count(1);
  CHECK_THROWS_AS(set_thread_count(0), std::out_of_range);
  CHECK_THROWS_AS(set_thread_count(1000), std::out_of_range);
  CHECK(thread_count() == 1);
}

TEST_CASE("200 batches on stroke digits give the fingerprint that every platform gives") {
  // tests/browser/determinism.spec.ts compares this very training in Chromium with the native program's.
  const Dataset data = stroke_digits(2000, 1);
  Rbm rbm({784, 100, 10}, 1);
  TrainingOptions o;
  o.epochs = 10;
  const auto training = train(rbm, data, o);
  for (int i = 0; i < 200; ++i) REQUIRE(training->step());
  CHECK_FALSE(training->step());
  CHECK(fingerprint(rbm) == "b589c5561ee02385");
}

TEST_CASE("bars and stripes are learned to within 10 % of the best possible log-likelihood") {
  const Dataset data = bars_and_stripes(3);
  Rbm rbm({9, 16, 0}, 1);
  TrainingOptions o;
  o.method = Method::pcd;
  o.batch_size = 14;
  o.chains = 100;
  o.epochs = 20000;
  o.k = 5;
  o.learning_rate = 0.1;
  o.final_learning_rate = 0.0005;
  o.momentum = 0;
  o.weight_decay = 0;
  run(*train(rbm, data, o));
  const double likelihood = mean_log_likelihood(rbm, data, exact_log_partition(rbm)), best = -std::log(14.0);
  MESSAGE("exact log-likelihood an image: " << likelihood << " nats, the best possible " << best);
  CHECK(likelihood > 1.1 * best);
  CHECK(likelihood < best);
}

TEST_CASE("clamped chains hold labels in the data's proportions, and the others stay free") {
  Random random(5, Stream::weights);
  BitMatrix images(40, 6);
  std::vector<std::uint16_t> labels;
  for (Index r = 0; r < 40; ++r) {
    for (Index i = 0; i < 6; ++i) images.set(r, i, random.uniform() < 0.5);
    labels.push_back(static_cast<std::uint16_t>(r < 30 ? 0 : 2));
  }
  const Dataset data = Dataset::from_bits(images, labels);
  TrainingOptions o;
  o.method = Method::pcd;
  o.batch_size = 40;
  o.chains = 12;
  o.learning_rate = 1;
  o.momentum = 0;
  o.weight_decay = 0;
  o.visible_bias_from_data = false;
  // With every chain clamped, the labels' negative statistics are known: 9, 0 and 3 of 12 chains hold them.
  for (const States states : {States::sampled, States::mean}) {
    o.visible_states = states;
    o.clamped_chains = 1;
    Rbm rbm({6, 4, 3}, 1);
    REQUIRE(train(rbm, data, o)->step());
    CHECK(rbm.b()[6] == doctest::Approx(30.0 / 40 - 9.0 / 12));
    CHECK(rbm.b()[7] == doctest::Approx(0.0));
    CHECK(rbm.b()[8] == doctest::Approx(10.0 / 40 - 3.0 / 12));
  }
  // With every other one clamped, 5 hold the first label and 1 the last, and a free chain is bound to nothing.
  o.visible_states = States::sampled;
  o.clamped_chains = 0.5;
  Rbm rbm({6, 4, 3}, 1);
  Vector b = Vector::Zero(9);
  b[7] = 100;
  rbm.set_parameters(rbm.W(), b, rbm.c());
  REQUIRE(train(rbm, data, o)->step());
  CHECK(rbm.b()[6] == doctest::Approx(30.0 / 40 - 5.0 / 12));
  CHECK(rbm.b()[7] == doctest::Approx(100 - 6.0 / 12));
  CHECK(rbm.b()[8] == doctest::Approx(10.0 / 40 - 1.0 / 12));
}

TEST_CASE("chains that start anew forget where they were") {
  const Dataset data = bars_and_stripes(3);
  const auto trained = [&](double restarts, bool chains_on) {
    TrainingOptions o;
    o.method = Method::pcd;
    o.batch_size = 14;
    o.chains = 40;
    o.restarts = restarts;
    Rbm rbm = test::small_rbm(9, 6, 0, 1, 3);
    const auto training = train(rbm, data, o);
    BitMatrix& chains = rbm.training_state().chains.bits;
    for (Index r = 0; r < chains.rows(); ++r)
      for (Index j = 0; j < chains.cols(); ++j) chains.set(r, j, chains_on);
    REQUIRE(training->step());
    return fingerprint(rbm);
  };
  CHECK(trained(1, false) == trained(1, true));
  CHECK(trained(0.5, false) != trained(0.5, true));
  CHECK(trained(0, false) != trained(0, true));
  CHECK(trained(0, false) != trained(1, false));
}

TEST_CASE("every rule goes on from where every other has been, and leaves alone what is not its own") {
  const Dataset data = bars_and_stripes(3);
  const std::vector<Method> methods{Method::cd, Method::pcd, Method::fpcd, Method::pt, Method::ptt, Method::mean_field};
  const auto batches_of = [&](Rbm& rbm, Method method, std::uint64_t epochs) {
    TrainingOptions o;
    o.method = method;
    o.batch_size = 7;
    o.epochs = epochs;
    run(*train(rbm, data, o));
  };
  for (const Method before : methods)
    for (const Method after : methods) {
      CAPTURE(static_cast<int>(before));
      CAPTURE(static_cast<int>(after));
      Rbm rbm = test::small_rbm(9, 6, 0, 1, 3);
      batches_of(rbm, before, 2);
      const RbmTrainingState state = rbm.training_state();
      const Matrix W = rbm.W();
      batches_of(rbm, after, 2);
      CHECK(rbm.W() != W);
      CHECK(rbm.W().allFinite());
      CHECK(state.fast.empty() == (before != Method::fpcd));
      if (after == Method::fpcd) continue;
      CHECK(rbm.training_state().fast.W == state.fast.W);
      CHECK(rbm.training_state().fast.b == state.fast.b);
      CHECK(rbm.training_state().fast.c == state.fast.c);
    }
}

TEST_CASE("a learning rate that is too high stops with the cause, at the last good parameters") {
  const Dataset data = bars_and_stripes(3);
  Rbm rbm({9, 4, 0}, 1);
  TrainingOptions o;
  o.epochs = 100000;
  o.learning_rate = 100;
  o.weight_decay = 100;
  const auto training = train(rbm, data, o);
  bool diverged = false;
  try {
    run(*training);
  } catch (const Error& error) {
    diverged = true;
    CHECK(error.code() == ErrorCode::diverged);
    CHECK(std::string(error.what()).find("learning rate") != std::string::npos);
  }
  CHECK(diverged);
  CHECK(rbm.W().allFinite());
  CHECK(rbm.b().allFinite());
  const Matrix x = Matrix::Zero(1, 9);
  CHECK(std::isfinite(rbm.free_energy(view(x))[0]));
}

TEST_CASE("options and data that cannot be are refused by name") {
  Rbm rbm({9, 4, 0});
  const Dataset data = bars_and_stripes(3);
  const auto refused = [&](const char* name, auto change) {
    TrainingOptions o;
    change(o);
    CHECK_THROWS_WITH_AS(train(rbm, data, o), doctest::Contains(name), std::out_of_range);
  };
  refused("batchSize", [](auto& o) { o.batch_size = 0; });
  refused("learningRate", [](auto& o) { o.learning_rate = -1; });
  refused("learningRate", [](auto& o) { o.learning_rate = std::nan(""); });
  refused("finalLearningRate", [](auto& o) { o.final_learning_rate = std::nan(""); });
  refused("momentum", [](auto& o) { o.momentum = 1; });
  refused("initialMomentum", [](auto& o) { o.initial_momentum = -0.1; });
  refused("weightDecay", [](auto& o) { o.weight_decay = -1; });
  refused("k must", [](auto& o) { o.k = 0; });
  refused("chains", [](auto& o) { o.chains = -1; });
  refused("clampedChains", [](auto& o) { o.clamped_chains = 1.5; });
  refused("clampedChains", [](auto& o) { o.clamped_chains = std::nan(""); });
  refused("restarts", [](auto& o) { o.restarts = -0.1; });
  refused("epochs", [](auto& o) { o.epochs = 2'000'000; });
  Rbm wide({10, 4, 0}), labelled({9, 4, 2}), three({9, 4, 3});
  CHECK_THROWS_WITH_AS(train(wide, data, {}), doctest::Contains("9 values an example"), std::out_of_range);
  const Dataset bare = Dataset::from_bits(BitMatrix(3, 9)), many = Dataset::from_bits(BitMatrix(3, 9), {0, 1, 2});
  CHECK_THROWS_WITH_AS(train(labelled, bare, {}), doctest::Contains("labels"), std::out_of_range);
  CHECK_THROWS_WITH_AS(train(labelled, many, {}), doctest::Contains("labels up to 2"), std::out_of_range);
  CHECK(train(three, many, {})->step());
  const float two[] = {0, 2, 0, 0, 0, 0, 0, 0, 0};
  const Dataset large = Dataset::from_floats(two, 1, 9);
  CHECK_THROWS_WITH_AS(train(rbm, large, {}), doctest::Contains("[0, 1]"), std::out_of_range);
}

TEST_CASE("progress counts up to one and tells epochs, batches and layers") {
  const Dataset data = stroke_digits(100, 2);
  Dbn dbn({784, 20, 30}, 10, 1);
  TrainingOptions o;
  o.epochs = 3;
  o.batch_size = 40;
  const auto training = train(dbn, data, {o});
  double before = 0;
  int ended = 0;
  while (training->step()) {
    const Progress p = training->progress();
    CHECK(p.done > before);
    CHECK(p.batches == 3);
    before = p.done;
    ended += p.epoch_ended;
    if (p.epoch_ended) CHECK(p.batch == 0);
    CHECK(p.reconstruction_error > 0);
  }
  CHECK(ended == 6);
  CHECK(before == doctest::Approx(1));
  CHECK(training->progress().layer == 1);
  CHECK(training->progress().examples == 600);
}

TEST_CASE("what pieces throw is thrown on to the caller, after the last piece ended, with any number of threads") {
  for (const int threads : test::thread_counts) {
    set_thread_count(threads);
    for (int round = 0; round < 50; ++round) {
      std::atomic<int> running{0}, ended{0};
      auto work = [&](Index piece) {
        ++running;
        if (piece % 3 == 1) {
          --running;
          throw std::length_error("piece " + std::to_string(piece));
        }
        ++ended;
        --running;
      };
      CHECK_THROWS_WITH_AS(math::parallel_for(64, 1e6, work), doctest::Contains("piece "), std::length_error);
      CHECK(running == 0);
      if (threads > 1) CHECK(ended == 43);
    }
    // The pool works on, and no old exception is left.
    std::atomic<int> sum{0};
    math::parallel_for(64, 1e6, [&](Index piece) { sum += static_cast<int>(piece); });
    CHECK(sum == 64 * 63 / 2);
  }
  set_thread_count(1);
}
