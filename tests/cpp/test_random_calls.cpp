// Calls that are given no seed take the model's next numbers.
#include <doctest/doctest.h>

#include <cmath>
#include <set>

#include "enumeration.h"
#include "wakesleep/chains.h"
#include "wakesleep/model_file.h"

using namespace wakesleep;

namespace {

// Two modes, all on and all off, between which a chain still walks.
Rbm bimodal() {
  Rbm rbm({6, 2, 0}, 3);
  Vector b = Vector::Constant(6, -1.1f), c = Vector::Constant(2, -3.0f);
  rbm.set_parameters(Matrix::Constant(6, 2, 1.1f), b, c);
  return rbm;
}

// States, as numbers, that a loop of single steps visits, each begun at the one before.
std::vector<std::size_t> visited(Rbm& rbm, int calls) {
  Matrix now = Matrix::Zero(1, 6);
  std::vector<std::size_t> states;
  for (int i = 0; i < calls; ++i) {
    Chains chains(rbm, 1, rbm.next_seed());
    chains.start_at(now);
    chains.advance(1);
    now = chains.finish().states;
    std::size_t number = 0;
    for (Index v = 0; v < 6; ++v) number |= std::size_t{now(0, v) > 0.5f} << v;
    states.push_back(number);
  }
  return states;
}

}  // namespace

TEST_CASE("a loop of single steps without seeds is a Markov chain: all states at their exact rates") {
  Rbm rbm = bimodal();
  constexpr int calls = 60000;
  const auto states = visited(rbm, calls);
  std::vector<double> rates(64), exact;
  for (const std::size_t state : states) rates[state] += 1.0 / calls;
  double z = 0;
  for (const auto& v : test::visible_states(rbm)) exact.push_back(std::exp(-test::free_energy(rbm, v)));
  for (const double weight : exact) z += weight;
  double distance = 0;
  for (std::size_t s = 0; s < 64; ++s) {
    CHECK(rates[s] > 0);
    distance += std::abs(rates[s] - exact[s] / z) / 2;
  }
  MESSAGE("total variation " << distance << ", p(all on) " << exact[63] / z << ", p(all off) " << exact[0] / z);
  CHECK(distance < 0.03);
  CHECK(rbm.random_calls.made == calls);

  Rbm again = bimodal();
  CHECK(visited(again, 2000) == std::vector<std::size_t>(states.begin(), states.begin() + 2000));
}

TEST_CASE("numbers of random calls go on in a resumable file, and begin anew in another") {
  const auto check = [](auto model) {
    for (int i = 0; i < 5; ++i) model.next_seed();
    using M = decltype(model);
    SaveOptions options;
    auto fresh = std::get<M>(open_model(save_model(model, options)));
    options.resumable = true;
    auto resumed = std::get<M>(open_model(save_model(model, options)));
    std::set<std::uint64_t> seeds;
    for (int i = 0; i < 5; ++i) seeds.insert(fresh.next_seed());
    CHECK(seeds.size() == 5);
    const std::uint64_t next = model.next_seed();
    CHECK(resumed.next_seed() == next);
    CHECK(fresh.next_seed() == next);
  };
  check(Rbm({3, 2, 0}, 7));
  check(Dbn({3, 2, 2}, 0, 7));
  check(Dbm({3, 2, 2}, 0, 7));
  check(Sbn({3, 2}, 7));
}
