#include <doctest/doctest.h>

#include <Eigen/SVD>
#include <cmath>

#include "compare/logistic_components.h"
#include "compare/nearest_neighbours.h"
#include "compare/principal_components.h"
#include "thread_counts.h"
#include "wakesleep/random.h"
#include "wakesleep/stroke_digits.h"
#include "wakesleep/threads.h"

using namespace wakesleep;

namespace {

Matrix random_matrix(Index rows, Index cols, std::uint64_t seed) {
  Random random(seed, Stream::data);
  Matrix m(rows, cols);
  for (Index i = 0; i < m.size(); ++i) m.data()[i] = static_cast<float>(2 * random.uniform() - 1);
  return m;
}

Dataset dataset(const Matrix& m) {
  return Dataset::from_floats({m.data(), static_cast<std::size_t>(m.size())}, m.rows(), m.cols());
}

float logistic(float x) { return 1 / (1 + std::exp(-x)); }

}  // namespace

TEST_CASE("principal components leave what the smaller singular values hold") {
  const Matrix x = random_matrix(700, 6, 1) * random_matrix(6, 9, 2) + 0.1f * random_matrix(700, 9, 3);
  const Dataset data = dataset(x);
  const MatrixD centred = x.cast<double>().rowwise() - x.cast<double>().colwise().mean();
  const VectorD singular = Eigen::JacobiSVD<Eigen::MatrixXd>(centred).singularValues();
  for (Index k = 1; k <= 9; ++k) {
    const PrincipalComponents found = principal_components(data, k);
    const double rest = singular.tail(9 - k).squaredNorm() / 700;
    CHECK(std::abs(squared_error(found, data) - rest) < 1e-6);
    CHECK((found.axes * found.axes.transpose() - MatrixD::Identity(k, k)).cwiseAbs().maxCoeff() < 1e-9);
  }
  // Of other examples: by hand, with one axis.
  const PrincipalComponents one = principal_components(data, 1);
  const Matrix other = random_matrix(1, 9, 4);
  const VectorD from_mean = other.row(0).transpose().cast<double>() - one.mean;
  const VectorD axis = one.axes.row(0).transpose();
  CHECK(squared_error(one, dataset(other)) ==
        doctest::Approx((from_mean - from_mean.dot(axis) * axis).squaredNorm()).epsilon(1e-9));
}

TEST_CASE("logistic components find log odds that lie in a plane, and come nearer with every step") {
  // Grey values, whose cross entropy is least where the means are the values themselves.
  const Matrix odds = 3 * random_matrix(600, 2, 5) * random_matrix(2, 12, 6);
  const Matrix x = (odds.rowwise() + random_matrix(1, 12, 7).row(0)).unaryExpr(&logistic);
  const Dataset data = dataset(x);
  double least = 0;
  for (Index i = 0; i < x.size(); ++i) {
    const auto p = static_cast<double>(x.data()[i]);
    least -= (p * std::log(p) + (1 - p) * std::log(1 - p)) / 600;
  }
  LogisticComponents found(data, 2);
  double before = 1e9;
  while (found.step()) {
    CHECK(found.loss() <= before * (1 + 1e-12));
    CHECK(found.loss() >= least * (1 - 1e-6));
    before = found.loss();
  }
  CHECK(before - least < 2e-3 * least);
  CHECK(found.squared_error(data) < 2e-3);
  // One component is not enough, and linear ones redraw worse.
  LogisticComponents one(data, 1);
  while (one.step()) {
  }
  CHECK(one.squared_error(data) > 10 * found.squared_error(data));
  CHECK(squared_error(principal_components(data, 2), data) > 2 * found.squared_error(data));
}

TEST_CASE("the nearest neighbours are the nearest, and their majority decides") {
  const std::vector<float> points = {0, 0, 0, 1, 1, 0, 5, 5, 5, 6};
  const Dataset training = Dataset::from_floats(points, 5, 2, {3, 7, 7, 1, 1});
  Matrix queries(3, 2);
  queries << 0.1f, 0.2f, 5, 5.2f, 0, 2;
  const Neighbours one = nearest_neighbours(view(queries), training);
  CHECK(one.labels == std::vector<int>{3, 1, 7});
  CHECK(one.distances[0] == doctest::Approx(std::sqrt(0.05)));
  CHECK(one.distances[2] == doctest::Approx(1));
  CHECK(nearest_neighbours(view(queries), training, 3).labels == std::vector<int>{7, 1, 7});
}

TEST_CASE("what needs no network does not depend on the number of threads") {
  const Dataset digits = stroke_digits(1500, 3), others = stroke_digits(700, 4);
  const Matrix queries = others.rows(0, others.count());
  double linear = 0, logistic_loss = 0, logistic_error = 0;
  std::vector<int> labels;
  for (const int threads : test::thread_counts) {
    set_thread_count(threads);
    const double now = squared_error(principal_components(digits, 5), others);
    LogisticComponents found(digits, 3);
    for (int i = 0; i < 2; ++i) found.step();
    const Neighbours near = nearest_neighbours(view(queries), digits, 3);
    if (labels.empty()) {
      linear = now;
      logistic_loss = found.loss();
      logistic_error = found.squared_error(others);
      labels = near.labels;
    }
    CHECK(now == linear);
    CHECK(found.loss() == logistic_loss);
    CHECK(found.squared_error(others) == logistic_error);
    CHECK(near.labels == labels);
  }
  set_thread_count(1);
}

TEST_CASE("what does not fit is refused by what it is") {
  const Dataset data = dataset(random_matrix(20, 4, 1)), grey = dataset(random_matrix(20, 4, 1).cwiseAbs());
  for (const Index k : {0, -1, 5}) {
    CHECK_THROWS_WITH_AS(principal_components(data, k),
                         doctest::Contains("components must be a whole number from 1 to 4"), std::out_of_range);
    CHECK_THROWS_AS(LogisticComponents(grey, k), std::out_of_range);
  }
  const PrincipalComponents found = principal_components(data, 2);
  const Dataset wide = dataset(random_matrix(3, 5, 1));
  CHECK_THROWS_WITH_AS(squared_error(found, wide), doctest::Contains("of 4 columns, and the examples have 5"),
                       std::out_of_range);
  CHECK_THROWS_AS(LogisticComponents(data, 2), std::out_of_range);  // below 0
  LogisticComponents logistic_found(grey, 2);
  logistic_found.step();
  CHECK_THROWS_AS(logistic_found.squared_error(wide), std::out_of_range);
  CHECK_THROWS_AS(logistic_found.squared_error(data), std::out_of_range);
  const Matrix queries = random_matrix(2, 5, 1);
  CHECK_THROWS_WITH_AS(nearest_neighbours(view(queries), data), doctest::Contains("5 values"), std::out_of_range);
  CHECK_THROWS_WITH_AS(nearest_neighbours(view(queries), wide), doctest::Contains("no labels"), std::invalid_argument);
  for (const Index k : {0, 4})
    CHECK_THROWS_WITH_AS(nearest_neighbours(view(queries), wide, k), doctest::Contains("1 to 3"), std::out_of_range);
}
