#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "altered_files.h"
#include "wakesleep/dbm_training.h"
#include "wakesleep/fingerprint.h"
#include "wakesleep/stroke_digits.h"

using namespace wakesleep;
using namespace wakesleep::test;

namespace {

const SaveOptions as_half{true, false, {}}, resumable{false, true, {}};

Dbm open_dbm(const Bytes& bytes) { return std::get<Dbm>(open_model(bytes)); }

DbmTrainingOptions small_training(bool pretrains) {
  DbmTrainingOptions o;
  o.batch_size = 40;
  o.epochs = 2;
  o.chains = 7;
  o.centering = !pretrains;
  if (pretrains) {
    TrainingOptions of_layer;
    of_layer.epochs = 2;
    of_layer.batch_size = 40;
    of_layer.method = Method::pcd;
    o.pretraining = {of_layer};
  }
  return o;
}

const Dataset& digits() {
  static const Dataset data = stroke_digits(100, 2);
  return data;
}

// A DBM after so many mini-batches, of which an epoch has three.
Dbm trained(bool pretrains, int batches, const std::vector<Index>& layers = {784, 12, 9}) {
  Dbm dbm(layers, 10, 3);
  const auto training = train(dbm, digits(), small_training(pretrains));
  for (int i = 0; i < batches; ++i) REQUIRE(training->step());
  return dbm;
}

bool same_parameters(const DbmParameters& a, const DbmParameters& b) { return a.W == b.W && a.b == b.b; }

}  // namespace

TEST_CASE("a DBM opens as it was saved, and a file opened and saved again is the same bytes") {
  for (const Index labels : {0, 3}) {
    Dbm dbm({5, 4, 70, 2}, labels, 9);
    dbm.training_state().epoch = 4;
    dbm.training_state().step = 11;
    dbm.training_state().pretrained = true;
    for (const SaveOptions& options : {SaveOptions{}, resumable}) {
      const Bytes bytes = save_model(dbm, options);
      const Dbm again = open_dbm(bytes);
      CHECK(same_parameters(again.parameters(), dbm.parameters()));
      CHECK(again.layers() == dbm.layers());
      CHECK(again.labels() == labels);
      CHECK(again.seed() == 9);
      CHECK(again.training_state().epoch == 4);
      CHECK(again.training_state().step == 11);
      CHECK(again.training_state().pretrained);
      CHECK(save_model(again, options) == bytes);
    }
    const Bytes half = save_model(dbm, as_half);
    CHECK(save_model(open_dbm(half), as_half) == half);
  }
}

TEST_CASE("the tensors and the description of a DBM's file are what the format describes") {
  const Dbm dbm({5, 4, 3}, 2, 9);
  std::vector<std::string> names;
  const Bytes bytes = save_model(dbm);
  const io::Safetensors file = io::parse_safetensors(bytes);
  for (const io::Tensor& tensor : file.tensors) names.push_back(tensor.name);
  std::sort(names.begin(), names.end());
  CHECK(names ==
        std::vector<std::string>{"U", "d", "layers.0.W", "layers.0.b", "layers.1.W", "layers.1.b", "layers.2.b"});
  CHECK(file.find("U")->shape == std::vector<std::uint64_t>{2, 3});
  CHECK(file.find("layers.0.W")->shape == std::vector<std::uint64_t>{5, 4});
  const Json about = Json::parse(file.metadata.at("wakesleep"));
  CHECK(about["kind"] == "dbm");
  CHECK(about["layers"] == Json::array({5, 4, 3}));
  CHECK(about["labels"] == 2);
  CHECK(about["training"]["pretrained"] == false);
  CHECK(about["training"]["machines"].size() == 1);
}

TEST_CASE("a DBM saved and opened in the middle of pretraining or of joint training ends in the same bits") {
  for (const bool pretrains : {true, false}) {
    Dbm whole = trained(pretrains, pretrains ? 18 : 6);
    for (const int at : pretrains ? std::vector<int>{1, 6, 8, 12, 14} : std::vector<int>{1, 4}) {
      const Bytes bytes = save_model(trained(pretrains, at), resumable);
      Dbm parts = open_dbm(bytes);
      CHECK(save_model(parts, resumable) == bytes);
      DbmTrainingOptions rest = small_training(pretrains);
      if (const auto& stack = parts.training_state().pretraining) {
        rest.pretraining.resize(2, rest.pretraining[0]);
        for (Index l = stack->training_layer; l < 2; ++l)
          rest.pretraining[static_cast<std::size_t>(l)].epochs -= stack->rbm(l).training_state().epoch;
      }
      rest.epochs -= parts.training_state().epoch;
      const auto training = train(parts, digits(), rest);
      while (training->step()) {
      }
      CHECK(fingerprint(parts) == fingerprint(whole));
    }
  }
}

TEST_CASE("a DBM's file that is not resumable keeps its counters and leaves momentum, chains and pretraining out") {
  const Dbm dbm = open_dbm(save_model(trained(false, 4)));
  const DbmTrainingState& state = dbm.training_state();
  CHECK(state.epoch == 1);
  CHECK(state.step == 4);
  CHECK(state.batch == 0);
  CHECK(state.optimizer.velocity.empty());
  CHECK(state.chains.empty());
  CHECK(state.offsets.empty());
  CHECK_FALSE(open_dbm(save_model(trained(true, 4))).training_state().pretraining.has_value());
}

TEST_CASE("a DBM's file that cannot be is refused with what is wrong in it") {
  const Bytes plain = save_model(Dbm({5, 4, 3}, 2, 9)), joint = save_model(trained(false, 4), resumable),
              pretraining = save_model(trained(true, 8), resumable);
  check_refused(described(plain, [](Json& j) { j["layers"] = {5, 4}; }), {"at least three sizes"});
  check_refused(described(plain, [](Json& j) { j["layers"] = {5, 4, 4}; }), {"layers.1.W", "shape"});
  check_refused(described(plain, [](Json& j) { j["labels"] = 3; }), {"'U'", "shape"});
  check_refused(described(plain, [](Json& j) { j["training"].erase("pretrained"); }), {"no 'pretrained'"});
  check_refused(described(plain, [](Json& j) { j["training"]["pretrained"] = 1; }), {"neither true nor false"});
  check_refused(described(plain, [](Json& j) { j["training"]["machines"] = Json::array(); }), {"of which there are 1"});
  check_refused(described(plain, [](Json& j) { j["units"]["visible"] = "gaussian"; }), {"of 'bernoulli' alone"});
  check_refused(described(pretraining, [](Json& j) { j["training"]["machines"].erase(2); }), {"of which there are 3"});
  check_refused(described(pretraining, [](Json& j) { j["training"]["layer"] = 2; }), {"layer", "from 0 to 1"});
  check_refused(described(pretraining, [](Json& j) { j["training"]["pretrained"] = true; }), {"of which there are 1"});
  check_refused(described(joint, [](Json& j) { j["kind"] = "dbn"; }), {"model file"});
  check_refused(without_tensor(plain, "layers.2.b"), {"'layers.2.b' is missing"});
  check_refused(with_tensors(plain, [](auto& t) { t.push_back(find(t, "d")), t.back().name = "layers.2.W"; }),
                {"'layers.2.W' does not belong"});
  for (const char* name : {"velocity.layers.1.b", "offsets.1", "chains.3", "velocity.U"})
    check_refused(without_tensor(joint, name), {std::string("'") + name + "' is missing"});
  for (const char* name : {"layers.1.b", "offsets.1", "velocity.d"})
    check_refused(with_value(joint, name, std::numeric_limits<float>::infinity()), {name, "not finite"});
  for (const float value : {1e30f, 1.01f, -0.01f}) check_out_of_range(joint, "offsets.1", value);
  for (const char* name : {"velocity.d", "velocity.layers.0.W"})
    for (const float value : {1e30f, -2e7f}) check_out_of_range(joint, name, value);
  std::vector<std::uint8_t> chains;
  const auto with_chains = [&](const char* name, std::uint64_t first) {
    return with_tensors(joint, [&](auto& t) {
      io::Tensor& tensor = find(t, name);
      chains.assign(tensor.bytes.begin(), tensor.bytes.end());
      std::memcpy(chains.data(), &first, sizeof first);
      tensor.bytes = chains;
    });
  };
  check_refused(with_chains("chains.1", std::uint64_t{1} << 12), {"bits past its last unit"});
  check_refused(with_chains("chains.3", 0), {"0 labels on in row 0"});
  check_refused(with_chains("chains.3", 3), {"2 labels on in row 0"});
  check_refused(with_tensors(joint,
                             [&](auto& t) {
                               io::Tensor& tensor = find(t, "chains.3");
                               tensor.shape[0] -= 1;
                               tensor.bytes = tensor.bytes.first(tensor.bytes.size() - 8);
                             }),
                {"'chains.3' has 6 rows"});
}

TEST_CASE("a DBM's file that is cut short is refused at every length") {
  Dbm dbm({3, 2, 2}, 2, 1);
  const Bytes bytes = save_model(dbm, resumable);
  for (std::size_t n = 0; n < bytes.size(); ++n) CHECK_THROWS_AS(open_model(std::span(bytes).first(n)), Error);
}
