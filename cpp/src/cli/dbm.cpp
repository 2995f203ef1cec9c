#include <cmath>
#include <cstdio>

#include "cli/commands.h"
#include "wakesleep/dbm_estimate.h"
#include "wakesleep/inference.h"

namespace wakesleep::cli {

void print_log_partition(const char* method, const LogPartition& found) {
  std::printf("log Z by %s: %.4f, three standard errors of Z: %.4f to %.4f, effective sample size %.1f\n", method,
              found.log_z, found.low, found.high, *found.effective_samples);
}

void print_bound(const Dbm& dbm, const Dataset& examples, const AisOptions* ais, bool reverse) {
  LogPartition log_z{};
  if (ais) {
    const VectorD rates = examples.mean();
    const auto finish = [](auto estimate) {
      while (estimate.step()) {
      }
      return estimate;
    };
    if (reverse) {
      const auto both = finish(BidirectionalDbmAis(dbm, *ais, &rates, &examples));
      print_log_partition(both);
      log_z = both.forward().estimate();
    } else {
      log_z = finish(DbmAis(dbm, *ais, &rates)).estimate();
      print_log_partition("AIS", log_z);
    }
  } else {
    log_z.log_z = with_flags([&] { return exact_log_partition(dbm); });
    std::printf("log Z: %.6f\n", log_z.log_z);
  }
  const Average energy = average_free_energy(dbm, examples, {}, examples.count()).finish();
  std::printf("mean variational bound on the log-likelihood%s: %.6f, standard error %.6f",
              dbm.labels() && examples.has_labels() ? ", labels included" : "", -energy.mean - log_z.log_z,
              std::hypot(energy.error, log_z.error));
  if (ais) std::printf(" (of the examples %.6f, of log Z %.6f)", energy.error, log_z.error);
  std::printf("\n");
}

}  // namespace wakesleep::cli
