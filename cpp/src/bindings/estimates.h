// Beginnings of estimates of RBMs and DBNs. Examples are a data set, or a Float32Array of whole rows.
#pragma once

#include <memory>
#include <optional>

#include "bindings/computation.h"
#include "wakesleep/ais.h"
#include "wakesleep/dbn.h"

namespace wakesleep::bindings {

using ComputationPointer = std::unique_ptr<Computation>;

ComputationPointer start_pseudo_likelihood(std::shared_ptr<Rbm> rbm, val x, val options);
ComputationPointer start_free_energy_gap(std::shared_ptr<Rbm> rbm, std::shared_ptr<Dataset> training,
                                         std::shared_ptr<Dataset> validation);
ComputationPointer start_bound(std::shared_ptr<Dbn> dbn, val x, val options);
// units: a Uint32Array, empty for all.
ComputationPointer start_summed_features(std::shared_ptr<Dbn> dbn, int layer, val units);
ComputationPointer start_maximisation(std::shared_ptr<Dbn> dbn, int layer, val units, val options);

// log Z. `data` is null or the data set whose means are the base rates, and whose examples chains start at.
ComputationPointer start_log_partition(std::shared_ptr<Rbm> rbm, val words);
ComputationPointer start_ais(std::shared_ptr<Rbm> rbm, val options, std::shared_ptr<Dataset> data);
// That of a DBN's top, which sees upward means of the data.
ComputationPointer start_log_partition_of_top(std::shared_ptr<Dbn> dbn, val words);
ComputationPointer start_ais_of_top(std::shared_ptr<Dbn> dbn, val options, std::shared_ptr<Dataset> data);

AisOptions ais_options(const val& options, std::optional<Index> words);
val object_of(const LogPartition& found);

}  // namespace wakesleep::bindings
