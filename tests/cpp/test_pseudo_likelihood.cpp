#include <doctest/doctest.h>

#include <cmath>

#include "enumeration.h"
#include "thread_counts.h"
#include "wakesleep/free_energy_gap.h"
#include "wakesleep/pseudo_likelihood.h"
#include "wakesleep/threads.h"

using namespace wakesleep;

namespace {

// log p(v_i | the others) and log p(y | image), each from the energies of every hidden state.
std::vector<double> enumerated_terms(const Rbm& rbm, const std::vector<double>& v) {
  std::vector<double> terms;
  for (Index i = 0; i < rbm.visible(); ++i) {
    std::vector<double> on = v, off = v;
    on[static_cast<std::size_t>(i)] = 1;
    off[static_cast<std::size_t>(i)] = 0;
    const double of_on = std::exp(-test::free_energy(rbm, on)), of_off = std::exp(-test::free_energy(rbm, off));
    const double value = v[static_cast<std::size_t>(i)];
    terms.push_back(value * std::log(of_on / (of_on + of_off)) + (1 - value) * std::log(of_off / (of_on + of_off)));
  }
  if (rbm.labels() == 0) return terms;
  double own = 0, sum = 0;
  for (Index y = 0; y < rbm.labels(); ++y) {
    std::vector<double> other = v;
    for (Index l = 0; l < rbm.labels(); ++l) other[static_cast<std::size_t>(rbm.visible() + l)] = l == y ? 1 : 0;
    const double p = std::exp(-test::free_energy(rbm, other));
    sum += p;
    if (v[static_cast<std::size_t>(rbm.visible() + y)] == 1) own = p;
  }
  terms.push_back(std::log(own / sum));
  return terms;
}

double sum_of(const std::vector<double>& terms) {
  double sum = 0;
  for (const double term : terms) sum += term;
  return sum;
}

Dataset grey_data(Index count, Index width, Index labels) {
  std::vector<float> values;
  for (Index i = 0; i < count * width; ++i)
    values.push_back(i % 3 == 0 ? 1.0f : i % 3 == 1 ? 0.0f : 0.5f + 0.5f * std::sin(static_cast<float>(i)));
  std::vector<std::uint16_t> of;
  for (Index r = 0; labels > 0 && r < count; ++r) of.push_back(static_cast<std::uint16_t>(r % labels));
  return Dataset::from_floats(values, count, width, of);
}

}  // namespace

TEST_CASE("the pseudo-likelihood of every state is the sum of the enumerated conditionals, with labels too") {
  for (const Index labels : {0, 3}) {
    const Rbm rbm = test::small_rbm(6, 5, labels, 1.2, 3);
    for (const auto& v : test::visible_states(rbm)) {
      const Matrix x = test::as_row(v);
      CHECK(log_pseudo_likelihood(rbm, view(x))[0] == doctest::Approx(sum_of(enumerated_terms(rbm, v))).epsilon(1e-5));
    }
  }
}

TEST_CASE("a grey value counts as a probability") {
  const Rbm rbm = test::small_rbm(5, 4, 0, 1, 8);
  const std::vector<double> v{0.25, 1, 0.5, 0, 0.875};
  const Matrix x = test::as_row(v);
  CHECK(log_pseudo_likelihood(rbm, view(x))[0] == doctest::Approx(sum_of(enumerated_terms(rbm, v))).epsilon(1e-5));
}

TEST_CASE("with no weights the pseudo-likelihood is the likelihood") {
  Rbm rbm = test::small_rbm(6, 4, 0, 1, 3);
  rbm.set_parameters(Matrix::Zero(6, 4), rbm.b(), rbm.c());
  const Dataset data = grey_data(10, 6, 0).thresholded(0.6f);
  CHECK(pseudo_likelihood(rbm, data).finish().mean ==
        doctest::Approx(mean_log_likelihood(rbm, data, exact_log_partition(rbm))).epsilon(1e-5));
}

TEST_CASE("the stochastic pseudo-likelihood takes one term a row, each equally often, and is right in the mean") {
  for (const Index labels : {0, 3}) {
    const Rbm rbm = test::small_rbm(6, 5, labels, 1.2, 3);
    const std::vector<double> v = test::visible_states(rbm)[41];
    const std::vector<double> terms = enumerated_terms(rbm, v);
    constexpr Index rows = 7000;
    Matrix x(rows, rbm.width());
    for (Index r = 0; r < rows; ++r) x.row(r) = test::as_row(v);
    const VectorD values = stochastic_log_pseudo_likelihood(rbm, view(x), 5);
    std::vector<double> counts(terms.size());
    for (Index r = 0; r < rows; ++r)
      for (std::size_t t = 0; t < terms.size(); ++t)
        if (std::abs(values[r] - static_cast<double>(terms.size()) * terms[t]) < 1e-4) ++counts[t];
    CHECK(sum_of(counts) == rows);
    const double freedom = static_cast<double>(terms.size()) - 1;
    CHECK(test::chi_squared(counts, std::vector<double>(terms.size(), 1.0 / static_cast<double>(terms.size()))) <
          freedom + 4 * std::sqrt(2 * freedom));
    // A row's random number is that of its place, wherever the block begins.
    const Matrix later = x.topRows(10);
    CHECK(stochastic_log_pseudo_likelihood(rbm, view(later), 5, 30) == values.segment(30, 10));
    CHECK(stochastic_log_pseudo_likelihood(rbm, view(later), 6) != values.head(10));
  }
}

TEST_CASE("over a data set it is the mean with its standard error, in slices that do not matter") {
  for (const bool stochastic : {false, true}) {
    const Rbm rbm = test::small_rbm(70, 40, 4, 0.1, 3);
    const Dataset data = grey_data(5000, 70, 4);
    DatasetAverage average = pseudo_likelihood(rbm, data, {.stochastic = stochastic, .seed = 3});
    int steps = 0;
    while (average.step()) ++steps;
    CHECK(steps > 1);
    CHECK(average.done() == 1);
    Matrix x = Matrix::Zero(5000, rbm.width());
    x.leftCols(70) = data.rows(0, 5000);
    for (Index r = 0; r < 5000; ++r) x(r, 70 + data.labels()[static_cast<std::size_t>(r)]) = 1;
    const VectorD all = stochastic ? stochastic_log_pseudo_likelihood(rbm, view(x), 3) : log_pseudo_likelihood(rbm, view(x));
    CHECK(average.result().mean == doctest::Approx(all.mean()));
    const double variance = (all.array() - all.mean()).square().sum() / 4999;
    CHECK(average.result().error == doctest::Approx(std::sqrt(variance / 5000)));
    CHECK(average.result().count == 5000);
  }
}

TEST_CASE("the standard error of a data set's log-likelihood is that of its rows, and infinite for one") {
  const Rbm rbm = test::small_rbm(6, 5, 0, 1, 3);
  const Dataset data = grey_data(40, 6, 0);
  const double log_z = exact_log_partition(rbm);
  const Average average = log_likelihood(rbm, data, log_z).finish();
  const Matrix x = data.rows(0, 40);
  const VectorD rows = -rbm.free_energy(view(x)).array() - log_z;
  CHECK(average.mean == doctest::Approx(rows.mean()));
  CHECK(average.mean == mean_log_likelihood(rbm, data, log_z));
  CHECK(average.error == doctest::Approx(std::sqrt((rows.array() - rows.mean()).square().sum() / 39 / 40)));
  CHECK(std::isinf(log_likelihood(rbm, grey_data(1, 6, 0), log_z).finish().error));
}

TEST_CASE("the free-energy gap is the difference of two means, and grows when only the training data are made likely") {
  const Rbm rbm = test::small_rbm(6, 5, 3, 0.5, 3);
  const Dataset training = grey_data(30, 6, 3), validation = grey_data(50, 6, 3).thresholded(0.4f);
  const FreeEnergyGap gap = free_energy_gap(rbm, training, validation);
  CHECK(gap.training.mean == mean_free_energy(rbm, training, 30));
  CHECK(gap.validation.mean == mean_free_energy(rbm, validation, 50));
  CHECK(gap.gap == gap.validation.mean - gap.training.mean);
  CHECK(gap.error == doctest::Approx(std::hypot(gap.training.error, gap.validation.error)));
  CHECK(free_energy_gap(rbm, training, training).gap == 0);
  CHECK_THROWS_WITH_AS(free_energy_gap(rbm, training, grey_data(4, 6, 0)), doctest::Contains("labels"), std::out_of_range);
  CHECK_THROWS_WITH_AS(free_energy_gap(rbm, training, grey_data(4, 5, 3)), doctest::Contains("5 values"), std::out_of_range);
}

TEST_CASE("pseudo-likelihoods are the same bits for every number of threads") {
  const Rbm rbm = test::small_rbm(70, 40, 3, 0.3, 5);
  const Dataset data = grey_data(300, 70, 3);
  for (const bool stochastic : {false, true}) {
    double first = 0;
    for (const int threads : test::thread_counts) {
      set_thread_count(threads);
      const double mean = pseudo_likelihood(rbm, data, {.stochastic = stochastic, .seed = 1}).finish().mean;
      if (threads == 1) first = mean;
      CHECK(mean == first);
    }
    set_thread_count(1);
  }
}

TEST_CASE("data that a pseudo-likelihood cannot be of are refused") {
  const Rbm rbm = test::small_rbm(6, 5, 3, 1, 3);
  CHECK_THROWS_WITH_AS(pseudo_likelihood(rbm, grey_data(4, 6, 0)), doctest::Contains("labels"), std::out_of_range);
  CHECK_THROWS_WITH_AS(pseudo_likelihood(rbm, grey_data(4, 5, 3)), doctest::Contains("5 values"), std::out_of_range);
  CHECK_THROWS_WITH_AS(pseudo_likelihood(rbm, grey_data(5, 6, 5)), doctest::Contains("labels up to 4"), std::out_of_range);
  const Matrix without = test::as_row({0, 1, 0, 1, 0, 1}), outside = test::as_row({0, 1, 0, 1, 0, 2, 1, 0, 0});
  CHECK_THROWS_WITH_AS(log_pseudo_likelihood(rbm, view(without)), doctest::Contains("9 values a row"), std::out_of_range);
  CHECK_THROWS_WITH_AS(log_pseudo_likelihood(rbm, view(outside)), doctest::Contains("[0, 1]"), std::out_of_range);
}
