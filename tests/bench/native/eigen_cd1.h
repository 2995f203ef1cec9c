// CD-1 (Hinton 2002) as a textbook has it, written with Eigen at its best: whole batches as matrices, an example a row;
// vectorised logistic function and random numbers; every buffer made once; products, sampling and update on all
// threads.
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cstdint>

#include "protocol.h"

namespace bench {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using RowVector = Eigen::RowVectorXf;

// Sixteen generators xorshift32 (Marsaglia 2003) side by side, which compilers turn into vector instructions.
class Uniform {
 public:
  static constexpr int lanes = 16;

  explicit Uniform(std::uint32_t seed) {
    for (int i = 0; i < lanes; ++i) state_[i] = seed = seed * 747796405u + 2891336453u;
  }

  // 1 where a uniform number is below the mean, else 0.
  void sample(const float* means, float* states, Eigen::Index size) {
    for (Eigen::Index begin = 0; begin < size; begin += lanes) {
      const int count = static_cast<int>(std::min<Eigen::Index>(lanes, size - begin));
      if (count == lanes) {
        sample_lanes(means + begin, states + begin);
      } else {
        float some[lanes] = {}, sampled[lanes];
        std::copy_n(means + begin, count, some);
        sample_lanes(some, sampled);
        std::copy_n(sampled, count, states + begin);
      }
    }
  }

 private:
  void sample_lanes(const float* means, float* states) {
    for (int i = 0; i < lanes; ++i) {
      std::uint32_t x = state_[i];
      x ^= x << 13;
      x ^= x >> 17;
      x ^= x << 5;
      state_[i] = x;
      states[i] = static_cast<float>(static_cast<std::int32_t>(x >> 8)) * 0x1p-24f < means[i] ? 1.0f : 0.0f;
    }
  }

  alignas(64) std::uint32_t state_[lanes];
};

class EigenCd1 {
 public:
  EigenCd1(const Arguments& given)
      : W(Eigen::Map<const Matrix>(given.W.data(), visible, hidden)),
        b(Eigen::Map<const RowVector>(given.b.data(), visible)),
        c(Eigen::Map<const RowVector>(given.c.data(), hidden)),
        images_(given.images),
        threads_(given.threads) {
    for (int i = 0; i < threads_; ++i) uniform_.emplace_back(static_cast<std::uint32_t>(i + 1));
    Eigen::setNbThreads(threads_);
  }

  void step() {
    load();
    auto v0 = v_.topRows(batch_size), v1 = v_.bottomRows(batch_size);
    auto h0 = h_.topRows(batch_size), h1 = h_.bottomRows(batch_size);

    h_means_.noalias() = v0 * W;
    sample(h_means_, c, h0);
    v_means_.noalias() = h0 * W.transpose();
    sample(v_means_, b, v1);
    h_means_.noalias() = v1 * W;
    sample(h_means_, c, h1);

    // Both phases in one product, (v0; v1)'(h0; -h1), scaled where it is small.
    constexpr float rate = learning_rate / batch_size;
    b_velocity_ = momentum * b_velocity_ + rate * (v0.colwise().sum() - v1.colwise().sum());
    c_velocity_ = momentum * c_velocity_ + rate * (h0.colwise().sum() - h1.colwise().sum());
    b += b_velocity_;
    c += c_velocity_;
    h0 *= rate;
    h1 *= -rate;
    gradient_.noalias() = v_.transpose() * h_;
    update();
  }

  Matrix W;
  RowVector b, c;

 private:
  // The next batch as floats.
  void load() {
    if (next_ + batch_size * visible > images_.size()) next_ = 0;
    v_.topRows(batch_size) =
        Eigen::Map<const Eigen::Matrix<std::uint8_t, batch_size, visible, Eigen::RowMajor>>(images_.data() + next_)
            .cast<float>();
    next_ += batch_size * visible;
  }

  // means = logistic(means + bias), states sampled from them.
  template <class States>
  void sample(Matrix& means, const RowVector& bias, States&& states) {
#pragma omp parallel for schedule(static) num_threads(threads_)
    for (int t = 0; t < threads_; ++t) {
      const Eigen::Index first = batch_size * t / threads_, end = batch_size * (t + 1) / threads_;
      for (Eigen::Index r = first; r < end; ++r) {
        means.row(r) = (means.row(r) + bias).array().logistic();
        uniform_[static_cast<std::size_t>(t)].sample(&means(r, 0), &states(r, 0), means.cols());
      }
    }
  }

  void update() {
#pragma omp parallel for schedule(static) num_threads(threads_)
    for (Eigen::Index i = 0; i < visible; ++i) {
      W_velocity_.row(i) = momentum * W_velocity_.row(i) + gradient_.row(i) - learning_rate * weight_decay * W.row(i);
      W.row(i) += W_velocity_.row(i);
    }
  }

  const std::vector<std::uint8_t>& images_;
  std::size_t next_ = 0;
  int threads_;
  std::vector<Uniform> uniform_;
  Matrix v_{2 * batch_size, visible}, h_{2 * batch_size, hidden};  // the positive phase above the negative one
  Matrix v_means_{batch_size, visible}, h_means_{batch_size, hidden};
  Matrix gradient_{visible, hidden}, W_velocity_ = Matrix::Zero(visible, hidden);
  RowVector b_velocity_ = RowVector::Zero(visible), c_velocity_ = RowVector::Zero(hidden);
};

}  // namespace bench
