// Mini-batches come in slices: the same bits as in one go, little work at once, and nothing of it shows before the
// step.
#include <doctest/doctest.h>

#include <map>

#include "learning/conditionals.h"
#include "learning/statistics.h"
#include "learning_runs.h"
#include "math/slices.h"
#include "sliced_training.h"
#include "unit_enumeration.h"
#include "wakesleep/fingerprint.h"
#include "wakesleep/network.h"
#include "wakesleep/network_training.h"

using namespace wakesleep;
using namespace wakesleep::test;

namespace {

std::string trained(const RbmShape& shape, const Dataset& data, const TrainingOptions& options) {
  Rbm rbm(shape, 5);
  Random random(5, Stream::weights);
  Matrix& W = rbm.mutable_W();
  for (Index i = 0; i < W.size(); ++i) W.data()[i] = static_cast<float>(0.01 * random.normal());
  const auto training = train(rbm, data, options);
  train_in_slices(*training);
  return fingerprint(rbm);
}

}  // namespace

// Native slices have at most 2,048 rows, those of WebAssembly of the larger model some dozens.
TEST_CASE("batches of several slices have the bits of batches that had one") {
  std::map<std::string, std::string> found;
  for (const bool binary : {true, false}) {
    const std::string kind = binary ? "binary, " : "grey, ";
    const Dataset many = sliced_examples(2600, 24, binary);
    for (const Variant& rule : rules()) {
      TrainingOptions o = plain_options();
      rule.change(o);
      o.batch_size = 2600;
      if (o.method == Method::pt) o.chains = 50;
      found[kind + rule.name] = trained({24, 7, 0}, many, o);
      o.weights.assign(2600, 0.5f);
      for (std::size_t r = 0; r < o.weights.size(); r += 3) o.weights[r] = 2;
      found[kind + rule.name + ", weights"] = trained({24, 7, 0}, many, o);
    }
    TrainingOptions o = plain_options();
    o.batch_size = 2600;
    o.objective = Objective::discriminative;
    found[kind + "discriminative"] = trained({24, 7, 3}, many, o);
    o.objective = Objective::hybrid;
    found[kind + "hybrid"] = trained({24, 7, 3}, many, o);
    o.method = Method::fpcd;
    found[kind + "hybrid, fpcd"] = trained({24, 7, 3}, many, o);
    o = plain_options();
    o.hidden_states = States::sampled;
    o.batch_size = 300;
    o.k = 2;
    found[kind + "784 x 300"] = trained({784, 300, 0}, sliced_examples(300, 784, binary), o);
    o.data_states = States::sampled;
    o.dropout = 0.3;
    found[kind + "784 x 300, sampled, dropout"] = trained({784, 300, 0}, sliced_examples(300, 784, binary), o);
  }
  const std::map<std::string, std::string> wanted = {
      {"binary, 784 x 300", "7e9a55c64d1c0301"},
      {"binary, 784 x 300, sampled, dropout", "1f7207121195d8ba"},
      {"binary, cd", "604a1babf0104308"},
      {"binary, cd, weights", "75f572e01fcc1758"},
      {"binary, discriminative", "38a471a156a8eb6b"},
      {"binary, exact", "3e9045f9e193260b"},
      {"binary, exact, weights", "70f3918d0d054507"},
      {"binary, fpcd", "4933a5a63fea3343"},
      {"binary, fpcd, states", "50e5fe5d7f7610e9"},
      {"binary, fpcd, states, weights", "5924520747589751"},
      {"binary, fpcd, the learning rate for all", "4977d33dec452aec"},
      {"binary, fpcd, the learning rate for all, weights", "319c449b87dee583"},
      {"binary, fpcd, weights", "76419d3acaaf2c18"},
      {"binary, hybrid", "b3fede9389139e7b"},
      {"binary, hybrid, fpcd", "16e11515af3fc907"},
      {"binary, mean-field", "168f44ff5680c3e5"},
      {"binary, mean-field, weights", "8aafc79342878b6a"},
      {"binary, pcd", "6b5bfce601e7869a"},
      {"binary, pcd, weights", "ac5495e8da5480da"},
      {"binary, pt", "d70c752e07f52e2e"},
      {"binary, pt, states", "cf2a6e0a6827dd76"},
      {"binary, pt, states, weights", "f8e50f1a7dcb0542"},
      {"binary, pt, weights", "42fa969eccb88951"},
      {"binary, ptt", "1d5abc41309d07cd"},
      {"binary, ptt, states", "cdb0a3c441b81b12"},
      {"binary, ptt, states, weights", "cb94ac6ac669c274"},
      {"binary, ptt, weights", "343708c971173e67"},
      {"grey, 784 x 300", "52ba56223696377a"},
      {"grey, 784 x 300, sampled, dropout", "f06fa9cf6dcd2aca"},
      {"grey, cd", "504781d39b2afbb6"},
      {"grey, cd, weights", "245127bb6fefa718"},
      {"grey, discriminative", "4fb70505d707efb4"},
      {"grey, exact", "719b25e33f0efa33"},
      {"grey, exact, weights", "dc4433aaa3aa52dc"},
      {"grey, fpcd", "055f99d969f9e971"},
      {"grey, fpcd, states", "41e205f3e68a469f"},
      {"grey, fpcd, states, weights", "3cae5b5c35bb76a7"},
      {"grey, fpcd, the learning rate for all", "0b6e52451251525a"},
      {"grey, fpcd, the learning rate for all, weights", "d150bb5795d4618e"},
      {"grey, fpcd, weights", "f27f2c06759f2d6d"},
      {"grey, hybrid", "408ca1de13f57b01"},
      {"grey, hybrid, fpcd", "8614e45d65546360"},
      {"grey, mean-field", "c92bba8c15c261d5"},
      {"grey, mean-field, weights", "c55238a729091554"},
      {"grey, pcd", "a969ae27143e76c8"},
      {"grey, pcd, weights", "b8a436cb4d5d2a7c"},
      {"grey, pt", "08b3b9bc1a490e84"},
      {"grey, pt, states", "541149d991ef79f6"},
      {"grey, pt, states, weights", "5556d8679e0171c5"},
      {"grey, pt, weights", "2a37a305d3b1c1dd"},
      {"grey, ptt", "9ac7feb7ec5286ce"},
      {"grey, ptt, states", "2d0a69e3fd3d469d"},
      {"grey, ptt, states, weights", "1954daae346dc81b"},
      {"grey, ptt, weights", "24241407784b4153"},
  };
  check_fingerprints(found, wanted);
}

TEST_CASE("rows are drawn part after part as all at once, whatever the units are") {
  constexpr Index rows = 22;
  const std::vector<math::RowRange> parts = {{0, 8}, {8, 4}, {12, 10}};
  for (const PairOfUnits& pair : pairs_of_units()) {
    CAPTURE(pair.name());
    const Rbm rbm = rbm_of(pair, 0.5);
    Conditionals whole(rbm), in_parts(rbm);
    BitMatrix kept(rows, pair.hidden_count);
    for (Index r = 0; r < rows; ++r) kept.set(r, r % pair.hidden_count, true);
    for (const BitMatrix* left : {static_cast<const BitMatrix*>(nullptr), static_cast<const BitMatrix*>(&kept)}) {
      whole.leave_out(left);
      in_parts.leave_out(left);
      // Documents of a few words each; and states that all units can have.
      LayerStates h, v, v_in_parts, h_in_parts;
      Scratch start_means, means, means_in_parts, first, first_in_parts;
      draw_without_input(whole.hidden_side(), rows, nullptr, {1, Stream::hidden, 0}, h, start_means);
      const std::vector<float> words(static_cast<std::size_t>(rows), 3);
      first.resize(10, rbm.width());
      first_in_parts.resize(10, rbm.width());
      const math::Place place{7, Stream::visible, 9};
      whole.sample_visible(h, place, words.data(), v, &first);
      for (const math::RowRange& some : parts)
        in_parts.sample_visible(some, h, place, words.data(), v_in_parts, &first_in_parts);
      CHECK(v == v_in_parts);
      CHECK(view(first) == view(first_in_parts));
      LayerStates h_again;
      whole.hidden(v, &means, &h_again, place);
      for (const math::RowRange& some : parts) in_parts.hidden(some, v, &means_in_parts, &h_in_parts, place);
      CHECK(h_again == h_in_parts);
      CHECK(view(means) == view(means_in_parts));
      LayerStates of_states, of_states_in_parts, of_means, of_means_in_parts;
      whole.visible_means(h, words.data(), of_states);
      whole.visible_means(means, words.data(), of_means);
      for (const math::RowRange& some : parts) {
        in_parts.visible_means(some, h, words.data(), of_states_in_parts);
        in_parts.visible_means(some, means, words.data(), of_means_in_parts);
      }
      CHECK(of_states == of_states_in_parts);
      CHECK(of_means == of_means_in_parts);

      for (const bool weighted : {false, true})
        for (const bool of_means_of_h : {false, true}) {
          Phase phase;
          phase.v = v;
          phase.h_states = h_again;
          phase.h = means;
          phase.of_means = of_means_of_h;
          if (weighted)
            for (Index r = 0; r < rows; ++r) phase.weights.push_back(0.01f * static_cast<float>(r + 1));
          Statistics statistics(rbm);
          Gradient at_once, added;
          statistics.start(at_once);
          statistics.start(added);
          statistics.add(phase, -1, at_once);
          for (const math::RowRange& some : parts) statistics.add(some, phase, -1, added);
          CHECK(at_once.W == added.W);
          CHECK(at_once.b == added.b);
          CHECK(at_once.c == added.c);
          CHECK(at_once.sigma_v == added.sigma_v);
          CHECK(at_once.sigma_h == added.sigma_h);
        }
    }
  }
}

TEST_CASE("no slice of a mini-batch is much work by the clock, however many examples and Gibbs steps it has") {
  const auto check = [](const RbmShape& shape, Index rows, bool binary, const TrainingOptions& options) {
    const Dataset data = sliced_examples(rows, shape.visible, binary);
    Rbm rbm(shape, 1);
    TrainingOptions o = options;
    o.epochs = 1;
    o.batch_size = rows;
    const auto training = train(rbm, data, o);
    int slices = 0;
    for (bool goes_on = true; goes_on; ++slices) {
      const double before = math::work_done();
      goes_on = training->prepare();
      const double work = math::work_done() - before;
      // What is begun before a slice is over makes at most two products of real values, for which the clock counts
      // twice what next_rows() does: 1 + 2 * 2.
      CHECK(work < 5 * math::multiplications_a_slice);
    }
    CHECK(slices > 1);
    const double before = math::work_done();
    CHECK(training->step());
    CHECK(math::work_done() - before < math::multiplications_a_slice);
  };
  TrainingOptions o;
  o.hidden_states = States::sampled;
  check({784, 300, 0}, 5000, true, o);
  o.k = 100;
  check({300, 200, 0}, 500, true, o);
  o.method = Method::pcd;
  check({300, 200, 0}, 500, true, o);
  o = {};
  check({784, 100, 0}, 2600, false, o);
  o.objective = Objective::discriminative;
  check({784, 100, 3}, 2600, false, o);
}

TEST_CASE("nothing of a batch in slices shows before its step, and a change begins it anew") {
  const Dataset data = sliced_examples(200, 24, true);
  for (const Method method : {Method::cd, Method::pcd, Method::fpcd, Method::pt}) {
    CAPTURE(static_cast<int>(method));
    TrainingOptions o = plain_options();
    o.method = method;
    o.batch_size = 100;
    if (method == Method::pcd || method == Method::fpcd) o.restarts = 0.5;
    Rbm sliced({24, 7, 0}, 1), plain({24, 7, 0}, 1);
    const auto of_sliced = train(sliced, data, o), of_plain = train(plain, data, o);
    // To the end of an epoch.
    for (int batch = 0; batch < 2; ++batch) REQUIRE((of_sliced->step() && of_plain->step()));
    const LayerStates chains = sliced.training_state().chains;
    const std::string before = fingerprint(sliced);
    const double swap_rate = of_sliced->statistics()->swap_rate.value_or(-1);
    while (of_sliced->prepare()) {
    }
    CHECK(of_sliced->prepare() == false);
    CHECK(fingerprint(sliced) == before);
    CHECK(sliced.training_state().chains == chains);
    CHECK(of_sliced->progress().reconstruction_error == of_plain->progress().reconstruction_error);
    CHECK(of_sliced->progress().epoch_ended);
    CHECK(of_sliced->statistics()->swap_rate.value_or(-1) == swap_rate);
    TrainingOptions other = o;
    other.k = 3;
    other.learning_rate = 0.3;
    if (method == Method::pcd) other.restarts = 0.1;
    of_sliced->change(other);
    of_plain->change(other);
    REQUIRE((of_sliced->step() && of_plain->step()));
    CHECK(fingerprint(sliced) == fingerprint(plain));
    CHECK(sliced.training_state().chains == plain.training_state().chains);
  }
}

namespace {

Network net_of(const NetworkShape& shape) {
  Network net(shape);
  NetworkParameters parameters = net.parameters();
  Random random(7, Stream::weights);
  for (Matrix& W : parameters.W)
    for (Index i = 0; i < W.size(); ++i) W.data()[i] = static_cast<float>(0.3 * random.normal());
  net.set_parameters(parameters);
  return net;
}

const NetworkShape of_labels{{24, 20, 9, 3}, {Activation::relu, Activation::sigmoid, Activation::softmax}};
const NetworkShape of_inputs{{24, 15, 5, 15, 24}, {}, 2};

}  // namespace

TEST_CASE("batches of feed-forward nets in slices have the bits of batches that had one") {
  struct Case {
    std::string name;
    std::function<void(NetworkTrainingOptions&)> change;
    std::string of_labels, of_inputs;
  };
  const std::vector<Case> cases{
      {"plain", [](auto&) {}, "bd2ed6b1838e74b6", "0660701f7fa9fae5"},
      {"dropout", [](auto& o) { o.dropout = 0.4, o.input_dropout = 0.2; }, "8a5572b2fc67a8ae", "1a66f71b6c406e63"},
      {"noise", [](auto& o) { o.noise = 0.2, o.corruption = 0.3; }, "f757cf889281b8ae", "90bb5e95cbf89ceb"},
      {"squared error", [](auto& o) { o.loss = Loss::squared_error, o.max_norm = 1; }, "8ba5f58141ea2dda",
       "60dccbcbd93a4b54"},
      {"conjugate gradients", [](auto& o) { o.method = NetworkMethod::conjugate_gradients, o.input_dropout = 0.2; },
       "62002e5fd378ab5e", "74d8de630f529fcb"},
      {"Hessian-free", [](auto& o) { o.method = NetworkMethod::hessian_free; }, "87996c6445cdb7e1", "eb4661b492844724"},
  };
  const Dataset data = sliced_examples(2600, 24, false);
  for (const Case& one : cases) {
    CAPTURE(one.name);
    for (const bool autoencodes : {false, true}) {
      CAPTURE(autoencodes);
      NetworkTrainingOptions o;
      o.epochs = 2;
      o.batch_size = 2600;
      one.change(o);
      Network net = net_of(autoencodes ? of_inputs : of_labels);
      const auto training = train(net, data, o);
      train_in_slices(*training);
      CHECK(fingerprint(net).substr(0, 16) == (autoencodes ? one.of_inputs : one.of_labels));
    }
  }
}

// Two epochs in batches of this size, by each of the methods.
static std::vector<NetworkTrainingOptions> of_each_method(Index batch_size) {
  std::vector<NetworkTrainingOptions> all(3);
  all[1].method = NetworkMethod::conjugate_gradients;
  all[2].method = NetworkMethod::hessian_free;
  for (NetworkTrainingOptions& o : all) o.epochs = 2, o.batch_size = batch_size;
  return all;
}

TEST_CASE("no slice of a feed-forward net's batch is much work by the clock, and nothing shows before the step") {
  const Dataset data = sliced_examples(3000, 200, false);
  for (NetworkTrainingOptions o : of_each_method(3000)) {
    CAPTURE(static_cast<int>(o.method));
    o.input_dropout = 0.1;
    if (o.method == NetworkMethod::hessian_free) o.iterations = 3;
    Network net(NetworkShape{{200, 150, 200}, {}, 1});
    const auto training = train(net, data, o);
    for (int batch = 0; batch < 2; ++batch) {
      const std::string before = fingerprint(net);
      const auto activity = [&] {
        const auto statistics = training->statistics();
        return statistics ? statistics->mean_activity : -1;
      };
      const double activity_before = activity();
      int slices = 0;
      for (bool goes_on = true; goes_on; ++slices) {
        const double start = math::work_done();
        goes_on = training->prepare();
        // A layer that is begun before a slice is over makes two products of real values, for which next_rows() takes
        // two slices and the clock counts four; panels are filled up, and means have work of their own.
        CHECK(math::work_done() - start < 6 * math::multiplications_a_slice);
      }
      CHECK(slices > 1);
      CHECK_FALSE(training->prepare());
      CHECK(fingerprint(net) == before);
      CHECK(activity() == activity_before);
      const double start = math::work_done();
      CHECK(training->step());
      CHECK(math::work_done() - start < math::multiplications_a_slice);
      CHECK(fingerprint(net) != before);
    }
  }
}

TEST_CASE("a change in the middle of a feed-forward net's batch begins it anew") {
  const Dataset data = sliced_examples(3000, 24, false);
  for (NetworkTrainingOptions o : of_each_method(3000)) {
    CAPTURE(static_cast<int>(o.method));
    Network sliced = net_of(of_labels), plain = net_of(of_labels);
    const auto of_sliced = train(sliced, data, o), of_plain = train(plain, data, o);
    for (int slice = 0; slice < 5; ++slice) of_sliced->prepare();
    o.weight_decay = 0.01;
    o.input_dropout = 0.3;
    of_sliced->change(o);
    of_plain->change(o);
    REQUIRE((of_sliced->step() && of_plain->step()));
    CHECK(fingerprint(sliced) == fingerprint(plain));
  }
}
