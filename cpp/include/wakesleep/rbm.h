// The restricted Boltzmann machine with Bernoulli units (Smolensky 1986; Hinton 2002) and, optionally, one softmax group of
// label units joined to the visible side (Hinton, Osindero and Teh 2006).
//
//   E(v, h) = -b'v - c'h - v'Wh,   F(v) = -b'v - sum_j log(1 + exp(c_j + v'W_j)),   p(v) = exp(-F(v)) / Z.
//
// With labels, v is (image, label): the rows of W and the entries of b past `visible` belong to the label units.
#pragma once

#include <cstdint>
#include <vector>

#include "wakesleep/dataset.h"
#include "wakesleep/matrix.h"

namespace wakesleep {

struct RbmShape {
  Index visible = 0;
  Index hidden = 0;
  Index labels = 0;  // 0, or the size of the softmax group: at least 2
  bool operator==(const RbmShape&) const = default;
};

// std::out_of_range unless 1 <= units <= 2^20, the labels are none or at least 2, and there are at most 2^27 weights.
void check(const RbmShape& shape);

// What is needed to go on exactly where training stopped. It stays with the model between calls of training.
struct RbmTrainingState {
  std::uint64_t epoch = 0;  // whole epochs done
  std::uint64_t batch = 0;  // batches done of the epoch that has begun
  std::uint64_t step = 0;   // batches done in all: the position of the random numbers
  Matrix W_velocity;        // empty until the first batch
  Vector b_velocity, c_velocity;
  BitMatrix chains;  // hidden states of the persistent chains, chains x hidden; empty without PCD
};

class Rbm {
 public:
  // Weights from N(0, 0.01^2), biases zero (Hinton 2012, section 8). std::out_of_range for a shape that check refuses.
  explicit Rbm(const RbmShape& shape, std::uint64_t seed = 1);
  // With these parameters, which set_parameters describes.
  Rbm(const RbmShape& shape, std::uint64_t seed, Matrix W, Vector b, Vector c);

  const RbmShape& shape() const { return shape_; }
  Index visible() const { return shape_.visible; }
  Index hidden() const { return shape_.hidden; }
  Index labels() const { return shape_.labels; }
  Index width() const { return shape_.visible + shape_.labels; }
  std::uint64_t seed() const { return seed_; }

  const Matrix& W() const { return W_; }  // width x hidden
  const Vector& b() const { return b_; }  // width
  const Vector& c() const { return c_; }  // hidden
  // std::out_of_range when a shape is wrong or a value is not finite; nothing is changed then. Forgets the training state.
  void set_parameters(Matrix W, Vector b, Vector c);

  // In all of these x is rows x visible or rows x width with values in [0, 1]; std::out_of_range otherwise. Without its label
  // columns, mean_h_from_v takes the label units as off, free_energy sums over the labels.
  Matrix mean_h_from_v(const MatrixView& x, double temperature = 1) const;
  Matrix mean_v_from_h(const MatrixView& h, double temperature = 1) const;  // h: rows x hidden; result rows x width
  VectorD energy(const MatrixView& v, const MatrixView& h) const;           // v: rows x width
  VectorD free_energy(const MatrixView& x) const;
  // F(v, y) of every label y, exactly: rows x labels. x: rows x visible.
  MatrixD label_free_energy(const MatrixView& x) const;
  // p(y | v), from `iterations` of mean-field updates that start at a neutral label (every label 1 / labels).
  Matrix label_mean_field(const MatrixView& x, Index iterations) const;
  // Mean of v after `steps` (at least 1) of Gibbs sampling that start at x: rows x visible.
  Matrix reconstruct(const MatrixView& x, Index steps, std::uint64_t seed, double temperature = 1) const;

  RbmTrainingState& training_state() { return training_; }
  const RbmTrainingState& training_state() const { return training_; }

  // For the learning rules, which write in place.
  Matrix& mutable_W() { return W_; }
  Vector& mutable_b() { return b_; }
  Vector& mutable_c() { return c_; }

 private:
  RbmShape shape_;
  std::uint64_t seed_;
  Matrix W_;
  Vector b_, c_;
  RbmTrainingState training_;
};

// Checks x against a model: its columns must be `columns` or, where that is allowed, `other`, its values finite and in [0, 1].
void check_examples(const char* name, const MatrixView& x, Index columns, Index other = -1);

}  // namespace wakesleep
