// The lists of tensors, which files, fingerprints, checks and the bindings go by.
#include <doctest/doctest.h>

#include <functional>
#include <limits>
#include <set>

#include "models/dbm_tensors.h"
#include "models/rbm_tensors.h"
#include "models/sbn_tensors.h"
#include "wakesleep/fingerprint.h"

using namespace wakesleep;

namespace {

// Every entry of every array belongs to one tensor.
template <class Model>
void check_covers(const Model& model) {
  const auto values = arrays(model.parameters());
  std::vector<std::vector<int>> owners;
  for (const auto& array : values) owners.emplace_back(array.size(), 0);
  std::set<std::string> names;
  for (const NamedTensor& tensor : parameter_tensors(model)) {
    CHECK(names.insert(file_name(tensor)).second);
    for (std::uint64_t i = 0; i < tensor.size(); ++i)
      ++owners[tensor.array].at(static_cast<std::size_t>(tensor.first + i));
  }
  for (const auto& array : owners)
    for (const int count : array) REQUIRE(count == 1);
}

Rbm gaussian_pair() {
  Rbm rbm({4, 3, 0, {UnitType::gaussian}, {UnitType::gaussian}}, 3);
  rbm.set_sigma(Vector::LinSpaced(4, 0.5f, 2), Vector::LinSpaced(3, 1, 3));
  return rbm;
}
Sbn net(bool recognition) {
  Sbn net({5, 4, 3, 2}, 9);
  if (recognition) net.start_recognition();
  return net;
}

std::vector<std::string> names(const TensorList& tensors) {
  std::vector<std::string> all;
  for (const NamedTensor& tensor : tensors) all.push_back(file_name(tensor) + " = " + argument_name(tensor));
  return all;
}

}  // namespace

TEST_CASE("each entry of a model's parameters belongs to one tensor, whose name no other has") {
  check_covers(Rbm({6, 5}, 5));
  check_covers(Rbm({6, 5, 2}, 5));
  check_covers(gaussian_pair());
  check_covers(Dbm({5, 4, 3}, 0, 9));
  check_covers(Dbm({5, 4, 3}, 2, 9));
  check_covers(net(false));
  check_covers(net(true));
}

TEST_CASE("tensors have a name in files and one as arguments") {
  CHECK(names(parameter_tensors(gaussian_pair())) ==
        std::vector<std::string>{"W = W", "b = b", "c = c", "sigma_v = sigmaV", "sigma_h = sigmaH"});
  CHECK(names(parameter_tensors(Dbm({5, 4, 3}, 2, 9))) ==
        std::vector<std::string>{"layers.0.W = W[0]", "layers.1.W = W[1]", "U = U", "layers.0.b = b[0]",
                                 "layers.1.b = b[1]", "layers.2.b = b[2]", "d = d"});
  CHECK(names(parameter_tensors({3, 2}, true)) == std::vector<std::string>{"layers.0.b = b[0]", "layers.0.W = W[0]",
                                                                           "layers.1.b = b[1]", "layers.0.R = R[0]",
                                                                           "layers.0.c = c[0]"});
  CHECK(names(with_prefix("velocity.", parameter_tensors({3, 2}, false)))[1] ==
        "velocity.layers.0.W = velocity.layers.0.W");
}

TEST_CASE("fingerprints of new models stay what they are") {
  CHECK(fingerprint(Rbm({6, 5, 2}, 5)) == "f3a3983d368afcce");
  CHECK(fingerprint(gaussian_pair()) == "36ab2a7217654307");
  CHECK(fingerprint(Dbn({6, 5, 4}, 2, 5)) == "6dffb19ed436894c");
  CHECK(fingerprint(Dbm({5, 4, 3}, 2, 9)) == "3a2a335656f1d840");
  CHECK(fingerprint(net(false)) == "1f1bb4709e2a4a8f");
  CHECK(fingerprint(net(true)) == "6c7fcc3a08f7fa9d");
}

TEST_CASE("parameters that do not fit are refused by name, and leave the model as it was") {
  const float infinite = std::numeric_limits<float>::infinity();
  Rbm rbm = gaussian_pair();
  const ParameterSet before = rbm.parameters();
  const auto refused = [&](const std::function<void(ParameterSet&)>& change, const char* message) {
    ParameterSet changed = before;
    change(changed);
    CHECK_THROWS_WITH_AS(rbm.set_parameters(changed), doctest::Contains(message), std::out_of_range);
    CHECK(rbm.W() == before.W);
    CHECK(rbm.sigma_h() == before.sigma_h);
  };
  refused([](ParameterSet& p) { p.W = Matrix::Zero(3, 4); }, "W must be 4 x 3, not 3 x 4");
  refused([](ParameterSet& p) { p.c = Vector::Zero(4); }, "c must have 3 entries, not 4");
  refused([&](ParameterSet& p) { p.b[2] = infinite; }, "b must be finite: entry 2 is infinite");
  refused([](ParameterSet& p) { p.sigma_h = Vector::Ones(2); }, "sigma of the hidden units must have 3 entries");
  refused([](ParameterSet& p) { p.W.setOnes(), p.sigma_v[1] = 0; }, "sigma of the visible units must be");
  // Standard deviations that are left out stay.
  rbm.set_parameters({2 * before.W, before.b, before.c});
  CHECK(rbm.W() == 2 * before.W);
  CHECK(rbm.sigma_v() == before.sigma_v);
  CHECK(rbm.variance_v() == before.sigma_v.cwiseAbs2());

  Sbn seen = net(false);
  const SbnParameters own = net(true).parameters();
  CHECK_THROWS_WITH_AS(seen.set_parameters({own.W, own.b, own.R, {}}), "c must have 3 entries, not 0",
                       std::out_of_range);
  CHECK_FALSE(seen.has_recognition());
  seen.set_parameters(own);
  seen.set_parameters({own.W, own.b});
  CHECK(seen.R(2) == own.R[2]);
}
