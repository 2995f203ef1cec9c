// The restricted Boltzmann machine (Smolensky 1986; Hinton 2002) with units of any type on its two sides (units.h) and,
// optionally, one softmax group of label units joined to the visible side (Hinton, Osindero and Teh 2006). With
// Bernoulli units
//
//   E(v, h) = -b'v - c'h - v'Wh,   F(v) = -b'v - sum_j log(1 + exp(c_j + v'W_j)),   p(v) = exp(-F(v)) / Z.
//
// Other types have their own terms in place of -b'v, and their own sum or integral in place of the logarithm; states of
// Gaussian units stand in v'Wh divided by their variance. With labels, v is (image, label): the rows of W and the
// entries of b past `visible` belong to the label units.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "wakesleep/dataset.h"
#include "wakesleep/familiarity.h"
#include "wakesleep/first_weights.h"
#include "wakesleep/layer_states.h"
#include "wakesleep/matrix.h"
#include "wakesleep/random.h"
#include "wakesleep/training_state.h"
#include "wakesleep/units.h"

namespace wakesleep {

struct RbmShape {
  Index visible = 0;
  Index hidden = 0;
  Index labels = 0;  // 0, or the size of the softmax group: at least 2
  Units visible_units{}, hidden_units{};
  bool operator==(const RbmShape&) const = default;
};

// std::out_of_range unless 1 <= units <= 2^20, the labels are none or at least 2, there are at most 2^27 weights, no
// hidden units are counts of words, and groups fit. std::invalid_argument for groups, or a learned sigma, that units of
// the type do not have, and for groups that they lack.
void check(const RbmShape& shape);
// False with noisy-relu units, which are the conditionals of no energy.
bool has_energy(const RbmShape& shape);

// How states of one side are drawn given the other. The same options give the same states.
struct SampleOptions {
  std::uint64_t seed = 1;
  double temperature = 1;  // > 0: p^(1/T)
  Index words = 0;         // of each row, 1 .. 10^6, for a visible replicated softmax that is drawn; 0 for other types
  Index first = 0;         // the number of row 0, where the rows at hand are some of many
};

class Rbm {
 public:
  // Weights from N(0, 0.01^2), biases zero, standard deviations 1 (Hinton 2012, section 8). std::out_of_range for a
  // shape that check refuses.
  explicit Rbm(const RbmShape& shape, std::uint64_t seed = 1);
  Rbm(const RbmShape& shape, std::uint64_t seed, Undrawn);
  // With these parameters, which set_parameters describes.
  Rbm(const RbmShape& shape, std::uint64_t seed, ParameterSet parameters);

  const RbmShape& shape() const { return shape_; }
  Index visible() const { return shape_.visible; }
  Index hidden() const { return shape_.hidden; }
  Index labels() const { return shape_.labels; }
  Index width() const { return shape_.visible + shape_.labels; }
  std::vector<Index> layers() const { return {shape_.visible, shape_.hidden}; }
  std::uint64_t seed() const { return seed_; }
  std::uint64_t next_seed() { return random_calls.next_seed(seed_); }  // of a call that was given none
  RandomCalls random_calls;

  const ParameterSet& parameters() const { return parameters_; }
  const Matrix& W() const { return parameters_.W; }
  const Vector& b() const { return parameters_.b; }
  const Vector& c() const { return parameters_.c; }
  const Vector& sigma_v() const { return parameters_.sigma_v; }
  const Vector& sigma_h() const { return parameters_.sigma_h; }
  const Vector& variance_v() const { return variance_v_; }  // sigma_v squared
  const Vector& variance_h() const { return variance_h_; }
  // std::out_of_range when a shape is wrong, a value is not finite, or a standard deviation is outside [least_sigma,
  // most_sigma]; nothing is changed then. Empty standard deviations leave a side's as they are. Forgets the training
  // state.
  void set_parameters(ParameterSet parameters);
  void set_parameters(Matrix W, Vector b, Vector c) { set_parameters({std::move(W), std::move(b), std::move(c)}); }
  // std::out_of_range for a wrong length or a value outside [least_sigma, most_sigma]; nothing is changed then.
  void set_sigma(Vector visible, Vector hidden);
  bool has_energy() const { return wakesleep::has_energy(shape_); }
  // Whether both sides are Bernoulli units (labels apart).
  bool is_bernoulli() const;
  // The largest singular value of W over the standard deviations, where both sides can grow without bound: from 1 on
  // the model has no partition function (of two relu sides: of the positive part of W). 0 where a side is bounded.
  double interaction_norm() const;

  // In all of these x is rows x visible or rows x width with values that the visible units can have or average to
  // (Bernoulli: in [0, 1]); std::out_of_range otherwise. Without its label columns the labels are summed out: of
  // free_energy, and of p(h | v) = sum_y p(y | v) p(h | v, y) in mean_h_from_v and sample_h_from_v (where units have no
  // energy, and so no p(y | v), label units count as off). Energies: std::invalid_argument for units of a type that has
  // none.
  Matrix mean_h_from_v(const MatrixView& x, double temperature = 1) const;
  // h: rows x hidden; result rows x width. For counts of words the result is the distribution of one word.
  Matrix mean_v_from_h(const MatrixView& h, double temperature = 1) const;
  // States drawn from p(h | v), rows x hidden, and from p(v | h), rows x width. std::out_of_range for options that are
  // not in their range.
  Matrix sample_h_from_v(const MatrixView& x, const SampleOptions& options) const;
  Matrix sample_v_from_h(const MatrixView& h, const SampleOptions& options) const;
  VectorD energy(const MatrixView& v, const MatrixView& h) const;  // v: rows x width
  VectorD free_energy(const MatrixView& x) const;
  // F(v, y) of every label y, exactly: rows x labels. x: rows x visible.
  MatrixD label_free_energy(const MatrixView& x) const;
  // p(y | v), from `iterations` of mean-field updates that start at a neutral label (every label 1 / labels).
  Matrix label_mean_field(const MatrixView& x, Index iterations) const;

  RbmTrainingState& training_state() { return training_; }
  const RbmTrainingState& training_state() const { return training_; }

  // What a calibration (calibration.h) found of the images that it was made for; null without, and once a parameter has
  // been set or learned since. set_familiarity: the errors of check_familiarity and check (familiarity.h).
  const Familiarity* familiarity() const { return familiarity_.get(changes_); }
  void set_familiarity(std::optional<Familiarity> familiarity);
  // How often parameters have been set, or handed out to be written.
  std::uint64_t changes() const { return changes_; }

  // For the learning rules, which write in place.
  Matrix& mutable_W() { return ++changes_, parameters_.W; }
  Vector& mutable_b() { return ++changes_, parameters_.b; }
  Vector& mutable_c() { return ++changes_, parameters_.c; }
  // sigma_i becomes sigma_i e^(move_i), kept within its bounds.
  void move_log_sigma(const Vector& move_v, const Vector& move_h);

 private:
  RbmShape shape_;
  std::uint64_t seed_;
  ParameterSet parameters_;
  Vector variance_v_, variance_h_;
  RbmTrainingState training_;
  KeptFamiliarity familiarity_;
  std::uint64_t changes_ = 0;
};

// Checks x against a model: its columns must be `columns` or, where that is allowed, `other`, its values finite and in
// [0, 1]. first_row: the number of its first row in messages.
void check_examples(const char* name, const MatrixView& x, Index columns, Index other = -1, Index first_row = 0);

}  // namespace wakesleep
