#include <cmath>
#include <limits>

#include "learning_runs.h"
#include "wakesleep/exact.h"
#include "wakesleep/fingerprint.h"
#include "wakesleep/stroke_digits.h"

using namespace wakesleep;

TEST_CASE("every option of learning moves the parameters as an update by hand says") {
  const Dataset data = test::few_images();
  std::vector<Matrix> outcomes;
  for (const Index labels : {0, 2})
    for (const auto& [name, change] : test::options()) {
      CAPTURE(name);
      CAPTURE(labels);
      TrainingOptions o = test::plain_options();
      change(o);
      Rbm rbm = test::small_rbm(9, 6, labels, 0.4, 3);
      // Adam's first steps are the sign of the gradient, which is lost where it is as small as a float's last bits.
      outcomes.push_back(test::compare_with_hand(o, data, rbm, o.optimizer == OptimizerKind::adam ? 3e-4 : 5e-6));
    }
  for (std::size_t i = 0; i < outcomes.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) CHECK(outcomes[i] != outcomes[j]);
}

TEST_CASE("the objectives for labels move the parameters as an update by hand says") {
  const Dataset data = test::few_images();
  for (const Objective objective : {Objective::discriminative, Objective::hybrid})
    for (const bool centering : {false, true}) {
      TrainingOptions o = test::plain_options();
      o.objective = objective;
      o.centering = centering;
      if (objective == Objective::hybrid) o.generative_weight = 0.2, o.k = 2;
      Rbm rbm = test::small_rbm(9, 6, 2, 0.4, 3);
      test::compare_with_hand(o, data, rbm, 5e-6);
    }
}

TEST_CASE("examples count as much as their weights say, in every rule") {
  const Dataset data = test::few_images();
  std::vector<float> weights;
  for (int i = 0; i < 13; ++i) weights.push_back(static_cast<float>(i % 4) * 0.7f);
  auto variants = test::rules();
  variants.push_back({"states", [](auto& o) { o.hidden_states = States::sampled; }});
  variants.push_back({"discriminative", [](auto& o) { o.objective = Objective::discriminative; }});
  for (const auto& [name, change] : variants) {
    CAPTURE(name);
    TrainingOptions o = test::plain_options();
    change(o);
    o.weights = weights;
    Rbm rbm = test::small_rbm(9, 6, 2, 0.4, 3);
    test::compare_with_hand(o, data, rbm, 5e-6);
  }
  // Weights of a whole number are examples that are there so often: the exact gradients agree.
  TrainingOptions o;
  o.method = Method::exact;
  o.batch_size = 26;
  o.epochs = 3;
  std::vector<std::uint32_t> twice;
  o.weights.clear();
  for (std::uint32_t i = 0; i < 13; ++i) {
    o.weights.push_back(i % 2 ? 2 : 1);
    twice.insert(twice.end(), i % 2 ? 2 : 1, i);
  }
  o.visible_bias_from_data = false;
  Rbm weighted = test::small_rbm(9, 4, 0, 0.4, 3), repeated = weighted;
  test::run(*train(weighted, data, o));
  o.weights.clear();
  test::run(*train(repeated, data.subset(twice), o));
  CHECK((weighted.W() - repeated.W()).cwiseAbs().maxCoeff() < 1e-6f);
  CHECK((weighted.b() - repeated.b()).cwiseAbs().maxCoeff() < 1e-6f);
}

TEST_CASE("an example of weight 0 is not there: in the biases' start, in centering, in every rule and option") {
  BitMatrix rows(4, 2);
  for (Index r = 0; r < 2; ++r)
    for (Index i = 0; i < 2; ++i) rows.set(r, i, true);
  const Dataset pairs = Dataset::from_bits(rows);
  TrainingOptions still;
  still.learning_rate = 1e-6;
  still.weights = {1, 1, 0, 0};
  Rbm started({2, 3});
  test::run(*train(started, pairs, still));
  for (Index i = 0; i < 2; ++i) CHECK(started.b()[i] == doctest::Approx(1.0986).epsilon(1e-4));

  const Dataset data = test::few_images();
  std::vector<float> weights, kept;
  std::vector<std::uint32_t> which;
  for (std::uint32_t i = 0; i < 13; ++i) {
    weights.push_back(static_cast<float>(i % 3) * 0.5f);
    if (i % 3 == 0) continue;
    which.push_back(i);
    kept.push_back(weights.back());
  }
  const Dataset those = data.subset(which);
  auto variants = test::rules();
  for (const auto& option : test::options()) variants.push_back(option);
  for (const auto& [name, change] : variants)
    for (const bool centred : {false, true})
      for (const Index labels : {0, 2}) {
        CAPTURE(name);
        CAPTURE(centred);
        CAPTURE(labels);
        TrainingOptions o;
        o.epochs = 3;
        o.batch_size = 4;
        change(o);
        if (o.mask) continue;
        o.centering |= centred;
        Rbm all({9, 4, labels}), without({9, 4, labels});
        o.weights = weights;
        if (!check(all, data, o).empty()) continue;
        test::run(*train(all, data, o));
        o.weights = kept;
        test::run(*train(without, those, o));
        CHECK(all.W() == without.W());
        CHECK(all.b() == without.b());
        CHECK(all.c() == without.c());
      }
}

namespace {

// 0 in every place where it says so.
Dataset mask_of(Index count, Index width, double missing, std::uint64_t seed) {
  Random random(seed, Stream::patterns);
  BitMatrix known(count, width);
  for (Index r = 0; r < count; ++r)
    for (Index i = 0; i < width; ++i) known.set(r, i, random.uniform() >= missing);
  return Dataset::from_bits(known);
}

}  // namespace

TEST_CASE("missing values are drawn given the known ones, by steps of Gibbs sampling") {
  const Dataset data = test::few_images(), mask = mask_of(13, 9, 0.3, 2);
  std::vector<float> values;
  for (Index i = 0; i < 13 * 9; ++i) values.push_back(static_cast<float>(i % 7) / 7);
  const Dataset grey = Dataset::from_floats(values, 13, 9, data.labels());
  for (const Dataset* images : {&data, &grey})
    for (const Index steps : {1, 3})
      for (const Index labels : {0, 2}) {
        TrainingOptions o = test::plain_options();
        o.mask = &mask;
        o.missing_steps = steps;
        Rbm rbm = test::small_rbm(9, 6, labels, 0.4, 3);
        test::compare_with_hand(o, *images, rbm, 5e-6);
      }
}

TEST_CASE("what is missing is not learned: half the values hidden, the truth is found all the same") {
  // Five bits that are all equal, 1 in 70 % of the examples; the missing ones say 0 in the data.
  Random random(4, Stream::patterns);
  constexpr Index count = 400;
  BitMatrix bits(count, 5);
  const Dataset mask = mask_of(count, 5, 0.4, 3);
  const Matrix known = mask.rows(0, count);
  for (Index r = 0; r < count; ++r) {
    const bool on = random.uniform() < 0.7;
    for (Index i = 0; i < 5; ++i) bits.set(r, i, on && known(r, i) != 0);
  }
  const Dataset data = Dataset::from_bits(bits);
  const auto trained = [&](bool masked) {
    TrainingOptions o;
    o.method = Method::exact;
    o.batch_size = 100;
    o.epochs = 1000;
    o.learning_rate = 0.2;
    o.weight_decay = 0;
    o.final_learning_rate = 0.005;
    if (masked) {
      o.mask = &mask;
      o.missing_steps = 3;
    }
    Rbm rbm({5, 4, 0}, 1);
    test::run(*train(rbm, data, o));
    // p(00000) and p(11111).
    const auto p = test::equilibrium(rbm, 1);
    return std::pair{p.front(), p.back()};
  };
  const auto [none, all] = trained(true);
  MESSAGE("p(00000) = " << none << ", p(11111) = " << all);
  CHECK(std::abs(none - 0.3) < 0.06);
  CHECK(std::abs(all - 0.7) < 0.06);
  CHECK(trained(false).second < 0.3);
}

TEST_CASE("visible biases and offsets start from the values that are known") {
  BitMatrix bits(8, 2), known(8, 2);
  for (Index r = 0; r < 8; ++r) {
    bits.set(r, 0, r < 2);
    known.set(r, 0, r < 4);
    known.set(r, 1, true);
  }
  const Dataset data = Dataset::from_bits(bits), mask = Dataset::from_bits(known);
  TrainingOptions o;
  o.mask = &mask;
  o.learning_rate = 1e-9;
  o.centering = true;
  o.centering_rate = 0;
  o.epochs = 1;
  Rbm rbm({2, 3, 0});
  test::run(*train(rbm, data, o));
  // The biases of the centred machine, b~ = b + W lambda at the log-odds and c~ = c + W'mu at 0.
  const RbmTrainingState& state = rbm.training_state();
  const Vector b = rbm.b() + rbm.W() * state.hidden_offset, c = rbm.c() + rbm.W().transpose() * state.visible_offset;
  CHECK(std::abs(b[0]) < 1e-6f);
  CHECK(static_cast<double>(b[1]) == doctest::Approx(std::log(0.5 / 7.5)).epsilon(1e-6));
  CHECK(c.cwiseAbs().maxCoeff() < 1e-6f);
  CHECK(rbm.c().cwiseAbs().maxCoeff() > 1e-4f);
  CHECK(static_cast<double>(rbm.training_state().visible_offset[0]) == doctest::Approx(0.5));
  CHECK(static_cast<double>(rbm.training_state().hidden_offset[1]) == doctest::Approx(0.5).epsilon(0.02));
}

TEST_CASE("offsets follow each batch's means") {
  const Dataset data = test::few_images();
  TrainingOptions o;
  o.centering = true;
  o.centering_rate = 1;
  o.batch_size = 13;
  o.epochs = 1;
  Rbm rbm = test::small_rbm(9, 4, 0, 0.4, 3);
  const Vector h = rbm.mean_h_from_v(view(data.rows(0, 13))).colwise().mean();
  test::run(*train(rbm, data, o));
  CHECK((rbm.training_state().visible_offset.cast<double>() - data.mean()).cwiseAbs().maxCoeff() < 1e-6);
  CHECK((rbm.training_state().hidden_offset - h).cwiseAbs().maxCoeff() < 1e-6f);
}

TEST_CASE("the learning rate goes in equal steps or equal ratios, and k in equal steps") {
  const Dataset data = test::few_images();
  for (const RateSchedule schedule : {RateSchedule::linear, RateSchedule::exponential}) {
    TrainingOptions o = test::plain_options();
    o.epochs = 5;
    o.learning_rate = 0.16;
    o.final_learning_rate = 0.01;
    o.learning_rate_schedule = schedule;
    o.k = 1;
    o.final_k = 4;
    Rbm rbm = test::small_rbm(9, 6, 0, 0.4, 3);
    test::compare_with_hand(o, data, rbm, 5e-6, [&](test::ByHand& hand, std::uint64_t epoch) {
      const double rates[][5] = {{0.16, 0.1225, 0.085, 0.0475, 0.01}, {0.16, 0.08, 0.04, 0.02, 0.01}};
      const Index steps[] = {1, 2, 3, 3, 4};  // 1, 1.75, 2.5, 3.25, 4
      hand.o.learning_rate = rates[schedule == RateSchedule::exponential][epoch];
      hand.o.k = steps[epoch];
      hand.places = 5;
    });
  }
}

TEST_CASE("a sparsity target draws the mean activity of hidden units to it") {
  const Dataset data = stroke_digits(500, 3).thresholded(0.5f);
  const auto activity = [&](double cost) {
    TrainingOptions o;
    o.epochs = 150;
    if (cost > 0) {
      o.sparsity_target = 0.05;
      o.sparsity_cost = cost;
    }
    Rbm rbm({784, 20, 0}, 2);
    test::run(*train(rbm, data, o));
    return static_cast<double>(rbm.mean_h_from_v(view(data.rows(0, 500))).mean());
  };
  const double free = activity(0), drawn = activity(1);
  MESSAGE("mean activity " << free << " without a target, " << drawn << " with 0.05");
  CHECK(free > 0.15);
  CHECK(std::abs(drawn - 0.05) < 0.03);
}

TEST_CASE("discriminative training reads labels better than generative training, and the hybrid does") {
  const Dataset data = stroke_digits(1000, 3).thresholded(0.5f), test_images = stroke_digits(300, 4).thresholded(0.5f);
  const auto errors = [&](Objective objective) {
    TrainingOptions o;
    o.objective = objective;
    o.epochs = 10;
    o.learning_rate = 0.2;
    Rbm rbm({784, 40, 10}, 2);
    test::run(*train(rbm, data, o));
    const MatrixD f = rbm.label_free_energy(view(test_images.rows(0, 300)));
    int wrong = 0;
    for (Index r = 0; r < 300; ++r) {
      Index best = 0;
      f.row(r).minCoeff(&best);
      wrong += best != test_images.labels()[static_cast<std::size_t>(r)];
    }
    return wrong;
  };
  const int generative = errors(Objective::generative), discriminative = errors(Objective::discriminative),
            hybrid = errors(Objective::hybrid);
  MESSAGE("errors in 300: generative " << generative << ", discriminative " << discriminative << ", hybrid " << hybrid);
  CHECK(discriminative < generative);
  CHECK(hybrid < generative);
}

TEST_CASE("options of learning that cannot be, or have no effect, are refused by name") {
  Rbm rbm({9, 4, 0}), labelled({9, 4, 2}), wide({17, 17, 0});
  const Dataset data = test::few_images();
  const double nan = std::nan("");
  const auto out_of_range = [&](const char* name, auto change) {
    TrainingOptions o;
    change(o);
    CHECK_THROWS_WITH_AS(train(rbm, data, o), doctest::Contains(name), std::out_of_range);
  };
  const auto senseless = [&](const char* name, auto change) {
    TrainingOptions o;
    change(o);
    CHECK_THROWS_WITH_AS(train(rbm, data, o), doctest::Contains(name), std::invalid_argument);
  };
  out_of_range("finalK", [](auto& o) { o.final_k = -1; });
  out_of_range("fastLearningRate", [](auto& o) { o.method = Method::fpcd, o.fast_learning_rate = 101; });
  out_of_range("fastLearningRate", [&](auto& o) { o.method = Method::fpcd, o.fast_learning_rate = nan; });
  out_of_range("fastDecay", [](auto& o) { o.method = Method::fpcd, o.fast_decay = 1.1; });
  out_of_range("temperatures", [](auto& o) { o.method = Method::pt, o.temperatures = 1; });
  out_of_range("temperatures", [](auto& o) { o.method = Method::pt, o.temperatures = 101; });
  out_of_range("reservoir", [](auto& o) { o.method = Method::ptt, o.reservoir = 0; });
  out_of_range("rungs", [](auto& o) { o.method = Method::ptt, o.rungs = 2; });
  out_of_range("rungAcceptance", [](auto& o) { o.method = Method::ptt, o.rung_acceptance = 1; });
  out_of_range("leastAcceptance", [](auto& o) { o.method = Method::ptt, o.least_acceptance = 0; });
  out_of_range("leastAcceptance", [](auto& o) { o.method = Method::ptt, o.least_acceptance = 0.3; });
  out_of_range("beta1 must", [](auto& o) { o.optimizer = OptimizerKind::adam, o.beta1 = 1; });
  out_of_range("beta2 must", [&](auto& o) { o.optimizer = OptimizerKind::adam, o.beta2 = nan; });
  out_of_range("beta1 squared", [](auto& o) { o.optimizer = OptimizerKind::adam, o.beta1 = 0.9, o.beta2 = 0.8; });
  out_of_range("epsilon", [](auto& o) { o.optimizer = OptimizerKind::adam, o.epsilon = 0; });
  out_of_range("l1", [](auto& o) { o.l1 = -1; });
  out_of_range("centeringRate", [](auto& o) { o.centering = true, o.centering_rate = 2; });
  out_of_range("sparsityTarget", [](auto& o) { o.sparsity_cost = 1, o.sparsity_target = 1; });
  out_of_range("sparsityCost", [](auto& o) { o.sparsity_cost = -1; });
  out_of_range("sparsityDecay", [](auto& o) { o.sparsity_decay = 1; });
  out_of_range("dropout", [](auto& o) { o.dropout = 1; });
  out_of_range("generativeWeight", [](auto& o) { o.generative_weight = -1; });
  out_of_range("missingSteps", [](auto& o) { o.missing_steps = 0; });
  out_of_range("one for each of 13", [](auto& o) { o.weights = {1, 2}; });
  out_of_range("weights[3] must be a finite number of at least 0, not -1",
               [](auto& o) { o.weights.assign(13, 1.0f), o.weights[3] = -1; });
  out_of_range("weights[12] must be a finite number of at least 0, not NaN",
               [](auto& o) { o.weights.assign(13, 1.0f), o.weights[12] = std::numeric_limits<float>::quiet_NaN(); });
  out_of_range("not all be 0", [](auto& o) { o.weights.assign(13, 0.0f); });
  const Dataset narrow = mask_of(13, 8, 0.5, 1), few = mask_of(12, 9, 0.5, 1);
  const std::vector<float> halves(13 * 9, 0.5f);
  const Dataset grey = Dataset::from_floats(halves, 13, 9);
  out_of_range("mask must be 13 x 9", [&](auto& o) { o.mask = &narrow; });
  out_of_range("not 12 x 9", [&](auto& o) { o.mask = &few; });
  out_of_range("0 (missing) or 1", [&](auto& o) { o.mask = &grey; });
  const Dataset seventeen = Dataset::from_bits(BitMatrix(3, 17));
  TrainingOptions exact;
  exact.method = Method::exact;
  CHECK_THROWS_WITH_AS(train(wide, seventeen, exact), doctest::Contains("at most 2^16"), std::out_of_range);

  senseless("fastDecay needs method 'fpcd', not 'cd'", [](auto& o) { o.fast_decay = 0.9; });
  senseless("fastLearningRate", [](auto& o) { o.method = Method::pcd, o.fast_learning_rate = 0.1; });
  senseless("temperatures", [](auto& o) { o.temperatures = 5; });
  senseless("rungs needs method 'ptt', not 'pt'", [](auto& o) { o.method = Method::pt, o.rungs = 10; });
  senseless("clampedChains", [](auto& o) { o.method = Method::pt, o.clamped_chains = 0.5; });
  senseless("restarts", [](auto& o) { o.method = Method::mean_field, o.restarts = 0.5; });
  senseless("chains", [](auto& o) { o.method = Method::exact, o.chains = 5; });
  senseless("k needs method 'cd', 'pcd', 'fpcd', 'pt', 'ptt' or 'mean-field', not 'exact'",
            [](auto& o) { o.method = Method::exact, o.k = 5; });
  senseless("hiddenStates", [](auto& o) { o.method = Method::mean_field, o.hidden_states = States::sampled; });
  senseless("hiddenStates", [](auto& o) { o.method = Method::exact, o.hidden_states = States::sampled; });
  senseless("visibleStates", [](auto& o) { o.method = Method::pt, o.visible_states = States::mean; });
  senseless("finalLearningRate", [](auto& o) { o.learning_rate_schedule = RateSchedule::exponential; });
  senseless("momentum", [](auto& o) { o.optimizer = OptimizerKind::adam, o.momentum = 0.5; });
  senseless("beta1", [](auto& o) { o.beta1 = 0.5; });
  senseless("epsilon", [](auto& o) { o.epsilon = 0.5; });
  senseless("centeringRate", [](auto& o) { o.centering_rate = 0.5; });
  senseless("sparsityTarget", [](auto& o) { o.sparsity_target = 0.1; });
  senseless("sparsityCost", [](auto& o) { o.sparsity_cost = 0.1; });
  senseless("dropout", [](auto& o) { o.method = Method::exact, o.dropout = 0.5; });
  senseless("dropout", [](auto& o) { o.method = Method::pt, o.dropout = 0.5; });
  senseless("dropout", [](auto& o) { o.objective = Objective::hybrid, o.dropout = 0.5; });
  senseless("generativeWeight", [](auto& o) { o.generative_weight = 0.5; });
  senseless("label units", [](auto& o) { o.objective = Objective::discriminative; });
  senseless("missingSteps", [](auto& o) { o.missing_steps = 2; });
  TrainingOptions o;
  o.objective = Objective::discriminative;
  o.method = Method::pcd;
  CHECK_THROWS_WITH_AS(train(labelled, data, o), doctest::Contains("method needs objective 'generative' or 'hybrid'"),
                       std::invalid_argument);
  Dbn dbn({9, 4, 3}, 0);
  const Dataset mask = mask_of(13, 9, 0.5, 1);
  TrainingOptions masked;
  masked.mask = &mask;
  CHECK_THROWS_WITH_AS(train(dbn, data, {masked}), doctest::Contains("mask goes with an RBM"), std::invalid_argument);
  // Nothing was changed.
  CHECK(fingerprint(rbm) == fingerprint(Rbm({9, 4, 0})));
  CHECK(rbm.training_state().chains.rows() == 0);
}
