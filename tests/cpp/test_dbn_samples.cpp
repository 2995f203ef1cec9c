// Samples of a deep belief net's p(v), against the sum over all states.
#include <doctest/doctest.h>

#include <cmath>
#include <map>

#include "enumeration.h"
#include "wakesleep/chains.h"
#include "wakesleep/dbn.h"

using namespace wakesleep;
using namespace wakesleep::test;

namespace {

double real(float x) { return static_cast<double>(x); }

std::vector<double> bits_of(std::size_t number, Index units) {
  std::vector<double> bits;
  for (Index i = 0; i < units; ++i) bits.push_back(static_cast<double>((number >> i) & 1));
  return bits;
}

// p(below | above) of each state of the layer below, the law that an RBM hands down.
std::vector<double> handed_down(const Rbm& rbm, const std::vector<double>& of_above) {
  std::vector<double> below(std::size_t{1} << rbm.visible());
  for (std::size_t a = 0; a < of_above.size(); ++a) {
    const auto h = bits_of(a, rbm.hidden());
    for (std::size_t s = 0; s < below.size(); ++s) {
      double p = of_above[a];
      for (Index i = 0; i < rbm.visible(); ++i) {
        double input = real(rbm.b()[i]);
        for (Index j = 0; j < rbm.hidden(); ++j) input += h[static_cast<std::size_t>(j)] * real(rbm.W()(i, j));
        const double on = 1 / (1 + std::exp(-input));
        p *= (s >> i) & 1 ? on : 1 - on;
      }
      below[s] += p;
    }
  }
  return below;
}

// p(v), with `label` held at the top unless it is negative.
std::vector<double> law_of(const Dbn& net, int label) {
  const Rbm& top = net.top();
  std::vector<double> law(std::size_t{1} << top.visible());
  double z = 0;
  for (std::size_t s = 0; s < law.size(); ++s)
    for (Index y = 0; y < std::max<Index>(1, top.labels()); ++y) {
      if (label >= 0 && y != label) continue;
      auto v = bits_of(s, top.visible());
      for (Index l = 0; l < top.labels(); ++l) v.push_back(l == y ? 1 : 0);
      const double weight = std::exp(-free_energy(top, v));
      law[s] += weight;
      z += weight;
    }
  for (double& p : law) p /= z;
  for (Index l = net.depth() - 2; l >= 0; --l) law = handed_down(net.rbm(l), law);
  return law;
}

}  // namespace

TEST_CASE("states of a DBN's chains are samples of p(v), and the means have its mean, by enumeration") {
  constexpr Index count = 40000;
  const Dbn deep({small_rbm(4, 3, 0, 2.5, 3), small_rbm(3, 3, 0, 2.5, 4), small_rbm(3, 2, 2, 1.5, 5)}),
      shallow({small_rbm(4, 3, 0, 2.5, 3), small_rbm(3, 2, 0, 1.5, 8)}), single({small_rbm(4, 3, 2, 1.5, 3)});
  for (const Dbn* net : {&deep, &shallow, &single})
    for (const int label : {-1, 1}) {
      if (label >= net->labels()) continue;
      CAPTURE(net->depth());
      CAPTURE(label);
      const std::vector<double> law = law_of(*net, label);
      Chains chains(*net, count, 7);
      if (label >= 0) chains.clamp_labels({label});
      chains.advance(60);
      const ChainSamples samples = chains.finish();
      std::vector<double> counts(16), exact(4, 0.0);
      for (Index r = 0; r < count; ++r) {
        std::size_t number = 0;
        for (Index i = 0; i < 4; ++i) {
          REQUIRE((samples.states(r, i) == 0 || samples.states(r, i) == 1));
          number |= std::size_t{samples.states(r, i) > 0} << i;
        }
        counts[number] += 1;
      }
      CHECK(chi_squared(counts, law) < 37.7);  // of 15 degrees of freedom once in a thousand
      for (std::size_t s = 0; s < 16; ++s)
        for (std::size_t i = 0; i < 4; ++i) exact[i] += law[s] * static_cast<double>((s >> i) & 1);
      for (Index i = 0; i < 4; ++i) {
        const double mean = exact[static_cast<std::size_t>(i)];
        CHECK(std::abs(real(samples.means.col(i).mean()) - mean) < 4 * std::sqrt(0.25 / count));
        CHECK(std::abs(real(samples.states.col(i).mean()) - mean) < 4 * std::sqrt(0.25 / count));
        // States spread as far as units of that mean do, means less, and images, which are for looking, less still.
        const auto spread = [&](const Matrix& m) {
          const MatrixD column = m.col(i).cast<double>();
          return (column.array() - column.mean()).square().mean();
        };
        CHECK(spread(samples.states) == doctest::Approx(mean * (1 - mean)).epsilon(0.03));
        CHECK(spread(samples.means) < spread(samples.states));
        if (net->depth() > 1) CHECK(spread(samples.images) < spread(samples.means));
      }
      if (net->depth() == 1) CHECK(samples.images == samples.means);
    }
}

TEST_CASE("a DBN's samples are drawn anew in every frame, and are the same in groups as side by side") {
  const Dbn net({small_rbm(4, 3, 0, 1, 3), small_rbm(3, 2, 0, 1, 4)});
  Chains all(net, 5000, 7), some(net, 10, 7, 0, 4000);
  all.advance(3);
  some.advance(3);
  const ChainSamples first = all.finish(), of_some = some.finish();
  CHECK(of_some.states == first.states.middleRows(4000, 10));
  CHECK(of_some.means == first.means.middleRows(4000, 10));
  all.advance(1);
  CHECK(all.finish().states != first.states);
  // Documents have a length, and words that add up to it.
  const Dbn documents({5, 4, 3}, 0, 1, {{UnitType::replicated_softmax}, {}, {}});
  Chains words(documents, 50, 3, 17);
  words.advance(2);
  for (const float sum : Vector(words.finish().states.rowwise().sum())) CHECK(sum == 17);
  CHECK_THROWS_AS(Chains(documents, 50, 3), std::out_of_range);
}
