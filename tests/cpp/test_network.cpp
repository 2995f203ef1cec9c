#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <string>

#include "altered_files.h"
#include "learning/backpropagation.h"
#include "learning/parameter_vectors.h"
#include "network_by_hand.h"
#include "thread_counts.h"
#include "wakesleep/fingerprint.h"
#include "wakesleep/inference.h"
#include "wakesleep/network_inference.h"
#include "wakesleep/stroke_digits.h"
#include "wakesleep/threads.h"

using namespace wakesleep;
using namespace wakesleep::test;

namespace {

const std::vector<std::pair<Activation, Loss>> pairs{
    {Activation::sigmoid, Loss::cross_entropy}, {Activation::softmax, Loss::cross_entropy},
    {Activation::sigmoid, Loss::squared_error}, {Activation::softmax, Loss::squared_error},
    {Activation::relu, Loss::squared_error},    {Activation::linear, Loss::squared_error}};

// Weights that matter, and biases that keep rectified units away from their bend.
Network small_network(NetworkShape shape, std::uint64_t seed = 3) {
  Network net(std::move(shape), seed);
  NetworkParameters parameters = net.parameters();
  Random random(seed, Stream::patterns);
  for (Matrix& W : parameters.W)
    for (Index i = 0; i < W.size(); ++i) W.data()[i] = static_cast<float>(0.8 * random.normal());
  for (Vector& b : parameters.b)
    for (float& x : b) x = static_cast<float>(0.5 * random.normal());
  net.set_parameters(std::move(parameters));
  return net;
}

Matrix random_matrix(Index rows, Index cols, std::uint64_t seed) {
  Random random(seed, Stream::patterns);
  Matrix x(rows, cols);
  for (Index i = 0; i < x.size(); ++i) x.data()[i] = static_cast<float>(random.uniform());
  return x;
}

// Rows that add up to 1.
Matrix distributions(Index rows, Index cols, std::uint64_t seed) {
  Matrix x = random_matrix(rows, cols, seed);
  for (Index r = 0; r < rows; ++r) x.row(r) /= x.row(r).sum();
  return x;
}

NetworkParameters zeros_like(const NetworkParameters& parameters) {
  NetworkParameters zeros = parameters;
  for (Matrix& W : zeros.W) W.setZero();
  for (Vector& b : zeros.b) b.setZero();
  return zeros;
}

Dataset joined(const Matrix& x, const Matrix& t) {
  Matrix both(x.rows(), x.cols() + t.cols());
  both << x, t;
  return Dataset::from_floats({both.data(), static_cast<std::size_t>(both.size())}, both.rows(), both.cols());
}

// 13 examples of 6 values in 3 classes.
Dataset few_examples() {
  const Matrix x = random_matrix(13, 6, 5);
  std::vector<std::uint16_t> labels;
  for (Index r = 0; r < x.rows(); ++r) labels.push_back(static_cast<std::uint16_t>((r * 5) % 3));
  return Dataset::from_floats({x.data(), static_cast<std::size_t>(x.size())}, x.rows(), x.cols(), labels);
}

void run(Training& training) {
  while (training.step()) {
  }
}

template <class F>
std::string message_of(F&& f) {
  try {
    f();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

const std::vector<std::vector<Activation>> hidden_kinds{{Activation::sigmoid, Activation::sigmoid},
                                                        {Activation::relu, Activation::linear},
                                                        {Activation::softmax, Activation::relu},
                                                        {Activation::linear, Activation::softmax}};

}  // namespace

TEST_CASE("a net computes layer after layer, whatever its units are") {
  for (const auto& hidden : hidden_kinds)
    for (const Activation output : all_activations()) {
      const Network net = small_network({{5, 7, 4, 3}, {hidden[0], hidden[1], output}});
      const NetworkByHand hand(net);
      const Matrix x = random_matrix(9, 5, 8);
      const Matrix y = net.output(view(x));
      for (Index r = 0; r < x.rows(); ++r) {
        const VectorD expected = hand.output(x.row(r).transpose().cast<double>());
        for (Index i = 0; i < y.cols(); ++i) REQUIRE(y(r, i) == doctest::Approx(expected[i]).epsilon(1e-5));
      }
      CHECK((net.up(view(net.up(view(x), 2)), 3, 2) - y).cwiseAbs().maxCoeff() == 0);
    }
}

TEST_CASE(
    "backpropagated gradients equal finite differences for every pair of output units and loss, and all hidden units") {
  for (const auto& hidden : hidden_kinds)
    for (const auto& [output, loss] : pairs) {
      CAPTURE(name_of(hidden[0]));
      CAPTURE(name_of(output));
      const Network net = small_network({{5, 7, 4, 3}, {hidden[0], hidden[1], output}});
      NetworkTrainingOptions o;
      o.loss = loss;
      NetworkByHand hand(net, o);
      const Matrix x = random_matrix(6, 5, 8), t = distributions(6, 3, 9);
      const MatrixD x_exact = x.cast<double>(), t_exact = t.cast<double>();
      Backpropagation backpropagation(net.shape(), loss);
      NetworkParameters descent = zeros_like(net.parameters());
      const auto found = backpropagation.run(net.parameters(), {view(x), view(t)}, &descent);
      CHECK(found.loss / 6 == doctest::Approx(hand.mean_loss(x_exact, t_exact)).epsilon(1e-5));
      constexpr double step = 1e-5;
      hand.each([&](std::size_t l, bool weight, Index i, double& entry) {
        const double before = entry;
        entry = before + step;
        const double up = hand.mean_loss(x_exact, t_exact);
        entry = before - step;
        const double down = hand.mean_loss(x_exact, t_exact);
        entry = before;
        const double slope = (up - down) / (2 * step);
        const double ours = -static_cast<double>(weight ? descent.W[l].data()[i] : descent.b[l][i]);
        REQUIRE(std::abs(ours - slope) < 2e-6);
      });
    }
}

TEST_CASE("products with the Gauss-Newton matrix equal J'HJ v, with J by finite differences") {
  for (const auto& hidden : hidden_kinds)
    for (const auto& [output, loss] : pairs) {
      CAPTURE(name_of(hidden[0]));
      CAPTURE(name_of(output));
      const Network net = small_network({{4, 5, 3, 3}, {hidden[0], hidden[1], output}});
      NetworkByHand hand(net);
      const Matrix x = random_matrix(3, 4, 8), t = distributions(3, 3, 9);
      const Network other = small_network(net.shape(), 77);
      const NetworkParameters& v = other.parameters();
      Backpropagation backpropagation(net.shape(), loss);
      NetworkParameters product = zeros_like(net.parameters());
      backpropagation.curvature(net.parameters(), {view(x), view(t)}, v, 0, product);
      NetworkParameters squares = zeros_like(net.parameters());
      backpropagation.squared_gradients(net.parameters(), {view(x), view(t)}, 0, squares);
      // J of each row: derivatives of the outputs' inputs.
      std::vector<MatrixD> J(3);
      Index count = 0;
      hand.each([&](std::size_t, bool, Index, double&) { ++count; });
      for (MatrixD& of_row : J) of_row.resize(3, count);
      constexpr double step = 1e-6;
      Index column = 0;
      VectorD along(count);
      hand.each([&](std::size_t l, bool weight, Index i, double& entry) {
        const double before = entry;
        along[column] = static_cast<double>(weight ? v.W[l].data()[i] : v.b[l][i]);
        for (Index r = 0; r < 3; ++r) {
          const VectorD example = x.row(r).transpose().cast<double>();
          entry = before + step;
          const VectorD up = hand.inputs_of_layers(example).back();
          entry = before - step;
          const VectorD down = hand.inputs_of_layers(example).back();
          entry = before;
          J[static_cast<std::size_t>(r)].col(column) = (up - down) / (2 * step);
        }
        ++column;
      });
      VectorD expected = VectorD::Zero(count), expected_squares = VectorD::Zero(count);
      for (Index r = 0; r < 3; ++r) {
        const MatrixD& of_row = J[static_cast<std::size_t>(r)];
        const VectorD inputs = hand.inputs_of_layers(x.row(r).transpose().cast<double>()).back();
        const MatrixD f = NetworkByHand::jacobian(output, inputs);
        const VectorD error = NetworkByHand::activated(output, inputs) - t.row(r).transpose().cast<double>();
        const bool entropy = loss == Loss::cross_entropy;
        expected += of_row.transpose() * ((entropy ? f : MatrixD(f.transpose() * f)) * (of_row * along)) / 3;
        const VectorD gradient = of_row.transpose() * (entropy ? error : VectorD(f.transpose() * error));
        expected_squares += gradient.cwiseProduct(gradient);
      }
      column = 0;
      hand.each([&](std::size_t l, bool weight, Index i, double&) {
        const double ours = static_cast<double>(weight ? product.W[l].data()[i] : product.b[l][i]);
        REQUIRE(ours == doctest::Approx(expected[column]).epsilon(1e-4).scale(1));
        const double square = static_cast<double>(weight ? squares.W[l].data()[i] : squares.b[l][i]);
        REQUIRE(square == doctest::Approx(expected_squares[column]).epsilon(1e-4).scale(1));
        ++column;
      });
    }
}

TEST_CASE("a batch of several blocks has the sums of one block, to the bit") {
  const Index rows = 2 * Backpropagation::rows_a_block + 5;
  const Network net = small_network({{6, 5, 3}, {Activation::sigmoid, Activation::softmax}});
  const Matrix x = random_matrix(rows, 6, 1), t = distributions(rows, 3, 2);
  Backpropagation backpropagation(net.shape(), Loss::cross_entropy);
  NetworkParameters descent = zeros_like(net.parameters());
  const auto found = backpropagation.run(net.parameters(), {view(x), view(t)}, &descent);
  // The sum over the rows one by one, in their order.
  const NetworkByHand hand(net);
  CHECK(found.loss / static_cast<double>(rows) ==
        doctest::Approx(hand.mean_loss(x.cast<double>(), t.cast<double>())).epsilon(1e-5));
  const Matrix y = net.output(view(x));
  Vector expected = Vector::Zero(3);
  for (Index r = 0; r < rows; ++r)
    for (Index i = 0; i < 3; ++i) expected[i] += (t(r, i) - y(r, i)) * (1 / static_cast<float>(rows));
  CHECK(descent.b[1] == expected);
}

TEST_CASE("every option moves a net's weights as a batch by hand says") {
  const Dataset labelled = few_examples();
  using Change = std::function<void(NetworkTrainingOptions&)>;
  const std::vector<std::pair<std::string, Change>> variants{
      {"plain", [](auto& o) { o.momentum = 0; }},
      {"momentum", [](auto&) {}},
      {"adam", [](auto& o) { o.optimizer = OptimizerKind::adam, o.learning_rate = 0.01; }},
      {"weight decay", [](auto& o) { o.weight_decay = 0.1; }},
      {"l1", [](auto& o) { o.l1 = 0.05; }},
      {"squared error", [](auto& o) { o.loss = Loss::squared_error; }},
      {"dropout", [](auto& o) { o.dropout = 0.4; }},
      {"dropout of inputs", [](auto& o) { o.input_dropout = 0.3; }},
      {"both", [](auto& o) { o.input_dropout = 0.2, o.dropout = 0.5; }},
      {"corruption", [](auto& o) { o.corruption = 0.3; }},
      {"max norm", [](auto& o) { o.max_norm = 1; }},
      {"frozen layers", [](auto& o) { o.frozen_layers = 1; }},
      {"dropout, max norm, decay", [](auto& o) { o.dropout = 0.3, o.max_norm = 0.8, o.weight_decay = 0.01; }}};
  for (const auto& hidden : hidden_kinds)
    for (const auto& [name, change] : variants) {
      CAPTURE(name);
      CAPTURE(name_of(hidden[0]));
      NetworkTrainingOptions o;
      o.epochs = 2;
      o.batch_size = 5;
      o.learning_rate = 0.1;
      o.seed = 77;
      change(o);
      Network net = small_network({{6, 5, 4, 3}, {hidden[0], hidden[1], Activation::softmax}});
      NetworkByHand hand(net, o);
      const auto training = train(net, labelled, o);
      std::vector<std::uint32_t> order;
      std::uint64_t step = 0;
      for (std::uint64_t epoch = 0; epoch < 2; ++epoch) {
        shuffled_order(o.seed, epoch, order, labelled.count());
        for (std::size_t first = 0; first < order.size(); first += 5) {
          const std::size_t count = std::min<std::size_t>(5, order.size() - first);
          Matrix x(static_cast<Index>(count), 6);
          labelled.read({order.data() + first, count}, x);
          MatrixD t = MatrixD::Zero(x.rows(), 3);
          for (Index r = 0; r < x.rows(); ++r) t(r, labelled.labels()[order[first + static_cast<std::size_t>(r)]]) = 1;
          hand.batch(x.cast<double>(), t, step++);
          REQUIRE(training->step());
          for (Index l = 0; l < net.depth(); ++l) {
            const auto at = static_cast<std::size_t>(l);
            REQUIRE((net.W(l).cast<double>() - hand.W[at]).cwiseAbs().maxCoeff() < 1e-5);
            REQUIRE((net.b(l).cast<double>() - hand.b[at]).cwiseAbs().maxCoeff() < 1e-5);
          }
        }
      }
      CHECK_FALSE(training->step());
      CHECK(training->progress().done == 1);
    }
}

TEST_CASE("inputs and columns are targets, too, and noise is added to inputs alone") {
  const Matrix x = random_matrix(10, 4, 1), t = random_matrix(10, 2, 2);
  NetworkTrainingOptions o;
  o.epochs = 1;
  o.batch_size = 10;
  for (const bool columns : {true, false}) {
    Network net = small_network(columns ? NetworkShape{{4, 3, 2}, {Activation::sigmoid, Activation::linear}}
                                        : NetworkShape{{4, 2, 4}, {}, 1});
    o.targets.reset();
    if (columns) o.targets = Targets::columns;
    NetworkByHand hand(net, o);
    const Dataset data = columns ? joined(x, t) : Dataset::from_floats({x.data(), 40}, 10, 4);
    const Network before = net;
    run(*train(net, data, o));
    std::vector<std::uint32_t> order;
    shuffled_order(o.seed, 0, order, 10);
    MatrixD shown(10, 4), wanted(10, columns ? 2 : 4);
    for (Index r = 0; r < 10; ++r) {
      const Index at = order[static_cast<std::size_t>(r)];
      shown.row(r) = x.row(at).cast<double>();
      wanted.row(r) = columns ? MatrixD(t.row(at).cast<double>()) : MatrixD(x.row(at).cast<double>());
    }
    hand.batch(shown, wanted, 0);
    CHECK((net.W(0).cast<double>() - hand.W[0]).cwiseAbs().maxCoeff() < 1e-6);
    // With noise, the mean over many seeds is that of noisy inputs and clean targets: here a net of one linear unit,
    // whose gradient is linear in the inputs' second moments.
    Network noisy = before;
    NetworkTrainingOptions with_noise = o;
    with_noise.noise = 0.5;
    run(*train(noisy, data, with_noise));
    CHECK((noisy.W(0) - net.W(0)).cwiseAbs().maxCoeff() > 1e-5);
    Network again = before;
    run(*train(again, data, with_noise));
    CHECK(again.W(0) == noisy.W(0));
  }
  // E[(x + n) (x + n)'] = x x' + s^2 I.
  Network linear({{3, 3}, {Activation::linear}}, 1);
  NetworkParameters zero = zeros_like(linear.parameters());
  zero.W[0].setIdentity();
  linear.set_parameters(zero);
  const Matrix many = random_matrix(20000, 3, 4);
  NetworkTrainingOptions denoise;
  denoise.epochs = 1;
  denoise.batch_size = 20000;
  denoise.learning_rate = 1;
  denoise.momentum = 0;
  denoise.targets = Targets::inputs;
  denoise.noise = 0.5;
  run(*train(linear, Dataset::from_floats({many.data(), 60000}, 20000, 3), denoise));
  // The gradient at the identity is E[(x + n) (x - (x + n))'] = - s^2 I.
  CHECK((linear.W(0) - Matrix(0.75f * Matrix::Identity(3, 3))).cwiseAbs().maxCoeff() < 0.02);
}

TEST_CASE(
    "learning a net gives the same bits for every number of threads, and when it is saved and opened in between") {
  const Dataset digits = stroke_digits(130, 1);
  using Change = std::function<void(NetworkTrainingOptions&)>;
  const std::vector<Change> variants{
      [](auto& o) { o.dropout = 0.5, o.input_dropout = 0.2, o.max_norm = 2, o.noise = 0.1; },
      [](auto& o) { o.optimizer = OptimizerKind::adam, o.learning_rate = 1e-3, o.corruption = 0.1; },
      [](auto& o) { o.patience = 2, o.learning_rate = 0.3; },
      [](auto& o) { o.method = NetworkMethod::conjugate_gradients, o.weight_decay = 1e-4; },
      [](auto& o) { o.method = NetworkMethod::hessian_free, o.iterations = 8; }};
  for (const auto& change : variants)
    for (const bool autoencodes : {false, true}) {
      NetworkTrainingOptions o;
      o.epochs = 3;
      o.batch_size = 50;
      change(o);
      const NetworkShape shape =
          autoencodes ? NetworkShape{{784, 20, 5, 20, 784}, {}, 2}
                      : NetworkShape{{784, 20, 15, 10}, {Activation::relu, Activation::sigmoid, Activation::softmax}};
      std::string expected;
      for (const int threads : thread_counts) {
        set_thread_count(threads);
        Network net(shape, 5);
        const auto training = train(net, digits, o);
        if (o.patience) training->set_validation(digits);
        run(*training);
        if (expected.empty()) expected = fingerprint(net);
        CHECK(fingerprint(net) == expected);
      }
      set_thread_count(1);
      Network parts(shape, 5);
      for (const std::uint64_t steps : {2u, 1u, 3u, 3u}) {
        NetworkTrainingOptions rest = o;
        rest.epochs = o.epochs - parts.training_state().epoch;
        rest.schedule_start = 0;
        const auto training = train(parts, digits, rest);
        if (o.patience) training->set_validation(digits);
        for (std::uint64_t i = 0; i < steps; ++i) REQUIRE(training->step());
        parts = std::get<Network>(open_model(save_model(parts, {false, true, {}})));
      }
      if (o.patience) {
        NetworkTrainingOptions none = o;
        none.epochs = 0;
        const auto training = train(parts, digits, none);
        training->set_validation(digits);
        CHECK_FALSE(training->step());
      }
      CHECK(fingerprint(parts) == expected);
    }
}

TEST_CASE("early stopping ends a training when the validation loss has not fallen, and the best epoch's weights stay") {
  const Dataset digits = stroke_digits(300, 1), few = digits.subset(0, 100), held_back = digits.subset(100, 200);
  NetworkTrainingOptions o;
  o.epochs = 200;
  o.batch_size = 20;
  o.learning_rate = 0.3;
  o.patience = 3;
  const NetworkShape shape{{784, 30, 10}, {}};
  Network net(shape, 2);
  const auto training = train(net, few, o);
  CHECK(message_of([&] { training->step(); }).find("patience needs validation data") != std::string::npos);
  training->set_validation(held_back);
  double best = std::numeric_limits<double>::infinity();
  std::uint64_t best_epoch = 0;
  std::string best_print;
  while (training->step()) {
    if (!training->progress().epoch_ended) continue;
    const std::string print = fingerprint(net);
    while (training->validate()) {
    }
    const auto found = training->progress().validation_losses;
    REQUIRE(found);
    REQUIRE(found->errors);
    if (static_cast<float>(found->loss) < static_cast<float>(best)) {
      best = found->loss;
      best_epoch = net.training_state().epoch;
      best_print = print;
    }
  }
  REQUIRE(net.training_state().epoch < 200);
  CHECK(net.training_state().epoch == best_epoch + 3);
  CHECK(fingerprint(net) == best_print);
  CHECK(training->progress().done == 1);
  CHECK(training->statistics());
  NetworkEvaluation evaluation(net, held_back, Loss::cross_entropy, Targets::labels);
  while (evaluation.step()) {
  }
  CHECK(evaluation.result().loss == best);
  // It stays stopped, in this program and from a file, until there is more patience.
  Network opened = std::get<Network>(open_model(save_model(net, {false, true, {}})));
  const auto again = train(opened, few, o);
  again->set_validation(held_back);
  CHECK_FALSE(again->step());
  o.patience = 5;
  const auto more = train(opened, few, o);
  more->set_validation(held_back);
  CHECK(more->step());
  CHECK(opened.training_state().best.W[0] == net.W(0));
}

TEST_CASE(
    "conjugate gradients and Hessian-free learning solve a linear regression in one batch, and learn faster than a "
    "step") {
  const Matrix x = random_matrix(200, 5, 1);
  const Matrix M = random_matrix(5, 3, 2);
  const Matrix t = x * M;
  for (const NetworkMethod method : {NetworkMethod::conjugate_gradients, NetworkMethod::hessian_free}) {
    Network net({{5, 3}, {Activation::linear}}, 1);
    NetworkTrainingOptions o;
    o.method = method;
    o.epochs = method == NetworkMethod::hessian_free ? 40 : 3;
    o.batch_size = 200;
    o.targets = Targets::columns;
    if (method == NetworkMethod::conjugate_gradients) o.line_searches = 20;
    run(*train(net, joined(x, t), o));
    CHECK((net.W(0) - M).cwiseAbs().maxCoeff() < 0.01);
    CHECK(net.b(0).cwiseAbs().maxCoeff() < 0.01);
  }
  const Dataset digits = stroke_digits(400, 3);
  const auto loss_after = [&](NetworkMethod method) {
    Network net({{784, 50, 20, 6, 20, 50, 784}, {}, 3}, 1);
    NetworkTrainingOptions o;
    o.method = method;
    o.epochs = 8;
    o.batch_size = 400;
    if (method == NetworkMethod::hessian_free) o.iterations = 30;
    run(*train(net, digits, o));
    NetworkEvaluation evaluation(net, digits, Loss::cross_entropy, Targets::inputs);
    while (evaluation.step()) {
    }
    return evaluation.result().loss;
  };
  const double step = loss_after(NetworkMethod::gradient), conjugate = loss_after(NetworkMethod::conjugate_gradients),
               hessian = loss_after(NetworkMethod::hessian_free);
  CAPTURE(step);
  CAPTURE(conjugate);
  CAPTURE(hessian);
  CHECK(conjugate < step);
  CHECK(hessian < step);
}

TEST_CASE("a classifier and an autoencoder unrolled from a DBN compute what it does") {
  const Dataset digits = stroke_digits(60, 1);
  const Matrix x = digits.rows(0, 60);
  Dbn dbn({784, 12, 8, 6}, 10, 4);
  std::vector<TrainingOptions> options(3);
  for (auto& o : options) o.epochs = 3;
  run(*train(dbn, digits, options));
  const Network labelled = classifier(dbn);
  CHECK(labelled.layers() == std::vector<Index>{784, 12, 8, 6, 10});
  CHECK(labelled.labels() == 10);
  for (const Index l : {1, 2}) CHECK((labelled.up(view(x), l) - dbn.up(view(x), l)).cwiseAbs().maxCoeff() < 1e-6);
  const Rbm& top = dbn.top();
  // With the mean over the labels of what each adds to the top's inputs.
  const MatrixD W = top.W().cast<double>();
  MatrixD of_top = dbn.up(view(x), 2).cast<double>() * W.topRows(8);
  of_top.rowwise() += (top.c().cast<double>() + W.bottomRows(10).colwise().mean().transpose()).transpose();
  const MatrixD expected = (1 + (-of_top.array()).exp()).inverse();
  CHECK((labelled.up(view(x), 3).cast<double>() - expected).cwiseAbs().maxCoeff() < 1e-5);
  Matrix inputs = labelled.up(view(x), 3) * top.W().bottomRows(10).transpose();
  inputs.rowwise() += top.b().tail(10).transpose();
  const Matrix y = labelled.output(view(x));
  for (Index r = 0; r < 60; ++r)
    for (Index i = 0; i < 10; ++i)
      REQUIRE(y(r, i) == doctest::Approx(std::exp(inputs(r, i)) / inputs.row(r).array().exp().sum()).epsilon(1e-4));
  CHECK(message_of([&] { classifier(dbn, 3); }) == "classes must be the DBN's label units, 10, not 3");

  const Network codes = autoencoder(dbn);
  CHECK(codes.layers() == std::vector<Index>{784, 12, 8, 6, 8, 12, 784});
  CHECK(codes.code() == 3);
  const Matrix h = codes.up(view(x), 3);
  CHECK(h == labelled.up(view(x), 3));
  const Matrix below = top.mean_v_from_h(view(h)).leftCols(8);
  CHECK((codes.output(view(x)) - dbn.down(view(below))).cwiseAbs().maxCoeff() < 1e-5);
  CHECK((codes.up(view(h), codes.depth(), codes.code()) - codes.output(view(x))).cwiseAbs().maxCoeff() < 1e-5);

  // Gaussian units, with standard deviations that are not 1, in the code and at the bottom.
  const Units gaussian{UnitType::gaussian, {}, true};
  Dbn real({5, 4, 3}, 0, 2, {gaussian, Units{}, gaussian});
  for (Index l = 0; l < 2; ++l) {
    ParameterSet p = real.rbm(l).parameters();
    for (Index i = 0; i < p.W.size(); ++i) p.W.data()[i] = std::sin(static_cast<float>(i + l));
    for (Index i = 0; i < p.sigma_v.size(); ++i) p.sigma_v[i] = 0.5f + 0.2f * static_cast<float>(i);
    for (Index i = 0; i < p.sigma_h.size(); ++i) p.sigma_h[i] = 0.7f + 0.3f * static_cast<float>(i);
    for (Index i = 0; i < p.b.size(); ++i) p.b[i] = 0.1f * static_cast<float>(i);
    real.rbm(l).set_parameters(p);
  }
  const Matrix v = random_matrix(7, 5, 3);
  const Network of_real = autoencoder(real);
  CHECK(of_real.activation_of(2) == Activation::linear);
  CHECK(of_real.activation_of(4) == Activation::linear);
  CHECK((of_real.up(view(v), 2) - real.up(view(v), 2)).cwiseAbs().maxCoeff() < 1e-5);
  const Matrix code = real.up(view(v), 2);
  const Matrix middle = real.top().mean_v_from_h(view(code));
  CHECK((of_real.output(view(v)) - real.rbm(0).mean_v_from_h(view(middle))).cwiseAbs().maxCoeff() < 1e-5);
  const Network with_classes = classifier(real, 3, 9);
  CHECK(with_classes.W(2) == Network({{5, 4, 3, 3}, with_classes.shape().activations}, 9).W(2));

  CHECK(message_of([&] { classifier(real); }) == "classes must be at least 2 for a DBN without label units, not 0");
  CHECK(message_of([] { autoencoder(Dbn({4, 3, 5}, 0)); }) == "a code of 5 units is wider than its input of 4");
  CHECK(message_of([] { autoencoder(Dbn({4, 3}, 0, 1, {Units{UnitType::spin}, Units{}})); }).find("spin") !=
        std::string::npos);
  CHECK(message_of([] {
          classifier(Dbn({4, 3}, 0, 1, {Units{UnitType::replicated_softmax}, Units{}}), 2);
        }).find("replicated-softmax") != std::string::npos);
}

TEST_CASE("slices of outputs, codes and classes are what the whole net says, and evaluation counts errors") {
  const Dataset data = few_examples();
  const Network net = small_network({{6, 5, 3}, {Activation::relu, Activation::softmax}});
  const Matrix x = data.rows(0, 13), p = net.output(view(x));
  CHECK(units_up(net, data, 2).finish().front() == p);
  CHECK(units_up(net, x, 1).finish().front() == net.up(view(x), 1));
  RowMap classes = classification(net, data);
  classes.finish();
  const NetworkByHand hand(net);
  double loss = 0, squares = 0;
  Index errors = 0;
  for (Index r = 0; r < 13; ++r) {
    Index best = 0;
    p.row(r).maxCoeff(&best);
    CHECK(labels_of(classes)[static_cast<std::size_t>(r)] == best);
    const Index label = data.labels()[static_cast<std::size_t>(r)];
    errors += best != label;
    CHECK(classes.results()[0](r, label) == doctest::Approx(-std::log(p(r, label))).epsilon(1e-4));
    VectorD t = VectorD::Zero(3);
    t[label] = 1;
    loss += hand.loss(x.row(r).transpose().cast<double>(), t) / 13;
    squares += (hand.output(x.row(r).transpose().cast<double>()) - t).squaredNorm() / 13;
  }
  CHECK(classes.results()[1] == p);
  NetworkEvaluation evaluation(net, data, Loss::cross_entropy, Targets::labels);
  while (evaluation.step()) {
  }
  CHECK(evaluation.result().loss == doctest::Approx(loss).epsilon(1e-5));
  CHECK(evaluation.result().cross_entropy == evaluation.result().loss);
  CHECK(evaluation.result().squared_error == doctest::Approx(squares).epsilon(1e-5));
  CHECK(evaluation.result().errors == errors);
  const Network codes = small_network({{6, 2, 6}, {}, 1});
  CHECK((decoded(codes, codes.up(view(x), 1)).finish().front() - codes.output(view(x))).cwiseAbs().maxCoeff() < 1e-6);
  CHECK_THROWS_AS(decoded(net, x), std::invalid_argument);
  CHECK_THROWS_AS(classification(codes, data), std::invalid_argument);
  Matrix bad = x;
  bad(12, 3) = std::numeric_limits<float>::quiet_NaN();
  CHECK(message_of([&] { units_up(net, bad, 1).finish(); }) == "x must be finite: row 12, column 3 is NaN");
}

TEST_CASE("what a net can't be, or learn, is refused by name, and nothing is lost") {
  const auto shape_error = [](NetworkShape shape) { return message_of([&] { Network net(std::move(shape)); }); };
  CHECK(shape_error({{5}, {}}) == "layers must be 2 to 32 sizes, inputs first, not 1");
  CHECK(shape_error({{5, 0}, {}}) == "layers[1] must be 1 to 1048576 units, not 0");
  CHECK(shape_error({{1 << 20, 1 << 20}, {}}).find("more than the most weights") != std::string::npos);
  CHECK(shape_error({{5, 4, 3}, {Activation::relu}}) ==
        "units must be one type for each of the 2 layers above the inputs, not 1");
  CHECK(shape_error({{5, 1}, {}}) == "layers[1] is a softmax, which needs at least 2 units");
  CHECK(shape_error({{5, 4, 3}, {}, 1}) == "an autoencoder must have as many outputs as inputs, 5, not 3");
  CHECK(shape_error({{5, 6, 5}, {}, 1}) == "a code of 6 units is wider than its input of 5");
  CHECK(shape_error({{5, 4, 5}, {}, 2}) == "code must be 0 or the number of a hidden layer, 1 to 1, not 2");
  CHECK(message_of([] { activation("tanh"); }) == "units must be 'sigmoid', 'relu', 'linear' or 'softmax', not 'tanh'");

  Network net = small_network({{6, 5, 3}, {Activation::relu, Activation::softmax}});
  const std::string before = fingerprint(net);
  const Dataset data = few_examples();
  const Matrix x = data.rows(0, 13);
  const auto refused = [&](Network& of, const Dataset& with, const NetworkTrainingOptions& o) {
    const std::string thrown = message_of([&] { train(of, with, o); });
    const auto list = check(of, with, o);
    REQUIRE(!list.empty());
    CHECK(list[0].message == thrown);
    return thrown;
  };
  NetworkTrainingOptions o;
  CHECK(refused(net, Dataset::from_floats({x.data(), 78}, 13, 6), o) ==
        "a net that learns labels needs data with labels");
  CHECK(refused(net, Dataset::from_floats({x.data(), 78}, 26, 3), o) ==
        "the data set has 3 values an example, and the net 6 inputs");
  std::vector<std::uint16_t> labels(13, 0);
  labels[3] = 3;
  CHECK(refused(net, Dataset::from_floats({x.data(), 78}, 13, 6, labels), o) ==
        "the data set has labels up to 3, and the net 3 outputs");
  o.targets = Targets::inputs;
  CHECK(refused(net, data, o).find("as many outputs") != std::string::npos);
  o.targets = Targets::columns;
  CHECK(refused(net, data, o) == "the data set has 6 values an example, and the net 6 inputs and 3 outputs");
  CHECK(refused(net, joined(x, random_matrix(13, 3, 1)), o).find("targets of a softmax must add up to 1") !=
        std::string::npos);
  Network codes = small_network({{6, 2, 6}, {}, 1});
  Matrix wide = x;
  wide(4, 2) = 1.5f;
  CHECK(refused(codes, Dataset::from_floats({wide.data(), 78}, 13, 6), {}) ==
        "targets of cross entropy must lie in [0, 1]: row 4, column 2 is 1.5");
  Network linear = small_network({{6, 3}, {Activation::linear}});
  NetworkTrainingOptions entropy;
  entropy.loss = Loss::cross_entropy;
  CHECK(refused(linear, data, entropy).find("loss cross-entropy is for outputs") != std::string::npos);
  NetworkTrainingOptions frozen;
  frozen.frozen_layers = 2;
  CHECK(refused(net, data, frozen).find("frozenLayers must leave one") != std::string::npos);
  NetworkTrainingOptions searched;
  searched.method = NetworkMethod::conjugate_gradients;
  searched.optimizer = OptimizerKind::adam;
  CHECK(refused(net, data, searched) == "optimizer needs method 'gradient', not 'conjugate-gradients'");

  // Divergence leaves the weights of the last good batch.
  NetworkTrainingOptions wild;
  wild.learning_rate = 100;
  wild.loss = Loss::squared_error;
  std::vector<float> large(13 * 6, 1e6f);
  Network regression = small_network({{6, 5, 6}, {Activation::relu, Activation::linear}});
  wild.targets = Targets::inputs;
  const Dataset far = Dataset::from_floats(large, 13, 6);
  const auto diverging = train(regression, far, wild);
  std::string last = fingerprint(regression), said;
  try {
    while (diverging->step()) last = fingerprint(regression);
  } catch (const Error& error) {
    said = error.what();
    CHECK(error.code() == ErrorCode::diverged);
  }
  CHECK(said.find("training diverged in epoch 1, batch ") != std::string::npos);
  CHECK(fingerprint(regression) == last);
  NetworkParameters bad = net.parameters();
  bad.W[1](2, 1) = std::numeric_limits<float>::quiet_NaN();
  CHECK(message_of([&] { net.set_parameters(bad); }) == "W[1] must be finite: entry 7 is NaN");
  bad.W[1].resize(2, 2);
  CHECK(message_of([&] { net.set_parameters(bad); }) == "W[1] must be 5 x 3, not 2 x 2");
  CHECK(fingerprint(net) == before);
}

TEST_CASE("a net opens as it was saved, and damaged files of nets are refused") {
  for (const bool autoencodes : {false, true}) {
    Network net = small_network(autoencodes ? NetworkShape{{6, 3, 2, 3, 6}, {}, 2}
                                            : NetworkShape{{6, 4, 3}, {Activation::relu, Activation::softmax}});
    net.training_state().epoch = 3;
    net.training_state().step = 70;
    const Bytes bytes = save_model(net, {false, false, {{"data", "few"}}});
    const Network opened = std::get<Network>(open_model(bytes));
    CHECK(opened.shape() == net.shape());
    CHECK(opened.seed() == net.seed());
    CHECK(fingerprint(opened) == fingerprint(net));
    CHECK(opened.training_state().epoch == 3);
    CHECK(save_model(opened, {false, false, model_notes(bytes)}) == bytes);
    CHECK(kind_of(opened) == "network");
    const Json about = Json::parse(io::parse_safetensors(bytes).metadata.at("wakesleep"));
    CHECK(about["activations"] ==
          Json::parse(autoencodes ? R"(["sigmoid", "linear", "sigmoid", "sigmoid"])" : R"(["relu", "softmax"])"));
    CHECK(about["code"] == (autoencodes ? 2 : 0));
    CHECK(about["labels"] == (autoencodes ? 0 : 3));
    CHECK_FALSE(about.contains("units"));
    check_refused(described(bytes, [](Json& d) { d["activations"][0] = "tanh"; }), {"activations must be", "tanh"});
    check_refused(described(bytes, [](Json& d) { d["activations"].erase(0); }), {"activations is not a list"});
    check_refused(described(bytes, [](Json& d) { d["code"] = 9; }), {"code is not a whole number"});
    check_refused(described(bytes, [](Json& d) { d["labels"] = 7; }), {"labels is 7"});
    check_refused(without_tensor(bytes, "layers.1.b"), {"layers.1.b", "missing"});
  }
  check_refused(described(save_model(small_network({{6, 4, 3}, {Activation::relu, Activation::softmax}})),
                          [](Json& d) { d["code"] = 1; }),
                {"as many outputs as inputs"});
}
