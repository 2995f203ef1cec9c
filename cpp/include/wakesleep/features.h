// What a unit of a deep layer responds to, as an image.
#pragma once

#include <memory>
#include <vector>

#include "wakesleep/dbn.h"

namespace wakesleep {

// The weighted sum of the features below, (W_1 W_2 .. W_l)' (Lee, Grosse, Ranganath and Ng 2009, "Convolutional deep
// belief networks for scalable unsupervised learning of hierarchical representations"): units x visible, in the units
// of a weight. layer: 1 .. depth(); units: of that layer, all of them when empty. std::out_of_range otherwise.
Matrix summed_features(const Dbn& dbn, Index layer, std::vector<Index> units = {});

// The same, some units a step. The net must outlive it.
class SummedFeatures {
 public:
  SummedFeatures(const Dbn& dbn, Index layer, std::vector<Index> units = {});
  SummedFeatures(SummedFeatures&&) noexcept;
  SummedFeatures& operator=(SummedFeatures&&) noexcept;
  ~SummedFeatures();
  bool step();  // false when nothing was left to do
  double done() const;
  const Matrix& images() const;  // valid once step() has returned false
  const std::vector<Index>& units() const;

 private:
  class Work;
  std::unique_ptr<Work> work_;
};

struct Activations {
  VectorD values;   // one a row
  Matrix gradient;  // rows x visible: of each value by its row of x
};

// The input (bias included) of unit units[r] of a layer when the means pass upwards from row r of x, or that unit's
// mean. At a top with labels these are summed out: the expectation of either under p(y | the means below).
enum class Response { input, mean };
Activations unit_activations(const Dbn& dbn, Index layer, const std::vector<Index>& units, const MatrixView& x,
                             Response response);

struct MaximisationOptions {
  Index iterations = 200;  // 1 .. 100,000
  // > 0, <= 10: the most that a pixel that is not held by the box changes in the first iteration; falls to 0.
  double rate = 0.1;
  Response response = Response::input;  // what is raised
  // 0: pixels stay between the two values that their units have ([0, 1] for Bernoulli units). Above 0, at most 10^6:
  // the image keeps this Euclidean norm, and pixels have any sign; images of Gaussian visible units need one.
  double norm = 0;
};

// Activation maximisation (Erhan, Bengio, Courville and Vincent 2009, "Visualizing higher-layer features of a deep
// network"): gradient ascent in the image, with the constraint, from the weighted sum scaled into it. Deterministic.
class ActivationMaximisation {
 public:
  // std::out_of_range for an option, a layer or a unit that cannot be; std::invalid_argument for hidden units up to the
  // layer that are not Bernoulli units, and for visible units whose values do not move one by one (groups, counts), or
  // are bounded on one side only (relu). The net must outlive this.
  ActivationMaximisation(const Dbn& dbn, Index layer, std::vector<Index> units = {},
                         const MaximisationOptions& options = {});
  ActivationMaximisation(ActivationMaximisation&&) noexcept;
  ActivationMaximisation& operator=(ActivationMaximisation&&) noexcept;
  ~ActivationMaximisation();
  // One iteration of some units, or before the first some weighted sums; false when nothing was left to do.
  bool step();
  double done() const;
  // Valid once step() has returned false: the best images, units x visible, and what they bring about.
  const Matrix& images() const;
  const VectorD& activations() const;

 private:
  class Work;
  std::unique_ptr<Work> work_;
};

}  // namespace wakesleep
