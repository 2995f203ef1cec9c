#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "enumeration.h"
#include "thread_counts.h"
#include "wakesleep/features.h"
#include "wakesleep/threads.h"

using namespace wakesleep;
using namespace wakesleep::test;

namespace {

Dbn three_layers() {
  std::vector<Rbm> rbms;
  rbms.push_back(small_rbm(7, 5, 0, 1.3, 3));
  rbms.push_back(small_rbm(5, 6, 0, 1.3, 4));
  rbms.push_back(small_rbm(6, 4, 3, 1.3, 5));
  return Dbn(std::move(rbms));
}

// The input of a unit of a layer, in double precision, from means below.
double input_of(const Dbn& dbn, Index layer, Index unit, std::vector<double> x) {
  for (Index l = 0; l < layer; ++l) {
    const Rbm& rbm = dbn.rbm(l);
    std::vector<double> above;
    for (Index j = 0; j < rbm.hidden(); ++j) {
      auto sum = static_cast<double>(rbm.c()[j]);
      for (Index i = 0; i < rbm.visible(); ++i)
        sum += x[static_cast<std::size_t>(i)] * static_cast<double>(rbm.W()(i, j));
      if (l + 1 == layer) {
        if (j == unit) return sum;
        continue;
      }
      above.push_back(1 / (1 + std::exp(-sum)));
    }
    x = above;
  }
  return 0;
}

// What a unit responds with; the label of a machine that has some is summed out: the response with each label on,
// weighed with what the hidden units then sum to.
double response_of(const Dbn& dbn, Index layer, Index unit, const std::vector<double>& x, Response response) {
  const auto respond = [&](double input) { return response == Response::input ? input : 1 / (1 + std::exp(-input)); };
  const Rbm& last = dbn.rbm(layer - 1);
  if (!last.labels()) return respond(input_of(dbn, layer, unit, x));
  double sum = 0, all = 0;
  for (Index y = 0; y < last.labels(); ++y) {
    const auto U = [&](Index k) { return static_cast<double>(last.W()(last.visible() + y, k)); };
    double log_weight = static_cast<double>(last.b()[last.visible() + y]);
    for (Index k = 0; k < last.hidden(); ++k) log_weight += std::log1p(std::exp(input_of(dbn, layer, k, x) + U(k)));
    sum += std::exp(log_weight);
    all += std::exp(log_weight) * respond(input_of(dbn, layer, unit, x) + U(unit));
  }
  return all / sum;
}

// A B, where B may have rows (of labels) past the columns of A.
MatrixD product(const MatrixD& A, const Matrix& B) {
  MatrixD out = MatrixD::Zero(A.rows(), B.cols());
  for (Index i = 0; i < A.rows(); ++i)
    for (Index k = 0; k < A.cols(); ++k)
      for (Index j = 0; j < B.cols(); ++j) out(i, j) += A(i, k) * static_cast<double>(B(k, j));
  return out;
}

// The largest difference of features from the columns of a product.
double farthest(const Matrix& features, const MatrixD& columns) {
  double most = 0;
  for (Index r = 0; r < features.rows(); ++r)
    for (Index i = 0; i < features.cols(); ++i)
      most = std::max(most, std::abs(static_cast<double>(features(r, i)) - columns(i, r)));
  return most;
}

ActivationMaximisation run(ActivationMaximisation ascent) {
  while (ascent.step()) {
  }
  return ascent;
}

std::vector<double> row_of(const Matrix& m, Index r) {
  std::vector<double> out;
  for (Index i = 0; i < m.cols(); ++i) out.push_back(static_cast<double>(m(r, i)));
  return out;
}

}  // namespace

TEST_CASE("summed features are the product of the weights, without those of labels") {
  const Dbn dbn = three_layers();
  CHECK(summed_features(dbn, 1) == dbn.rbm(0).W().transpose());
  const MatrixD two = product(dbn.rbm(0).W().cast<double>(), dbn.rbm(1).W());
  CHECK(farthest(summed_features(dbn, 2), two) < 1e-5);
  CHECK(farthest(summed_features(dbn, 3), product(two, dbn.rbm(2).W())) < 1e-5);
  const Matrix some = summed_features(dbn, 3, {2, 0});
  CHECK(some.row(0) == summed_features(dbn, 3).row(2));
  CHECK(some.row(1) == summed_features(dbn, 3).row(0));
}

TEST_CASE("activations of every layer and their gradients through the sigmoids are those of finite differences") {
  const Dbn dbn = three_layers();
  for (Index layer = 1; layer <= 3; ++layer)
    for (const Response response : {Response::input, Response::mean}) {
      const std::vector<Index> units{3, 0};
      Matrix x(2, 7);
      for (Index i = 0; i < x.size(); ++i) x.data()[i] = 0.5f + 0.6f * std::sin(static_cast<float>(i) * 1.9f);
      const Activations found = unit_activations(dbn, layer, units, view(x), response);
      for (Index r = 0; r < 2; ++r) {
        const auto value = [&](const std::vector<double>& at) {
          return response_of(dbn, layer, units[static_cast<std::size_t>(r)], at, response);
        };
        const std::vector<double> at = row_of(x, r);
        CHECK(found.values[r] == doctest::Approx(value(at)).epsilon(1e-5));
        for (std::size_t i = 0; i < 7; ++i) {
          constexpr double h = 1e-4;
          std::vector<double> more = at, less = at;
          more[i] += h;
          less[i] -= h;
          const double slope = (value(more) - value(less)) / (2 * h);
          CHECK(static_cast<double>(found.gradient(r, static_cast<Index>(i))) ==
                doctest::Approx(slope).epsilon(1e-3).scale(0.01));
        }
      }
    }
}

TEST_CASE(
    "maximisation finds the images of the first layer that are known: corners of the box, and the weights themselves") {
  const Dbn dbn = three_layers();
  const ActivationMaximisation box = run(ActivationMaximisation(dbn, 1));
  MaximisationOptions o;
  o.norm = 3;
  o.iterations = 2000;
  const ActivationMaximisation sphere = run(ActivationMaximisation(dbn, 1, {}, o));
  for (Index j = 0; j < 5; ++j) {
    auto best = static_cast<double>(dbn.rbm(0).c()[j]);
    for (Index i = 0; i < 7; ++i) {
      const float w = dbn.rbm(0).W()(i, j);
      CHECK(box.images()(j, i) == (w > 0 ? 1.0f : 0.0f));
      best += std::max(0.0, static_cast<double>(w));
    }
    CHECK(box.activations()[j] == doctest::Approx(best));
    const double norm = static_cast<double>(dbn.rbm(0).W().col(j).norm());
    CHECK(sphere.activations()[j] == doctest::Approx(static_cast<double>(dbn.rbm(0).c()[j]) + 3 * norm).epsilon(1e-4));
    const Vector direction = dbn.rbm(0).W().col(j) * static_cast<float>(3 / norm);
    CHECK(sphere.images().row(j).transpose().isApprox(direction, 0.01f));
  }
}

namespace {

// Gaussian pixels of different standard deviations below Bernoulli layers.
Dbn gaussian_image() {
  std::vector<Rbm> rbms;
  const Rbm first = small_rbm(7, 5, 0, 1.3, 3);
  rbms.emplace_back(RbmShape{7, 5, 0, {UnitType::gaussian}}, 1, first.parameters());
  Vector sigma(7);
  for (Index i = 0; i < 7; ++i) sigma[i] = 0.7f + 0.2f * static_cast<float>(i);
  rbms[0].set_sigma(sigma, Vector());
  rbms.push_back(small_rbm(5, 6, 0, 1.3, 4));
  return Dbn(std::move(rbms));
}

std::vector<double> as_it_enters(const Dbn& dbn, std::vector<double> image) {
  for (std::size_t i = 0; i < image.size(); ++i) {
    const auto sigma = static_cast<double>(dbn.rbm(0).sigma_v()[static_cast<Index>(i)]);
    image[i] /= sigma * sigma;
  }
  return image;
}

}  // namespace

TEST_CASE(
    "images of Gaussian units: gradients by finite differences, and the first layer's weights over the variances") {
  const Dbn dbn = gaussian_image();
  for (Index layer = 1; layer <= 2; ++layer) {
    Matrix x(1, 7);
    for (Index i = 0; i < 7; ++i) x(0, i) = 1.5f * std::sin(static_cast<float>(i) * 1.9f);
    const Activations found = unit_activations(dbn, layer, {3}, view(x), Response::input);
    const auto value = [&](const std::vector<double>& at) { return input_of(dbn, layer, 3, as_it_enters(dbn, at)); };
    const std::vector<double> at = row_of(x, 0);
    CHECK(found.values[0] == doctest::Approx(value(at)).epsilon(1e-5));
    for (std::size_t i = 0; i < 7; ++i) {
      constexpr double h = 1e-4;
      std::vector<double> more = at, less = at;
      more[i] += h;
      less[i] -= h;
      const double slope = (value(more) - value(less)) / (2 * h);
      CHECK(static_cast<double>(found.gradient(0, static_cast<Index>(i))) ==
            doctest::Approx(slope).epsilon(1e-3).scale(0.01));
    }
  }
  MaximisationOptions o;
  o.norm = 3;
  o.iterations = 2000;
  const ActivationMaximisation sphere = run(ActivationMaximisation(dbn, 1, {}, o));
  for (Index j = 0; j < 5; ++j) {
    const Vector direction = dbn.rbm(0).W().col(j).cwiseQuotient(dbn.rbm(0).variance_v());
    CHECK(sphere.activations()[j] ==
          doctest::Approx(static_cast<double>(dbn.rbm(0).c()[j] + 3 * direction.norm())).epsilon(1e-4));
    CHECK(sphere.images().row(j).transpose().isApprox(3 * direction.normalized(), 0.01f));
  }
  CHECK_THROWS_WITH_AS(ActivationMaximisation(dbn, 1), doctest::Contains("need a norm"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(ActivationMaximisation(Dbn({4, 3}, 0, 1, {{UnitType::relu}, {}}), 1),
                       doctest::Contains("these are relu"), std::invalid_argument);
  const Dbn other({4, 3, 2}, 0, 1, {{}, {}, {UnitType::relu}});
  CHECK_THROWS_WITH_AS(ActivationMaximisation(other, 2), doctest::Contains("those of layer 2 are relu"),
                       std::invalid_argument);
  CHECK(run(ActivationMaximisation(other, 1)).images().rows() == 3);
}

TEST_CASE("images of spins are maximised in the box of their values") {
  std::vector<Rbm> rbms;
  const Rbm first = small_rbm(7, 5, 0, 1.3, 3);
  rbms.emplace_back(RbmShape{7, 5, 0, {UnitType::spin}}, 1, first.parameters());
  const Dbn dbn(std::move(rbms));
  const ActivationMaximisation box = run(ActivationMaximisation(dbn, 1));
  for (Index j = 0; j < 5; ++j)
    for (Index i = 0; i < 7; ++i) CHECK(box.images()(j, i) == (first.W()(i, j) > 0 ? 1.0f : -1.0f));
}

TEST_CASE("in deep layers maximisation ends where no pixel can raise the unit, within its constraint") {
  const Dbn dbn = three_layers();
  for (Index layer = 2; layer <= 3; ++layer)
    for (const double norm : {0.0, 2.0}) {
      MaximisationOptions o;
      o.norm = norm;
      o.iterations = 1000;
      const ActivationMaximisation found = run(ActivationMaximisation(dbn, layer, {}, o));
      const ActivationMaximisation begun = [&] {
        ActivationMaximisation one(dbn, layer, {}, o);
        one.step();  // the weighted sums that it starts from
        one.step();
        return one;
      }();
      for (Index unit = 0; unit < found.images().rows(); ++unit) {
        const std::vector<double> image = row_of(found.images(), unit);
        const double value = response_of(dbn, layer, unit, image, Response::input);
        CHECK(found.activations()[unit] == doctest::Approx(value).epsilon(1e-4).scale(0.1));
        CHECK(found.activations()[unit] >= begun.activations()[unit]);
        double squares = 0;
        for (const double pixel : image) squares += pixel * pixel;
        if (norm > 0) CHECK(std::sqrt(squares) == doctest::Approx(norm).epsilon(1e-4));
        for (std::size_t i = 0; i < image.size(); ++i)
          for (const double change : {-0.05, 0.05}) {
            std::vector<double> other = image;
            other[i] += change;
            if (norm > 0) {
              double now = 0;
              for (const double pixel : other) now += pixel * pixel;
              for (double& pixel : other) pixel *= norm / std::sqrt(now);
            } else {
              CHECK(image[i] >= 0);
              CHECK(image[i] <= 1);
              other[i] = std::clamp(other[i], 0.0, 1.0);
            }
            CHECK(response_of(dbn, layer, unit, other, Response::input) < value + 1e-3);
          }
      }
    }
}

TEST_CASE("maximising a mean maximises the input, and a unit that nothing moves keeps its start") {
  const Dbn dbn = three_layers();
  MaximisationOptions o;
  o.response = Response::mean;
  const ActivationMaximisation means = run(ActivationMaximisation(dbn, 1, {}, o)),
                               inputs = run(ActivationMaximisation(dbn, 1));
  CHECK(means.images() == inputs.images());
  for (Index j = 0; j < 5; ++j)
    CHECK(means.activations()[j] == doctest::Approx(1 / (1 + std::exp(-inputs.activations()[j]))).epsilon(1e-5));

  std::vector<Rbm> rbms;
  rbms.push_back(Rbm({4, 3, 0}, 1, {Matrix::Zero(4, 3), Vector::Zero(4), Vector::Zero(3)}));
  const Dbn dead(std::move(rbms));
  CHECK(run(ActivationMaximisation(dead, 1)).images() == Matrix::Constant(3, 4, 0.5f));
  o.norm = 2;
  CHECK(run(ActivationMaximisation(dead, 1, {}, o)).images() == Matrix::Constant(3, 4, 1.0f));
}

TEST_CASE("features go on in slices and are the same bits for every number of threads") {
  const Dbn dbn({784, 300, 200, 100}, 10, 3);
  MaximisationOptions o;
  o.iterations = 3;
  Matrix first;
  for (const int threads : thread_counts) {
    set_thread_count(threads);
    ActivationMaximisation ascent(dbn, 3, {}, o);
    int steps = 0;
    double before = 0;
    while (ascent.step()) {
      ++steps;
      CHECK(ascent.done() > before);
      before = ascent.done();
    }
    CHECK(steps > 4);
    CHECK(before == 1);
    if (first.size() == 0) first = ascent.images();
    CHECK(ascent.images() == first);
  }
  set_thread_count(1);
}

TEST_CASE("features of what cannot be are refused by name") {
  const Dbn dbn = three_layers();
  CHECK_THROWS_WITH_AS(summed_features(dbn, 0), doctest::Contains("layer must be 1 to 3"), std::out_of_range);
  CHECK_THROWS_WITH_AS(summed_features(dbn, 4), doctest::Contains("layer must be 1 to 3"), std::out_of_range);
  CHECK_THROWS_WITH_AS(summed_features(dbn, 3, {4}), doctest::Contains("0 to 3, not 4"), std::out_of_range);
  const auto refused = [&](const char* name, auto change) {
    MaximisationOptions o;
    change(o);
    CHECK_THROWS_WITH_AS(ActivationMaximisation(dbn, 2, {}, o), doctest::Contains(name), std::out_of_range);
  };
  refused("iterations", [](auto& o) { o.iterations = 0; });
  refused("rate", [](auto& o) { o.rate = 0; });
  refused("rate", [](auto& o) { o.rate = std::nan(""); });
  refused("norm", [](auto& o) { o.norm = -1; });
  refused("norm", [](auto& o) { o.norm = std::nan(""); });
  const Matrix narrow = Matrix::Zero(1, 6);
  CHECK_THROWS_WITH_AS(unit_activations(dbn, 2, {1}, view(narrow), Response::input), doctest::Contains("1 x 7"),
                       std::out_of_range);
}
