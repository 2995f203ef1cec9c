#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "altered_files.h"
#include "io/half.h"
#include "models/ladder.h"
#include "wakesleep/patterns.h"
#include "wakesleep/random.h"
#include "wakesleep/training.h"

using namespace wakesleep;
using namespace wakesleep::test;

namespace {

constexpr std::uint64_t beyond_double = (std::uint64_t{1} << 53) + 1;
const SaveOptions as_half{true, false, {}}, resumable{false, true, {}};

void fill(float* values, Index count, Random& random) {
  for (Index i = 0; i < count; ++i) values[i] = static_cast<float>(random.normal());
}

// A machine with parameters, counters, momentum and, on request, chains and the rest of a training state, all different
// from what a new one has.
Rbm used_rbm(const RbmShape& shape, Index chains = 0, std::uint64_t seed = beyond_double) {
  Random random(seed, Stream::weights, 9);
  Rbm rbm(shape, seed);
  Matrix W(rbm.width(), rbm.hidden());
  Vector b(rbm.width()), c(rbm.hidden());
  fill(W.data(), W.size(), random);
  fill(b.data(), b.size(), random);
  fill(c.data(), c.size(), random);
  rbm.set_parameters(W, b, c);
  RbmTrainingState& state = rbm.training_state();
  state.epoch = 3;
  state.batch = 2;
  state.step = beyond_double + 4;
  const Vector flat = Eigen::Map<const Vector>(W.data(), W.size());
  state.optimizer.velocity = {0.5f * flat, 0.25f * b, -c};
  if (chains > 0) {
    state.chains.resize(true, chains, shape.hidden);
    for (Index r = 0; r < chains; ++r)
      for (Index j = 0; j < shape.hidden; ++j) state.chains.bits.set(r, j, random.bits() & 1);
    // And what the other learning rules and options keep.
    state.fast = {0.1f * W, 2 * b, 3 * c};
    state.optimizer.first_moment = {4 * flat, 5 * b, 6 * c};
    state.optimizer.second_moment = {flat.cwiseAbs2(), b.cwiseAbs2(), c.cwiseAbs2()};
    state.optimizer.moment_steps = beyond_double + 3;
    // Means of units with two states.
    state.visible_offset = (7 * b).array().tanh().abs();
    state.hidden_offset = (8 * c).array().tanh().abs();
    state.activity = (9 * c).array().tanh().abs();
    LadderState& ladder = state.ladder;
    append_rung(rbm, 3.5, 0, 1, 0, ladder);
    append_rung(rbm, -0.25, 0.125, 0.4, 3, ladder);
    for (LayerStates* states : {&ladder.samples, &ladder.reservoir, &ladder.chains}) {
      states->resize(shape.visible_units.type == UnitType::bernoulli, states == &ladder.chains ? 2 : 6, rbm.width());
      for (Index r = 0; r < states->rows(); ++r)
        for (Index i = 0; i < rbm.width(); ++i) states->set(r, i, static_cast<float>(random.bits() & 1));
    }
    ladder.free_energies = Vector::LinSpaced(2, -3, -1);
    ladder.counts = Vector::LinSpaced(5, 1, 5);
  }
  return rbm;
}

Dbn used_dbn() {
  Dbn dbn({used_rbm({5, 4}, 0, 1), used_rbm({4, 70}, 3, 2), used_rbm({70, 2, 3}, 0, ~std::uint64_t{0})});
  dbn.training_layer = 1;
  return dbn;
}

bool same_parameters(const Rbm& a, const Rbm& b) {
  return a.shape() == b.shape() && a.W() == b.W() && a.b() == b.b() && a.c() == b.c() && a.seed() == b.seed();
}

template <class A>
bool same_values(const A& a, const A& b) {
  return a.rows() == b.rows() && a.cols() == b.cols() && a == b;
}

bool same_set(const ParameterSet& a, const ParameterSet& b) {
  return same_values(a.W, b.W) && same_values(a.b, b.b) && same_values(a.c, b.c);
}

bool same_ladder(const LadderState& a, const LadderState& b) {
  return same_values(a.rungs, b.rungs) && same_values(a.log_z_steps, b.log_z_steps) &&
         same_values(a.variances, b.variances) && same_values(a.acceptances, b.acceptances) &&
         same_values(a.relaxations, b.relaxations) && a.samples == b.samples && a.reservoir == b.reservoir &&
         a.chains == b.chains && same_values(a.free_energies, b.free_energies) && same_values(a.counts, b.counts);
}

bool same_state(const RbmTrainingState& a, const RbmTrainingState& b) {
  return a.epoch == b.epoch && a.batch == b.batch && a.step == b.step && a.optimizer.velocity == b.optimizer.velocity &&
         a.optimizer.first_moment == b.optimizer.first_moment &&
         a.optimizer.second_moment == b.optimizer.second_moment &&
         a.optimizer.moment_steps == b.optimizer.moment_steps && a.chains == b.chains && same_set(a.fast, b.fast) &&
         same_values(a.visible_offset, b.visible_offset) && same_values(a.hidden_offset, b.hidden_offset) &&
         same_values(a.activity, b.activity) && same_ladder(a.ladder, b.ladder);
}

Bytes save(const Model& model, const SaveOptions& options = {}) { return save_model(model, options); }

Rbm open_rbm(const Bytes& bytes) { return std::get<Rbm>(open_model(bytes)); }
Dbn open_dbn(const Bytes& bytes) { return std::get<Dbn>(open_model(bytes)); }

std::vector<std::string> names(const Bytes& bytes) {
  std::vector<std::string> result;
  for (const io::Tensor& tensor : io::parse_safetensors(bytes).tensors) result.push_back(tensor.name);
  return result;
}

}  // namespace

TEST_CASE("an RBM opens as it was saved, with and without labels") {
  for (const RbmShape& shape : {RbmShape{6, 5, 0}, RbmShape{7, 3, 2}, RbmShape{1, 1, 0}}) {
    const Rbm rbm = used_rbm(shape);
    CHECK(same_parameters(open_rbm(save_model(rbm)), rbm));
  }
}

TEST_CASE("the tensors of a file have the names, shapes and values that the format describes") {
  const Rbm rbm = used_rbm({7, 3, 2});
  const Bytes bytes = save_model(rbm);
  const io::Safetensors file = io::parse_safetensors(bytes);
  CHECK(names(bytes) == std::vector<std::string>{"U", "W", "b", "c", "d"});
  const auto check = [&](const char* name, std::vector<std::uint64_t> shape, const float* values) {
    CAPTURE(name);
    const io::Tensor* tensor = file.find(name);
    REQUIRE(tensor != nullptr);
    CHECK(tensor->shape == shape);
    CHECK(tensor->dtype == io::Dtype::f32);
    CHECK(std::memcmp(tensor->bytes.data(), values, tensor->bytes.size()) == 0);
  };
  check("W", {7, 3}, rbm.W().data());
  check("U", {2, 3}, rbm.W().data() + 7 * 3);
  check("b", {7}, rbm.b().data());
  check("d", {2}, rbm.b().data() + 7);
  check("c", {3}, rbm.c().data());
}

TEST_CASE("the description of a file says what the model is") {
  const Json rbm = Json::parse(io::parse_safetensors(save_model(used_rbm({7, 3, 2}))).metadata.at(key));
  CHECK(rbm == Json::parse(R"({"kind": "rbm", "version": 1, "units": {"visible": "bernoulli", "hidden": "bernoulli"},
      "layers": [7, 3], "labels": 2, "training": {"resumable": false, "notes": {},
      "machines": [{"seed": "9007199254740993", "epoch": "3", "step": "9007199254740997"}]}})"));
  const Json dbn = Json::parse(io::parse_safetensors(save_model(used_dbn())).metadata.at(key));
  CHECK(dbn["kind"] == "dbn");
  CHECK(dbn["layers"] == Json::parse("[5, 4, 70, 2]"));
  CHECK(dbn["labels"] == 3);
  CHECK(dbn["training"]["layer"] == 1);
  CHECK(dbn["training"]["machines"].size() == 3);
}

TEST_CASE("units of every type open as they were saved, with their standard deviations and their chains") {
  RbmShape shape{6, 4, 2};
  shape.visible_units = {UnitType::gaussian, {}, true};
  shape.hidden_units = {UnitType::softmax, {2, 2}};
  Rbm rbm = used_rbm(shape, 3);
  rbm.set_sigma(Vector::LinSpaced(6, 0.5f, 2), Vector());
  rbm.training_state().sigma_v_velocity = Vector::LinSpaced(6, -1, 1);
  Rbm again = open_rbm(save_model(rbm, resumable));
  CHECK(again.shape() == rbm.shape());
  CHECK(again.sigma_v() == rbm.sigma_v());
  CHECK(again.training_state().sigma_v_velocity == rbm.training_state().sigma_v_velocity);
  CHECK(again.training_state().chains == rbm.training_state().chains);

  shape = {5, 3, 0};
  shape.visible_units = {UnitType::replicated_softmax};
  shape.hidden_units = {UnitType::relu};
  Rbm words = used_rbm(shape);
  words.training_state().chains.resize(false, 4, 3);
  for (Index r = 0; r < 4; ++r)
    for (Index j = 0; j < 3; ++j)
      words.training_state().chains.set(r, j, j == r % 3 ? 0.5f * static_cast<float>(r) : 0);
  words.training_state().chain_words = Vector::LinSpaced(4, 10, 40);
  again = open_rbm(save_model(words, resumable));
  CHECK(again.shape() == shape);
  CHECK(again.training_state().chains == words.training_state().chains);
  CHECK(again.training_state().chain_words == words.training_state().chain_words);

  for (const UnitType top : {UnitType::bernoulli, UnitType::relu}) {
    const Dbn dbn({4, 5, 6}, 2, 3, {Units{UnitType::gaussian}, Units{}, Units{top}});
    const Dbn opened = open_dbn(save_model(dbn));
    for (Index layer = 0; layer < 2; ++layer) CHECK(opened.rbm(layer).shape() == dbn.rbm(layer).shape());
  }
}

TEST_CASE("a DBN opens as it was saved") {
  const Dbn dbn = used_dbn();
  const Dbn again = open_dbn(save_model(dbn));
  CHECK(again.layers() == dbn.layers());
  CHECK(again.labels() == 3);
  CHECK(again.training_layer == 1);
  REQUIRE(again.depth() == dbn.depth());
  for (Index layer = 0; layer < dbn.depth(); ++layer) CHECK(same_parameters(again.rbm(layer), dbn.rbm(layer)));
}

TEST_CASE("a file opened and saved again is the same bytes") {
  const SaveOptions plain{false, false, {{"data", "mnist"}, {"learning rate", "0.05"}, {"", "é \"quoted\"\n"}}};
  SaveOptions small = plain, whole = plain;
  small.half = true;
  whole.resumable = true;
  for (const Model& model :
       {Model(used_rbm({6, 5}, 4)), Model(used_rbm({7, 130, 2}, 2)), Model(Rbm({3, 2}, 5)), Model(used_dbn())}) {
    for (const SaveOptions& options : {plain, small, whole}) {
      CAPTURE(options.half);
      CAPTURE(options.resumable);
      const Bytes bytes = save(model, options);
      CHECK(bytes == save(model, options));
      SaveOptions again = options;
      again.notes = model_notes(bytes);
      CHECK(save(open_model(bytes), again) == bytes);
    }
  }
}

TEST_CASE("a float16 file opens as the parameters rounded to the nearest half") {
  const Rbm rbm = used_rbm({6, 5, 2}), again = open_rbm(save_model(rbm, as_half));
  for (Index i = 0; i < rbm.W().size(); ++i) {
    CHECK(again.W().data()[i] == io::float_from_half(io::half_from_float(rbm.W().data()[i])));
  }
  CHECK(save_model(rbm, as_half).size() < save_model(rbm).size());
}

TEST_CASE("a weight beyond float16 is refused by the tensor's name, and float32 keeps it") {
  Rbm rbm = used_rbm({6, 5, 2});
  rbm.mutable_W()(7, 1) = -70000;
  CHECK_THROWS_WITH_AS(save_model(rbm, as_half), doctest::Contains("U holds a value beyond float16's range"),
                       std::out_of_range);
  CHECK(open_rbm(save_model(rbm)).W()(7, 1) == -70000);
}

TEST_CASE("a model that no program could open is not saved") {
  Rbm rbm = used_rbm({6, 5});
  rbm.mutable_b()[2] = std::numeric_limits<float>::quiet_NaN();
  CHECK_THROWS_WITH_AS(save_model(rbm), doctest::Contains("b holds a value that is not finite"), std::out_of_range);
  rbm = used_rbm({6, 5});
  rbm.training_state().optimizer.velocity[2][0] = std::numeric_limits<float>::infinity();
  CHECK_NOTHROW(save_model(rbm));
  CHECK_THROWS_WITH_AS(save_model(rbm, resumable), doctest::Contains("velocity.c"), std::out_of_range);
  CHECK_THROWS_WITH_AS(save_model(used_rbm({2, 2}), {false, false, {{"name", "\xff"}}}), doctest::Contains("UTF-8"),
                       std::invalid_argument);
}

TEST_CASE("half and resumable exclude each other") {
  const SaveOptions both{true, true, {}};
  CHECK_THROWS_WITH_AS(save_model(used_rbm({2, 2}), both), doctest::Contains("half and resumable"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(save_model(used_dbn(), both), doctest::Contains("half and resumable"), std::invalid_argument);
}

TEST_CASE("notes come back") {
  const std::map<std::string, std::string> notes = {{"data", "bars and stripes"}, {"seed", "1"}};
  CHECK(model_notes(save_model(used_rbm({2, 2}), {false, false, notes})) == notes);
  CHECK(model_notes(save_model(used_dbn())).empty());
}

TEST_CASE("a resumable file keeps the whole training state, chains of any width among it") {
  for (const Index hidden : {1, 63, 64, 65, 128}) {
    CAPTURE(hidden);
    const Rbm rbm = used_rbm({5, hidden, 3}, 4);
    CHECK(same_state(open_rbm(save_model(rbm, resumable)).training_state(), rbm.training_state()));
  }
  const Dbn dbn = used_dbn(), again = open_dbn(save_model(dbn, resumable));
  for (Index layer = 0; layer < dbn.depth(); ++layer) {
    CHECK(same_state(again.rbm(layer).training_state(), dbn.rbm(layer).training_state()));
  }
}

TEST_CASE("a resumable file of an untrained model has no velocity, and opens untrained") {
  const Bytes bytes = save_model(Rbm({3, 2}, 5), resumable);
  CHECK(names(bytes) == std::vector<std::string>{"W", "b", "c"});
  CHECK(same_state(open_rbm(bytes).training_state(), {}));
}

TEST_CASE("a file that is not resumable keeps epochs and steps, and starts with fresh momentum at the epoch's start") {
  const Rbm rbm = open_rbm(save_model(used_rbm({5, 4}, 3)));
  const RbmTrainingState& state = rbm.training_state();
  CHECK(state.epoch == 3);
  CHECK(state.step == beyond_double + 4);
  CHECK(state.batch == 0);
  CHECK(state.optimizer.velocity.empty());
  CHECK(state.chains.rows() == 0);
}

TEST_CASE("training that is saved and opened in the middle of an epoch ends in the same bits as training in one go") {
  const Dataset data = bars_and_stripes(3);
  for (const Method method : {Method::cd, Method::pcd}) {
    CAPTURE(static_cast<int>(method));
    TrainingOptions options;
    options.epochs = 6, options.batch_size = 4, options.method = method, options.k = 2, options.seed = 3;
    Rbm whole({9, 5, 2}, 1), first({9, 5, 2}, 1);
    const auto run = train(whole, data, options);
    while (run->step()) {
    }
    const auto first_run = train(first, data, options);
    for (int batch = 0; batch < 10; ++batch) REQUIRE(first_run->step());  // 4 batches an epoch
    Rbm second = open_rbm(save_model(first, resumable));
    TrainingOptions rest = options;
    rest.epochs = 4;  // the third, which has begun, to the sixth
    const auto second_run = train(second, data, rest);
    while (second_run->step()) {
    }
    CHECK(same_parameters(second, whole));
    CHECK(same_state(second.training_state(), whole.training_state()));
  }
}

TEST_CASE("a DBN that is saved and opened in the middle of its second layer ends in the same bits") {
  const Dataset data = bars_and_stripes(3);
  std::vector<TrainingOptions> options(1);
  options[0].epochs = 3, options[0].batch_size = 7, options[0].seed = 3;
  Dbn whole({9, 6, 5}, 2, 1), first({9, 6, 5}, 2, 1);
  const auto run = train(whole, data, options);
  while (run->step()) {
  }
  const auto first_run = train(first, data, options);
  for (int batch = 0; batch < 8; ++batch) REQUIRE(first_run->step());  // 2 batches an epoch, 6 a layer
  Dbn second = open_dbn(save_model(first, resumable));
  CHECK(second.training_layer == 1);
  std::vector<TrainingOptions> rest{options[0], options[0]};
  rest[1].epochs = 2;
  const auto second_run = train(second, data, rest);
  while (second_run->step()) {
  }
  for (Index layer = 0; layer < whole.depth(); ++layer) {
    CAPTURE(layer);
    CHECK(same_parameters(second.rbm(layer), whole.rbm(layer)));
  }
}

TEST_CASE("a file that another program wrote without a training record opens as an untrained model") {
  const Rbm rbm = used_rbm({5, 4, 2});
  const Rbm again = open_rbm(described(save_model(rbm), [](Json& about) { about.erase("training"); }));
  CHECK(again.W() == rbm.W());
  CHECK(again.seed() == 1);
  CHECK(same_state(again.training_state(), {}));
}

TEST_CASE("a safetensors file of another program is refused") {
  check_refused(with_tensors(io::write_safetensors({{{"format", "pt"}}, {}}), [](auto&) {}),
                {"another program", "no 'wakesleep'"});
  CHECK_THROWS_AS(model_notes(io::write_safetensors({})), Error);
}

TEST_CASE("a description that is not JSON is refused") {
  const auto refused = [](const std::string& text, std::initializer_list<std::string> parts) {
    check_refused(io::write_safetensors({{{key, text}}, {}}), parts);
  };
  refused("", {"the description: not valid JSON"});
  refused("rbm", {"the description: not valid JSON (at byte 1)"});
  refused("[]", {"the description is not an object"});
  refused(R"({"version":1,"version":1})", {"the description: the key 'version' is there twice"});
  refused(std::string(5000, '['), {"the description: values are nested deeper than"});
  refused(std::string("{}\0", 3), {"zero byte"});
}

TEST_CASE("a model of an unknown kind, version or unit type is refused") {
  const Bytes bytes = save_model(used_rbm({5, 4, 2}));
  const auto refused = [&](const char* name, const Json& value, std::initializer_list<std::string> parts) {
    check_refused(described(bytes, [&](Json& about) { about[name] = value; }), parts);
  };
  refused("version", 2, {"version 2 is newer than this program"});
  refused("version", 0, {"no version 0"});
  refused("version", "1", {"version is not a whole number"});
  refused("version", -1, {"version is not a whole number"});
  refused("kind", "gan", {"kind 'gan' is unknown", "'rbm', 'dbn', 'dbm', 'sbn' and 'network'"});
  refused("kind", 7, {"kind is not a string"});
  refused("units", {{"visible", "quantum"}, {"hidden", "bernoulli"}},
          {"visible units are 'quantum', which is not known"});
  refused("units", {{"visible", "gaussian"}, {"hidden", "bernoulli"}}, {"'sigma_v' is missing"});
  refused("units", {{"visible", "bernoulli"}, {"hidden", "replicated-softmax"}}, {"cannot be replicated-softmax"});
  refused("units", {{"visible", {{"type", "softmax"}, {"groups", {2}}}}, {"hidden", "bernoulli"}}, {"must add up"});
  refused("units", {{"visible", {{"type", "softmax"}, {"groups", "all"}}}, {"hidden", "bernoulli"}},
          {"groups is not a list"});
  refused("units", {{"visible", {{"type", "gaussian"}, {"learnedSigma", 1}}}, {"hidden", "bernoulli"}},
          {"learnedSigma is neither true nor false"});
  refused("units", {{"visible", {{"groups", {2}}}}, {"hidden", "bernoulli"}}, {"has no 'type'"});
  refused("units", Json::array({"bernoulli"}), {"one entry a layer"});
  refused("units", {{"visible", "bernoulli"}}, {"units has no 'hidden'"});
  refused("units", "bernoulli", {"units is not an object"});
  for (const char* name : {"kind", "version", "units", "layers", "labels"}) {
    check_refused(described(bytes, [&](Json& about) { about.erase(name); }), {"the description has no", name});
  }
}

TEST_CASE("layers and labels that cannot be are refused") {
  const Bytes rbm = save_model(used_rbm({5, 4, 2})), dbn = save_model(used_dbn());
  const auto refused = [](const Bytes& bytes, const char* name, const Json& value,
                          std::initializer_list<std::string> parts) {
    check_refused(described(bytes, [&](Json& about) { about[name] = value; }), parts);
  };
  refused(rbm, "layers", Json::array({5}), {"layers is not a list of two sizes"});
  refused(rbm, "layers", Json::array({5, 4, 3}), {"layers is not a list of two sizes"});
  refused(rbm, "layers", 5, {"layers is not a list"});
  refused(dbn, "layers", Json::array({5}), {"layers is not a list of at least two sizes"});
  for (const Json& bad : {Json(-1), Json(1.5), Json("5"), Json(1048577), Json(std::uint64_t{1} << 63), Json()}) {
    refused(rbm, "layers", Json::array({5, bad}), {"a size in layers is not a whole number from 0 to 1048576"});
    refused(rbm, "labels", bad, {"labels is not a whole number from 0 to 1048576"});
  }
}

TEST_CASE("tensors that do not match the layers are refused with both shapes") {
  const Bytes rbm = save_model(used_rbm({5, 4, 2})), dbn = save_model(used_dbn());
  const auto layers = [](const Bytes& bytes, const Json& value) {
    return described(bytes, [&](Json& about) { about["layers"] = value; });
  };
  const auto labels = [](const Bytes& bytes, int value) {
    return described(bytes, [&](Json& about) { about["labels"] = value; });
  };
  check_refused(layers(rbm, {5, 3}), {"tensor 'W' has shape 5x4, but layers and labels ask for 5x3"});
  check_refused(layers(rbm, {1048576, 1048576}), {"tensor 'W' has shape 5x4", "1048576x1048576"});
  check_refused(labels(rbm, 3), {"tensor 'U' has shape 2x4, but layers and labels ask for 3x4"});
  check_refused(labels(rbm, 0), {"tensor 'U' does not belong"});
  check_refused(labels(save_model(used_rbm({5, 4})), 2), {"tensor 'U' is missing"});
  check_refused(described(dbn, [](Json& about) { about["layers"] = {5, 4, 70, 2, 1}, about.erase("training"); }),
                {"tensor 'layers.3.W' is missing"});
  check_refused(described(dbn, [](Json& about) { about["layers"] = {5, 4, 71, 2}; }),
                {"tensor 'layers.1.W' has shape 4x70"});
}

TEST_CASE("sizes that the model itself does not take are refused") {
  // Tensors without values fit any layers that have a size of 0.
  const auto empty = [](std::uint64_t visible, std::uint64_t hidden, std::uint64_t labels) {
    const Json about = {{"kind", "rbm"},
                        {"version", 1},
                        {"labels", labels},
                        {"units", {{"visible", "bernoulli"}, {"hidden", "bernoulli"}}},
                        {"layers", {visible, hidden}}};
    static const Bytes zeros(4 << 20);
    const auto bytes = [&](std::uint64_t values) {
      return std::span(zeros).first(static_cast<std::size_t>(values * 4));
    };
    io::Safetensors file{{{key, about.dump()}}, {}};
    file.tensors = {{"W", io::Dtype::f32, {visible, hidden}, bytes(visible * hidden)},
                    {"b", io::Dtype::f32, {visible}, bytes(visible)},
                    {"c", io::Dtype::f32, {hidden}, bytes(hidden)}};
    if (labels > 0) {
      file.tensors.push_back({"U", io::Dtype::f32, {labels, hidden}, bytes(labels * hidden)});
      file.tensors.push_back({"d", io::Dtype::f32, {labels}, bytes(labels)});
    }
    return io::write_safetensors(file);
  };
  CHECK(open_rbm(empty(2, 3, 2)).W().isZero());
  check_refused(empty(0, 3, 0), {"visible"});
  check_refused(empty(1 << 20, 0, 0), {"hidden"});
  check_refused(empty(0, 0, 0), {"visible"});
  check_refused(empty(2, 3, 1), {"labels"});
}

TEST_CASE("a missing or surplus tensor is refused by name") {
  const Bytes bytes = save_model(used_rbm({5, 4, 2}, 3), resumable);
  for (const std::string name : {"W", "b", "c", "U", "d", "velocity.b", "velocity.c", "velocity.U", "velocity.d"}) {
    check_refused(without_tensor(bytes, name), {"tensor '" + name + "' is missing"});
  }
  const auto surplus = [](std::vector<io::Tensor>& tensors) { tensors.push_back({"x", io::Dtype::f32, {0}, {}}); };
  check_refused(with_tensors(bytes, surplus), {"tensor 'x' does not belong"});
  // The same tensors in a file that says it is not resumable.
  check_refused(described(bytes, [](Json& about) { about["training"]["resumable"] = false; }), {"does not belong"});
}

TEST_CASE("a tensor of the wrong type is refused by name") {
  const Bytes bytes = save_model(used_rbm({5, 4}));
  const std::vector<std::uint64_t> words(4);
  const Bytes wrong = with_tensors(bytes, [&](auto& tensors) {
    io::Tensor& c = find(tensors, "c");
    c.dtype = io::Dtype::u64;
    c.bytes = {reinterpret_cast<const std::uint8_t*>(words.data()), 32};
  });
  check_refused(wrong, {"tensor 'c' is U64, but its values are F32 or F16"});
}

TEST_CASE("a value that is not finite is refused by the tensor's name, in float32 and float16") {
  const Rbm rbm = used_rbm({5, 4, 2}, 3);
  const auto refused = [](Bytes bytes, const std::string& name, std::initializer_list<std::uint8_t> value) {
    const io::Safetensors file = io::parse_safetensors(bytes);
    const auto at = static_cast<std::size_t>(file.find(name)->bytes.data() - bytes.data());
    std::copy(value.begin(), value.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at + value.size()));
    check_refused(bytes, {"tensor '" + name + "' holds a value that is not finite"});
  };
  for (const std::string name : {"W", "b", "c", "U", "d", "velocity.W", "velocity.d"}) {
    refused(save_model(rbm, resumable), name, {0, 0, 0xc0, 0x7f});  // NaN
    refused(save_model(rbm, resumable), name, {0, 0, 0x80, 0xff});  // minus infinity
  }
  refused(save_model(rbm, as_half), "W", {0, 0x7e});
  refused(save_model(rbm, as_half), "d", {0, 0xfc});
}

TEST_CASE("chains of the wrong shape, or with bits past their last unit, are refused") {
  const Bytes bytes = save_model(used_rbm({5, 70}, 3), resumable);
  const auto refused = [&](const std::function<void(io::Tensor&)>& change, const char* part) {
    check_refused(with_tensors(bytes, [&](auto& tensors) { change(find(tensors, "chains")); }),
                  {"tensor 'chains'", part});
  };
  refused([](io::Tensor& chains) { chains.shape = {6, 1}; }, "is 6x1 of U64, but chains are rows of 2 words of U64");
  refused([](io::Tensor& chains) { chains.shape = {6}; }, "is 6 of U64");
  refused([](io::Tensor& chains) { chains.shape = {0, 2}, chains.bytes = {}; }, "is 0x2 of U64");
  refused([](io::Tensor& chains) { chains.shape = {6, 2}, chains.dtype = io::Dtype::f32; }, "is 6x2 of F32");
  const std::vector<std::uint64_t> words = {0, 0, 0, std::uint64_t{1} << 6, 0, 0};
  refused([&](io::Tensor& chains) { chains.bytes = {reinterpret_cast<const std::uint8_t*>(words.data()), 48}; },
          "bits past its last unit");
}

TEST_CASE("an RBM's training state that no training can have left is refused by the tensor's name") {
  const Bytes bytes = save_model(used_rbm({5, 4, 2}, 3), resumable);
  for (const char* name : {"velocity.W", "velocity.d", "first_moment.U", "fast.c"})
    for (const float value : {1e30f, -1e30f, 2e7f, -2e7f}) check_out_of_range(bytes, name, value);
  for (const float value : {1e30f, -1e-6f}) check_out_of_range(bytes, "second_moment.b", value);
  for (const char* name : {"offsets.visible", "offsets.hidden", "activity"})
    for (const float value : {1e30f, 1.01f, -0.01f}) check_out_of_range(bytes, name, value);
  // The largest that are allowed.
  open_model(with_value(with_value(bytes, "velocity.W", 16777216), "second_moment.b", 2.8e14f));
  open_model(with_value(with_value(bytes, "offsets.visible", 1.00005f), "activity", 1));

  // Of a machine within a stack, and of units that are real numbers.
  const Bytes stack = save_model(used_dbn(), resumable);
  check_out_of_range(stack, "layers.1.offsets.hidden", 1e30f);
  Rbm real({3, 4, 0, {UnitType::gaussian, {}, true}, {UnitType::relu}}, 1);
  RbmTrainingState& state = real.training_state();
  state.visible_offset = Vector::Constant(3, 5);
  state.hidden_offset = Vector::Constant(4, 6);
  state.sigma_v_velocity = Vector::Constant(3, 7);
  const Bytes of_reals = save_model(real, resumable);
  for (const char* name : {"offsets.visible", "offsets.hidden", "velocity.sigma_v"})
    for (const float value : {1e30f, -2e7f}) check_out_of_range(of_reals, name, value);
  Rbm spins({3, 4, 0, {UnitType::spin}, {UnitType::spin}}, 1);
  spins.training_state().visible_offset = Vector::Constant(3, -1);
  spins.training_state().hidden_offset = Vector::Constant(4, 1);
  const Bytes of_spins = save_model(spins, resumable);
  open_model(of_spins);
  for (const char* name : {"offsets.visible", "offsets.hidden"})
    for (const float value : {1.01f, -1.01f}) check_out_of_range(of_spins, name, value);
}

TEST_CASE("training does not succeed on chains of real numbers that are beyond all bounds") {
  Rbm rbm({4, 3, 0, {UnitType::gaussian}, {UnitType::relu}}, 1);
  RbmTrainingState& state = rbm.training_state();
  state.chains.resize(false, 2, 3);
  std::fill_n(state.chains.real.data(), state.chains.real.size(), 1.0f);
  Model opened = open_model(with_value(save_model(rbm, resumable), "real_chains", 1e30f));
  TrainingOptions options;
  options.method = Method::pcd;
  options.chains = 2;
  const Dataset bars = bars_and_stripes(2);
  const auto training = train(std::get<Rbm>(opened), bars, options);
  CHECK_THROWS_WITH_AS(training->step(), doctest::Contains("diverged"), Error);
}

TEST_CASE(
    "what learning keeps is refused in the wrong shape, alone without its pair, or negative where it is squared") {
  const Bytes bytes = save_model(used_rbm({5, 4, 2}, 3), resumable);
  const auto without = [&](const std::string& prefix, std::initializer_list<std::string> parts) {
    check_refused(with_tensors(bytes,
                               [&](auto& tensors) {
                                 std::erase_if(tensors,
                                               [&](const io::Tensor& t) { return t.name.starts_with(prefix); });
                               }),
                  parts);
  };
  without("fast.b", {"tensor 'fast.b' is missing"});
  without("first_moment.", {"first_moment", "together or not at all"});
  without("second_moment.", {"second_moment", "together or not at all"});
  without("offsets.hidden", {"offsets.hidden", "together or not at all"});
  for (const char* name : {"fast.W", "second_moment.U", "offsets.visible", "activity"})
    check_refused(
        with_tensors(bytes,
                     [&](auto& tensors) { find(tensors, name).shape = {1, 1, find(tensors, name).bytes.size() / 4}; }),
        {name, "has shape 1x1x"});
  const std::vector<float> negative(20, -1.0f);
  check_refused(with_tensors(bytes,
                             [&](auto& tensors) {
                               find(tensors, "second_moment.W").bytes = {
                                   reinterpret_cast<const std::uint8_t*>(negative.data()), 80};
                             }),
                {"second_moment", "training cannot make"});
  check_refused(described(bytes, [](Json& about) { about["training"]["machines"][0]["moment_steps"] = "-1"; }),
                {"machine 0's", "moment_steps"});
}

TEST_CASE("a training record that cannot be is refused") {
  const Bytes rbm = save_model(used_rbm({5, 4}), resumable), dbn = save_model(used_dbn());
  const auto refused = [](const Bytes& bytes, const std::function<void(Json&)>& change,
                          std::initializer_list<std::string> parts) {
    check_refused(described(bytes, [&](Json& about) { change(about["training"]); }), parts);
  };
  refused(rbm, [](Json& training) { training = 1; }, {"training is not an object"});
  refused(rbm, [](Json& training) { training.erase("resumable"); }, {"training has no 'resumable'"});
  refused(rbm, [](Json& training) { training["resumable"] = 1; }, {"neither true nor false"});
  refused(rbm, [](Json& training) { training["notes"] = {{"a", 1}}; }, {"the note 'a' is not a string"});
  refused(rbm, [](Json& training) { training["notes"] = "a"; }, {"notes is not an object"});
  refused(rbm, [](Json& training) { training["machines"] = Json::array(); },
          {"one entry a machine, of which there are 1"});
  refused(dbn, [](Json& training) { training["machines"].erase(2); }, {"of which there are 3"});
  refused(dbn, [](Json& training) { training["layer"] = 4; }, {"training's layer is not a whole number from 0 to 3"});
  refused(dbn, [](Json& training) { training.erase("layer"); }, {"training has no 'layer'"});
  for (const char* name : {"seed", "epoch", "batch", "step"}) {
    refused(rbm, [&](Json& training) { training["machines"][0].erase(name); }, {"machine 0 has no", name});
    refused(rbm, [&](Json& training) { training["machines"][0][name] = 5; }, {"machine 0's", name, "is not a string"});
    for (const char* bad : {"", "-1", "+1", "0x10", "1.0", " 1", "1 ", "18446744073709551616"}) {
      CAPTURE(bad);
      refused(rbm, [&](Json& training) { training["machines"][0][name] = bad; },
              {"machine 0's", name, "not a decimal number"});
    }
  }
  refused(rbm, [](Json& training) { training["machines"][0]["step"] = "72057594037927936"; },
          {"from 0 to 72057594037927935"});
}

TEST_CASE("a model file that is cut short or goes on is refused at every length") {
  const Bytes bytes = save_model(used_rbm({3, 2, 2}, 1), resumable);
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    CAPTURE(length);
    REQUIRE_THROWS_AS(open_model(std::span(bytes).first(length)), Error);
  }
  Bytes longer = bytes;
  longer.push_back(0);
  CHECK_THROWS_AS(open_model(longer), Error);
}

TEST_CASE("a model file with one changed byte is refused or opens as a model that can be saved and opened") {
  const Bytes bytes = save_model(used_rbm({3, 2, 2}, 1), resumable);
  int refused = 0, opened = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::vector<std::uint8_t> values = {0, 0xff, '0', '9', '"', '}', ' '};
    for (int bit = 0; bit < 8; ++bit) values.push_back(static_cast<std::uint8_t>(bytes[at] ^ (1 << bit)));
    for (const std::uint8_t value : values) {
      CAPTURE(at);
      CAPTURE(static_cast<int>(value));
      Bytes changed = bytes;
      changed[at] = value;
      try {
        const Bytes saved = save(open_model(changed), resumable);
        REQUIRE(save(open_model(saved), resumable) == saved);
        ++opened;
      } catch (const Error& error) {
        REQUIRE(error.code() == ErrorCode::format);
        ++refused;
      }
    }
  }
  CHECK(refused > 5000);  // most of the header
  CHECK(opened > 500);    // most of the tensors
}
