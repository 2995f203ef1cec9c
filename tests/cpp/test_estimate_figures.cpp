// Estimates of one small RBM and one small DBN, to the last bit: tests/node/estimate.test.ts holds the WebAssembly
// builds to the same figures.
#include <doctest/doctest.h>

#include <cstdio>
#include <string>

#include "wakesleep/ais.h"
#include "wakesleep/features.h"
#include "wakesleep/free_energy_gap.h"
#include "wakesleep/patterns.h"
#include "wakesleep/pseudo_likelihood.h"
#include "wakesleep/training.h"
#include "wakesleep/variational_bound.h"

using namespace wakesleep;

namespace {

std::string digits(double x) {
  char text[40];
  std::snprintf(text, sizeof text, "%.17g", x);
  return text;
}

TrainingOptions options() {
  TrainingOptions o;
  o.epochs = 300;
  o.batch_size = 14;
  o.method = Method::pcd;
  return o;
}

double sum_of(const Matrix& m) {
  double sum = 0;
  for (Index i = 0; i < m.size(); ++i) sum += static_cast<double>(m.data()[i]);
  return sum;
}

}  // namespace

TEST_CASE("estimates of an RBM have the figures of every other build") {
  const Dataset bars = bars_and_stripes(3);
  Rbm rbm({9, 6, 2}, 1);
  const auto training = train(rbm, bars, options());
  while (training->step()) {
  }
  AisOptions o;
  o.runs = 20;
  o.betas = 50;
  const VectorD rates = bars.mean();
  BidirectionalAis both(rbm, o, &rates, &bars);
  while (both.step()) {
  }
  CHECK(digits(both.forward().estimate().log_z) == "9.2261651811595833");
  CHECK(digits(both.reverse().estimate().log_z) == "9.1728887056462955");
  CHECK(digits(pseudo_likelihood(rbm, bars).finish().mean) == "-6.5167640036676735");
  CHECK(digits(pseudo_likelihood(rbm, bars, {.stochastic = true, .seed = 1}).finish().mean) == "-6.2383381906210076");
  const std::vector<std::uint32_t> first{0, 1, 2, 3, 4};
  CHECK(digits(free_energy_gap(rbm, bars, bars.subset(first)).gap) == "-0.60324119387992781");
}

TEST_CASE("estimates of a DBN have the figures of every other build") {
  const Dataset bars = bars_and_stripes(3);
  Dbn dbn({9, 6, 9}, 2, 1);
  const auto training = train(dbn, bars, {options()}, true);
  while (training->step()) {
  }
  const double log_z = exact_log_partition(dbn.top());
  CHECK(digits(log_z) == "10.707522576978068");
  CHECK(digits(variational_bound(dbn, bars, log_z, {.samples = 5, .seed = 1}).average.mean) == "-6.8347253382352093");
  CHECK(digits(sum_of(summed_features(dbn, 2))) == "91.537558972835541");
  ActivationMaximisation ascent(dbn, 2, {}, {.iterations = 50, .rate = 0.1, .response = Response::input, .norm = 2});
  while (ascent.step()) {
  }
  CHECK(digits(sum_of(ascent.images())) == "51.794240385293961");
}
