// Partition functions, which go on in slices.
#pragma once

#include <memory>
#include <variant>

#include "bindings/bindings.h"
#include "wakesleep/ais.h"
#include "wakesleep/dbm_estimate.h"
#include "wakesleep/exact.h"

namespace wakesleep::bindings {

// Holds what it works on: its model and its data live at least as long as it does.
struct LogPartitionHandle {
  std::shared_ptr<void> model;
  std::shared_ptr<Dataset> data;
  std::variant<ExactLogPartition, AisLogPartition, BidirectionalAis, DbmLogSum, DbmAis> sum;
};
using LogPartitionWork = std::unique_ptr<LogPartitionHandle>;

// words: of each document, for replicated softmax.
LogPartitionWork rbm_log_partition(std::shared_ptr<Rbm> rbm, double words);
LogPartitionWork dbm_log_partition(std::shared_ptr<Dbm> dbm, double words);
// data: null, or the data set whose means are the base rates, and at whose examples reverse annealing starts.
LogPartitionWork rbm_ais(std::shared_ptr<Rbm> rbm, val options, std::shared_ptr<Dataset> data);
LogPartitionWork dbm_ais(std::shared_ptr<Dbm> dbm, val options, std::shared_ptr<Dataset> data);

}  // namespace wakesleep::bindings
