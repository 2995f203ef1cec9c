// Feed-forward nets written out by hand, in double precision and with plain loops: what they compute and lose, and
// their learning with the engine's own random numbers.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "math/philox.h"
#include "models/network_layers.h"
#include "wakesleep/network_training.h"
#include "wakesleep/random.h"

namespace wakesleep::test {

struct NetworkByHand {
  NetworkTrainingOptions o;
  NetworkShape shape;
  std::vector<MatrixD> W;
  std::vector<VectorD> b;
  std::vector<MatrixD> W_kept, W_second;  // velocity or first moment, and second moment
  std::vector<VectorD> b_kept, b_second;
  int adam_steps = 0;

  explicit NetworkByHand(const Network& net, const NetworkTrainingOptions& options = {})
      : o(options), shape(net.shape()) {
    for (Index l = 0; l < net.depth(); ++l) {
      W.push_back(net.W(l).cast<double>());
      b.push_back(net.b(l).cast<double>());
      W_kept.push_back(MatrixD::Zero(net.W(l).rows(), net.W(l).cols()));
      b_kept.push_back(VectorD::Zero(net.b(l).size()));
    }
    W_second = W_kept;
    b_second = b_kept;
  }

  std::size_t depth() const { return W.size(); }
  Loss loss_kind() const { return loss_of(shape, o.loss); }

  static VectorD activated(Activation activation, const VectorD& x) {
    VectorD y = x;
    double sum = 0;
    for (Index i = 0; i < x.size(); ++i) {
      switch (activation) {
        case Activation::sigmoid:
          y[i] = 1 / (1 + std::exp(-x[i]));
          break;
        case Activation::relu:
          y[i] = std::max(0.0, x[i]);
          break;
        case Activation::linear:
          break;
        case Activation::softmax:
          sum += y[i] = std::exp(x[i] - x.maxCoeff());
          break;
      }
    }
    return activation == Activation::softmax ? VectorD(y / sum) : y;
  }
  // d f(x)_i / d x_j.
  static MatrixD jacobian(Activation activation, const VectorD& x) {
    const VectorD y = activated(activation, x);
    MatrixD J = MatrixD::Zero(x.size(), x.size());
    for (Index i = 0; i < x.size(); ++i)
      for (Index j = 0; j < x.size(); ++j) {
        const double same = i == j ? 1 : 0;
        switch (activation) {
          case Activation::sigmoid:
            J(i, j) = same * y[i] * (1 - y[i]);
            break;
          case Activation::relu:
            J(i, j) = same * (x[i] > 0 ? 1 : 0);
            break;
          case Activation::linear:
            J(i, j) = same;
            break;
          case Activation::softmax:
            J(i, j) = y[i] * (same - y[j]);
            break;
        }
      }
    return J;
  }

  // Inputs of each layer above layer 0, of one example; factors: what each layer's states are multiplied with (0 of
  // those that are left out).
  std::vector<VectorD> inputs_of_layers(const VectorD& x, const std::vector<VectorD>& factors = {}) const {
    std::vector<VectorD> inputs;
    VectorD y = x;
    for (std::size_t l = 0; l < depth(); ++l) {
      inputs.push_back(b[l] + W[l].transpose() * y);
      y = activated(shape.activations[l], inputs.back());
      if (l < factors.size() && factors[l].size() > 0) y = y.cwiseProduct(factors[l]);
    }
    return inputs;
  }
  VectorD output(const VectorD& x) const { return activated(shape.activations.back(), inputs_of_layers(x).back()); }

  double loss(const VectorD& x, const VectorD& t, const std::vector<VectorD>& factors = {}) const {
    const VectorD y = activated(shape.activations.back(), inputs_of_layers(x, factors).back());
    if (loss_kind() == Loss::squared_error) return (y - t).squaredNorm() / 2;
    double sum = 0;
    for (Index i = 0; i < y.size(); ++i) {
      sum -= t[i] * std::log(y[i]);
      if (shape.activations.back() == Activation::sigmoid) sum -= (1 - t[i]) * std::log(1 - y[i]);
    }
    return sum;
  }
  double mean_loss(const MatrixD& x, const MatrixD& t) const {
    double sum = 0;
    for (Index r = 0; r < x.rows(); ++r) sum += loss(x.row(r).transpose(), t.row(r).transpose());
    return sum / static_cast<double>(x.rows());
  }

  // Every parameter, as a reference.
  template <class F>
  void each(F&& f) {
    for (std::size_t l = 0; l < depth(); ++l) {
      for (Index i = 0; i < W[l].size(); ++i) f(l, true, i, W[l].data()[i]);
      for (Index i = 0; i < b[l].size(); ++i) f(l, false, i, b[l].data()[i]);
    }
  }

  double uniform(Stream stream, std::uint64_t step, std::size_t layer, Index row, Index column) const {
    float numbers[16];
    math::uniform_numbers({o.seed, stream, 32 * step + layer}, static_cast<std::uint32_t>(row),
                          static_cast<std::uint32_t>(column / 16), numbers);
    return static_cast<double>(numbers[column % 16]);
  }

  // The gradient by the chain rule, and a step.
  void batch(MatrixD x, const MatrixD& t, std::uint64_t step) {
    const Index rows = x.rows();
    for (Index r = 0; r < rows; ++r)
      for (Index i = 0; i < x.cols(); ++i) {
        if (o.corruption > 0 && !(uniform(NetworkStream::corruption, step, 0, r, i) < 1 - o.corruption)) x(r, i) = 0;
        if (o.input_dropout > 0)
          x(r, i) = uniform(NetworkStream::dropout, step, 0, r, i) < 1 - o.input_dropout
                        ? x(r, i) / (1 - o.input_dropout)
                        : 0;
      }
    std::vector<MatrixD> dW;
    std::vector<VectorD> db;
    for (std::size_t l = 0; l < depth(); ++l) {
      dW.push_back(MatrixD::Zero(W[l].rows(), W[l].cols()));
      db.push_back(VectorD::Zero(b[l].size()));
    }
    for (Index r = 0; r < rows; ++r) {
      std::vector<VectorD> factors;
      for (std::size_t l = 0; o.dropout > 0 && l + 1 < depth(); ++l) {
        factors.emplace_back();
        const Activation a = shape.activations[l];
        if (a != Activation::sigmoid && a != Activation::relu) continue;
        factors.back() = VectorD::Zero(b[l].size());
        for (Index i = 0; i < b[l].size(); ++i)
          if (uniform(NetworkStream::dropout, step, l + 1, r, i) < 1 - o.dropout)
            factors.back()[i] = 1 / (1 - o.dropout);
      }
      const VectorD example = x.row(r).transpose(), target = t.row(r).transpose();
      const std::vector<VectorD> inputs = inputs_of_layers(example, factors);
      const VectorD y = activated(shape.activations.back(), inputs.back());
      VectorD of_y(y.size());
      for (Index i = 0; i < y.size(); ++i)
        of_y[i] = loss_kind() == Loss::squared_error                ? y[i] - target[i]
                  : shape.activations.back() == Activation::sigmoid ? (y[i] - target[i]) / (y[i] * (1 - y[i]))
                                                                    : -target[i] / y[i];
      VectorD d = jacobian(shape.activations.back(), inputs.back()).transpose() * of_y;
      for (std::size_t l = depth(); l-- > 0;) {
        VectorD below = l == 0 ? example : activated(shape.activations[l - 1], inputs[l - 1]);
        const bool some = l > 0 && l - 1 < factors.size() && factors[l - 1].size() > 0;
        if (some) below = below.cwiseProduct(factors[l - 1]);
        dW[l] += below * d.transpose() / static_cast<double>(rows);
        db[l] += d / static_cast<double>(rows);
        if (l == 0) break;
        VectorD of_states = W[l] * d;
        if (some) of_states = of_states.cwiseProduct(factors[l - 1]);
        d = jacobian(shape.activations[l - 1], inputs[l - 1]).transpose() * of_states;
      }
    }
    ++adam_steps;
    for (std::size_t l = static_cast<std::size_t>(o.frozen_layers); l < depth(); ++l) {
      for (Index i = 0; i < W[l].size(); ++i) {
        double& w = W[l].data()[i];
        const double sign = w > 0 ? 1 : w < 0 ? -1 : 0;
        move(w, -dW[l].data()[i] - o.weight_decay * w - o.l1 * sign, W_kept[l].data()[i], W_second[l].data()[i]);
      }
      for (Index i = 0; i < b[l].size(); ++i) move(b[l][i], -db[l][i], b_kept[l][i], b_second[l][i]);
      for (Index j = 0; o.max_norm && j < W[l].cols(); ++j)
        if (const double length = W[l].col(j).norm(); length > *o.max_norm) W[l].col(j) *= *o.max_norm / length;
    }
  }

  void move(double& at, double g, double& kept, double& second) const {
    if (o.optimizer == OptimizerKind::sgd) {
      kept = o.momentum * kept + o.learning_rate * g;
      at += kept;
      return;
    }
    kept = o.beta1 * kept + (1 - o.beta1) * g;
    second = o.beta2 * second + (1 - o.beta2) * g * g;
    at += o.learning_rate * (kept / (1 - std::pow(o.beta1, adam_steps))) /
          (std::sqrt(second / (1 - std::pow(o.beta2, adam_steps))) + o.epsilon);
  }
};

}  // namespace wakesleep::test
