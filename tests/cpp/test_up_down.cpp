#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "altered_files.h"
#include "by_hand.h"
#include "learning/balanced_order.h"
#include "learning/epoch_cursor.h"
#include "learning/schedule.h"
#include "learning/up_down_stream.h"
#include "learning_runs.h"
#include "thread_counts.h"
#include "wakesleep/exact.h"
#include "wakesleep/features.h"
#include "wakesleep/fingerprint.h"
#include "wakesleep/patterns.h"
#include "wakesleep/random.h"
#include "wakesleep/threads.h"
#include "wakesleep/up_down.h"
#include "wakesleep/variational_bound.h"

using namespace wakesleep;
using namespace wakesleep::test;

namespace {

std::size_t at(Index i) { return static_cast<std::size_t>(i); }

Matrix noise(Index rows, Index cols, Random& random, double scale) {
  Matrix m(rows, cols);
  for (Index i = 0; i < m.size(); ++i) m.data()[i] = static_cast<float>(scale * random.normal());
  return m;
}

// A net whose machines count as trained and whose units all matter to each other.
Dbn trained_net(const std::vector<Index>& layers, Index labels, double scale = 0.7) {
  Dbn dbn(layers, labels, 5);
  Random random(8, Stream::weights);
  for (Index l = 0; l < dbn.depth(); ++l) {
    Rbm& rbm = dbn.rbm(l);
    rbm.set_parameters(noise(rbm.width(), rbm.hidden(), random, scale), noise(rbm.width(), 1, random, scale),
                       noise(rbm.hidden(), 1, random, scale));
    rbm.training_state().step = 1;
  }
  return dbn;
}

// The same, recognising by weights of its own.
Dbn untied_net(const std::vector<Index>& layers, Index labels, double scale = 0.7) {
  Dbn dbn = trained_net(layers, labels, scale);
  Random random(9, Stream::weights);
  std::vector<Matrix> R;
  for (Index l = 0; l + 1 < dbn.depth(); ++l)
    R.push_back(noise(dbn.rbm(l).visible(), dbn.rbm(l).hidden(), random, scale));
  dbn.set_recognition(std::move(R));
  return dbn;
}

Dataset examples_of(Index count, Index width, int labels, bool binary, std::uint64_t seed = 3) {
  Random random(seed, Stream::patterns);
  std::vector<float> values;
  std::vector<std::uint16_t> of;
  for (Index r = 0; r < count; ++r) {
    for (Index i = 0; i < width; ++i)
      values.push_back(static_cast<float>(binary ? double(random.below(2)) : random.uniform()));
    of.push_back(static_cast<std::uint16_t>(r % labels));
  }
  return Dataset::from_floats(values, count, width, of);
}

UpDownOptions few_epochs(std::uint64_t epochs) {
  UpDownOptions o;
  o.epochs = epochs;
  o.batch_size = 8;
  o.k = 1, o.final_k = 3;
  o.schedule_start = 0;
  return o;
}

bool same_parameters(const Dbn& a, const Dbn& b) {
  bool same = a.has_recognition() == b.has_recognition();
  for (Index l = 0; l < a.depth(); ++l)
    same = same && a.rbm(l).W() == b.rbm(l).W() && a.rbm(l).b() == b.rbm(l).b() && a.rbm(l).c() == b.rbm(l).c() &&
           a.R(l) == b.R(l);
  return same;
}

// Mini-batches written out in double precision with plain loops, as appendix B of the paper has them.
struct UpDownByHand {
  UpDownOptions o;
  ByHand draws, chain;  // for their random numbers and the means of the top
  std::vector<MatrixD> W, R, W_velocity, R_velocity;
  std::vector<VectorD> b, c, b_velocity, c_velocity;
  double error = 0;

  static TrainingOptions seeded(std::uint64_t seed) {
    TrainingOptions options;
    options.seed = seed;
    return options;
  }
  UpDownByHand(const UpDownOptions& options, const Dbn& dbn)
      : o(options),
        draws(seeded(options.seed), dbn.rbm(0)),
        chain(seeded(options.seed + std::uint64_t(dbn.depth())), dbn.top()) {
    for (Index l = 0; l < dbn.depth(); ++l) {
      W.push_back(dbn.rbm(l).W().cast<double>());
      b.push_back(dbn.rbm(l).b().cast<double>());
      c.push_back(dbn.rbm(l).c().cast<double>());
      if (l + 1 < dbn.depth()) R.push_back(dbn.R(l).cast<double>());
    }
    for (const auto& m : W) W_velocity.push_back(MatrixD::Zero(m.rows(), m.cols()));
    for (const auto& m : R) R_velocity.push_back(MatrixD::Zero(m.rows(), m.cols()));
    for (const auto& v : b) b_velocity.push_back(VectorD::Zero(v.size()));
    for (const auto& v : c) c_velocity.push_back(VectorD::Zero(v.size()));
  }

  static MatrixD means(const MatrixD& given, const MatrixD& weights, const VectorD& bias) {
    MatrixD m = given * weights;
    for (Index r = 0; r < m.rows(); ++r)
      for (Index i = 0; i < m.cols(); ++i) m(r, i) = sigmoid(m(r, i) + bias[i]);
    return m;
  }
  template <class Tensor>
  void move(Tensor& x, Tensor& velocity, const Tensor& gradient, bool decays) const {
    velocity = o.momentum * velocity + o.learning_rate * (gradient - (decays ? o.weight_decay : 0) * x);
    x += velocity;
  }

  void batch(const MatrixD& x, const std::vector<int>& labels, std::uint64_t step, Index k, bool grey) {
    const std::size_t depth = W.size(), top = depth - 1;
    const auto n = static_cast<double>(x.rows());
    const auto sample = [&](const MatrixD& m, Stream stream, std::size_t layer) {
      return draws.sample(m, stream, step * depth + layer, m.cols());
    };
    // Up.
    std::vector<MatrixD> s(depth), t(depth);
    s[0] = x;
    for (std::size_t l = 0; l < top; ++l) s[l + 1] = sample(means(s[l], R[l], c[l]), UpDownStream::up, l + 1);
    MatrixD v = MatrixD::Zero(x.rows(), W[top].rows());
    v.leftCols(s[top].cols()) = s[top];
    for (Index r = 0; r < v.rows(); ++r) v(r, s[top].cols() + labels[at(r)]) = 1;
    // The chain of the top.
    const std::uint64_t first = step * (std::uint64_t(std::max(o.k, o.final_k)) + 1);
    const MatrixD h = chain.sample_hidden(chain.hidden_means(v, W[top], c[top]), first);
    MatrixD w = v, g = h;
    for (std::uint64_t i = 1; i <= std::uint64_t(k); ++i) {
      w = chain.sample_visible(chain.visible_means(g, W[top], b[top]), first + i);
      g = chain.sample_hidden(chain.hidden_means(w, W[top], c[top]), first + i);
    }
    // Down.
    t[top] = w.leftCols(s[top].cols());
    for (std::size_t l = top; l-- > 0;) {
      t[l] = means(t[l + 1], W[l].transpose(), b[l]);
      if (l > 0 || !grey) t[l] = sample(t[l], UpDownStream::down, l);
    }
    // All predictions are of the parameters before the batch.
    std::vector<MatrixD> gW(depth), gR(top);
    std::vector<VectorD> gb(depth), gc(depth);
    for (std::size_t l = 0; l < top; ++l) {
      const MatrixD generated = s[l] - means(s[l + 1], W[l].transpose(), b[l]),
                    recognised = t[l + 1] - means(t[l], R[l], c[l]);
      if (l == 0) error = generated.squaredNorm() / static_cast<double>(generated.size());
      gW[l] = generated.transpose() * s[l + 1] / n;
      gb[l] = generated.colwise().sum().transpose() / n;
      gR[l] = t[l].transpose() * recognised / n;
      gc[l] = recognised.colwise().sum().transpose() / n;
    }
    gW[top] = (v.transpose() * h - w.transpose() * g) / n;
    gb[top] = (v - w).colwise().sum().transpose() / n;
    gc[top] = (h - g).colwise().sum().transpose() / n;
    for (std::size_t l = 0; l < depth; ++l) {
      move(W[l], W_velocity[l], gW[l], true);
      move(b[l], b_velocity[l], gb[l], false);
      move(c[l], c_velocity[l], gc[l], false);
      if (l < top) move(R[l], R_velocity[l], gR[l], true);
    }
  }
};

}  // namespace

TEST_CASE("every mini-batch of up-down learning is the one by hand") {
  for (const bool binary : {true, false})
    for (const States states : {States::mean, States::sampled})
      for (const bool balanced : {true, false}) {
        CAPTURE(binary);
        CAPTURE(static_cast<int>(states));
        CAPTURE(balanced);
        const Dataset data = examples_of(21, 7, 3, binary);
        Dbn dbn = trained_net({7, 6, 5, 4}, 3);
        UpDownOptions o = few_epochs(3);
        o.momentum = 0.5;
        o.weight_decay = 0.01;
        o.learning_rate = 0.1;
        o.data_states = states;
        o.balanced = balanced;
        o.seed = 11;
        UpDownByHand hand(o, dbn);
        const auto training = train(dbn, data, o);
        BalancedOrder spread(data.labels());
        std::vector<std::uint32_t> order;
        std::uint64_t step = 0;
        for (std::uint64_t epoch = 0; epoch < 3; ++epoch) {
          shuffled_order(o.seed, epoch, order, data.count());
          if (balanced) spread.balance(order);
          double error = 0;
          for (std::size_t first = 0; first < 21; first += 8, ++step) {
            const std::span<const std::uint32_t> rows{order.data() + first, std::min<std::size_t>(8, 21 - first)};
            MatrixD x = examples(data, rows, 0);
            const bool grey = !binary && states == States::mean;
            if (!binary && !grey) x = hand.draws.sample(x, Stream::data, (epoch << 36) ^ rows[0], x.cols());
            std::vector<int> labels;
            for (const std::uint32_t row : rows) labels.push_back(data.labels()[row]);
            hand.batch(x, labels, step, Index(epoch + 1), grey);
            error += hand.error * static_cast<double>(rows.size()) / 21;
            REQUIRE(training->step());
            for (Index l = 0; l < dbn.depth(); ++l) {
              REQUIRE((dbn.rbm(l).W().cast<double>() - hand.W[at(l)]).cwiseAbs().maxCoeff() < 3e-6);
              REQUIRE((dbn.rbm(l).b().cast<double>() - hand.b[at(l)]).cwiseAbs().maxCoeff() < 3e-6);
              REQUIRE((dbn.rbm(l).c().cast<double>() - hand.c[at(l)]).cwiseAbs().maxCoeff() < 3e-6);
              if (l + 1 < dbn.depth()) REQUIRE((dbn.R(l).cast<double>() - hand.R[at(l)]).cwiseAbs().maxCoeff() < 3e-6);
            }
          }
          CHECK(training->progress().epoch_ended);
          CHECK(training->progress().layer == dbn.depth());
          CHECK(training->progress().reconstruction_error == doctest::Approx(error).epsilon(1e-5));
        }
        CHECK_FALSE(training->step());
        CHECK(training->progress().done == 1);
        const auto statistics = training->statistics();
        REQUIRE(statistics.has_value());
        CHECK(statistics->mean_activity > 0.2);
        CHECK(statistics->mean_activity < 0.8);
        CHECK(training->mean_free_energy(data, 21).has_value());
        CHECK(training->machine() == nullptr);
      }
}

namespace {

// A net of two machines in double precision, all of it by enumeration.
struct SmallNet {
  MatrixD W, R, top;
  VectorD b, c, top_b, top_c;

  explicit SmallNet(const Dbn& dbn)
      : W(dbn.rbm(0).W().cast<double>()),
        R(dbn.R(0).cast<double>()),
        top(dbn.top().W().cast<double>()),
        b(dbn.rbm(0).b().cast<double>()),
        c(dbn.rbm(0).c().cast<double>()),
        top_b(dbn.top().b().cast<double>()),
        top_c(dbn.top().c().cast<double>()) {}

  static double softplus(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }
  static VectorD state(std::size_t number, Index units) {
    VectorD s(units);
    for (Index i = 0; i < units; ++i) s[i] = double((number >> i) & 1);
    return s;
  }
  static double log_bernoulli(const VectorD& s, const VectorD& inputs) {
    double sum = 0;
    for (Index i = 0; i < s.size(); ++i) sum += s[i] * inputs[i] - softplus(inputs[i]);
    return sum;
  }
  Index labels() const { return top.rows() - W.cols(); }
  std::size_t hidden_states() const { return std::size_t{1} << W.cols(); }
  double log_q(const VectorD& h, const VectorD& v) const {
    return log_bernoulli(h, (v.transpose() * R).transpose() + c);
  }
  double log_p(const VectorD& v, const VectorD& h) const { return log_bernoulli(v, W * h + b); }
  // log p(h, y) of every h and y.
  MatrixD log_top() const {
    MatrixD log_p(Index(hidden_states()), labels());
    for (Index h = 0; h < log_p.rows(); ++h)
      for (Index y = 0; y < labels(); ++y) {
        VectorD v = VectorD::Zero(top.rows());
        v.head(W.cols()) = state(std::size_t(h), W.cols());
        v[W.cols() + y] = 1;
        const VectorD inputs = (v.transpose() * top).transpose() + top_c;
        log_p(h, y) = v.dot(top_b);
        for (Index j = 0; j < inputs.size(); ++j) log_p(h, y) += softplus(inputs[j]);
      }
    const double largest = log_p.maxCoeff();
    return log_p.array() - largest - std::log((log_p.array() - largest).exp().sum());
  }
  // The mean over the examples of E_q[log p(v, h, y) - log q(h | v)].
  double bound(const Dataset& data) const {
    const MatrixD of_top = log_top();
    const Matrix x = data.rows(0, data.count());
    double sum = 0;
    for (Index r = 0; r < x.rows(); ++r) {
      const VectorD v = x.row(r).transpose().cast<double>();
      for (std::size_t n = 0; n < hidden_states(); ++n) {
        const VectorD h = state(n, W.cols());
        const double log_of_q = log_q(h, v);
        sum += std::exp(log_of_q) * (log_p(v, h) + of_top(Index(n), data.labels()[at(r)]) - log_of_q);
      }
    }
    return sum / double(x.rows());
  }
  // E_p[log q(h | v)], p this net's own, q that of another.
  double recognised_by(const SmallNet& other) const {
    const MatrixD of_top = log_top();
    double sum = 0;
    for (std::size_t n = 0; n < hidden_states(); ++n) {
      const VectorD h = state(n, W.cols());
      const double p_of_h = of_top.row(Index(n)).array().exp().sum();
      for (std::size_t m = 0; m < std::size_t{1} << W.rows(); ++m) {
        const VectorD v = state(m, W.rows());
        sum += p_of_h * std::exp(log_p(v, h)) * other.log_q(h, v);
      }
    }
    return sum;
  }

  std::vector<double*> generative() {
    std::vector<double*> all;
    for (MatrixD* m : {&W, &top})
      for (Index i = 0; i < m->size(); ++i) all.push_back(m->data() + i);
    for (VectorD* v : {&b, &top_b, &top_c})
      for (Index i = 0; i < v->size(); ++i) all.push_back(v->data() + i);
    return all;
  }
  std::vector<double*> recognition() {
    std::vector<double*> all;
    for (Index i = 0; i < R.size(); ++i) all.push_back(R.data() + i);
    for (Index i = 0; i < c.size(); ++i) all.push_back(c.data() + i);
    return all;
  }
};

// Central differences of f by each parameter.
template <class F>
std::vector<double> slopes(const std::vector<double*>& parameters, const F& f) {
  constexpr double step = 1e-5;
  std::vector<double> all;
  for (double* x : parameters) {
    const double was = *x;
    *x = was + step;
    const double above = f();
    *x = was - step;
    all.push_back((above - f()) / (2 * step));
    *x = was;
  }
  return all;
}

}  // namespace

TEST_CASE("the mean update climbs the exact bound, and that of recognition the likelihood of the fantasies' causes") {
  // Many copies of a few images, so that a batch is nearly the expectation, and chains that forget where they began.
  const Dataset few = examples_of(6, 4, 2, true);
  std::vector<std::uint32_t> copies;
  for (std::uint32_t r = 0; r < 24000; ++r) copies.push_back(r % 6);
  const Dataset many = few.subset(copies);
  Dbn dbn = untied_net({4, 3, 2}, 2);
  SmallNet net(dbn);
  UpDownOptions o;
  o.epochs = 1;
  o.batch_size = 24000;
  o.k = o.final_k = 40;
  o.learning_rate = 1;
  o.momentum = 0;
  REQUIRE(train(dbn, many, o)->step());
  SmallNet moved(dbn), other = net;
  const auto check = [](const std::vector<double*>& before, const std::vector<double*>& after,
                        const std::vector<double>& slope) {
    double largest = 0;
    for (std::size_t i = 0; i < slope.size(); ++i) {
      // Six standard errors of a mean of numbers of which none is larger than 1.
      CHECK(std::abs(*after[i] - *before[i] - slope[i]) < 6 / std::sqrt(24000.0));
      largest = std::max(largest, std::abs(slope[i]));
    }
    CHECK(largest > 0.15);
  };
  check(net.generative(), moved.generative(), slopes(net.generative(), [&] { return net.bound(few); }));
  check(net.recognition(), moved.recognition(), slopes(other.recognition(), [&] { return net.recognised_by(other); }));

  double bound = net.bound(few), recognised = net.recognised_by(net);
  for (int i = 0; i < 40; ++i) {
    const auto up = slopes(net.generative(), [&] { return net.bound(few); });
    for (std::size_t p = 0; p < up.size(); ++p) *net.generative()[p] += 0.2 * up[p];
    REQUIRE(net.bound(few) > bound);
    bound = net.bound(few);
  }
  other = net;
  recognised = net.recognised_by(other);
  for (int i = 0; i < 40; ++i) {
    const auto up = slopes(other.recognition(), [&] { return net.recognised_by(other); });
    for (std::size_t p = 0; p < up.size(); ++p) *other.recognition()[p] += 0.2 * up[p];
    REQUIRE(net.recognised_by(other) > recognised);
    recognised = net.recognised_by(other);
  }
}

TEST_CASE("up-down learning raises the exact bound of greedily trained nets") {
  const Dataset bars = bars_and_stripes(2);
  constexpr int seeds = 12;
  double gain = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Dbn dbn({4, 3, 4}, 2, seed);
    TrainingOptions greedy;
    greedy.epochs = 300;
    greedy.batch_size = 3;
    greedy.learning_rate = 0.1;
    run(*train(dbn, bars, {greedy}));
    const double before = SmallNet(dbn).bound(bars);
    UpDownOptions o;
    o.epochs = 600;
    o.batch_size = 3;
    o.learning_rate = 0.05;
    o.momentum = 0;
    run(*train(dbn, bars, o));
    const double after = SmallNet(dbn).bound(bars);
    CHECK(after > before);
    gain += (after - before) / seeds;
  }
  // Greedy nets end between -3.6 and -3.5 nats, all that were trained up and down within 0.02 of -3.38: gains of 0.17
  // nats with a standard deviation of 0.03.
  CHECK(gain > 0.14);
}

TEST_CASE("a net recognises by R and generates by W") {
  const Dbn dbn = untied_net({4, 3, 2}, 2);
  const SmallNet net(dbn);
  const Dataset data = examples_of(6, 4, 2, true);
  const Matrix x = data.rows(0, 6);
  const MatrixD h = UpDownByHand::means(x.cast<double>(), net.R, net.c);
  CHECK((dbn.up(view(x), 1).cast<double>() - h).cwiseAbs().maxCoeff() < 1e-6);
  const Matrix means = h.cast<float>();
  CHECK(dbn.up(view(x), 2) == dbn.top().mean_h_from_v(view(dbn.up(view(x), 1))));
  CHECK(dbn.label_free_energy(view(x)) == dbn.top().label_free_energy(view(dbn.up(view(x), 1))));
  CHECK(
      (dbn.down(view(means)).cast<double>() - UpDownByHand::means(h, net.W.transpose(), net.b)).cwiseAbs().maxCoeff() <
      1e-6);
  // The bound, of many samples.
  const Bound bound = variational_bound(dbn, data, exact_log_partition(dbn.top()), {.samples = 4000, .seed = 2});
  CHECK(std::abs(bound.average.mean - net.bound(data)) < 4 * bound.monte_carlo_error);
  CHECK(bound.monte_carlo_error < 0.02);
  // Features are of what units respond to.
  const Matrix images = summed_features(dbn, 1);
  CHECK(images == Matrix(dbn.R(0).transpose()));
  const Matrix deep = summed_features(dbn, 2);
  CHECK((deep.cast<double>() - (net.R * net.top.topRows(3)).transpose()).cwiseAbs().maxCoeff() < 1e-5);
  const Dbn high = untied_net({4, 3, 3, 2}, 2);
  const MatrixD of_high =
      UpDownByHand::means(x.cast<double>(), high.R(0).cast<double>(), high.rbm(0).c().cast<double>());
  const Activations at_x = unit_activations(high, 2, {0, 1, 2, 0, 1, 2}, view(x), Response::input);
  for (Index r = 0; r < 6; ++r)
    CHECK(at_x.values[r] ==
          doctest::Approx(of_high.row(r).dot(high.R(1).col(r % 3).cast<double>()) + double(high.rbm(1).c()[r % 3]))
              .epsilon(1e-5));
  // x of other widths and values is refused as ever.
  const Matrix wrong = Matrix::Constant(1, 4, 2.0f), narrow = Matrix::Zero(1, 3);
  CHECK_THROWS_AS(dbn.up(view(wrong), 1), std::out_of_range);
  CHECK_THROWS_AS(dbn.up(view(narrow), 1), std::out_of_range);
}

TEST_CASE("files keep recognition weights, and what they were before up-down learning") {
  Dbn tied({6, 4, 3}, 2, 5);
  for (Index l = 0; l < tied.depth(); ++l) {
    Rbm& rbm = tied.rbm(l);
    Random random(rbm.seed(), Stream::weights);
    rbm.mutable_W() = noise(rbm.width(), rbm.hidden(), random, 0.01);
  }
  const Dbn before = std::get<Dbn>(open_model(save_model(tied)));
  CHECK_FALSE(before.has_recognition());
  CHECK(fingerprint(before) == fingerprint(tied));
  CHECK(fingerprint(tied) == "45416a0a14b9332f");  // of the first version of such files
  const Dbn dbn = untied_net({6, 5, 4, 3}, 2);
  for (const bool half : {false, true}) {
    const Dbn opened = std::get<Dbn>(open_model(save_model(dbn, {.half = half, .resumable = false, .notes = {}})));
    REQUIRE(opened.has_recognition());
    CHECK((fingerprint(opened) == fingerprint(dbn)) == !half);
    CHECK((opened.R(1) - dbn.R(1)).cwiseAbs().maxCoeff() < (half ? 2e-3f : 1e-30f));
  }
  Dbn other = dbn;
  other.mutable_R(1)(0, 0) += 1;
  CHECK(fingerprint(other) != fingerprint(dbn));
  CHECK(dbn.R(2) == dbn.top().W());

  const Bytes bytes = save_model(dbn);
  check_refused(without_tensor(bytes, "layers.1.R"), {"layers.1.R", "together or not at all"});
  const Bytes alone = without_tensor(without_tensor(bytes, "layers.1.R"), "layers.0.R");
  check_refused(alone, {"machines has more entries than there are machines"});
  check_refused(described(bytes, [](Json& about) { about["training"]["machines"].push_back(Json::object()); }),
                {"machines"});
  // Other programs may leave the training record out.
  const Dbn plain = std::get<Dbn>(open_model(described(bytes, [](Json& about) { about.erase("training"); })));
  CHECK(fingerprint(plain) == fingerprint(dbn));
  CHECK(plain.up_down_state().epoch == 0);
  // A number that is none is refused, in a file and by itself, and the net keeps what it has.
  const float nan = std::numeric_limits<float>::quiet_NaN();
  Dbn broken = dbn;
  broken.mutable_R(1)(2, 1) = nan;
  CHECK_THROWS_WITH_AS(save_model(broken), doctest::Contains("layers.1.R holds a value that is not finite"),
                       std::out_of_range);
  check_refused(with_value(bytes, "layers.1.R", nan), {"layers.1.R", "not finite"});
  Dbn kept = dbn;
  CHECK_THROWS_AS(kept.set_recognition({dbn.R(0), broken.R(1)}), std::out_of_range);
  CHECK_THROWS_AS(kept.set_recognition({dbn.R(0)}), std::out_of_range);
  CHECK_THROWS_AS(kept.set_recognition({dbn.R(1), dbn.R(0)}), std::out_of_range);
  CHECK(same_parameters(kept, dbn));
  const Bytes gaussian = described(bytes, [](Json& about) { about["units"]["visible"] = "gaussian"; });
  CHECK_THROWS(open_model(gaussian));
}

TEST_CASE("up-down learning that is saved and goes on has the bits of one that was never interrupted") {
  const Dataset data = examples_of(30, 7, 3, false);
  for (const OptimizerKind optimizer : {OptimizerKind::sgd, OptimizerKind::adam}) {
    UpDownOptions o = few_epochs(4);
    o.optimizer = optimizer;
    o.final_learning_rate = 0.001;
    if (optimizer == OptimizerKind::sgd) o.initial_momentum_epochs = 3;
    Dbn whole = trained_net({7, 6, 5, 4}, 3), parts = trained_net({7, 6, 5, 4}, 3);
    run(*train(whole, data, o));
    CHECK(whole.up_down_state().epoch == 4);
    for (const std::uint64_t batches : {std::uint64_t{3}, std::uint64_t{5}, std::uint64_t{100}}) {
      UpDownOptions rest = o;
      rest.epochs = 4 - parts.up_down_state().epoch;
      const auto training = train(parts, data, rest);
      for (std::uint64_t i = 0; i < batches && training->step(); ++i) {
      }
      parts = std::get<Dbn>(open_model(save_model(parts, {.half = false, .resumable = true, .notes = {}})));
    }
    CHECK(same_parameters(whole, parts));
    CHECK(parts.up_down_state().epoch == 4);
    CHECK(parts.up_down_state().step == 16);
  }
}

TEST_CASE("up-down learning has the same bits for any number of threads") {
  const Dataset data = examples_of(90, 40, 3, false);
  std::string first;
  for (const int threads : thread_counts) {
    set_thread_count(threads);
    Dbn dbn = trained_net({40, 70, 33, 90}, 3, 0.2);
    UpDownOptions o = few_epochs(2);
    o.batch_size = 40;
    run(*train(dbn, data, o));
    if (first.empty()) first = fingerprint(dbn);
    CHECK(fingerprint(dbn) == first);
  }
  set_thread_count(1);
}

TEST_CASE("options change on the way, but for those of a whole training") {
  const Dataset data = examples_of(30, 7, 3, true);
  Dbn dbn = trained_net({7, 6, 5}, 3), twin = trained_net({7, 6, 5}, 3);
  UpDownOptions o = few_epochs(2);
  const auto training = train(dbn, data, o);
  while (training->step() && !training->progress().epoch_ended) {
  }
  UpDownOptions first = o;
  first.epochs = 1;
  run(*train(twin, data, first));
  UpDownOptions changed = o;
  changed.learning_rate = 0.5;
  changed.final_k = 5;
  training->change(changed);
  run(*training);
  changed.epochs = 1;
  run(*train(twin, data, changed));
  CHECK(dbn.up_down_state().epoch == 2);
  CHECK(same_parameters(dbn, twin));
  UpDownOptions other = changed;
  other.balanced = false;
  CHECK_THROWS_WITH_AS(training->change(other), doctest::Contains("balanced can only be chosen at the beginning"),
                       std::invalid_argument);
  other = changed;
  other.batch_size = 3;
  CHECK_THROWS_WITH_AS(training->change(other), doctest::Contains("batchSize"), std::invalid_argument);
}

TEST_CASE("up-down learning refuses nets, data and options that it is not for") {
  const Dataset data = examples_of(30, 7, 3, true);
  const UpDownOptions o = few_epochs(1);
  const auto refused = [&](Dbn dbn, const Dataset& of, const UpDownOptions& options, const std::string& why) {
    CAPTURE(why);
    CHECK_THROWS_WITH(train(dbn, of, options), doctest::Contains(why.c_str()));
    CHECK_FALSE(check(dbn, of, options).empty());
    CHECK_FALSE(dbn.has_recognition());
  };
  refused(Dbn({7, 6, 5}, 3), data, o, "goes on from greedy training, and layer 0 has had none");
  refused(trained_net({7, 6, 5}, 0), data, o, "needs a net with label units");
  refused(trained_net({7, 6}, 3), data, o, "at least two machines");
  refused(trained_net({7, 6, 5}, 3), Dataset::from_floats(std::vector<float>(14), 2, 7), o, "needs data with labels");
  refused(trained_net({7, 6, 5}, 2), data, o, "labels up to 2");
  refused(trained_net({6, 6, 5}, 3), data, o, "7 values an example");
  Dbn gaussian({7, 6, 5}, 3, 1, {Units{UnitType::gaussian}, Units{}, Units{}});
  for (Index l = 0; l < 2; ++l) gaussian.rbm(l).training_state().step = 1;
  refused(gaussian, data, o, "units are all Bernoulli");
  CHECK_THROWS_AS(gaussian.untie_recognition(), std::invalid_argument);
  UpDownOptions no_number = o;
  no_number.learning_rate = std::numeric_limits<double>::quiet_NaN();
  refused(trained_net({7, 6, 5}, 3), data, no_number, "learningRate must be a finite number above 0");
  for (const Index k : {Index{0}, Index{-3}, Index{10'001}}) {
    UpDownOptions bad = o;
    bad.k = k;
    refused(trained_net({7, 6, 5}, 3), data, bad, "k must be a whole number from 1 to 10,000, not ");
    bad = o;
    bad.final_k = k;
    refused(trained_net({7, 6, 5}, 3), data, bad, "finalK must be a whole number from 1 to 10,000, not ");
  }
  // Greedy training is over then.
  Dbn dbn = trained_net({7, 6, 5}, 3);
  run(*train(dbn, data, o));
  CHECK_THROWS_WITH(train(dbn, data, std::vector<TrainingOptions>{{}}), doctest::Contains("greedy training is over"));
  run(*train(dbn, data, o));
  CHECK(dbn.up_down_state().epoch == 2);
  // A rate at which weights would leave the range stops before that batch.
  UpDownOptions fast = o;
  fast.learning_rate = 100;
  fast.weight_decay = 100;
  fast.epochs = 5;
  const auto training = train(dbn, data, fast);
  CHECK_THROWS_WITH_AS(run(*training), doctest::Contains("would leave the range"), Error);
  CHECK(dbn.rbm(0).W().cwiseAbs().maxCoeff() < 1 << 24);
}

TEST_CASE("balanced batches have the labels in the data's proportions, and every example once") {
  std::vector<std::uint16_t> labels;
  const std::vector<int> counts{300, 150, 40, 0, 510};  // in all 1000
  for (std::size_t l = 0; l < counts.size(); ++l) labels.insert(labels.end(), at(counts[l]), std::uint16_t(l));
  BalancedOrder spread(labels);
  std::vector<std::uint32_t> order, last;
  for (std::uint64_t epoch = 0; epoch < 3; ++epoch) {
    last = order;
    shuffled_order(4, epoch, order, 1000);
    spread.balance(order);
    CHECK(order != last);
    CHECK(std::set<std::uint32_t>(order.begin(), order.end()).size() == 1000);
    for (std::size_t first = 0; first < 1000; first += 50) {
      std::vector<int> here(counts.size());
      for (std::size_t r = first; r < first + 50; ++r) ++here[labels[order[r]]];
      for (std::size_t l = 0; l < counts.size(); ++l) CHECK(std::abs(here[l] - counts[l] / 20.0) < 2);
    }
  }
  // Ten of each in a batch of 100, as in the paper.
  labels.clear();
  for (int i = 0; i < 1000; ++i) labels.push_back(std::uint16_t(i / 100));
  BalancedOrder even(labels);
  shuffled_order(4, 0, order, 1000);
  even.balance(order);
  for (std::size_t first = 0; first < 1000; first += 100) {
    int here[10] = {};
    for (std::size_t r = first; r < first + 100; ++r) ++here[labels[order[r]]];
    for (const int count : here) CHECK(count == 10);
  }
}

TEST_CASE("the chain takes 3, 6 and 10 steps, a third of the epochs each") {
  const auto steps_of = [](const UpDownOptions& o, std::uint64_t from) {
    std::uint64_t epoch = from, batch = 0, step = 0;
    const EpochCursor cursor({&epoch, &batch, &step}, 100, o);
    std::vector<Index> all;
    for (; !cursor.over(); ++epoch) all.push_back(k_in(o, cursor));
    return all;
  };
  UpDownOptions o;
  o.epochs = 9;
  CHECK(steps_of(o, 0) == std::vector<Index>{3, 3, 3, 6, 6, 6, 10, 10, 10});
  CHECK(steps_of(o, 5) == std::vector<Index>{3, 3, 3, 6, 6, 6, 10, 10, 10});
  o.schedule_start = 0;
  o.epochs = 4;
  CHECK(steps_of(o, 5) == std::vector<Index>{6, 10, 10, 10});
  o.epochs = 1;
  CHECK(steps_of(o, 0) == std::vector<Index>{3});
  o.epochs = 3, o.k = 5, o.final_k = 2;
  CHECK(steps_of(o, 0) == std::vector<Index>{5, 3, 2});
}
