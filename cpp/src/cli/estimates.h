// What evaluate and transform estimate, and how they tell of it.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "cli/commands.h"
#include "cli/data_options.h"
#include "cli/report.h"
#include "wakesleep/ais.h"
#include "wakesleep/average.h"
#include "wakesleep/rbm.h"
#include "wakesleep/variational_bound.h"

namespace wakesleep::cli {

// How log Z is found, and what else an estimate is made of.
struct EstimateOptions {
  void add(CLI::App& command);

  bool by_ais() const { return method == "ais"; }
  std::string method = "exact";
  AisOptions ais;  // its seed is that of every random number in an estimate
  Index samples = BoundOptions{}.samples;
};

// What evaluate was asked for.
struct Estimates {
  bool log_likelihood = false, bound = false, pseudo_likelihood = false, free_energy_gap = false;
  EstimateOptions options;
  bool reverse = false, stochastic = false;
  DataOptions data;
  Part part = Part::test;
};

void tell(Report& report, const std::string& key, const char* format, const Average& found);
void tell_annealed(Report& report, const LogPartition& found);
// log Z, told with what is known of its error.
double log_partition(const Rbm& rbm, const Dataset& examples, const EstimateOptions& options, bool reverse,
                     Report& report);

}  // namespace wakesleep::cli
