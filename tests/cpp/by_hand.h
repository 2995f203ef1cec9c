// Mini-batches of learning written out by hand, in double precision and with plain loops, with the engine's own random
// numbers.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <vector>

#include "math/philox.h"
#include "wakesleep/training.h"

namespace wakesleep::test {

inline double uniform(const TrainingOptions& o, Stream stream, std::uint64_t step, Index row, Index column) {
  float numbers[16];
  math::uniform_numbers({o.seed, stream, step}, static_cast<std::uint32_t>(row),
                        static_cast<std::uint32_t>(column / 16), numbers);
  return static_cast<double>(numbers[column % 16]);
}

inline double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

// What stands when a batch of parallel trajectory tempering begins: the ladder, and whether an update was taken back.
struct BegunBatch {
  LadderState ladder;
  ParameterSet parameters;
  bool set_back = false;
  double rate_scale = 1;
};

struct ByHand {
  TrainingOptions o;
  Index labels = 0;
  MatrixD W;
  VectorD b, c;
  MatrixD velocity, second, chains;  // with Adam, velocity is the first moment
  VectorD b_velocity, c_velocity, b_second, c_second;
  MatrixD fast;
  VectorD fast_b, fast_c;
  VectorD mu, lambda, q;
  int adam_steps = 0;
  std::uint64_t places = 0;  // a batch takes; 0: k + 1
  std::function<BegunBatch(std::uint64_t step)> begin;
  double rate_scale = 1;

  ByHand(const TrainingOptions& options, const Rbm& rbm)
      : o(options),
        labels(rbm.labels()),
        W(rbm.W().cast<double>()),
        b(rbm.b().cast<double>()),
        c(rbm.c().cast<double>()),
        velocity(MatrixD::Zero(rbm.width(), rbm.hidden())),
        second(velocity),
        b_velocity(VectorD::Zero(rbm.width())),
        c_velocity(VectorD::Zero(rbm.hidden())),
        b_second(b_velocity),
        c_second(c_velocity),
        fast(velocity),
        fast_b(b_velocity),
        fast_c(c_velocity) {
    const BitMatrix& states = rbm.training_state().chains.bits;
    chains.resize(states.rows(), states.cols());
    for (Index r = 0; r < states.rows(); ++r)
      for (Index j = 0; j < states.cols(); ++j) chains(r, j) = states.get(r, j);
  }

  Index visible() const { return W.rows() - labels; }

  MatrixD hidden_means(const MatrixD& v, const MatrixD& weights, const VectorD& bias, double beta = 1) const {
    MatrixD m = v * weights;
    for (Index r = 0; r < m.rows(); ++r)
      for (Index j = 0; j < m.cols(); ++j) m(r, j) = sigmoid(beta * (m(r, j) + bias[j]));
    return m;
  }
  MatrixD visible_means(const MatrixD& h, const MatrixD& weights, const VectorD& bias, double beta = 1) const {
    MatrixD m = h * weights.transpose();
    for (Index r = 0; r < m.rows(); ++r) {
      double sum = 0;
      for (Index i = 0; i < m.cols(); ++i) {
        const double x = beta * (m(r, i) + bias[i]);
        m(r, i) = i < visible() ? sigmoid(x) : std::exp(x);
        if (i >= visible()) sum += m(r, i);
      }
      for (Index i = visible(); i < m.cols(); ++i) m(r, i) /= sum;
    }
    return m;
  }
  MatrixD sample(const MatrixD& m, Stream stream, std::uint64_t step, Index units) const {
    MatrixD s = m;
    for (Index r = 0; r < m.rows(); ++r) {
      for (Index j = 0; j < units; ++j) s(r, j) = uniform(o, stream, step, r, j) < m(r, j) ? 1 : 0;
      if (units == m.cols()) continue;
      const double u = static_cast<double>(math::uniform_of_row({o.seed, stream, step}, static_cast<std::uint32_t>(r)));
      Index chosen = units;
      for (double sum = m(r, units); chosen + 1 < m.cols() && u >= sum; sum += m(r, chosen)) ++chosen;
      for (Index j = units; j < m.cols(); ++j) s(r, j) = j == chosen;
    }
    return s;
  }
  MatrixD sample_hidden(const MatrixD& m, std::uint64_t step) const {
    return sample(m, Stream::hidden, step, m.cols());
  }
  MatrixD sample_visible(const MatrixD& m, std::uint64_t step) const {
    return sample(m, Stream::visible, step, visible());
  }

  MatrixD kept(Index rows, std::uint64_t step) const {
    MatrixD mask = MatrixD::Ones(rows, W.cols());
    const auto chance = static_cast<double>(1 - static_cast<float>(o.dropout));
    for (Index r = 0; r < rows; ++r)
      for (Index j = 0; j < W.cols(); ++j)
        if (o.dropout > 0) mask(r, j) = uniform(o, Stream::dropout, step, r, j) < chance;
    return mask;
  }

  MatrixD filled(MatrixD v, const MatrixD& known, std::uint64_t step) const {
    const auto steps = static_cast<std::uint64_t>(o.missing_steps);
    const std::uint64_t first = step * (steps + 1);
    const auto put = [&](const MatrixD& from) {
      for (Index r = 0; r < v.rows(); ++r)
        for (Index i = 0; i < visible(); ++i)
          if (known(r, i) == 0) v(r, i) = from(r, i);
    };
    put(sample(visible_means(MatrixD::Zero(v.rows(), W.cols()), W, b), Stream::missing_visible, first, visible()));
    for (std::uint64_t i = 1; i <= steps; ++i) {
      const MatrixD h = sample(hidden_means(v, W, c), Stream::missing, first + i, W.cols());
      put(sample(visible_means(h, W, b), Stream::missing_visible, first + i, visible()));
    }
    return v;
  }

  // Replicas at inverse temperatures 1 .. 0; v of those at 1.
  MatrixD tempered(std::uint64_t place) {
    const Index T = o.temperatures, n = chains.rows() / T;
    const auto beta = [&](Index t) {
      return static_cast<double>(static_cast<float>(1 - static_cast<double>(t) / static_cast<double>(T - 1)));
    };
    MatrixD v(chains.rows(), W.rows()), h = chains;
    for (Index t = 0; t < T; ++t) v.middleRows(t * n, n) = visible_means(chains.middleRows(t * n, n), W, b, beta(t));
    v = sample_visible(v, place);
    for (Index t = 0; t < T; ++t) h.middleRows(t * n, n) = hidden_means(v.middleRows(t * n, n), W, c, beta(t));
    h = sample_hidden(h, place);
    const auto energy = [&](Index r) {
      return -(v.row(r) * b)(0) - (h.row(r) * c)(0) - (v.row(r) * W * h.row(r).transpose())(0);
    };
    for (Index parity = 0; parity < 2; ++parity)
      for (Index t = parity; t + 1 < T; t += 2)
        for (Index r = 0; r < n; ++r) {
          const auto words = math::words_at({o.seed, Stream::swap, place}, static_cast<std::uint32_t>(t),
                                            static_cast<std::uint32_t>(r));
          const double u = static_cast<double>(words[0] >> 8) / 16777216;
          const Index x = t * n + r, y = x + n;
          if (u >= std::exp((beta(t) - beta(t + 1)) * (energy(x) - energy(y)))) continue;
          v.row(x).swap(v.row(y));
          h.row(x).swap(h.row(y));
        }
    chains = h;
    return v.topRows(n);
  }

  static double free_energy(const MatrixD& v, const MatrixD& weights, const VectorD& of_v, const VectorD& of_h) {
    const VectorD inputs = (v * weights).transpose() + of_h;
    double sum = (v * of_v)(0);
    for (Index j = 0; j < inputs.size(); ++j) sum += std::log1p(std::exp(inputs[j]));
    return -sum;
  }
  static MatrixD doubles(const LayerStates& states) { return states.values(states.cols()).cast<double>(); }

  // Chains of the model after their exchange with the samples of the last rung, and k Gibbs steps.
  MatrixD laddered(const LadderState& ladder, std::uint64_t step, std::uint64_t place) const {
    const VectorD rung = ladder.rungs.row(ladder.count() - 1).cast<double>().transpose();
    const MatrixD rung_W = Eigen::Map<const MatrixD>(rung.data(), W.rows(), W.cols());
    const VectorD rung_b = rung.segment(W.size(), b.size()), rung_c = rung.segment(W.size() + b.size(), c.size());
    MatrixD v = doubles(ladder.chains);
    const MatrixD samples = doubles(ladder.reservoir);
    std::vector<std::uint32_t> which(static_cast<std::size_t>(samples.rows()));
    std::iota(which.begin(), which.end(), 0u);
    Random random(o.seed, Stream::ladder_partner, step);
    for (std::size_t r = 0; r < static_cast<std::size_t>(v.rows()); ++r)
      std::swap(which[r], which[r + random.below(static_cast<std::uint32_t>(which.size() - r))]);
    for (Index r = 0; r < v.rows(); ++r) {
      const MatrixD x = v.row(r), y = samples.row(static_cast<Index>(which[static_cast<std::size_t>(r)]));
      const double gap = free_energy(x, W, b, c) + free_energy(y, rung_W, rung_b, rung_c) - free_energy(y, W, b, c) -
                         free_energy(x, rung_W, rung_b, rung_c);
      const double u =
          static_cast<double>(math::uniform_of_row({o.seed, Stream::ladder_swap, step}, static_cast<std::uint32_t>(r)));
      if (u < std::exp(gap)) v.row(r) = y;
    }
    for (Index i = 0; i < o.k; ++i) {
      const std::uint64_t at = place + static_cast<std::uint64_t>(i) + 1;
      v = sample_visible(visible_means(sample_hidden(hidden_means(v, W, c), at), W, b), at);
    }
    return v;
  }

  void set_back(const ParameterSet& parameters) {
    W = parameters.W.cast<double>();
    b = parameters.b.cast<double>();
    c = parameters.c.cast<double>();
    for (MatrixD* kept : {&velocity, &second}) kept->setZero();
    for (VectorD* kept : {&b_velocity, &c_velocity, &b_second, &c_second}) kept->setZero();
    adam_steps = 0;
  }

  // Every visible state with its probability.
  void enumerate(MatrixD& v, VectorD& p) const {
    const Index groups = std::max<Index>(1, labels), states = (Index{1} << visible()) * groups;
    v.setZero(states, W.rows());
    p.resize(states);
    for (Index s = 0; s < states; ++s) {
      for (Index i = 0; i < visible(); ++i) v(s, i) = static_cast<double>((s / groups) >> i & 1);
      if (labels) v(s, visible() + s % groups) = 1;
      const VectorD inputs = (v.row(s) * W).transpose() + c;
      double f = (v.row(s) * b)(0);
      for (Index j = 0; j < inputs.size(); ++j) f += std::log1p(std::exp(inputs[j]));
      p[s] = std::exp(f);
    }
    p /= p.sum();
  }

  void add_discriminative(const MatrixD& v0, const VectorD& w, MatrixD& gW, VectorD& gb, VectorD& gc) const {
    for (Index r = 0; r < v0.rows(); ++r) {
      VectorD p(labels);
      MatrixD h(labels, W.cols());
      for (Index y = 0; y < labels; ++y) {
        MatrixD v = v0.row(r);
        v.rightCols(labels).setZero();
        v(0, visible() + y) = 1;
        const VectorD x = (v * W).transpose() + c;
        double score = b[visible() + y];
        for (Index j = 0; j < x.size(); ++j) score += std::log1p(std::exp(x[j]));
        p[y] = std::exp(score);
        h.row(y) = hidden_means(v, W, c);
      }
      p /= p.sum();
      for (Index y = 0; y < labels; ++y) {
        const double delta = w[r] * (v0(r, visible() + y) - p[y]);
        gW.topRows(visible()) += delta * v0.row(r).head(visible()).transpose() * h.row(y);
        gW.row(visible() + y) += delta * h.row(y);
        gb[visible() + y] += delta;
        gc += delta * h.row(y).transpose();
      }
    }
  }

  // `w`: how much each example counts; empty: the same.
  void batch(const MatrixD& v0, std::uint64_t step, VectorD w = {}) {
    const Index n = v0.rows();
    const std::uint64_t place = step * (places ? places : static_cast<std::uint64_t>(o.k + 1));
    if (w.size() == 0) w = VectorD::Constant(n, 1.0 / static_cast<double>(n));
    BegunBatch begun;
    if (o.method == Method::ptt) {
      begun = begin(step);
      if (begun.set_back) set_back(begun.parameters);
      rate_scale = begun.rate_scale;
    }
    const MatrixD mask = kept(std::max(n, chains.rows()), step);
    const MatrixD h0 = hidden_means(v0, W, c).cwiseProduct(mask.topRows(n));
    const MatrixD h0_states = sample_hidden(hidden_means(v0, W, c), place).cwiseProduct(mask.topRows(n));
    const bool sampled = o.hidden_states == States::sampled;
    const MatrixD& h_plus = sampled ? h0_states : h0;

    MatrixD v, h_minus;
    VectorD w_minus;
    if (o.method == Method::exact) {
      enumerate(v, w_minus);
      w_minus *= w.sum();
      h_minus = hidden_means(v, W, c);
    } else if (o.method == Method::pt) {
      for (Index i = 0; i < o.k; ++i) v = tempered(place + static_cast<std::uint64_t>(i) + 1);
      h_minus = sampled ? MatrixD(chains.topRows(v.rows())) : hidden_means(v, W, c);
    } else if (o.method == Method::ptt) {
      v = laddered(begun.ladder, step, place);
      h_minus = hidden_means(v, W, c);
      if (sampled) h_minus = sample(h_minus, Stream::ladder_hidden, step, h_minus.cols());
    } else {
      const bool persistent = o.method == Method::pcd || o.method == Method::fpcd,
                 mean_field = o.method == Method::mean_field;
      const MatrixD Wf = W + fast;
      const VectorD bf = b + fast_b, cf = c + fast_c;
      MatrixD h_states = persistent ? chains : mean_field ? h0 : h0_states;
      for (Index i = 0; i < o.k; ++i) {
        const std::uint64_t at = place + static_cast<std::uint64_t>(i) + 1;
        v = visible_means(h_states, Wf, bf);
        if (!mean_field && o.visible_states == States::sampled) v = sample_visible(v, at);
        const MatrixD h = hidden_means(v, Wf, cf), rows = mask.topRows(v.rows());
        h_states = (mean_field ? h : sample_hidden(h, at)).cwiseProduct(rows);
        h_minus = sampled ? h_states : h.cwiseProduct(rows);
      }
      if (persistent) chains = h_states;
      if (!persistent) w_minus = w;
    }
    if (w_minus.size() == 0) w_minus = VectorD::Constant(v.rows(), w.sum() / static_cast<double>(v.rows()));

    MatrixD gW = v0.transpose() * w.asDiagonal() * h_plus - v.transpose() * w_minus.asDiagonal() * h_minus;
    VectorD gb = v0.transpose() * w - v.transpose() * w_minus;
    VectorD gc = h_plus.transpose() * w - h_minus.transpose() * w_minus;
    const VectorD mean_v = v0.transpose() * w / w.sum(), mean_h = h_plus.transpose() * w / w.sum();
    if (o.method == Method::fpcd) {
      const double rate = o.fast_learning_rate.value_or(o.learning_rate);
      fast = o.fast_decay * fast + rate * gW;
      fast_b = o.fast_decay * fast_b + rate * gb;
      fast_c = o.fast_decay * fast_c + rate * gc;
    }
    if (o.objective != Objective::generative) {
      const double share = o.objective == Objective::hybrid ? o.generative_weight : 0;
      gW *= share;
      gb *= share;
      gc *= share;
      add_discriminative(v0, w, gW, gb, gc);
    }
    if (o.sparsity_cost > 0) {
      if (q.size() == 0) q = mean_h;
      q = o.sparsity_decay * q + (1 - o.sparsity_decay) * mean_h;
      const VectorD pull = o.sparsity_cost * (VectorD::Constant(q.size(), o.sparsity_target) - q);
      gc += pull;
      gW += mean_v * pull.transpose();
    }
    update(gW, gb, gc, mean_v, mean_h);
  }

  void update(MatrixD gW, const VectorD& gb, const VectorD& gc, const VectorD& mean_v, const VectorD& mean_h) {
    if (o.centering) {
      mu = (1 - o.centering_rate) * mu + o.centering_rate * mean_v;
      lambda = (1 - o.centering_rate) * lambda + o.centering_rate * mean_h;
      gW -= mu * gc.transpose() + gb * lambda.transpose();
    }
    gW -= o.weight_decay * W + o.l1 * W.cwiseSign();
    const MatrixD W_before = W;
    if (o.optimizer == OptimizerKind::adam) {
      ++adam_steps;
      const auto move = [&](auto& x, auto& m, auto& s, const auto& g) {
        m = o.beta1 * m + (1 - o.beta1) * g;
        s = o.beta2 * s + (1 - o.beta2) * g.cwiseProduct(g);
        for (Index i = 0; i < x.size(); ++i)
          x.data()[i] += rate_scale * o.learning_rate * (m.data()[i] / (1 - std::pow(o.beta1, adam_steps))) /
                         (std::sqrt(s.data()[i] / (1 - std::pow(o.beta2, adam_steps))) + o.epsilon);
      };
      move(W, velocity, second, gW);
      move(b, b_velocity, b_second, gb);
      move(c, c_velocity, c_second, gc);
    } else {
      velocity = o.momentum * velocity + rate_scale * o.learning_rate * gW;
      b_velocity = o.momentum * b_velocity + rate_scale * o.learning_rate * gb;
      c_velocity = o.momentum * c_velocity + rate_scale * o.learning_rate * gc;
      W += velocity;
      b += b_velocity;
      c += c_velocity;
    }
    if (!o.centering) return;
    b -= (W - W_before) * lambda;
    c -= (W - W_before).transpose() * mu;
  }
};

}  // namespace wakesleep::test
