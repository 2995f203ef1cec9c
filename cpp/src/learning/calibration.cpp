#include "wakesleep/calibration.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "math/decimal.h"
#include "math/slices.h"
#include "wakesleep/dbn.h"
#include "wakesleep/network_training.h"
#include "wakesleep/random.h"

namespace wakesleep {
namespace {

constexpr Index most_strange = 20'000;
constexpr Index kinds = 5;
// A label that fewer training images were read as is expected to look like all of them.
constexpr Index least_of_label = 100;
// The mean distance from the expected, as a standard deviation of normal values; and the least that a deviation is, as
// a share of the mean one.
constexpr double of_distance = 1.2533141373155003, least_share = 0.3;
constexpr std::size_t parabola = 3;

std::vector<float> row_of(const ExampleRows& images, Index row) {
  const Matrix read = images.read(row, 1);
  return {read.data(), read.data() + read.size()};
}

Index side_of(Index values) {
  const auto side = static_cast<Index>(std::lround(std::sqrt(static_cast<double>(values))));
  return side * side == values ? side : 0;
}

// Number `number` of the strange images that are made of these.
std::vector<float> strange_image(const ExampleRows& images, Index number, Index of_all, std::uint64_t seed) {
  const Index count = images.count(), width = images.width(), side = side_of(width);
  const auto at = [](Index i) { return static_cast<std::size_t>(i); };
  std::vector<float> image = row_of(images, number * count / of_all);
  const std::vector<float> was = image;
  Random random(seed, Stream::strange, static_cast<std::uint64_t>(number));
  const Index kind = number % kinds;
  if (kind == 2) {
    const std::vector<float> other =
        row_of(images, static_cast<Index>(random.below(static_cast<std::uint32_t>(count))));
    for (std::size_t i = 0; i < image.size(); ++i) image[i] = std::max(was[i], other[i]);
  } else if (kind == 3) {
    for (std::size_t i = image.size() - 1; i > 0; --i)
      std::swap(image[i], image[random.below(static_cast<std::uint32_t>(i + 1))]);
  } else if (kind == 4) {
    for (float& value : image) value = 1 - value;
  } else if (side == 0) {
    std::reverse(image.begin(), image.end());
  } else {
    const bool left = number / kinds % 2 == 0;
    for (Index y = 0; y < side; ++y)
      for (Index x = 0; x < side; ++x) {
        const Index from = kind == 1 ? y * side + side - 1 - x
                           : left    ? x * side + side - 1 - y
                                     : (side - 1 - x) * side + y;
        image[at(y * side + x)] = was[at(from)];
      }
  }
  return image;
}

// Least squares in some powers of u, of which some are added at a time. Powers that u has too few values for stay near
// 0.
template <std::size_t powers>
struct Fit {
  std::array<std::array<double, powers>, powers> A{};
  std::array<double, powers> b{};

  void add(double u, double value) {
    std::array<double, powers> power{};
    power[0] = 1;
    for (std::size_t i = 1; i < powers; ++i) power[i] = power[i - 1] * u;
    for (std::size_t i = 0; i < powers; ++i) {
      b[i] += power[i] * value;
      for (std::size_t j = 0; j < powers; ++j) A[i][j] += power[i] * power[j];
    }
  }
  // By Cholesky's decomposition, each diagonal entry a little larger than it was.
  std::array<double, powers> solve() const {
    auto L = A;
    auto x = b;
    for (std::size_t i = 0; i < powers; ++i) {
      for (std::size_t j = 0; j <= i; ++j) {
        double sum = A[i][j] * (i == j ? 1 + 1e-6 : 1) + (i == j ? 1e-9 : 0);
        for (std::size_t k = 0; k < j; ++k) sum -= L[i][k] * L[j][k];
        L[i][j] = i == j ? std::sqrt(std::max(sum, 1e-12)) : sum / L[j][j];
      }
      for (std::size_t k = 0; k < i; ++k) x[i] -= L[i][k] * x[k];
      x[i] /= L[i][i];
    }
    for (std::size_t i = powers; i-- > 0;) {
      for (std::size_t k = i + 1; k < powers; ++k) x[i] -= L[k][i] * x[k];
      x[i] /= L[i][i];
    }
    return x;
  }
};

// What rows of one label, or of all, have of a statistic.
std::array<double, Familiarity::terms> terms_of(const std::vector<Index>& rows, const VectorD& u, const MatrixD& values,
                                                Index statistic) {
  Fit<parabola> parabola_fit;
  for (const Index r : rows) parabola_fit.add(u[r], values(r, statistic));
  const auto e = parabola_fit.solve();
  Fit<2> line_fit;
  double sum = 0;
  for (const Index r : rows) {
    const double distance = of_distance * std::abs(values(r, statistic) - (e[0] + u[r] * (e[1] + u[r] * e[2])));
    line_fit.add(u[r], distance);
    sum += distance;
  }
  const auto d = line_fit.solve();
  const double least = std::max(least_share * sum / static_cast<double>(rows.size()), 1e-6);
  return {e[0], e[1], e[2], d[0], d[1], least};
}

Familiarity expected_of(const FamiliarityStatistics& of, Index labels) {
  const Index rows = of.values.rows(), statistics = of.values.cols();
  Familiarity familiarity;
  const auto mean_of = [&](const auto& f) {
    double sum = 0;
    for (Index r = 0; r < rows; ++r) sum += f(of.ink[r]);
    return sum / static_cast<double>(rows);
  };
  const double mean = mean_of([](double ink) { return ink; });
  const double variance = mean_of([&](double ink) { return (ink - mean) * (ink - mean); });
  familiarity.ink.resize(2);
  familiarity.ink << static_cast<float>(mean), static_cast<float>(variance > 1e-12 ? std::sqrt(variance) : 1);
  const double centre = static_cast<double>(familiarity.ink[0]), deviation = static_cast<double>(familiarity.ink[1]);
  const VectorD u = (of.ink.array() - centre) / deviation;

  std::vector<std::vector<Index>> of_label(static_cast<std::size_t>(labels));
  std::vector<Index> all(static_cast<std::size_t>(rows));
  std::iota(all.begin(), all.end(), Index{0});
  const std::vector<int> best = best_labels(of.label_free_energy);
  for (const Index r : all) of_label[static_cast<std::size_t>(best[static_cast<std::size_t>(r)])].push_back(r);

  familiarity.expected.resize(labels, statistics * Familiarity::terms);
  for (Index y = 0; y < labels; ++y) {
    const std::vector<Index>& own = of_label[static_cast<std::size_t>(y)];
    const std::vector<Index>& looked_at = static_cast<Index>(own.size()) < least_of_label ? all : own;
    for (Index s = 0; s < statistics; ++s) {
      const auto terms = terms_of(looked_at, u, of.values, s);
      for (std::size_t i = 0; i < terms.size(); ++i)
        familiarity.expected(y, s * Familiarity::terms + static_cast<Index>(i)) = static_cast<float>(terms[i]);
    }
  }
  return familiarity;
}

NetworkTrainingOptions training_options(std::uint64_t seed) {
  NetworkTrainingOptions options;
  options.epochs = 30;
  options.batch_size = 200;
  options.optimizer = OptimizerKind::adam;
  options.learning_rate = 0.01;
  options.final_learning_rate = 0.0005;
  options.seed = seed;
  return options;
}

double weights_of(const Rbm& rbm) { return static_cast<double>(rbm.W().size() + 10 * rbm.labels() * rbm.hidden()); }
double weights_of(const Dbn& dbn) {
  double weights = 10 * static_cast<double>(dbn.labels() * dbn.top().hidden());
  for (Index l = 0; l < dbn.depth(); ++l) weights += static_cast<double>(dbn.rbm(l).W().size());
  return weights;
}

}  // namespace

struct Calibration::Work {
  std::function<FamiliarityStatistics(const MatrixView&)> statistics_of;
  std::function<void(Familiarity)> give;
  std::function<std::uint64_t()> changes;
  ExampleRows images;
  CalibrationOptions options;
  Index labels, slice, count, strange, refused = 0;
  std::uint64_t began_at = changes();

  FamiliarityStatistics familiar{}, other{};  // of the images and of those that are made of them
  Index read = 0, made = 0;                   // of each
  Familiarity found{};
  Matrix inputs{};
  std::unique_ptr<Network> net{};
  std::unique_ptr<Dataset> examples{};
  std::unique_ptr<TrainingWith<NetworkTrainingOptions>> training{};
  bool ended = false;

  static void put(const FamiliarityStatistics& rows, Index first, Index all, FamiliarityStatistics& to) {
    if (first == 0) {
      to.label_free_energy.resize(all, rows.label_free_energy.cols());
      to.values.resize(all, rows.values.cols());
      to.ink.resize(all);
    }
    to.label_free_energy.middleRows(first, rows.values.rows()) = rows.label_free_energy;
    to.values.middleRows(first, rows.values.rows()) = rows.values;
    to.ink.segment(first, rows.values.rows()) = rows.ink;
  }

  void read_images() {
    const Index rows = std::min(slice, count - read);
    const Matrix x = images.read(read, rows);
    check_examples("images", view(x), images.width(), -1, read);
    put(statistics_of(view(x)), read, count, familiar);
    read += rows;
  }

  void make_strange() {
    const Index rows = std::min(slice, strange - made);
    Matrix x(rows, images.width());
    for (Index r = 0; r < rows; ++r) {
      const std::vector<float> image = strange_image(images, made + r, strange, options.seed);
      std::copy(image.begin(), image.end(), x.data() + r * x.cols());
    }
    put(statistics_of(view(x)), made, strange, other);
    made += rows;
  }

  // As many familiar images as strange ones, evenly spread among those with even numbers: the others are for the
  // threshold, which is to hold for images that the net has not learned from.
  void begin_training() {
    found = expected_of(familiar, labels);
    inputs = familiarity_inputs(found, familiar);
    const Matrix others = familiarity_inputs(found, other);
    Matrix both(2 * strange, inputs.cols());
    std::vector<std::uint16_t> which(static_cast<std::size_t>(2 * strange), 0);
    for (Index r = 0; r < strange; ++r) both.row(r) = inputs.row(2 * (r * (count / 2) / strange));
    both.bottomRows(strange) = others;
    std::fill(which.begin() + strange, which.end(), std::uint16_t{1});
    examples = std::make_unique<Dataset>(Dataset::from_floats({both.data(), static_cast<std::size_t>(both.size())},
                                                              both.rows(), both.cols(), std::move(which)));
    net = std::make_unique<Network>(NetworkShape{.layers = {inputs.cols(), Familiarity::units, 2},
                                                 .activations = {Activation::sigmoid, Activation::softmax}},
                                    options.seed);
    training = train(*net, *examples, training_options(options.seed));
  }

  bool train_some() {
    for (int batch = 0; batch < 20; ++batch)
      if (!training->step()) return false;
    return true;
  }

  // The log-odds of two outputs of a softmax are a difference of its inputs.
  void end() {
    found.W = net->W(0);
    found.b = net->b(0);
    found.w = net->W(1).col(1) - net->W(1).col(0);
    found.threshold.setZero(1);
    const VectorD scores = strangeness(found, familiar);
    std::vector<double> sorted;
    for (Index r = 1; r < count; r += 2) sorted.push_back(scores[r]);
    std::sort(sorted.begin(), sorted.end());
    const auto allowed = static_cast<std::size_t>(options.refused * static_cast<double>(sorted.size()));
    // Rounded upwards, so that rounding refuses no more.
    const double most = sorted[sorted.size() - 1 - allowed];
    auto threshold = static_cast<float>(most);
    if (static_cast<double>(threshold) < most) threshold = std::nextafter(threshold, HUGE_VALF);
    found.threshold[0] = threshold;
    refused = (scores.array() > static_cast<double>(threshold)).count();
    give(std::move(found));
    ended = true;
    training.reset();
    examples.reset();
    net.reset();
  }

  bool step() {
    if (ended) return false;
    if (changes() != began_at) throw std::invalid_argument("the model has changed while it was being calibrated");
    if (read < count) {
      read_images();
    } else if (made < strange) {
      make_strange();
    } else if (!training) {
      begin_training();
    } else if (!train_some()) {
      end();
    }
    return true;
  }

  double done() const {
    if (ended) return 1;
    const double of_images = static_cast<double>(read + made) / static_cast<double>(count + strange);
    return 0.9 * of_images + (training ? 0.1 * training->progress().done : 0);
  }
};

namespace {

template <class Model, class Work>
std::unique_ptr<Work> begun(Model& model, ExampleRows&& images, const CalibrationOptions& options) {
  check_familiarity(std::as_const(model));
  if (!(options.refused > 0 && options.refused <= 0.5))
    throw std::out_of_range("refused must be above 0 and at most 0.5, not " + math::shortest_text(options.refused));
  if (images.width() != model.visible())
    throw std::out_of_range("images must have " + std::to_string(model.visible()) + " values a row, not " +
                            std::to_string(images.width()));
  const Index count = images.count();
  if (count < Calibration::least_examples)
    throw std::out_of_range("a calibration needs at least " + std::to_string(Calibration::least_examples) +
                            " images, not " + std::to_string(count));
  return std::unique_ptr<Work>(new Work{
      .statistics_of = [&model](const MatrixView& x) { return familiarity_statistics(std::as_const(model), x); },
      .give = [&model](Familiarity found) { model.set_familiarity(std::move(found)); },
      .changes = [&model] { return model.changes(); },
      .images = std::move(images),
      .options = options,
      .labels = model.labels(),
      .slice = math::rows_a_slice(3 * weights_of(model)),
      .count = count,
      .strange = std::min(count / 2, most_strange)});
}

}  // namespace

Calibration::Calibration(Rbm& rbm, ExampleRows images, const CalibrationOptions& options)
    : work_(begun<Rbm, Work>(rbm, std::move(images), options)) {}
Calibration::Calibration(Dbn& dbn, ExampleRows images, const CalibrationOptions& options)
    : work_(begun<Dbn, Work>(dbn, std::move(images), options)) {}
Calibration::Calibration(Calibration&&) noexcept = default;
Calibration& Calibration::operator=(Calibration&&) noexcept = default;
Calibration::~Calibration() = default;
bool Calibration::step() { return work_->step(); }
double Calibration::done() const { return work_->done(); }
Index Calibration::refused() const { return work_->refused; }
Index Calibration::count() const { return work_->count; }

}  // namespace wakesleep
