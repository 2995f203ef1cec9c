// The gradient of the log-likelihood, estimated from a mini-batch: statistics of the data minus statistics of the model after k
// steps of Gibbs sampling, which start at the data (CD-k, Hinton 2002) or at chains that go on for ever (PCD, Tieleman 2008).
#pragma once

#include "learning/example_source.h"
#include "learning/optimizer.h"
#include "math/products.h"

namespace wakesleep {

class ContrastiveDivergence {
 public:
  // The persistent chains are in rbm.training_state().chains; with Method::cd they are left alone.
  ContrastiveDivergence(Rbm& rbm, const TrainingOptions& options);

  // The batch's buffers are taken and given back.
  void gradient(Batch& batch, std::uint64_t step, Gradient& out);
  // Of the last batch: mean squared difference of the visible units and their means after one step from the data, over at most
  // `reconstructed_rows` examples where the negative phase does not start at the data.
  double reconstruction_error() const { return reconstruction_error_; }

 private:
  static constexpr Index reconstructed_rows = 16;

  // One side of the gradient: states of both layers. `batch` holds the visible ones, bits or means.
  struct Phase {
    Batch batch;
    Matrix h;
    BitMatrix h_states;
  };

  void hidden_means(const Batch& v, Matrix& h);
  void visible_means(const BitMatrix& h, Matrix& v);
  void sample_hidden(std::uint64_t place, Phase& phase);
  void negative_phase(std::uint64_t first_place, const Batch& data, BitMatrix& h);
  void hold_labels(Batch& v);
  void add_statistics(const Phase& phase, float scale, Gradient& out);

  Rbm* rbm_;
  TrainingOptions options_;
  Phase positive_, negative_;
  Matrix W_transposed_, scaled_, v_transposed_, v_means_;
  BitMatrix v_bits_transposed_, few_;
  math::Workspace workspace_;
  double reconstruction_error_ = 0;
};

}  // namespace wakesleep
