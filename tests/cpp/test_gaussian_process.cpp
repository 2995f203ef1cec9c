#include <doctest/doctest.h>

#include <Eigen/LU>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "regression/gaussian_process.h"
#include "regression/learned_kernel.h"
#include "regression/rotated_faces.h"
#include "thread_counts.h"
#include "wakesleep/errors.h"
#include "wakesleep/random.h"
#include "wakesleep/threads.h"

using namespace wakesleep;

namespace {

MatrixD random_matrix(Index rows, Index cols, std::uint64_t seed) {
  Random random(seed, Stream::data);
  MatrixD m(rows, cols);
  for (Index i = 0; i < m.size(); ++i) m.data()[i] = random.normal();
  return m;
}

VectorD random_vector(Index size, std::uint64_t seed) { return random_matrix(size, 1, seed).col(0); }

GaussianKernel kernel(const std::vector<double>& scales, double amplitude, double noise) {
  Vector logs(static_cast<Index>(scales.size()) + 2);
  for (std::size_t i = 0; i < scales.size(); ++i) logs[static_cast<Index>(i)] = static_cast<float>(std::log(scales[i]));
  logs[logs.size() - 2] = static_cast<float>(std::log(amplitude));
  logs[logs.size() - 1] = static_cast<float>(std::log(noise));
  return GaussianKernel(logs);
}

double likelihood_of(const MatrixD& x, const VectorD& y, const GaussianKernel& kernel) {
  return log_marginal_likelihood(x, y, kernel, false).value;
}

}  // namespace

TEST_CASE("a Gaussian process of two examples is what its formulas say") {
  // Two rows at distance 2, length scale 2: K = a^2 [1, r; r, 1] with r = exp(-1/2).
  const MatrixD x{{0.0, 1.0}, {2.0, 1.0}};
  const VectorD y{{1.5, -0.5}};
  const double a = 1.25, s = 0.5, r = std::exp(-0.5);
  const GaussianKernel own = kernel({2}, a, s);
  const Eigen::Matrix2d c{{a * a + s * s, a * a * r}, {a * a * r, a * a + s * s}};
  const Eigen::Vector2d weights = c.inverse() * y;
  CHECK(
      likelihood_of(x, y, own) ==
      doctest::Approx(-(y.dot(weights) + std::log(c.determinant())) / 2 - std::log(2 * std::acos(-1.0))).epsilon(1e-6));
  const GaussianProcess process(x, y, own);
  // In the middle, at distance 1 from both, and far away, where nothing is known.
  const MatrixD queries{{1.0, 1.0}, {100.0, 1.0}};
  const double k = a * a * std::exp(-0.125);
  const Eigen::Vector2d of_middle(k, k);
  CHECK(process.mean(queries)[0] == doctest::Approx(of_middle.dot(weights)).epsilon(1e-6));
  CHECK(process.variance(queries)[0] ==
        doctest::Approx(a * a + s * s - of_middle.dot(c.inverse() * of_middle)).epsilon(1e-6));
  CHECK(std::abs(process.mean(queries)[1]) < 1e-12);
  CHECK(process.variance(queries)[1] == doctest::Approx(a * a + s * s).epsilon(1e-6));
}

TEST_CASE("the gradients of the marginal likelihood are its differences") {
  const MatrixD x = random_matrix(9, 4, 1);
  const VectorD y = random_vector(9, 2);
  for (const GaussianKernel& own : {kernel({1.5}, 0.8, 0.3), kernel({1.5, 0.7, 2.0, 1.1}, 1.4, 0.5)}) {
    const MarginalLikelihood found = log_marginal_likelihood(x, y, own, true);
    for (Index i = 0; i < own.logs().size(); ++i) {
      constexpr float step = 1.0f / 512;
      GaussianKernel more = own, less = own;
      more.mutable_logs()[i] += step;
      less.mutable_logs()[i] -= step;
      // Logarithms are floats, so the step is what they hold.
      const double moved = static_cast<double>(more.logs()[i]) - static_cast<double>(less.logs()[i]);
      const double slope = (likelihood_of(x, y, more) - likelihood_of(x, y, less)) / moved;
      CHECK(std::abs(static_cast<double>(found.by_logs[i]) - slope) < 1e-4);
    }
    for (Index i = 0; i < x.size(); ++i) {
      constexpr double step = 1e-5;
      MatrixD more = x, less = x;
      more.data()[i] += step;
      less.data()[i] -= step;
      const double slope = (likelihood_of(more, y, own) - likelihood_of(less, y, own)) / (2 * step);
      CHECK(std::abs(found.by_examples.data()[i] - slope) < 1e-6);
    }
  }
}

TEST_CASE("a kernel is fitted to where the marginal likelihood is flat, and tells length scales that matter") {
  const MatrixD x = 2 * random_matrix(60, 2, 3);
  VectorD y = 0.1 * random_vector(60, 4);
  for (Index i = 0; i < 60; ++i) y[i] += 2 * std::sin(x(i, 0));
  const GaussianKernel start(x, y);
  const GaussianKernel one = fit_kernel(x, y, start, {.steps = 200, .rate = 0.2});
  const MarginalLikelihood found = log_marginal_likelihood(x, y, one, false);
  CHECK(found.value > likelihood_of(x, y, start) + 20);
  CHECK(found.by_logs.cwiseAbs().maxCoeff() < 1);
  const GaussianKernel both = fit_kernel(x, y, one.with_scales(2), {.steps = 200, .rate = 0.2});
  CHECK(likelihood_of(x, y, both) > found.value + 20);
  CHECK(both.noise() == doctest::Approx(0.1).epsilon(0.3));
  CHECK(both.logs()[1] > both.logs()[0] + 1.5f);
  MatrixD seen(9, 2);
  for (Index i = 0; i < 9; ++i) seen.row(i) << 0.5 * static_cast<double>(i) - 2, 0.0;
  const VectorD mean = GaussianProcess(x, y, both).mean(seen);
  for (Index i = 0; i < 9; ++i) CHECK(std::abs(mean[i] - 2 * std::sin(seen(i, 0))) < 0.25);
}

TEST_CASE("the marginal likelihood's gradient goes on through a net as its differences say") {
  const Matrix x = random_matrix(8, 5, 5).cast<float>();
  const VectorD y = random_vector(8, 6);
  const GaussianKernel own = kernel({0.7}, 1.2, 0.4);
  for (const Activation top : {Activation::sigmoid, Activation::linear}) {
    Network net({{5, 4, 3}, {Activation::sigmoid, top}}, 7);
    NetworkParameters ascent = net.parameters();
    Backpropagation backpropagation(net.shape(), Loss::squared_error);
    const MarginalLikelihood found = learned_likelihood(net, backpropagation, own, x, y, ascent);
    // In double precision, so that small differences can be told.
    const auto value = [&](const NetworkParameters& p) {
      MatrixD h = x.cast<double>();
      for (std::size_t l = 0; l < 2; ++l) {
        h = ((h * p.W[l].cast<double>()).rowwise() + p.b[l].cast<double>().transpose()).eval();
        if (net.shape().activations[l] == Activation::sigmoid) h = (1 + (-h.array()).exp()).inverse().matrix();
      }
      return likelihood_of(h, y, own);
    };
    CHECK(found.value == doctest::Approx(value(net.parameters())).epsilon(1e-5));
    const auto check = [&](float& parameter, float gradient, const NetworkParameters& all) {
      constexpr float step = 1.0f / 256;
      const float kept = parameter;
      parameter = kept + step;
      const double up = parameter, more = value(all);
      parameter = kept - step;
      const double slope = (more - value(all)) / (up - static_cast<double>(parameter));
      parameter = kept;
      CHECK(std::abs(8 * static_cast<double>(gradient) - slope) < 2e-3 * (1 + std::abs(slope)));
    };
    NetworkParameters p = net.parameters();
    for (std::size_t l = 0; l < 2; ++l) {
      for (Index i = 0; i < p.W[l].size(); ++i) check(p.W[l].data()[i], ascent.W[l].data()[i], p);
      for (Index i = 0; i < p.b[l].size(); ++i) check(p.b[l].data()[i], ascent.b[l].data()[i], p);
    }
  }
}

TEST_CASE("a kernel's training raises the likelihood, is the same for any threads and goes on where it stopped") {
  const Matrix x = random_matrix(40, 6, 8).cast<float>();
  VectorD y(40);
  for (Index i = 0; i < 40; ++i) y[i] = static_cast<double>(x(i, 0) * x(i, 1));
  LearningOptions options;
  options.learning_rate = 0.01;
  options.final_learning_rate = 0.001;
  options.weight_decay = 0;
  options.batch_size = 16;
  options.schedule_start = 0;
  const auto begin = [&] { return Network({{6, 8, 4}, {Activation::sigmoid, Activation::sigmoid}}, 9); };
  const auto kernel_of = [&](const Network& net) {
    return LearnedKernel{GaussianKernel(net.output(view(x)).cast<double>(), y)};
  };
  const auto train = [&](Network& net, LearnedKernel& kernel, std::uint64_t epochs, std::uint64_t of) {
    LearningOptions own = options;
    own.epochs = of - net.training_state().epoch;
    KernelTraining training(net, kernel, x, y, own, 0.02);
    while (training.progress().epoch < epochs && training.step()) {
    }
    return training.likelihood();
  };
  Network net = begin();
  LearnedKernel own = kernel_of(net);
  const double before = likelihood_of(net.output(view(x)).cast<double>(), y, own.kernel) / 40;
  train(net, own, 60, 60);
  CHECK(likelihood_of(net.output(view(x)).cast<double>(), y, own.kernel) / 40 > before + 0.3);
  const int usual = thread_count();
  for (const int threads : test::thread_counts) {
    set_thread_count(threads);
    Network again = begin();
    LearnedKernel other = kernel_of(again);
    train(again, other, 25, 60);
    train(again, other, 60, 60);
    CHECK(again.parameters().W[0] == net.parameters().W[0]);
    CHECK(again.parameters().b[1] == net.parameters().b[1]);
    CHECK(other.kernel.logs() == own.kernel.logs());
  }
  set_thread_count(usual);
}

TEST_CASE("the features of a deep belief net are the means of its highest hidden units") {
  const Dbn dbn({6, 5, 4}, 0, 3, {{UnitType::gaussian}, {UnitType::bernoulli}, {UnitType::bernoulli}});
  const Matrix x = random_matrix(7, 6, 1).cast<float>();
  const Network net = feature_net(dbn);
  CHECK(net.layers() == std::vector<Index>{6, 5, 4});
  CHECK((net.output(view(x)) - dbn.up(view(x), 2)).cwiseAbs().maxCoeff() < 1e-6f);
}

TEST_CASE("a Gaussian process refuses what does not fit") {
  const MatrixD x = random_matrix(4, 3, 1);
  const VectorD y = random_vector(4, 2);
  CHECK_THROWS_AS(likelihood_of(x, random_vector(3, 2), kernel({1}, 1, 1)), std::out_of_range);
  CHECK_THROWS_AS(likelihood_of(x, y, kernel({1, 1}, 1, 1)), std::out_of_range);
  CHECK_THROWS_AS(GaussianKernel(x, VectorD::Zero(4)), std::out_of_range);
  CHECK_THROWS_AS(GaussianKernel(MatrixD::Ones(4, 3), y), std::out_of_range);
  const MatrixD twice = x.row(0).replicate(4, 1);
  CHECK_THROWS_AS(likelihood_of(twice, y, kernel({1}, 1e6, 1e-6)), Error);
}

TEST_CASE("patches of faces are turned by their angles, and persons stand in order") {
  // A face whose columns left of the middle are bright: turned by 90 degrees anticlockwise its bright side is below.
  const auto folder = std::filesystem::temp_directory_path() / "wakesleep-faces";
  std::filesystem::create_directories(folder / "olivetti");
  {
    std::ofstream file(folder / "olivetti" / "faces-images-idx3-ubyte", std::ios::binary);
    const unsigned char header[16] = {0, 0, 8, 3, 0, 0, 1, 0x90, 0, 0, 0, 64, 0, 0, 0, 64};
    file.write(reinterpret_cast<const char*>(header), sizeof header);
    for (int image = 0; image < 400; ++image)
      for (int pixel = 0; pixel < 64 * 64; ++pixel) file.put(static_cast<char>(pixel % 64 < 32 ? 100 + image / 10 : 0));
  }
  const auto cut = [&](FacePart part, Index count) { return rotated_faces(folder.string(), part, count, 1); };
  const RotatedFaces faces = cut(FacePart::labelled, 90), more = cut(FacePart::unlabelled, 91);
  CHECK(faces.patches.count() == 90);
  CHECK(faces.patches.width() == 28 * 28);
  CHECK(faces.angles.minCoeff() >= -90);
  CHECK(faces.angles.maxCoeff() < 90);
  CHECK(faces.angles.maxCoeff() - faces.angles.minCoeff() > 150);
  CHECK(faces.angles[0] != more.angles[0]);
  const Matrix x = faces.patches.rows(0, 90);
  for (Index i = 0; i < 90; ++i) {
    // Three patches a person.
    CHECK(x.row(i).maxCoeff() == doctest::Approx(static_cast<double>(100 + i / 3) / 255));
    // From the patch's middle the brighter half lies to the left, and turns anticlockwise with the angle.
    double right = 0, down = 0;
    for (Index r = 0; r < 28; ++r)
      for (Index c = 0; c < 28; ++c) {
        right += static_cast<double>(x(i, r * 28 + c)) * (static_cast<double>(c) - 13.5);
        down += static_cast<double>(x(i, r * 28 + c)) * (static_cast<double>(r) - 13.5);
      }
    const double angle = std::atan2(down, -right) * 180 / std::acos(-1.0);
    CHECK(std::abs(angle - faces.angles[i]) < 8);
  }
  const RotatedFaces test = cut(FacePart::test, 20);
  CHECK(test.patches.rows(19, 1).maxCoeff() == doctest::Approx(139.0 / 255));
  CHECK(test.patches.rows(0, 1).maxCoeff() == doctest::Approx(130.0 / 255));
  CHECK(first_patch_of_last_persons(90, 6) == 72);
  CHECK(first_patch_of_last_persons(1000, 6) == 800);
  CHECK(first_patch_of_last_persons(1000, 0) == 1000);
  CHECK_THROWS_AS(cut(FacePart::test, 0), std::out_of_range);
  CHECK_THROWS_AS(rotated_faces((folder / "nowhere").string(), FacePart::test, 5, 1), Error);
  std::filesystem::remove_all(folder);
}
