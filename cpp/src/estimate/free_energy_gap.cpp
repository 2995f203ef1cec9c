#include "wakesleep/free_energy_gap.h"

#include <cmath>
#include <stdexcept>

namespace wakesleep {

FreeEnergyGapEstimate::FreeEnergyGapEstimate(const Rbm& rbm, const Dataset& training, const Dataset& validation)
    : training_(average_free_energy(rbm, training, training.count())),
      validation_(average_free_energy(rbm, validation, validation.count())) {
  if (rbm.labels() > 0 && training.has_labels() != validation.has_labels())
    throw std::out_of_range(
        "training and validation data must both have labels or neither: F(v, y) and F(v) differ by more than "
        "a gap");
}

FreeEnergyGap FreeEnergyGapEstimate::result() const {
  const Average training = training_.result(), validation = validation_.result();
  return {training, validation, validation.mean - training.mean,
          std::sqrt(training.error * training.error + validation.error * validation.error)};
}

FreeEnergyGap free_energy_gap(const Rbm& rbm, const Dataset& training, const Dataset& validation) {
  FreeEnergyGapEstimate estimate(rbm, training, validation);
  while (estimate.step()) {
  }
  return estimate.result();
}

}  // namespace wakesleep
