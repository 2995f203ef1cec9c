// What evaluate and transform estimate, and how they tell of it.
#pragma once

#include <CLI/CLI.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/data_options.h"
#include "cli/report.h"
#include "wakesleep/ais.h"
#include "wakesleep/average.h"
#include "wakesleep/rbm.h"
#include "wakesleep/refusal.h"
#include "wakesleep/variational_bound.h"

namespace wakesleep::cli {

// How log Z is found, and what else an estimate is made of.
struct EstimateOptions {
  void add(CLI::App& command);
  // What an estimate reads of these options.
  struct Uses {
    bool log_z = false;    // for which --method is
    bool samples = false;  // of a DBN's hidden states
    bool draws = false;    // random numbers, beside those of AIS and of the samples
  };
  // std::invalid_argument for one that was given and that nothing reads; `estimates`: what log Z is for.
  void refuse_unused(const Uses& uses, const std::string& estimates) const;

  bool by_ais() const { return method == "ais"; }
  std::string method = "exact";
  AisOptions ais;  // its seed is that of every random number in an estimate
  Index samples = BoundOptions{}.samples;

 private:
  const CLI::Option *method_given_ = nullptr, *samples_given_ = nullptr, *seed_given_ = nullptr;
  std::vector<const CLI::Option*> of_ais_;
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
// A mean of log p, what it is of, and whether grey values make it no likelihood. The error of a log Z that it has in it
// is the same for all examples.
void tell_likelihood(Report& report, const std::string& key, const std::string& name, LikelihoodAverage estimate,
                     const LogPartition& log_z = {});
void tell_annealed(Report& report, const LogPartition& found);
// Of runs in one direction, with what their interval can't show.
void tell_one_direction(Report& report, const LogPartition& found);
void tell_reverse(Report& report, const LogPartition& found, ReverseStart start, const std::string& warning);
template <class Forward, class Reverse>
void tell_annealed(Report& report, const BothDirections<Forward, Reverse>& found) {
  tell_annealed(report, found.forward().estimate());
  tell_reverse(report, found.reverse().estimate(), found.reverse().start(), found.warning());
}
// log Z, told with what is known of its error.
LogPartition log_partition(const Rbm& rbm, const Dataset& examples, const EstimateOptions& options, bool reverse,
                           Report& report);

// What `work` returns; what it refuses as a method of the library, in the words of the command line.
template <class Work>
auto with_flags(Work work) {
  try {
    return work();
  } catch (const OptionOutOfRange& error) {
    const std::string word = "method 'ais'", message = error.what();
    const std::size_t at = message.find(word);
    if (at == std::string::npos) throw;
    throw std::out_of_range(std::string(message).replace(at, word.size(), "--method ais"));
  }
}

}  // namespace wakesleep::cli
