// Beginnings of estimates of RBMs and DBNs. Examples are a data set, or a Float32Array of whole rows.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "bindings/computation.h"
#include "wakesleep/ais.h"
#include "wakesleep/dbn.h"

namespace wakesleep::bindings {

ComputationPointer start_pseudo_likelihood(std::shared_ptr<Rbm> rbm, val x, val options);
ComputationPointer start_free_energy_gap(std::shared_ptr<Rbm> rbm, std::shared_ptr<Dataset> training,
                                         std::shared_ptr<Dataset> validation);
ComputationPointer start_bound(std::shared_ptr<Dbn> dbn, val x, val options);
// units: a Uint32Array, empty for all.
ComputationPointer start_summed_features(std::shared_ptr<Dbn> dbn, int layer, val units);
ComputationPointer start_maximisation(std::shared_ptr<Dbn> dbn, int layer, val units, val options);

// log Z, by LogPartitionOptions.
ComputationPointer start_log_partition(std::shared_ptr<Rbm> rbm, val options);
// That of a DBN's top, which sees upward means of the data.
ComputationPointer start_log_partition_of_top(std::shared_ptr<Dbn> dbn, val options);

val object_of(const LogPartition& found);
template <class Forward, class Reverse>
val both_ways(const BothDirections<Forward, Reverse>& ended) {
  val out = object_of(ended.forward().estimate()), reverse = object_of(ended.reverse().estimate());
  reverse.set("start", std::string(ended.reverse().start() == ReverseStart::exact ? "exact" : "chains"));
  out.set("reverse", reverse);
  if (const std::string warning = ended.warning(); !warning.empty()) out.set("warning", warning);
  return out;
}

}  // namespace wakesleep::bindings
