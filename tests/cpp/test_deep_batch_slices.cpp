// Mini-batches of deep models come in slices: the same bits as in one go, little work at once, and nothing of it shows
// before the step.
#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "math/slices.h"
#include "sliced_training.h"
#include "wakesleep/dbm_training.h"
#include "wakesleep/fingerprint.h"
#include "wakesleep/random.h"
#include "wakesleep/sbn_training.h"
#include "wakesleep/up_down.h"

using namespace wakesleep;
using namespace wakesleep::test;

namespace {

Sbn sbn(const std::vector<Index>& layers) { return Sbn(layers, 3); }

Dbn dbn(const std::vector<Index>& layers) {
  Dbn net(layers, 3, 4);
  for (Index l = 0; l < net.depth(); ++l) {
    Random random(static_cast<std::uint64_t>(l) + 5, Stream::weights);
    Matrix& W = net.rbm(l).mutable_W();
    for (Index i = 0; i < W.size(); ++i) W.data()[i] = static_cast<float>(0.2 * random.normal());
    net.rbm(l).training_state().step = 1;
  }
  return net;
}

Dbm dbm(const std::vector<Index>& layers, Index labels) {
  Dbm net(layers, labels, 4);
  DbmParameters parameters = net.parameters();
  Random random(7, Stream::weights);
  for (Matrix& W : parameters.W)
    for (Index i = 0; i < W.size(); ++i) W.data()[i] = static_cast<float>(0.2 * random.normal());
  net.set_parameters(parameters);
  return net;
}

// Two epochs of two batches: natively slices have at most 2,048 rows.
template <class Options>
Options plain() {
  Options o;
  o.epochs = 2;
  o.batch_size = 2600;
  o.learning_rate = 0.2;
  o.momentum = 0.5;
  o.weight_decay = 0.001;
  return o;
}

template <class Options>
void by_adam(Options& o) {
  o.optimizer = OptimizerKind::adam;
  o.learning_rate = 0.01;
  o.momentum = Options().momentum;
}

}  // namespace

TEST_CASE("batches of deep models in slices have the bits of batches that had one") {
  std::map<std::string, std::string> found;
  for (const bool binary : {true, false}) {
    const std::string kind = binary ? "binary, " : "grey, ";
    const Dataset data = sliced_examples(5000, 24, binary);
    const std::vector<std::pair<std::string, std::function<void(SbnTrainingOptions&)>>> of_nets{
        {"wake-sleep", [](auto&) {}},
        {"wake-sleep, adam", [](auto& o) { by_adam(o); }},
        {"wake-sleep, L1", [](auto& o) { o.l1 = 0.001; }},
        {"wake-sleep, small batches", [](auto& o) { o.batch_size = 100; }},
        {"gibbs", [](auto& o) { o.method = SbnMethod::gibbs, o.sweeps = 2, o.persistent = false; }},
        {"gibbs, persistent", [](auto& o) { o.method = SbnMethod::gibbs, o.sweeps = 2; }},
        {"exact", [](auto& o) { o.method = SbnMethod::exact; }},
        {"cd", [](auto& o) { o.method = SbnMethod::cd, o.sweeps = 2; }},
    };
    for (const auto& [name, change] : of_nets) {
      auto o = plain<SbnTrainingOptions>();
      change(o);
      Sbn net = sbn({24, 7, 5});
      train_in_slices(*train(net, data, o));
      found[kind + name] = fingerprint(net);
    }
    auto o = plain<SbnTrainingOptions>();
    o.method = SbnMethod::observed;
    Sbn net = sbn({12, 7, 5});
    train_in_slices(*train(net, data, o));
    found[kind + "observed"] = fingerprint(net);
    for (const bool adam : {false, true}) {
      auto of_dbn = plain<UpDownOptions>();
      of_dbn.k = of_dbn.final_k = 2;
      if (adam) by_adam(of_dbn);
      Dbn stack = dbn({24, 9, 7, 5});
      train_in_slices(*train(stack, data, of_dbn));
      found[kind + (adam ? "up-down, adam" : "up-down")] = fingerprint(stack);
    }
    for (const Index labels : {0, 3})
      for (const bool centering : {false, true}) {
        auto of_dbm = plain<DbmTrainingOptions>();
        of_dbm.centering = centering;
        of_dbm.mean_field.damping = labels ? 0.2 : 0;
        Dbm machine = dbm({24, 9, 7, 5}, labels);
        train_in_slices(*train(machine, data, of_dbm));
        found[kind + "dbm" + (labels ? ", labels" : "") + (centering ? ", centered" : "")] = fingerprint(machine);
      }
  }
  const std::map<std::string, std::string> wanted = {
      {"binary, cd", "93a38877e36af0cb"},
      {"binary, dbm", "f4bdf0dcc9dbd77f"},
      {"binary, dbm, centered", "2db775ace7257509"},
      {"binary, dbm, labels", "500f46c9fb027bfc"},
      {"binary, dbm, labels, centered", "c51cf5bd373d24b0"},
      {"binary, exact", "67b120ea28fc0562"},
      {"binary, gibbs", "98c27f78dea218a8"},
      {"binary, gibbs, persistent", "87664981a5042095"},
      {"binary, observed", "6a65d7459e52d02e"},
      {"binary, up-down", "b9606b9733971111"},
      {"binary, up-down, adam", "8d5b07287b8376f9"},
      {"binary, wake-sleep", "047c3195700c77e9"},
      {"binary, wake-sleep, L1", "9134d519ce8cad91"},
      {"binary, wake-sleep, adam", "480eef761d6d3cfe"},
      {"binary, wake-sleep, small batches", "d62f9c386182ae3d"},
      {"grey, cd", "bcc6dd7ecde1e02a"},
      {"grey, dbm", "559d8a702b9d1b99"},
      {"grey, dbm, centered", "340f88ab66fbd466"},
      {"grey, dbm, labels", "12ee4967c7cc8e87"},
      {"grey, dbm, labels, centered", "dffe628062011595"},
      {"grey, exact", "021ed7be7b8664a0"},
      {"grey, gibbs", "477523d4f0b548a5"},
      {"grey, gibbs, persistent", "8470acd8042da522"},
      {"grey, observed", "ec2f4cf8ede4db05"},
      {"grey, up-down", "e2705c91bd7ff69d"},
      {"grey, up-down, adam", "0b65564377985463"},
      {"grey, wake-sleep", "b11c3cc4ad7c5fb4"},
      {"grey, wake-sleep, L1", "30bf9cb858aab97a"},
      {"grey, wake-sleep, adam", "0e19b0a91e08ceb5"},
      {"grey, wake-sleep, small batches", "da4015a6c6044e53"},
  };
  check_fingerprints(found, wanted);
}

namespace {

// The first mini-batch, of which no slice is much work by the clock, and of which nothing shows before the step.
template <class Model>
void check_slices(const Model& model, Training& training) {
  const std::string name = fingerprint(model);
  int slices = 0;
  for (bool goes_on = true; goes_on; ++slices) {
    const double before = math::work_done();
    goes_on = training.prepare();
    // What is begun before a slice is over makes at most two products of real values, for which the clock counts twice
    // what next_rows() does: 1 + 2 * 2.
    CHECK(math::work_done() - before < 5 * math::multiplications_a_slice);
  }
  CHECK(slices > 1);
  CHECK_FALSE(training.prepare());
  CHECK(fingerprint(model) == name);
  CHECK_FALSE(training.statistics());
  const double before = math::work_done();
  CHECK(training.step());
  CHECK(math::work_done() - before < math::multiplications_a_slice);
  CHECK(fingerprint(model) != name);
}

}  // namespace

TEST_CASE("no slice of a belief net's batch is much work by the clock, and nothing shows before the step") {
  const auto check = [](const std::vector<Index>& layers, Index rows, SbnMethod method, Index sweeps, bool persistent) {
    CAPTURE(static_cast<int>(method));
    SbnTrainingOptions o;
    o.method = method;
    o.batch_size = rows;
    o.visible_bias_from_data = false;
    if (method == SbnMethod::gibbs) o.persistent = persistent;
    if (method == SbnMethod::gibbs || method == SbnMethod::cd) o.sweeps = sweeps;
    Index width = layers[0];
    for (std::size_t l = 1; method == SbnMethod::observed && l < layers.size(); ++l) width += layers[l];
    const Dataset data = sliced_examples(rows, width, true);
    Sbn net(layers, 3);
    const auto training = train(net, data, o);
    check_slices(net, *training);
  };
  check({784, 300, 20}, 5000, SbnMethod::wake_sleep, 1, false);
  check({784, 300, 20}, 5000, SbnMethod::cd, 2, false);
  check({484, 280, 20}, 9000, SbnMethod::observed, 1, false);
  check({64, 32, 10}, 2500, SbnMethod::gibbs, 3, false);
  check({64, 32, 10}, 2500, SbnMethod::gibbs, 3, true);
  // More than a slice for one row and one sweep, in WebAssembly.
  check({3000, 250}, 12, SbnMethod::gibbs, 1, true);
  check({200, 7, 5}, 2000, SbnMethod::exact, 1, false);
}

TEST_CASE("no slice of an up-down batch is much work by the clock, and nothing shows before the step") {
  for (const bool binary : {true, false}) {
    const Dataset data = sliced_examples(3000, 300, binary);
    UpDownOptions o;
    o.batch_size = 3000;
    o.k = 4;
    Dbn net = dbn({300, 200, 150, 400});
    const auto training = train(net, data, o);
    check_slices(net, *training);
  }
}

TEST_CASE("no slice of a deep Boltzmann machine's batch is much work by the clock, and nothing shows before the step") {
  for (const bool binary : {true, false}) {
    const Dataset data = sliced_examples(3000, 200, binary);
    DbmTrainingOptions o;
    o.batch_size = 3000;
    o.visible_bias_from_data = false;
    o.mean_field = {2, 0, 0};
    Dbm net = dbm({200, 150, 100}, 3);
    const auto training = train(net, data, o);
    check_slices(net, *training);
  }
}

TEST_CASE("a change in the middle of a deep model's batch begins it anew") {
  const Dataset data = sliced_examples(2600, 24, true);
  const auto check = [](auto& sliced, auto& plain, const Dataset& examples, auto o, auto change) {
    const auto of_sliced = train(sliced, examples, o), of_plain = train(plain, examples, o);
    REQUIRE((of_sliced->step() && of_plain->step()));
    while (of_sliced->prepare()) {
    }
    change(o);
    of_sliced->change(o);
    of_plain->change(o);
    REQUIRE((of_sliced->step() && of_plain->step()));
    CHECK(fingerprint(sliced) == fingerprint(plain));
  };
  for (const SbnMethod method : {SbnMethod::wake_sleep, SbnMethod::gibbs, SbnMethod::cd, SbnMethod::exact}) {
    CAPTURE(static_cast<int>(method));
    auto o = plain<SbnTrainingOptions>();
    o.method = method;
    Sbn sliced = sbn({24, 7, 5}), whole = sbn({24, 7, 5});
    check(sliced, whole, data, o, [](SbnTrainingOptions& now) { now.learning_rate = 0.01, now.momentum = 0.7; });
  }
  Dbn sliced_stack = dbn({24, 9, 7, 5}), stack = dbn({24, 9, 7, 5});
  check(sliced_stack, stack, data, plain<UpDownOptions>(), [](UpDownOptions& now) { now.k = now.final_k = 5; });
  Dbm sliced_machine = dbm({24, 9, 7, 5}, 3), machine = dbm({24, 9, 7, 5}, 3);
  check(sliced_machine, machine, data, plain<DbmTrainingOptions>(), [](DbmTrainingOptions& now) { now.k = 2; });
}

namespace {

// After one and after two slices of a batch another training has its options changed, in the middle of a batch too, and
// makes its step.
template <class Model, class Options>
void check_interrupted(const Model& model, const Dataset& data, const Options& options, const Options& other) {
  Model plain = model, plainly_changed = model;
  const auto of_plain = train(plain, data, options), of_changed = train(plainly_changed, data, options);
  of_changed->change(other);
  REQUIRE((of_plain->step() && of_changed->step()));
  CHECK(fingerprint(plain) != fingerprint(plainly_changed));
  for (const int slices : {1, 2}) {
    CAPTURE(slices);
    Model interrupted = model, changed = model;
    const auto first = train(interrupted, data, options), second = train(changed, data, options);
    // In turn, a slice each.
    for (int slice = 0; slice < slices; ++slice) REQUIRE((first->prepare() && second->prepare()));
    second->change(other);
    REQUIRE(second->step());
    REQUIRE(first->step());
    CHECK(fingerprint(interrupted) == fingerprint(plain));
    CHECK(fingerprint(changed) == fingerprint(plainly_changed));
  }
}

}  // namespace

TEST_CASE("a deep model's batch that is interrupted by another training's step, or begun anew, has the same bits") {
  SbnTrainingOptions of_net;
  of_net.batch_size = 2600;
  of_net.visible_bias_from_data = false;
  SbnTrainingOptions slower = of_net;
  slower.learning_rate = of_net.learning_rate / 2;
  check_interrupted(sbn({784, 300, 20}), sliced_examples(2600, 784, true), of_net, slower);
  UpDownOptions of_stack;
  of_stack.batch_size = 3000;
  of_stack.k = of_stack.final_k = 4;
  UpDownOptions longer = of_stack;
  longer.k = longer.final_k = 5;
  check_interrupted(dbn({300, 200, 150, 400}), sliced_examples(3000, 300, true), of_stack, longer);
  DbmTrainingOptions of_machine;
  of_machine.batch_size = 3000;
  of_machine.visible_bias_from_data = false;
  of_machine.mean_field = {2, 0, 0};
  DbmTrainingOptions further = of_machine;
  further.k = 2;
  check_interrupted(dbm({200, 150, 100}, 3), sliced_examples(3000, 200, false), of_machine, further);
}
