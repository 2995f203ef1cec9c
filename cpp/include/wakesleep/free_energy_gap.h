// The free-energy gap (Hinton 2012, "A practical guide to training restricted Boltzmann machines", section 6): the mean
// free energy of data kept apart, less that of training data. Z cancels. A model that begins to overfit shows it by a
// gap that grows.
#pragma once

#include "wakesleep/exact.h"

namespace wakesleep {

struct FreeEnergyGap {
  Average training, validation;
  double gap;    // validation.mean - training.mean
  double error;  // its standard error
};

class FreeEnergyGapEstimate {
 public:
  // std::out_of_range when the data do not fit the model, or, for a model with label units, only one of them has
  // labels. Model and data must outlive this.
  FreeEnergyGapEstimate(const Rbm& rbm, const Dataset& training, const Dataset& validation);
  bool step() { return training_.step() || validation_.step(); }  // some rows; false when nothing was left to do
  double done() const { return (training_.done() + validation_.done()) / 2; }
  FreeEnergyGap result() const;  // valid once step() has returned false

 private:
  DatasetAverage training_, validation_;
};

FreeEnergyGap free_energy_gap(const Rbm& rbm, const Dataset& training, const Dataset& validation);

}  // namespace wakesleep
