#include <cstdio>

#include "cli/commands.h"
#include "wakesleep/dbm_estimate.h"
#include "wakesleep/inference.h"

namespace wakesleep::cli {

void print_bound(const Dbm& dbm, const Dataset& examples, const AisOptions* ais) {
  double log_z = 0;
  if (ais) {
    const VectorD rates = examples.mean();
    DbmAis sum(dbm, *ais, &rates);
    while (sum.step()) {
    }
    const LogPartition estimate = sum.estimate();
    log_z = estimate.log_z;
    std::printf("log Z by AIS: %.4f, three standard errors of Z: %.4f to %.4f\n", log_z, estimate.low, estimate.high);
  } else {
    log_z = exact_log_partition(dbm);
    std::printf("log Z: %.6f\n", log_z);
  }
  for (const bool with_labels : {true, false})
    if (!with_labels || (dbm.labels() && examples.has_labels()))
      print_likelihood("variational bound of the mean log-likelihood",
                       average_bound(dbm, examples, log_z, with_labels));
}

}  // namespace wakesleep::cli
