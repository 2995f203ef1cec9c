// Counts what the training loop allocates. The linker leads every call of the library to the functions below.
#include <doctest/doctest.h>

#ifdef WAKESLEEP_COUNTS_ALLOCATIONS

#include <cstdlib>
#include <new>

#include "learning/rules.h"
#include "sliced_training.h"
#include "wakesleep/dbm_training.h"
#include "wakesleep/network_training.h"
#include "wakesleep/sbn_training.h"
#include "wakesleep/stroke_digits.h"
#include "wakesleep/threads.h"
#include "wakesleep/training.h"
#include "wakesleep/up_down.h"

using namespace wakesleep;
using namespace wakesleep::test;

namespace {
std::size_t allocations = 0, allocated = 0;
}

// The names are the linker's.
// NOLINTBEGIN(bugprone-reserved-identifier)
extern "C" {
void* __real_malloc(std::size_t);
void* __real_calloc(std::size_t, std::size_t);
void* __real_realloc(void*, std::size_t);
void* __real_aligned_alloc(std::size_t, std::size_t);
int __real_posix_memalign(void**, std::size_t, std::size_t);

void* __wrap_malloc(std::size_t size) { return ++allocations, allocated += size, __real_malloc(size); }
void* __wrap_calloc(std::size_t count, std::size_t size) { return ++allocations, __real_calloc(count, size); }
void* __wrap_realloc(void* at, std::size_t size) { return ++allocations, __real_realloc(at, size); }
void* __wrap_aligned_alloc(std::size_t alignment, std::size_t size) {
  return ++allocations, __real_aligned_alloc(alignment, size);
}
int __wrap_posix_memalign(void** at, std::size_t alignment, std::size_t size) {
  return ++allocations, __real_posix_memalign(at, alignment, size);
}
}
// NOLINTEND(bugprone-reserved-identifier)

void* operator new(std::size_t size) {
  if (void* memory = std::malloc(size ? size : 1)) return memory;
  throw std::bad_alloc();
}
// Not inlined where new is not, or GCC takes malloc's memory for new's.
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

// Each batch is prepared, as the worker does it.
std::size_t allocations_of_an_epoch(Training& training) {
  const auto epoch = [&] {
    do {
      while (training.prepare()) {
      }
      REQUIRE(training.step());
    } while (!training.progress().epoch_ended);
  };
  epoch();
  const std::size_t before = allocations;
  epoch();
  return allocations - before;
}

}  // namespace

TEST_CASE("one row of a standardised set costs what a row costs, and not the whole set's memory") {
  const Dataset grey = stroke_digits(300, 1);
  for (const Dataset& data : {grey, grey.thresholded(0.5f), grey.standardised(grey.mean(), grey.deviation())}) {
    const std::size_t before = allocated;
    const Dataset one = data.subset(7, 1);
    const std::size_t cost = allocated - before;
    CHECK(cost > 0);
    CHECK(cost < 784);
    CHECK(one.rows(0, 1) == data.rows(7, 1));
  }
}

TEST_CASE("the training loop allocates nothing, whatever the options and however many examples the last batch has") {
  const Dataset grey = stroke_digits(250, 1), binary = grey.thresholded(0.5f);
  REQUIRE(allocations > 0);
  set_thread_count(2);
  for (const Dataset* data : {&grey, &binary})
    for (const Method method : {Method::cd, Method::pcd})
      for (const States states : {States::sampled, States::mean})
        for (const Index labels : {0, 10}) {
          TrainingOptions o;
          o.epochs = 2;
          o.method = method;
          o.hidden_states = o.visible_states = o.data_states = states;
          o.k = 2;
          if (method == Method::pcd) o.chains = 30;
          Rbm rbm({784, 70, labels}, 1);
          const auto training = train(rbm, *data, o);
          CHECK(allocations_of_an_epoch(*training) == 0);
        }
  // The other rules and options.
  const std::vector<float> weights(250, 2.0f);
  using Change = void (*)(TrainingOptions&);
  for (const Change change : std::initializer_list<Change>{
           [](auto& o) { o.method = Method::fpcd; }, [](auto& o) { o.method = Method::pt, o.temperatures = 3; },
           [](auto& o) { o.method = Method::ptt, o.learning_rate = 1e-5; },
           [](auto& o) { o.method = Method::mean_field; }, [](auto& o) { o.method = Method::exact; },
           [](auto& o) { o.centering = true; }, [](auto& o) { o.optimizer = OptimizerKind::adam; },
           [](auto& o) { o.optimizer = OptimizerKind::adam, o.centering = true; }, [](auto& o) { o.l1 = 0.1; },
           [](auto& o) { o.sparsity_target = 0.1, o.sparsity_cost = 1; }, [](auto& o) { o.dropout = 0.5; },
           [](auto& o) { o.objective = Objective::discriminative; }, [](auto& o) { o.objective = Objective::hybrid; }})
    for (const Dataset* data : {&grey, &binary}) {
      TrainingOptions o;
      o.epochs = 2;
      change(o);
      Rbm rbm({784, 10, 10}, 1);
      const auto training = train(rbm, *data, o);
      CHECK(allocations_of_an_epoch(*training) == 0);
      o.weights = weights;
      o.mask = &binary;
      Rbm other({784, 10, 10}, 1);
      const auto weighted = train(other, *data, o);
      CHECK(allocations_of_an_epoch(*weighted) == 0);
    }
  for (const States up : {States::sampled, States::mean}) {
    TrainingOptions o;
    o.epochs = 1;
    o.up_states = up;
    Dbn dbn({784, 60, 50}, 10, 1);
    std::vector<TrainingOptions> options(2, o);
    options[1].epochs = 2;
    const auto training = train(dbn, grey, options);
    while (training->progress().layer == 0) training->step();
    CHECK(allocations_of_an_epoch(*training) == 0);
  }
  set_thread_count(1);
}

TEST_CASE("the training loop of other units allocates nothing either") {
  set_thread_count(2);
  const auto examples_of = [](UnitType type) {
    std::vector<float> values;
    std::vector<std::uint16_t> labels;
    for (int r = 0; r < 250; ++r) {
      for (int i = 0; i < 40; ++i) {
        // Of counts and of the states of a group whole numbers, of every group (of 4 states) one.
        const bool on = i % 4 == r % 4;
        values.push_back(type == UnitType::gaussian ? 0.1f * static_cast<float>((r * 7 + i * 3) % 19 - 9)
                         : on                       ? 1.0f
                                                    : 0.0f);
      }
      labels.push_back(static_cast<std::uint16_t>(r % 3));
    }
    return Dataset::from_floats(values, 250, 40, labels);
  };
  const auto units_of = [](UnitType type) {
    Units units{type, {}, type == UnitType::gaussian};
    if (type == UnitType::softmax) units.groups.assign(10, 4);
    return units;
  };
  const auto check = [&](UnitType below, UnitType above, const TrainingOptions& o) {
    const std::string names = std::string(name_of(below)) + " below " + name_of(above);
    CAPTURE(names);
    CAPTURE(static_cast<int>(o.method));
    const Dataset data = examples_of(below);
    Rbm rbm({40, 40, 3, units_of(below), units_of(above)}, 1);
    const auto training = train(rbm, data, o);
    CHECK(allocations_of_an_epoch(*training) == 0);
  };
  TrainingOptions o;
  o.epochs = 2;
  o.learning_rate = 1e-3;
  for (const UnitType below : {UnitType::gaussian, UnitType::softmax, UnitType::replicated_softmax, UnitType::relu,
                               UnitType::noisy_relu, UnitType::spin})
    for (const UnitType above : {UnitType::bernoulli, UnitType::gaussian, UnitType::softmax, UnitType::relu,
                                 UnitType::noisy_relu, UnitType::spin}) {
      for (const Method method : {Method::cd, Method::pcd, Method::fpcd, Method::pt, Method::ptt, Method::mean_field}) {
        if (!why_not(method, {70, 10, 0, {below}, {above}}).empty()) continue;
        o.method = method;
        o.learning_rate = method == Method::ptt ? 1e-6 : 1e-3;
        o.chains.reset();
        if (method != Method::cd && method != Method::mean_field) o.chains = 30;
        check(below, above, o);
      }
      if (below == UnitType::noisy_relu || above == UnitType::noisy_relu) continue;
      TrainingOptions with_labels = o;
      with_labels.method = Method::cd;
      with_labels.chains.reset();
      for (const Objective objective : {Objective::discriminative, Objective::hybrid}) {
        with_labels.objective = objective;
        check(below, above, with_labels);
      }
    }
  set_thread_count(1);
}

TEST_CASE("the training loop of a belief net allocates nothing, whatever its rule") {
  const Dataset grey = stroke_digits(250, 1), binary = grey.thresholded(0.5f);
  set_thread_count(2);
  for (const Dataset* data : {&grey, &binary})
    for (const SbnMethod method : {SbnMethod::wake_sleep, SbnMethod::gibbs, SbnMethod::cd, SbnMethod::exact})
      for (const bool persistent : {false, true}) {
        if (persistent && method != SbnMethod::gibbs) continue;
        CAPTURE(static_cast<int>(method));
        CAPTURE(persistent);
        SbnTrainingOptions o;
        o.epochs = 2;
        o.method = method;
        if (method == SbnMethod::gibbs) o.persistent = persistent;
        // Layers of which none is as wide as another.
        Sbn net({784, 6, 4, 3}, 1);
        const auto training = train(net, *data, o);
        CHECK(allocations_of_an_epoch(*training) == 0);
      }
  // From observed states of all layers.
  BitMatrix states(250, 20);
  for (Index r = 0; r < 250; ++r)
    for (Index i = 0; i < 20; ++i) states.set(r, i, (r * 7 + i * 3) % 5 < 2);
  const Dataset observed = Dataset::from_bits(std::move(states));
  SbnTrainingOptions o;
  o.epochs = 2;
  o.method = SbnMethod::observed;
  Sbn net({12, 5, 3}, 1);
  const auto training = train(net, observed, o);
  CHECK(allocations_of_an_epoch(*training) == 0);
  set_thread_count(1);
}

TEST_CASE("the pretraining of a DBM allocates nothing, in its first layer or above") {
  const Dataset grey = stroke_digits(250, 1), binary = grey.thresholded(0.5f);
  set_thread_count(2);
  for (const Dataset* data : {&grey, &binary})
    for (const Method method : {Method::cd, Method::pcd}) {
      DbmTrainingOptions o;
      o.epochs = 1;
      o.pretraining.resize(1);
      // The last epoch ends with what it makes of the layers.
      o.pretraining[0].epochs = 3;
      o.pretraining[0].method = method;
      Dbm dbm({784, 40, 30, 20}, 10, 1);
      const auto training = train(dbm, *data, o);
      for (Index layer = 0; layer < 3; ++layer) {
        CAPTURE(layer);
        while (training->progress().layer < layer) REQUIRE(training->step());
        CHECK(allocations_of_an_epoch(*training) == 0);
        CHECK(training->progress().layer == layer);
      }
    }
  set_thread_count(1);
}

TEST_CASE("the joint training of a DBM allocates nothing after its first epoch") {
  const Dataset grey = stroke_digits(250, 1), binary = grey.thresholded(0.5f);
  set_thread_count(2);
  for (const Dataset* data : {&grey, &binary})
    for (const bool centering : {false, true})
      for (const Index labels : {0, 10}) {
        DbmTrainingOptions o;
        o.epochs = 2;
        o.chains = 30;
        o.k = 2;
        o.centering = centering;
        Dbm dbm({784, 40, 30, 20}, labels, 1);
        const auto training = train(dbm, *data, o);
        CHECK(allocations_of_an_epoch(*training) == 0);
      }
  set_thread_count(1);
}

TEST_CASE("up-down learning allocates nothing after its first epoch") {
  const Dataset grey = stroke_digits(250, 1), binary = grey.thresholded(0.5f);
  set_thread_count(2);
  for (const Dataset* data : {&grey, &binary})
    for (const States states : {States::mean, States::sampled})
      for (const OptimizerKind optimizer : {OptimizerKind::sgd, OptimizerKind::adam}) {
        Dbn dbn({784, 40, 30, 70}, 10, 1);
        for (Index l = 0; l < dbn.depth(); ++l) dbn.rbm(l).training_state().step = 1;
        UpDownOptions o;
        o.epochs = 2;
        o.data_states = states;
        o.optimizer = optimizer;
        const auto training = train(dbn, *data, o);
        CHECK(allocations_of_an_epoch(*training) == 0);
      }
  set_thread_count(1);
}

TEST_CASE("backpropagation allocates nothing after its first epoch") {
  const Dataset digits = stroke_digits(250, 1);
  set_thread_count(2);
  using Change = void (*)(NetworkTrainingOptions&);
  for (const Change change :
       std::initializer_list<Change>{[](auto&) {}, [](auto& o) { o.optimizer = OptimizerKind::adam; },
                                     [](auto& o) { o.dropout = 0.5, o.input_dropout = 0.2, o.max_norm = 1; },
                                     [](auto& o) { o.noise = 0.1, o.corruption = 0.1, o.input_dropout = 0.2; },
                                     [](auto& o) { o.loss = Loss::squared_error; }})
    for (const bool autoencodes : {false, true}) {
      NetworkTrainingOptions o;
      o.epochs = 2;
      o.learning_rate = 1e-3;
      change(o);
      Network net(autoencodes
                      ? NetworkShape{{784, 40, 10, 40, 784}, {}, 2}
                      : NetworkShape{{784, 40, 30, 10}, {Activation::relu, Activation::sigmoid, Activation::softmax}});
      const auto training = train(net, digits, o);
      CHECK(allocations_of_an_epoch(*training) == 0);
    }
  set_thread_count(1);
}

TEST_CASE("batches of several slices allocate nothing either, whatever the model") {
  set_thread_count(2);
  // Slices have at most 2,048 rows.
  const auto begun = [](auto o) {
    o.epochs = 2;
    o.batch_size = 2600;
    return o;
  };
  for (const bool binary : {true, false}) {
    CAPTURE(binary);
    const Dataset data = sliced_examples(5000, 24, binary);
    for (const Method method : {Method::cd, Method::pcd, Method::pt, Method::mean_field})
      for (const Index labels : {0, 3}) {
        CAPTURE(static_cast<int>(method));
        CAPTURE(labels);
        auto o = begun(TrainingOptions());
        o.method = method;
        if (method == Method::pt) o.chains = 2100;
        Rbm rbm({24, 7, labels}, 1);
        const auto training = train(rbm, data, o);
        CHECK(allocations_of_an_epoch(*training) == 0);
      }
    Dbn greedy({24, 9, 7}, 3, 1);
    std::vector<TrainingOptions> of_layers(2, begun(TrainingOptions()));
    for (TrainingOptions& of_layer : of_layers) of_layer.up_states = States::mean;
    const auto of_greedy = train(greedy, data, of_layers);
    while (of_greedy->progress().layer == 0) of_greedy->step();
    CHECK(allocations_of_an_epoch(*of_greedy) == 0);
    for (const SbnMethod method :
         {SbnMethod::wake_sleep, SbnMethod::gibbs, SbnMethod::cd, SbnMethod::exact, SbnMethod::observed}) {
      CAPTURE(static_cast<int>(method));
      auto o = begun(SbnTrainingOptions());
      o.method = method;
      Sbn net(method == SbnMethod::observed ? std::vector<Index>{12, 7, 5} : std::vector<Index>{24, 7, 5}, 1);
      const auto training = train(net, data, o);
      CHECK(allocations_of_an_epoch(*training) == 0);
    }
    Dbn stack({24, 9, 7, 5}, 3, 1);
    for (Index l = 0; l < stack.depth(); ++l) stack.rbm(l).training_state().step = 1;
    const auto of_stack = train(stack, data, begun(UpDownOptions()));
    CHECK(allocations_of_an_epoch(*of_stack) == 0);
    Dbm machine({24, 9, 7, 5}, 3, 1);
    const auto of_machine = train(machine, data, begun(DbmTrainingOptions()));
    CHECK(allocations_of_an_epoch(*of_machine) == 0);
    Network net(NetworkShape{{24, 20, 9, 3}, {Activation::relu, Activation::sigmoid, Activation::softmax}});
    const auto of_net = train(net, data, begun(NetworkTrainingOptions()));
    CHECK(allocations_of_an_epoch(*of_net) == 0);
  }
  set_thread_count(1);
}

TEST_CASE("a data set is looked through once at most for each kind of units, however many trainings begin") {
  std::vector<float> values;
  for (int i = 0; i < 600 * 8; ++i) values.push_back(i % 4 == 1 ? 1.0f : 0.0f);
  values[0] = 0.5f;
  values[1] = 0.5f;
  const Dataset data = Dataset::from_floats(values, 600, 8),
                standardised = data.standardised(data.mean(), data.deviation());
  const Units gaussian{UnitType::gaussian}, softmax{UnitType::softmax, {4, 4}}, other{UnitType::softmax, {8}};
  const auto allocates = [](const Dataset& set, const Units& units) {
    const std::size_t before = allocations;
    set.check_values(units);
    return allocations - before > 0;
  };
  CHECK_FALSE(allocates(data, gaussian));
  CHECK_FALSE(allocates(data, Units{}));
  CHECK(allocates(data, softmax));
  CHECK_FALSE(allocates(data, softmax));
  CHECK_THROWS_WITH_AS(data.check_values(other), doctest::Contains("add up to 2"), std::out_of_range);
  // What was found of the values is not believed of others that are made from them.
  CHECK_THROWS_AS(standardised.check_values(softmax), std::out_of_range);
  CHECK_FALSE(allocates(data, softmax));
}

#else

TEST_CASE("the training loop allocates nothing") {
  MESSAGE("left to the release build on Linux, where allocations are counted");
}

#endif
