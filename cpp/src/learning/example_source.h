// Where a training takes its mini-batches from: a data set as it is, or a data set seen through the trained layers of a
// DBN.
#pragma once

#include <cstdint>
#include <span>

#include "math/slices.h"
#include "models/layer.h"
#include "wakesleep/dataset.h"
#include "wakesleep/dbn.h"
#include "wakesleep/layer_states.h"
#include "wakesleep/training.h"

namespace wakesleep {

class ExampleSource {
 public:
  // The examples of `data` as layer `layer` of the net sees them (0: as they are, and net may be null). The layers
  // below hand up means or samples; `shape` is that of the RBM in training, whose label units take the columns past its
  // visible ones. `scales`, where there are any, are those of the layers below, one each.
  ExampleSource(const Dataset& data, const Dbn* net, Index layer, const RbmShape& shape, const TrainingOptions& options,
                std::span<const InputScales> scales = {});
  // The first `width` values of examples as Bernoulli units have them, without labels.
  ExampleSource(const Dataset& data, Index width, States data_states, std::uint64_t seed);

  // Without the examples of weight 0, which are not there: rows are numbered without them.
  Index count() const { return kept_.empty() ? data_->count() : static_cast<Index>(kept_.size()); }
  // The numbers in the data set of these rows; valid until the next call.
  std::span<const std::uint32_t> in_data(std::span<const std::uint32_t> rows);
  // What the layers below take for an example.
  double multiplications() const;
  // Sampled states depend on the epoch, so that grey data are sampled anew whenever they are shown.
  void read(std::span<const std::uint32_t> rows, std::uint64_t epoch, LayerStates& batch) {
    read({0, static_cast<Index>(rows.size())}, rows, epoch, batch);
  }
  // Reads the next of these rows, as many as a slice of work has, to their places in `batch`; `there` counts those that
  // are there. True when all of them are. of_row: what the caller then does with a row, in multiplications.
  bool read_some(Index& there, std::span<const std::uint32_t> rows, std::uint64_t epoch, LayerStates& batch,
                 double of_row = 0);

 private:
  // `batch` has some of the rows alone.
  void read(math::RowRange some, std::span<const std::uint32_t> rows, std::uint64_t epoch, LayerStates& batch);
  const units::Type& lowest_type() const { return units::type_of(lowest_units_.type); }
  void widen(LayerStates& states, Index width);

  const Dataset* data_;
  const Dbn* net_;
  Index layer_;
  Index visible_, labels_;
  States data_states_, up_states_;
  std::uint64_t seed_;
  std::vector<std::uint32_t> kept_, in_data_;  // kept_: the rows of a weight above 0, where others have none
  Units lowest_units_;
  std::vector<InputScales> scales_;
  Vector scaled_bias_;
  LayerStates input_, next_, some_;
  LayerSampler sampler_;
};

}  // namespace wakesleep
