// Estimators that go on in slices, and features, of both kinds of model: one handle for all of them.
#pragma once

#include <memory>
#include <variant>
#include <vector>

#include "bindings/bindings.h"
#include "wakesleep/features.h"
#include "wakesleep/free_energy_gap.h"
#include "wakesleep/pseudo_likelihood.h"
#include "wakesleep/variational_bound.h"

namespace wakesleep::bindings {

// Holds what it works on: models and data live at least as long as it does.
struct EstimateHandle {
  std::shared_ptr<void> model;
  std::vector<std::shared_ptr<Dataset>> data;
  std::variant<DatasetAverage, FreeEnergyGapEstimate, VariationalBound, ActivationMaximisation> work;
};
using Estimate = std::unique_ptr<EstimateHandle>;

// Examples are `data`, or, where it is null, the rows of `values`.
Estimate start_pseudo_likelihood(std::shared_ptr<Rbm> rbm, std::shared_ptr<Dataset> data, val values, val options);
Estimate start_free_energy_gap(std::shared_ptr<Rbm> rbm, std::shared_ptr<Dataset> training,
                               std::shared_ptr<Dataset> validation);
Estimate start_bound(std::shared_ptr<Dbn> dbn, std::shared_ptr<Dataset> data, val values, val options);
// units: a Uint32Array, empty for all.
val summed(const Dbn& dbn, int layer, val units);
Estimate start_maximisation(std::shared_ptr<Dbn> dbn, int layer, val units, val options);
std::shared_ptr<Dataset> examples_of_top(const Dbn& dbn, const Dataset& data);

}  // namespace wakesleep::bindings
