// Where a training takes its mini-batches from: a data set as it is, or a data set seen through the trained layers of a DBN.
#pragma once

#include <cstdint>
#include <span>

#include "math/products.h"
#include "wakesleep/dataset.h"
#include "wakesleep/dbn.h"
#include "wakesleep/training.h"

namespace wakesleep {

// Visible states of an RBM, label units included: bits where they are binary, real values else. Buffers are reused.
struct Batch {
  bool binary = false;
  BitMatrix bits;  // rows x width
  Scratch real;

  Index rows() const { return binary ? bits.rows() : real.rows(); }
};

// What weighs the input from the other layer, as if that layer were there so many times with the same weights (tied copies,
// which the pretraining of a deep Boltzmann machine uses; dbm_training.h). Labels are there once.
struct InputScales {
  float up = 1, down = 1;  // of the hidden units' input and of the visible units'
};
// The bias whose units have the input scale * (this + weighted sum): sampling takes the scale as an inverse temperature.
const Vector& bias_before_scale(const Vector& bias, Index units, float scale, Vector& buffer);

class ExampleSource {
 public:
  // The examples of `data` as layer `layer` of the net sees them (0: as they are, and net may be null). The layers below hand
  // up means or samples; `shape` is that of the RBM in training, whose label units take the
  // columns past its visible ones.
  // `scales`, where there are any, are those of the layers below, one each.
  ExampleSource(const Dataset& data, const Dbn* net, Index layer, const RbmShape& shape, const TrainingOptions& options,
                std::span<const InputScales> scales = {});

  Index count() const { return data_->count(); }
  // Sampled states depend on the epoch, so that grey data are sampled anew whenever they are shown.
  void read(std::span<const std::uint32_t> rows, std::uint64_t epoch, Batch& batch);

 private:
  const Dataset* data_;
  const Dbn* net_;
  Index layer_;
  Index visible_, labels_;
  States data_states_, up_states_;
  std::uint64_t seed_;
  Scratch input_, means_, output_;
  BitMatrix input_bits_, next_bits_;
  std::vector<InputScales> scales_;
  Vector scaled_bias_;
  math::Workspace workspace_;
};

}  // namespace wakesleep
