#include <doctest/doctest.h>

#include <cmath>

#include "enumeration.h"
#include "thread_counts.h"
#include "unit_enumeration.h"
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

namespace {

// log p of each thing that a term is about given all the rest, each from the energies of every hidden state; of
// documents one a word.
std::vector<double> enumerated_terms_of_units(const Rbm& rbm, const std::vector<double>& v, int cells = 600) {
  const auto hidden = test::hidden_states_of(rbm, cells / 4);
  const UnitType type = rbm.shape().visible_units.type;
  std::vector<double> terms;
  const auto at = [](Index i) { return static_cast<std::size_t>(i); };
  // `alternatives` in the place of columns first, first + 1, ..., with their weights.
  const auto add = [&](Index first, const std::vector<test::WeightedState>& alternatives) {
    double sum = 0;
    for (const auto& alternative : alternatives) {
      std::vector<double> other = v;
      std::copy(alternative.values.begin(), alternative.values.end(), other.begin() + first);
      sum += alternative.weight * std::exp(-test::free_energy_of(rbm, other, hidden));
    }
    terms.push_back(-test::free_energy_of(rbm, v, hidden) - std::log(sum));
  };
  const auto one_of = [](Index size) { return test::states_of({UnitType::softmax, {size}}, size); };
  if (type == UnitType::softmax) {
    Index first = 0;
    for (const Index size : rbm.shape().visible_units.groups) {
      add(first, one_of(size));
      first += size;
    }
  } else if (type == UnitType::replicated_softmax) {
    for (Index k = 0; k < rbm.visible(); ++k)
      for (int word = 0; word < static_cast<int>(v[at(k)]); ++word) {
        std::vector<test::WeightedState> alternatives;
        for (Index other = 0; other < rbm.visible(); ++other) {
          std::vector<double> counts(v.begin(), v.begin() + rbm.visible());
          --counts[at(k)];
          ++counts[at(other)];
          alternatives.push_back({counts, 1});
        }
        add(0, alternatives);
      }
  } else {
    for (Index i = 0; i < rbm.visible(); ++i) add(i, test::states_of({type, {}}, 1, cells));
  }
  if (rbm.labels()) add(rbm.visible(), one_of(rbm.labels()));
  return terms;
}

// Some states of the visible side.
std::vector<std::vector<double>> some_states(const Rbm& rbm) {
  std::vector<std::vector<double>> states;
  if (test::continuous(rbm.shape().visible_units)) {
    for (const double scale : {0.3, 1.7}) {
      std::vector<double> v;
      for (Index i = 0; i < rbm.visible(); ++i) v.push_back(scale * (1 + 0.7 * static_cast<double>(i)));
      if (rbm.shape().visible_units.type == UnitType::gaussian) v[0] = -v[0];
      for (Index y = 0; y < rbm.labels(); ++y) v.push_back(y == 1 ? 1 : 0);
      states.push_back(v);
    }
    return states;
  }
  const auto all = test::visible_states_of(rbm);
  for (std::size_t s = 0; s < all.size(); s += 3) states.push_back(all[s].values);
  return states;
}

}  // namespace

TEST_CASE(
    "the pseudo-likelihood of every pair of unit types is the sum of the conditionals by enumeration and quadrature") {
  for (const test::PairOfUnits& pair : test::pairs_of_units())
    for (const Index labels : {0, 3}) {
      CAPTURE(pair.name());
      const Rbm rbm = test::rbm_of(pair, 0.5, labels);
      for (const auto& v : some_states(rbm)) {
        const Matrix x = test::as_row(v);
        const double expected = sum_of(enumerated_terms_of_units(rbm, v));
        CHECK(std::abs(log_pseudo_likelihood(rbm, view(x))[0] - expected) < 2e-5);
      }
    }
}

TEST_CASE("densities that are wide, steep, far from their data or have two peaks are integrated as well") {
  const auto compare = [](UnitType below, UnitType above, std::vector<float> w, float b, float c,
                          std::vector<double> v) {
    const std::string names = std::string(name_of(below)) + " below " + name_of(above);
    CAPTURE(names);
    CAPTURE(w[0]);
    Rbm rbm({1, static_cast<Index>(w.size()), 0, {below}, test::of_type(above, static_cast<Index>(w.size()))});
    rbm.set_parameters(Eigen::Map<Matrix>(w.data(), 1, static_cast<Index>(w.size())), Vector::Constant(1, b),
                       Vector::Constant(static_cast<Index>(w.size()), c));
    const Matrix x = test::as_row(v);
    CHECK(std::abs(log_pseudo_likelihood(rbm, view(x))[0] - sum_of(enumerated_terms_of_units(rbm, v, 4000))) < 2e-5);
  };
  for (const double v : {-4.0, 0.5, 3.0}) compare(UnitType::gaussian, UnitType::bernoulli, {4, -5}, 0.3f, -0.5f, {v});
  for (const float w : {-0.7f, -0.3f, 0.7f}) {
    compare(UnitType::gaussian, UnitType::gaussian, {w}, 0.5f, 0.4f, {1.5});
    compare(UnitType::gaussian, UnitType::relu, {w}, 0.5f, 0.4f, {-1.5});
  }
  for (const double v : {0.0, 0.1, 2.5}) {
    for (const float b : {-40.0f, -3.0f, 4.0f}) compare(UnitType::relu, UnitType::bernoulli, {3, -30}, b, -1, {v});
    for (const float w : {-0.7f, 0.7f}) compare(UnitType::relu, UnitType::gaussian, {w}, -2, 3, {v});
    for (const float w : {-4.0f, -0.7f, 0.7f}) compare(UnitType::relu, UnitType::relu, {w}, 0.5f, 1.5f, {v});
  }
}

TEST_CASE("the stochastic pseudo-likelihood of a document takes each word, and the label, equally often") {
  const Rbm rbm =
      test::rbm_of({test::of_type(UnitType::replicated_softmax, 4), test::of_type(UnitType::relu, 2), 4, 2}, 0.5, 2);
  const std::vector<double> v{2, 0, 1, 3, 0, 1};
  const std::vector<double> terms = enumerated_terms_of_units(rbm, v);
  REQUIRE(terms.size() == 7);
  constexpr Index rows = 7000;
  Matrix x(rows, rbm.width());
  for (Index r = 0; r < rows; ++r) x.row(r) = test::as_row(v);
  const VectorD values = stochastic_log_pseudo_likelihood(rbm, view(x), 5);
  // Of the words 0, 2 and 3, and the label.
  const std::vector<double> distinct{terms[0], terms[2], terms[3], terms[6]};
  std::vector<double> counts(4);
  for (Index r = 0; r < rows; ++r)
    for (std::size_t t = 0; t < 4; ++t)
      if (std::abs(values[r] - 7 * distinct[t]) < 1e-4) ++counts[t];
  CHECK(sum_of(counts) == rows);
  CHECK(test::chi_squared(counts, {2.0 / 7, 1.0 / 7, 3.0 / 7, 1.0 / 7}) < 3 + 4 * std::sqrt(6.0));
  const Matrix empty = test::as_row({0, 0, 0, 0, 0, 1});
  const Rbm bare =
      test::rbm_of({test::of_type(UnitType::replicated_softmax, 4), test::of_type(UnitType::relu, 2), 4, 2}, 0.5);
  CHECK(log_pseudo_likelihood(bare, view(Matrix(empty.leftCols(4))))[0] == 0);
  CHECK(stochastic_log_pseudo_likelihood(bare, view(Matrix(empty.leftCols(4))), 5)[0] == 0);
  CHECK(stochastic_log_pseudo_likelihood(rbm, view(empty), 5) == log_pseudo_likelihood(rbm, view(empty)));
}

TEST_CASE("rows of many costly terms go on in slices of terms, with the same sums") {
  Rbm rbm({80, 1300, 0, {UnitType::gaussian}}, 3);
  Matrix W = rbm.W() * 20;
  rbm.set_parameters(W, rbm.b(), rbm.c());
  std::vector<float> values;
  for (Index i = 0; i < 240; ++i) values.push_back(2 * std::sin(static_cast<float>(i)));
  const Dataset data = Dataset::from_floats(values, 3, 80);
  DatasetAverage average = pseudo_likelihood(rbm, data);
  int steps = 0;
  while (average.step()) ++steps;
  CHECK(steps > 3);
  const Matrix x = data.rows(0, 3);
  CHECK(average.result().mean == doctest::Approx(log_pseudo_likelihood(rbm, view(x)).mean()).epsilon(1e-14));
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
    const VectorD all =
        stochastic ? stochastic_log_pseudo_likelihood(rbm, view(x), 3) : log_pseudo_likelihood(rbm, view(x));
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
  CHECK_THROWS_WITH_AS(free_energy_gap(rbm, training, grey_data(4, 6, 0)), doctest::Contains("labels"),
                       std::out_of_range);
  CHECK_THROWS_WITH_AS(free_energy_gap(rbm, training, grey_data(4, 5, 3)), doctest::Contains("5 values"),
                       std::out_of_range);
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
  CHECK_THROWS_WITH_AS(pseudo_likelihood(rbm, grey_data(5, 6, 5)), doctest::Contains("labels up to 4"),
                       std::out_of_range);
  const Matrix without = test::as_row({0, 1, 0, 1, 0, 1}), outside = test::as_row({0, 1, 0, 1, 0, 2, 1, 0, 0});
  CHECK_THROWS_WITH_AS(log_pseudo_likelihood(rbm, view(without)), doctest::Contains("9 values a row"),
                       std::out_of_range);
  CHECK_THROWS_WITH_AS(log_pseudo_likelihood(rbm, view(outside)), doctest::Contains("[0, 1]"), std::out_of_range);

  const Matrix pair = test::as_row({1, 0});
  CHECK_THROWS_WITH_AS(log_pseudo_likelihood(Rbm({2, 3, 0, {}, {UnitType::noisy_relu}}), view(pair)),
                       doctest::Contains("no energy"), std::invalid_argument);
  Rbm wide({2, 1, 0, {UnitType::gaussian}, {UnitType::relu}});
  wide.set_parameters(Matrix::Constant(2, 1, 0.8f), Vector::Zero(2), Vector::Zero(1));
  CHECK_THROWS_WITH_AS(log_pseudo_likelihood(wide, view(pair)), doctest::Contains("no partition function"),
                       std::out_of_range);
  Rbm far({2, 1, 0, {UnitType::gaussian}});
  for (const float w : {1e5f, 1e30f}) {
    far.set_parameters(Matrix::Constant(2, 1, w), Vector::Zero(2), Vector::Zero(1));
    CHECK_THROWS_WITH_AS(log_pseudo_likelihood(far, view(pair)), doctest::Contains("cannot be integrated"),
                         std::out_of_range);
    CHECK_THROWS_WITH_AS(stochastic_log_pseudo_likelihood(far, view(pair), 1),
                         doctest::Contains("cannot be integrated"), std::out_of_range);
  }
}
