// Model files of sigmoid belief nets; what all kinds share is in test_model_file.cpp.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "altered_files.h"
#include "sbn_enumeration.h"
#include "wakesleep/fingerprint.h"
#include "wakesleep/patterns.h"
#include "wakesleep/sbn_training.h"

using namespace wakesleep;
using namespace wakesleep::test;

namespace {

Sbn used_net(bool recognises) {
  Sbn net = small_net({5, 4, 3, 2}, 1, 9);
  if (recognises) net.start_recognition();
  net.training_state() = {3, 2, 70};
  return net;
}

void check_same(const Sbn& a, const Sbn& b) {
  REQUIRE(a.layers() == b.layers());
  CHECK(a.seed() == b.seed());
  REQUIRE(a.has_recognition() == b.has_recognition());
  for (Index l = 0; l < a.layer_count(); ++l) {
    CHECK(a.b(l) == b.b(l));
    if (l == a.depth()) continue;
    CHECK(a.W(l) == b.W(l));
    if (!a.has_recognition()) continue;
    CHECK(a.R(l) == b.R(l));
    CHECK(a.c(l) == b.c(l));
  }
  CHECK(fingerprint(a) == fingerprint(b));
}

Sbn open_net(const Bytes& bytes) { return std::get<Sbn>(open_model(bytes)); }

}  // namespace

TEST_CASE(
    "a sigmoid belief net opens as it was saved, with and without recognition weights, and its file is as described") {
  for (const bool recognises : {false, true}) {
    const Sbn net = used_net(recognises);
    const Bytes bytes = save_model(net, {false, false, {{"data", "bars"}}});
    check_same(open_net(bytes), net);
    CHECK(open_net(bytes).training_state().epoch == 3);
    CHECK(open_net(bytes).training_state().step == 70);
    CHECK(open_net(bytes).training_state().batch == 0);
    CHECK(open_net(save_model(net, {false, true, {}})).training_state().batch == 2);
    CHECK(save_model(open_net(bytes), {false, false, model_notes(bytes)}) == bytes);
    const Bytes half = save_model(net, {true, false, {}});
    CHECK(half.size() < bytes.size());
    CHECK((open_net(half).W(0) - net.W(0)).cwiseAbs().maxCoeff() < 1e-3);

    const io::Safetensors file = io::parse_safetensors(bytes);
    const Json about = Json::parse(file.metadata.at("wakesleep"));
    CHECK(about["kind"] == "sbn");
    CHECK(about["layers"] == Json::parse("[5, 4, 3, 2]"));
    CHECK(about["labels"] == 0);
    CHECK(about["units"] == Json::parse(R"({"visible": "bernoulli", "hidden": "bernoulli"})"));
    CHECK(about["training"]["machines"] == Json::parse(R"([{"seed": "9", "epoch": "3", "step": "70"}])"));
    CHECK(file.tensors.size() == (recognises ? 13 : 7));
    REQUIRE(file.find("layers.1.W") != nullptr);
    CHECK(file.find("layers.1.W")->shape == std::vector<std::uint64_t>{4, 3});
    CHECK(file.find("layers.3.b")->shape == std::vector<std::uint64_t>{2});
    if (recognises) CHECK(file.find("layers.2.c")->shape == std::vector<std::uint64_t>{2});
  }
  CHECK(fingerprint(used_net(true)) != fingerprint(used_net(false)));
}

TEST_CASE("a belief net that is saved and opened between batches ends in the same bits") {
  const Dataset bars = bars_and_stripes(3);
  SbnTrainingOptions o;
  o.batch_size = 5;
  o.epochs = 4;
  Sbn whole({9, 4, 3}, 2);
  const auto training = train(whole, bars, o);
  Bytes bytes;
  for (int i = 1; training->step(); ++i)
    if (i == 5) bytes = save_model(whole, {false, true, {}});
  Sbn opened = open_net(bytes);
  o.epochs = 3;
  const auto rest = train(opened, bars, o);
  while (rest->step()) {
  }
  check_same(opened, whole);
}

TEST_CASE("a belief net's training state that no training can have left is refused by the tensor's name") {
  SbnTrainingOptions options;
  options.epochs = 1;
  options.optimizer = OptimizerKind::adam;
  options.method = SbnMethod::gibbs;
  options.persistent = true;
  Sbn kept({9, 4, 3}, 2);
  const Dataset bars = bars_and_stripes(3);
  const auto training = train(kept, bars, options);
  while (training->step()) {
  }
  const Bytes bytes = save_model(kept, {false, true, {}});
  for (const char* name : {"first_moment.layers.0.W", "first_moment.layers.2.b"})
    for (const float value : {1e30f, -2e7f}) check_out_of_range(bytes, name, value);
  for (const float value : {1e30f, -1e-6f}) check_out_of_range(bytes, "second_moment.layers.1.b", value);
  std::uint64_t words[14] = {1 << 4};
  check_refused(with_tensors(bytes,
                             [&](auto& tensors) {
                               find(tensors, "examples.1").bytes = {reinterpret_cast<const std::uint8_t*>(words),
                                                                    sizeof words};
                             }),
                {"examples.1", "bits past its last unit"});
}

TEST_CASE("a damaged file of a belief net is refused with the fault, and opens where it can be saved again") {
  const Bytes bytes = save_model(used_net(true), {false, true, {}});
  for (const std::string name : {"layers.0.W", "layers.3.b", "layers.1.R", "layers.2.c"})
    check_refused(without_tensor(bytes, name), {"'" + name + "' is missing"});
  // Without the lowest R the others are of no kind that is known.
  check_refused(without_tensor(bytes, "layers.0.R"), {"does not belong"});
  check_refused(described(bytes, [](Json& about) { about["layers"] = {5, 4, 3, 7}; }), {"has shape"});
  check_refused(described(bytes, [](Json& about) { about["layers"] = {5}; }), {"at least two sizes"});
  check_refused(described(bytes, [](Json& about) { about["labels"] = 2; }),
                {"labels is not a whole number from 0 to 0"});
  check_refused(described(bytes, [](Json& about) { about["kind"] = "dbn"; }), {"machines"});
  check_refused(described(bytes, [](Json& about) { about["units"]["visible"] = "gaussian"; }),
                {"of 'bernoulli' alone"});
  check_refused(described(bytes, [](Json& about) { about["units"] = {"bernoulli", "relu", "bernoulli", "bernoulli"}; }),
                {"of 'bernoulli' alone"});
  check_refused(described(bytes, [](Json& about) { about["training"]["machines"] = Json::array(); }),
                {"of which there are 1"});

  int refused = 0, opened = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at)
    for (const std::uint8_t value : {std::uint8_t{0}, std::uint8_t{'9'}, std::uint8_t(bytes[at] ^ 0x80)}) {
      Bytes changed = bytes;
      changed[at] = value;
      try {
        const Bytes saved = save_model(open_net(changed), {false, true, {}});
        REQUIRE(save_model(open_net(saved), {false, true, {}}) == saved);
        ++opened;
      } catch (const Error& error) {
        REQUIRE(error.code() == ErrorCode::format);
        ++refused;
      }
    }
  CHECK(refused > 1000);
  CHECK(opened > 100);
}
