// The tables of all options structs. Each is a file *_table.cpp.
#pragma once

#include "options/table.h"
#include "wakesleep/log_partition_options.h"
#include "wakesleep/mean_field_options.h"
#include "wakesleep/training_options.h"

namespace wakesleep::options {

template <class O>
const Table<O>& table();

template <>
const Table<TrainingOptions>& table();
template <>
const Table<DbmTrainingOptions>& table();
template <>
const Table<SbnTrainingOptions>& table();
template <>
const Table<MeanFieldOptions>& table();
template <>
const Table<LogPartitionOptions>& table();

}  // namespace wakesleep::options
