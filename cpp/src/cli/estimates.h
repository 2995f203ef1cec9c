// What evaluate estimates, and how it tells of it.
#pragma once

#include <cstdio>
#include <string>

#include "cli/commands.h"
#include "wakesleep/average.h"
#include "wakesleep/rbm.h"
#include "wakesleep/variational_bound.h"

namespace wakesleep::cli {

// What was asked for.
struct Estimates {
  bool log_likelihood = false, bound = false, pseudo_likelihood = false, free_energy_gap = false;
  std::string part = "test", method = "exact";
  AisOptions ais;
  DataOptions data;
  Index samples = BoundOptions{}.samples;
  bool reverse = false, stochastic = false;
};

template <class Estimate>
void to_the_end(Estimate& estimate, const char* name) {
  ProgressLine line;
  while (estimate.step()) line.show(estimate.done(), name);
  char text[100];
  std::snprintf(text, sizeof text, "%s: %.1f s", name, line.seconds());
  line.finish(text);
}

void print(const char* name, const Average& found);
// log Z, told with what is known of its error.
double print_log_partition(const Rbm& rbm, const Dataset& examples, const Estimates& given);

}  // namespace wakesleep::cli
