#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "dbm_enumeration.h"
#include "math/philox.h"
#include "models/dbm_layers.h"
#include "thread_counts.h"
#include "wakesleep/dbm_estimate.h"
#include "wakesleep/dbm_training.h"
#include "wakesleep/errors.h"
#include "wakesleep/fingerprint.h"
#include "wakesleep/inference.h"
#include "wakesleep/patterns.h"
#include "wakesleep/random.h"
#include "wakesleep/stroke_digits.h"
#include "wakesleep/threads.h"

using namespace wakesleep;
using namespace wakesleep::test;

namespace {

void run(Training& training) {
  while (training.step()) {
  }
}
void run(Dbm& dbm, const Dataset& data, const DbmTrainingOptions& options) { run(*train(dbm, data, options)); }

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

// Joint training written out by hand, in double precision, with the engine's own random numbers.
struct ByHand {
  const Dbm& shape;
  DbmTrainingOptions o;
  std::vector<MatrixD> W, W_velocity;
  std::vector<VectorD> b, b_velocity, offsets;
  std::vector<MatrixD> chains;  // of every layer; those of odd ones count

  ByHand(const Dbm& dbm, const DbmTrainingOptions& options) : shape(dbm), o(options) {
    for (const Matrix& w : dbm.parameters().W) {
      W.push_back(w.cast<double>());
      W_velocity.push_back(MatrixD::Zero(w.rows(), w.cols()));
    }
    for (const Vector& x : dbm.parameters().b) {
      b.push_back(x.cast<double>());
      b_velocity.push_back(VectorD::Zero(x.size()));
    }
    for (Index l = 0; l < dbm.layer_count(); ++l)
      chains.push_back(
          sample(MatrixD::Constant(*o.chains, dbm.units(l), l > dbm.depth() ? 1.0 / double(dbm.labels()) : 0.5), l,
                 DbmStream::start, 0));
  }

  std::size_t lower(Index l) const { return static_cast<std::size_t>(l == shape.depth() ? l + 1 : l); }
  std::size_t upper(Index l) const { return static_cast<std::size_t>(l == shape.depth() ? l : l + 1); }

  MatrixD means(const std::vector<MatrixD>& layers, Index l) const {
    MatrixD x = b[static_cast<std::size_t>(l)].transpose().replicate(layers[0].rows(), 1);
    for (Index n = 0; n + 1 < shape.layer_count(); ++n) {
      if (upper(n) == static_cast<std::size_t>(l)) x += layers[lower(n)] * W[static_cast<std::size_t>(n)];
      if (lower(n) == static_cast<std::size_t>(l)) x += layers[upper(n)] * W[static_cast<std::size_t>(n)].transpose();
    }
    for (Index r = 0; r < x.rows(); ++r) {
      double sum = 0;
      for (Index j = 0; j < x.cols(); ++j) sum += std::exp(x(r, j));
      for (Index j = 0; j < x.cols(); ++j) x(r, j) = l > shape.depth() ? std::exp(x(r, j)) / sum : sigmoid(x(r, j));
    }
    return x;
  }
  MatrixD sample(const MatrixD& m, Index l, Stream stream, std::uint64_t step) const {
    MatrixD s = MatrixD::Zero(m.rows(), m.cols());
    const math::Place place{o.seed, stream, step * 32 + static_cast<std::uint64_t>(l)};
    for (Index r = 0; r < m.rows(); ++r) {
      if (l > shape.depth()) {
        const double u = static_cast<double>(math::uniform_of_row(place, static_cast<std::uint32_t>(r)));
        Index chosen = 0;
        for (double sum = m(r, 0); chosen + 1 < m.cols() && u >= sum; sum += m(r, chosen)) ++chosen;
        s(r, chosen) = 1;
        continue;
      }
      for (Index j = 0; j < m.cols(); ++j) {
        float numbers[16];
        math::uniform_numbers(place, static_cast<std::uint32_t>(r), static_cast<std::uint32_t>(j / 16), numbers);
        s(r, j) = static_cast<double>(numbers[j % 16]) < m(r, j) ? 1 : 0;
      }
    }
    return s;
  }

  // data: by layer, of which the visible one and the labels are given.
  void batch(std::vector<MatrixD> data, std::uint64_t step) {
    const Index depth = shape.depth(), layers = shape.layer_count();
    for (Index l = 1; l <= depth; ++l) {
      const auto at = static_cast<std::size_t>(l);
      MatrixD x = data[at - 1] * W[at - 1] * (l < depth ? 2 : 1);
      if (l == depth && shape.labels()) x += data.back() * W.back();
      x.rowwise() += b[at].transpose();
      data[at] = x.unaryExpr([](double value) { return sigmoid(value); });
    }
    for (Index i = 0; i < o.mean_field.iterations; ++i)
      for (const Index parity : {1, 2})
        for (Index l = parity; l <= depth; l += 2)
          data[static_cast<std::size_t>(l)] =
              (1 - o.mean_field.damping) * means(data, l) + o.mean_field.damping * data[static_cast<std::size_t>(l)];
    std::vector<MatrixD> model = chains;
    for (Index i = 0; i < o.k; ++i)
      for (const Index parity : {0, 1})
        for (Index l = parity; l < layers; l += 2) {
          const MatrixD m = means(chains, l);
          chains[static_cast<std::size_t>(l)] =
              sample(m, l, DbmStream::training, step * static_cast<std::uint64_t>(o.k) + static_cast<std::uint64_t>(i));
          model[static_cast<std::size_t>(l)] = parity ? m : chains[static_cast<std::size_t>(l)];
        }
    const auto mean = [](const MatrixD& x) -> VectorD { return x.colwise().mean().transpose(); };
    if (o.centering) {
      for (std::size_t l = 0; l < data.size(); ++l) {
        if (offsets.size() == l) offsets.push_back(mean(data[l]));
        offsets[l] = (1 - o.centering_rate) * offsets[l] + o.centering_rate * mean(data[l]);
      }
    } else {
      for (std::size_t l = 0; l < data.size() && offsets.size() < data.size(); ++l)
        offsets.push_back(VectorD::Zero(b[l].size()));
    }
    std::vector<VectorD> db;
    for (std::size_t l = 0; l < data.size(); ++l) db.push_back(mean(data[l]) - mean(model[l]));
    for (Index n = 0; n + 1 < layers; ++n) {
      const std::size_t x = lower(n), y = upper(n), at = static_cast<std::size_t>(n);
      const auto product = [&](const std::vector<MatrixD>& of) -> MatrixD {
        return (of[x].rowwise() - offsets[x].transpose()).transpose() * (of[y].rowwise() - offsets[y].transpose()) /
               static_cast<double>(of[x].rows());
      };
      const MatrixD dW = product(data) - product(model);
      W_velocity[at] = o.momentum * W_velocity[at] + o.learning_rate * (dW - o.weight_decay * W[at]);
    }
    for (std::size_t l = 0; l < b.size(); ++l) {
      b_velocity[l] = o.momentum * b_velocity[l] + o.learning_rate * db[l];
      b[l] += b_velocity[l];
    }
    // The biases of the centered machine, b + W times the offsets, moved: the plain ones make up for what W moved by.
    for (Index n = 0; n + 1 < layers; ++n) {
      const std::size_t x = lower(n), y = upper(n), at = static_cast<std::size_t>(n);
      W[at] += W_velocity[at];
      b[x] -= W_velocity[at] * offsets[y];
      b[y] -= W_velocity[at].transpose() * offsets[x];
    }
  }
};

DbmTrainingOptions small_options() {
  DbmTrainingOptions o;
  o.epochs = 2;
  o.batch_size = 14;
  o.chains = 9;
  o.k = 2;
  o.learning_rate = 0.1;
  o.momentum = 0.6;
  o.weight_decay = 0.01;
  o.mean_field = {4, 0, 0};
  o.visible_bias_from_data = false;
  o.seed = 77;
  return o;
}

Dataset labelled_bars() {
  const Dataset bars = bars_and_stripes(3);
  BitMatrix bits(bars.count(), bars.width());
  std::vector<std::uint32_t> all;
  std::vector<std::uint16_t> labels;
  for (Index r = 0; r < bars.count(); ++r) {
    all.push_back(static_cast<std::uint32_t>(r));
    labels.push_back(static_cast<std::uint16_t>(r % 3));
  }
  bars.read(all, bits);
  return Dataset::from_bits(bits, labels);
}

}  // namespace

TEST_CASE("joint training moves a DBM's parameters as an update by hand says, plain and centered") {
  const Dataset data = labelled_bars();
  std::vector<DbmTrainingOptions> variants(5, small_options());
  variants[1].centering = true;
  variants[1].centering_rate = 0.3;
  variants[2].mean_field = {6, 0, 0.3};
  variants[3].k = 1;
  variants[4].weight_decay = 0;
  std::vector<std::string> outcomes;
  for (const std::vector<Index>& layers : {std::vector<Index>{9, 6, 5}, {9, 5, 4, 3}})
    for (const Index labels : {0, 3})
      for (const DbmTrainingOptions& o : variants) {
        Dbm dbm = small_dbm(layers, labels, 0.4, 3);
        ByHand by_hand(dbm, o);
        const auto training = train(dbm, data, o);
        for (std::uint64_t step = 0; step < 2; ++step) {
          std::vector<std::uint32_t> order;
          shuffled_order(o.seed, step, order, data.count());
          std::vector<MatrixD> given(static_cast<std::size_t>(dbm.layer_count()));
          given[0].resize(data.count(), 9);
          if (labels) given.back() = MatrixD::Zero(data.count(), 3);
          for (Index r = 0; r < data.count(); ++r) {
            const auto at = order[static_cast<std::size_t>(r)];
            given[0].row(r) = data.rows(static_cast<Index>(at), 1).cast<double>();
            if (labels) given.back()(r, data.labels()[at]) = 1;
          }
          by_hand.batch(given, step);
          REQUIRE(training->step());
        }
        CHECK_FALSE(training->step());
        for (std::size_t l = 0; l < by_hand.W.size(); ++l)
          CHECK((dbm.parameters().W[l].cast<double>() - by_hand.W[l]).cwiseAbs().maxCoeff() < 1e-5);
        for (std::size_t l = 0; l < by_hand.b.size(); ++l)
          CHECK((dbm.parameters().b[l].cast<double>() - by_hand.b[l]).cwiseAbs().maxCoeff() < 1e-5);
        outcomes.push_back(fingerprint(dbm));
      }
  // Every option is one that matters.
  std::sort(outcomes.begin(), outcomes.end());
  CHECK(std::adjacent_find(outcomes.begin(), outcomes.end()) == outcomes.end());
}

TEST_CASE("centered learning with offsets of zero is plain learning") {
  const Dataset data = bars_and_stripes(3);
  DbmTrainingOptions o = small_options();
  Dbm plain = small_dbm({9, 6, 5}, 0, 0.4, 3), centered = plain;
  run(plain, data, o);
  o.centering = true;
  o.centering_rate = 0;
  centered.training_state().offsets = {Vector::Zero(9), Vector::Zero(6), Vector::Zero(5)};
  run(centered, data, o);
  CHECK(fingerprint(plain) == fingerprint(centered));
}

TEST_CASE("pretraining trains the lowest RBM with doubled input upwards and the top one with doubled input downwards") {
  const Dataset data = bars_and_stripes(3);
  DbmTrainingOptions o;
  TrainingOptions first;
  first.epochs = 1;
  first.batch_size = 14;
  first.momentum = 0;
  first.weight_decay = 0;
  first.learning_rate = 0.5;
  first.visible_bias_from_data = false;
  first.seed = 5;
  o.pretraining = {first};
  Dbm dbm({9, 6, 4}, 0, 3);
  const auto training = train(dbm, data, o);
  // The stack starts at the DBM's own weights.
  const Dbn before = *dbm.training_state().pretraining;
  CHECK(before.rbm(0).W() == dbm.W(0));
  CHECK(before.rbm(1).W() == dbm.W(1));

  const auto means = [](const MatrixD& x, const MatrixD& W, const VectorD& bias, double scale) {
    MatrixD m = scale * x * W;
    for (Index r = 0; r < m.rows(); ++r)
      for (Index j = 0; j < m.cols(); ++j) m(r, j) = sigmoid(m(r, j) + bias[j]);
    return m;
  };
  const auto sample = [&](const MatrixD& m, Stream stream, std::uint64_t seed, std::uint64_t step) {
    MatrixD s = m;
    for (Index r = 0; r < m.rows(); ++r)
      for (Index j = 0; j < m.cols(); ++j) {
        float numbers[16];
        math::uniform_numbers({seed, stream, step}, static_cast<std::uint32_t>(r), 0, numbers);
        s(r, j) = static_cast<double>(numbers[j]) < m(r, j) ? 1 : 0;
      }
    return s;
  };
  struct Result {
    MatrixD W;
    VectorD b, c;
  };
  const auto cd = [&](const Rbm& rbm, const MatrixD& v0, double up, double down, std::uint64_t seed) -> Result {
    const MatrixD W = rbm.W().cast<double>();
    const VectorD b = rbm.b().cast<double>(), c = rbm.c().cast<double>();
    const MatrixD h0 = means(v0, W, c, up);
    const MatrixD v1 =
        sample(means(sample(h0, Stream::hidden, seed, 0), W.transpose(), b, down), Stream::visible, seed, 1);
    const MatrixD h1 = means(v1, W, c, up);
    const double n = static_cast<double>(v0.rows());
    return {W + 0.5 * (v0.transpose() * h0 - v1.transpose() * h1) / n,
            b + 0.5 * (v0 - v1).colwise().sum().transpose() / n, c + 0.5 * (h0 - h1).colwise().sum().transpose() / n};
  };
  const auto ordered = [&](std::uint64_t seed) {
    std::vector<std::uint32_t> order;
    shuffled_order(seed, 0, order, data.count());
    return data.subset(order).rows(0, data.count()).cast<double>().eval();
  };
  const Result bottom = cd(before.rbm(0), ordered(5), 2, 1, 5);
  REQUIRE(training->step());
  CHECK(training->progress().layer == 0);
  CHECK(training->progress().epoch_ended);
  const Rbm trained = dbm.training_state().pretraining->rbm(0);
  CHECK((trained.W().cast<double>() - bottom.W).cwiseAbs().maxCoeff() < 1e-5);
  CHECK((trained.b().cast<double>() - bottom.b).cwiseAbs().maxCoeff() < 1e-5);
  CHECK((trained.c().cast<double>() - bottom.c).cwiseAbs().maxCoeff() < 1e-5);

  // The next sees h1 as the lowest one infers it, from doubled input.
  const MatrixD h1 = means(ordered(6), bottom.W, bottom.c, 2);
  const Result top = cd(before.rbm(1), h1, 1, 2, 6);
  REQUIRE(training->step());
  CHECK(training->progress().layer == 1);
  CHECK_FALSE(dbm.training_state().pretraining.has_value());
  CHECK(dbm.training_state().pretrained);
  CHECK((dbm.W(0).cast<double>() - bottom.W).cwiseAbs().maxCoeff() < 1e-5);
  CHECK((dbm.W(1).cast<double>() - top.W).cwiseAbs().maxCoeff() < 1e-5);
  CHECK((dbm.b(0).cast<double>() - bottom.b).cwiseAbs().maxCoeff() < 1e-5);
  CHECK((dbm.b(1).cast<double>() - 0.5 * (bottom.c + top.b)).cwiseAbs().maxCoeff() < 1e-5);
  CHECK((dbm.b(2).cast<double>() - top.c).cwiseAbs().maxCoeff() < 1e-5);
}

TEST_CASE("in the DBM that pretraining makes, a layer's input is the mean of what its two RBMs give it") {
  std::vector<Rbm> rbms{small_rbm(5, 4, 0, 0.8, 1), small_rbm(4, 3, 0, 0.8, 2), small_rbm(3, 4, 3, 0.8, 3)};
  const Dbn stack(rbms);
  const Dbm dbm({5, 4, 3, 4}, 3, 1, compose(stack));
  std::vector<VectorD> x;
  double at = 0.3;
  for (Index l = 0; l < dbm.layer_count(); ++l) {
    x.emplace_back(dbm.units(l));
    for (Index i = 0; i < dbm.units(l); ++i, at += 0.7) x.back()[i] = 0.5 + 0.5 * std::sin(at);
  }
  const auto W = [&](std::size_t l) -> MatrixD { return rbms[l].W().topRows(rbms[l].visible()).cast<double>(); };
  const auto up = [&](std::size_t l, double scale) -> VectorD {
    return rbms[l].c().cast<double>() + scale * W(l).transpose() * x[l];
  };
  const auto down = [&](std::size_t l, double scale) -> VectorD {
    return rbms[l].b().head(rbms[l].visible()).cast<double>() + scale * W(l) * x[l + 1];
  };
  const MatrixD U = rbms[2].W().bottomRows(3).cast<double>();
  const std::vector<VectorD> expected{down(0, 1), 0.5 * (up(0, 2) + down(1, 1)), 0.5 * (up(1, 1) + down(2, 2)),
                                      up(2, 1) + U.transpose() * x[4], rbms[2].b().tail(3).cast<double>() + U * x[3]};
  for (Index l = 0; l < dbm.layer_count(); ++l) {
    VectorD input = dbm.b(l).cast<double>();
    dbm.each_neighbour(l, [&](Index other, Index number, bool transposed) {
      const MatrixD w = dbm.W(number).cast<double>();
      input += transposed ? VectorD(w * x[static_cast<std::size_t>(other)])
                          : VectorD(w.transpose() * x[static_cast<std::size_t>(other)]);
    });
    CHECK((input - expected[static_cast<std::size_t>(l)]).cwiseAbs().maxCoeff() < 1e-5);
  }
}

TEST_CASE("training raises the exact likelihood of bars and stripes, pretrained or centered") {
  const Dataset data = bars_and_stripes(3);
  const auto likelihood = [&](const Dbm& dbm) { return mean_log_likelihood(dbm, data, exact_log_partition(dbm)); };
  for (const bool centering : {false, true}) {
    Dbm dbm({9, 8, 4}, 0, 2);
    const double before = likelihood(dbm);
    DbmTrainingOptions o;
    o.batch_size = 14;
    o.chains = 100;
    o.epochs = 3000;
    o.learning_rate = 0.1;
    o.momentum = 0.5;
    o.weight_decay = 0;
    o.centering = centering;
    double pretrained = before;
    if (!centering) {
      TrainingOptions pretraining;
      pretraining.epochs = 600;
      pretraining.batch_size = 14;
      pretraining.weight_decay = 0;
      o.pretraining = {pretraining};
      DbmTrainingOptions only = o;
      only.epochs = 0;
      run(dbm, data, only);
      pretrained = likelihood(dbm);
      CHECK(pretrained > before + 0.3);
    }
    run(dbm, data, o);
    const double after = likelihood(dbm), log_z = exact_log_partition(dbm);
    MESSAGE(std::string(centering ? "centered" : "pretrained")
            << ": " << before << ", " << pretrained << " -> " << after << " nats; the entropy of the data is "
            << -std::log(14.0));
    CHECK(after > pretrained + 0.2);
    CHECK(after > -3.8);
    CHECK(after < -std::log(14.0));
    CHECK(average_bound(dbm, data, log_z).finish().mean < after + 1e-5);
  }
}

TEST_CASE("a DBM with labels learns to read them, by the bound as by the exact sums") {
  const Dataset data = bars_and_stripes(3);
  for (const bool centering : {false, true}) {
    Dbm dbm({9, 10, 6}, data.label_count(), 2);
    DbmTrainingOptions o;
    o.batch_size = 14;
    o.chains = 100;
    o.epochs = 3000;
    o.learning_rate = 0.2;
    o.final_learning_rate = 0.05;
    o.weight_decay = 0;
    o.centering = centering;
    if (!centering) {
      TrainingOptions pretraining;
      pretraining.epochs = 300;
      pretraining.batch_size = 14;
      o.pretraining = {pretraining};
    }
    run(dbm, data, o);
    const Matrix x = data.rows(0, data.count());
    const std::vector<int> read = best_labels(dbm.label_free_energy(view(x))),
                           exact = best_labels(exact_label_free_energy(dbm, view(x)));
    int errors = 0, exact_errors = 0;
    for (std::size_t r = 0; r < read.size(); ++r) {
      errors += read[r] != data.labels()[r];
      exact_errors += exact[r] != data.labels()[r];
    }
    CAPTURE(centering);
    CHECK(errors <= 1);
    CHECK(exact_errors <= 1);
  }
}

TEST_CASE("training of a DBM gives the same bits for every number of threads, and interrupted as in one go") {
  const Dataset data = stroke_digits(130, 3);
  TrainingOptions pretraining;
  pretraining.epochs = 2;
  pretraining.batch_size = 50;
  DbmTrainingOptions o;
  o.epochs = 3;
  o.batch_size = 50;
  o.chains = 20;
  for (const bool centering : {false, true}) {
    o.centering = centering;
    o.pretraining = centering ? std::vector<TrainingOptions>{} : std::vector<TrainingOptions>{pretraining};
    std::string expected;
    for (const int threads : thread_counts) {
      set_thread_count(threads);
      Dbm dbm({784, 20, 15, 10}, 10, 2);
      run(dbm, data, o);
      if (expected.empty()) expected = fingerprint(dbm);
      CHECK(fingerprint(dbm) == expected);
    }
    set_thread_count(1);
    // 3 batches an epoch: in pretraining's second layer, between its epochs, at its end, and in joint training.
    Dbm parts({784, 20, 15, 10}, 10, 2);
    std::uint64_t done = 0;
    const std::uint64_t before = centering ? 0 : 18;
    for (const std::uint64_t steps : {8u, 1u, 4u, 5u, 4u, 5u}) {
      DbmTrainingOptions rest = o;
      // What is asked for counts from where the model is.
      if (parts.training_state().pretraining) {
        const Dbn& stack = *parts.training_state().pretraining;
        rest.pretraining.assign(3, pretraining);
        for (Index l = stack.training_layer; l < 3; ++l)
          rest.pretraining[static_cast<std::size_t>(l)].epochs -= stack.rbm(l).training_state().epoch;
      }
      rest.epochs -= parts.training_state().epoch;
      const auto training = train(parts, data, rest);
      for (std::uint64_t i = 0; i < steps && done < before + 9; ++i, ++done) REQUIRE(training->step());
    }
    CHECK(done == before + 9);
    CHECK(fingerprint(parts) == expected);
  }
}

TEST_CASE("progress of a DBM's training tells the layer, and runs from 0 to 1") {
  const Dataset data = stroke_digits(100, 3);
  TrainingOptions pretraining;
  pretraining.epochs = 1;
  pretraining.batch_size = 50;
  DbmTrainingOptions o;
  o.epochs = 2;
  o.batch_size = 50;
  o.pretraining = {pretraining};
  Dbm dbm({784, 12, 10}, 0, 2);
  const auto training = train(dbm, data, o);
  CHECK(training->progress().layer == 0);
  std::vector<Index> layers;
  double last = 0;
  while (training->step()) {
    const Progress p = training->progress();
    layers.push_back(p.layer);
    CHECK(p.done > last);
    CHECK(p.reconstruction_error > 0);
    CHECK(p.examples == 50 * layers.size());
    CHECK(p.epoch_ended == (layers.size() % 2 == 0));
    CHECK((training->machine() == nullptr) == (layers.size() >= 4));
    last = p.done;
  }
  CHECK(layers == std::vector<Index>{0, 0, 1, 1, 2, 2, 2, 2});
  CHECK(last == 1);
  CHECK(training->mean_free_energy(data, 10) ==
        doctest::Approx(dbm.free_energy(view(data.rows(0, 10)), o.mean_field).mean()));
}

TEST_CASE("training of a DBM that diverges says so and leaves the last good parameters") {
  const Dataset data = bars_and_stripes(3);
  for (const bool centering : {false, true}) {
    Dbm dbm({9, 6, 5}, 0, 2);
    DbmTrainingOptions o;
    o.epochs = 100000;
    o.learning_rate = 100;
    o.weight_decay = 100;
    o.centering = centering;
    const auto training = train(dbm, data, o);
    std::string last;
    try {
      while (training->step()) last = fingerprint(dbm);
      FAIL("it did not diverge");
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::diverged);
      CHECK(std::string(error.what()).find("learning rate") != std::string::npos);
    }
    CHECK(fingerprint(dbm) == last);
    for (const Matrix& W : dbm.parameters().W) CHECK(W.allFinite());
  }
}

TEST_CASE("options and data that do not fit a DBM are refused at once, and nothing is changed") {
  const Dataset data = bars_and_stripes(3);
  Dbm dbm({9, 6, 5}, 0, 2), with_labels({9, 6, 5}, 3, 2), wider({8, 6, 5}, 0, 2);
  CHECK_THROWS_WITH_AS(train(with_labels, Dataset::from_bits(BitMatrix(4, 9)), DbmTrainingOptions{}),
                       doctest::Contains("data with labels"), std::out_of_range);
  CHECK_THROWS_WITH_AS(train(wider, data, DbmTrainingOptions{}), doctest::Contains("8 visible units"),
                       std::out_of_range);
  Dbm few_labels({9, 6, 5}, 2, 2);
  CHECK_THROWS_WITH_AS(train(few_labels, labelled_bars(), DbmTrainingOptions{}), doctest::Contains("labels up to 2"),
                       std::out_of_range);
  const auto refused = [&](const char* name, auto change) {
    DbmTrainingOptions o;
    change(o);
    CHECK_THROWS_WITH_AS(train(dbm, data, o), doctest::Contains(name), std::out_of_range);
  };
  refused("epochs", [](auto& o) { o.epochs = 2'000'000; });
  refused("batchSize", [](auto& o) { o.batch_size = 0; });
  refused("learningRate", [](auto& o) { o.learning_rate = 0; });
  refused("momentum", [](auto& o) { o.momentum = 1; });
  refused("weightDecay", [](auto& o) { o.weight_decay = -1; });
  refused("k", [](auto& o) { o.k = 0; });
  refused("chains", [](auto& o) { o.chains = -1; });
  refused("centeringRate", [](auto& o) { o.centering_rate = 2; });
  refused("meanFieldSteps", [](auto& o) { o.mean_field.iterations = 0; });
  refused("k must", [](auto& o) {
    o.pretraining.resize(1);
    o.pretraining[0].k = 0;
  });
  refused("one a layer", [](auto& o) { o.pretraining.resize(3); });
  CHECK_FALSE(dbm.training_state().pretraining.has_value());
  CHECK(fingerprint(dbm) == fingerprint(Dbm({9, 6, 5}, 0, 2)));
}
