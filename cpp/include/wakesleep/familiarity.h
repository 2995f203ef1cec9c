// Whether an image is like those that a model with labels learned from. Every image has a best label, noise too; its
// free energy alone does not tell, since it mostly follows the amount of ink (Z cancels among the labels of one image,
// and not between images). So an image is held against training images with as much ink that were read as the same
// label. Its statistics are
//
//   of each machine, the lowest first: the free energy F(x) of its visible units' means x, labels summed out; the cross
//     entropy -sum_i x_i log p_i + (1 - x_i) log(1 - p_i) of x and its reconstruction p from the hidden means; the
//     entropy of the hidden units given x. With free energies of layers that have hidden means for x, these are the
//     terms of the variational free energy (variational_bound.h), mean field in place of samples;
//   log(0.05 + m), m the margin: the free energy of the second best label less that of the best, in nats.
//
// Each statistic s becomes z = (s - e(u)) / d(u), with u the ink (the mean of the image's values) in standard
// deviations from the training images' mean, e a parabola fitted to the training images of that label by least squares,
// and d a line fitted to their distances from it. A small net, one hidden layer of sigmoids, then weighs sign(z) log(1
// + |z|), the same of u, and the label. It has learned (calibration.h) to tell training images from ones that were made
// of them, as turned, mirrored or shuffled, and its log-odds less those that only a chosen share of the training images
// exceeds are the image's strangeness: what is above 0 is not familiar.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "wakesleep/matrix.h"

namespace wakesleep {

class Rbm;
class Dbn;

struct Familiarity {
  static constexpr Index units = 16;  // hidden ones of the net
  static constexpr Index terms =
      6;  // of each statistic: e's three, lowest power first, d's two, and the least that d is

  Vector ink{};       // mean and standard deviation over the training images of the mean of their values
  Matrix expected{};  // labels x (statistics x terms)
  Matrix W{};         // (1 + statistics + labels) x units
  Vector b{}, w{};    // units; units
  Vector threshold = Vector::Zero(1);  // of w' sigmoid(b + zW)

  bool operator==(const Familiarity& other) const;
};

// What a model says of rows of images, and of how familiar they are.
struct FamiliarityStatistics {
  MatrixD label_free_energy;  // rows x labels
  MatrixD values;             // rows x statistics
  VectorD ink;                // rows
};
inline Index familiarity_statistics(Index machines) { return 3 * machines + 1; }

// x: rows x visible. std::invalid_argument for a model without label units or with other than Bernoulli units,
// std::out_of_range for rows that do not fit.
FamiliarityStatistics familiarity_statistics(const Rbm& rbm, const MatrixView& x);
FamiliarityStatistics familiarity_statistics(const Dbn& dbn, const MatrixView& x);
// std::invalid_argument as above.
void check_familiarity(const Rbm& rbm);
void check_familiarity(const Dbn& dbn);

// The net's inputs of rows: rows x (1 + statistics + labels).
Matrix familiarity_inputs(const Familiarity& familiarity, const FamiliarityStatistics& of);
// A value a row, in nats; above 0 is not familiar.
VectorD strangeness(const Familiarity& familiarity, const FamiliarityStatistics& of);

// std::out_of_range for a wrong shape, a value that is not finite, a deviation that is not above 0.
void check(const Familiarity& familiarity, Index labels, Index machines);

// A model's, as long as the model is the same: changing its parameters drops it.
class KeptFamiliarity {
 public:
  const Familiarity* get(std::uint64_t changes) const { return kept_ && changes_ == changes ? &*kept_ : nullptr; }
  void set(std::optional<Familiarity> familiarity, std::uint64_t changes) {
    kept_ = std::move(familiarity);
    changes_ = changes;
  }

 private:
  std::optional<Familiarity> kept_;
  std::uint64_t changes_ = 0;
};

}  // namespace wakesleep
