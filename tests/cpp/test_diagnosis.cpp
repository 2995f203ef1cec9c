#include <cmath>
#include <limits>

#include "learning/divergence.h"
#include "learning_runs.h"
#include "wakesleep/errors.h"
#include "wakesleep/stroke_digits.h"

using namespace wakesleep;

namespace {

std::string diverges(Rbm& rbm, const Dataset& data, const TrainingOptions& o) {
  const auto training = train(rbm, data, o);
  Matrix W = rbm.W();
  Vector b = rbm.b(), c = rbm.c();
  try {
    while (training->step()) W = rbm.W(), b = rbm.b(), c = rbm.c();
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::diverged);
    CHECK(rbm.W() == W);
    CHECK(rbm.b() == b);
    CHECK(rbm.c() == c);
    CHECK(W.allFinite());
    CHECK(b.allFinite());
    CHECK(c.allFinite());
    return error.what();
  }
  FAIL("training went on");
  return {};
}

bool says(const std::string& message, const std::string& part) {
  const bool found = message.find(part) != std::string::npos;
  if (!found) MESSAGE(message);
  return found;
}

}  // namespace

TEST_CASE("training that diverges names the quantity, its unit, the epoch, the batch and the likely cause") {
  const Dataset data = bars_and_stripes(3);
  TrainingOptions o;
  o.epochs = 1000;
  o.batch_size = 7;
  o.learning_rate = 100;
  o.weight_decay = 100;
  Rbm rbm({9, 4, 0}, 1);
  const std::string message = diverges(rbm, data, o);
  CHECK(says(message, "in epoch "));
  CHECK(says(message, ", batch "));
  CHECK(says(message, "W of visible unit "));
  CHECK(says(message, " and hidden unit "));
  CHECK(says(message, "A learning rate below 100 is the usual cure"));
  CHECK(says(message, "those of the last good batch"));

  // Parameters that are there already.
  const auto set = [&](auto change) {
    Rbm other({4, 3, 2}, 1);
    change(other);
    TrainingOptions plain;
    plain.visible_bias_from_data = false;
    const Dataset images = Dataset::from_bits(BitMatrix(5, 4), {0, 1, 0, 1, 1});
    return diverges(other, images, plain);
  };
  CHECK(says(set([](Rbm& r) { r.mutable_b()[2] = 2e7f; }), "b of visible unit 2, now 2e+7"));
  CHECK(says(set([](Rbm& r) { r.mutable_b()[5] = -2e7f; }), "b of label unit 1, now 2e+7"));
  CHECK(says(set([](Rbm& r) { r.mutable_c()[1] = 2e7f; }), "c of hidden unit 1"));
  CHECK(says(set([](Rbm& r) { r.mutable_W()(4, 2) = 2e7f; }), "W of label unit 0 and hidden unit 2"));
  CHECK(says(set([](Rbm& r) { r.mutable_W()(4, 2) = 2e7f; }), "in epoch 1, batch 1"));
}

TEST_CASE("a gradient out of all proportion is named as such") {
  Gradient gradient;
  gradient.set_zero(9, 4);
  gradient.bounded = false;
  Rbm rbm({9, 4, 0}, 1);
  const TrainingOptions o;
  Optimizer optimizer({rbm.mutable_W(), rbm.mutable_b(), rbm.mutable_c()}, rbm.training_state().optimizer, o);
  const Step step{0.1f, 0, 0};
  CHECK(divergence(rbm, gradient, step, optimizer).empty());
  gradient.b[7] = 1e10f;
  CHECK(says(divergence(rbm, gradient, step, optimizer), "the gradient of b of visible unit 7 is 1e+10"));
  CHECK(says(divergence(rbm, gradient, step, optimizer), "not normalised"));
  gradient.W(2, 3) = -std::numeric_limits<float>::infinity();
  CHECK(says(divergence(rbm, gradient, step, optimizer),
             "the gradient of W of visible unit 2 and hidden unit 3 is Infinity"));
  gradient.c[1] = std::numeric_limits<float>::quiet_NaN();
  CHECK(says(divergence(rbm, gradient, step, optimizer), "the gradient of c of hidden unit 1 is not a number"));
}

TEST_CASE("with every rule and optimizer a mad learning rate leaves finite parameters") {
  const Dataset data = bars_and_stripes(3);
  for (const auto& [name, change] : test::rules()) {
    CAPTURE(name);
    TrainingOptions o;
    change(o);
    o.epochs = 3000;
    o.learning_rate = 100;
    o.weight_decay = 90;
    Rbm rbm({9, 4, 0}, 1);
    // ptt takes updates back and halves the rate, which may save it.
    if (o.method == Method::ptt) {
      o.learning_rate = 2;
      o.weight_decay = 0;
      const auto training = train(rbm, data, o);
      test::run(*training);
      CHECK(training->statistics()->ladder->refused > 0);
      CHECK(rbm.W().allFinite());
      continue;
    }
    diverges(rbm, data, o);
  }
  TrainingOptions o;
  o.optimizer = OptimizerKind::adam;
  o.learning_rate = 100;
  o.epochs = 2000;
  Rbm rbm({9, 4, 0}, 1);
  test::run(*train(rbm, data, o));
  CHECK(rbm.W().allFinite());
  CHECK(rbm.b().allFinite());
}

TEST_CASE("statistics tell the norms, the activities, and which units are dead or saturated") {
  const Dataset data = bars_and_stripes(3);
  for (const OptimizerKind optimizer : {OptimizerKind::sgd, OptimizerKind::adam})
    for (const States hidden : {States::mean, States::sampled})
      for (const bool centering : {false, true}) {
        Rbm rbm({9, 5, 0}, 1);
        rbm.mutable_c()[1] = -12;
        rbm.mutable_c()[3] = 12;
        rbm.mutable_c()[4] = 12;
        TrainingOptions o;
        o.epochs = 2;
        o.batch_size = 14;
        o.learning_rate = 0.01;
        o.optimizer = optimizer;
        o.hidden_states = hidden;
        o.centering = centering;
        const auto training = train(rbm, data, o);
        CHECK_FALSE(training->statistics());
        REQUIRE(training->step());
        const Matrix before = rbm.W();
        const double activity = static_cast<double>(rbm.mean_h_from_v(view(data.rows(0, 14))).mean());
        REQUIRE(training->step());
        const TrainingStatistics s = training->statistics().value();
        CHECK(s.weight_norm == doctest::Approx(static_cast<double>(rbm.W().norm())));
        CHECK(s.update_norm == doctest::Approx(static_cast<double>((rbm.W() - before).norm())).epsilon(1e-4));
        CHECK(s.update_ratio == doctest::Approx(s.update_norm / s.weight_norm));
        CHECK(s.dead_units == 1);
        CHECK(s.saturated_units == 2);
        CHECK(std::abs(s.mean_activity - activity) < (hidden == States::mean ? 1e-6 : 0.15));
        CHECK_FALSE(s.swap_rate);
      }
  TrainingOptions o;
  o.method = Method::pt;
  Rbm rbm({9, 5, 0}, 1);
  const auto training = train(rbm, data, o);
  training->step();
  CHECK(training->statistics()->swap_rate.value() > 0.5);
  CHECK(training->statistics()->swap_rate.value() <= 1);
  Dbn dbn({9, 5, 4}, 0);
  o = {};
  o.epochs = 1;
  const auto deep = train(dbn, data, {o});
  test::run(*deep);
  CHECK(deep->statistics()->weight_norm == doctest::Approx(static_cast<double>(dbn.top().W().norm())));
}
