// What the trainers of all kinds of models share: resuming, statistics, changes on the way, validation.
#include <cmath>

#include "learning_runs.h"
#include "wakesleep/dbm_training.h"
#include "wakesleep/fingerprint.h"
#include "wakesleep/model_file.h"
#include "wakesleep/network_training.h"
#include "wakesleep/sbn_training.h"
#include "wakesleep/stroke_digits.h"

using namespace wakesleep;

namespace {

constexpr std::uint64_t epochs = 3;

// Options for the epochs that a model has not had yet.
TrainingOptions left(TrainingOptions o, const Rbm& rbm) {
  o.epochs -= rbm.training_state().epoch;
  return o;
}
std::vector<TrainingOptions> left(std::vector<TrainingOptions> o, const Dbn& dbn) {
  for (std::size_t l = 0; l < o.size(); ++l) o[l] = left(o[l], dbn.rbm(static_cast<Index>(l)));
  return o;
}
DbmTrainingOptions left(DbmTrainingOptions o, const Dbm& dbm) {
  const auto& pretraining = dbm.training_state().pretraining;
  if (pretraining) o.pretraining = left(o.pretraining, *pretraining);
  o.epochs -= dbm.training_state().epoch;
  return o;
}
SbnTrainingOptions left(SbnTrainingOptions o, const Sbn& net) {
  o.epochs -= net.training_state().epoch;
  return o;
}
NetworkTrainingOptions left(NetworkTrainingOptions o, const Network& net) {
  o.epochs -= std::min(o.epochs, net.training_state().epoch);
  return o;
}

// Stopped after some batches, saved, opened and trained on.
template <class Model, class Options>
void check_resumes(const Model& untrained, const Dataset& data, const Options& o, int batches) {
  Model whole = untrained, broken = untrained;
  test::run(*train(whole, data, o));
  const auto training = train(broken, data, o);
  for (int i = 0; i < batches; ++i) REQUIRE(training->step());
  const auto bytes = save_model(broken, {.half = false, .resumable = true, .notes = {}});
  Model opened = std::get<Model>(open_model(bytes));
  CHECK(save_model(opened, {.half = false, .resumable = true, .notes = {}}) == bytes);
  test::run(*train(broken, data, left(o, broken)));
  test::run(*train(opened, data, left(o, opened)));
  CHECK(fingerprint(broken) == fingerprint(whole));
  CHECK(fingerprint(opened) == fingerprint(whole));
}

struct DbmVariant {
  std::string name;
  std::function<void(DbmTrainingOptions&)> change;
};
std::vector<DbmVariant> dbm_variants() {
  return {
      {"plain", [](auto&) {}},
      {"centering", [](auto& o) { o.centering = true; }},
      {"adam", [](auto& o) { o.optimizer = OptimizerKind::adam; }},
      {"adam, centering", [](auto& o) { o.optimizer = OptimizerKind::adam, o.centering = true; }},
      {"l1, momentum that grows",
       [](auto& o) { o.l1 = 0.001, o.initial_momentum = 0.2, o.initial_momentum_epochs = 2; }},
      {"chains, k", [](auto& o) { o.chains = 7, o.k = 2; }},
      {"sampled data", [](auto& o) { o.data_states = States::sampled; }},
  };
}

struct SbnVariant {
  std::string name;
  std::function<void(SbnTrainingOptions&)> change;
};
std::vector<SbnVariant> sbn_variants() {
  std::vector<SbnVariant> all;
  for (const auto& [name, method] :
       std::vector<std::pair<std::string, SbnMethod>>{{"wake-sleep", SbnMethod::wake_sleep},
                                                      {"gibbs", SbnMethod::gibbs},
                                                      {"exact", SbnMethod::exact},
                                                      {"observed", SbnMethod::observed},
                                                      {"cd", SbnMethod::cd}}) {
    all.push_back({name, [method = method](auto& o) { o.method = method; }});
    all.push_back({name + ", momentum and decay", [method = method](auto& o) {
                     o.method = method, o.momentum = 0.9, o.weight_decay = 0.01, o.l1 = 0.001;
                   }});
    all.push_back(
        {name + ", adam", [method = method](auto& o) { o.method = method, o.optimizer = OptimizerKind::adam; }});
  }
  all.push_back(
      {"gibbs from the net's own states", [](auto& o) { o.method = SbnMethod::gibbs, o.persistent = false; }});
  return all;
}

DbmTrainingOptions dbm_options() {
  DbmTrainingOptions o;
  o.epochs = epochs;
  o.batch_size = 20;
  o.schedule_start = 0;
  return o;
}

// Data with the states of all layers for the method that needs them.
Dataset sbn_data(const SbnTrainingOptions& o) { return bars_and_stripes(o.method == SbnMethod::observed ? 4 : 3); }
Sbn sbn_for(const SbnTrainingOptions& o) {
  return o.method == SbnMethod::observed ? Sbn({9, 4, 3}, 5) : Sbn({9, 8, 4}, 5);
}
SbnTrainingOptions sbn_options() {
  SbnTrainingOptions o;
  o.epochs = epochs;
  o.batch_size = 5;
  o.learning_rate = 0.3;
  o.schedule_start = 0;
  return o;
}

double squares(const Matrix& a) { return a.cast<double>().squaredNorm(); }

}  // namespace

TEST_CASE("every rule and option of a DBN's layers resumes bit for bit, in each layer") {
  const Dataset data = stroke_digits(50, 4);
  std::vector<test::Variant> variants = test::rules();
  for (const auto& option : test::options()) variants.push_back(option);
  for (const auto& [name, change] : variants) {
    CAPTURE(name);
    TrainingOptions o;
    o.epochs = 2;
    o.batch_size = 20;
    o.schedule_start = 0;
    change(o);
    for (const int batches : {2, 6, 8}) check_resumes(Dbn({784, 12, 9}, 10, 3), data, std::vector(2, o), batches);
  }
}

TEST_CASE("a DBM resumes bit for bit with every option, in pretraining and in joint training") {
  const Dataset data = stroke_digits(50, 4);
  for (const auto& [name, change] : dbm_variants()) {
    CAPTURE(name);
    DbmTrainingOptions o = dbm_options();
    change(o);
    check_resumes(Dbm({784, 12, 9, 7}, 10, 3), data, o, 4);
  }
  for (const auto& [name, change] : test::rules()) {
    if (name != "cd" && name != "pcd") continue;  // those that go with tied copies
    DbmTrainingOptions o = dbm_options();
    TrainingOptions of_layer;
    of_layer.epochs = 2;
    of_layer.batch_size = 20;
    of_layer.schedule_start = 0;
    change(of_layer);
    o.pretraining.assign(2, of_layer);
    for (const int batches : {2, 8, 14}) check_resumes(Dbm({784, 12, 9}, 10, 3), data, o, batches);
  }
}

TEST_CASE("every rule of a belief net resumes bit for bit") {
  for (const auto& [name, change] : sbn_variants()) {
    CAPTURE(name);
    SbnTrainingOptions o = sbn_options();
    o.epochs = 60;
    change(o);
    check_resumes(sbn_for(o), sbn_data(o), o, 40);
  }
}

TEST_CASE("a belief net goes on with the Gibbs states of its examples: 150 epochs and 150 more equal 300") {
  const Dataset data = bars_and_stripes(4);
  SbnTrainingOptions o;
  o.method = SbnMethod::gibbs;
  o.epochs = 300;
  o.batch_size = 10;
  o.learning_rate = 0.3;
  for (std::uint64_t seed = 1; seed <= 2; ++seed) check_resumes(Sbn({16, 20, 10}, seed), data, o, 150 * 3);
}

TEST_CASE("an optimizer that takes over begins anew: sgd, adam and sgd again") {
  const Dataset data = bars_and_stripes(3);
  Rbm rbm({9, 6, 0}, 1);
  TrainingOptions sgd;
  sgd.epochs = 2;
  sgd.batch_size = 5;
  TrainingOptions adam = sgd;
  adam.optimizer = OptimizerKind::adam;
  test::run(*train(rbm, data, sgd));
  CHECK(rbm.training_state().optimizer.velocity[0].norm() > 0);
  test::run(*train(rbm, data, adam));
  CHECK(rbm.training_state().optimizer.velocity.empty());
  Rbm fresh = rbm;
  fresh.training_state().optimizer = {};
  for (Rbm* each : {&rbm, &fresh}) test::run(*train(*each, data, sgd));
  CHECK(fingerprint(rbm) == fingerprint(fresh));
  CHECK(rbm.training_state().optimizer.first_moment.empty());
  CHECK(rbm.training_state().optimizer.moment_steps == 0);
  test::run(*train(rbm, data, adam));
  CHECK(rbm.training_state().optimizer.moment_steps == 6);
}

TEST_CASE("adam's first step moves every parameter of every model by its learning rate") {
  const Dataset data = bars_and_stripes(3);
  const auto moved = [](const auto& before, const auto& after) {
    const auto step = (after.array() - before.array()).abs().eval();
    for (Index i = 0; i < step.size(); ++i) {
      const auto length = static_cast<double>(step.data()[i]);
      CHECK((length < 1e-9 || std::abs(length - 0.01) < 1e-5));
    }
    return static_cast<double>(step.maxCoeff());
  };
  DbmTrainingOptions of_dbm;
  SbnTrainingOptions of_sbn;
  for (GenerativeOptions* o : {static_cast<GenerativeOptions*>(&of_dbm), static_cast<GenerativeOptions*>(&of_sbn)}) {
    o->optimizer = OptimizerKind::adam;
    o->learning_rate = 0.01;
    o->visible_bias_from_data = false;
    o->weight_decay = 0;
  }
  of_sbn.method = SbnMethod::gibbs;
  Dbm dbm({9, 6, 5}, 0, 2);
  const Dbm dbm_before = dbm;
  REQUIRE(train(dbm, data, of_dbm)->step());
  for (Index l = 0; l < 2; ++l) CHECK(moved(dbm_before.W(l), dbm.W(l)) == doctest::Approx(0.01).epsilon(1e-3));
  Sbn net({9, 6, 5}, 2);
  const Sbn net_before = net;
  REQUIRE(train(net, data, of_sbn)->step());
  for (Index l = 0; l < 2; ++l) CHECK(moved(net_before.W(l), net.W(l)) == doctest::Approx(0.01).epsilon(1e-3));
}

TEST_CASE("statistics of a DBM, of a belief net and of a DBN with transposed starts are the real ones") {
  const Dataset data = bars_and_stripes(3);
  const Matrix x = data.rows(0, data.count());
  Dbm dbm({9, 6, 5}, 0, 2);
  DbmTrainingOptions of_dbm;
  of_dbm.batch_size = 14;
  of_dbm.pretraining.resize(1);
  of_dbm.pretraining[0].epochs = 2;  // of one batch
  const auto joint = train(dbm, data, of_dbm);
  CHECK_FALSE(joint->statistics());
  Index looks = 0;
  while (joint->step() && !dbm.training_state().pretrained) {
    const std::optional<Dbn>& machines = dbm.training_state().pretraining;
    REQUIRE(machines);
    CHECK(joint->statistics()->weight_norm == doctest::Approx(std::sqrt(squares(machines->rbm(looks / 2).W()))));
    ++looks;
  }
  CHECK(looks == 3);
  for (int i = 0; i < 3; ++i) {
    const Dbm before = dbm;
    REQUIRE(joint->step());
    const TrainingStatistics s = joint->statistics().value();
    CHECK(s.weight_norm == doctest::Approx(std::sqrt(squares(dbm.W(0)) + squares(dbm.W(1)))));
    CHECK(s.update_norm ==
          doctest::Approx(std::sqrt(squares(dbm.W(0) - before.W(0)) + squares(dbm.W(1) - before.W(1)))).epsilon(1e-3));
    CHECK(s.update_ratio == doctest::Approx(s.update_norm / s.weight_norm));
    const auto means = before.mean_field(view(x), of_dbm.mean_field);
    CHECK(s.mean_activity == doctest::Approx(static_cast<double>(means[1].sum() + means[2].sum()) / (14 * 11)));
    CHECK_FALSE(s.swap_rate);
  }

  SbnTrainingOptions of_sbn;
  of_sbn.batch_size = 14;
  for (const SbnMethod method : {SbnMethod::wake_sleep, SbnMethod::gibbs, SbnMethod::exact, SbnMethod::cd}) {
    of_sbn.method = method;
    Sbn net({9, 6, 5}, 2);
    net.set_bias(1, 3, -12);
    net.set_bias(2, 1, 12);
    net.start_recognition();
    const auto training = train(net, data, of_sbn);
    CHECK_FALSE(training->statistics());
    for (int i = 0; i < 2; ++i) {
      const Sbn before = net;
      REQUIRE(training->step());
      const TrainingStatistics s = training->statistics().value();
      double weights = 0, update = 0;
      for (Index l = 0; l < 2; ++l) {
        weights += squares(net.W(l)) + squares(net.R(l));
        update += squares(net.W(l) - before.W(l)) + squares(net.R(l) - before.R(l));
      }
      CHECK(s.weight_norm == doctest::Approx(std::sqrt(weights)));
      CHECK(s.update_norm == doctest::Approx(std::sqrt(update)).epsilon(1e-3));
      CHECK(s.mean_activity > 0.2);
      CHECK(s.mean_activity < 0.8);
      if (method == SbnMethod::gibbs || method == SbnMethod::exact) {
        CHECK(s.dead_units == 1);
        CHECK(s.saturated_units == 1);
      }
    }
  }

  Dbn dbn({9, 5, 9}, 0, 1);
  TrainingOptions of_layer;
  of_layer.epochs = 1;
  of_layer.batch_size = 7;
  const auto stacked = train(dbn, data, {of_layer}, true);
  CHECK_FALSE(stacked->statistics());
  for (Index l = 0; l < 2; ++l)
    for (int i = 0; i < 2; ++i) {
      REQUIRE(stacked->step());
      CHECK(stacked->statistics()->weight_norm == doctest::Approx(std::sqrt(squares(dbn.rbm(l).W()))));
      CHECK(stacked->statistics()->update_norm > 0);
      CHECK(stacked->statistics()->mean_activity > 0.1);
    }
}

TEST_CASE("a training of 0 epochs is over at its beginning, for every model") {
  const Dataset data = bars_and_stripes(3);
  const auto over = [](auto&& training) {
    CHECK(training->progress().done == 1);
    CHECK_FALSE(training->step());
    CHECK(training->progress().done == 1);
    CHECK(training->progress().examples == 0);
  };
  TrainingOptions o;
  o.epochs = 0;
  Rbm rbm({9, 4, 0});
  over(train(rbm, data, o));
  Dbn dbn({9, 4, 3}, 0);
  over(train(dbn, data, {o}));
  DbmTrainingOptions of_dbm;
  of_dbm.epochs = 0;
  Dbm plain({9, 4, 3}, 0), pretrained({9, 4, 3}, 0);
  over(train(plain, data, of_dbm));
  of_dbm.pretraining = {o};
  over(train(pretrained, data, of_dbm));
  SbnTrainingOptions of_sbn;
  of_sbn.epochs = 0;
  Sbn net({9, 4, 3});
  over(train(net, data, of_sbn));
}

namespace {

// Some batches, then other options: once changed on the way, once as a training that begins there.
template <class Model, class Options, class Change>
void check_change(const Model& untrained, const Dataset& data, Options o, int batches, Change&& change) {
  Model changed = untrained, begun = untrained, as_it_was = untrained;
  const auto training = train(changed, data, o);
  {
    const auto first = train(begun, data, o);
    for (int i = 0; i < batches; ++i) REQUIRE((training->step() && first->step()));
  }
  test::run(*train(as_it_was, data, o));
  change(o);
  training->change(o);
  test::run(*training);
  CHECK(training->progress().done == 1);
  test::run(*train(begun, data, left(o, begun)));
  CHECK(fingerprint(changed) == fingerprint(begun));
  CHECK(fingerprint(changed) != fingerprint(as_it_was));
}

template <class Model, class Options, class Change>
void check_change_refused(Model model, const Dataset& data, Options o, const char* name, Change&& change) {
  CAPTURE(name);
  Model other = model;
  const auto training = train(model, data, o), untouched = train(other, data, o);
  REQUIRE(training->step());
  Options changed = o;
  change(changed);
  CHECK_THROWS_WITH_AS(training->change(changed), doctest::Contains(name), std::invalid_argument);
  test::run(*training);
  test::run(*untouched);
  CHECK(fingerprint(model) == fingerprint(other));
}

}  // namespace

TEST_CASE("options changed on the way give the bits of a training that begins there with them, for every model") {
  const Dataset data = bars_and_stripes(3);
  TrainingOptions o;
  o.epochs = epochs;
  o.batch_size = 5;
  o.schedule_start = 0;
  const auto common = [](LearningOptions& changed) {
    changed.learning_rate = 0.013;
    changed.final_learning_rate = 0.001;
    changed.weight_decay = 0.02;
    changed.l1 = 0.001;
  };
  for (const auto& [name, variant] : test::rules()) {
    CAPTURE(name);
    TrainingOptions own = o;
    variant(own);
    check_change(Rbm({9, 6, 0}, 1), data, own, 4, common);
    if (own.method != Method::exact)
      check_change(Rbm({9, 6, 0}, 1), data, own, 4, [](auto& changed) { changed.k = 3, changed.momentum = 0.2; });
  }
  for (const auto& [name, variant] : test::options()) {
    CAPTURE(name);
    TrainingOptions own = o;
    variant(own);
    check_change(Rbm({9, 6, 0}, 1), data, own, 4, common);
  }
  check_change(Rbm({9, 6, 0}, 1), data, o, 4, [](auto& changed) { changed.optimizer = OptimizerKind::adam; });
  check_change(Rbm({9, 6, 0}, 1), data, o, 4, [](auto& changed) { changed.dropout = 0.3; });
  check_change(Rbm({9, 6, 0}, 1), data, o, 4,
               [](auto& changed) { changed.sparsity_cost = 0.5, changed.sparsity_target = 0.1; });
  check_change(Rbm({9, 6, 0}, 1), data, o, 4, [](auto& changed) { changed.epochs = 5; });
  for (const int batches : {4, 11})
    check_change(Dbn({9, 6, 5}, 0, 1), data, std::vector(2, o), batches, [&](auto& changed) {
      common(changed[0]);
      common(changed[1]);
    });
  for (const auto& [name, variant] : dbm_variants()) {
    CAPTURE(name);
    DbmTrainingOptions own = dbm_options();
    own.batch_size = 5;
    variant(own);
    check_change(Dbm({9, 6, 5}, 0, 1), data, own, 4, common);
    check_change(Dbm({9, 6, 5}, 0, 1), data, own, 4,
                 [](auto& changed) { changed.k = 3, changed.mean_field.iterations = 2; });
  }
  for (const auto& [name, variant] : sbn_variants()) {
    CAPTURE(name);
    SbnTrainingOptions own = sbn_options();
    variant(own);
    if (own.optimizer == OptimizerKind::adam) continue;
    check_change(sbn_for(own), sbn_data(own), own, 4, common);
  }
  NetworkTrainingOptions of_net;
  of_net.epochs = epochs;
  of_net.batch_size = 5;
  of_net.schedule_start = 0;
  const Network net({{9, 6, 9}, {Activation::sigmoid, Activation::sigmoid}, 1}, 1);
  check_change(net, data, of_net, 4, common);
  check_change(net, data, of_net, 4, [](auto& c) { c.dropout = 0.3, c.input_dropout = 0.1, c.max_norm = 0.5; });
  check_change(net, data, of_net, 4, [](auto& c) { c.corruption = 0.3, c.noise = 0.1; });
  check_change(net, data, of_net, 4, [](auto& c) { c.frozen_layers = 1; });
  of_net.method = NetworkMethod::conjugate_gradients;
  check_change(net, data, of_net, 4, [](auto& c) { c.line_searches = 1; });
  of_net.method = NetworkMethod::hessian_free;
  check_change(net, data, of_net, 4, [](auto& c) { c.iterations = 2; });
}

TEST_CASE("what is chosen once for all can't be changed on the way, and is refused by name") {
  const Dataset data = bars_and_stripes(3);
  TrainingOptions o;
  o.epochs = 2;
  o.batch_size = 5;
  o.method = Method::pcd;
  const Rbm rbm({9, 6, 0}, 1);
  check_change_refused(rbm, data, o, "batchSize", [](auto& c) { c.batch_size = 7; });
  check_change_refused(rbm, data, o, "seed", [](auto& c) { c.seed = 9; });
  check_change_refused(rbm, data, o, "method", [](auto& c) { c.method = Method::cd; });
  check_change_refused(rbm, data, o, "chains", [](auto& c) { c.chains = 9; });
  check_change_refused(rbm, data, o, "centering", [](auto& c) { c.centering = true; });
  check_change_refused(rbm, data, o, "dataStates", [](auto& c) { c.data_states = States::sampled; });
  check_change_refused(rbm, data, o, "weights", [](auto& c) { c.weights.assign(14, 1.0f); });
  check_change_refused(Dbn({9, 6, 5}, 0, 1), data, std::vector(2, o), "batchSize",
                       [](auto& c) { c[1].batch_size = 7; });
  check_change_refused(Dbm({9, 6, 5}, 0, 1), data, dbm_options(), "chains", [](auto& c) { c.chains = 9; });
  check_change_refused(Dbm({9, 6, 5}, 0, 1), data, dbm_options(), "pretraining",
                       [](auto& c) { c.pretraining.resize(1); });
  const Network net({{9, 6, 9}, {}, 1}, 1);
  NetworkTrainingOptions of_net;
  of_net.epochs = 2;
  of_net.batch_size = 5;
  check_change_refused(net, data, of_net, "loss", [](auto& c) { c.loss = Loss::squared_error; });
  check_change_refused(net, data, of_net, "method", [](auto& c) { c.method = NetworkMethod::hessian_free; });
  check_change_refused(Sbn({9, 6, 5}, 1), data, sbn_options(), "method", [](auto& c) { c.method = SbnMethod::gibbs; });
  Rbm training_rbm = rbm;
  const auto training = train(training_rbm, data, o);
  o.learning_rate = 0;
  CHECK_THROWS_WITH_AS(training->change(o), doctest::Contains("learningRate"), std::out_of_range);
}

TEST_CASE("what comes before the first batch of a layer is done in slices, with the same bits") {
  const Dataset grey = stroke_digits(700, 3);
  const auto check_prepares = [&](const auto& untrained, const auto& options, int least) {
    auto at_once = untrained, in_slices = untrained;
    test::run(*train(at_once, grey, options));
    const auto training = train(in_slices, grey, options);
    int slices = 0;
    do {
      while (training->prepare()) ++slices;
    } while (training->step());
    CHECK(slices >= least);
    CHECK(fingerprint(in_slices) == fingerprint(at_once));
  };
  TrainingOptions o;
  o.epochs = 1;
  check_prepares(Rbm({784, 20, 10}, 1), o, 1);
  o.centering = true;
  check_prepares(Dbn({784, 300, 30}, 10, 1), std::vector{o}, 4);
  DbmTrainingOptions of_dbm;
  of_dbm.epochs = 1;
  check_prepares(Dbm({784, 12, 9}, 10, 1), of_dbm, 1);
  SbnTrainingOptions of_sbn;
  of_sbn.epochs = 1;
  check_prepares(Sbn({784, 12, 9}, 1), of_sbn, 1);
}

TEST_CASE("with validation data each epoch ends with mean free energies, in slices") {
  const Dataset data = stroke_digits(1100, 3), held_back = stroke_digits(40, 8);
  const auto check_ends = [&](Training& training) {
    training.set_validation(held_back);
    int ends = 0;
    while (training.step()) {
      CHECK_FALSE(training.progress().free_energies);
      if (!training.progress().epoch_ended) {
        CHECK_FALSE(training.validate());
        continue;
      }
      int slices = 0;
      while (training.validate()) {
        ++slices;
        CHECK_FALSE(training.progress().free_energies);
      }
      CHECK(slices > 1);
      const std::optional<FreeEnergies> energies = training.progress().free_energies;
      REQUIRE(energies.has_value() == training.mean_free_energy(data, 10).has_value());
      if (!energies) continue;
      ++ends;
      CHECK(energies->training == doctest::Approx(training.mean_free_energy(data, 1000).value()).epsilon(1e-12));
      CHECK(energies->validation == doctest::Approx(training.mean_free_energy(held_back, 1000).value()).epsilon(1e-12));
    }
    return ends;
  };
  TrainingOptions o;
  o.epochs = 2;
  o.batch_size = 550;
  Rbm rbm({784, 60, 10}, 1);
  CHECK(check_ends(*train(rbm, data, o)) == 2);
  Dbn dbn({784, 30, 20}, 0, 1);
  CHECK(check_ends(*train(dbn, data, {o})) == 4);
  const auto training = train(rbm, data, o);
  CHECK_THROWS_WITH_AS(training->set_validation(bars_and_stripes(3)), doctest::Contains("9 values"), std::out_of_range);

  // A belief net has none, and a DBM none before joint training.
  const Dataset bars = bars_and_stripes(3);
  Sbn net({9, 4, 3}, 1);
  CHECK_THROWS_WITH_AS(train(net, bars, {})->set_validation(bars), doctest::Contains("free energies"),
                       std::invalid_argument);
  Dbm dbm({9, 6, 5}, 0, 1);
  DbmTrainingOptions of_dbm;
  of_dbm.epochs = 1;
  of_dbm.pretraining.resize(1);
  of_dbm.pretraining[0].epochs = 1;
  const auto joint = train(dbm, bars, of_dbm);
  joint->set_validation(bars);
  int with = 0;
  while (joint->step()) {
    while (joint->validate()) {
    }
    const std::optional<FreeEnergies> energies = joint->progress().free_energies;
    if (!energies) continue;
    ++with;
    CHECK(energies->validation == energies->training);
  }
  CHECK(with == 1);
}
