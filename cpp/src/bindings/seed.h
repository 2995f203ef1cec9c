// A call that samples and is given no seed takes the model's next numbers, so that the same calls in the same order
// give the same results and no two of them repeat each other.
#pragma once

#include <cstdint>
#include <optional>

#include "bindings/bindings.h"
#include "wakesleep/log_partition_options.h"

namespace wakesleep::bindings {

template <class M>
std::uint64_t seed_or_next(const val& seed, M& model) {
  return seed.isUndefined() ? model.next_seed() : whole(seed.as<double>());
}

// An exact log Z draws nothing and takes none of the model's numbers. Seeds of options have 53 bits.
template <class M>
LogPartitionOptions with_seed(LogPartitionOptions options, M& model) {
  if (options.method == LogPartitionMethod::ais && !options.seed) options.seed = model.next_seed() >> 11;
  return options;
}

}  // namespace wakesleep::bindings
