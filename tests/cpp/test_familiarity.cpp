// Which images are like those that a model learned from: the statistics by hand, what is kept of them, and files.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "altered_files.h"
#include "enumeration.h"
#include "wakesleep/calibration.h"
#include "wakesleep/fingerprint.h"
#include "wakesleep/inference.h"
#include "wakesleep/stroke_digits.h"
#include "wakesleep/threads.h"
#include "wakesleep/training.h"

using namespace wakesleep;
using namespace wakesleep::test;

namespace {

double real(float x) { return static_cast<double>(x); }
double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
double cross(double x, double p) { return -x * std::log(p) - (1 - x) * std::log(1 - p); }

// The statistics of one machine with labels summed out, from its parameters alone.
std::vector<double> by_hand(const Rbm& rbm, const std::vector<double>& x) {
  const Index visible = rbm.visible(), hidden = rbm.hidden(), labels = rbm.labels();
  std::vector<double> F;
  std::vector<std::vector<double>> means;
  for (Index y = 0; y < std::max<Index>(labels, 1); ++y) {
    double f = labels ? -real(rbm.b()[visible + y]) : 0;
    for (Index i = 0; i < visible; ++i) f -= real(rbm.b()[i]) * x[static_cast<std::size_t>(i)];
    auto& mean = means.emplace_back();
    for (Index j = 0; j < hidden; ++j) {
      double input = real(rbm.c()[j]) + (labels ? real(rbm.W()(visible + y, j)) : 0);
      for (Index i = 0; i < visible; ++i) input += x[static_cast<std::size_t>(i)] * real(rbm.W()(i, j));
      f -= std::log(1 + std::exp(input));
      mean.push_back(sigmoid(input));
    }
    F.push_back(f);
  }
  double sum = 0;
  for (const double f : F) sum += std::exp(-f);
  std::vector<double> h(static_cast<std::size_t>(hidden), 0.0);
  for (std::size_t y = 0; y < F.size(); ++y)
    for (std::size_t j = 0; j < h.size(); ++j) h[j] += std::exp(-F[y]) / sum * means[y][j];
  double error = 0, entropy = 0;
  for (Index i = 0; i < visible; ++i) {
    double input = real(rbm.b()[i]);
    for (Index j = 0; j < hidden; ++j) input += h[static_cast<std::size_t>(j)] * real(rbm.W()(i, j));
    error += cross(x[static_cast<std::size_t>(i)], sigmoid(input));
  }
  for (const double p : h) entropy += cross(p, p);
  std::vector<double> all{-std::log(sum), error, entropy};
  if (labels) {
    std::sort(F.begin(), F.end());
    all.push_back(std::log(0.05 + F[1] - F[0]));
  }
  return all;
}

// Some numbers that are allowed.
Familiarity some_familiarity(Index labels, Index machines) {
  const Index statistics = familiarity_statistics(machines), inputs = 1 + statistics + labels;
  Familiarity f;
  f.ink = Vector::Constant(2, 0.25f);
  f.expected = Matrix::Random(labels, statistics * Familiarity::terms);
  for (Index i = Familiarity::terms - 1; i < f.expected.cols(); i += Familiarity::terms)
    f.expected.col(i).setConstant(0.5f);
  f.W = Matrix::Random(inputs, Familiarity::units);
  f.b = Vector::Random(Familiarity::units);
  f.w = Vector::Random(Familiarity::units);
  f.threshold = Vector::Constant(1, 0.125f);
  return f;
}

Dbn small_dbn() {
  std::vector<Rbm> machines{small_rbm(4, 3, 0, 1.0, 1), small_rbm(3, 5, 3, 1.0, 2)};
  return Dbn(std::move(machines));
}

const std::vector<double> image{1, 0.25, 0, 0.75};

Rbm calibrated_rbm(const Dataset& digits) {
  Rbm rbm({.visible = 784, .hidden = 20, .labels = 10}, 3);
  TrainingOptions options;
  options.epochs = 2;
  const auto training = train(rbm, digits, options);
  while (training->step()) {
  }
  Calibration calibration(rbm, digits, {.refused = 0.02});
  while (calibration.step()) {
  }
  CHECK(calibration.count() == digits.count());
  RowMap rows = classification(rbm, digits);
  rows.finish();
  Index odd = 0, all = 0;
  for (Index r = 0; r < digits.count(); ++r) {
    const bool refused = rows.results()[3](r, 0) > 0;
    all += refused;
    odd += refused && r % 2 == 1;
  }
  CHECK(all == calibration.refused());
  CHECK(odd == digits.count() / 100);  // a fiftieth of those with odd numbers, by which the threshold is set
  return rbm;
}

}  // namespace

TEST_CASE("statistics of an RBM and of a DBN are those that their parameters say") {
  const Rbm rbm = small_rbm(4, 3, 2, 1.5, 5);
  const Matrix x = as_row(image);
  const FamiliarityStatistics of = familiarity_statistics(rbm, view(x));
  const auto expected = by_hand(rbm, image);
  REQUIRE(of.values.cols() == 4);
  for (Index s = 0; s < 4; ++s) CHECK(of.values(0, s) == doctest::Approx(expected[static_cast<std::size_t>(s)]));
  CHECK(of.ink[0] == doctest::Approx(0.5));
  CHECK(of.label_free_energy == rbm.label_free_energy(view(x)));

  Dbn dbn = small_dbn();
  dbn.untie_recognition();
  dbn.mutable_R(0) *= 0.5f;
  const FamiliarityStatistics deep = familiarity_statistics(dbn, view(x));
  REQUIRE(deep.values.cols() == 7);
  const Matrix up = dbn.up(view(x), 1);
  std::vector<double> above;
  for (Index j = 0; j < up.cols(); ++j) above.push_back(real(up(0, j)));
  const auto top = by_hand(dbn.top(), above);
  CHECK(deep.values(0, 0) == doctest::Approx(by_hand(dbn.rbm(0), image)[0]));
  double error = 0, entropy = 0;
  for (Index i = 0; i < 4; ++i) {
    double input = real(dbn.rbm(0).b()[i]);
    for (Index j = 0; j < 3; ++j) input += above[static_cast<std::size_t>(j)] * real(dbn.rbm(0).W()(i, j));
    error += cross(image[static_cast<std::size_t>(i)], sigmoid(input));
  }
  for (const double p : above) entropy += cross(p, p);
  CHECK(deep.values(0, 1) == doctest::Approx(error));
  CHECK(deep.values(0, 2) == doctest::Approx(entropy));
  for (Index s = 0; s < 4; ++s) CHECK(deep.values(0, 3 + s) == doctest::Approx(top[static_cast<std::size_t>(s)]));
}

TEST_CASE("strangeness is what the formula says, and classification has it beside what it has without") {
  Rbm rbm = small_rbm(4, 3, 2, 1.5, 5);
  const Matrix x = as_row(image);
  RowMap without = classification(rbm, ExampleRows(x));
  CHECK(without.finish().size() == 3);
  const Familiarity f = some_familiarity(2, 1);
  rbm.set_familiarity(f);

  const auto statistics = by_hand(rbm, image);
  const int label = best_labels(rbm.label_free_energy(view(x)))[0];
  const double u = (0.5 - 0.25) / 0.25;
  std::vector<double> inputs{std::log(1 + u)};
  for (std::size_t s = 0; s < statistics.size(); ++s) {
    const auto term = [&](Index i) { return real(f.expected(label, static_cast<Index>(s) * Familiarity::terms + i)); };
    const double z =
        (statistics[s] - term(0) - u * term(1) - u * u * term(2)) / std::max(term(3) + u * term(4), term(5));
    inputs.push_back(z < 0 ? -std::log(1 - z) : std::log(1 + z));
  }
  inputs.push_back(label == 0 ? 1 : 0);
  inputs.push_back(label == 1 ? 1 : 0);
  double expected = -0.125;
  for (Index j = 0; j < Familiarity::units; ++j) {
    double input = real(f.b[j]);
    for (std::size_t i = 0; i < inputs.size(); ++i) input += inputs[i] * real(f.W(static_cast<Index>(i), j));
    expected += real(f.w[j]) * sigmoid(input);
  }
  RowMap with = classification(rbm, ExampleRows(x));
  with.finish();
  REQUIRE(with.results().size() == 4);
  CHECK(real(with.results()[3](0, 0)) == doctest::Approx(expected).epsilon(1e-5));
  for (std::size_t i = 0; i < 3; ++i) CHECK(with.results()[i] == without.results()[i]);
  CHECK(labels_of(with) == labels_of(without));
}

TEST_CASE("what a model knows of familiar images goes when a parameter changes") {
  Rbm rbm = small_rbm(4, 3, 2, 1, 5);
  rbm.set_familiarity(some_familiarity(2, 1));
  const Rbm copy = rbm;
  CHECK(*copy.familiarity() == *rbm.familiarity());
  rbm.mutable_W()(0, 0) += 1;
  CHECK(rbm.familiarity() == nullptr);
  CHECK(copy.familiarity() != nullptr);
  rbm.set_familiarity(some_familiarity(2, 1));
  rbm.set_parameters(copy.W(), copy.b(), copy.c());
  CHECK(rbm.familiarity() == nullptr);

  Dbn dbn = small_dbn();
  const auto known = [&] {
    dbn.set_familiarity(some_familiarity(3, 2));
    return dbn.familiarity() != nullptr;
  };
  CHECK(known());
  dbn.rbm(0).mutable_c()[0] = 1;
  CHECK(dbn.familiarity() == nullptr);
  CHECK(known());
  dbn.untie_recognition();
  CHECK(dbn.familiarity() == nullptr);
  CHECK(known());
  dbn.mutable_R(0)(0, 0) = 0;
  CHECK(dbn.familiarity() == nullptr);
  CHECK(known());
  dbn.set_familiarity(std::nullopt);
  CHECK(dbn.familiarity() == nullptr);
}

TEST_CASE(
    "a calibration refuses the share that was asked for, most of what is strange, and gives the same bits on 1, 2 "
    "and 4 threads") {
  const Dataset digits = stroke_digits(2000, 7);
  std::optional<Familiarity> first;
  for (const int threads : {1, 2, 4}) {
    set_thread_count(threads);
    const Rbm rbm = calibrated_rbm(digits);
    REQUIRE(rbm.familiarity());
    if (!first) first = *rbm.familiarity();
    CHECK(*rbm.familiarity() == *first);
    if (threads > 1) continue;
    const auto refused = [&](const Matrix& x) {
      RowMap rows = classification(rbm, ExampleRows(x));
      rows.finish();
      return static_cast<double>((rows.results()[3].array() > 0).count()) / static_cast<double>(x.rows());
    };
    CHECK(refused(stroke_digits(1000, 8).rows(0, 1000)) <= 0.04);
    CHECK(refused((Matrix::Random(200, 784).array() + 1) / 2) == 1);
  }
  set_thread_count(1);
}

TEST_CASE("calibration names what does not suit it") {
  Rbm rbm = small_rbm(4, 3, 2, 1, 5);
  const Matrix x = (Matrix::Random(200, 4).array() + 1) / 2;
  CHECK_THROWS_WITH_AS(Calibration(rbm, Matrix(x.topRows(99))), "a calibration needs at least 100 images, not 99",
                       std::out_of_range);
  CHECK_THROWS_WITH_AS(Calibration(rbm, Matrix(x.leftCols(3))), "images must have 4 values a row, not 3",
                       std::out_of_range);
  for (const double refused : {0.0, -1.0, 0.6, std::numeric_limits<double>::quiet_NaN()})
    CHECK_THROWS_AS(Calibration(rbm, x, {.refused = refused}), std::out_of_range);
  Rbm without = small_rbm(4, 3, 0, 1, 5);
  CHECK_THROWS_WITH_AS(Calibration(without, x), "this model has no label units", std::invalid_argument);
  Rbm gaussian({.visible = 4, .hidden = 3, .labels = 2, .visible_units = {UnitType::gaussian}}, 1);
  CHECK_THROWS_AS(Calibration(gaussian, x), std::invalid_argument);

  Matrix wrong = x;
  wrong(150, 2) = std::numeric_limits<float>::quiet_NaN();
  Calibration nan(rbm, wrong);
  const auto to_the_end = [&] {
    while (nan.step()) {
    }
  };
  CHECK_THROWS_WITH_AS(to_the_end(), doctest::Contains("images must lie in [0, 1]: row 150, column 2"),
                       std::out_of_range);
  CHECK(rbm.familiarity() == nullptr);

  Calibration changed(rbm, x);
  CHECK(changed.step());
  rbm.mutable_b()[0] += 1;
  CHECK_THROWS_WITH_AS(changed.step(), "the model has changed while it was being calibrated", std::invalid_argument);

  Familiarity f = some_familiarity(2, 1);
  f.ink[1] = 0;
  CHECK_THROWS_AS(rbm.set_familiarity(f), std::out_of_range);
  f = some_familiarity(3, 1);
  CHECK_THROWS_AS(rbm.set_familiarity(f), std::out_of_range);
}

TEST_CASE("files keep what a model knows of familiar images in float32, and refuse what is damaged") {
  Rbm rbm = small_rbm(4, 3, 2, 1, 5);
  const std::string fingerprint_before = fingerprint(rbm);
  const Bytes plain = save_model(rbm);
  CHECK(std::get<Rbm>(open_model(plain)).familiarity() == nullptr);
  rbm.set_familiarity(some_familiarity(2, 1));
  CHECK(fingerprint(rbm) == fingerprint_before);
  for (const bool half : {false, true}) {
    const Model opened = open_model(save_model(rbm, {.half = half, .resumable = false, .notes = {}}));
    REQUIRE(std::get<Rbm>(opened).familiarity());
    CHECK(*std::get<Rbm>(opened).familiarity() == *rbm.familiarity());
  }
  Dbn dbn = small_dbn();
  dbn.set_familiarity(some_familiarity(3, 2));
  const Model opened = open_model(save_model(dbn));
  REQUIRE(std::get<Dbn>(opened).familiarity());
  CHECK(*std::get<Dbn>(opened).familiarity() == *dbn.familiarity());

  const Bytes bytes = save_model(rbm);
  check_refused(with_value(bytes, "familiar.W", std::numeric_limits<float>::quiet_NaN()), {"familiar.W", "not finite"});
  check_refused(with_value(bytes, "familiar.threshold", std::numeric_limits<float>::infinity()), {"not finite"});
  check_refused(with_value(bytes, "familiar.b", 1e30f), {"familiar.b"});
  check_refused(without_tensor(bytes, "familiar.b"), {"familiar.b", "missing"});
  check_refused(without_tensor(bytes, "familiar.ink"), {"familiar.ink", "missing"});
  check_refused(with_tensors(bytes,
                             [](auto& tensors) {
                               io::Tensor& tensor = find(tensors, "familiar.w");
                               tensor.shape = {8};
                               tensor.bytes = tensor.bytes.first(32);
                             }),
                {"familiar.w", "shape"});
  std::vector<float> zeros(48, 0.0f);
  check_refused(with_tensors(bytes,
                             [&](auto& tensors) {
                               find(tensors, "familiar.expected").bytes = {
                                   reinterpret_cast<const std::uint8_t*>(zeros.data()), zeros.size() * sizeof(float)};
                             }),
                {"familiar.expected", "deviation"});
  Rbm unlabelled = small_rbm(4, 3, 0, 1, 5);
  const Bytes other = save_model(unlabelled);
  const io::Safetensors source = io::parse_safetensors(bytes);
  check_refused(with_tensors(other, [&](auto& tensors) { tensors.push_back(*source.find("familiar.w")); }),
                {"familiar.w", "does not belong"});
}
