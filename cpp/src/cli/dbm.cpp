#include <cstdio>

#include "cli/commands.h"
#include "wakesleep/dbm_estimate.h"

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
  std::printf("mean variational bound on the log-likelihood%s: %.6f\n",
              dbm.labels() && examples.has_labels() ? ", labels included" : "", mean_bound(dbm, examples, log_z));
}

}  // namespace wakesleep::cli
