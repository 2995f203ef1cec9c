// Grey values are means of states, and enter as they are.
#include <doctest/doctest.h>

#include <cmath>

#include "dbm_enumeration.h"
#include "enumeration.h"
#include "wakesleep/chains.h"
#include "wakesleep/patterns.h"
#include "wakesleep/stroke_digits.h"
#include "wakesleep/training.h"

using namespace wakesleep;
using namespace wakesleep::test;

namespace {

double real(float x) { return static_cast<double>(x); }
double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

// E[v'] after h ~ p(h | v) of means v, and v' given h, by enumeration.
std::vector<double> reconstructed(const Rbm& rbm, const std::vector<double>& v) {
  std::vector<double> result(v.size());
  for (const auto& h : hidden_states(rbm)) {
    double p = 1;
    for (Index j = 0; j < rbm.hidden(); ++j) {
      double input = real(rbm.c()[j]);
      for (Index i = 0; i < rbm.visible(); ++i) input += v[static_cast<std::size_t>(i)] * real(rbm.W()(i, j));
      p *= h[static_cast<std::size_t>(j)] > 0 ? sigmoid(input) : 1 - sigmoid(input);
    }
    for (Index i = 0; i < rbm.visible(); ++i) {
      double input = real(rbm.b()[i]);
      for (Index j = 0; j < rbm.hidden(); ++j) input += h[static_cast<std::size_t>(j)] * real(rbm.W()(i, j));
      result[static_cast<std::size_t>(i)] += p * sigmoid(input);
    }
  }
  return result;
}

}  // namespace

TEST_CASE("a reconstruction takes grey values as they are, and not bits drawn from them") {
  // One hidden unit that most pixels must agree on, so that means and the bits drawn from them differ much.
  Rbm rbm({4, 1, 0});
  rbm.set_parameters(Matrix::Constant(4, 1, 8.0f), Vector::Constant(4, -4.0f), Vector::Constant(1, -12.0f));
  const std::vector<double> v{0.5, 0.4, 0.7, 0.5};
  constexpr Index rows = 40000;
  const Matrix back = reconstruct(rbm, view(Matrix(as_row(v).replicate(rows, 1))), {.seed = 3});
  const std::vector<double> exact = reconstructed(rbm, v);
  // What bits drawn from v first would give.
  std::vector<double> of_bits(4);
  for (int s = 0; s < 16; ++s) {
    std::vector<double> bits;
    double p = 1;
    for (std::size_t i = 0; i < 4; ++i) {
      bits.push_back((s >> i) & 1);
      p *= bits[i] > 0 ? v[i] : 1 - v[i];
    }
    const auto one = reconstructed(rbm, bits);
    for (std::size_t i = 0; i < 4; ++i) of_bits[i] += p * one[i];
  }
  double apart = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(std::abs(real(back.col(static_cast<Index>(i)).mean()) - exact[i]) < 0.006);
    apart = std::max(apart, std::abs(exact[i] - of_bits[i]));
  }
  CHECK(apart > 0.03);
}

TEST_CASE("a reconstruction of a DBM takes grey values as they are, too") {
  const Dbm dbm = small_dbm({4, 3, 2}, 0, 2, 6);
  const Matrix x = as_row({0.5, 0.25, 1, 0.75});
  constexpr Index rows = 40000;
  const Matrix back = reconstruct(dbm, view(Matrix(x.replicate(rows, 1))), {.seed = 3});
  // h2 ~ its mean field, h1 given v and h2, v given h1.
  const std::vector<Matrix> inferred = dbm.mean_field(view(x));
  std::vector<double> exact(4, 0.0);
  for (int s = 0; s < 32; ++s) {
    double p = 1;
    for (Index k = 0; k < 2; ++k) {
      const double mean = real(inferred[2](0, k));
      p *= (s >> k) & 1 ? mean : 1 - mean;
    }
    for (Index j = 0; j < 3; ++j) {
      double input = real(dbm.b(1)[j]);
      for (Index i = 0; i < 4; ++i) input += real(x(0, i)) * real(dbm.W(0)(i, j));
      for (Index k = 0; k < 2; ++k) input += ((s >> k) & 1) * real(dbm.W(1)(j, k));
      p *= (s >> (2 + j)) & 1 ? sigmoid(input) : 1 - sigmoid(input);
    }
    for (Index i = 0; i < 4; ++i) {
      double input = real(dbm.b(0)[i]);
      for (Index j = 0; j < 3; ++j) input += ((s >> (2 + j)) & 1) * real(dbm.W(0)(i, j));
      exact[static_cast<std::size_t>(i)] += p * sigmoid(input);
    }
  }
  for (Index i = 0; i < 4; ++i) CHECK(std::abs(real(back.col(i).mean()) - exact[static_cast<std::size_t>(i)]) < 0.006);
}

TEST_CASE("the reconstruction error of all examples is that which training reports, on grey data as on bits") {
  for (const bool grey : {true, false}) {
    const Dataset drawn = stroke_digits(800, 5), data = grey ? drawn : drawn.thresholded(0.5f);
    Rbm rbm({784, 60, 0}, 2);
    TrainingOptions o;
    o.epochs = 10;
    o.batch_size = 16;
    const auto training = train(rbm, data, o);
    while (training->step()) {
    }
    // Its errors while nothing is learned, on every row of every batch.
    o.epochs = 1;
    o.learning_rate = 1e-9;
    o.momentum = 0;
    o.hidden_states = States::sampled;
    Rbm still({784, 60, 0}, 2, rbm.parameters());
    const auto measuring = train(still, data, o);
    double sum = 0;
    int batches = 0;
    while (measuring->step()) {
      sum += measuring->progress().reconstruction_error;
      ++batches;
    }
    const double reported = sum / batches, found = reconstruction_error(rbm, data).finish().mean;
    MESSAGE((grey ? "grey: " : "bits: ") << "training reports " << reported << ", all examples have " << found);
    CHECK(found == doctest::Approx(reported).epsilon(0.02));
    CHECK(reconstruction_error(rbm, data).finish().count == 800);
    // It is the mean over the examples of what reconstruct gives.
    const Matrix x = data.rows(0, 800), back = reconstruct(rbm, view(x));
    CHECK(found == doctest::Approx(static_cast<double>((back - x).array().square().mean())).epsilon(1e-4));
  }
}
