// Examples as a feed-forward net is shown them: its inputs, and what its outputs are to be.
#pragma once

#include <span>
#include <string>

#include "math/slices.h"
#include "wakesleep/dataset.h"
#include "wakesleep/network.h"
#include "wakesleep/network_training_options.h"

namespace wakesleep {

// std::out_of_range naming the row and the column, or std::invalid_argument, unless these data have such targets for
// the net: the right widths, labels that are there and below the number of outputs, and for cross entropy targets
// between 0 and 1 that add up to 1 for a softmax. `name` is what they are called.
void check_targets(const NetworkShape& shape, const Dataset& data, Loss loss, Targets targets,
                   const std::string& name = "the data set");

// Rows of data that were checked.
class NetworkExamples {
 public:
  NetworkExamples(const NetworkShape& shape, const Dataset& data, Targets targets)
      : visible_(shape.layers.front()), outputs_(shape.layers.back()), data_(&data), targets_(targets) {}

  void read(std::span<const std::uint32_t> rows) { read({0, static_cast<Index>(rows.size())}, rows); }
  // Some of the rows; the first of them set the shapes of all.
  void read(const math::RowRange& some, std::span<const std::uint32_t> rows);
  Scratch& inputs() { return inputs_; }  // rows x inputs
  const Scratch& targets() const { return of_outputs_; }
  // Of a row whose targets are labels.
  int label(std::uint32_t row) const { return data_->labels()[row]; }

 private:
  Index visible_, outputs_;
  const Dataset* data_;
  Targets targets_;
  Scratch inputs_, of_outputs_, whole_;
};

// The largest of n outputs, the first of several.
Index largest_output(const float* y, Index n);

}  // namespace wakesleep
