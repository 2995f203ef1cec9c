// The gradient of the log-likelihood, estimated from a mini-batch: statistics of the data minus statistics of the model after k
// steps of Gibbs sampling, which start at the data (CD-k, Hinton 2002) or at chains that go on for ever (PCD, Tieleman 2008).
#pragma once

#include "learning/example_source.h"
#include "learning/optimizer.h"
#include "math/conditional.h"

namespace wakesleep {

class ContrastiveDivergence {
 public:
  // The persistent chains are in rbm.training_state().chains; with Method::cd they are left alone.
  ContrastiveDivergence(Rbm& rbm, const TrainingOptions& options, const InputScales& scales = {});

  // The batch's buffers are taken and given back.
  void gradient(Batch& batch, std::uint64_t step, Gradient& out);
  // Of the last batch: mean squared difference of the visible units and their means after one step from the data, over at most
  // `reconstructed_rows` examples.
  double reconstruction_error() const { return reconstruction_error_; }

 private:
  static constexpr Index reconstructed_rows = 16;

  // One side of the gradient: states of both layers. `v` holds the visible ones, bits or means; `h` the hidden means where the
  // statistics are made of them.
  struct Phase {
    Batch v;
    Scratch h;
    BitMatrix h_states;
  };

  void draw_hidden(std::uint64_t place, bool sampled, Phase& phase);
  void draw_visible(const BitMatrix& h, std::uint64_t place, Batch& v, Index mean_rows);
  void restart(BitMatrix& chains, std::uint64_t place);
  void hold_labels(Batch& v);
  void negative_phase(std::uint64_t first_place, const BitMatrix& h);
  // Of the first examples, from the means of v_means_.
  void measure_reconstruction(const Batch& data);
  void add_statistics(const Phase& phase, float scale, Gradient& out);

  Rbm* rbm_;
  TrainingOptions options_;
  InputScales scales_;
  Vector scaled_bias_;
  Phase positive_, negative_;
  Scratch v_means_, label_inputs_, scaled_, v_transposed_, unpacked_;
  BitMatrix v_bits_transposed_, few_;
  math::Workspace workspace_;
  double reconstruction_error_ = 0;
};

}  // namespace wakesleep
